//! What each answer, and each lack of one, comes to.

use std::io::Write;
use std::time::Duration;

use dot_abi::fault::{Answer, FaultCode};
use dot_abi::json::any;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

const LOCAL: &[&str] = &["http=127.0.0.1"];

/// What a GET, a PUT and a POST of one reply each come to.
fn check(reply: Reply, [get, put, post]: [&str; 3]) {
    for (http, expected) in [(Http::GET, get), (Http::PUT, put), (Http::POST, post)] {
        let server = Server::new([reply.clone()]);
        let told = World::new(LOCAL).tell(http, Call::to(&server.url("/")));
        assert_eq!(told.replace(&server.port.to_string(), "PORT"), expected);
        assert_eq!(server.asked().len(), 1, "nothing is sent again by itself");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("bytes in memory")
}

#[test]
fn a_request_says_what_it_was_asked_to() {
    let server = Server::new([Reply::ok("[]"), Reply::ok("")]);
    let mut world = World::new(LOCAL);
    let call = Call { headers: vec![("X-A", "1")], query: vec![("q", "a b")], ..Call::to(&server.url("/x?y=1")) };
    assert_eq!(world.tell(Http::GET, call), "200 []");
    let object =
        Value::Case(any::OBJECT, vec![Value::Map(vec![(text("a\n"), Value::Case(any::INT, vec![Value::Int(1)]))])]);
    world.grants.allow(&Grant::Secret("KEY".to_owned())).expect("a grant");
    world.environment.0.insert("KEY".to_owned(), "hunter22".into());
    let call = Call { json: Some(object), secrets: vec![("authorization", "KEY")], ..Call::to(&server.url("/")) };
    assert_eq!(world.tell(Http::POST, call), "200 ");
    let host = format!("host: 127.0.0.1:{}\r\n", server.port);
    let agent = concat!("user-agent: dot/", env!("CARGO_PKG_VERSION"), "\r\n");
    let [get, post] = server.asked().try_into().expect("two requests");
    assert_eq!(
        get,
        format!("GET /x?y=1&q=a%20b HTTP/1.1\r\nx-a: 1\r\n{agent}accept: */*\r\naccept-encoding: gzip\r\n{host}\r\n")
    );
    for part in [
        "POST / HTTP/1.1\r\n",
        "authorization: Bearer hunter22\r\n",
        "content-type: application/json\r\n",
        "idempotency-key: ",
        "\r\n\r\n{\"a\\n\":1}",
    ] {
        assert!(post.contains(part), "{part:?} is missing: {post}");
    }
}

#[test]
fn the_key_of_a_write_is_that_of_its_step() {
    let server = Server::new([Reply::ok(""), Reply::ok(""), Reply::ok("")]);
    let world = World::new(LOCAL);
    for step in ["main/a:0#0", "main/a:0#0", "main/a:0#1"] {
        let input = Call::to(&server.url("/")).record(&Http::POST);
        world.io.run_to_end(Arc::new(Http::POST).run(world.context(step), input)).expect("an answer");
    }
    let key = |request: &String| {
        request.lines().find_map(|line| line.strip_prefix("idempotency-key: ").map(str::to_owned)).expect("a key")
    };
    let keys: Vec<String> = server.asked().iter().map(key).collect();
    assert_eq!(keys[0], keys[1]);
    assert_ne!(keys[0], keys[2]);
    assert_eq!(keys[0].len(), 32);
}

#[test]
fn a_status_of_400_or_above_is_a_fault_with_the_answer() {
    let wait = "Retry-After: 2\r\n";
    let server = Server::new([
        Reply::of("429 Too Many Requests", wait, "slow down"),
        Reply::of("404 Not Found", "", "none"),
        Reply::of("500 Internal Server Error", "Retry-After: Thu, 01 Jan 2026 00:00:03 GMT\r\n", "x".repeat(100_000)),
        Reply::of("503 Service Unavailable", "", b"\xff\xff"),
    ]);
    let world = World::new(LOCAL);
    let run = |accept: &[i64]| world.run(Http::GET, Call { accept: accept.to_vec(), ..Call::to(&server.url("/")) });
    let fault = run(&[404]).expect_err("a fault");
    assert_eq!(fault.code, FaultCode::Status);
    assert_eq!(fault.message, format!("GET 127.0.0.1:{} was answered with 429 Too Many Requests", server.port));
    let answer = Answer { status: 429, body: "slow down".to_owned(), retry_after_ns: Some(2_000_000_000) };
    assert_eq!(fault.answer.as_deref(), Some(&answer));
    assert!(fault.may_pass());
    assert!(run(&[404]).is_ok());
    let answer = run(&[404]).expect_err("a fault").answer.expect("an answer");
    assert_eq!((answer.body.len(), answer.retry_after_ns), (64 << 10, Some(3_000_000_000)));
    assert_eq!(run(&[]).expect_err("a fault").answer.expect("an answer").body, "");
}

#[test]
fn what_was_not_sent_may_be_sent_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    drop(listener);
    for (http, method) in [(Http::GET, "GET"), (Http::POST, "POST")] {
        let told = World::new(LOCAL).tell(http, Call::to(&format!("http://127.0.0.1:{port}/")));
        let expected = format!("network: {method} 127.0.0.1:{port} got no connection: ");
        assert!(told.starts_with(&expected), "{told}");
    }
}

#[test]
fn a_connection_that_breaks_before_the_answer() {
    let why = "127.0.0.1:PORT was sent and not answered: connection closed before message completed";
    let told = [&*format!("network: GET {why}"), &*format!("network: PUT {why}"), &*format!("unknown: POST {why}")];
    check(Reply::Last(Vec::new()), told);
    check(Reply::Last(b"HTTP/1.1 200 OK\r\nContent-".to_vec()), told);
}

#[test]
fn a_connection_that_breaks_in_the_answer() {
    let why =
        "127.0.0.1:PORT was sent and not answered: the answer broke off: end of file before message length reached";
    let told = [&*format!("network: GET {why}"), &*format!("network: PUT {why}"), &*format!("unknown: POST {why}")];
    check(Reply::Last(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".to_vec()), told);
}

#[test]
fn an_answer_that_is_no_http() {
    let why = "127.0.0.1:PORT was sent and not answered: invalid HTTP version parsed";
    let told = [&*format!("network: GET {why}"), &*format!("network: PUT {why}"), &*format!("unknown: POST {why}")];
    check(Reply::Last(b"what do you want?\r\n\r\n".to_vec()), told);
}

#[test]
fn a_late_answer_is_waited_for_and_connections_are_used_again() {
    let late = Reply::Late(Duration::from_millis(50), b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".to_vec());
    let server = Server::new([late, Reply::ok("a"), Reply::ok("b")]);
    let world = World::new(LOCAL);
    for expected in ["200 ok", "200 a", "200 b"] {
        assert_eq!(world.get(&server.url("/")), expected);
    }
}

#[test]
fn large_and_endless_bodies_end_at_the_limit() {
    let chunk = b"400\r\n".iter().copied().chain([b'x'; 0x400]).chain(*b"\r\n").collect::<Vec<u8>>();
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let server = Server::new([Reply::Endless(head, chunk), Reply::ok("x".repeat(11)), Reply::ok("x".repeat(10))]);
    let world = World::new(LOCAL);
    let get = |max_size| world.tell(Http::GET, Call { max_size, ..Call::to(&server.url("/")) });
    let name = format!("value-limit: the answer to GET 127.0.0.1:{}", server.port);
    assert_eq!(get(None), format!("{name} is larger than the limit of 1MB"));
    assert_eq!(get(Some(10)), format!("{name} is larger than the limit of 10B"));
    assert_eq!(get(Some(10)), "200 xxxxxxxxxx");
}

#[test]
fn gzip_is_undone_and_its_bombs_end_at_the_limit() {
    let coding = "Content-Encoding: gzip\r\n";
    let whole = gzip(b"hello");
    let bomb = gzip(&vec![0; 64 << 20]);
    assert!(bomb.len() < 100_000);
    let server = Server::new([
        Reply::of("200 OK", coding, &whole),
        Reply::of("200 OK", coding, bomb),
        Reply::of("200 OK", coding, &whole[..whole.len() - 4]),
        Reply::of("200 OK", coding, "no gzip"),
    ]);
    let world = World::new(LOCAL);
    let name = format!("GET 127.0.0.1:{}", server.port);
    assert_eq!(world.get(&server.url("/")), "200 hello");
    let large = format!("value-limit: the answer to {name} is larger than the limit of 1MB");
    assert_eq!(world.get(&server.url("/")), large);
    for _ in 0..2 {
        let damaged = format!("network: {name} was sent and not answered: the answer broke off: its gzip is damaged");
        let told = world.get(&server.url("/"));
        assert!(told.starts_with(&damaged), "{told}");
    }
}

#[test]
fn redirects_follow_the_rules_of_methods() {
    for (http, status, expected) in [
        (Http::POST, "301 Moved", "GET /b"),
        (Http::POST, "302 Found", "GET /b"),
        (Http::POST, "303 See Other", "GET /b"),
        (Http::POST, "307 Temporary", "POST /b"),
        (Http::PUT, "302 Found", "PUT /b"),
        (Http::PUT, "303 See Other", "GET /b"),
        (Http::PUT, "308 Permanent", "PUT /b"),
    ] {
        let server = Server::new([Reply::redirect(status, "/b"), Reply::ok("there")]);
        let call = Call { body: Some("text"), ..Call::to(&server.url("/a/x")) };
        assert_eq!(World::new(LOCAL).tell(http, call), "200 there");
        let second = server.asked().pop().expect("two requests");
        assert!(second.starts_with(&format!("{expected} HTTP")), "{second}");
        assert_eq!(second.ends_with("\r\n\r\ntext"), !expected.starts_with("GET"), "{second}");
    }
}

#[test]
fn redirects_come_to_an_end() {
    let server = Server::new(std::iter::repeat_n(Reply::redirect("302 Found", "/"), 20));
    let told = World::new(LOCAL).get(&server.url("/"));
    assert_eq!(told, format!("conversion: GET 127.0.0.1:{} is redirected more than 10 times", server.port));
    assert_eq!(server.asked().len(), 11);
}

#[test]
fn a_write_that_was_done_is_never_sent_again() {
    let failed = Reply::of("503 Service Unavailable", "", "");
    let server = Server::new([Reply::redirect("303 See Other", "/done"), failed]);
    let told = World::new(LOCAL).tell(Http::POST, Call::to(&server.url("/")));
    assert_eq!(told, format!("unknown: GET 127.0.0.1:{} was answered with 503 Service Unavailable", server.port));
}

#[test]
fn credentials_stay_with_their_host() {
    let other = Server::new([Reply::ok("there")]);
    let to_other = Reply::redirect("307 Temporary", &other.url("/"));
    let server = Server::new([Reply::redirect("307 Temporary", "/b"), to_other]);
    let mut world = World::new(&["http=127.0.0.1", "secret=KEY"]);
    world.environment.0.insert("KEY".to_owned(), "hunter22".into());
    let headers = vec![("Authorization", "Basic eA=="), ("Cookie", "a=b"), ("X-Free", "1")];
    let call = Call { headers, secrets: vec![("X-Key", "KEY")], ..Call::to(&server.url("/")) };
    assert_eq!(world.tell(Http::GET, call), "200 there");
    for request in server.asked() {
        for header in ["authorization: Basic", "cookie: a=b", "x-key: Bearer hunter22", "x-free: 1"] {
            assert!(request.contains(header), "{header} is missing: {request}");
        }
    }
    let request = other.asked().pop().expect("a request");
    assert!(request.contains("x-free: 1"));
    for header in ["authorization", "cookie", "x-key", "hunter22"] {
        assert!(!request.contains(header), "{header} was sent on: {request}");
    }
}

#[test]
fn no_fault_shows_a_secret() {
    let server = Server::new([Reply::of("401 Unauthorized", "", "the key Bearer hunter22 is wrong")]);
    let mut world = World::new(&["http=127.0.0.1", "secret=KEY"]);
    let call = || Call { secrets: vec![("Authorization", "KEY")], ..Call::to(&server.url("/")) };
    let told = world.tell(Http::GET, call());
    assert_eq!(told, "io: the secret \"KEY\" is granted, and no environment variable of its name is set");
    world.environment.0.insert("KEY".to_owned(), "hunter22".into());
    let fault = world.run(Http::GET, call()).expect_err("a fault");
    assert_eq!(fault.answer.expect("an answer").body, "the key Bearer *** is wrong");
    let denied = Call { secrets: vec![("Authorization", "OTHER")], ..Call::to(&server.url("/")) };
    let fault = world.run(Http::GET, denied).expect_err("a fault");
    assert_eq!(fault.to_string(), "capability: the secret \"OTHER\" is not permitted");
    assert_eq!(fault.help.as_deref(), Some("permit it with --allow secret=OTHER"));
}

#[test]
fn a_secret_may_be_in_a_file() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "hunter22\n").expect("a file");
    let server = Server::new([Reply::ok("")]);
    let grant = format!("secret.KEY={}", file.path().display());
    let call = Call { secrets: vec![("X-Key", "KEY")], ..Call::to(&server.url("/")) };
    assert_eq!(World::new(&["http=127.0.0.1", &grant]).tell(Http::GET, call), "200 ");
    assert!(server.asked()[0].contains("x-key: Bearer hunter22\r\n"));
}

#[test]
fn headers_that_would_lie_are_refused() {
    let world = World::new(LOCAL);
    for header in
        [("Content-Length", "3"), ("Transfer-Encoding", "chunked"), ("Host", "a.org"), ("a b", ""), ("X", "a\r\nb")]
    {
        let call = Call { headers: vec![header], ..Call::to("http://127.0.0.1:1/") };
        assert!(world.tell(Http::GET, call).starts_with("argument: "), "{header:?}");
    }
}

#[test]
fn a_query_uses_the_method_that_is_named() {
    let server = Server::new([Reply::ok("found"), Reply::Last(Vec::new())]);
    let world = World::new(LOCAL);
    let query = |method| world.tell(Http::QUERY, Call { method, body: Some("?"), ..Call::to(&server.url("/")) });
    assert_eq!(query("SEARCH"), "200 found");
    let first = server.asked().remove(0);
    assert!(first.starts_with("SEARCH / HTTP/1.1\r\n") && first.ends_with("\r\n\r\n?"), "{first}");
    assert!(!first.contains("idempotency-key"), "a question is no write: {first}");
    assert!(query("POST").starts_with("network: POST"));
    assert!(query("CONNECT").starts_with("argument: "));
}

#[test]
fn what_is_cancelled_closes_its_connection() {
    let server = Server::new([Reply::Late(Duration::from_secs(60), Vec::new())]);
    let world = World::new(LOCAL);
    let input = Call::to(&server.url("/")).record(&Http::POST);
    let (sender, ends) = std::sync::mpsc::channel();
    let work = Arc::new(Http::POST).run(world.context("main"), input);
    let task = world.io.spawn(work, move |end| sender.send(end).expect("somebody listens")).expect("threads");
    while server.asked().is_empty() {
        std::thread::yield_now();
    }
    task.abort();
    assert_eq!(ends.recv_timeout(Duration::from_secs(5)), Err(std::sync::mpsc::RecvTimeoutError::Disconnected));
}
