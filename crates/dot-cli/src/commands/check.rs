//! `dot check`

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use dot_syntax::Diagnostic;
use dot_types::Checked;
use dot_types::program::SourceFile;

use crate::fix::Done;
use crate::pipeline;
use crate::project::Project;
use crate::render::{self, Count, plural};
use crate::sources;
use crate::stop::Stop;
use crate::terminal::{Status, Terminal};

/// Checks files without running them.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Prints the diagnostics as one JSON document on standard output
    #[arg(long)]
    pub json: bool,

    /// Applies the fixes that can mean nothing else, and reports what is left
    #[arg(long)]
    pub fix: bool,

    /// Files, and folders of which every .dot file is checked; without any the whole project
    #[arg(value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
}

/// A program and what is said about it.
type Report = (Vec<SourceFile>, Vec<Diagnostic>);

/// Checks every file, each as the root of a program.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    let paths = match sources::named_files(&arguments.paths, "check") {
        Ok(paths) => paths,
        Err(stop) => return stop.tell(terminal),
    };
    let mut told = HashSet::new();
    let mut reports: Vec<Report> = Vec::new();
    let mut done: Vec<Done> = Vec::new();
    let mut status = Status::Done;
    for path in &paths {
        match check(path, arguments.fix, &mut done) {
            Ok(Checked { files, mut diagnostics, .. }) => {
                diagnostics.retain(|diagnostic| told.insert(identity(&files, diagnostic)));
                reports.push((files, diagnostics));
            }
            Err(stop) => status = status.max(stop.tell(terminal)),
        }
    }
    let mut count = Count::default();
    for (_, diagnostics) in &reports {
        count += render::count(diagnostics);
    }
    if count.errors > 0 {
        status = Status::Refused;
    }
    if arguments.json {
        status.max(terminal.write(json(&reports, arguments.fix.then_some(&done))))
    } else {
        for Done { file, line, column, code, message } in &done {
            terminal.say(render::harmless(&format!("fixed {file}:{line}:{column}: [{code}] {message}")));
        }
        for (files, diagnostics) in &reports {
            terminal.say(render::reports(files, diagnostics, terminal.colour));
        }
        if !reports.is_empty() {
            terminal.say(summary(count, reports.len()));
        }
        status
    }
}

/// Checks a file, and fixes it before if that is wanted.
fn check(path: &Path, fix: bool, done: &mut Vec<Done>) -> Result<Checked, Stop> {
    let source = pipeline::read(path, &Project::of_file(path)?)?;
    if !fix {
        return Ok(pipeline::check_all(source));
    }
    let fixed = pipeline::fix_all(source);
    fixed.write()?;
    done.extend(fixed.done);
    Ok(fixed.checked)
}

/// A module that two programs import is told about once.
fn identity(files: &[SourceFile], diagnostic: &Diagnostic) -> (String, u32, u32, &'static str, String) {
    let file = files.get(usize::from(diagnostic.span.file.0)).map_or("", |file| &file.name);
    let span = diagnostic.span;
    (file.to_owned(), span.start, span.end, diagnostic.code.0, diagnostic.message.clone())
}

fn json(reports: &[Report], done: Option<&Vec<Done>>) -> String {
    let groups: Vec<_> =
        reports.iter().map(|(files, diagnostics)| (files.as_slice(), diagnostics.as_slice())).collect();
    format!("{}\n", render::diagnostics_json(&groups, done.map(Vec::as_slice)))
}

/// `2 errors, 1 warning`; without any: `no problems in 3 files`.
fn summary(count: Count, files: usize) -> String {
    match count {
        Count { errors: 0, warnings: 0 } => format!("no problems in {}", plural(files, "file")),
        _ => count.to_string(),
    }
}
