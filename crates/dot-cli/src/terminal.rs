//! Standard output and standard error.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

/// How a command ended, as its exit status.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Status {
    /// 0: done.
    #[default]
    Done,
    /// 1: the run failed, or a test did.
    Failed,
    /// 2: wrong usage, input or source; nothing ran.
    Refused,
}

impl Status {
    /// The number for the system.
    pub fn code(self) -> u8 {
        match self {
            Status::Done => 0,
            Status::Failed => 1,
            Status::Refused => 2,
        }
    }
}

/// What is known of the two streams.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether standard error takes colours: it is a terminal, and `NO_COLOR` is not set.
    pub colour: bool,
    /// Whether standard output is a terminal, so that people read what is written there.
    pub is_interactive: bool,
}

impl Terminal {
    /// Looks at the streams of this process.
    pub fn of_process() -> Terminal {
        Terminal {
            colour: AutoStream::choice(&io::stderr()) != ColorChoice::Never,
            is_interactive: io::stdout().is_terminal(),
        }
    }

    /// Writes to standard output. Whoever closed the pipe has seen enough: that is no failure.
    pub fn write(&self, text: impl Display) -> Status {
        let mut output = io::stdout().lock();
        match write!(output, "{text}").and_then(|()| output.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                say(format_args!("error: standard output can't be written: {}", error.kind()));
                Status::Failed
            }
            _ => Status::Done,
        }
    }

    /// Writes to standard error, with a line end if there is none.
    pub fn say(&self, text: impl Display) {
        say(text);
    }
}

/// Writes to standard error, with a line end if there is none. There is nobody to tell if that fails.
pub fn say(text: impl Display) {
    let text = text.to_string();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let _ = write!(io::stderr().lock(), "{text}{end}");
}

/// Where a run's notes go. That nobody reads them is not the run's failure.
#[derive(Clone, Copy, Debug)]
pub struct StandardError;

impl paradot::Output for StandardError {
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let _ = io::stderr().lock().write_all(bytes);
        Ok(())
    }
}
