//! E03xx: types, and E09xx: their limits.

use dot_syntax::ast::Name;
use dot_syntax::{Diagnostic, Span, Symbol};

use super::{counted, error, one};
use crate::types::MAX_PARAMETERS;

/// What interpolation asks of a value.
pub(crate) const SHOWN: &str = "a value that is shown as text";
/// What a comparison asks of its sides.
pub(crate) const COMPARED: &str = "what is compared";

pub(crate) fn type_arguments(name: Name, expected: usize, found: usize, span: Span) -> Diagnostic {
    let message = format!("`{}` takes {}, and here are {found}", name.symbol, counted(expected, "type argument"));
    error("E0302", span, message)
}

pub(crate) fn unknown_bound(name: Name) -> Diagnostic {
    error("E0303", name.span, format!("`{}` is no bound of type parameters", name.symbol))
        .help("The bounds are `data` (no functions inside) and `key` (data without floats).")
}

pub(crate) fn not_known(span: Span) -> Diagnostic {
    error("E0305", span, "the type can't be known from what stands here").label("of which type?").help(
        "Write the type: behind the name (`let xs: List<Int> = []`), or at the lambda's parameter (`(x: Int) => …`).",
    )
}

pub(crate) fn unused_result(span: Span, ty: &str, changed: Option<(Symbol, bool)>) -> Diagnostic {
    let diagnostic = error("E0306", span, format!("this gives {}, which is not used", one(ty)));
    match changed {
        Some((name, true)) => {
            let start = Span { end: span.start, ..span };
            diagnostic
                .help(format!("Values don't change: assign the new one with `{name} = …`."))
                .fix(start, format!("{name} = "))
        }
        Some((name, false)) => diagnostic.help(format!(
            "Values don't change: declare `{name}` with `var` and assign the new one, or bind it to a name."
        )),
        None => diagnostic.help(format!(
            "Use the result, or drop it with `let _ = …`; if the function is to give it, write `-> {ty}` behind its parameters."
        )),
    }
}

pub(crate) fn interpolated_unit(span: Span) -> Diagnostic {
    error("E0301", span, "this gives `()`, which is no value to show")
}

pub(crate) fn block_without_value(
    span: Span,
    expected: &str,
    origin: Option<(Span, &'static str)>,
    is_assignment: bool,
) -> Diagnostic {
    let end = Span { start: span.end.saturating_sub(1).max(span.start), ..span };
    let mut diagnostic =
        error("E0301", end, format!("this block ends without a value, and {} is expected", one(expected)))
            .label("the value is missing here");
    if let Some((span, words)) = origin {
        diagnostic = diagnostic.related(span, words);
    }
    diagnostic.help(match is_assignment {
        true => "An assignment has no value: name the variable behind it.",
        false => "End the block with an expression, which is its value.",
    })
}

pub(crate) fn nested_option(span: Span) -> Diagnostic {
    error("E0307", span, "an option of an option is no type: `None` would say two things")
        .help("Use one `?`, or a union with a case for each.")
}

pub(crate) fn nested_option_by_instance(of: &str, parameter: Symbol, arg: &str, span: Span) -> Diagnostic {
    let message = format!(
        "`{of}` has a `{parameter}?`, and with `{arg}` for `{parameter}` that would be an option of an option, which is no type"
    );
    let help = match of {
        "Map.get" => "Ask with `has(key)` and take the value with `[key]`.".to_owned(),
        of if of.starts_with("List.") => "Ask with `i < xs.len()` and take the item with `xs[i]`.".to_owned(),
        _ => format!("Use a union with a case for each for `{parameter}`."),
    };
    error("E0307", span, message).help(help)
}

pub(crate) fn empty_braces(span: Span) -> Diagnostic {
    error("E0305", span, "`{}` is empty of the type that is expected, and nothing here expects one")
        .help("Write the type: `let counts: Map<Text, Int> = {}`.")
}

pub(crate) fn no_empty_value(span: Span, ty: &str) -> Diagnostic {
    error("E0301", span, format!("expected `{ty}`, which has no empty value `{{}}`"))
}

pub(crate) fn not_iterable(span: Span, ty: &str) -> Diagnostic {
    let diagnostic = error("E0311", span, format!("`{ty}` can't be walked"));
    match ty {
        "Int" => diagnostic.help("Write a range to count: `0..n`."),
        _ => diagnostic.help("Lists, ranges, maps, sets, texts and bytes can."),
    }
}

pub(crate) fn int_too_large(span: Span) -> Diagnostic {
    error("E0319", span, "this number is outside of `Int`, which has 64 bits")
        .help("The largest is 9223372036854775807, the smallest -9223372036854775808.")
}

pub(crate) fn decimal_too_long(span: Span) -> Diagnostic {
    error("E0319", span, "this number has more digits than a `Decimal` holds")
        .help("A `Decimal` has 28 digits, wherever the point stands.")
}

pub(crate) fn unfulfilled(span: Span, text: &str, name: &str, condition: &str, declared: Span) -> Diagnostic {
    let text = if text.len() > 60 { "this value" } else { text };
    error("E0318", span, format!("`{text}` does not fulfil the condition of `{name}`: `{condition}`"))
        .related(declared, "the condition is declared here")
}

pub(crate) fn alias_cycle(span: Span) -> Diagnostic {
    error("E0320", span, "this type stands for itself, so it stands for nothing")
        .help("A type that holds itself is a record or union.")
}

pub(crate) fn alias_too_deep(span: Span, limit: usize) -> Diagnostic {
    error("E0903", span, format!("types stand for each other more than {limit} deep, which is the most"))
        .help("Name the type itself.")
}

pub(crate) fn no_finite_value(name: &str, span: Span) -> Diagnostic {
    error("E0321", span, format!("no value of `{name}` can be made: each one needs another `{name}` inside"))
        .help("Let the recursion end: with `?`, a `List`, or a case without it.")
}

pub(crate) fn growing_recursion(name: &str, span: Span) -> Diagnostic {
    error(
        "E0322",
        span,
        format!("`{name}` is used inside of itself with type arguments that grow, so there would be no end of types"),
    )
    .help("Pass the type parameters on unchanged.")
}

pub(crate) fn type_too_large(span: Span, limit: usize) -> Diagnostic {
    error("E0903", span, format!("the type has more than {limit} parts, which is the most"))
        .help("Declare a record or union for a part of it.")
}

pub(crate) fn too_many_cases(span: Span, count: usize, limit: usize) -> Diagnostic {
    error("E0903", span, format!("the union has {count} cases; {limit} is the most"))
}

pub(crate) fn too_many_parameters(span: Span, what: &str, count: usize) -> Diagnostic {
    error("E0904", span, format!("{what} has {count} parameters; {MAX_PARAMETERS} is the most"))
        .help("Put those that belong together into a record, and take that.")
}

pub(crate) fn constant_cycle(name: Symbol, span: Span, declared: Span) -> Diagnostic {
    let diagnostic = error("E0326", span, format!("the value of `{name}` needs the value of `{name}`"));
    if span == declared { diagnostic } else { diagnostic.related(declared, "it is declared here") }
}

pub(crate) fn constants_too_deep(name: Name, limit: u32) -> Diagnostic {
    let message =
        format!("the type of `{}` needs those of more than {limit} other constants, one through another", name.symbol);
    error("E0903", name.span, message).help("Write the type behind the name.")
}

pub(crate) fn missing_in_std(name: &str, span: Span) -> Diagnostic {
    error("E0215", span, format!("the standard library lacks `{name}`"))
}
