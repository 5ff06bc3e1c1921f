//! Texts and bytes.

use dot_abi::layout::{LENGTH, Repr, TEXT_DATA};
use dot_abi::manifest::IMPORT_MODULE;
use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};

use super::function::FunctionEmitter;
use crate::core::{Atom, Local, SiteRef};
use crate::guest::{Counted, bytes, characters, count, list, text};
use crate::wasm::{Code, Expr, Operand, Var, args};

impl FunctionEmitter<'_, '_> {
    pub(super) fn concat(&self, f: &mut Code<'_>, atoms: &[Atom]) -> Expr {
        text::concat(self.guest(), f, self.atoms(atoms))
    }

    pub(super) fn append(&self, f: &mut Code<'_>, a: Atom, b: Atom) -> Expr {
        f.call(text::append(self.guest()), self.atoms(&[a, b]))
    }

    pub(super) fn char_at(&self, f: &mut Code<'_>, text: Local, offset: Atom) -> Expr {
        f.call(characters::at_offset(self.guest()), args![self.local(text), self.atom(offset).wrap()])
    }

    pub(super) fn char_end(&self, f: &mut Code<'_>, text: Local, offset: Atom) -> Expr {
        let offset = self.operand(f, "offset", offset);
        characters::end_at(f, self.local(text), offset)
    }

    /// The byte at an index of Bytes or a Text.
    pub(super) fn byte_at(&self, bytes: Local, index: Atom) -> Expr {
        match self.types().get(self.type_of(bytes)) {
            TypeDesc::Text => (self.local(bytes) + self.atom(index).wrap()).load8_wide(TEXT_DATA),
            _ => bytes::byte(self.local(bytes), self.atom(index)),
        }
    }

    /// The text of a borrowed value, owned. The guest knows those of texts, integers and truth values, the host all.
    pub(super) fn text_of(&self, f: &mut Code<'_>, ty: TypeRef, value: Var) -> Expr {
        let ty = self.types().base(ty);
        match self.types().get(ty) {
            TypeDesc::Text => {
                count::dup(self.guest(), f, value, Counted::Always);
                value.into()
            }
            TypeDesc::Int => f.call(text::of_int(self.guest()), args![value]),
            TypeDesc::Bool => text::of_bool(self.guest(), value.into()),
            _ => {
                let params = [Repr::I32, Repr::I64];
                let import = self.guest().module.import(IMPORT_MODULE, "text_of", &params, Some(Repr::I32));
                f.call(import, args![ty.0, value.widened()])
            }
        }
    }

    /// The natives of `Text`; `result` is the type of what they give.
    pub(super) fn text_native(
        &self,
        f: &mut Code<'_>,
        native: Native,
        types: &[TypeRef],
        atoms: &[Atom],
        result: TypeRef,
    ) -> Expr {
        let g = self.guest();
        let mut args = self.atoms(atoms);
        match native {
            Native::TextOf => {
                let value = self.operand(f, "value", atoms[0]);
                self.text_of(f, types[0], value)
            }
            Native::TextLen => f.call(characters::length(g), args).extend(),
            Native::TextByteLen => text::byte_length(args.remove(0)),
            Native::TextGet => f.call(characters::get(g), args),
            Native::TextSlice => f.call(characters::slice(g), args),
            Native::TextChars => {
                args.insert(0, g.header_type(result).into());
                f.call(characters::all(g), args)
            }
            Native::TextToBytes => f.call(bytes::of_text(g), args),
            Native::TextJoin => f.call(text::join(g), args),
            Native::TextCode => f.call(characters::code(g, result, self.option_item(result)), args),
            Native::TextFromCode => f.call(characters::from_code(g), args),
            other => unreachable!("{other:?} is no native of Text"),
        }
    }

    /// The natives of `Bytes`; `result` is the type of what they give.
    pub(super) fn bytes_native(
        &self,
        f: &mut Code<'_>,
        native: Native,
        atoms: &[Atom],
        site: SiteRef,
        result: TypeRef,
    ) -> Expr {
        let g = self.guest();
        let mut args = self.atoms(atoms);
        match native {
            Native::BytesLen => args.remove(0).load32_wide(LENGTH),
            Native::BytesGet => f.call(bytes::get(g, result, self.option_item(result)), args),
            Native::BytesAt => {
                let (bytes, index) = (self.operand(f, "bytes", atoms[0]), self.operand(f, "index", atoms[1]));
                list::check_index(g, f, index, bytes.load32_wide(LENGTH), self.site(site));
                bytes::byte(bytes, index)
            }
            Native::BytesSlice => f.call(bytes::slice(g), args),
            Native::BytesText => {
                args.push(self.site(site));
                f.call(bytes::text_of_range(g), args)
            }
            Native::BytesToText => {
                let bytes = self.operand(f, "bytes", atoms[0]);
                bytes::to_text(g, f, bytes)
            }
            Native::BytesFrom => {
                args.push(self.site(site));
                f.call(bytes::of_list(g), args)
            }
            Native::BytesConcat => f.call(bytes::concat(g), args),
            other => unreachable!("{other:?} is no native of Bytes"),
        }
    }
}
