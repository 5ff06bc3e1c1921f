//! Closures: objects with an index of the function table and captured values.

use dot_abi::layout::{CLOSURE_CODE, CLOSURE_TYPE, Repr};
use dot_abi::types::TypeRef;

use super::function::FunctionEmitter;
use crate::core::{Atom, FunctionRef, Local};
use crate::guest::heap;
use crate::wasm::{Code, Expr, Operand};

impl FunctionEmitter<'_, '_> {
    pub(super) fn closure(&self, f: &mut Code<'_>, ty: TypeRef, function: FunctionRef, captures: &[Atom]) -> Expr {
        let layout = self.types().fields(ty, 0);
        let object = f.narrow("object");
        let code = self.guest().module.table_index(self.emitter.function(function));
        f.set(object, heap::new_object(self.guest(), f, layout.size, ty.0));
        f.store(object, CLOSURE_CODE, code);
        f.store(object, CLOSURE_TYPE, ty.0);
        self.store_fields(f, object, &layout.places, captures);
        object.into()
    }

    pub(super) fn call_closure(&self, f: &mut Code<'_>, closure: Local, atoms: &[Atom], result: TypeRef) -> Expr {
        let closure = self.local(closure);
        let mut args = self.atoms(atoms);
        args.insert(0, closure.into());
        f.call_indirect(self.types().repr(result), args, closure.load32(CLOSURE_CODE))
    }

    /// A captured value: the closure is the first WASM parameter of a lambda's body.
    pub(super) fn capture(&self, f: &Code<'_>, index: u32) -> Expr {
        let ty = self.core.closure.expect("only lambdas capture");
        let place = self.types().fields(ty, 0).places[index as usize];
        let closure = f.param(0);
        assert_eq!(closure.ty, Repr::I32);
        closure.load(place.repr, place.offset)
    }
}
