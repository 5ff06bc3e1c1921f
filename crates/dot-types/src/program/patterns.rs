//! Patterns.

use std::sync::Arc;

use dot_abi::decimal::Decimal;
use dot_syntax::Span;

use super::{LocalId, Type};

/// A pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// The type of what it looks at.
    pub ty: Type,
    /// The place.
    pub span: Span,
}

/// The kinds of patterns.
#[derive(Clone, Debug)]
pub enum PatternKind {
    /// Everything.
    Wildcard,
    /// Everything, bound.
    Bind(LocalId),
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float, by `==`.
    Float(f64),
    /// A decimal.
    Decimal(Decimal),
    /// A duration in nanoseconds.
    Duration(i64),
    /// A text.
    Text(Arc<str>),
    /// The parts of a tuple, or the unit.
    Tuple(Vec<Pattern>),
    /// Fields of a record, by index; those not named match everything.
    Record(Vec<(usize, Pattern)>),
    /// A case of a union and its fields, by index.
    Case(usize, Vec<(usize, Pattern)>),
    /// `None`
    None,
    /// `Some(p)`
    Some(Box<Pattern>),
    /// One of them; all bind the same variables (the same [`LocalId`]s).
    Or(Vec<Pattern>),
}
