//! Diagnostics as one JSON document, for editors and scripts.

use dot_syntax::Span;
use dot_syntax::{Diagnostic, Severity};
use dot_types::program::SourceFile;
use serde::Serialize;

use super::text::LineIndex;
use super::{Count, count};

#[derive(Serialize)]
struct Document<'d> {
    #[serde(flatten)]
    count: Count,
    diagnostics: Vec<Entry<'d>>,
}

#[derive(Serialize)]
struct Entry<'d> {
    code: &'d str,
    severity: &'static str,
    message: &'d str,
    #[serde(flatten)]
    place: Place<'d>,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'d str>,
    related: Vec<Related<'d>>,
    fixes: Vec<Fix<'d>>,
}

#[derive(Serialize)]
struct Related<'d> {
    #[serde(flatten)]
    place: Place<'d>,
    message: &'d str,
}

#[derive(Serialize)]
struct Fix<'d> {
    #[serde(flatten)]
    place: Place<'d>,
    text: &'d str,
}

/// Lines and columns count from 1, columns in characters; `start` and `end` are bytes from 0.
#[derive(Serialize)]
struct Place<'d> {
    file: &'d str,
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
/// numbers its files on its own.
pub fn diagnostics_json(groups: &[(&[SourceFile], &[Diagnostic])]) -> String {
    let mut document = Document { count: Count::default(), diagnostics: Vec::new() };
    for (files, diagnostics) in groups {
        document.count += count(diagnostics);
        let indices: Vec<LineIndex<'_>> = files.iter().map(|file| LineIndex::new(&file.text)).collect();
        document.diagnostics.extend(diagnostics.iter().map(|diagnostic| entry(files, &indices, diagnostic)));
    }
    serde_json::to_string_pretty(&document).unwrap_or_else(|error| format!("{{\"error\": {:?}}}", error.to_string()))
}

fn entry<'d>(files: &'d [SourceFile], indices: &[LineIndex<'_>], diagnostic: &'d Diagnostic) -> Entry<'d> {
    let related = |(span, message): &'d (Span, String)| Related { place: place(files, indices, *span), message };
    Entry {
        code: diagnostic.code.0,
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: &diagnostic.message,
        place: place(files, indices, diagnostic.span),
        label: &diagnostic.label,
        help: diagnostic.help.as_deref(),
        related: diagnostic.related.iter().map(related).collect(),
        fixes: diagnostic
            .fix
            .iter()
            .map(|edit| Fix { place: place(files, indices, edit.span), text: &edit.text })
            .collect(),
    }
}

fn place<'d>(files: &'d [SourceFile], indices: &[LineIndex<'_>], span: Span) -> Place<'d> {
    let number = usize::from(span.file.0);
    let nowhere = super::Position { line: 1, column: 1 };
    let position = |byte: u32| indices.get(number).map_or(nowhere, |index| index.position(byte as usize));
    let (start, end) = (position(span.start), position(span.end));
    Place {
        file: files.get(number).map_or("", |file| &file.name),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        start: span.start,
        end: span.end,
    }
}
