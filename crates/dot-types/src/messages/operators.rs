//! E0304, E0323: operators and indices.

use dot_syntax::ast::BinaryOp;
use dot_syntax::{Diagnostic, Span};

use super::{error, one};

/// An operator as it is written.
pub(crate) fn spelling(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::In => "in",
        BinaryOp::NotIn => "not in",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
        BinaryOp::Coalesce => "??",
    }
}

pub(crate) fn no_operator(op: BinaryOp, span: Span, left: &str, right: &str) -> Diagnostic {
    let sign = spelling(op);
    let diagnostic = error("E0304", span, format!("`{sign}` does not go between `{left}` and `{right}`"));
    let option = |ty: &str| ty.ends_with('?');
    match (left, right) {
        ("Int", "Float") | ("Float", "Int") => {
            diagnostic.help("Numbers don't change their type by themselves: write `.to_float()` behind the `Int`.")
        }
        ("Int", "Decimal") | ("Decimal", "Int") => {
            diagnostic.help("Numbers don't change their type by themselves: write `Decimal.of(…)` around the `Int`.")
        }
        ("Float", "Decimal") | ("Decimal", "Float") => diagnostic
            .help("A `Float` is not exact: write `.to_float()` behind the `Decimal`, or keep all numbers decimal."),
        ("Date", "Date") if op == BinaryOp::Subtract => {
            diagnostic.help("`earlier.days_until(later)` gives the days between two dates.")
        }
        ("Date", "Int" | "Duration") | ("Int" | "Duration", "Date") => {
            diagnostic.help("Dates move by `add_days`, `add_months` and `add_years`.")
        }
        ("Time", "Int") | ("Int", "Time") => diagnostic.help("Say the unit: `time + 90s`, `time + 1s * count`."),
        (left, right) if option(left) || option(right) => {
            diagnostic.help("One side may be absent: say what holds then with `?? default`, in parentheses.")
        }
        ("Text", _) | (_, "Text") if op == BinaryOp::Add => {
            diagnostic.help("Put the value into a text: `\"… ${value}\"`.")
        }
        (left, right) if left == right => diagnostic,
        _ => match op {
            BinaryOp::Equal | BinaryOp::NotEqual => diagnostic.help("Only values of one type can be equal."),
            _ => diagnostic,
        },
    }
}

pub(crate) fn negate(span: Span, ty: &str) -> Diagnostic {
    error("E0304", span, format!("`-` does not go in front of `{ty}`"))
}

pub(crate) fn not_a_container(span: Span, ty: &str) -> Diagnostic {
    error("E0304", span, format!("`in` looks into lists, sets, maps, texts and bytes, and this is {}", one(ty)))
}

pub(crate) fn not_indexable(span: Span, ty: &str) -> Diagnostic {
    let diagnostic = error("E0323", span, format!("`{ty}` has no indices"));
    match ty {
        "Text" => diagnostic.help("`text.get(i)` gives a character as a `Text?`, `text.slice(from, to)` a part."),
        ty if ty.ends_with('?') => {
            diagnostic.help("The value may be absent: say what holds then with `?? default`, in parentheses.")
        }
        ty if ty.starts_with("Set<") => diagnostic.help("Ask a set with `in`."),
        ty if ty.starts_with('(') => diagnostic.help("Take a tuple apart: `let (a, b) = pair`."),
        _ => diagnostic,
    }
}

pub(crate) fn bytes_not_assignable(span: Span) -> Diagnostic {
    error("E0325", span, "single bytes can't be assigned").help("Build the bytes with `Bytes.from(list)`.")
}
