//! Whether the arms of a `match` cover every value, and whether each of them can be reached.
//!
//! The arms are compiled to a decision tree, after Luc Maranget, *Compiling Pattern Matching to
//! Good Decision Trees* (2008): a leaf that no arm reaches is a value that is missing, an arm
//! without a leaf can't be reached. The tree is walked, never stored.
//!
//! A *place* is the subject or a part of it. Patterns of tuples and records say nothing by
//! themselves, so they dissolve into tests of the places inside; what remains in a row are tests
//! that can fail. Each step picks a place that the first row tests, and branches on the
//! constructors that the rows ask for there.
//!
//! In the worst case the tree is exponential in the number of places. So the work is counted, and
//! a match that needs more than [`WORK_LIMIT`] is answered with [`TooLarge`].

mod diagnose;
mod tree;
mod witness;

use dot_syntax::Span;

use crate::program::{Pattern, Type, TypeDef, TypeId};

pub(crate) use diagnose::{check_let, diagnose};

/// The number of rows that may be looked at in one match; about a tenth of a second.
const WORK_LIMIT: usize = 1_000_000;
/// The number of places that may be asked one inside the other's branch.
const DEPTH_LIMIT: usize = 500;
/// The number of missing values that are told.
const WITNESS_LIMIT: usize = 5;

/// The declared types, finished or still being built.
pub(crate) trait TypeDefs {
    /// The declaration of a type.
    fn type_def(&self, id: TypeId) -> &TypeDef;
}

impl TypeDefs for [TypeDef] {
    fn type_def(&self, id: TypeId) -> &TypeDef {
        &self[id.0 as usize]
    }
}

impl TypeDefs for Vec<TypeDef> {
    fn type_def(&self, id: TypeId) -> &TypeDef {
        &self[id.0 as usize]
    }
}

/// What the check found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// Patterns, as source text, of values that no arm takes: at most a handful.
    pub(crate) missing: Vec<String>,
    /// Whether there are more of them.
    pub(crate) more: bool,
    /// The arms, by index, that no value reaches.
    pub(crate) unreachable: Vec<usize>,
    /// The places of alternatives (`A | B`), in arms that are reached, that no value reaches.
    pub(crate) redundant: Vec<Span>,
}

/// The match is larger than what is checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// Checks the arms of a match on a value of the type `subject`; an arm is its pattern and whether it has a guard.
pub(crate) fn check_match<D: TypeDefs + ?Sized>(
    types: &D,
    subject: &Type,
    arms: &[(&Pattern, bool)],
) -> Result<Report, TooLarge> {
    tree::walk(types, subject, arms)
}

#[cfg(test)]
mod tests;
