//! Values in the memory of a guest, by the layouts of `dot_abi` alone.

use dot_abi::fault::Fault;
use dot_abi::layout::{
    BOX_DATA, BYTES_DATA, CASE_DATA, CASE_INDEX, Fields, HEADER_SIZE, HEAP_START, LENGTH, LIST_DATA, Repr, TEXT_DATA,
    map,
};
use dot_abi::manifest::exports;
use dot_abi::types::{Case, TypeDesc, TypeRef, TypeTable};
use dot_abi::value::Value;
use wasmi::{AsContext, Instance, Memory, StoreContextMut, TypedFunc};

use super::{Activation, broken};

/// What the host uses of a guest.
#[derive(Clone, Copy)]
pub(super) struct Exports {
    memory: Memory,
    alloc: TypedFunc<(i32, i32), i32>,
    new_map: TypedFunc<(i32, i32), i32>,
    map_insert: TypedFunc<(i32, i64, i64), ()>,
    sort_map: TypedFunc<i32, ()>,
    drop: TypedFunc<(i32, i64), ()>,
    live: TypedFunc<(), i32>,
}

impl Exports {
    pub(super) fn new(store: impl AsContext, instance: Instance) -> Result<Exports, Fault> {
        let memory = instance.get_memory(&store, exports::MEMORY).ok_or_else(|| broken("it exports no memory"))?;
        Ok(Exports {
            memory,
            alloc: instance.get_typed_func(&store, exports::ALLOC).map_err(broken)?,
            new_map: instance.get_typed_func(&store, exports::NEW_MAP).map_err(broken)?,
            map_insert: instance.get_typed_func(&store, exports::MAP_INSERT).map_err(broken)?,
            sort_map: instance.get_typed_func(&store, exports::SORT_MAP).map_err(broken)?,
            drop: instance.get_typed_func(&store, exports::DROP).map_err(broken)?,
            live: instance.get_typed_func(&store, exports::LIVE).map_err(broken)?,
        })
    }
}

/// A guest from the outside.
pub(super) struct Guest<'s> {
    pub(super) store: StoreContextMut<'s, Activation>,
    exports: Exports,
}

impl<'s> Guest<'s> {
    pub(super) fn new(store: StoreContextMut<'s, Activation>) -> Result<Guest<'s>, Fault> {
        let exports = store.data().exports.ok_or_else(|| broken("it called before it was set up"))?;
        Ok(Guest { store, exports })
    }

    fn read<const N: usize>(&self, address: u32) -> Result<[u8; N], Fault> {
        self.bytes(address, N)?.try_into().map_err(broken)
    }

    pub(super) fn u32(&self, address: u32) -> Result<u32, Fault> {
        self.read(address).map(u32::from_le_bytes)
    }

    pub(super) fn u64(&self, address: u32) -> Result<u64, Fault> {
        self.read(address).map(u64::from_le_bytes)
    }

    fn bytes(&self, address: u32, length: usize) -> Result<&[u8], Fault> {
        let start = address as usize;
        let bytes = self.exports.memory.data(&self.store).get(start..start + length);
        bytes.ok_or_else(|| broken("an address lies outside of its memory"))
    }

    pub(super) fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Fault> {
        self.exports.memory.write(&mut self.store, address as usize, bytes).map_err(broken)
    }

    pub(super) fn text(&self, address: u32) -> Result<&str, Fault> {
        let length = self.u32(address + LENGTH)? as usize;
        std::str::from_utf8(self.bytes(address + TEXT_DATA, length)?).map_err(broken)
    }

    pub(super) fn live(&mut self) -> Result<i32, Fault> {
        self.exports.live.call(&mut self.store, ()).map_err(broken)
    }

    pub(super) fn drop(&mut self, ty: TypeRef, slot: u64) -> Result<(), Fault> {
        self.exports.drop.call(&mut self.store, (ty.0 as i32, slot as i64)).map_err(broken)
    }

    fn types(&self) -> Result<TypeTable, Fault> {
        let activation = self.store.data();
        Ok(activation.run.unit(&activation.unit)?.manifest.types.clone())
    }

    /// The value of a borrowed slot.
    pub(super) fn lift(&mut self, ty: TypeRef, slot: u64) -> Result<Value, Fault> {
        let types = self.types()?;
        self.lifted(&types, ty, slot)
    }

    fn lifted(&mut self, types: &TypeTable, ty: TypeRef, slot: u64) -> Result<Value, Fault> {
        let base = types.base(ty);
        let address = slot as u32;
        Ok(match types.get(base) {
            TypeDesc::Unit => Value::Unit,
            TypeDesc::Bool => Value::Bool(slot != 0),
            TypeDesc::Int => Value::Int(slot as i64),
            TypeDesc::Duration => Value::Duration(slot as i64),
            TypeDesc::Time => Value::Time(slot as i64),
            TypeDesc::Date => Value::Date(slot as i64),
            TypeDesc::Float => Value::Float(f64::from_bits(slot)),
            TypeDesc::Text => Value::Text(self.text(address)?.into()),
            TypeDesc::Bytes => {
                let length = self.u32(address + LENGTH)? as usize;
                Value::Bytes(self.bytes(address + BYTES_DATA, length)?.into())
            }
            TypeDesc::Option { .. } if slot == 0 => Value::Option(None),
            TypeDesc::Option { item } => {
                let inner = match types.get(types.base(*item)) {
                    _ if types.is_boxed_option(*item) => self.u64(address + BOX_DATA)?,
                    TypeDesc::Bool => slot - 1,
                    _ => slot,
                };
                Value::Option(Some(Box::new(self.lifted(types, *item, inner)?)))
            }
            TypeDesc::List { item } => {
                let (length, size) = (self.u32(address + LENGTH)?, types.item_size(*item));
                let items = (0..length).map(|index| {
                    let slot = self.slot(address + LIST_DATA + index * size, size)?;
                    self.lifted(types, *item, slot)
                });
                Value::List(items.collect::<Result<_, Fault>>()?)
            }
            TypeDesc::Map { key, value } => {
                let entries = self.entries(address)?.into_iter();
                let pair = |(k, v)| Ok((self.lifted(types, *key, k)?, self.lifted(types, *value, v)?));
                Value::Map(entries.map(pair).collect::<Result<_, Fault>>()?)
            }
            TypeDesc::Set { item } => {
                let entries = self.entries(address)?.into_iter();
                Value::Set(entries.map(|(k, _)| self.lifted(types, *item, k)).collect::<Result<_, Fault>>()?)
            }
            TypeDesc::Tuple { .. } => Value::Tuple(self.fields(types, address, &types.fields(base, 0))?),
            TypeDesc::Record { .. } => Value::Record(self.fields(types, address, &types.fields(base, 0))?),
            TypeDesc::Union { .. } if address < HEAP_START => Value::Case(address.wrapping_sub(1), Vec::new()),
            TypeDesc::Union { cases, .. } => {
                let case = self.u32(address + CASE_INDEX)?;
                if case as usize >= cases.len() {
                    return Err(broken("a union has no such case"));
                }
                Value::Case(case, self.fields(types, address, &types.fields(base, case as usize))?)
            }
            other => return Err(broken(format!("a value of {other:?} would leave it"))),
        })
    }

    fn slot(&self, address: u32, size: u32) -> Result<u64, Fault> {
        match size {
            1 => self.read::<1>(address).map(|[byte]| byte.into()),
            4 => self.u32(address).map(u64::from),
            _ => self.u64(address),
        }
    }

    /// The entries of a map or set in the order of their keys.
    fn entries(&mut self, address: u32) -> Result<Vec<(u64, u64)>, Fault> {
        self.exports.sort_map.call(&mut self.store, address as i32).map_err(broken)?;
        let (start, used) = (self.u32(address + map::ENTRIES)?, self.u32(address + map::USED)?);
        let entry = |index: u32| {
            let entry = start + index * map::ENTRY_SIZE;
            Ok((self.u64(entry + map::ENTRY_KEY)?, self.u64(entry + map::ENTRY_VALUE)?))
        };
        (0..used).map(entry).collect()
    }

    fn fields(&mut self, types: &TypeTable, address: u32, fields: &Fields) -> Result<Vec<Value>, Fault> {
        let value = |place: &dot_abi::layout::Place| {
            let slot = self.slot(address + place.offset, place.repr.size())?;
            self.lifted(types, place.ty, slot)
        };
        fields.places.iter().map(value).collect()
    }

    /// The owned slot of a value.
    pub(super) fn lower(&mut self, ty: TypeRef, value: &Value) -> Result<u64, Fault> {
        let types = self.types()?;
        self.lowered(&types, ty, value)
    }

    fn lowered(&mut self, types: &TypeTable, ty: TypeRef, value: &Value) -> Result<u64, Fault> {
        let base = types.base(ty);
        Ok(match (types.get(base), value) {
            (_, Value::Unit) => 0,
            (_, Value::Bool(truth)) => (*truth).into(),
            (_, Value::Int(number) | Value::Duration(number) | Value::Time(number) | Value::Date(number)) => {
                *number as u64
            }
            (_, Value::Float(number)) => number.to_bits(),
            (_, Value::Text(text)) => {
                self.object(base, TEXT_DATA, &[(text.len() as u64).to_le_bytes().as_slice(), &[0; 8], text.as_bytes()])?
            }
            (_, Value::Bytes(bytes)) => {
                self.object(base, BYTES_DATA, &[(bytes.len() as u64).to_le_bytes().as_slice(), bytes])?
            }
            (_, Value::Option(None)) => 0,
            (TypeDesc::Option { item }, Value::Option(Some(value))) => {
                let slot = self.lowered(types, *item, value)?;
                match types.get(types.base(*item)) {
                    _ if types.is_boxed_option(*item) => self.object(base, BOX_DATA, &[&slot.to_le_bytes()])?,
                    TypeDesc::Bool | TypeDesc::Unit => slot + 1,
                    _ => slot,
                }
            }
            (TypeDesc::List { item }, Value::List(items)) => self.list(types, base, *item, items)?,
            (TypeDesc::Map { key, value }, Value::Map(entries)) => {
                let map = self.map(base, entries.len())?;
                for (k, v) in entries {
                    let pair = (self.lowered(types, *key, k)?, self.lowered(types, *value, v)?);
                    self.insert(map, pair)?;
                }
                map as u64
            }
            (TypeDesc::Set { item }, Value::Set(items)) => {
                let map = self.map(base, items.len())?;
                for k in items {
                    let pair = (self.lowered(types, *item, k)?, 0);
                    self.insert(map, pair)?;
                }
                map as u64
            }
            (_, Value::Tuple(values) | Value::Record(values)) => self.placed(types, base, None, values)?,
            (TypeDesc::Union { cases, .. }, Value::Case(case, values)) => match cases.get(*case as usize) {
                Some(Case { fields, .. }) if fields.is_empty() => u64::from(*case) + 1,
                Some(_) => self.placed(types, base, Some(*case), values)?,
                None => return Err(broken("a union has no such case")),
            },
            (desc, _) => return Err(broken(format!("a value does not fit {desc:?}"))),
        })
    }

    fn list(&mut self, types: &TypeTable, base: TypeRef, item: TypeRef, items: &[Value]) -> Result<u64, Fault> {
        let size = types.item_size(item) as usize;
        let mut body = Vec::new();
        for value in items {
            let slot = self.lowered(types, item, value)?;
            body.extend_from_slice(&slot.to_le_bytes()[..size]);
        }
        let length = (items.len() as u32).to_le_bytes();
        self.object(base, LIST_DATA, &[&length, &length, &body])
    }

    /// A record, tuple or case.
    fn placed(&mut self, types: &TypeTable, base: TypeRef, case: Option<u32>, values: &[Value]) -> Result<u64, Fault> {
        let fields = types.fields(base, case.unwrap_or(0) as usize);
        let mut body = vec![0; (fields.size.max(HEADER_SIZE) - HEADER_SIZE) as usize];
        if let Some(case) = case {
            body[..(CASE_DATA - HEADER_SIZE) as usize].copy_from_slice(&u64::from(case).to_le_bytes());
        }
        for (place, value) in fields.places.iter().zip(values) {
            let slot = self.lowered(types, place.ty, value)?.to_le_bytes();
            let size = if place.repr == Repr::I32 { 4 } else { 8 };
            let at = (place.offset - HEADER_SIZE) as usize;
            body[at..at + size].copy_from_slice(&slot[..size]);
        }
        self.object(base, HEADER_SIZE, &[&body])
    }

    /// A new object of a type with what follows its header; the content begins at `data`.
    fn object(&mut self, ty: TypeRef, data: u32, parts: &[&[u8]]) -> Result<u64, Fault> {
        let body = parts.concat();
        debug_assert!(body.len() as u32 + HEADER_SIZE >= data, "the content stands behind its header");
        let size = HEADER_SIZE as i32 + body.len() as i32;
        let address = self.exports.alloc.call(&mut self.store, (size, ty.0 as i32)).map_err(broken)?;
        self.write(address as u32 + HEADER_SIZE, &body)?;
        Ok(u64::from(address as u32))
    }

    fn map(&mut self, ty: TypeRef, capacity: usize) -> Result<i32, Fault> {
        self.exports.new_map.call(&mut self.store, (ty.0 as i32, capacity as i32)).map_err(broken)
    }

    fn insert(&mut self, map: i32, (key, value): (u64, u64)) -> Result<(), Fault> {
        self.exports.map_insert.call(&mut self.store, (map, key as i64, value as i64)).map_err(broken)
    }

    /// A new text.
    pub(super) fn new_text(&mut self, text: &str) -> Result<u64, Fault> {
        let types = self.types()?;
        let ty = types.types.iter().position(|desc| *desc == TypeDesc::Text);
        let ty = ty.ok_or_else(|| broken("its table has no type Text"))?;
        self.lowered(&types, TypeRef(ty as u32), &Value::Text(text.into()))
    }
}
