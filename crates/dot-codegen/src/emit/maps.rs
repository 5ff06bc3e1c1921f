//! Maps and sets: entries, natives.

use dot_abi::fault::FaultCode;
use dot_abi::layout::{LENGTH, Repr, map as layout};
use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};

use super::function::FunctionEmitter;
use crate::core::{Atom, Local, SiteRef};
use crate::guest::map::Shape;
use crate::guest::map_order::Listed;
use crate::guest::{map, map_order};
use crate::wasm::{Code, Expr, Func, Operand, Var, args, int, wide};

impl FunctionEmitter<'_, '_> {
    fn shape(&self, ty: TypeRef) -> Shape {
        Shape::of(self.guest(), ty)
    }

    pub(super) fn empty_map(&self, f: &mut Code<'_>, ty: TypeRef, capacity: Expr) -> Expr {
        let largest = i64::from(u32::MAX);
        let capacity = capacity.clone().above(largest).select(wide(largest), capacity).wrap();
        f.call(map::new(self.guest()), args![self.guest().header_type(ty), capacity])
    }

    pub(super) fn make_map_unique(&self, f: &Code<'_>, map: Var, ty: TypeRef) -> Expr {
        f.call(map::unique(self.guest(), self.shape(ty)), args![map])
    }

    /// The entry of a key; a key fault if it is not there.
    fn entry_of(&self, f: &mut Code<'_>, map: Local, key: Atom, site: SiteRef) -> Var {
        let shape = self.shape(self.type_of(map));
        let key = self.operand(f, "key", key);
        let entry = f.narrow("entry");
        f.set(entry, f.call(map::find(self.guest(), shape), args![self.local(map), key]));
        f.when(entry.is_zero(), |f| {
            f.run(self.key_fault(shape.key), args![self.site(site), key]);
            f.unreachable();
        });
        entry
    }

    /// `(site, key)`: the map does not hold the key.
    fn key_fault(&self, key_type: TypeRef) -> Func {
        let g = self.guest();
        let params = [Repr::I32, self.types().repr(key_type)];
        g.routine(&format!("fault.key:{}", key_type.0), &params, None, |f| {
            let [site, key] = f.params();
            let text = self.text_of(f, key_type, key);
            g.fault(f, FaultCode::Key, site.into(), text.extend(), wide(0));
        })
    }

    fn value_repr(&self, map: Local) -> Repr {
        self.shape(self.type_of(map)).value_item.repr
    }

    pub(super) fn entry(&self, f: &mut Code<'_>, map: Local, key: Atom, site: SiteRef) -> Expr {
        let entry = self.entry_of(f, map, key, site);
        entry.load(self.value_repr(map), layout::ENTRY_VALUE)
    }

    pub(super) fn take_entry(&self, f: &mut Code<'_>, map: Local, key: Atom, site: SiteRef) -> Expr {
        let entry = self.entry_of(f, map, key, site);
        let taken = f.var("taken", self.value_repr(map));
        f.set(taken, entry.load(taken.ty, layout::ENTRY_VALUE));
        f.store(entry, layout::ENTRY_VALUE, wide(0));
        taken.into()
    }

    pub(super) fn put_entry(&self, f: &mut Code<'_>, map: Local, key: Atom, value: Atom) {
        let shape = self.shape(self.type_of(map));
        let entry = f.narrow("entry");
        f.set(entry, f.call(map::find(self.guest(), shape), args![self.local(map), self.atom(key)]));
        f.store(entry, layout::ENTRY_VALUE, self.atom(value).widened());
    }

    pub(super) fn sort_map(&self, f: &mut Code<'_>, map: Local) {
        f.run(map_order::sort(self.guest(), self.type_of(map)), args![self.local(map)]);
    }

    /// The number of the entry of a key, or -1.
    pub(super) fn find_entry(&self, f: &mut Code<'_>, map: Local, key: Atom) -> Expr {
        let entry = f.narrow("entry");
        let shape = self.shape(self.type_of(map));
        f.set(entry, f.call(map::find(self.guest(), shape), args![self.local(map), self.atom(key)]));
        let number = (entry - self.local(map).load32(layout::ENTRIES)).div_unsigned(layout::ENTRY_SIZE);
        entry.differs(0).select(number.extend(), wide(-1))
    }

    pub(super) fn entry_key(&self, map: Local, number: Atom) -> Expr {
        let entry = map::entry_at(self.local(map), self.atom(number).wrap());
        entry.load(self.shape(self.type_of(map)).key_item.repr, layout::ENTRY_KEY)
    }

    pub(super) fn entry_value(&self, map: Local, number: Atom) -> Expr {
        let entry = map::entry_at(self.local(map), self.atom(number).wrap());
        entry.load(self.value_repr(map), layout::ENTRY_VALUE)
    }

    /// The natives of `Map` and `Set`; `result` is the type of what they give.
    pub(super) fn map_native(&self, f: &mut Code<'_>, native: Native, atoms: &[Atom], result: TypeRef) -> Expr {
        let g = self.guest();
        let map_type = match (native, atoms[0]) {
            (_, Atom::Local(map)) => self.type_of(map),
            (native, atom) => unreachable!("{native:?} of {atom:?}"),
        };
        let shape = self.shape(map_type);
        let mut args = self.atoms(atoms);
        let list = |listed| map_order::to_list(g, map_type, result, listed);
        match native {
            Native::MapLen | Native::SetLen => args.remove(0).load32_wide(LENGTH),
            Native::MapHas | Native::SetHas => f.call(map::find(g, shape), args).differs(0),
            Native::MapGet => {
                let TypeDesc::Map { value, .. } = *self.types().get(map_type) else { unreachable!("a map") };
                f.call(map::get(g, shape, result, value), args)
            }
            Native::MapInsert => f.call(map::insert(g, shape), args),
            Native::SetInsert => {
                args.push(int(0));
                f.call(map::insert(g, shape), args)
            }
            Native::MapRemove | Native::SetRemove => f.call(map::remove(g, shape), args),
            Native::MapKeys | Native::SetToList => f.call(list(Listed::Keys), args),
            Native::MapValues => f.call(list(Listed::Values), args),
            Native::MapEntries => f.call(list(Listed::Pairs), args),
            other => unreachable!("{other:?} is no native of Map or Set"),
        }
    }
}
