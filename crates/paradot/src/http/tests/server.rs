//! A server that says to each connection what it was told to, byte by byte, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server does with a request.
#[derive(Clone)]
pub(super) enum Reply {
    /// Sends these bytes and goes on with the connection.
    Bytes(Vec<u8>),
    /// Sends these bytes and closes the connection.
    Last(Vec<u8>),
    /// Sends these bytes again and again for as long as somebody reads.
    Endless(Vec<u8>, Vec<u8>),
    /// Sends nothing for a while, then the bytes.
    Late(Duration, Vec<u8>),
}

impl Reply {
    /// A whole answer: status, headers with line ends, body.
    pub(super) fn of(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Reply {
        let body = body.as_ref();
        let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
        Reply::Bytes([head.as_bytes(), body].concat())
    }

    pub(super) fn ok(body: impl AsRef<[u8]>) -> Reply {
        Reply::of("200 OK", "", body)
    }

    pub(super) fn redirect(status: &str, location: &str) -> Reply {
        Reply::of(status, &format!("Location: {location}\r\n"), "")
    }
}

/// A server on a port of this machine.
pub(super) struct Server {
    pub(super) port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A server that answers one request after the other with these replies, whichever connection they come by; behind the
    /// last one it closes connections without a word.
    pub(super) fn new(replies: impl IntoIterator<Item = Reply>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let port = listener.local_addr().expect("its address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let replies = Arc::new(Mutex::new(replies.into_iter().collect::<Vec<_>>().into_iter()));
        let all = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, replies) = (Arc::clone(&all), Arc::clone(&replies));
                thread::spawn(move || {
                    // A client that goes away ends the connection, which is what a test may want.
                    let _ = serve(&stream, &asked, || replies.lock().expect("replies").next());
                    let _ = stream.shutdown(Shutdown::Both);
                });
            }
        });
        Server { port, asked }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The requests so far, with headers and body.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("requests").clone()
    }
}

fn serve(
    stream: &TcpStream,
    asked: &Mutex<Vec<String>>,
    mut next: impl FnMut() -> Option<Reply>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        asked.lock().expect("requests").push(head + &String::from_utf8_lossy(&body));
        match next() {
            None => return Ok(()),
            Some(Reply::Bytes(bytes)) => writer.write_all(&bytes)?,
            Some(Reply::Last(bytes)) => return writer.write_all(&bytes),
            Some(Reply::Late(wait, bytes)) => {
                thread::sleep(wait);
                writer.write_all(&bytes)?;
            }
            Some(Reply::Endless(head, part)) => {
                writer.write_all(&head)?;
                loop {
                    writer.write_all(&part)?;
                }
            }
        }
    }
}
