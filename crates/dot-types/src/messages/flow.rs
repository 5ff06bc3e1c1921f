//! E0317, E0324, E0331 to E0335, W0336: where control goes, and values that may be absent.

use dot_syntax::{Code, Diagnostic, Span};

use super::{error, one};

pub(crate) fn never_reached(span: Span) -> Diagnostic {
    Diagnostic::warning(Code("W0336"), span, "this is never reached: control has left before it")
        .help("Remove it, or put it in front of what leaves.")
}

pub(crate) fn outside_loop(word: &str, span: Span) -> Diagnostic {
    error("E0332", span, format!("`{word}` stands outside of a loop"))
        .help("Lambdas and comprehensions are no part of the loop around them.")
}

pub(crate) fn return_outside(span: Span) -> Diagnostic {
    error("E0333", span, "there is no function here that could return")
        .help("Constants, defaults and conditions are single expressions; move this into a `fn` and call it.")
}

pub(crate) fn else_goes_on(span: Span) -> Diagnostic {
    error("E0334", span, "the block behind `else` goes on, and the names of the pattern would have no values")
        .help("End it with `return`, `break`, `continue` or `fail`.")
}

pub(crate) fn if_without_else(span: Span, expected: &str) -> Diagnostic {
    error("E0324", span, format!("this `if` has no `else`, and {} is expected in either case", one(expected)))
        .help("Add `else { … }` with the other value.")
}

pub(crate) fn match_without_arms(span: Span) -> Diagnostic {
    error("E0335", span, "this `match` has no arms").help("Add `pattern => value` for what may come.")
}

pub(crate) fn question_on_value(span: Span, ty: &str) -> Diagnostic {
    error("E0317", span, format!("`?` takes the value out of an option or a `Result`, and this is {}", one(ty)))
        .help("Leave the `?` out.")
}

pub(crate) fn question_does_not_fit(span: Span, is_option: bool, result: &str, origin: Option<Span>) -> Diagnostic {
    let returned = if is_option { "`None`" } else { "an `Err`" };
    let diagnostic = error("E0317", span, format!("`?` may return {returned} here, and the result is `{result}`"));
    let diagnostic = match origin {
        Some(origin) => diagnostic.related(origin, "the result's type is written here"),
        None => diagnostic,
    };
    diagnostic.help(match (is_option, result) {
        (true, result) if result.starts_with("Result<") => "Turn the option into a `Result` first: `.ok_or(error)?`.",
        (true, _) => "Let the function give an option, or use `??` or `match`.",
        (false, result) if result.ends_with('?') => "Turn the `Result` into an option first: `.ok()?`.",
        (false, _) => "Let the function give a `Result`, or use `??` or `match`.",
    })
}

pub(crate) fn errors_differ(span: Span, found: &str, expected: &str, origin: Option<Span>) -> Diagnostic {
    let message = format!("`?` would return an error of type `{found}`, and the function's errors are `{expected}`");
    let diagnostic = error("E0317", span, message);
    let diagnostic = match origin {
        Some(origin) => diagnostic.related(origin, "the result's type is written here"),
        None => diagnostic,
    };
    diagnostic.help("Convert it first: `.map_err(error => …)?`.")
}

pub(crate) fn nothing_to_coalesce(span: Span, ty: &str) -> Diagnostic {
    error("E0331", span, format!("`??` says what holds without a value, and `{ty}` always has one"))
        .help("Leave `??` and what follows it out.")
}
