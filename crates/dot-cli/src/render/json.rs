//! Diagnostics as one JSON document, for editors and scripts.

use dot_syntax::Span;
use dot_syntax::{Applicability, Diagnostic, Severity};
use dot_types::program::SourceFile;
use serde::Serialize;

use super::text::LineIndex;
use super::{Count, count};
use crate::fix::Done;

#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    count: Count,
    diagnostics: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<Vec<Done>>,
}

/// A diagnostic.
#[derive(Serialize)]
pub(super) struct Entry {
    code: &'static str,
    severity: &'static str,
    message: String,
    #[serde(flatten)]
    place: Place,
    #[serde(skip_serializing_if = "String::is_empty")]
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    related: Vec<Related>,
    fixes: Vec<Fix>,
    /// Whether `--fix` applies them.
    sure: bool,
}

#[derive(Serialize)]
struct Related {
    #[serde(flatten)]
    place: Place,
    message: String,
}

#[derive(Serialize)]
struct Fix {
    #[serde(flatten)]
    place: Place,
    text: String,
}

/// Lines and columns count from 1, columns in characters; `start` and `end` are bytes from 0.
#[derive(Serialize)]
pub(super) struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: u32,
    end: u32,
}

/// The document that `dot check --json` prints, pretty, without a newline at the end.
///
/// `files` and `diagnostics` of several programs come as several groups, since each program
/// numbers its files on its own. What was fixed comes with `--fix`.
pub fn diagnostics_json(groups: &[(&[SourceFile], &[Diagnostic])], fixed: Option<&[Done]>) -> String {
    let mut document =
        Document { count: Count::default(), diagnostics: Vec::new(), fixed: fixed.map(<[Done]>::to_vec) };
    for (files, diagnostics) in groups {
        document.count += count(diagnostics);
        document.diagnostics.extend(entries(files, diagnostics));
    }
    to_text(&document)
}

/// A document as text.
pub(super) fn to_text(document: &impl Serialize) -> String {
    serde_json::to_string_pretty(document).unwrap_or_else(|error| format!("{{\"error\": {:?}}}", error.to_string()))
}

/// The diagnostics of one program.
pub(super) fn entries(files: &[SourceFile], diagnostics: &[Diagnostic]) -> Vec<Entry> {
    let indices: Vec<LineIndex<'_>> = files.iter().map(|file| LineIndex::new(&file.text)).collect();
    diagnostics.iter().map(|diagnostic| entry(files, &indices, diagnostic)).collect()
}

fn entry(files: &[SourceFile], indices: &[LineIndex<'_>], diagnostic: &Diagnostic) -> Entry {
    let place = |span: Span| {
        let number = usize::from(span.file.0);
        place(files.get(number), indices.get(number), span.start, span.end)
    };
    let related = |(span, message): &(Span, String)| Related { place: place(*span), message: message.clone() };
    Entry {
        code: diagnostic.code.0,
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        },
        message: diagnostic.message.clone(),
        place: place(diagnostic.span),
        label: diagnostic.label.clone(),
        help: diagnostic.help.clone(),
        related: diagnostic.related.iter().map(related).collect(),
        sure: diagnostic.applicability == Applicability::Sure && !diagnostic.fix.is_empty(),
        fixes: diagnostic.fix.iter().map(|edit| Fix { place: place(edit.span), text: edit.text.clone() }).collect(),
    }
}

/// A place in a file.
pub(super) fn place_in(file: &SourceFile, start: u32, end: u32) -> Place {
    place(Some(file), Some(&LineIndex::new(&file.text)), start, end)
}

fn place(file: Option<&SourceFile>, index: Option<&LineIndex<'_>>, start: u32, end: u32) -> Place {
    let nowhere = super::Position { line: 1, column: 1 };
    let position = |byte: u32| index.map_or(nowhere, |index| index.position(byte as usize));
    let (first, last) = (position(start), position(end));
    Place {
        file: file.map_or_else(String::new, |file| file.name.clone()),
        line: first.line,
        column: first.column,
        end_line: last.line,
        end_column: last.column,
        start,
        end,
    }
}
