//! From guest memory to values.
//!
//! Nothing in the memory is believed: every address and length is checked, the walk is bounded in
//! depth by [`MAX_DEPTH`] and in size by the limit on values, so that a cycle, or sharing that
//! multiplies, ends in a fault. What a list or map would take is charged when it is opened, before
//! room is made for it.

use std::sync::Arc;

use dot_abi::calendar::{FIRST_DAY, LAST_DAY};
use dot_abi::fault::Fault;
use dot_abi::json::{MAX_DEPTH, too_deep};
use dot_abi::layout::{BOX_DATA, CASE_INDEX, HEAP_START, LENGTH, LIST_DATA, Repr, map};
use dot_abi::types::{Case, TypeDesc, TypeRef};
use dot_abi::value::{PART_SIZE, Value};

use crate::budget::Budget;
use crate::guest::{Guest, broken, checked, le_u32, le_u64};
use crate::unit::UnitInner;

/// The bytes of an object up to which a walk keeps it on its stack.
const SMALL_OBJECT: usize = 128;

/// The value of a borrowed slot, widened to 64 bits.
pub(crate) fn lift(guest: &mut Guest<'_>, ty: TypeRef, slot: u64) -> Result<Value, Fault> {
    let unit = Arc::clone(&guest.unit);
    let mut budget = Budget::new(guest.store.data());
    budget.charge_parts(guest.store.data(), 1)?;
    Lift { unit: &unit, guest, budget, depth: 0 }.value(ty, slot)
}

struct Lift<'l, 'g> {
    unit: &'l UnitInner,
    guest: &'l mut Guest<'g>,
    budget: Budget,
    depth: usize,
}

impl Lift<'_, '_> {
    /// The value of a slot, which has been charged as a part of what it is in.
    fn value(&mut self, ty: TypeRef, slot: u64) -> Result<Value, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.depth += 1;
        self.budget.pass(self.guest.store.data(), PART_SIZE as u64)?;
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
            TypeDesc::Time => Ok(Value::Time(slot as i64)),
            TypeDesc::Date => date(slot),
            TypeDesc::Float => Ok(float(slot)),
            TypeDesc::Decimal => self.guest.decimal(narrow).map(Value::Decimal),
            TypeDesc::Text => self.text(narrow).map(Value::Text),
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
        self.budget.charge(self.guest.store.data(), bytes)
    }

    fn charge_parts(&mut self, parts: u64) -> Result<(), Fault> {
        self.budget.charge_parts(self.guest.store.data(), parts)
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
        self.charge_parts(1)?;
        Ok(Value::Option(Some(Box::new(self.value(item, inner)?))))
    }

    fn list(&mut self, item: TypeRef, address: u32) -> Result<Value, Fault> {
        let length = self.guest.read_u32(checked(address, LENGTH)?)?;
        let types = &self.unit.manifest.types;
        let item_size = types.item_size(item);
        self.charge_parts(length.into())?;
        let start = checked(address, LIST_DATA)?;
        let bytes = self.guest.read(start, u64::from(length) * u64::from(item_size))?;
        // Numbers need no walk.
        let number: Option<fn(u64) -> Result<Value, Fault>> = match types.get(types.base(item)) {
            TypeDesc::Int => Some(|slot| Ok(Value::Int(slot as i64))),
            TypeDesc::Duration => Some(|slot| Ok(Value::Duration(slot as i64))),
            TypeDesc::Time => Some(|slot| Ok(Value::Time(slot as i64))),
            TypeDesc::Date => Some(date),
            TypeDesc::Float => Some(|slot| Ok(float(slot))),
            _ => None,
        };
        if let Some(number) = number {
            let numbers = bytes.chunks_exact(8).map(|item| number(le_u64(item, 0)));
            return numbers.collect::<Result<_, _>>().map(Value::List);
        }
        let mut items = Vec::with_capacity(length as usize);
        for index in 0..length {
            // The whole list lies in the memory, or reading it would have failed above.
            let slot = self.guest.read(start + index * item_size, item_size.into())?;
            let slot = if item_size == 1 { slot[0].into() } else { le_u32(slot, 0).into() };
            items.push(self.value(item, slot)?);
        }
        Ok(Value::List(items))
    }

    /// Puts the entries of a map or set in order, and charges so many parts for each; gives their number and address.
    fn open_entries(&mut self, address: u32, parts: u64) -> Result<(u32, u32), Fault> {
        self.guest.sort_map(address)?;
        let header = self.guest.read(address, map::SIZE.into())?;
        let (length, entries) = (le_u32(header, map::LENGTH as usize), le_u32(header, map::ENTRIES as usize));
        if length != le_u32(header, map::USED as usize) {
            return Err(broken("a map that was put in order has gaps"));
        }
        self.charge_parts(u64::from(length) * parts)?;
        self.guest.read(entries, u64::from(length) * u64::from(map::ENTRY_SIZE))?;
        Ok((length, entries))
    }

    /// The key and the value of an entry.
    fn entry(&self, entries: u32, index: u32) -> Result<(u64, u64), Fault> {
        // All entries lie in the memory: they were read when the map was opened.
        let entry = self.guest.read(entries + index * map::ENTRY_SIZE, map::ENTRY_SIZE.into())?;
        Ok((le_u64(entry, map::ENTRY_KEY as usize), le_u64(entry, map::ENTRY_VALUE as usize)))
    }

    fn map(&mut self, key: TypeRef, value: TypeRef, address: u32) -> Result<Value, Fault> {
        let (length, entries) = self.open_entries(address, 2)?;
        let mut lifted = Vec::with_capacity(length as usize);
        for index in 0..length {
            let (k, v) = self.entry(entries, index)?;
            lifted.push((self.value(key, k)?, self.value(value, v)?));
        }
        Ok(Value::Map(lifted))
    }

    fn set(&mut self, item: TypeRef, address: u32) -> Result<Value, Fault> {
        let (length, entries) = self.open_entries(address, 1)?;
        let mut items = Vec::with_capacity(length as usize);
        for index in 0..length {
            let (slot, _) = self.entry(entries, index)?;
            items.push(self.value(item, slot)?);
        }
        Ok(Value::Set(items))
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
        self.budget.charge_parts(self.guest.store.data(), fields.places.len() as u64)?;
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

/// A date, if the calendar has it.
fn date(slot: u64) -> Result<Value, Fault> {
    match slot as i64 {
        days @ FIRST_DAY..=LAST_DAY => Ok(Value::Date(days)),
        _ => Err(broken("a date lies outside of the calendar")),
    }
}

/// A float; all NaNs become one.
fn float(slot: u64) -> Value {
    let float = f64::from_bits(slot);
    Value::Float(if float.is_nan() { f64::NAN } else { float })
}
