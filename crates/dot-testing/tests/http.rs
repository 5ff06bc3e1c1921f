//! Whole runs that speak to a server on this machine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use dot_abi::value::Value;
use dot_codegen::emit::Options;
use dot_runtime::{Engine, EngineConfig, Host, Plan, RunError};
use dot_testing::engines;
use paradot::{Captured, Grant, Grants};

/// A server that answers `/ok/…` with the rest of the path, `/missing` with 404, and `/never` not at all; it tells when somebody who
/// waited for an answer went away.
fn server() -> (u16, mpsc::Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
    let port = listener.local_addr().expect("its address").port();
    let (sender, gone) = mpsc::channel();
    let has_asked = Arc::new(AtomicBool::new(false));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (sender, has_asked) = (sender.clone(), Arc::clone(&has_asked));
            // A client that goes away ends the connection.
            std::thread::spawn(move || serve(&stream, &sender, &has_asked));
        }
    });
    (port, gone)
}

/// Answers requests. The one for `/missing/later` waits until somebody has asked for what is never answered.
fn serve(stream: &TcpStream, gone: &mpsc::Sender<()>, has_asked: &AtomicBool) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let path = head.split(' ').nth(1).unwrap_or_default();
        let (status, body) = match path.strip_prefix("/ok/") {
            Some(rest) => ("200 OK", rest),
            None if path == "/missing" => ("404 Not Found", "no such page"),
            None if path == "/missing/later" => {
                let began = Instant::now();
                while !has_asked.load(Ordering::Relaxed) && began.elapsed() < Duration::from_secs(10) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                ("404 Not Found", "no such page")
            }
            None => {
                has_asked.store(true, Ordering::Relaxed);
                let left = reader.read(&mut [0]);
                // The test may be over.
                let _ = gone.send(());
                return left.map(drop);
            }
        };
        write!(writer, "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len())?;
    }
}

/// What `main` gives, or its fault.
fn run(source: &str, port: u16, plan: Plan) -> String {
    let program = engines::checked(source).expect("a program");
    let dot = engines::dot(&program, "main").expect("a dot main");
    let units = engines::all_compiled(&program, dot, Options::default()).expect("units");
    let engine = Engine::new(EngineConfig::default()).expect("an engine");
    let bundle = engines::bundle(&engine, units).expect("a bundle");
    let mut grants = Grants::none();
    grants.allow(&"http=127.0.0.1".parse::<Grant>().expect("a grant")).expect("a grant");
    let host = Host { grants: Arc::new(grants), ..Host::new(Arc::new(Captured::default())) };
    let input = Value::Record(vec![Value::Text(format!("http://127.0.0.1:{port}").into())]);
    match bundle.run(input, &host, plan).end {
        Ok(Value::Text(text)) => text.to_string(),
        Err(RunError::Fault(fault)) => fault.to_string().replace(&port.to_string(), "PORT"),
        other => panic!("{other:?}"),
    }
}

fn check(source: &str, expected: &str) {
    let (port, _gone) = server();
    for plan in
        [Plan::sequential(), Plan::default(), Plan { suspend_always: true, park_always: true, ..Plan::default() }]
    {
        assert_eq!(run(source, port, plan), expected, "{plan:?}");
    }
}

#[test]
fn requests_overlap_and_keep_their_order() {
    check(
        "dot main(base: Text) -> Text {
  [http.get(\"${base}/ok/${n}\").body() for n in 0..50].join(\" \")
}",
        &(0..50).map(|number| number.to_string()).collect::<Vec<_>>().join(" "),
    );
}

#[test]
fn a_program_looks_at_the_answer_of_a_fault() {
    let source = "dot main(base: Text) -> Text {
  let Err(fault) = try http.get(\"${base}/missing\") else { fail \"it was answered\" }
  let Some(answer) = fault.answer else { fail fault }
  \"${fault.code} ${answer.status} ${answer.body}\"
}";
    check(source, "status 404 no such page");
    let again = "dot main(base: Text) -> Text {
  let Err(fault) = try inner(base) else { fail \"it was answered\" }
  \"${fault.answer.map(answer => answer.status) ?? 0}\"
}

dot inner(base: Text) -> Text {
  let Err(fault) = try http.get(\"${base}/missing\") else { fail \"it was answered\" }
  fail fault
}";
    check(again, "404");
    check(
        "dot main(base: Text) -> Text { http.get(\"${base}/missing\").body() }",
        "status: GET 127.0.0.1:PORT was answered with 404 Not Found",
    );
}

#[test]
fn a_request_that_nobody_waits_for_any_more_is_dropped() {
    let (port, gone) = server();
    let source = "dot main(base: Text) -> Text {
  let (a, b) = parallel (http.get(\"${base}/missing/later\").body(), http.get(\"${base}/never\").body())
  a + b
}";
    let began = Instant::now();
    assert_eq!(run(source, port, Plan::default()), "status: GET 127.0.0.1:PORT was answered with 404 Not Found");
    assert_eq!(gone.recv_timeout(Duration::from_secs(20)), Ok(()));
    assert!(began.elapsed() < Duration::from_secs(20));
}
