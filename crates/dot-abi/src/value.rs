//! Values outside of a guest.

use std::sync::Arc;

use crate::decimal::Decimal;

/// What each part of a value counts towards the limit on its size: the memory that it takes outside of a guest.
pub const PART_SIZE: usize = size_of::<Value>();

/// A value of a closed type. It says no more than its type does not say: names of fields and
/// cases are in the [`TypeTable`](crate::types::TypeTable).
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// `()`
    Unit,
    /// `Bool`
    Bool(bool),
    /// `Int`
    Int(i64),
    /// `Float`, its NaN canonical.
    Float(f64),
    /// `Decimal`
    Decimal(Decimal),
    /// `Duration`, in nanoseconds.
    Duration(i64),
    /// `Time`, in nanoseconds since the start of 1970 in UTC.
    Time(i64),
    /// `Date`, in days since 1970-01-01.
    Date(i64),
    /// `Text`
    Text(Arc<str>),
    /// `Bytes`
    Bytes(Arc<[u8]>),
    /// `List<T>`
    List(Vec<Value>),
    /// `Map<K, V>`, in the order of keys.
    Map(Vec<(Value, Value)>),
    /// `Set<T>`, in order.
    Set(Vec<Value>),
    /// `T?`
    Option(Option<Box<Value>>),
    /// A tuple's parts.
    Tuple(Vec<Value>),
    /// A record's fields in declared order.
    Record(Vec<Value>),
    /// A union's case, by index, and its fields in declared order.
    Case(u32, Vec<Value>),
    /// In the place of a field of a record or case that was left out: its declared default, which only the
    /// guest can compute (see [`DEFAULT_PREFIX`](crate::manifest::exports::DEFAULT_PREFIX)). Never in a lifted value.
    Default,
}

impl Value {
    /// The memory that it takes outside of a guest: its texts and bytes, and [`PART_SIZE`] for each part. A walk over all of it.
    pub fn size_bytes(&self) -> u64 {
        let of_parts = |parts: &[Value]| parts.iter().map(Value::size_bytes).sum();
        let inside: u64 = match self {
            Value::Text(text) => text.len() as u64,
            Value::Bytes(bytes) => bytes.len() as u64,
            Value::List(parts)
            | Value::Set(parts)
            | Value::Tuple(parts)
            | Value::Record(parts)
            | Value::Case(_, parts) => of_parts(parts),
            Value::Map(entries) => entries.iter().map(|(key, value)| key.size_bytes() + value.size_bytes()).sum(),
            Value::Option(Some(value)) => value.size_bytes(),
            _ => 0,
        };
        PART_SIZE as u64 + inside
    }
}
