//! How values lie in guest memory: one description for the emitter, the guest's own runtime and
//! the host's lift and lower.
//!
//! # Slots
//!
//! A value occupies a slot of a [`Repr`]: an `i32`, an `i64` or an `f64`. Wherever a slot must
//! have one shape (map entries, the result cell, arguments of `call`), it is widened to 64 bits:
//! an `i32` zero-extended, a float as its bits.
//!
//! | type | repr | the slot holds |
//! |---|---|---|
//! | `()` | i32 | 0 |
//! | `Bool` | i32 | 0 or 1 |
//! | `Int`, `Duration`, `Time`, `Date` | i64 | the number |
//! | `Float` | f64 | the number |
//! | a union whose cases are all bare | i32 | the case's index + 1 |
//! | `T?`, `T` of repr i32, not `Bool` or `()` | i32 | 0 for `None`, else the slot of `T` |
//! | `Bool?` | i32 | 0 for `None`, else 1 + the truth value |
//! | `()?` | i32 | 0 or 1 |
//! | `T?`, `T` of repr i64 or f64 | i32 | 0 for `None`, else the address of a box |
//! | any other union | i32 | the index + 1 of a bare case, else an object's address |
//! | everything else | i32 | an object's address |
//!
//! A reference below [`HEAP_START`] is therefore never an object, and whoever counts references
//! of a type that [may be immediate](TypeTable::may_be_immediate) asks that first.
//!
//! # Objects
//!
//! Objects are aligned to 8 bytes and begin with a header of [`HEADER_SIZE`] bytes:
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | the number of references; constants start at [`STATIC_COUNT`] so that they never reach 0 |
//! | 4 | 4 | bits 0–23: the index of the type in the unit's table; bits 24–31: the size class of the block |
//!
//! Behind it:
//!
//! | object | what follows |
//! |---|---|
//! | `Text` | u32 bytes, u32 scalar values + 1 (0: not counted yet), u32 hash (0: not computed yet), u32 zero; the UTF-8 bytes at [`TEXT_DATA`] |
//! | `Bytes` | u32 bytes, u32 zero; the bytes at [`BYTES_DATA`] |
//! | `List` | u32 items, u32 capacity in items; the items at [`LIST_DATA`], each [`TypeTable::item_size`] bytes |
//! | `Map`, `Set` | u32 entries, u32 flags and fields of the guest's own; see [`map`] |
//! | record, tuple | the fields, laid out by [`TypeTable::fields`] |
//! | case with fields | u32 case index, u32 zero, then the fields from offset [`CASE_DATA`] |
//! | `Decimal` | the 16 bytes of [`Decimal::to_bytes`](crate::decimal::Decimal::to_bytes) at [`DECIMAL_DATA`]; equal numbers have equal bytes |
//! | boxed `T?` | the 8-byte slot at [`BOX_DATA`] |
//! | closure | u32 index in the function table, u32 type index of its [`TypeDesc::Closure`], then the captures from [`CLOSURE_DATA`] |
//!
//! Fields of records, tuples, cases and captures: first all of 8 bytes in declared order, then
//! all of 4 bytes in declared order, so that no byte is lost between them.

use crate::types::{Field, TypeDesc, TypeRef, TypeTable};

/// References below this are immediate; constants and the heap lie above.
pub const HEAP_START: u32 = 1024;
/// Where a unit leaves its result, widened to 64 bits.
pub const RESULT_CELL: u32 = 16;
/// Where a waiting unit leaves its frame, the address of a record.
pub const FRAME_CELL: u32 = 32;
/// Where a waiting unit leaves the number of the frame's site, an i32.
pub const WAIT_CELL: u32 = 36;
/// Where a unit leaves the site of the host native that it calls, an i32, so that a fault of the native has its place.
pub const SITE_CELL: u32 = 24;
/// The count that constants in static data start with.
pub const STATIC_COUNT: u32 = 1 << 30;
/// The bytes of an object's header.
pub const HEADER_SIZE: u32 = 8;
/// The offset of the count in an object.
pub const COUNT: u32 = 0;
/// The offset of the type index and size class in an object.
pub const META: u32 = 4;
/// The bits of [`META`] that hold the type index.
pub const META_TYPE_MASK: u32 = 0x00ff_ffff;
/// The offset of a text's, bytes' or list's length.
pub const LENGTH: u32 = 8;
/// The offset of a text's number of scalar values + 1.
pub const TEXT_SCALARS: u32 = 12;
/// The offset of a text's cached hash.
pub const TEXT_HASH: u32 = 16;
/// The offset of a text's bytes.
pub const TEXT_DATA: u32 = 24;
/// The offset of bytes' content.
pub const BYTES_DATA: u32 = 16;
/// The offset of a list's capacity in items.
pub const LIST_CAPACITY: u32 = 12;
/// The offset of a list's first item.
pub const LIST_DATA: u32 = 16;
/// The offset of a case's index.
pub const CASE_INDEX: u32 = 8;
/// The offset of a case's first field.
pub const CASE_DATA: u32 = 16;
/// The offset of a record's or tuple's first field.
pub const RECORD_DATA: u32 = 8;
/// The offset of the slot in a boxed option.
pub const BOX_DATA: u32 = 8;
/// The offset of the 16 bytes of a decimal.
pub const DECIMAL_DATA: u32 = 8;
/// The offset of a closure's function table index.
pub const CLOSURE_CODE: u32 = 8;
/// The offset of a closure's type index.
pub const CLOSURE_TYPE: u32 = 12;
/// The offset of a closure's first capture.
pub const CLOSURE_DATA: u32 = 16;
/// The most cases that a union may have: a bare case is an immediate below [`HEAP_START`].
pub const MAX_CASES: usize = 1000;

/// Maps and sets: a dense array of entries in the order of insertion or, once sorted, of keys, and
/// an open-addressing index of it.
///
/// The host reads entries `0..used` at the address in [`ENTRIES`](map::ENTRIES), in order, after it
/// has called the export [`sort_map`](crate::manifest::exports::SORT_MAP), which puts the keys in
/// order and removes the gaps that deletions left. It writes maps by the export
/// [`new_map`](crate::manifest::exports::NEW_MAP) and
/// [`map_insert`](crate::manifest::exports::MAP_INSERT).
pub mod map {
    /// The offset of the number of live entries.
    pub const LENGTH: u32 = 8;
    /// The offset of the flags.
    pub const FLAGS: u32 = 12;
    /// The offset of the address of the block of entries (0 while there is none).
    pub const ENTRIES: u32 = 16;
    /// The offset of the number of entries in use, deleted ones included.
    pub const USED: u32 = 20;
    /// The offset of the capacity in entries.
    pub const CAPACITY: u32 = 24;
    /// The offset of the address of the index: u32 per bucket, entry number + 1, 0 is empty.
    pub const INDEX: u32 = 28;
    /// The offset of the number of buckets - 1.
    pub const MASK: u32 = 32;
    /// The size of a map object in bytes.
    pub const SIZE: u32 = 40;
    /// In [`FLAGS`]: the entries are in the order of their keys and without gaps.
    pub const SORTED: u32 = 1;
    /// The bytes of an entry: u32 hash, u32 state (1 live, 0 deleted), the key, the value, both widened to 64 bits.
    pub const ENTRY_SIZE: u32 = 24;
    /// The offset of an entry's state.
    pub const ENTRY_STATE: u32 = 4;
    /// The offset of an entry's key.
    pub const ENTRY_KEY: u32 = 8;
    /// The offset of an entry's value (0 in a set).
    pub const ENTRY_VALUE: u32 = 16;
}

/// What a slot is to WASM.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Repr {
    /// 32 bits: truth values, indices, references.
    I32,
    /// 64 bits: integers, durations, times and dates.
    I64,
    /// A float.
    F64,
}

impl Repr {
    /// The bytes of a slot in a record.
    pub fn size(self) -> u32 {
        match self {
            Repr::I32 => 4,
            Repr::I64 | Repr::F64 => 8,
        }
    }
}

/// Where a field lies in its object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Bytes from the start of the object.
    pub offset: u32,
    /// The slot's shape.
    pub repr: Repr,
    /// The field's type.
    pub ty: TypeRef,
}

/// Fields and the size of the object that holds them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fields {
    /// One place per field, in declared order.
    pub places: Vec<Place>,
    /// The bytes of the whole object, header included.
    pub size: u32,
}

impl TypeTable {
    /// The shape of the slot of a type.
    pub fn repr(&self, ty: TypeRef) -> Repr {
        match self.get(self.base(ty)) {
            TypeDesc::Int | TypeDesc::Duration | TypeDesc::Time | TypeDesc::Date => Repr::I64,
            TypeDesc::Float => Repr::F64,
            _ => Repr::I32,
        }
    }

    /// Whether the slot of a type can hold an object's address, so that references are counted.
    pub fn is_counted(&self, ty: TypeRef) -> bool {
        match self.get(self.base(ty)) {
            TypeDesc::Unit
            | TypeDesc::Bool
            | TypeDesc::Int
            | TypeDesc::Float
            | TypeDesc::Duration
            | TypeDesc::Time
            | TypeDesc::Date
            | TypeDesc::Never => false,
            TypeDesc::Union { cases, .. } => cases.iter().any(|case| !case.fields.is_empty()),
            TypeDesc::Option { item } => matches!(self.repr(*item), Repr::I64 | Repr::F64) || self.is_counted(*item),
            _ => true,
        }
    }

    /// Whether a counted slot may hold something that is no object: `None` or a bare case.
    pub fn may_be_immediate(&self, ty: TypeRef) -> bool {
        match self.get(self.base(ty)) {
            TypeDesc::Option { .. } => true,
            TypeDesc::Union { cases, .. } => cases.iter().any(|case| case.fields.is_empty()),
            _ => false,
        }
    }

    /// Whether `T?` keeps its `T` in a box.
    pub fn is_boxed_option(&self, option_item: TypeRef) -> bool {
        matches!(self.repr(option_item), Repr::I64 | Repr::F64)
    }

    /// The bytes of an item of a list: 1 for `Bool`, otherwise the slot's size.
    pub fn item_size(&self, item: TypeRef) -> u32 {
        match self.get(self.base(item)) {
            TypeDesc::Bool => 1,
            _ => self.repr(item).size(),
        }
    }

    /// The places of the given types in an object whose first field is at `start`.
    pub fn places(&self, start: u32, types: impl IntoIterator<Item = TypeRef>) -> Fields {
        let types: Vec<TypeRef> = types.into_iter().collect();
        let wide = types.iter().filter(|&&ty| self.repr(ty).size() == 8).count() as u32;
        let (mut next_wide, mut next_narrow) = (start, start + wide * 8);
        let places = types
            .iter()
            .map(|&ty| {
                let repr = self.repr(ty);
                let next = if repr.size() == 8 { &mut next_wide } else { &mut next_narrow };
                let offset = *next;
                *next += repr.size();
                Place { offset, repr, ty }
            })
            .collect();
        Fields { places, size: next_narrow.next_multiple_of(8).max(start.next_multiple_of(8)) }
    }

    /// The layout of the fields of a record or tuple, of a closure's captures, or of a union's case.
    pub fn fields(&self, ty: TypeRef, case: usize) -> Fields {
        let of = |fields: &[Field], start| self.places(start, fields.iter().map(|field| field.ty));
        match self.get(self.base(ty)) {
            TypeDesc::Record { fields, .. } => of(fields, RECORD_DATA),
            TypeDesc::Tuple { items } => self.places(RECORD_DATA, items.iter().copied()),
            TypeDesc::Union { cases, .. } => of(&cases[case].fields, CASE_DATA),
            TypeDesc::Closure { captures } => self.places(CLOSURE_DATA, captures.iter().copied()),
            other => unreachable!("{other:?} has no fields"),
        }
    }
}
