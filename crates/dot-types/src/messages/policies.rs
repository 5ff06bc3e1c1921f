//! E0528 to E0530: what stands behind `with`.

use dot_abi::text::{duration_to_text, size_to_text};
use dot_syntax::ast::Name;
use dot_syntax::{Diagnostic, Span};

use super::{error, listed, near};

pub(crate) fn unknown(name: Name, near_name: Option<String>, known: &[&str]) -> Diagnostic {
    let diagnostic = error("E0528", name.span, format!("there is no policy `{}`", name.symbol));
    match near_name {
        Some(_) => near(diagnostic, name.span, near_name),
        None => diagnostic.help(format!("The policies are {}.", listed(known))),
    }
}

pub(crate) fn not_a(name: Name, value: Span, what: &str, example: &str) -> Diagnostic {
    let message = format!("the value of `{}` is no literal or constant that is {what}", name.symbol);
    error("E0529", value, message).help(format!("Write it as in `{example}`."))
}

pub(crate) fn count_range(name: Name, value: Span, (least, most): (i64, i64)) -> Diagnostic {
    error("E0529", value, format!("the value of `{}` is not between {least} and {most}", name.symbol))
        .help(format!("Write a number between {least} and {most}."))
}

pub(crate) fn time_range(name: Name, value: Span, (least, most): (i64, i64)) -> Diagnostic {
    let message = match (least, most) {
        (_, i64::MAX) => format!("a time of `{}` is not above zero", name.symbol),
        _ => format!("the value of `{}` is not between 0s and {}", name.symbol, duration_to_text(most)),
    };
    let help = match most {
        i64::MAX => "Write a time that is longer than 0s.".to_owned(),
        _ => format!("Write a time of at most {}.", duration_to_text(most)),
    };
    error("E0529", value, message).help(help)
}

pub(crate) fn memory_range(value: Span, (least, most): (i64, i64)) -> Diagnostic {
    let [least, most] = [least, most].map(|bytes| size_to_text(u64::try_from(bytes).unwrap_or(0)));
    error("E0529", value, format!("the value of `memory` is not between {least} and {most}"))
        .help(format!("Write a size between {least} and {most}, such as `64MB`."))
}

pub(crate) fn on_unknown(value: Span) -> Diagnostic {
    error("E0529", value, "the value of `on_unknown` is not `resend`")
        .help("Write `on_unknown: resend`, or leave it out: then such a write is a fault.")
}

pub(crate) fn twice(name: Name, first: Span) -> Diagnostic {
    error("E0530", name.span, format!("the policy `{}` stands here twice", name.symbol))
        .related(first, "it stands here already")
        .help("Remove one of them.")
}

pub(crate) fn on_function(function: Name, policy: Span) -> Diagnostic {
    error("E0530", policy, format!("`{}` is a `fn`, and policies are for dots", function.symbol))
        .help("Make it a `dot`, or write the policies on the dot that calls it.")
}

pub(crate) fn on_native(name: Name) -> Diagnostic {
    error("E0530", name.span, format!("`{}` limits code that is written in Dot, and this dot is native", name.symbol))
        .help("Leave it out.")
}

pub(crate) fn on_note(policy: Span) -> Diagnostic {
    error("E0530", policy, "what notes something is done at once, and no policy changes that").help("Leave it out.")
}

pub(crate) fn backoff_alone(backoff: Span) -> Diagnostic {
    error("E0530", backoff, "`backoff` is the time between two attempts, and without `retry` there is only one")
        .help("Add `retry`, as in `retry: 3`, or remove `backoff`.")
}

pub(crate) fn recursive(concurrency: Span, name: &str) -> Diagnostic {
    error(
        "E0530",
        concurrency,
        format!("`{name}` calls itself, perhaps through others, so with `concurrency` its calls could wait for each other for ever"),
    )
    .help("Write `concurrency` on a dot that does not call itself, such as the one that `name` calls for each item.".replace("name", name))
}

pub(crate) fn nothing_unknown(on_unknown: Span, name: &str) -> Diagnostic {
    error("E0530", on_unknown, format!("`{name}` writes nothing, so the outcome of no write can be unknown"))
        .help("Remove `on_unknown`.")
}
