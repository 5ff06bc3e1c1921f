//! E0303: types that are no data, or no keys.

use dot_syntax::{Diagnostic, Span, Symbol};

use super::error;
use crate::program::Bound;

/// Why a type does not fulfil a bound.
pub(crate) enum Culprit {
    Function,
    Float,
    Parameter(Symbol),
    Unknown,
}

/// A type argument.
pub(crate) struct Argument {
    pub(crate) name: Symbol,
    pub(crate) of: String,
    pub(crate) shown: String,
}

fn word(bound: Bound) -> &'static str {
    match bound {
        Bound::Any => "anything",
        Bound::Data => "data",
        Bound::Key => "a key",
    }
}

fn because(bound: Bound, culprit: &Culprit) -> String {
    match culprit {
        Culprit::Function => ": a function has no equality, order or encoding".to_owned(),
        Culprit::Float => ": a float is no key, since it may be equal to nothing".to_owned(),
        Culprit::Parameter(name) => {
            let bound = if bound == Bound::Key { "key" } else { "data" };
            format!(": the type parameter `{name}` is not declared as `{name}: {bound}`")
        }
        Culprit::Unknown => String::new(),
    }
}

fn help(diagnostic: Diagnostic, bound: Bound, culprit: &Culprit) -> Diagnostic {
    match culprit {
        Culprit::Parameter(name) => {
            let bound = if bound == Bound::Key { "key" } else { "data" };
            diagnostic.help(format!("Declare the type parameter as `{name}: {bound}`."))
        }
        Culprit::Float if bound == Bound::Key => diagnostic.help("Use an `Int`, or the float as a text, for the key."),
        _ => diagnostic,
    }
}

pub(crate) fn unfulfilled(
    ty: &str,
    bound: Bound,
    culprit: &Culprit,
    why: Option<&'static str>,
    span: Span,
) -> Diagnostic {
    let needed = match why {
        Some(why) => format!("{why} must be {}", word(bound)),
        None => format!("{} is needed here", word(bound)),
    };
    let message = format!("`{ty}` is not {}, and {needed}{}", word(bound), because(bound, culprit));
    help(error("E0303", span, message), bound, culprit)
}

pub(crate) fn argument(argument: &Argument, bound: Bound, culprit: &Culprit, span: Span) -> Diagnostic {
    let Argument { name, of, shown } = argument;
    let message = format!("`{of}` needs {} for `{name}`, and `{shown}` is not{}", word(bound), because(bound, culprit));
    help(error("E0303", span, message), bound, culprit)
}
