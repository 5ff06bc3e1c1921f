//! From facts to words: every diagnostic of the checker is made here, one function for each.
//!
//! A message says what is wrong and why, in one sentence that starts small and has no full stop; the help says what to
//! do, as a sentence of its own.

pub(crate) mod assign;
pub(crate) mod bounds;
pub(crate) mod calls;
pub(crate) mod dots;
pub(crate) mod flow;
pub(crate) mod mismatch;
pub(crate) mod mocks;
pub(crate) mod names;
pub(crate) mod operators;
pub(crate) mod patterns;
pub(crate) mod policies;
pub(crate) mod records;
pub(crate) mod steps;
pub(crate) mod types;
pub(crate) mod unavailable;

use dot_syntax::{Code, Diagnostic, Span};

fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code(code), span, message)
}

/// Adds "did you mean" with the edit, if there is a near name.
fn near(diagnostic: Diagnostic, span: Span, near: Option<String>) -> Diagnostic {
    match near {
        Some(name) => diagnostic.help(format!("Did you mean `{name}`?")).fix(span, name).guess(),
        None => diagnostic,
    }
}

/// `a`, `b` and `c`
fn listed(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match &quoted[..] {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `1 argument`, `2 arguments`
fn counted(number: usize, thing: &str) -> String {
    match number {
        0 => format!("no {thing}s"),
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}

/// `` an `Int` ``, `` a `Text` ``
fn one(ty: &str) -> String {
    let article = if ty.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    format!("{article} `{ty}`")
}

fn is_are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
