//! Comparisons.

use dot_abi::types::TypeRef;

use super::function::FunctionEmitter;
use crate::core::{Atom, Comparison};
use crate::guest::compare::{Leaf, equal, order};
use crate::wasm::{Code, Expr, Operand};

impl FunctionEmitter<'_, '_> {
    pub(super) fn compare(&self, f: &mut Code<'_>, op: Comparison, ty: TypeRef, a: Atom, b: Atom) -> Expr {
        let g = self.guest();
        let (a, b) = (self.operand(f, "left", a), self.operand(f, "right", b));
        match (op, Leaf::of(g, ty)) {
            (Comparison::Equal, _) => equal(g, f, ty, a, b),
            (Comparison::NotEqual, _) => equal(g, f, ty, a, b).is_zero(),
            (Comparison::Less, Some(Leaf::Int | Leaf::Float)) => a.less(b),
            (Comparison::LessEqual, Some(Leaf::Int | Leaf::Float)) => a.at_most(b),
            (Comparison::Greater, Some(Leaf::Int | Leaf::Float)) => a.greater(b),
            (Comparison::GreaterEqual, Some(Leaf::Int | Leaf::Float)) => a.at_least(b),
            (Comparison::Less, _) => order(g, f, ty, a, b).less(0),
            (Comparison::LessEqual, _) => order(g, f, ty, a, b).at_most(0),
            (Comparison::Greater, _) => order(g, f, ty, a, b).greater(0),
            (Comparison::GreaterEqual, _) => order(g, f, ty, a, b).at_least(0),
        }
    }

    /// `compare(a, b)`: -1, 0 or 1 as Int.
    pub(super) fn compare_native(&self, f: &mut Code<'_>, ty: TypeRef, atoms: &[Atom]) -> Expr {
        let (a, b) = (self.operand(f, "left", atoms[0]), self.operand(f, "right", atoms[1]));
        order(self.guest(), f, ty, a, b).extend_signed()
    }
}
