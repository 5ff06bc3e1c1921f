//! `dot check --fix`: does what sure fixes say, as often as there are some.
//!
//! A program is fixed in memory, in rounds: what one round puts right lets the next one see further. Edits that touch
//! each other wait for the next round. Files are written once at the end, each as a whole.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use dot_embed::FolderSources;
use dot_syntax::{Applicability, Diagnostic, Edit};
use dot_types::program::SourceFile;
use dot_types::{Checked, LoadError, Sources};

use crate::arguments::Complaint;
use crate::render::LineIndex;
use crate::sources::reason;
use crate::stop::Stop;

/// The most rounds: each mends something, so that a program which needs more is wrong beyond what fixes can do.
const MAX_ROUNDS: usize = 32;

/// What became of a program.
pub struct Fixed {
    /// What is left.
    pub checked: Checked,
    /// What was done, in order.
    pub done: Vec<Done>,
    /// The files that differ from those that were read.
    changes: Vec<Change>,
}

/// A fix that was applied.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Done {
    /// The file.
    pub file: String,
    /// The line, from 1, in the text of that round.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The code of the diagnostic.
    pub code: &'static str,
    /// What was wrong.
    pub message: String,
}

struct Change {
    name: String,
    before: Arc<str>,
    after: Arc<str>,
}

/// Fixes a program in memory.
pub fn fix(root: SourceFile, imports: &FolderSources) -> Fixed {
    let mut edited: HashMap<String, Arc<str>> = HashMap::new();
    let mut first: HashMap<String, Arc<str>> = HashMap::new();
    let mut done = Vec::new();
    let mut round = 0;
    loop {
        let text = edited.get(&root.name).unwrap_or(&root.text);
        let root = SourceFile { name: root.name.clone(), text: Arc::clone(text) };
        let checked = dot_types::check(root, &Overlay { imports, edited: &edited });
        let accepted = if round < MAX_ROUNDS { accept(&checked.diagnostics) } else { Vec::new() };
        if accepted.is_empty() {
            let change = |(name, after): (String, Arc<str>)| {
                let before = first.remove(&name)?;
                (before != after).then_some(Change { name, before, after })
            };
            let mut changes: Vec<Change> = edited.into_iter().filter_map(change).collect();
            changes.sort_by(|a, b| a.name.cmp(&b.name));
            return Fixed { checked, done, changes };
        }
        done.extend(accepted.iter().filter_map(|diagnostic| describe(&checked.files, diagnostic)));
        for (number, file) in checked.files.iter().enumerate() {
            let edits: Vec<&Edit> = accepted
                .iter()
                .flat_map(|diagnostic| &diagnostic.fix)
                .filter(|edit| usize::from(edit.span.file.0) == number)
                .collect();
            if !edits.is_empty() {
                first.entry(file.name.clone()).or_insert_with(|| Arc::clone(&file.text));
                edited.insert(file.name.clone(), apply(&file.text, edits).into());
            }
        }
        round += 1;
    }
}

/// Those whose fixes are sure and do not touch each other, in order.
///
/// What is said of the types of a text that is not understood may be wrong: its syntax is put right first.
fn accept(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let is_syntax = |diagnostic: &&Diagnostic| diagnostic.code.0.starts_with("E01");
    let only_syntax = diagnostics.iter().any(|diagnostic| is_syntax(&diagnostic));
    let mut accepted: Vec<&Diagnostic> = Vec::new();
    for diagnostic in diagnostics.iter().filter(|diagnostic| !only_syntax || is_syntax(diagnostic)) {
        let is_sure = diagnostic.applicability == Applicability::Sure && !diagnostic.fix.is_empty();
        let taken = accepted.iter().flat_map(|other| &other.fix);
        if is_sure && !taken.clone().any(|other| diagnostic.fix.iter().any(|edit| touch(edit, other))) {
            accepted.push(diagnostic);
        }
    }
    accepted
}

fn touch(a: &Edit, b: &Edit) -> bool {
    a.span.file == b.span.file && a.span.start <= b.span.end && b.span.start <= a.span.end
}

/// A text with edits that do not overlap.
fn apply(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut fixed = String::with_capacity(text.len());
    let mut behind = 0;
    for edit in edits {
        let range = edit.span.range();
        fixed.push_str(text.get(behind..range.start).unwrap_or_default());
        fixed.push_str(&edit.text);
        behind = range.end;
    }
    fixed.push_str(text.get(behind..).unwrap_or_default());
    fixed
}

fn describe(files: &[SourceFile], diagnostic: &Diagnostic) -> Option<Done> {
    let file = files.get(usize::from(diagnostic.span.file.0))?;
    let position = LineIndex::new(&file.text).position(diagnostic.span.start as usize);
    Some(Done {
        file: file.name.clone(),
        line: position.line,
        column: position.column,
        code: diagnostic.code.0,
        message: diagnostic.message.clone(),
    })
}

impl Fixed {
    /// The text of a file after its fixes, if it has changed.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.changes.iter().find(|change| change.name == name).map(|change| &*change.after)
    }

    /// Writes the files that changed, each as a whole or not at all.
    pub fn write(&self) -> Result<(), Stop> {
        for Change { name, before, after } in &self.changes {
            let path = Path::new(name);
            let failed = |why: String| Stop::complaint(Complaint::new(format!("\"{name}\" can't be written: {why}")));
            let current = fs::read(path).map_err(|error| failed(reason(&error)))?;
            if current != before.as_bytes() {
                return Err(failed("it has changed since it was read".to_owned()));
            }
            replace(path, after).map_err(|error| failed(reason(&error)))?;
        }
        Ok(())
    }
}

/// Puts a text in the place of a file. Who reads it meanwhile gets the old one or the new one, whole.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let real = path.canonicalize()?;
    let folder = real.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(fs::metadata(&real)?.permissions())?;
    file.as_file().sync_all()?;
    file.persist(&real).map(drop).map_err(|error| error.error)
}

/// The modules of a folder with what was edited in memory.
struct Overlay<'a> {
    imports: &'a FolderSources,
    edited: &'a HashMap<String, Arc<str>>,
}

impl Sources for Overlay<'_> {
    fn load(&self, path: &[&str]) -> Result<SourceFile, LoadError> {
        let file = self.imports.load(path)?;
        Ok(match self.edited.get(&file.name) {
            Some(text) => SourceFile { text: Arc::clone(text), ..file },
            None => file,
        })
    }
}
