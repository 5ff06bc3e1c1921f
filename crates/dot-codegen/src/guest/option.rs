//! Options: what `Some` is in a slot, and what is in it.

use dot_abi::layout::{BOX_DATA, HEADER_SIZE};
use dot_abi::types::{TypeDesc, TypeRef};

use super::Guest;
use super::heap::new_object;
use crate::wasm::{Code, Expr, Operand, Var, int};

impl Guest<'_> {
    /// `Some` of a value, consumed, as the type of the option holds it.
    pub(crate) fn some(&self, f: &mut Code<'_>, option: TypeRef, item: TypeRef, value: Var) -> Expr {
        if self.types.is_boxed_option(item) {
            let object = f.narrow("box");
            f.set(object, new_object(self, f, HEADER_SIZE + 8, self.header_type(option)));
            f.store(object, BOX_DATA, value);
            return object.into();
        }
        match self.types.get(self.types.base(item)) {
            TypeDesc::Bool => value + 1,
            TypeDesc::Unit => int(1),
            _ => value.into(),
        }
    }

    /// The value in an option that is `Some`; it borrows.
    pub(crate) fn some_value(&self, option: Var, item: TypeRef) -> Expr {
        if self.types.is_boxed_option(item) {
            return option.load(self.types.repr(item), BOX_DATA);
        }
        match self.types.get(self.types.base(item)) {
            TypeDesc::Bool => option - 1,
            TypeDesc::Unit => int(0),
            _ => option.into(),
        }
    }
}
