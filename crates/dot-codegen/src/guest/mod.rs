//! The guest's own runtime: memory, counts, lists, maps, texts, comparison.
//!
//! It is generated into each unit, one routine at a time and only those that the unit reaches. A routine's
//! name says what it is made for (`list.push:i64`), so asking for it twice gives one function.
//! The routines hold no state but the heap's globals and the free lists below
//! [`HEAP_START`](dot_abi::layout::HEAP_START).

pub(crate) mod bytes;
pub(crate) mod characters;
pub(crate) mod compare;
pub(crate) mod count;
pub(crate) mod decimal;
pub(crate) mod heap;
pub(crate) mod list;
pub(crate) mod map;
pub(crate) mod map_order;
mod memory;
mod option;
pub(crate) mod scalar;
mod shape;
pub(crate) mod sort;
pub(crate) mod text;
mod walk;

use std::cell::{OnceCell, RefCell};

use dot_abi::decimal::Decimal;
use dot_abi::fault::FaultCode;
use dot_abi::layout::{HEADER_SIZE, META_TYPE_MASK, Repr, STATIC_COUNT};
use dot_abi::manifest::IMPORT_MODULE;
use dot_abi::types::{TypeDesc, TypeRef, TypeTable};
use indexmap::IndexMap;

pub(crate) use shape::{Counted, Item};

use crate::emit::Options;
use crate::wasm::{Code, Expr, Func, Module, args, int};
use heap::Heap;

/// The site of faults that stand nowhere in the source.
pub(crate) const NO_SITE: i32 = -1;

/// What the generation of routines shares.
pub(crate) struct Guest<'t> {
    pub(crate) module: Module,
    pub(crate) types: &'t TypeTable,
    pub(crate) options: Options,
    pub(crate) heap: Heap,
    texts: RefCell<IndexMap<String, u32>>,
    decimals: RefCell<IndexMap<Decimal, u32>>,
    /// The address of the texts of one ASCII character.
    ascii: OnceCell<u32>,
}

impl<'t> Guest<'t> {
    pub(crate) fn new(types: &'t TypeTable, options: Options) -> Guest<'t> {
        let module = Module::default();
        let heap = Heap::new(&module);
        Guest {
            module,
            types,
            options,
            heap,
            texts: RefCell::default(),
            decimals: RefCell::default(),
            ascii: OnceCell::new(),
        }
    }

    /// The routine of a name: written when it is asked for first.
    pub(crate) fn routine(
        &self,
        name: &str,
        params: &[Repr],
        result: Option<Repr>,
        write: impl FnOnce(&mut Code<'_>),
    ) -> Func {
        self.module.routine(name, params, result, write)
    }

    /// Ends the activation.
    pub(crate) fn fault(&self, f: &mut Code<'_>, code: FaultCode, site: Expr, a: Expr, b: Expr) {
        let params = [Repr::I32, Repr::I32, Repr::I64, Repr::I64];
        let fault = self.module.import(IMPORT_MODULE, "fault", &params, None);
        f.run(fault, args![code as i32, site, a, b]);
        f.unreachable();
    }

    /// Ends the activation with a message: for the codes whose operand a is a text.
    pub(crate) fn fault_with(&self, f: &mut Code<'_>, code: FaultCode, site: Expr, message: &str) {
        let message = int(self.text(message));
        self.fault(f, code, site, crate::wasm::Operand::extend(message), crate::wasm::wide(0));
    }

    /// The address of a text in static data.
    pub(crate) fn text(&self, text: &str) -> u32 {
        let known = self.texts.borrow().get(text).copied();
        known.unwrap_or_else(|| {
            let address = self.module.data(&static_text(text, self.text_type().0));
            self.texts.borrow_mut().insert(text.to_owned(), address);
            address
        })
    }

    /// The address of a decimal in static data.
    pub(crate) fn decimal(&self, value: Decimal) -> u32 {
        *self.decimals.borrow_mut().entry(value).or_insert_with(|| {
            let header = [STATIC_COUNT, self.type_of(&TypeDesc::Decimal).0];
            let header = header.iter().flat_map(|word| word.to_le_bytes());
            let bytes: Vec<u8> = header.chain(value.to_bytes()).collect();
            self.module.data(&bytes)
        })
    }

    /// The index of `Text` in the table; texts of tables without one carry no type.
    pub(crate) fn text_type(&self) -> TypeRef {
        self.type_of(&TypeDesc::Text)
    }

    /// The index of a built-in type in the table.
    pub(crate) fn type_of(&self, desc: &TypeDesc) -> TypeRef {
        let found = self.types.types.iter().position(|other| other == desc);
        TypeRef(found.map_or(META_TYPE_MASK, |index| index as u32))
    }

    /// The base type that an object's header carries.
    pub(crate) fn header_type(&self, ty: TypeRef) -> u32 {
        self.types.base(ty).0
    }
}

/// A text object as it lies in static data.
fn static_text(text: &str, ty: u32) -> Vec<u8> {
    let scalars = text.chars().count() as u32 + 1;
    let words = [STATIC_COUNT, ty, text.len() as u32, scalars, 0, 0];
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    debug_assert!(bytes.len() as u32 > HEADER_SIZE);
    bytes.extend_from_slice(text.as_bytes());
    // Routines read eight bytes at a time.
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes
}
