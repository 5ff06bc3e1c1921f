//! Why a command ends before its result, and how that is told.

use std::fmt::Display;
use std::path::PathBuf;

use dot_abi::fault::{Fault, FaultCode};
use dot_syntax::Diagnostic;
use dot_types::program::SourceFile;

use crate::arguments::Complaint;
use crate::render;
use crate::sources::ReadError;
use crate::terminal::{Status, Terminal};

/// What keeps a stage of the pipeline from giving what the next one needs.
#[derive(Debug)]
pub enum Stop {
    /// A file could not be read.
    Unreadable {
        /// The file as it was named.
        path: PathBuf,
        /// Why not.
        error: ReadError,
    },
    /// The program has errors.
    Source {
        /// The files by number.
        files: Vec<SourceFile>,
        /// What is wrong; at least one error.
        diagnostics: Vec<Diagnostic>,
    },
    /// What was typed does not fit.
    Usage {
        /// What is wrong.
        complaints: Vec<Complaint>,
        /// How the command is called.
        usage: Option<String>,
    },
    /// The run failed.
    Fault {
        /// The files that the fault's place is in.
        files: Vec<SourceFile>,
        /// What failed.
        fault: Box<Fault>,
    },
    /// Help was asked for, and this is it.
    Help(String),
}

impl Stop {
    /// A complaint without a usage line.
    pub fn complaint(complaint: Complaint) -> Stop {
        Stop::Usage { complaints: vec![complaint], usage: None }
    }

    /// Something that can't happen as long as Dot is right.
    pub fn internal(error: impl Display) -> Stop {
        Stop::Fault { files: Vec::new(), fault: Box::new(Fault::new(FaultCode::Internal, error.to_string())) }
    }

    /// It as a fault, for documents that hold nothing else.
    pub fn into_fault(self) -> Fault {
        let message = match self {
            Stop::Fault { fault, .. } => return *fault,
            Stop::Unreadable { path, error } => format!("the file \"{}\" can't be read: {error}", path.display()),
            Stop::Source { diagnostics, .. } => lines(diagnostics.iter().map(|diagnostic| diagnostic.message.clone())),
            Stop::Usage { complaints, .. } => lines(complaints.iter().map(|complaint| complaint.message.clone())),
            Stop::Help(page) => page,
        };
        Fault::new(FaultCode::Internal, message)
    }

    /// Tells it, on standard error unless it was asked for.
    pub fn tell(&self, terminal: &Terminal) -> Status {
        match self {
            Stop::Unreadable { path, error } => tell_unreadable(path.display(), error, terminal),
            Stop::Source { files, diagnostics } => {
                terminal.say(render::diagnostics(files, diagnostics, terminal.colour))
            }
            Stop::Usage { complaints, usage } => {
                for complaint in complaints {
                    terminal.say(render::harmless(&complaint.to_string()));
                }
                if let Some(usage) = usage {
                    terminal.say(usage);
                }
            }
            Stop::Fault { files, fault } => {
                terminal.say(render::fault(files, fault, terminal.colour));
                return Status::Failed;
            }
            Stop::Help(page) => return terminal.write(page),
        }
        Status::Refused
    }
}

impl From<dot_embed::Error> for Stop {
    fn from(error: dot_embed::Error) -> Stop {
        match error {
            dot_embed::Error::Unreadable { path, error } => Stop::Unreadable { path, error },
            dot_embed::Error::Source { files, diagnostics } => Stop::Source { files, diagnostics },
            dot_embed::Error::Fault(fault) => Stop::Fault { files: Vec::new(), fault },
            other => Stop::internal(other),
        }
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

/// Says why a file can't be read, and which one may have been meant.
pub fn tell_unreadable(path: impl Display, error: &ReadError, terminal: &Terminal) {
    let complaint = Complaint::new(format!("the file \"{path}\" can't be read: {error}"));
    let complaint = match error {
        ReadError::NotFound(near) if !near.is_empty() => complaint.help(format!("did you mean {}?", near.join(" or "))),
        _ => complaint,
    };
    terminal.say(render::harmless(&complaint.to_string()));
}
