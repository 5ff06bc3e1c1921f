//! A native dot that waits: a fetcher that is polite. It asks a server again after as long as the server wants to be left alone.
//!
//! It is an [`AsyncParaDot`]: while it waits it holds no thread, and its future can be dropped wherever it waits. The policy stands
//! with the caller, as a dot has it behind `with`; the fetcher only says what the server answered.
//!
//! ```text
//! cargo run --release -p paradot --example polite
//! ```

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use dot_abi::fault::{Answer, Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::policy::Policies;
use dot_abi::value::Value;
use paradot::{AsyncParaDot, BoxFuture, Caller, Captured, Descriptor, OwnedContext, Registry};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The most bytes of an answer.
const MOST_BYTES: u64 = 1 << 20;
/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Gives the body of a page of one server.
struct Fetch {
    server: SocketAddr,
}

impl AsyncParaDot for Fetch {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "fetch", class: Class::Read, uses: &["pages"], is_ordered: false }
    }

    fn signature(&self) -> Option<&str> {
        Some("(path: Text) -> Text")
    }

    fn run(self: Arc<Self>, _: OwnedContext, input: Value) -> BoxFuture {
        Box::pin(async move {
            let path = match input {
                Value::Record(fields) => match fields.as_slice() {
                    [Value::Text(path)] if !path.contains(char::is_whitespace) => path.to_string(),
                    _ => return Err(Fault::new(FaultCode::Argument, "a path is a text without white space")),
                },
                _ => return Err(Fault::new(FaultCode::Internal, "fetch was called without a record")),
            };
            let answer = tokio::time::timeout(PATIENCE, ask(self.server, &path)).await;
            match answer {
                Ok(Ok(answer)) => page(&answer),
                Ok(Err(error)) => Err(Fault::new(FaultCode::Network, format!("the server does not answer: {error}"))),
                Err(_) => Err(Fault::new(FaultCode::Timeout, "the server took longer than 5s")),
            }
        })
    }
}

/// Sends a request and reads all of the answer.
async fn ask(server: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(server).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(MOST_BYTES).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The body of an answer, or the fault that its status is.
fn page(answer: &str) -> Result<Value, Fault> {
    let broken = || Fault::new(FaultCode::Network, "the answer is no HTTP");
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(broken)?;
    let status: u16 = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    if status < 400 {
        return Ok(Value::Text(body.into()));
    }
    let header = head.lines().find_map(|line| line.strip_prefix("Retry-After: "));
    let seconds: Option<u64> = header.and_then(|seconds| seconds.trim().parse().ok());
    let retry_after_ns = seconds.map(|seconds| seconds.saturating_mul(1_000_000_000));
    let mut fault = Fault::new(FaultCode::Status, format!("the server answered with status {status}"));
    fault.answer = Some(Box::new(Answer { status, body: body.to_owned(), retry_after_ns }));
    Err(fault)
}

/// A server on this machine that gives its answers one after the other, one for each connection.
fn server(answers: Vec<&'static str>) -> std::io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for (stream, answer) in listener.incoming().zip(answers) {
            let Ok(mut stream) = stream else { return };
            // A request of this example is shorter than one read gives.
            let _ = stream.read(&mut [0; 4096]).and_then(|_| stream.write_all(answer.as_bytes()));
        }
    });
    Ok(address)
}

const BUSY: &str = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\n\r\nlater";
const PAGE: &str = "HTTP/1.1 200 OK\r\n\r\na page";

/// What the fetcher gives for these answers of a server, with so many further attempts.
fn fetched(answers: Vec<&'static str>, retry: u32) -> Result<Value, Fault> {
    let no_server = |error| Fault::new(FaultCode::Io, format!("no server: {error}"));
    let mut registry = Registry::empty();
    registry.register_async(Fetch { server: server(answers).map_err(no_server)? });
    let mut caller = Caller::new(registry, Arc::new(Captured::default()));
    Arc::make_mut(&mut caller.grants).allow_capability("pages");
    let policies = Policies { retry, backoff_ns: Some(10_000_000), ..Policies::default() };
    caller.call("main/fetch", "fetch", vec![Value::Text("/index".into())], &policies)
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the program's result, and why there is none")]
fn main() -> ExitCode {
    match fetched(vec![BUSY, BUSY, PAGE], 3) {
        Ok(page) => {
            println!("{page:?}");
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_server_is_asked_again() {
        assert_eq!(fetched(vec![BUSY, BUSY, PAGE], 2), Ok(Value::Text("a page".into())));
    }

    #[test]
    fn only_so_often() {
        let fault = fetched(vec![BUSY, BUSY, PAGE], 1).expect_err("two answers were no success");
        assert_eq!(fault.to_string(), "status: the server answered with status 503");
        assert_eq!(fault.answer.map(|answer| answer.body), Some("later".to_owned()));
    }

    #[test]
    fn an_answer_that_is_no_http_may_pass() {
        assert_eq!(fetched(vec!["nonsense", PAGE], 1), Ok(Value::Text("a page".into())));
    }
}
