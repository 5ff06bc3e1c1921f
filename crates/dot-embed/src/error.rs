//! Why there is no result.

use std::fmt;
use std::path::PathBuf;

use dot_abi::fault::Fault;
use dot_abi::json::Problem;
use dot_runtime::{LoadError, RunError};
use dot_syntax::{Diagnostic, Severity};
use dot_types::program::SourceFile;

use crate::sources::ReadError;

/// What keeps a stage from giving what the next one needs.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The root file could not be read.
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
    /// The root file has no dot of this name.
    NoDot {
        /// The name.
        name: String,
        /// The one that may have been meant.
        near: Option<String>,
    },
    /// The unit can't be loaded, or the system does not give what the engine needs.
    Load(LoadError),
    /// The input does not fit the parameters; nothing ran.
    Input(Vec<Problem>),
    /// The run failed.
    Fault(Box<Fault>),
}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Error {
        Error::Load(error)
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Error {
        match error {
            RunError::Input(problems) => Error::Input(problems),
            RunError::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        Error::Fault(Box::new(fault))
    }
}

/// Each problem on a line of its own: `main.dot:3:5: E0203: …`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unreadable { path, error } => write!(f, "the file \"{}\" can't be read: {error}", path.display()),
            Error::Source { files, diagnostics } => {
                let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
                let lines: Vec<String> = errors.map(|diagnostic| line(files, diagnostic)).collect();
                f.write_str(&lines.join("\n"))
            }
            Error::NoDot { name, near: None } => write!(f, "the program has no dot \"{name}\""),
            Error::NoDot { name, near: Some(near) } => {
                write!(f, "the program has no dot \"{name}\": did you mean \"{near}\"?")
            }
            Error::Load(error) => error.fmt(f),
            Error::Input(problems) => {
                let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
                write!(f, "the input does not fit: {}", messages.join("; "))
            }
            Error::Fault(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

fn line(files: &[SourceFile], diagnostic: &Diagnostic) -> String {
    let (code, message) = (diagnostic.code.0, &diagnostic.message);
    let Some(file) = files.get(diagnostic.span.file.0 as usize) else { return format!("{code}: {message}") };
    let before = file.text.get(..diagnostic.span.start as usize).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("{}:{line}:{column}: {code}: {message}", file.name)
}
