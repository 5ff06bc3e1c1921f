//! E0518 to E0525, W0526, W0527, E0906: steps inside of a body, and mocks.

use dot_abi::manifest::Class;
use dot_syntax::{Code, Diagnostic, Span};

use super::error;
use crate::steps::lost::{Lost, Why};
use crate::steps::order::InOrder;

/// What a step asks of the values that it captures.
pub(crate) const CAPTURED: &str = "what a step of its own takes from the body around it";
/// What a step asks of the value that it gives.
pub(crate) const RESULT: &str = "what a step of its own gives";

pub(crate) fn question_behind_try(span: Span, operand: Span) -> Diagnostic {
    let start = Span { end: span.start, ..span };
    let mark = Span { start: operand.end - 1, end: operand.end, ..operand };
    error("E0519", mark, "`?` belongs to what stands behind `try`, and control does not leave a step")
        .help("Write `(try …)?` to take the value out, or return the fault.")
        .fix(start, "(")
        .fix(Span { end: mark.start, ..mark }, ")")
}

pub(crate) fn too_many_calls(span: Span, count: u32, most: u32) -> Diagnostic {
    error("E0906", span, format!("the body holds {count} calls of dots; {most} is the most"))
        .help("Call one dot many times in a comprehension or loop, or split the dot into several.")
}

pub(crate) fn leaves(word: &str, step: &str, span: Span) -> Diagnostic {
    error("E0519", span, format!("`{word}` can't leave what stands behind `{step}`: it is a step of its own"))
        .help("Let the step give a value, and look at it behind the step.")
}

pub(crate) fn not_parallel(span: Span) -> Diagnostic {
    error("E0522", span, "behind `parallel` stand at least two parts in parentheses, or a comprehension")
        .help("Write `parallel (f(x), g(y))` or `parallel [f(x) for x in xs]`.")
}

pub(crate) fn parallel_option(span: Span, twice: bool) -> Diagnostic {
    let message = match twice {
        true => "`limit` stands here twice",
        false => "`parallel` has no such option",
    };
    error("E0522", span, message).help("Write `parallel(limit: 8) …`: at most so many parts are under way at once.")
}

pub(crate) fn not_a_race(span: Span) -> Diagnostic {
    error("E0531", span, "behind `race` stand at least two parts in parentheses")
        .help("Write `race (f(x), g(y))`: the first part to end decides, and the others are cancelled.")
}

/// A part of `race` changes the world outside.
pub(crate) fn race_writes(part: Span, name: &str, place: Span) -> Diagnostic {
    let message = format!(
        "this part of `race` writes by `{name}`, and nobody would know whether a part that is cancelled has done so"
    );
    let diagnostic = error("E0531", part, message).help("Let the parts read, and write behind the race what it gave.");
    if place == part { diagnostic } else { diagnostic.related(place, "this writes") }
}

pub(crate) fn part_never_ends(span: Span) -> Diagnostic {
    error("E0522", span, "this part of `parallel` gives no value").help("Leave the part out.")
}

pub(crate) fn clause_of_parallel(span: Span) -> Diagnostic {
    error(
        "E0522",
        span,
        "this part of a comprehension behind `parallel` calls a dot, and only its first list and its turns do",
    )
    .help("Make a list of what passes first, and walk that one behind `parallel`.")
}

/// The turns of a comprehension that calls dots come one after the other.
pub(crate) fn in_order(span: Span, why: &InOrder) -> Diagnostic {
    let message = format!("the turns of this comprehension come one after the other, since {}", reason(why));
    let (place, help) = match why {
        InOrder::Does(_, _, place) => (place, "Where their order does not matter, write `parallel` in front of it."),
        InOrder::Leaves(place) => {
            (place, "Let each turn give an option or a `Result`, and look at them behind the comprehension.")
        }
        InOrder::Clause(place) => (place, "Make a list of what passes first, and walk that one."),
        InOrder::NoData(place) => (place, "Call the function before the comprehension, or inside of what it calls."),
    };
    let advice = Diagnostic::advice(Code("W0526"), span, message).help(help);
    if *place == span { advice } else { advice.related(*place, "because of this") }
}

/// A call is awaited where it stands, though a later one could run beside it.
pub(crate) fn lost(lost: &Lost, name: Option<String>, later: Option<String>) -> Diagnostic {
    let (why, help) = match lost.why {
        Why::Variable => {
            ("it is put into a `var`", "Bind it with `let`, and make the `var` of it behind the other call.")
        }
        Why::Pattern => (
            "its value is taken apart at once",
            "Give the value one name with `let`, and take it apart behind the other call.",
        ),
        Why::More => (
            "more is done with its value at once",
            "Give the call a `let` of its own, and use its name behind the other call.",
        ),
    };
    let name = name.map_or("this step".to_owned(), |name| format!("the call of `{name}`"));
    let later = later.map_or("a later step".to_owned(), |later| format!("`{later}`"));
    let message = format!("{name} is awaited here, since {why}, though {later} could run beside it");
    Diagnostic::advice(Code("W0527"), lost.call, message).related(lost.later, "this could run beside it").help(help)
}

/// Why the turns of a comprehension come in order, in words.
pub(crate) fn reason(why: &InOrder) -> String {
    match why {
        InOrder::Does(Class::Wait, name, _) => format!("`{name}` waits"),
        InOrder::Does(_, name, _) => format!("`{name}` changes the world outside"),
        InOrder::Leaves(_) => "control can leave it".to_owned(),
        InOrder::Clause(_) => "it calls a dot between its first list and its turn".to_owned(),
        InOrder::NoData(_) => "a function would have to enter or leave a step".to_owned(),
    }
}
