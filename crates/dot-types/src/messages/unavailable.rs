//! E06xx: what the language has and this version has not. It parses, so that a program can be read; it is answered
//! here, so that nothing is silently ignored.

use dot_syntax::ast::Name;
use dot_syntax::{Diagnostic, Span};

use super::error;

fn unavailable(code: &'static str, span: Span, what: &str, meanwhile: &str) -> Diagnostic {
    error(code, span, format!("{what} not available in this version")).label("not available yet").help(meanwhile)
}

pub(crate) fn store(span: Span) -> Diagnostic {
    unavailable("E0602", span, "stores are", "Keep the values in a `Map` that the dot takes and gives back.")
}

pub(crate) fn transaction(span: Span) -> Diagnostic {
    unavailable("E0603", span, "transactions are", "Work on a `Map` in a `var`.")
}

fn ask(span: Span) -> Diagnostic {
    unavailable("E0604", span, "`ask` is", "Take the answer as a parameter of the dot.")
}

/// A policy of a later version.
pub(crate) fn policy(name: Name) -> Diagnostic {
    let meanwhile = match name.symbol.as_str() {
        "cache" => "Leave it out: the dot runs each time that it is called.",
        _ => "Leave it out, and start the dot with a timer of the system.",
    };
    unavailable("E0606", name.span, &format!("the policy `{}` is", name.symbol), meanwhile)
}

pub(crate) fn on_fault(span: Span) -> Diagnostic {
    unavailable("E0610", span, "`on fault` is", "Give a `Result` and undo the work where it is an `Err`.")
}

pub(crate) fn native_function(span: Span) -> Diagnostic {
    let help = "Write it in Dot, or declare a `native CLASS dot`, which the host program provides.";
    unavailable("E0614", span, "a `native fn` of your own is", help)
}

pub(crate) fn native_type(span: Span) -> Diagnostic {
    unavailable("E0614", span, "native types of your own are", "Declare a record or union.")
}

/// An operation of a later version.
pub(crate) fn value(name: Name) -> Option<Diagnostic> {
    (name.symbol.as_str() == "ask").then(|| ask(name.span))
}
