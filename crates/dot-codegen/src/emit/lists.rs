//! Lists: literals, items, natives.

use dot_abi::layout::{LENGTH, LIST_DATA};
use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};

use super::function::FunctionEmitter;
use crate::core::{Atom, Local, SiteRef};
use crate::guest::{Item, count, list};
use crate::wasm::{Code, Expr, Operand, Var, args, wide};

impl FunctionEmitter<'_, '_> {
    /// The shape of a list's items.
    pub(super) fn item_of_list(&self, ty: TypeRef) -> Item {
        self.item(self.item_type(ty))
    }

    fn item_type(&self, ty: TypeRef) -> TypeRef {
        match self.types().get(self.types().base(ty)) {
            TypeDesc::List { item } => *item,
            other => unreachable!("{other:?} is no list"),
        }
    }

    fn new_list(&self, f: &mut Code<'_>, ty: TypeRef, capacity: Expr) -> Var {
        let list = f.narrow("list");
        let item = self.item_of_list(ty);
        f.set(list, f.call(list::new(self.guest(), item), args![self.guest().header_type(ty), capacity]));
        list
    }

    pub(super) fn list(&self, f: &mut Code<'_>, ty: TypeRef, items: &[Atom]) -> Expr {
        let item = self.item_of_list(ty);
        let list = self.new_list(f, ty, wide(items.len() as i64));
        f.store(list, LENGTH, items.len() as u32);
        for (index, &value) in items.iter().enumerate() {
            item.store(f, list, LIST_DATA + index as u32 * item.size, self.atom(value));
        }
        list.into()
    }

    pub(super) fn empty(&self, f: &mut Code<'_>, ty: TypeRef, capacity: Atom) -> Expr {
        let capacity = self.atom(capacity);
        match self.types().get(self.types().base(ty)) {
            TypeDesc::List { .. } => self.new_list(f, ty, capacity).into(),
            _ => self.empty_map(f, ty, capacity),
        }
    }

    pub(super) fn append_list(&self, f: &mut Code<'_>, a: Atom, b: Atom, ty: TypeRef) -> Expr {
        f.call(list::append(self.guest(), self.item_of_list(ty)), self.atoms(&[a, b]))
    }

    pub(super) fn check_index(&self, f: &mut Code<'_>, list: Local, index: Atom, site: SiteRef) {
        let index = self.operand(f, "index", index);
        let length = self.local(list).load32_wide(LENGTH);
        list::check_index(self.guest(), f, index, length, self.site(site));
    }

    /// The address of an item, but for [`LIST_DATA`].
    fn address(&self, list: Local, index: Atom) -> Expr {
        let item = self.item_of_list(self.type_of(list));
        list::address(item, self.local(list), self.atom(index).wrap())
    }

    pub(super) fn item_at(&self, list: Local, index: Atom) -> Expr {
        self.item_of_list(self.type_of(list)).load(self.address(list, index), LIST_DATA)
    }

    pub(super) fn set_item(&self, f: &mut Code<'_>, list: Local, index: Atom, value: Atom, drop_old: bool) {
        let item = self.item_of_list(self.type_of(list));
        let address = self.address(list, index);
        if drop_old && item.is_counted() {
            let address = f.let_narrow("address", address);
            let old = f.let_narrow("old", item.load(address, LIST_DATA));
            item.store(f, address, LIST_DATA, self.atom(value));
            count::drop(self.guest(), f, old, item.counted);
        } else {
            item.store(f, address, LIST_DATA, self.atom(value));
        }
    }

    /// An item of a list, made unique where it is.
    pub(super) fn unique_item(&self, f: &mut Code<'_>, list: Local, index: Atom) -> Expr {
        let address = f.let_narrow("address", self.address(list, index));
        self.unique_slot(f, address, LIST_DATA, self.item_type(self.type_of(list)))
    }

    pub(super) fn take_item(&self, f: &mut Code<'_>, list: Local, index: Atom) -> Expr {
        let item = self.item_of_list(self.type_of(list));
        let address = f.let_narrow("address", self.address(list, index));
        let taken = f.var("taken", item.repr);
        f.set(taken, item.load(address, LIST_DATA));
        if item.is_counted() {
            f.store(address, LIST_DATA, 0);
        }
        taken.into()
    }

    /// The natives of `List`; `result` is the type of what they give.
    pub(super) fn list_native(
        &self,
        f: &mut Code<'_>,
        native: Native,
        item_type: TypeRef,
        atoms: &[Atom],
        site: SiteRef,
        result: TypeRef,
    ) -> Expr {
        let (g, item) = (self.guest(), self.item(item_type));
        let mut args = self.atoms(atoms);
        match native {
            Native::ListLen => args.remove(0).load32_wide(LENGTH),
            Native::ListGet => f.call(list::get(g, result, item_type), args),
            Native::ListPush => f.call(list::push(g, item), args),
            Native::ListSlice => f.call(list::slice(g, item), args),
            Native::ListReverse => f.call(list::reverse(g, item), args),
            Native::ListRepeat => {
                args.insert(0, g.header_type(result).into());
                args.push(self.site(site));
                f.call(list::repeat(g, item), args)
            }
            other => unreachable!("{other:?} is no native of List"),
        }
    }
}
