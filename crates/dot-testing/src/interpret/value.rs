//! Values of the interpreter: immutable and shared.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use dot_abi::decimal::Decimal;
use dot_abi::value::Value as Plain;
use dot_types::program::{Lambda, LocalId, Type};

use super::machine::Bug;

/// A value. Its order ([`Ord`]) is the total order of `compare`; [`Value::same`] is `==`.
#[derive(Clone)]
pub(super) enum Value<'p> {
    Unit,
    Bool(bool),
    Int(i64),
    Float(f64),
    Decimal(Decimal),
    Duration(i64),
    Time(i64),
    Date(i64),
    Text(Rc<str>),
    Bytes(Rc<[u8]>),
    List(Rc<Vec<Value<'p>>>),
    Map(Rc<BTreeMap<Value<'p>, Value<'p>>>),
    Set(Rc<BTreeSet<Value<'p>>>),
    Option(Option<Rc<Value<'p>>>),
    /// The parts of a tuple or the fields of a record.
    Parts(Rc<Vec<Value<'p>>>),
    /// A union's case by index, and its fields.
    Case(usize, Rc<Vec<Value<'p>>>),
    Closure(Rc<Closure<'p>>),
}

/// A lambda with what it captured.
pub(super) struct Closure<'p> {
    pub(super) lambda: &'p Lambda,
    pub(super) captured: Vec<(LocalId, Value<'p>)>,
    /// How many locals the enclosing function has.
    pub(super) locals: usize,
    /// The type arguments of the enclosing function.
    pub(super) types: Rc<[Type]>,
}

impl<'p> Value<'p> {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Value<'p> {
        Value::Text(text.into())
    }

    pub(super) fn list(items: Vec<Value<'p>>) -> Value<'p> {
        Value::List(Rc::new(items))
    }

    pub(super) fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> Value<'p> {
        Value::list(texts.map(Value::text).collect())
    }

    pub(super) fn parts(parts: Vec<Value<'p>>) -> Value<'p> {
        Value::Parts(Rc::new(parts))
    }

    pub(super) fn option(item: Option<Value<'p>>) -> Value<'p> {
        Value::Option(item.map(Rc::new))
    }

    pub(super) fn as_bool(&self) -> Result<bool, Bug> {
        match self {
            Value::Bool(value) => Ok(*value),
            _ => Err(Bug("a Bool was expected")),
        }
    }

    pub(super) fn as_int(&self) -> Result<i64, Bug> {
        match self {
            Value::Int(value) => Ok(*value),
            _ => Err(Bug("an Int was expected")),
        }
    }

    pub(super) fn as_text(&self) -> Result<&Rc<str>, Bug> {
        match self {
            Value::Text(text) => Ok(text),
            _ => Err(Bug("a Text was expected")),
        }
    }

    /// What a `for` walks over, in order.
    pub(super) fn items(&self) -> Result<Vec<Value<'p>>, Bug> {
        Ok(match self {
            Value::List(items) => items.to_vec(),
            Value::Set(set) => set.iter().cloned().collect(),
            Value::Map(map) => map.iter().map(|(k, v)| Value::parts(vec![k.clone(), v.clone()])).collect(),
            Value::Text(text) => text.chars().map(|c| Value::text(c.to_string())).collect(),
            Value::Bytes(bytes) => bytes.iter().map(|&byte| Value::Int(byte.into())).collect(),
            _ => return Err(Bug("this can't be walked")),
        })
    }

    /// `==`: by structure, floats as IEEE 754 has it at every depth.
    pub(super) fn same(&self, other: &Value<'p>) -> bool {
        let all = |a: &[Value<'p>], b: &[Value<'p>]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b));
        match (self, other) {
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::List(a), Value::List(b)) | (Value::Parts(a), Value::Parts(b)) => all(a, b),
            (Value::Case(a, left), Value::Case(b, right)) => a == b && all(left, right),
            (Value::Option(Some(a)), Value::Option(Some(b))) => a.same(b),
            (Value::Map(a), Value::Map(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.0.same(b.0) && a.1.same(b.1))
            }
            _ => self == other,
        }
    }

    /// A value of the world outside. Defaults must have been filled in.
    pub(super) fn lower(plain: &Plain) -> Result<Value<'p>, Bug> {
        let all = |items: &[Plain]| items.iter().map(Value::lower).collect::<Result<Vec<_>, Bug>>();
        Ok(match plain {
            Plain::Unit => Value::Unit,
            Plain::Bool(value) => Value::Bool(*value),
            Plain::Int(value) => Value::Int(*value),
            Plain::Float(value) => Value::Float(*value),
            Plain::Decimal(decimal) => Value::Decimal(*decimal),
            Plain::Duration(nanos) => Value::Duration(*nanos),
            Plain::Time(nanos) => Value::Time(*nanos),
            Plain::Date(days) => Value::Date(*days),
            Plain::Text(text) => Value::text(&**text),
            Plain::Bytes(bytes) => Value::Bytes(Rc::from(&**bytes)),
            Plain::List(items) => Value::list(all(items)?),
            Plain::Set(items) => Value::Set(Rc::new(all(items)?.into_iter().collect())),
            Plain::Map(entries) => {
                let entries = entries.iter().map(|(k, v)| Ok((Value::lower(k)?, Value::lower(v)?)));
                Value::Map(Rc::new(entries.collect::<Result<_, Bug>>()?))
            }
            Plain::Option(None) => Value::Option(None),
            Plain::Option(Some(item)) => Value::option(Some(Value::lower(item)?)),
            Plain::Tuple(parts) | Plain::Record(parts) => Value::parts(all(parts)?),
            Plain::Case(case, fields) => Value::Case(*case as usize, Rc::new(all(fields)?)),
            Plain::Default => return Err(Bug("a default was not filled in")),
        })
    }
}

impl Ord for Value<'_> {
    /// The order of `compare`: only values of one type are ever compared, and no functions.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b))
            | (Value::Duration(a), Value::Duration(b))
            | (Value::Time(a), Value::Time(b))
            | (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => compare_floats(*a, *b),
            (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
            (Value::List(a), Value::List(b)) | (Value::Parts(a), Value::Parts(b)) => a.cmp(b),
            (Value::Map(a), Value::Map(b)) => a.iter().cmp(b.iter()),
            (Value::Set(a), Value::Set(b)) => a.iter().cmp(b.iter()),
            (Value::Option(a), Value::Option(b)) => a.cmp(b),
            (Value::Case(a, left), Value::Case(b, right)) => a.cmp(b).then_with(|| left.cmp(right)),
            _ => Ordering::Equal,
        }
    }
}

/// By value: -0 equals 0, NaN equals itself and stands behind everything.
fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

impl PartialOrd for Value<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value<'_> {}
