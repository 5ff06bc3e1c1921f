//! Equality, order and hashes of values of any `data` type.
//!
//! Scalars are compared inline, texts and bytes by routines of their own, everything else by routines that
//! [`walk`](super::walk) makes for each type.

use dot_abi::layout::Repr;
use dot_abi::types::{TypeDesc, TypeRef};

use super::walk::{Walk, routine};
use super::{Guest, bytes, decimal, text};
use crate::wasm::{Code, Expr, Func, Operand, Var, args, int};

/// Types without parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Leaf {
    /// `()`: all are equal.
    Nothing,
    /// Small numbers in the order of the values: Bool, bare cases, options of them.
    Small,
    /// Int, Duration, Time and Date.
    Int,
    /// `==` is IEEE's, the order total.
    Float,
    /// By value.
    Decimal,
    /// By scalar values.
    Text,
    /// Byte by byte.
    Bytes,
}

impl Leaf {
    pub(crate) fn of(g: &Guest<'_>, ty: TypeRef) -> Option<Leaf> {
        Some(match g.types.get(g.types.base(ty)) {
            TypeDesc::Unit | TypeDesc::Never => Leaf::Nothing,
            TypeDesc::Int | TypeDesc::Duration | TypeDesc::Time | TypeDesc::Date => Leaf::Int,
            TypeDesc::Float => Leaf::Float,
            TypeDesc::Decimal => Leaf::Decimal,
            TypeDesc::Text => Leaf::Text,
            TypeDesc::Bytes => Leaf::Bytes,
            _ if !g.types.is_counted(ty) => Leaf::Small,
            _ => return None,
        })
    }
}

/// Whether two values of a type are equal; both are borrowed.
pub(crate) fn equal(g: &Guest<'_>, f: &Code<'_>, ty: TypeRef, a: Var, b: Var) -> Expr {
    match Leaf::of(g, ty) {
        Some(Leaf::Nothing) => int(1),
        Some(Leaf::Small | Leaf::Int | Leaf::Float) => a.equals(b),
        Some(Leaf::Decimal) => decimal::equal(a, b),
        Some(Leaf::Text) => f.call(text::equal(g), args![a, b]),
        Some(Leaf::Bytes) => f.call(bytes::equal(g), args![a, b]),
        None => f.call(routine(g, Walk::Equal, ty), args![a, b]),
    }
}

/// -1, 0 or 1: the total order of two values of a type; both are borrowed.
pub(crate) fn order(g: &Guest<'_>, f: &Code<'_>, ty: TypeRef, a: Var, b: Var) -> Expr {
    match Leaf::of(g, ty) {
        Some(Leaf::Nothing) => int(0),
        Some(Leaf::Small) => a.above(b) - a.below(b),
        Some(Leaf::Int) => a.greater(b) - a.less(b),
        Some(Leaf::Float) => f.call(order_floats(g), args![a, b]),
        Some(Leaf::Decimal) => decimal::order(g, f, a, b),
        Some(Leaf::Text) => f.call(text::order(g), args![a, b]),
        Some(Leaf::Bytes) => f.call(bytes::order(g), args![a, b]),
        None => f.call(routine(g, Walk::Order, ty), args![a, b]),
    }
}

/// Mixes a value of a key type into a hash.
pub(crate) fn hash(g: &Guest<'_>, f: &mut Code<'_>, ty: TypeRef, a: Var, hash: Expr) -> Expr {
    match Leaf::of(g, ty) {
        Some(Leaf::Nothing) => hash,
        Some(Leaf::Small | Leaf::Int) => text::mix(hash, a.widened()),
        Some(Leaf::Float) => {
            // Zeros are equal, so they share a hash; NaN has one, too.
            let bits = f.call(canonical_bits(g), args![a]);
            text::mix(hash, bits)
        }
        Some(Leaf::Decimal) => decimal::hash(a, hash),
        Some(Leaf::Text) => text::mix(hash, f.call(text::hash(g), args![a]).extend()),
        Some(Leaf::Bytes) => f.call(hash_bytes(g), args![a, hash]),
        None => f.call(routine(g, Walk::Hash, ty), args![a, hash]),
    }
}

/// `(a, b) -> -1, 0 or 1`: NaN equals itself and comes after everything else.
fn order_floats(g: &Guest<'_>) -> Func {
    g.routine("float.order", &[Repr::F64; 2], Some(Repr::I32), |f| {
        let [a, b] = f.params();
        let (left, right) = (a.differs(a), b.differs(b));
        f.when(left.clone() | right.clone(), |f| f.ret(left - right));
        f.ret(a.greater(b) - a.less(b));
    })
}

/// `(float) -> bits`: the same for floats that the order holds equal.
fn canonical_bits(g: &Guest<'_>) -> Func {
    g.routine("float.canonical", &[Repr::F64], Some(Repr::I64), |f| {
        let [a] = f.params();
        f.when(a.differs(a), |f| f.ret(crate::wasm::float(f64::NAN).bits()));
        f.ret((a + crate::wasm::float(0.0)).bits());
    })
}

/// `(bytes, hash) -> hash`
fn hash_bytes(g: &Guest<'_>) -> Func {
    g.routine("bytes.hash", &[Repr::I32, Repr::I64], Some(Repr::I64), |f| {
        let [bytes, hash] = f.params();
        let length = f.let_narrow("length", bytes.load32(dot_abi::layout::LENGTH));
        f.set(hash, text::mix(hash, length.extend()));
        text::hash_bytes(f, hash, bytes + dot_abi::layout::BYTES_DATA, length);
        f.ret(hash);
    })
}
