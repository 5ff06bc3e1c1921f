//! What the check found, in words.

use dot_syntax::{Code, Diagnostic, Span};

use super::{Report, TooLarge, TypeDefs, check_match};
use crate::program::{Pattern, PatternKind, Type};

/// Checks a `match`; `head` is the place of its word and subject.
pub(crate) fn diagnose<D: TypeDefs + ?Sized>(
    types: &D,
    subject: &Type,
    head: Span,
    arms: &[(&Pattern, bool)],
) -> Vec<Diagnostic> {
    let report = match check_match(types, subject, arms) {
        Ok(report) => report,
        Err(TooLarge) => return vec![too_large(head)],
    };
    let mut diagnostics = Vec::new();
    if !report.missing.is_empty() {
        diagnostics.push(missing(&report, head, arms));
    }
    diagnostics
        .extend(report.unreachable.iter().filter_map(|&arm| Some(unreachable(arms.get(..arm)?, arms.get(arm)?.0))));
    diagnostics.extend(report.redundant.iter().map(|&span| {
        Diagnostic::warning(
            Code("W0403"),
            span,
            "this alternative is never taken: what stands before it matches all that it matches",
        )
        .label("never taken")
        .help("Remove the alternative.")
    }));
    diagnostics
}

fn missing(report: &Report, head: Span, arms: &[(&Pattern, bool)]) -> Diagnostic {
    let (message, label) = match &report.missing[..] {
        [rest] if rest == "_" => ("this match does not cover every value".to_owned(), "other values have no arm"),
        [_] if !report.more => (format!("this match does not cover {}", listed(report)), "this value has no arm"),
        _ => (format!("this match does not cover {}", listed(report)), "these values have no arm"),
    };
    let guarded = arms.iter().any(|(_, guarded)| *guarded);
    let note = if guarded { " An arm with `if` covers nothing, since its condition may not hold." } else { "" };
    Diagnostic::error(Code("E0401"), head, message).label(label).help(help(report) + note)
}

fn unreachable(before: &[(&Pattern, bool)], pattern: &Pattern) -> Diagnostic {
    let error = Diagnostic::error(
        Code("E0402"),
        pattern.span,
        "this arm is never taken: the arms before it match all that it matches",
    )
    .label("never taken");
    let everything = before.iter().find(|(pattern, guarded)| !guarded && matches_everything(pattern));
    let error = match everything {
        Some((Pattern { kind: PatternKind::Bind(_), span, .. }, _)) => {
            error.related(*span, "a name that starts with a small letter matches everything")
        }
        Some((pattern, _)) => error.related(pattern.span, "this matches everything"),
        None => error,
    };
    error.help("Remove the arm, or move it before the one that hides it.")
}

/// Whether a pattern matches everything by its look.
fn matches_everything(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::Wildcard | PatternKind::Bind(_))
}

/// Checks the pattern of a `let` without `else`, of a lambda's parameter: it must match every value.
pub(crate) fn check_let<D: TypeDefs + ?Sized>(types: &D, pattern: &Pattern) -> Option<Diagnostic> {
    match check_match(types, &pattern.ty, &[(pattern, false)]) {
        Ok(report) if report.missing.is_empty() => None,
        Ok(report) => Some(
            Diagnostic::error(Code("E0404"), pattern.span, format!("this pattern does not match {}", listed(&report)))
                .label("can fail")
                .help("Add `else { … }` behind the value, which leaves the block, or use `match`."),
        ),
        Err(TooLarge) => Some(too_large(pattern.span)),
    }
}

fn too_large(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0901"), span, "these patterns are too many and too mixed to be checked for missing values")
        .help("Match on one part at a time, or end with a `_` arm and fewer columns.")
}

/// `` `A`, `B` and more ``
fn listed(report: &Report) -> String {
    let quoted: Vec<String> = report.missing.iter().map(|text| format!("`{text}`")).collect();
    match &quoted[..] {
        [.., _] if report.more => format!("{} and more", quoted.join(", ")),
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}

fn help(report: &Report) -> String {
    match &report.missing[..] {
        [rest] if rest == "_" => "Add an arm `_ => …` for all the rest.".to_owned(),
        [only] if !report.more => format!("Add an arm `{only} => …`."),
        missing if report.more => {
            format!("Add an arm for each, such as `{} => …`, or `_ => …` for all the rest.", missing[0])
        }
        missing => format!("Add an arm for each, or one for all: `{} => …`.", missing.join(" | ")),
    }
}
