//! The body of an answer as it comes in: within a limit, also behind compression.

use std::io::Write;
use std::time::Duration;

use flate2::write::MultiGzDecoder;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap};

/// How long a server may say nothing, before its answer and in the middle of it.
pub(super) const SILENCE: Duration = Duration::from_secs(600);

/// What a body came to.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    pub(super) end: End,
}

/// How a body ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum End {
    /// All of it is there.
    Whole,
    /// There is more than was wanted.
    TooLarge,
    /// The connection broke, or what came was not what it was said to be.
    Broken(String),
}

/// Reads a body up to so many bytes.
pub(super) async fn read(body: Incoming, headers: &HeaderMap, is_ours: bool, most: usize) -> Body {
    let is_gzip = is_ours
        && headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding.as_bytes().eq_ignore_ascii_case(b"gzip"));
    let sink = Bounded { bytes: Vec::new(), most };
    if is_gzip {
        let mut decoder = MultiGzDecoder::new(sink);
        let mut end = fill(body, &mut decoder).await;
        if end == End::Whole
            && let Err(error) = decoder.try_finish()
        {
            end = failed(&error);
        }
        let bytes = std::mem::take(&mut decoder.get_mut().bytes);
        return Body { bytes, end };
    }
    let mut sink = sink;
    let end = fill(body, &mut sink).await;
    Body { bytes: sink.bytes, end }
}

/// Why nobody waits any longer.
pub(super) fn silent() -> String {
    format!("it said nothing for {} seconds", SILENCE.as_secs())
}

async fn fill(mut body: Incoming, sink: &mut impl Write) -> End {
    loop {
        let frame = match tokio::time::timeout(SILENCE, body.frame()).await {
            Ok(None) => return End::Whole,
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(error))) => return End::Broken(super::send::reason(&error)),
            Err(_) => return End::Broken(silent()),
        };
        if let Some(data) = frame.data_ref()
            && let Err(error) = sink.write_all(data)
        {
            return failed(&error);
        }
    }
}

fn failed(error: &std::io::Error) -> End {
    match error.kind() {
        std::io::ErrorKind::FileTooLarge => End::TooLarge,
        _ => End::Broken(format!("its gzip is damaged: {error}")),
    }
}

/// Bytes up to a limit. What does not fit is refused, and what fits of it is kept.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let fits = bytes.get(..self.most - self.bytes.len()).unwrap_or(bytes);
        self.bytes.extend_from_slice(fits);
        match fits.len() == bytes.len() {
            true => Ok(bytes.len()),
            false => Err(std::io::ErrorKind::FileTooLarge.into()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
