//! E041x: patterns.

use dot_syntax::ast::Name;
use dot_syntax::{Diagnostic, Span, Symbol};

use super::{counted, error, is_are, listed, one};

pub(crate) fn bound_twice(name: Name, earlier: Span) -> Diagnostic {
    error("E0410", name.span, format!("the pattern binds `{}` twice", name.symbol))
        .related(earlier, "it is bound here first")
        .help("Give one of them another name, and compare them in a guard (`if a == b`) if they must be equal.")
}

pub(crate) fn not_in_first_alternative(name: Name) -> Diagnostic {
    error(
        "E0411",
        name.span,
        format!("`{}` is not bound by the first alternative, and all must bind the same names", name.symbol),
    )
}

pub(crate) fn missing_in_alternative(name: Symbol, span: Span, declared: Span) -> Diagnostic {
    error("E0411", span, format!("this alternative does not bind `{name}`, and all must bind the same names"))
        .related(declared, "the first one binds it here")
}

pub(crate) fn alternatives_differ_in_type(name: Name, first: Span, expected: &str, found: &str) -> Diagnostic {
    error(
        "E0411",
        name.span,
        format!("`{}` is {} in this alternative and {} in the first", name.symbol, one(found), one(expected)),
    )
    .related(first, "the first one binds it here")
}

pub(crate) fn is_binds(name: Symbol, span: Span) -> Diagnostic {
    error("E0412", span, format!("`is` only asks and can't bind `{name}`"))
        .help("Write `_` here, or use `match` or `let … else` to have the value.")
}

pub(crate) fn not_a_tuple(span: Span, parts: usize, ty: &str) -> Diagnostic {
    let what = if parts == 0 { "`()`".to_owned() } else { format!("a tuple of {parts} parts") };
    error("E0413", span, format!("the pattern is {what}, and the value is of type `{ty}`"))
}

pub(crate) fn case_of_other_type(name: Name, union: &str, ty: &str) -> Diagnostic {
    error("E0413", name.span, format!("`{}` is a case of `{union}`, and the value is of type `{ty}`", name.symbol))
}

pub(crate) fn not_an_option(name: Name, ty: &str) -> Diagnostic {
    error("E0413", name.span, format!("`{}` matches options, and the value is of type `{ty}`", name.symbol))
}

pub(crate) fn not_this_record(span: Span, record: &str, ty: &str, is_record: bool) -> Diagnostic {
    let message = match is_record {
        true => format!("the pattern is {}, and the value is of type `{ty}`", one(record)),
        false => format!("the pattern has fields, and `{record}` is no record"),
    };
    error("E0413", span, message)
}

pub(crate) fn value_for_option(span: Span, text: &str, ty: &str) -> Diagnostic {
    error("E0413", span, format!("the value may be absent (it is of type `{ty}`), and the pattern is a value"))
        .help(format!("Write `Some({text})`."))
        .fix(span, format!("Some({text})"))
}

pub(crate) fn not_a_literal(span: Span) -> Diagnostic {
    error("E0413", span, "a pattern can't be computed").help("Bind a name and compare it in a guard: `x if x == …`.")
}

pub(crate) fn option_parts(word: &str, span: Span) -> Diagnostic {
    let shape = if word == "None" { "`None`, without parts" } else { "`Some(pattern)`" };
    error("E0414", span, format!("the pattern is {shape}"))
}

pub(crate) fn case_without_fields(name: Name, span: Span) -> Diagnostic {
    let end = Span { start: span.end, ..span };
    error("E0414", span, format!("the case `{}` has fields, and the pattern says nothing of them", name.symbol))
        .help(format!("Write `{}(..)` to match it whatever they are.", name.symbol))
        .fix(end, "(..)")
}

pub(crate) fn missing_parts(of: &str, names: &[&str], span: Span) -> Diagnostic {
    let things = if names.len() == 1 { "field" } else { "fields" };
    let positional = names.iter().all(|name| name.starts_with('_'));
    let message = match positional {
        true => format!("the pattern leaves {} of `{of}` out", counted(names.len(), "field")),
        false => format!("the {things} {} of `{of}` {} left out", listed(names), is_are(names.len())),
    };
    error("E0414", span, message).help("End the pattern with `..` to match them whatever they are.")
}

pub(crate) fn too_many_parts(of: Name, takes: usize, given: usize, span: Span) -> Diagnostic {
    error("E0414", span, format!("`{}` has {}, and the pattern has {given}", of.symbol, counted(takes, "field")))
}

pub(crate) fn part_twice(name: Symbol, span: Span) -> Diagnostic {
    error("E0414", span, format!("the pattern names the field `{name}` twice"))
}

pub(crate) fn unknown_path(span: Span) -> Diagnostic {
    error("E0415", span, "what stands in front of the dot is no type or module that is known here")
}
