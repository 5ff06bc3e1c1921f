//! E031x: calls and their arguments.

use dot_syntax::ast::Name;
use dot_syntax::{Diagnostic, Span, Symbol};

use super::{counted, error, is_are, listed, near};

pub(crate) fn missing(what: &str, names: &[&str], span: Span, declared: Option<Span>) -> Diagnostic {
    if names.iter().any(|name| name.starts_with('_')) {
        return error("E0312", span, format!("`{what}` takes {} more", counted(names.len(), "argument")));
    }
    let things = if names.len() == 1 { "argument" } else { "arguments" };
    let message = format!("the {things} {} of `{what}` {} missing", listed(names), is_are(names.len()));
    let diagnostic = error("E0312", span, message);
    match declared {
        Some(declared) => diagnostic.related(declared, "it is declared here"),
        None => diagnostic,
    }
}

pub(crate) fn too_many(what: &str, takes: usize, given: usize, span: Span) -> Diagnostic {
    error("E0312", span, format!("`{what}` takes {}, and here are {given}", counted(takes, "argument")))
}

pub(crate) fn unknown_parameter(what: &str, name: Name, nearest: Option<String>, known: &[&str]) -> Diagnostic {
    let diagnostic = error("E0313", name.span, format!("`{what}` has no parameter `{}`", name.symbol));
    match nearest {
        Some(_) => near(diagnostic, name.span, nearest),
        None if known.is_empty() => diagnostic,
        None => diagnostic.help(format!("It has {}.", listed(known))),
    }
}

pub(crate) fn given_twice(name: Symbol, span: Span, earlier: Span) -> Diagnostic {
    error("E0314", span, format!("the argument `{name}` is given twice")).related(earlier, "it is given here first")
}

pub(crate) fn not_callable(span: Span, ty: &str) -> Diagnostic {
    error("E0310", span, format!("`{ty}` is no function and can't be called"))
}

pub(crate) fn named_for_value(name: Name) -> Diagnostic {
    error(
        "E0313",
        name.span,
        format!("a function value has no parameter names, so `{}` can't be given by name", name.symbol),
    )
    .help("Give the arguments by position.")
}

pub(crate) fn wrong_count(span: Span, takes: usize, given: usize) -> Diagnostic {
    error("E0312", span, format!("the function takes {}, and here are {given}", counted(takes, "argument")))
}

pub(crate) fn one_argument(what: &str, given: usize, span: Span) -> Diagnostic {
    error("E0312", span, format!("`{what}` takes one value without a name, and here are {given}"))
}

pub(crate) fn type_arguments_here(span: Span) -> Diagnostic {
    error("E0302", span, "only functions take type arguments in a call")
        .help("Write the type behind the name that the result is bound to.")
}

pub(crate) fn record_called(name: Name) -> Diagnostic {
    error("E0310", name.span, format!("`{}` is a record, which is made with braces", name.symbol))
        .help(format!("Write `{} {{ field: value }}`.", name.symbol))
}

pub(crate) fn union_called(name: Name) -> Diagnostic {
    error("E0310", name.span, format!("`{}` is a union, whose values are made by its cases", name.symbol))
}

pub(crate) fn module_called(name: Name, conversion: Option<&str>) -> Diagnostic {
    let diagnostic = error("E0310", name.span, format!("`{}` is no function and can't be called", name.symbol));
    match conversion {
        Some(conversion) => diagnostic.help(format!("To convert, write {conversion}.")),
        None => diagnostic,
    }
}

pub(crate) fn bare_case_called(name: Symbol, span: Span) -> Diagnostic {
    error("E0312", span, format!("the case `{name}` has no fields")).help("Leave the parentheses out.")
}

pub(crate) fn lambda_parameters(span: Span, expected: usize, found: usize) -> Diagnostic {
    let message = format!("a function of {} is expected, and this one has {found}", counted(expected, "parameter"));
    error("E0330", span, message)
}

pub(crate) fn lambda_of_pair(span: Span, ty: &str, found: usize) -> Diagnostic {
    let message = format!("a function of one `{ty}` is expected, and this one has {found} parameters");
    error("E0330", span, message).help("Several parameters take the parts of a tuple of that size.")
}

pub(crate) fn no_pattern(span: Span, what: &str) -> Diagnostic {
    error("E0337", span, format!("this is no regular expression: {what}"))
        .help("A character that has a meaning of its own stands for itself behind `\\`; `Regex.escape(text)` does that for a whole text.")
}
