//! Where printed text goes.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::text::size_to_text;

/// A place for printed text.
pub trait Output: Send + Sync {
    /// Writes all of it.
    fn write(&self, bytes: &[u8]) -> io::Result<()>;
}

/// An output and how much may still be written to it.
pub struct LimitedOutput {
    sink: Arc<dyn Output>,
    limit_bytes: u64,
    written_bytes: Arc<AtomicU64>,
}

impl LimitedOutput {
    /// An output that takes so many bytes.
    pub fn new(sink: Arc<dyn Output>, limit_bytes: u64) -> LimitedOutput {
        LimitedOutput { sink, limit_bytes, written_bytes: Arc::default() }
    }

    /// An output to another place that counts towards the same limit.
    pub fn redirected(&self, sink: Arc<dyn Output>) -> LimitedOutput {
        LimitedOutput { sink, limit_bytes: self.limit_bytes, written_bytes: Arc::clone(&self.written_bytes) }
    }

    /// Writes a text and a line end, whole or not at all.
    pub fn write_line(&self, text: &str) -> Result<(), Fault> {
        let size = text.len() as u64 + 1;
        let before = self.written_bytes.fetch_add(size, Ordering::Relaxed);
        if before.saturating_add(size) > self.limit_bytes {
            let limit = size_to_text(self.limit_bytes);
            let message = format!("the output is larger than the limit of {limit}");
            let help = format!(
                "print less, or raise the limit: --output-size {}",
                size_to_text(self.limit_bytes.saturating_mul(2))
            );
            return Err(Fault::new(FaultCode::OutputLimit, message).help(help));
        }
        let mut line = Vec::with_capacity(text.len() + 1);
        line.extend_from_slice(text.as_bytes());
        line.push(b'\n');
        self.sink
            .write(&line)
            .map_err(|error| Fault::new(FaultCode::Io, format!("the output could not be written: {error}")))
    }
}

/// Output that is kept in memory.
#[derive(Clone, Debug, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// What was written since the last time that it was taken.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was written so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Output for Captured {
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(())
    }
}

/// Output to any writer, standard output for example. Whoever wraps a buffered writer flushes it
/// before it shows anything else.
#[derive(Debug)]
pub struct WriterOutput<W>(Mutex<W>);

impl<W: Write + Send> WriterOutput<W> {
    /// Output to a writer.
    pub fn new(writer: W) -> WriterOutput<W> {
        WriterOutput(Mutex::new(writer))
    }

    /// Passes on what the writer holds back.
    pub fn flush(&self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).flush()
    }
}

impl<W: Write + Send> Output for WriterOutput<W> {
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write_all(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_written_whole_or_not_at_all() {
        let captured = Captured::default();
        let output = LimitedOutput::new(Arc::new(captured.clone()), 8);
        assert_eq!(output.write_line("abc"), Ok(()));
        let fault = output.write_line("defg").expect_err("one byte too many");
        assert_eq!(fault.code, FaultCode::OutputLimit);
        assert_eq!(fault.message, "the output is larger than the limit of 8B");
        assert_eq!(captured.text(), "abc\n");
    }

    #[test]
    fn an_output_that_can_not_be_written_is_a_fault() {
        struct Closed;
        impl Output for Closed {
            fn write(&self, _: &[u8]) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let fault = LimitedOutput::new(Arc::new(Closed), 8).write_line("a").expect_err("closed");
        assert_eq!(fault.to_string(), "io: the output could not be written: broken pipe");
    }
}
