//! From guest memory to values.
//!
//! Nothing in the memory is believed: every address and length is checked, the walk is bounded in
//! depth by [`MAX_DEPTH`] and in size by the limit on values, so that a cycle, or sharing that
//! multiplies, ends in a fault.

use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::json::{MAX_DEPTH, too_deep};
use dot_abi::layout::{BOX_DATA, CASE_INDEX, HEAP_START, LENGTH, LIST_DATA, Repr, map};
use dot_abi::types::{Case, TypeDesc, TypeRef};
use dot_abi::value::Value;

use crate::guest::{Guest, broken, checked, le_u32, le_u64};
use crate::unit::UnitInner;

/// What each part of a value counts towards the limit on its size.
pub(crate) const PART_SIZE: u64 = 8;
/// The bytes of an object up to which a walk keeps it on its stack.
const SMALL_OBJECT: usize = 128;

/// The value of a borrowed slot, widened to 64 bits.
pub(crate) fn lift(guest: &mut Guest<'_>, ty: TypeRef, slot: u64) -> Result<Value, Fault> {
    let unit = Arc::clone(&guest.unit);
    let left_bytes = guest.store.data().host.limits.value_size_bytes;
    Lift { unit: &unit, guest, left_bytes, depth: 0 }.value(ty, slot)
}

struct Lift<'l, 'g> {
    unit: &'l UnitInner,
    guest: &'l mut Guest<'g>,
    left_bytes: u64,
    depth: usize,
}

impl Lift<'_, '_> {
    fn value(&mut self, ty: TypeRef, slot: u64) -> Result<Value, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.depth += 1;
        self.charge(PART_SIZE)?;
        let value = self.of_type(self.unit.manifest.types.base(ty), slot)?;
        self.depth -= 1;
        Ok(value)
    }

    fn of_type(&mut self, base: TypeRef, slot: u64) -> Result<Value, Fault> {
        // The address or index of a slot that is an i32.
        let narrow = slot as u32;
        let unit = self.unit;
        match unit.manifest.types.get(base) {
            TypeDesc::Unit => Ok(Value::Unit),
            TypeDesc::Bool => truth(narrow),
            TypeDesc::Int => Ok(Value::Int(slot as i64)),
            TypeDesc::Duration => Ok(Value::Duration(slot as i64)),
            TypeDesc::Float => Ok(float(slot)),
            TypeDesc::Text => self.text(narrow).map(Value::Text),
            TypeDesc::Fault => {
                let message = self.guest.read_u32(checked(narrow, 8)?)?;
                self.text(message).map(Value::Fault)
            }
            TypeDesc::Bytes => {
                let length = self.guest.bytes(narrow)?.len();
                self.charge(length as u64)?;
                Ok(Value::Bytes(self.guest.bytes(narrow)?.into()))
            }
            TypeDesc::Option { item } => self.option(*item, narrow),
            TypeDesc::List { item } => self.list(*item, narrow),
            TypeDesc::Map { key, value } => self.map(*key, *value, narrow),
            TypeDesc::Set { item } => self.set(*item, narrow),
            TypeDesc::Tuple { .. } => self.fields(base, 0, narrow).map(Value::Tuple),
            TypeDesc::Record { .. } => self.fields(base, 0, narrow).map(Value::Record),
            TypeDesc::Union { cases, .. } => self.case(base, cases, narrow),
            TypeDesc::Function { .. } | TypeDesc::Closure { .. } => Err(broken("a function would leave it")),
            TypeDesc::Never | TypeDesc::Refined { .. } => Err(broken("there is a value of a type that has none")),
        }
    }

    fn charge(&mut self, bytes: u64) -> Result<(), Fault> {
        match self.left_bytes.checked_sub(bytes) {
            Some(left) => {
                self.left_bytes = left;
                Ok(())
            }
            None => Err(self.guest.store.data().host.limits.value_fault()),
        }
    }

    /// Refuses more parts than may still follow, before room is made for them.
    fn expect_parts(&self, parts: u32) -> Result<(), Fault> {
        if u64::from(parts) * PART_SIZE > self.left_bytes {
            return Err(self.guest.store.data().host.limits.value_fault());
        }
        Ok(())
    }

    fn text(&mut self, address: u32) -> Result<Arc<str>, Fault> {
        let length = self.guest.text_bytes(address)?.len();
        self.charge(length as u64)?;
        self.guest.text(address).map(Arc::from)
    }

    fn option(&mut self, item: TypeRef, slot: u32) -> Result<Value, Fault> {
        if slot == 0 {
            return Ok(Value::Option(None));
        }
        let types = &self.unit.manifest.types;
        let inner = if types.is_boxed_option(item) {
            le_u64(self.guest.read(checked(slot, BOX_DATA)?, 8)?, 0)
        } else {
            match types.get(types.base(item)) {
                TypeDesc::Bool => u64::from(slot - 1),
                TypeDesc::Unit => 0,
                _ => slot.into(),
            }
        };
        Ok(Value::Option(Some(Box::new(self.value(item, inner)?))))
    }

    fn list(&mut self, item: TypeRef, address: u32) -> Result<Value, Fault> {
        let length = self.guest.read_u32(checked(address, LENGTH)?)?;
        let types = &self.unit.manifest.types;
        let item_size = types.item_size(item);
        self.expect_parts(length)?;
        let bytes = self.guest.read(checked(address, LIST_DATA)?, u64::from(length) * u64::from(item_size))?;
        // Numbers need no walk, and so no copy of the items.
        let number: Option<fn(u64) -> Value> = match types.get(types.base(item)) {
            TypeDesc::Int => Some(|slot| Value::Int(slot as i64)),
            TypeDesc::Duration => Some(|slot| Value::Duration(slot as i64)),
            TypeDesc::Float => Some(float),
            _ => None,
        };
        if let Some(number) = number {
            let items = bytes.chunks_exact(8).map(|item| number(le_u64(item, 0))).collect();
            self.charge(u64::from(length) * PART_SIZE)?;
            return Ok(Value::List(items));
        }
        let bytes = bytes.to_vec();
        let mut items = Vec::with_capacity(length as usize);
        for slot in bytes.chunks_exact(item_size as usize) {
            let slot = if item_size == 1 { slot[0].into() } else { le_u32(slot, 0).into() };
            items.push(self.value(item, slot)?);
        }
        Ok(Value::List(items))
    }

    /// The entries of a map or set in order, as keys and values.
    fn entries(&mut self, address: u32) -> Result<Vec<(u64, u64)>, Fault> {
        self.guest.sort_map(address)?;
        let header = self.guest.read(address, map::SIZE.into())?;
        let (length, entries) = (le_u32(header, map::LENGTH as usize), le_u32(header, map::ENTRIES as usize));
        if length != le_u32(header, map::USED as usize) {
            return Err(broken("a map that was put in order has gaps"));
        }
        self.expect_parts(length)?;
        let bytes = self.guest.read(entries, u64::from(length) * u64::from(map::ENTRY_SIZE))?;
        let entry = |entry: &[u8]| (le_u64(entry, map::ENTRY_KEY as usize), le_u64(entry, map::ENTRY_VALUE as usize));
        Ok(bytes.chunks_exact(map::ENTRY_SIZE as usize).map(entry).collect())
    }

    fn map(&mut self, key: TypeRef, value: TypeRef, address: u32) -> Result<Value, Fault> {
        let entries = self.entries(address)?;
        let lifted = entries.into_iter().map(|(k, v)| Ok((self.value(key, k)?, self.value(value, v)?)));
        lifted.collect::<Result<_, _>>().map(Value::Map)
    }

    fn set(&mut self, item: TypeRef, address: u32) -> Result<Value, Fault> {
        let entries = self.entries(address)?;
        entries.into_iter().map(|(key, _)| self.value(item, key)).collect::<Result<_, _>>().map(Value::Set)
    }

    fn case(&mut self, base: TypeRef, cases: &[Case], slot: u32) -> Result<Value, Fault> {
        let unknown = || broken("there is a case that its union does not have");
        let bare = |index: u32| cases.get(index as usize).is_some_and(|case| case.fields.is_empty());
        if slot < HEAP_START {
            let index = slot.checked_sub(1).filter(|index| bare(*index)).ok_or_else(unknown)?;
            return Ok(Value::Case(index, Vec::new()));
        }
        let index = self.guest.read_u32(checked(slot, CASE_INDEX)?)?;
        if index as usize >= cases.len() || bare(index) {
            return Err(unknown());
        }
        Ok(Value::Case(index, self.fields(base, index as usize, slot)?))
    }

    /// The fields of a record, tuple or case, read at once.
    fn fields(&mut self, base: TypeRef, case: usize, address: u32) -> Result<Vec<Value>, Fault> {
        let unit = self.unit;
        let fields = unit.layouts.fields(base, case).ok_or_else(|| broken("an object has no such fields"))?;
        let object = self.guest.read(address, fields.size.into())?;
        // The walk goes on into the guest, so the object is copied: nearly always to the stack.
        let mut small = [0; SMALL_OBJECT];
        let large;
        let object = match small.get_mut(..object.len()) {
            Some(small) => {
                small.copy_from_slice(object);
                &*small
            }
            None => {
                large = object.to_vec();
                &large[..]
            }
        };
        let mut values = Vec::with_capacity(fields.places.len());
        for place in &fields.places {
            let slot = match place.repr {
                Repr::I32 => u64::from(le_u32(object, place.offset as usize)),
                Repr::I64 | Repr::F64 => le_u64(object, place.offset as usize),
            };
            values.push(self.value(place.ty, slot)?);
        }
        Ok(values)
    }
}

fn truth(slot: u32) -> Result<Value, Fault> {
    match slot {
        0 => Ok(Value::Bool(false)),
        1 => Ok(Value::Bool(true)),
        _ => Err(broken("a truth value is neither true nor false")),
    }
}

/// A float; all NaNs become one.
fn float(slot: u64) -> Value {
    let float = f64::from_bits(slot);
    Value::Float(if float.is_nan() { f64::NAN } else { float })
}
