//! From values to guest memory: one allocation for each object, children before parents.

use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::json::{MAX_DEPTH, Path, Problem, Segment, Unfulfilled, too_deep};
use dot_abi::layout::{BYTES_DATA, CASE_DATA, HEADER_SIZE, Repr};
use dot_abi::text::shorten;
use dot_abi::types::{Field, TypeDesc, TypeRef};
use dot_abi::value::Value;

use crate::budget::Budget;
use crate::guest::{Guest, checked};
use crate::unit::UnitInner;

/// The most problems that are reported.
const MOST_PROBLEMS: usize = 100;
/// The most characters of a value that a problem shows.
const LONGEST_SHOWN: usize = 60;

/// The owned slot of a value, widened to 64 bits, and the conditions that the value does not fulfil.
pub(crate) fn lower(guest: &mut Guest<'_>, ty: TypeRef, value: &Value) -> Result<(u64, Vec<Problem>), Fault> {
    lower_by(guest, ty, value, true)
}

/// The owned slot of a value whose conditions are known to hold, or are not asked for.
pub(crate) fn lower_unasked(guest: &mut Guest<'_>, ty: TypeRef, value: &Value) -> Result<u64, Fault> {
    lower_by(guest, ty, value, false).map(|(slot, _)| slot)
}

fn lower_by(guest: &mut Guest<'_>, ty: TypeRef, value: &Value, asks: bool) -> Result<(u64, Vec<Problem>), Fault> {
    let unit = Arc::clone(&guest.unit);
    let budget = Budget::new(guest.store.data());
    let mut lower = Lower { unit: &unit, guest, budget, asks, depth: 0, path: Path::default(), problems: Vec::new() };
    let slot = lower.value(ty, value)?;
    Ok((slot, lower.problems))
}

/// The condition of a type, the innermost first, that a borrowed value does not fulfil.
pub(crate) fn unfulfilled(guest: &mut Guest<'_>, mut ty: TypeRef, slot: u64) -> Result<Option<Unfulfilled>, Fault> {
    let unit = Arc::clone(&guest.unit);
    let mut refined = Vec::new();
    while let TypeDesc::Refined { base, .. } = unit.manifest.types.get(ty) {
        refined.push(ty);
        ty = *base;
    }
    for ty in refined.into_iter().rev() {
        match guest.fulfils(ty, slot) {
            Ok(true) => {}
            Ok(false) => return Ok(Some(Unfulfilled { ty, why: None })),
            Err(fault) if is_of_the_value(fault.code) => return Ok(Some(Unfulfilled { ty, why: Some(fault.message) })),
            Err(fault) => return Err(fault),
        }
    }
    Ok(None)
}

struct Lower<'v, 'l, 'g> {
    unit: &'v UnitInner,
    guest: &'l mut Guest<'g>,
    budget: Budget,
    /// Whether conditions are asked.
    asks: bool,
    depth: usize,
    path: Path<'v>,
    problems: Vec<Problem>,
}

impl<'v> Lower<'v, '_, '_> {
    fn value(&mut self, ty: TypeRef, value: &'v Value) -> Result<u64, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.depth += 1;
        self.budget.charge_parts(self.guest.store.data(), 1)?;
        let slot = self.of_type(self.unit.manifest.types.base(ty), value)?;
        if self.asks {
            self.check_conditions(ty, value, slot)?;
        }
        self.depth -= 1;
        Ok(slot)
    }

    fn of_type(&mut self, base: TypeRef, value: &'v Value) -> Result<u64, Fault> {
        let unit = self.unit;
        match (unit.manifest.types.get(base), value) {
            (TypeDesc::Unit, Value::Unit) => Ok(0),
            (TypeDesc::Bool, Value::Bool(truth)) => Ok(u64::from(*truth)),
            (TypeDesc::Int, Value::Int(number))
            | (TypeDesc::Duration, Value::Duration(number))
            | (TypeDesc::Time, Value::Time(number))
            | (TypeDesc::Date, Value::Date(number)) => Ok(*number as u64),
            (TypeDesc::Float, Value::Float(float)) => Ok(if float.is_nan() { f64::NAN } else { *float }.to_bits()),
            (TypeDesc::Decimal, Value::Decimal(decimal)) => self.object(base, &decimal.to_bytes()),
            (TypeDesc::Text, Value::Text(text)) => self.text(base, text).map(u64::from),
            (TypeDesc::Bytes, Value::Bytes(bytes)) => self.bytes(base, bytes),
            (TypeDesc::Option { .. }, Value::Option(None)) => Ok(0),
            (TypeDesc::Option { item }, Value::Option(Some(value))) => self.some(base, *item, value),
            (TypeDesc::List { item }, Value::List(items)) => self.list(base, *item, items),
            (TypeDesc::Map { key, value }, Value::Map(entries)) => self.map(base, *key, *value, entries),
            (TypeDesc::Set { item }, Value::Set(items)) => self.set(base, *item, items),
            (TypeDesc::Tuple { .. }, Value::Tuple(values)) => self.tuple(base, values),
            (TypeDesc::Record { fields, .. }, Value::Record(values)) => {
                let slots = self.fields(base, 0, fields, values)?;
                self.placed(base, 0, &slots)
            }
            (TypeDesc::Union { cases, .. }, Value::Case(index, values)) => {
                let case = cases.get(*index as usize).ok_or_else(unfit)?;
                if case.fields.is_empty() && values.is_empty() {
                    return Ok(u64::from(*index) + 1);
                }
                let slots = self.fields(base, *index, &case.fields, values)?;
                self.placed(base, *index, &slots)
            }
            _ => Err(unfit()),
        }
    }

    /// Checks a value against every condition of its type.
    fn check_conditions(&mut self, ty: TypeRef, value: &Value, slot: u64) -> Result<(), Fault> {
        let types = &self.unit.manifest.types;
        let Some(unfulfilled) = unfulfilled(self.guest, ty, slot)? else { return Ok(()) };
        if self.problems.len() < MOST_PROBLEMS {
            let text = shorten(&self.guest.text_of(types.base(ty), value)?, LONGEST_SHOWN);
            let found = match value {
                Value::Int(_) | Value::Float(_) | Value::Decimal(_) => format!("the number {text}"),
                Value::Text(_) => format!("the text {}", serde_json::Value::from(text)),
                _ => text,
            };
            self.problems.push(Problem::new(&self.path, unfulfilled.expected(types), found));
        }
        Ok(())
    }

    fn charge(&mut self, bytes: u64) -> Result<(), Fault> {
        self.budget.charge(self.guest.store.data(), bytes)
    }

    fn within(&mut self, segment: Segment<'v>, ty: TypeRef, value: &'v Value) -> Result<u64, Fault> {
        self.path.push(segment);
        let slot = self.value(ty, value)?;
        self.path.pop();
        Ok(slot)
    }

    fn object(&mut self, ty: TypeRef, body: &[u8]) -> Result<u64, Fault> {
        self.guest.new_object(ty, body).map(u64::from)
    }

    fn text(&mut self, ty: TypeRef, text: &str) -> Result<u32, Fault> {
        self.charge(text.len() as u64)?;
        let address = self.guest.new_text_header(text.len(), ty)?;
        self.guest.write(checked(address, dot_abi::layout::TEXT_DATA)?, text.as_bytes())?;
        Ok(address)
    }

    fn bytes(&mut self, ty: TypeRef, bytes: &[u8]) -> Result<u64, Fault> {
        self.charge(bytes.len() as u64)?;
        let address = self.guest.alloc(u64::from(BYTES_DATA) + bytes.len() as u64, ty)?;
        self.guest.write(checked(address, HEADER_SIZE)?, &(bytes.len() as u64).to_le_bytes())?;
        self.guest.write(checked(address, BYTES_DATA)?, bytes)?;
        Ok(address.into())
    }

    fn some(&mut self, base: TypeRef, item: TypeRef, value: &'v Value) -> Result<u64, Fault> {
        let slot = self.value(item, value)?;
        let types = &self.unit.manifest.types;
        if types.is_boxed_option(item) {
            return self.object(base, &slot.to_le_bytes());
        }
        Ok(match types.get(types.base(item)) {
            TypeDesc::Bool | TypeDesc::Unit => slot + 1,
            _ => slot,
        })
    }

    fn list(&mut self, base: TypeRef, item: TypeRef, items: &'v [Value]) -> Result<u64, Fault> {
        let item_size = self.unit.manifest.types.item_size(item) as usize;
        let mut bytes = Vec::with_capacity(items.len() * item_size);
        for (index, value) in items.iter().enumerate() {
            let slot = self.within(Segment::Index(index), item, value)?;
            bytes.extend_from_slice(&slot.to_le_bytes()[..item_size]);
        }
        self.guest.new_list(base, items.len(), &bytes).map(u64::from)
    }

    fn map(
        &mut self,
        base: TypeRef,
        key: TypeRef,
        value: TypeRef,
        entries: &'v [(Value, Value)],
    ) -> Result<u64, Fault> {
        let map = self.guest.new_map(base, entries.len())?;
        for (index, (entry_key, entry_value)) in entries.iter().enumerate() {
            let segment = match entry_key {
                Value::Text(text) => Segment::Key(text),
                _ => Segment::Index(index),
            };
            let key = self.within(segment, key, entry_key)?;
            let value = self.within(segment, value, entry_value)?;
            self.guest.map_insert(map, key, value)?;
        }
        Ok(map.into())
    }

    fn set(&mut self, base: TypeRef, item: TypeRef, items: &'v [Value]) -> Result<u64, Fault> {
        let set = self.guest.new_map(base, items.len())?;
        for (index, value) in items.iter().enumerate() {
            let slot = self.within(Segment::Index(index), item, value)?;
            self.guest.map_insert(set, slot, 0)?;
        }
        Ok(set.into())
    }

    fn tuple(&mut self, base: TypeRef, values: &'v [Value]) -> Result<u64, Fault> {
        let unit = self.unit;
        let fields = unit.layouts.fields(base, 0).filter(|fields| fields.places.len() == values.len());
        let places = &fields.ok_or_else(unfit)?.places;
        let mut slots = Vec::with_capacity(values.len());
        for (index, (place, value)) in places.iter().zip(values).enumerate() {
            slots.push(self.within(Segment::Index(index), place.ty, value)?);
        }
        self.placed(base, 0, &slots)
    }

    /// The slots of the fields of a record or case.
    fn fields(
        &mut self,
        base: TypeRef,
        case: u32,
        fields: &'v [Field],
        values: &'v [Value],
    ) -> Result<Vec<u64>, Fault> {
        if fields.len() != values.len() {
            return Err(unfit());
        }
        let mut slots = Vec::with_capacity(values.len());
        for (index, (field, value)) in fields.iter().zip(values).enumerate() {
            slots.push(match value {
                Value::Default => self.guest.default(base, case, index)?,
                _ => self.within(Segment::Field(field.json_name()), field.ty, value)?,
            });
        }
        Ok(slots)
    }

    /// An object with slots at the places of its fields.
    fn placed(&mut self, base: TypeRef, case: u32, slots: &[u64]) -> Result<u64, Fault> {
        let unit = self.unit;
        let fields = unit.layouts.fields(base, case as usize).ok_or_else(unfit)?;
        let header = HEADER_SIZE as usize;
        let mut body = vec![0; fields.size.max(HEADER_SIZE) as usize - header];
        if matches!(unit.manifest.types.get(base), TypeDesc::Union { .. }) {
            body[..(CASE_DATA - HEADER_SIZE) as usize].copy_from_slice(&u64::from(case).to_le_bytes());
        }
        for (place, slot) in fields.places.iter().zip(slots) {
            let at = place.offset as usize - header;
            match place.repr {
                Repr::I32 => body[at..at + 4].copy_from_slice(&(*slot as u32).to_le_bytes()),
                Repr::I64 | Repr::F64 => body[at..at + 8].copy_from_slice(&slot.to_le_bytes()),
            }
        }
        self.object(base, &body)
    }
}

/// Whether a fault says that a computation has no result for its operands, and not that a limit or a mistake of ours ended it.
fn is_of_the_value(code: FaultCode) -> bool {
    match code {
        FaultCode::Fail
        | FaultCode::FailRetry
        | FaultCode::Assert
        | FaultCode::Overflow
        | FaultCode::DivideByZero
        | FaultCode::Index
        | FaultCode::Key
        | FaultCode::Conversion
        | FaultCode::Argument
        | FaultCode::Refinement
        | FaultCode::Decode => true,
        FaultCode::MemoryLimit
        | FaultCode::CpuLimit
        | FaultCode::ValueLimit
        | FaultCode::StackLimit
        | FaultCode::OutputLimit
        | FaultCode::CallLimit
        | FaultCode::Capability
        | FaultCode::Io
        | FaultCode::Network
        | FaultCode::Timeout
        | FaultCode::Status
        | FaultCode::Unknown
        | FaultCode::Native
        | FaultCode::Mock
        | FaultCode::Internal => false,
    }
}

/// A value that is not of the type that it is lowered as: the host's mistake.
fn unfit() -> Fault {
    Fault::new(FaultCode::Internal, "a value does not fit the type that it is given for")
}
