//! E0301: a value of the wrong type.

use dot_syntax::{Diagnostic, Span};

use super::error;

/// What is known of a wrong type.
pub(crate) struct Mismatch {
    pub(crate) span: Span,
    pub(crate) expected: String,
    pub(crate) found: String,
    /// Where the expectation comes from.
    pub(crate) origin: Option<(Span, &'static str)>,
    pub(crate) hint: Hint,
}

/// What would make the found type the expected one.
pub(crate) enum Hint {
    None,
    IntToFloat,
    FloatToInt,
    ToText,
    ParseInt,
    ParseFloat,
    IntToDecimal,
    Parse(String),
    Unwrap,
    Refine(String),
    WrapOk,
    ToJson,
    NoResult,
}

pub(crate) fn wrong_type(facts: &Mismatch) -> Diagnostic {
    let (expected, found) = (&facts.expected, &facts.found);
    let mut diagnostic = error("E0301", facts.span, format!("expected `{expected}`, found `{found}`"));
    if let Some((span, words)) = facts.origin.filter(|(span, _)| *span != facts.span) {
        diagnostic = diagnostic.related(span, words);
    }
    let help = match &facts.hint {
        Hint::None => return diagnostic,
        Hint::IntToFloat => "Write `.to_float()` behind it; a number that is written out may have a point.".to_owned(),
        Hint::FloatToInt => "Write `.to_int()` behind it, which drops what is behind the point.".to_owned(),
        Hint::ToText => "Put it into a text: `\"${…}\"`.".to_owned(),
        Hint::ParseInt => "`Int.parse(text)` gives an `Int?`.".to_owned(),
        Hint::ParseFloat => "`Float.parse(text)` gives a `Float?`.".to_owned(),
        Hint::IntToDecimal => "Write `Decimal.of(…)` around it.".to_owned(),
        Hint::Parse(name) => format!("`{name}.parse(text)` gives a `{name}?`."),
        Hint::Unwrap => "Say what holds without a value: `?? default`, `?` or `match`.".to_owned(),
        Hint::Refine(name) => {
            let name = name.as_str();
            format!("`{name}(value)` checks the condition and faults, `{name}.of(value)` gives a `{name}?`.")
        }
        Hint::WrapOk => "Write `Ok(…)` around it.".to_owned(),
        Hint::ToJson => "`Json.of(value)` makes a `Json` of a value; what is written out is one by itself.".to_owned(),
        Hint::NoResult => "Nothing is returned here; write `-> Type` at the function if it gives a value.".to_owned(),
    };
    diagnostic.help(help)
}
