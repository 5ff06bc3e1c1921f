//! E05xx: what holds of dots.

use dot_syntax::ast::Name;
use dot_syntax::{Diagnostic, Span, Symbol};

use super::error;

/// What the border of a dot asks of values.
pub(crate) const CROSSES_BORDER: &str = "what enters or leaves a dot";

/// The code of [`called_by_function`].
pub(crate) const CALLED_BY_FUNCTION: &str = "E0517";

pub(crate) fn called_by_function(name: Symbol, in_lambda: bool, span: Span) -> Diagnostic {
    let (caller, help) = match in_lambda {
        true => ("a lambda", "Write a comprehension, `[f(x) for x in xs]`, or call it in front of the lambda."),
        false => ("a function", "Make it a `fn`, or call it in the dot and hand the result to the function."),
    };
    error(CALLED_BY_FUNCTION, span, format!("the dot `{name}` is called by {caller}, and only dots call dots"))
        .help(help)
}

pub(crate) fn only_in_dots(word: &str, span: Span) -> Diagnostic {
    error("E0518", span, format!("`{word}` makes steps, and only the body of a dot or test itself has steps"))
        .help("Do this in the dot, outside of lambdas, and hand the result on.")
}

pub(crate) fn generic_dot(name: Name, generic: Span) -> Diagnostic {
    error(
        "E0515",
        generic,
        format!("the dot `{}` can't have type parameters: its input and output are a contract", name.symbol),
    )
    .help("Name the types, or make it a `fn`.")
}

pub(crate) fn dot_as_value(name: &str, span: Span) -> Diagnostic {
    error("E0516", span, format!("the dot `{name}` is no value: it can only be called"))
        .help(format!("Call it in a comprehension: `[{name}(x) for x in xs]`."))
}

pub(crate) fn uses_on_function(name: Name, span: Span) -> Diagnostic {
    error("E0691", span, format!("`uses` on the `fn` `{}` is not available in this version", name.symbol))
        .help("It is for helpers of transactions; what a `fn` prints need not be declared.")
}
