//! What Dot says about a program: for people through ariadne, for programs as JSON.

mod json;
pub mod plan;
mod report;
mod sides;
mod tests_json;
mod text;

use ariadne::ReportKind;
use dot_abi::fault::Fault;
use dot_syntax::{Diagnostic, Severity};
use dot_types::program::SourceFile;

use report::{Marked, Message, Reporter};

pub use json::diagnostics_json;
pub use tests_json::{TestEntry, TestStatus, tests_json};
pub use text::{LineIndex, Position, displayable, harmless};

/// Diagnostics for people, in the order given, ending in a line that counts them. No diagnostics: an empty text.
pub fn diagnostics(files: &[SourceFile], diagnostics: &[Diagnostic], colour: bool) -> String {
    if diagnostics.is_empty() {
        return String::new();
    }
    format!("{}{}\n", reports(files, diagnostics, colour), count(diagnostics))
}

/// The most reports of one program; whoever sees so many puts the first ones right and checks again.
const MAX_REPORTS: usize = 100;

/// As [`diagnostics`], without the last line.
pub fn reports(files: &[SourceFile], diagnostics: &[Diagnostic], colour: bool) -> String {
    let mut reporter = Reporter::new(files, colour);
    let shown = diagnostics.iter().take(MAX_REPORTS);
    let mut reports: String = shown.map(|diagnostic| reporter.report(&diagnostic_message(diagnostic))).collect();
    if let Some(hidden) = diagnostics.len().checked_sub(MAX_REPORTS).filter(|&hidden| hidden > 0) {
        reports.push_str(&format!("… and {hidden} more, which are not shown\n"));
    }
    reports
}

/// A fault for people, with its place where that is in one of the files, and the step where that is not the dot that was started.
pub fn fault(files: &[SourceFile], fault: &Fault, colour: bool) -> String {
    let place = fault.at.as_ref().and_then(|at| {
        let file = files.iter().position(|file| file.name == at.file)?;
        Some(Marked { file, start: at.start as usize, end: at.end as usize, words: "failed here" })
    });
    let (text, difference) = sides::difference(fault, colour);
    let report = Reporter::new(files, colour).report(&Message {
        kind: ReportKind::Error,
        code: fault.code.as_str(),
        text,
        places: place.into_iter().collect(),
        help: fault.help.as_deref(),
    });
    let step = fault.step.as_deref().filter(|step| step.contains('/'));
    let step = step.map(|step| format!("  step: {}\n", harmless(step))).unwrap_or_default();
    report + &step + &difference
}

fn diagnostic_message(diagnostic: &Diagnostic) -> Message<'_> {
    let own = (diagnostic.span, diagnostic.label.as_str());
    let related = diagnostic.related.iter().map(|(span, words)| (*span, words.as_str()));
    Message {
        kind: match diagnostic.severity {
            Severity::Error => ReportKind::Error,
            Severity::Warning => ReportKind::Warning,
            Severity::Advice => ReportKind::Advice,
        },
        code: diagnostic.code.0,
        text: &diagnostic.message,
        places: std::iter::once(own)
            .chain(related)
            .map(|(span, words)| Marked {
                file: usize::from(span.file.0),
                start: span.start as usize,
                end: span.end as usize,
                words,
            })
            .collect(),
        help: diagnostic.help.as_deref(),
    }
}

/// How many errors and warnings there are; shown as `2 errors, 1 warning`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, serde::Serialize)]
pub struct Count {
    /// The errors.
    pub errors: usize,
    /// The warnings.
    pub warnings: usize,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Count) {
        self.errors += other.errors;
        self.warnings += other.warnings;
    }
}

/// Counts diagnostics; advice is no problem.
pub fn count(diagnostics: &[Diagnostic]) -> Count {
    let of = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    Count { errors: of(Severity::Error), warnings: of(Severity::Warning) }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.errors, self.warnings) {
            (0, 0) => f.write_str("no problems"),
            (errors, 0) => f.write_str(&plural(errors, "error")),
            (0, warnings) => f.write_str(&plural(warnings, "warning")),
            (errors, warnings) => write!(f, "{}, {}", plural(errors, "error"), plural(warnings, "warning")),
        }
    }
}

/// `1 error`, `2 errors`
pub fn plural(number: usize, noun: &str) -> String {
    if number == 1 { format!("{number} {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests;
