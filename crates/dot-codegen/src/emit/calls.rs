//! Calls of natives: of the guest's own and of the host's.

use dot_abi::layout::Repr;
use dot_abi::native::{HOST_MODULE, Native};
use dot_abi::types::TypeRef;

use super::function::FunctionEmitter;
use crate::core::{Atom, SiteRef};
use crate::guest::{list, sort};
use crate::wasm::{Code, Expr, Operand, args, int};

impl FunctionEmitter<'_, '_> {
    pub(super) fn native(
        &self,
        f: &mut Code<'_>,
        native: Native,
        types: &[TypeRef],
        atoms: &[Atom],
        site: SiteRef,
        result: TypeRef,
    ) -> Expr {
        use Native::*;
        match native {
            native if native.is_typed() => self.typed_native(f, native, types, atoms, site, result),
            native if native.is_host() => self.host_native(f, native, atoms, site, result),
            TextOf | TextLen | TextByteLen | TextGet | TextSlice | TextChars | TextToBytes | TextJoin | TextCode
            | TextFromCode => self.text_native(f, native, types, atoms, result),
            BytesLen | BytesGet | BytesAt | BytesSlice | BytesText | BytesToText | BytesFrom | BytesConcat => {
                self.bytes_native(f, native, atoms, site, result)
            }
            ListSort => self.sort_list(f, types[0], atoms[0]),
            Compare => self.compare_native(f, types[0], atoms),
            ListLen | ListGet | ListPush | ListSlice | ListReverse | ListRepeat => {
                self.list_native(f, native, types[0], atoms, site, result)
            }
            MapLen | MapHas | MapGet | MapInsert | MapRemove | MapKeys | MapValues | MapEntries | SetLen | SetHas
            | SetInsert | SetRemove | SetToList => self.map_native(f, native, atoms, result),
            _ => self.scalar_native(f, native, atoms, site),
        }
    }

    fn sort_list(&self, f: &mut Code<'_>, item_type: TypeRef, atom: Atom) -> Expr {
        let unique = list::make_unique(self.guest(), f, self.item(item_type), self.atom(atom));
        f.call(sort::list(self.guest(), item_type), args![unique])
    }

    fn host_native(&self, f: &mut Code<'_>, native: Native, atoms: &[Atom], site: SiteRef, result: TypeRef) -> Expr {
        let args = self.atoms(atoms);
        let params: Vec<Repr> = args.iter().map(Expr::ty).collect();
        let result = self.types().repr(result);
        let import = self.guest().module.import(HOST_MODULE, native.name(), &params, Some(result));
        // The host names the place if it faults.
        f.store(0, dot_abi::layout::SITE_CELL, self.site(site));
        f.call(import, args)
    }

    /// A host native that is told its type arguments and the type of its result.
    fn typed_native(
        &self,
        f: &mut Code<'_>,
        native: Native,
        types: &[TypeRef],
        atoms: &[Atom],
        site: SiteRef,
        result: TypeRef,
    ) -> Expr {
        let told = types.iter().chain([&result]).map(|ty| int(ty.0));
        let args: Vec<Expr> = told.chain(self.atoms(atoms).into_iter().map(Operand::widened)).collect();
        let params: Vec<Repr> = args.iter().map(Expr::ty).collect();
        let import = self.guest().module.import(HOST_MODULE, native.name(), &params, Some(Repr::I64));
        f.store(0, dot_abi::layout::SITE_CELL, self.site(site));
        f.call(import, args).narrowed(self.types().repr(result))
    }
}
