//! What routines need to know of a type: two types of one shape share their routines.

use std::fmt;

use dot_abi::layout::Repr;
use dot_abi::types::{TypeRef, TypeTable};

use crate::wasm::{Code, Expr, Operand};

/// How the references in a slot are counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Counted {
    /// There are none.
    Never,
    /// The slot always holds an object.
    Always,
    /// The slot may hold `None` or a bare case, too.
    Maybe,
}

/// The shape of a slot or of a list's item.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Item {
    /// The slot.
    pub(crate) repr: Repr,
    /// The bytes of an item in a list: 1, 4 or 8.
    pub(crate) size: u32,
    /// Its references.
    pub(crate) counted: Counted,
}

impl Counted {
    /// How the references in slots of a type are counted.
    pub(crate) fn of(types: &TypeTable, ty: TypeRef) -> Counted {
        if !types.is_counted(ty) {
            Counted::Never
        } else if types.may_be_immediate(ty) {
            Counted::Maybe
        } else {
            Counted::Always
        }
    }
}

impl Item {
    /// The shape of a type.
    pub(crate) fn of(types: &TypeTable, ty: TypeRef) -> Item {
        Item { repr: types.repr(ty), size: types.item_size(ty), counted: Counted::of(types, ty) }
    }

    /// Whether references are counted.
    pub(crate) fn is_counted(self) -> bool {
        self.counted != Counted::Never
    }

    /// The bytes of so many items.
    pub(crate) fn bytes(self, items: impl Operand) -> Expr {
        match self.size {
            1 => items.into(),
            size => items.shl(size.trailing_zeros()),
        }
    }

    /// The item at an address.
    pub(crate) fn load(self, address: impl Operand, offset: u32) -> Expr {
        match self.size {
            1 => address.load8(offset),
            _ => address.load(self.repr, offset),
        }
    }

    /// Writes the item at an address.
    pub(crate) fn store(self, f: &mut Code<'_>, address: impl Into<Expr>, offset: u32, value: impl Into<Expr>) {
        match self.size {
            1 => f.store8(address, offset, value),
            _ => f.store(address, offset, value),
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.size, self.repr, self.counted) {
            (1, ..) => "byte",
            (_, Repr::I64, _) => "i64",
            (_, Repr::F64, _) => "f64",
            (_, Repr::I32, Counted::Never) => "i32",
            (_, Repr::I32, Counted::Always) => "ref",
            (_, Repr::I32, Counted::Maybe) => "ref?",
        })
    }
}
