//! Hosts that may not be spoken to, in every form in which one could try.

use dot_abi::fault::FaultCode;
use dot_abi::manifest::Narrowing;

use super::*;

fn denied(world: &World, url: &str) -> (String, String) {
    let fault = world.run(Http::GET, Call::to(url)).expect_err(url);
    assert_eq!(fault.code, FaultCode::Capability, "{url}: {fault}");
    (fault.message, fault.help.unwrap_or_default())
}

#[test]
fn nothing_is_spoken_to_without_a_grant() {
    let (message, help) = denied(&World::new(&[]), "https://api.example.org/a?key=b");
    assert_eq!(message, "the host \"api.example.org\" is not permitted");
    assert_eq!(help, "permit it with --allow http=api.example.org");
    denied(&World::new(&["http=example.org", "http=127.0.0.1:1"]), "http://127.0.0.1:2/");
}

#[test]
fn a_denial_says_what_to_write() {
    let mut world = World::new(&["http=a.org"]);
    let written = [("http".to_owned(), vec!["a.org".to_owned()])].into();
    let file = crate::GrantFile { name: "dot.toml".to_owned(), exists: true, folder: "/work".into(), written };
    world.grants.written_in(file);
    let (_, help) = denied(&world, "http://b.org/");
    assert_eq!(help, "permit it with --allow http=b.org, or make its line in dot.toml: http = [\"a.org\", \"b.org\"]");
}

#[test]
fn a_name_that_leads_inside_is_denied() {
    let server = Server::new([Reply::ok("inside"), Reply::ok("inside")]);
    let names: &[(&str, &[&str])] = &[
        ("loop.org", &["127.0.0.1"]),
        ("mapped.org", &["::ffff:127.0.0.1"]),
        ("both.org", &["1.1.1.1", "10.0.0.1"]),
        ("meta.org", &["169.254.169.254"]),
        ("six.org", &["::1"]),
        ("unspecified.org", &["0.0.0.0"]),
        ("nat.org", &["64:ff9b::7f00:1"]),
        ("localhost", &["127.0.0.1"]),
    ];
    let world = World::new(&["http=*"]).with_names(names);
    for (name, _) in names.iter().filter(|(name, _)| *name != "localhost") {
        denied(&world, &format!("http://{name}:{}/", server.port));
    }
    let (message, help) = denied(&world, &format!("http://loop.org:{}/", server.port));
    let name = format!("GET loop.org:{}", server.port);
    assert_eq!(
        message,
        format!("{name} is not permitted: the name \"loop.org\" leads to 127.0.0.1, a loopback address")
    );
    assert_eq!(help, "permit it with --allow http=127.0.0.1");
    assert_eq!(server.asked().len(), 0);
    let world = World::new(&["http=loop.org", "http=127.0.0.0/8"]).with_names(names);
    assert_eq!(world.get(&format!("http://loop.org:{}/", server.port)), "200 inside");
    let world = World::new(&["http=localhost"]).with_names(names);
    assert_eq!(world.get(&format!("http://localhost:{}/", server.port)), "200 inside");
}

#[test]
fn a_run_uses_no_connection_that_it_could_not_have_made() {
    let server = Server::new([Reply::ok("inside"), Reply::ok("inside")]);
    let names: &[(&str, &[&str])] = &[("loop.org", &["127.0.0.1"])];
    let first = World::new(&["http=loop.org", "http=127.0.0.1"]).with_names(names);
    let url = format!("http://loop.org:{}/", server.port);
    assert_eq!(first.get(&url), "200 inside");
    let second = World { network: Arc::clone(&first.network), ..World::new(&["http=loop.org"]) };
    denied(&second, &url);
}

#[test]
fn a_redirect_to_a_host_that_is_not_granted_is_denied() {
    let names: &[(&str, &[&str])] = &[("a.org", &["127.0.0.1"]), ("loop.org", &["127.0.0.1"])];
    for location in [
        "http://b.org/",
        "//b.org/",
        "http://169.254.169.254/latest",
        "http://127.0.0.2/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.2]/",
        "http://[::ffff:7f00:2]/",
    ] {
        let server = Server::new([Reply::redirect("302 Found", location)]);
        let world = World::new(&["http=a.org", "http=127.0.0.1"]).with_names(names);
        let (message, _) = denied(&world, &format!("http://a.org:{}/", server.port));
        assert!(message.starts_with("a redirect leads to "), "{message}");
    }
}

#[test]
fn a_redirect_to_an_address_in_another_form_is_not_followed() {
    for location in [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "file:///etc/passwd",
        "http://a@b.org/",
    ] {
        let server = Server::new([Reply::redirect("302 Found", location)]);
        let world = World::new(&["http=*", "http=127.0.0.1"]);
        let told = world.get(&server.url("/"));
        assert!(told.contains("is redirected to an address that can't be followed"), "{location}: {told}");
    }
}

#[test]
fn dots_on_the_way_leave_only_what_they_name() {
    let server = Server::new([Reply::ok("a")]);
    let narrowing = |to: &str| Narrowing { key: "http".to_owned(), to: vec![to.to_owned()] };
    let scoped = |to: &str| {
        let scope = Scope::new("main", &[narrowing(to)], None);
        World { scope: Some(Arc::new(scope)), ..World::new(&["http=127.0.0.1"]) }
    };
    assert_eq!(scoped("127.0.0.0/8").get(&server.url("/")), "200 a");
    let (message, _) = denied(&scoped("*.example.org"), &server.url("/"));
    assert_eq!(message, "the host \"127.0.0.1\" is outside of what the `uses` of the dot \"main\" leaves of http");
}

#[test]
fn proxies_of_the_environment_are_used() {
    let proxy = Server::new([Reply::ok("by the proxy"), Reply::of("403 Forbidden", "", "")]);
    let mut world = World::new(&["http=a.org"]);
    let address = format!("http://user:word@127.0.0.1:{}", proxy.port);
    world.environment.0.insert("http_proxy".to_owned(), address.clone().into());
    world.environment.0.insert("HTTPS_PROXY".to_owned(), address.into());
    assert_eq!(world.get("http://a.org/x"), "200 by the proxy");
    let told = world.get("https://a.org/x");
    assert!(told.starts_with("network: GET a.org got no connection: "), "{told}");
    let [plain, tunnel] = proxy.asked().try_into().expect("two requests");
    assert!(plain.starts_with("GET http://a.org/x HTTP/1.1\r\n"), "{plain}");
    assert!(tunnel.starts_with("CONNECT a.org:443 HTTP/1.1\r\n"), "{tunnel}");
    for request in [plain, tunnel] {
        assert!(request.to_lowercase().contains("proxy-authorization: basic dxnlcjp3b3jk\r\n"), "{request}");
    }
    denied(&world, "http://b.org/");
    let direct = Server::new([Reply::ok("direct")]);
    world = World { environment: world.environment, ..World::new(&["http=127.0.0.1"]) };
    world.environment.0.insert("NO_PROXY".to_owned(), "127.0.0.1".into());
    assert_eq!(world.get(&direct.url("/")), "200 direct");
}
