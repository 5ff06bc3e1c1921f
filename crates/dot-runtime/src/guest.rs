//! The memory and the exports of a guest, as the host uses them: everything is checked.

use std::sync::Arc;

use dot_abi::decimal::Decimal;
use dot_abi::fault::{Fault, FaultCode};
use dot_abi::layout::{DECIMAL_DATA, HEADER_SIZE, LENGTH, LIST_DATA, TEXT_DATA};
use dot_abi::manifest::exports;
use dot_abi::text::text_of_checked;
use dot_abi::types::TypeRef;
use dot_abi::value::Value;
use wasmtime::{AsContext, AsContextMut, Instance, Memory, StoreContextMut, Trap, TypedFunc};

use crate::activation::Activation;
use crate::limits::stack_fault;
use crate::unit::UnitInner;

/// The exports that lift and lower use.
pub(crate) struct Exports {
    pub(crate) memory: Memory,
    pub(crate) instance: Instance,
    pub(crate) start: TypedFunc<i32, i32>,
    /// Only of units that can wait.
    pub(crate) resume: Option<TypedFunc<(), i32>>,
    pub(crate) live: TypedFunc<(), i32>,
    pub(crate) drop: TypedFunc<(i32, i64), ()>,
    alloc: TypedFunc<(i32, i32), i32>,
    new_map: TypedFunc<(i32, i32), i32>,
    map_insert: TypedFunc<(i32, i64, i64), ()>,
    sort_map: TypedFunc<i32, ()>,
    /// The conditions of refined types.
    conditions: Vec<(TypeRef, TypedFunc<i64, i32>)>,
}

impl Exports {
    pub(crate) fn new(
        mut store: impl AsContextMut<Data = Activation>,
        instance: Instance,
    ) -> wasmtime::Result<Exports> {
        let store = &mut store;
        let unit = Arc::clone(&store.as_context().data().unit);
        let condition = |ty: &TypeRef| {
            let name = format!("{}{}", exports::REFINE_PREFIX, ty.0);
            Ok((*ty, instance.get_typed_func(&mut *store, &name)?))
        };
        let conditions = unit.manifest.refinements.iter().map(condition).collect::<wasmtime::Result<_>>()?;
        let memory = instance.get_memory(&mut *store, exports::MEMORY);
        Ok(Exports {
            memory: memory.ok_or_else(|| wasmtime::Error::msg("the unit exports no memory"))?,
            instance,
            resume: instance.get_typed_func(&mut *store, exports::RESUME).ok(),
            start: instance.get_typed_func(&mut *store, exports::START)?,
            live: instance.get_typed_func(&mut *store, exports::LIVE)?,
            drop: instance.get_typed_func(&mut *store, exports::DROP)?,
            alloc: instance.get_typed_func(&mut *store, exports::ALLOC)?,
            new_map: instance.get_typed_func(&mut *store, exports::NEW_MAP)?,
            map_insert: instance.get_typed_func(&mut *store, exports::MAP_INSERT)?,
            sort_map: instance.get_typed_func(&mut *store, exports::SORT_MAP)?,
            conditions,
        })
    }
}

/// A guest, from the outside.
pub(crate) struct Guest<'a> {
    pub(crate) store: StoreContextMut<'a, Activation>,
    pub(crate) exports: Arc<Exports>,
    pub(crate) unit: Arc<UnitInner>,
}

/// A state that no compiled program causes.
pub(crate) fn broken(what: &str) -> Fault {
    Fault::new(FaultCode::Internal, format!("the unit broke its interface: {what}"))
        .help("compile the program again; if that does not help, please report it")
}

impl<'a> Guest<'a> {
    /// The guest of a store. A fault while it is not yet instantiated.
    pub(crate) fn new(store: impl Into<StoreContextMut<'a, Activation>>) -> Result<Guest<'a>, Fault> {
        let store = store.into();
        let Some(exports) = store.data().exports.clone() else {
            return Err(broken("it called the host before it was set up"));
        };
        let unit = Arc::clone(&store.data().unit);
        Ok(Guest { store, exports, unit })
    }

    /// The whole memory.
    pub(crate) fn memory(&self) -> &[u8] {
        self.exports.memory.data(&self.store)
    }

    /// Bytes of the memory.
    pub(crate) fn read(&self, address: u32, length: u64) -> Result<&[u8], Fault> {
        let start = address as usize;
        let end = start as u64 + length;
        usize::try_from(end)
            .ok()
            .and_then(|end| self.memory().get(start..end))
            .ok_or_else(|| broken("an address lies outside of its memory"))
    }

    /// Four bytes of the memory as a number.
    pub(crate) fn read_u32(&self, address: u32) -> Result<u32, Fault> {
        Ok(le_u32(self.read(address, 4)?, 0))
    }

    /// Replaces bytes of the memory.
    pub(crate) fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Fault> {
        let start = address as usize;
        let target = self.exports.memory.data_mut(&mut self.store).get_mut(start..start.saturating_add(bytes.len()));
        target.ok_or_else(|| broken("a new object lies outside of its memory"))?.copy_from_slice(bytes);
        Ok(())
    }

    /// The content of a text or of bytes: its length, and where it lies.
    fn content(&self, address: u32, data: u32) -> Result<&[u8], Fault> {
        let length = self.read_u32(checked(address, LENGTH)?)?;
        self.read(checked(address, data)?, length.into())
    }

    /// The text at an address.
    pub(crate) fn text(&self, address: u32) -> Result<&str, Fault> {
        std::str::from_utf8(self.content(address, TEXT_DATA)?).map_err(|_| broken("a text is not UTF-8"))
    }

    /// The bytes of a text, which need not be looked at as characters.
    pub(crate) fn text_bytes(&self, address: u32) -> Result<&[u8], Fault> {
        self.content(address, TEXT_DATA)
    }

    /// The content of bytes.
    pub(crate) fn bytes(&self, address: u32) -> Result<&[u8], Fault> {
        self.content(address, dot_abi::layout::BYTES_DATA)
    }

    /// The decimal at an address.
    pub(crate) fn decimal(&self, address: u32) -> Result<Decimal, Fault> {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(self.read(checked(address, DECIMAL_DATA)?, 16)?);
        Decimal::from_bytes(bytes).ok_or_else(|| broken("a decimal is not normalised"))
    }

    /// A new decimal.
    pub(crate) fn new_decimal(&mut self, decimal: Decimal) -> Result<u32, Fault> {
        let ty = self.unit.layouts.decimal.ok_or_else(|| broken("its table has no type Decimal"))?;
        self.new_object(ty, &decimal.to_bytes())
    }

    /// A new object of so many bytes, its header set and the rest not cleared.
    pub(crate) fn alloc(&mut self, size: u64, ty: TypeRef) -> Result<u32, Fault> {
        let Ok(size) = u32::try_from(size) else { return Err(self.store.data().limits.memory_fault()) };
        let exports = Arc::clone(&self.exports);
        let address = exports.alloc.call(&mut self.store, (size as i32, ty.0 as i32));
        address.map(|address| address as u32).map_err(|error| self.fault(error))
    }

    /// A new object with everything behind its header.
    pub(crate) fn new_object(&mut self, ty: TypeRef, body: &[u8]) -> Result<u32, Fault> {
        let address = self.alloc(u64::from(HEADER_SIZE) + body.len() as u64, ty)?;
        self.write(checked(address, HEADER_SIZE)?, body)?;
        Ok(address)
    }

    /// A new text.
    pub(crate) fn new_text(&mut self, text: &str) -> Result<u32, Fault> {
        let ty = self.text_type()?;
        let address = self.new_text_header(text.len(), ty)?;
        self.write(checked(address, TEXT_DATA)?, text.as_bytes())?;
        Ok(address)
    }

    /// A new text that is a part of the memory, by its place there.
    pub(crate) fn new_text_from(&mut self, start: usize, length: usize) -> Result<u32, Fault> {
        let ty = self.text_type()?;
        let address = self.new_text_header(length, ty)?;
        let target = checked(address, TEXT_DATA)? as usize;
        let memory = self.exports.memory.data_mut(&mut self.store);
        if start.saturating_add(length) > memory.len() || target.saturating_add(length) > memory.len() {
            return Err(broken("a new object lies outside of its memory"));
        }
        memory.copy_within(start..start + length, target);
        Ok(address)
    }

    /// A new text without its bytes.
    pub(crate) fn new_text_header(&mut self, length: usize, ty: TypeRef) -> Result<u32, Fault> {
        let address = self.alloc(u64::from(TEXT_DATA) + length as u64, ty)?;
        let mut header = [0; (TEXT_DATA - HEADER_SIZE) as usize];
        header[..4].copy_from_slice(&(length as u32).to_le_bytes());
        self.write(checked(address, HEADER_SIZE)?, &header)?;
        Ok(address)
    }

    /// A new list of items in one run of bytes.
    pub(crate) fn new_list(&mut self, ty: TypeRef, count: usize, items: &[u8]) -> Result<u32, Fault> {
        let address = self.alloc(u64::from(LIST_DATA) + items.len() as u64, ty)?;
        let count = (count as u32).to_le_bytes();
        let mut header = [0; 8];
        header[..4].copy_from_slice(&count);
        header[4..].copy_from_slice(&count);
        self.write(checked(address, HEADER_SIZE)?, &header)?;
        self.write(checked(address, LIST_DATA)?, items)?;
        Ok(address)
    }

    fn text_type(&self) -> Result<TypeRef, Fault> {
        self.unit.layouts.text.ok_or_else(|| broken("its table has no type Text"))
    }

    /// A new map or set for so many entries.
    pub(crate) fn new_map(&mut self, ty: TypeRef, capacity: usize) -> Result<u32, Fault> {
        let exports = Arc::clone(&self.exports);
        let capacity = i32::try_from(capacity).map_err(|_| self.store.data().limits.memory_fault())?;
        let map = exports.new_map.call(&mut self.store, (ty.0 as i32, capacity));
        map.map(|map| map as u32).map_err(|error| self.fault(error))
    }

    /// Inserts an owned key and an owned value.
    pub(crate) fn map_insert(&mut self, map: u32, key: u64, value: u64) -> Result<(), Fault> {
        let exports = Arc::clone(&self.exports);
        let done = exports.map_insert.call(&mut self.store, (map as i32, key as i64, value as i64));
        done.map_err(|error| self.fault(error))
    }

    /// Puts the entries of a map or set in order.
    pub(crate) fn sort_map(&mut self, map: u32) -> Result<(), Fault> {
        let exports = Arc::clone(&self.exports);
        exports.sort_map.call(&mut self.store, map as i32).map_err(|error| self.fault(error))
    }

    /// Gives a reference up.
    pub(crate) fn drop(&mut self, ty: TypeRef, slot: u64) -> Result<(), Fault> {
        let exports = Arc::clone(&self.exports);
        exports.drop.call(&mut self.store, (ty.0 as i32, slot as i64)).map_err(|error| self.fault(error))
    }

    /// The text of a value, within the limits on its size and on time.
    pub(crate) fn text_of(&self, ty: TypeRef, value: &Value) -> Result<String, Fault> {
        let activation = self.store.data();
        let limits = &activation.limits;
        text_of_checked(&self.unit.manifest.types, ty, value, &mut |length| {
            if length as u64 > limits.value_size_bytes {
                return Err(limits.value_fault());
            }
            activation.check_cpu()
        })
    }

    /// Whether a borrowed value of the base fulfils the condition of a refined type.
    pub(crate) fn fulfils(&mut self, ty: TypeRef, slot: u64) -> Result<bool, Fault> {
        let exports = Arc::clone(&self.exports);
        let condition = exports.conditions.iter().find(|(known, _)| *known == ty);
        let (_, condition) = condition.ok_or_else(|| broken("it exports no condition for a refined type"))?;
        let answer = condition.call(&mut self.store, slot as i64);
        answer.map(|answer| answer != 0).map_err(|error| self.fault(error))
    }

    /// The default of a field, owned.
    pub(crate) fn default(&mut self, ty: TypeRef, case: u32, field: usize) -> Result<u64, Fault> {
        let name = format!("{}{}:{case}:{field}", exports::DEFAULT_PREFIX, ty.0);
        let default = self.exports.instance.get_typed_func::<(), i64>(&mut self.store, &name);
        let default = default.map_err(|_| broken("it exports no default for a field that was left out"))?;
        default.call(&mut self.store, ()).map(|slot| slot as u64).map_err(|error| self.fault(error))
    }

    /// The fault behind an error of the engine.
    pub(crate) fn fault(&self, error: wasmtime::Error) -> Fault {
        fault_of(self.store.data(), error)
    }
}

/// The fault behind an error of the engine: one that the host raised itself, or a trap.
pub(crate) fn fault_of(activation: &Activation, error: wasmtime::Error) -> Fault {
    if let Some(fault) = error.downcast_ref::<Fault>() {
        return fault.clone();
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => stack_fault(activation.unit.engine.stack_bytes()),
        Some(Trap::Interrupt) => activation.limits.cpu_fault(),
        Some(trap) => broken(&trap.to_string()),
        None => broken(&format!("{error:#}")),
    }
}

/// An address behind another one.
pub(crate) fn checked(address: u32, offset: u32) -> Result<u32, Fault> {
    address.checked_add(offset).ok_or_else(|| broken("an address lies outside of its memory"))
}

/// Four bytes as a number; the caller has checked that they are there.
pub(crate) fn le_u32(bytes: &[u8], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(number)
}

/// Eight bytes as a number; the caller has checked that they are there.
pub(crate) fn le_u64(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}
