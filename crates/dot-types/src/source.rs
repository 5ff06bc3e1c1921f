//! What goes in and what comes out: the sources of a program, and all that is said about them.

use dot_syntax::{Diagnostic, Severity};

use crate::checker::Checker;
use crate::program::{Program, SourceFile};

/// Where the texts of imported modules come from.
pub trait Sources {
    /// The text of an imported module, by its path segments (`billing/invoice`), relative to the root file's folder.
    fn load(&self, path: &[&str]) -> Result<SourceFile, LoadError>;
}

/// Why there is no text for a module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoadError {
    /// There is no such file.
    NotFound {
        /// Where it was looked for.
        looked: String,
        /// Modules that are there and have a similar name.
        near: Vec<String>,
    },
    /// There is a file and it can't be read.
    Unreadable {
        /// The file.
        name: String,
        /// Why not.
        why: String,
    },
}

/// Sources of a program that is a single file.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoSources;

impl Sources for NoSources {
    fn load(&self, path: &[&str]) -> Result<SourceFile, LoadError> {
        Err(LoadError::NotFound { looked: format!("{}.dot", path.join("/")), near: Vec::new() })
    }
}

/// What checking gives.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The typed program, if no diagnostic is an error.
    pub program: Option<Program>,
    /// The files by [`FileId`](dot_syntax::FileId); modules of the standard library stand behind those of the program.
    pub files: Vec<SourceFile>,
    /// What is wrong, in the order of the source, nothing twice.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a file and everything that it imports.
pub fn check(root: SourceFile, sources: &dyn Sources) -> Checked {
    let mut checker = Checker::new(sources);
    checker.check_root(root);
    let (mut program, mut diagnostics) = checker.into_parts();
    diagnostics.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
    diagnostics.dedup();
    let failed = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    let files = std::mem::take(&mut program.files);
    let program = (!failed).then(|| Program { files: files.clone(), ..program });
    Checked { program, files, diagnostics }
}
