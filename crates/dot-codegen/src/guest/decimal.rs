//! Decimals: equality and hashes of their bytes; their order is the host's.

use dot_abi::layout::{DECIMAL_DATA, Repr};
use dot_abi::native::{HOST_MODULE, Native};

use super::{Guest, text};
use crate::wasm::{Code, Expr, Operand, Var, args};

/// Whether two borrowed decimals are equal: they are normalised, so their bytes are.
pub(crate) fn equal(a: Var, b: Var) -> Expr {
    let same = |offset| a.load64(offset).equals(b.load64(offset));
    same(DECIMAL_DATA) & same(DECIMAL_DATA + 8)
}

/// -1, 0 or 1 for two borrowed decimals.
pub(crate) fn order(g: &Guest<'_>, f: &Code<'_>, a: Var, b: Var) -> Expr {
    let name = Native::DecimalCompare.name();
    let compare = g.module.import(HOST_MODULE, name, &[Repr::I32; 2], Some(Repr::I64));
    f.call(compare, args![a, b]).wrap()
}

/// Mixes a borrowed decimal into a hash.
pub(crate) fn hash(a: Var, hash: Expr) -> Expr {
    text::mix(text::mix(hash, a.load64(DECIMAL_DATA)), a.load64(DECIMAL_DATA + 8))
}
