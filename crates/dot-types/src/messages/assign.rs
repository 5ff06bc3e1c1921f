//! E0308, E0309, E0325, E0331: assignments.

use dot_syntax::ast::{BinaryOp, Name};
use dot_syntax::{Diagnostic, Span};

use super::{error, one, operators};

pub(crate) fn not_a_var(name: Name, declared: Span, keyword: Option<Span>) -> Diagnostic {
    let diagnostic =
        error("E0308", name.span, format!("`{}` can't be assigned: it was not declared with `var`", name.symbol))
            .related(declared, "it is declared here");
    match keyword {
        Some(span) => diagnostic.help("Declare it with `var`.").fix(span, "var"),
        None => diagnostic.help(format!("Copy it into a variable first: `var copy = {}`.", name.symbol)),
    }
}

pub(crate) fn captured(name: Name, what: &str, declared: Span) -> Diagnostic {
    error("E0309", name.span, format!("`{}` can't be assigned in {what}, which has a copy of its value", name.symbol))
        .related(declared, "it is declared here, outside of it")
        .help(match what {
            "a lambda" => "Use a `for` loop, or let the lambda give the new value.",
            "a comprehension" => "Use a `for` loop, or let the comprehension give the new values.",
            _ => "Let the step give the new value, and assign that.",
        })
}

pub(crate) fn unknown_variable(name: Name) -> Diagnostic {
    let start = Span { end: name.span.start, ..name.span };
    error("E0201", name.span, format!("no variable is named `{}` here", name.symbol))
        .help(format!("A new one is declared with `var {0} = …`, or `let {0} = …` if it stays as it is.", name.symbol))
        .fix(start, "var ")
        .guess()
}

pub(crate) fn not_a_local(name: Name) -> Diagnostic {
    error("E0325", name.span, format!("`{}` is declared at the top level and never changes", name.symbol))
        .help("Only variables of a function can be assigned: `var name = …` in its body.")
}

pub(crate) fn not_assignable(span: Span) -> Diagnostic {
    error("E0325", span, "this can't be assigned")
        .help("A variable can, its fields, and what it holds at an index or key.")
}

pub(crate) fn part_of_tuple(span: Span) -> Diagnostic {
    error("E0325", span, "a part of a tuple can't be assigned").help("Assign the whole tuple, or use a record.")
}

pub(crate) fn nothing_to_fill(span: Span, ty: &str) -> Diagnostic {
    error("E0331", span, format!("`??=` gives a value to what has none, and {} always has one", one(ty)))
        .help("Assign it with `=`, or declare the variable with the type of an option: `var name: T? = None`.")
}

pub(crate) fn result_does_not_fit(op: BinaryOp, span: Span, place: &str, result: &str) -> Diagnostic {
    let sign = operators::spelling(op);
    error("E0301", span, format!("`{sign}` gives {} here, which is no `{place}`", one(result))).help(format!(
        "Declare the variable with the type `{result}`, or assign a value that was made one of `{place}`."
    ))
}
