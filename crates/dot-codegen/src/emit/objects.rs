//! Records, tuples, cases, options.

use dot_abi::layout::{CASE_DATA, CASE_INDEX, COUNT, Place};
use dot_abi::types::{TypeDesc, TypeRef};

use super::function::FunctionEmitter;
use crate::core::{Atom, Local};
use crate::guest::{count, heap, list};
use crate::wasm::{Code, Expr, Func, Operand, Var, args};

impl FunctionEmitter<'_, '_> {
    pub(super) fn record(&self, f: &mut Code<'_>, ty: TypeRef, fields: &[Atom]) -> Expr {
        let layout = self.types().fields(ty, 0);
        let object = f.narrow("object");
        f.set(object, heap::new_object(self.guest(), f, layout.size, self.guest().header_type(ty)));
        self.store_fields(f, object, &layout.places, fields);
        object.into()
    }

    pub(super) fn case(&self, f: &mut Code<'_>, ty: TypeRef, case: u32, fields: &[Atom]) -> Expr {
        let layout = self.types().fields(ty, case as usize);
        let object = f.narrow("object");
        let size = layout.size.max(CASE_DATA);
        f.set(object, heap::new_object(self.guest(), f, size, self.guest().header_type(ty)));
        f.store(object, CASE_INDEX, case);
        self.store_fields(f, object, &layout.places, fields);
        object.into()
    }

    pub(super) fn store_fields(&self, f: &mut Code<'_>, object: Var, places: &[Place], fields: &[Atom]) {
        for (place, &field) in places.iter().zip(fields) {
            f.store(object, place.offset, self.atom(field));
        }
    }

    pub(super) fn some(&self, f: &mut Code<'_>, option: TypeRef, value: Atom) -> Expr {
        let value = self.operand(f, "some", value);
        self.guest().some(f, option, self.option_item(option), value)
    }

    /// The type of what an option may hold.
    pub(super) fn option_item(&self, option: TypeRef) -> TypeRef {
        match self.types().get(self.types().base(option)) {
            TypeDesc::Option { item } => *item,
            other => unreachable!("{other:?} is no option"),
        }
    }

    pub(super) fn some_value(&self, option: Local) -> Expr {
        self.guest().some_value(self.local(option), self.option_item(self.type_of(option)))
    }

    fn place(&self, object: Local, case: u32, index: u32) -> Place {
        self.types().fields(self.type_of(object), case as usize).places[index as usize]
    }

    pub(super) fn field(&self, object: Local, case: u32, index: u32) -> Expr {
        let place = self.place(object, case, index);
        self.local(object).load(place.repr, place.offset)
    }

    pub(super) fn set_field(&self, f: &mut Code<'_>, object: Local, index: u32, value: Atom, drop_old: bool) {
        let place = self.place(object, 0, index);
        if drop_old && self.types().is_counted(place.ty) {
            let old = f.let_narrow("old", self.local(object).load32(place.offset));
            f.store(self.local(object), place.offset, self.atom(value));
            count::drop(self.guest(), f, old, self.counted(place.ty));
        } else {
            f.store(self.local(object), place.offset, self.atom(value));
        }
    }

    /// The slot is zero afterwards: nobody looks at it before it is set.
    pub(super) fn take_field(&self, f: &mut Code<'_>, object: Local, index: u32) -> Expr {
        let place = self.place(object, 0, index);
        let taken = f.var("taken", place.repr);
        f.set(taken, self.local(object).load(place.repr, place.offset));
        if self.types().is_counted(place.ty) {
            f.store(self.local(object), place.offset, 0);
        }
        taken.into()
    }

    /// A value, consumed, as one that is referred to once.
    pub(super) fn make_unique(&self, f: &mut Code<'_>, value: Atom, ty: TypeRef) -> Expr {
        let value = self.atom(value);
        let unique = f.let_narrow("unique", value);
        f.when(unique.load32(COUNT).differs(1), |f| f.set(unique, self.copy_shared(f, unique, ty)));
        unique.into()
    }

    /// What a field holds, made unique where it is.
    pub(super) fn unique_field(&self, f: &mut Code<'_>, object: Local, index: u32) -> Expr {
        let place = self.place(object, 0, index);
        self.unique_slot(f, self.local(object), place.offset, place.ty)
    }

    /// What the slot at an address holds, made unique where it is.
    pub(super) fn unique_slot(&self, f: &mut Code<'_>, address: Var, offset: u32, ty: TypeRef) -> Expr {
        let ty = self.types().base(ty);
        let unique = f.let_narrow("unique", address.load32(offset));
        f.when(unique.load32(COUNT).differs(1), |f| {
            f.set(unique, self.copy_shared(f, unique, ty));
            f.store(address, offset, unique);
        });
        unique.into()
    }

    /// A copy of something shared, whose reference is consumed.
    fn copy_shared(&self, f: &Code<'_>, shared: Var, ty: TypeRef) -> Expr {
        match self.types().get(ty) {
            TypeDesc::List { item } => list::make_unique(self.guest(), f, self.item(*item), shared),
            TypeDesc::Map { .. } | TypeDesc::Set { .. } => self.make_map_unique(f, shared, ty),
            _ => f.call(self.copy_object(ty), args![shared]),
        }
    }

    /// `(object) -> copy`: a copy of a shared record, tuple or case, whose reference is consumed.
    fn copy_object(&self, ty: TypeRef) -> Func {
        let g = self.guest();
        g.routine(
            &format!("object.copy:{}", ty.0),
            &[dot_abi::layout::Repr::I32],
            Some(dot_abi::layout::Repr::I32),
            |f| {
                let [object] = f.params();
                let copy = f.narrow("copy");
                match self.types().get(ty) {
                    TypeDesc::Union { cases, .. } => {
                        for case in (0..cases.len()).filter(|&case| !cases[case].fields.is_empty()) {
                            let is_case = object.load32(CASE_INDEX).equals(case as u32);
                            f.when(is_case, |f| self.copy_fields(f, ty, case, object, copy));
                        }
                    }
                    _ => self.copy_fields(f, ty, 0, object, copy),
                }
                f.store(object, COUNT, object.load32(COUNT) - 1);
                f.ret(copy);
            },
        )
    }

    fn copy_fields(&self, f: &mut Code<'_>, ty: TypeRef, case: usize, object: Var, copy: Var) {
        let layout = self.types().fields(ty, case);
        let is_case = matches!(self.types().get(ty), TypeDesc::Union { .. });
        let size = if is_case { layout.size.max(CASE_DATA) } else { layout.size };
        f.set(copy, heap::new_object(self.guest(), f, size, ty.0));
        if is_case {
            f.store(copy, CASE_INDEX, case as u32);
        }
        for place in layout.places {
            let field = f.var("field", place.repr);
            f.set(field, object.load(place.repr, place.offset));
            f.store(copy, place.offset, field);
            list::dup_if_counted(self.guest(), f, field, self.item(place.ty));
        }
    }
}
