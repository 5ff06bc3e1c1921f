//! The order and the equality of values: one meaning for `compare`, `sort`, keys and `==`.
//!
//! `false` is before `true`; numbers are ordered by value; texts by scalar values; lists, tuples,
//! records, bytes, maps and sets lexicographically; unions by the index of the case, then its
//! fields; `None` before everything else. Neither function recurses, however deep the values are.

use std::cmp::Ordering;

use crate::value::Value;

/// The total order of values of one type: -0.0 and 0.0 are equal, NaN is equal to itself and after every number.
pub fn compare(a: &Value, b: &Value) -> Ordering {
    walk(a, b, compare_floats)
}

/// What `==` says: as [`compare`], but floats are equal as IEEE 754 has it, at every depth.
pub fn equal(a: &Value, b: &Value) -> bool {
    walk(a, b, |a, b| if a == b { Ordering::Equal } else { Ordering::Less }) == Ordering::Equal
}

/// The total order of floats that [`compare`] uses.
pub fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// What is inside of two values that are walked side by side.
#[derive(Clone, Copy)]
enum Inside<'a> {
    Values(&'a [Value], &'a [Value]),
    Entries(&'a [(Value, Value)], &'a [(Value, Value)]),
}

/// A pair of values whose insides are being compared, and how many parts are behind us.
struct Frame<'a> {
    inside: Inside<'a>,
    next: usize,
}

fn walk<'a>(a: &'a Value, b: &'a Value, floats: fn(f64, f64) -> Ordering) -> Ordering {
    let mut frames: Vec<Frame<'a>> = Vec::new();
    let (mut a, mut b) = (a, b);
    loop {
        match head(a, b, floats) {
            Head::Different(order) => return order,
            Head::Same => {}
            Head::Open(inside) => frames.push(Frame { inside, next: 0 }),
        }
        (a, b) = loop {
            let Some(frame) = frames.last_mut() else { return Ordering::Equal };
            match frame.step() {
                Step::Pair(a, b) => break (a, b),
                Step::Different(order) => return order,
                Step::End => frames.pop(),
            };
        };
    }
}

enum Step<'a> {
    Pair(&'a Value, &'a Value),
    Different(Ordering),
    End,
}

impl<'a> Frame<'a> {
    fn step(&mut self) -> Step<'a> {
        let at = self.next;
        self.next += 1;
        let (pair, lengths) = match self.inside {
            Inside::Values(a, b) => (a.get(at).zip(b.get(at)), (a.len(), b.len())),
            Inside::Entries(a, b) => {
                let part = |entries: &'a [(Value, Value)]| {
                    let (key, value) = entries.get(at / 2)?;
                    Some(if at.is_multiple_of(2) { key } else { value })
                };
                (part(a).zip(part(b)), (a.len(), b.len()))
            }
        };
        match (pair, lengths.0.cmp(&lengths.1)) {
            (Some((a, b)), _) => Step::Pair(a, b),
            (None, Ordering::Equal) => Step::End,
            (None, order) => Step::Different(order),
        }
    }
}

enum Head<'a> {
    Different(Ordering),
    Same,
    Open(Inside<'a>),
}

impl From<Ordering> for Head<'_> {
    fn from(order: Ordering) -> Self {
        if order == Ordering::Equal { Head::Same } else { Head::Different(order) }
    }
}

/// Compares what can be compared without looking inside.
fn head<'a>(a: &'a Value, b: &'a Value, floats: fn(f64, f64) -> Ordering) -> Head<'a> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b).into(),
        (Value::Int(a), Value::Int(b))
        | (Value::Duration(a), Value::Duration(b))
        | (Value::Time(a), Value::Time(b))
        | (Value::Date(a), Value::Date(b)) => a.cmp(b).into(),
        (Value::Float(a), Value::Float(b)) => floats(*a, *b).into(),
        (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b).into(),
        // The order of UTF-8 bytes is the order of scalar values.
        (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()).into(),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b).into(),
        (Value::List(a), Value::List(b))
        | (Value::Set(a), Value::Set(b))
        | (Value::Tuple(a), Value::Tuple(b))
        | (Value::Record(a), Value::Record(b)) => Head::Open(Inside::Values(a, b)),
        (Value::Map(a), Value::Map(b)) => Head::Open(Inside::Entries(a, b)),
        (Value::Case(a, _), Value::Case(b, _)) if a != b => a.cmp(b).into(),
        (Value::Case(_, a), Value::Case(_, b)) => Head::Open(Inside::Values(a, b)),
        (Value::Option(Some(a)), Value::Option(Some(b))) => {
            Head::Open(Inside::Values(std::slice::from_ref(a), std::slice::from_ref(b)))
        }
        (Value::Option(a), Value::Option(b)) => a.is_some().cmp(&b.is_some()).into(),
        (a, b) => rank(a).cmp(&rank(b)).into(),
    }
}

/// An order between values of different types, so that the order is total whatever it is given.
fn rank(value: &Value) -> u8 {
    match value {
        Value::Default => 0,
        Value::Unit => 1,
        Value::Bool(_) => 2,
        Value::Int(_) => 3,
        Value::Float(_) => 4,
        Value::Decimal(_) => 5,
        Value::Duration(_) => 6,
        Value::Time(_) => 7,
        Value::Date(_) => 8,
        Value::Text(_) => 9,
        Value::Bytes(_) => 10,
        Value::List(_) => 11,
        Value::Map(_) => 12,
        Value::Set(_) => 13,
        Value::Option(_) => 14,
        Value::Tuple(_) => 15,
        Value::Record(_) => 16,
        Value::Case(..) => 17,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ints(items: &[i64]) -> Value {
        Value::List(items.iter().map(|&item| Value::Int(item)).collect())
    }

    /// Checks that the values are strictly increasing, and each equal to itself.
    fn increasing(values: &[Value]) {
        for (i, a) in values.iter().enumerate() {
            for (j, b) in values.iter().enumerate() {
                assert_eq!(compare(a, b), i.cmp(&j), "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn numbers_and_texts() {
        increasing(&[Value::Bool(false), Value::Bool(true)]);
        increasing(&[Value::Int(i64::MIN), Value::Int(-1), Value::Int(0), Value::Int(i64::MAX)]);
        increasing(&[
            Value::Float(f64::NEG_INFINITY),
            Value::Float(0.0),
            Value::Float(f64::INFINITY),
            Value::Float(f64::NAN),
        ]);
        increasing(&[
            Value::Text("".into()),
            Value::Text("a".into()),
            Value::Text("\u{ffff}".into()),
            Value::Text("\u{10000}".into()),
        ]);
    }

    #[test]
    fn what_has_parts_is_lexicographic() {
        increasing(&[ints(&[]), ints(&[1]), ints(&[1, 0]), ints(&[2])]);
        let map =
            |entries: &[(i64, i64)]| Value::Map(entries.iter().map(|&(k, v)| (Value::Int(k), Value::Int(v))).collect());
        increasing(&[map(&[]), map(&[(1, 5)]), map(&[(1, 5), (2, 0)]), map(&[(1, 6)]), map(&[(2, 0)])]);
        let some = |value| Value::Option(Some(Box::new(value)));
        increasing(&[Value::Option(None), some(Value::Int(1)), some(Value::Int(2))]);
        increasing(&[
            Value::Case(0, vec![Value::Int(9)]),
            Value::Case(1, vec![Value::Int(1)]),
            Value::Case(1, vec![Value::Int(2)]),
        ]);
    }

    #[test]
    fn floats_are_equal_as_ieee_says_at_every_depth() {
        let list = |float| Value::List(vec![Value::Float(float)]);
        assert_eq!(compare(&list(f64::NAN), &list(f64::NAN)), Ordering::Equal);
        assert!(!equal(&list(f64::NAN), &list(f64::NAN)));
        assert!(equal(&list(0.0), &list(-0.0)));
        assert_eq!(compare(&list(0.0), &list(-0.0)), Ordering::Equal);
    }

    #[test]
    fn depth_costs_no_stack() {
        let mut deep = ints(&[1]);
        for _ in 0..200_000 {
            deep = Value::List(vec![deep]);
        }
        let deep = std::mem::ManuallyDrop::new(deep);
        assert_eq!(compare(&deep, &deep), Ordering::Equal);
    }
}
