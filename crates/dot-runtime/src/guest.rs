//! The memory and the exports of a guest, as the host uses them: everything is checked.

use std::sync::{Arc, OnceLock};

use dot_abi::decimal::Decimal;
use dot_abi::fault::{Fault, FaultCode};
use dot_abi::layout::{DECIMAL_DATA, HEADER_SIZE, LENGTH, LIST_DATA, TEXT_DATA};
use dot_abi::manifest::{Manifest, exports};
use dot_abi::text::text_of_checked;
use dot_abi::types::TypeRef;
use dot_abi::value::Value;
use wasmtime::{
    AsContextMut, Extern, Instance, Memory, Module, ModuleExport, StoreContextMut, Trap, TypedFunc, WasmParams,
    WasmResults,
};

use crate::activation::Activation;
use crate::limits::stack_fault;
use crate::unit::UnitInner;

/// Where the exports of a unit are in its module, looked up once for all its instances.
pub(crate) struct ExportIndices {
    memory: ModuleExport,
    start: ModuleExport,
    resume: Option<ModuleExport>,
    live: ModuleExport,
    drop: ModuleExport,
    alloc: ModuleExport,
    new_map: ModuleExport,
    map_insert: ModuleExport,
    sort_map: ModuleExport,
    /// The conditions of refined types.
    conditions: Vec<(TypeRef, ModuleExport)>,
}

impl ExportIndices {
    /// Looks the exports up. The name of one that is missing is the error.
    pub(crate) fn new(module: &Module, manifest: &Manifest) -> Result<ExportIndices, String> {
        let index = |name: &str| module.get_export_index(name).ok_or_else(|| name.to_owned());
        let condition = |ty: &TypeRef| Ok((*ty, index(&format!("{}{}", exports::REFINE_PREFIX, ty.0))?));
        Ok(ExportIndices {
            memory: index(exports::MEMORY)?,
            start: index(exports::START)?,
            resume: module.get_export_index(exports::RESUME),
            live: index(exports::LIVE)?,
            drop: index(exports::DROP)?,
            alloc: index(exports::ALLOC)?,
            new_map: index(exports::NEW_MAP)?,
            map_insert: index(exports::MAP_INSERT)?,
            sort_map: index(exports::SORT_MAP)?,
            conditions: manifest.refinements.iter().map(condition).collect::<Result<_, String>>()?,
        })
    }
}

/// The exports of an instance that the host uses. The small dots of a large fan-out use few of them, so those that not
/// all need are made when they are called for the first time.
pub(crate) struct Exports {
    pub(crate) memory: Memory,
    pub(crate) instance: Instance,
    pub(crate) start: TypedFunc<i32, i32>,
    pub(crate) live: TypedFunc<(), i32>,
    alloc: TypedFunc<(i32, i32), i32>,
    drop: Lazy<(i32, i64), ()>,
    new_map: Lazy<(i32, i32), i32>,
    map_insert: Lazy<(i32, i64, i64), ()>,
    sort_map: Lazy<i32, ()>,
    /// In the order of the unit's.
    conditions: Vec<Lazy<i64, i32>>,
}

/// An export that is made when it is called for the first time.
type Lazy<P, R> = OnceLock<TypedFunc<P, R>>;

impl Exports {
    pub(crate) fn new(
        mut store: impl AsContextMut<Data = Activation>,
        instance: Instance,
    ) -> wasmtime::Result<Exports> {
        let mut store = store.as_context_mut();
        let unit = Arc::clone(&store.data().unit);
        let indices = &unit.exports;
        let memory = instance.get_module_export(&mut store, &indices.memory).and_then(Extern::into_memory);
        Ok(Exports {
            memory: memory.ok_or_else(|| wasmtime::Error::msg("the unit exports no memory"))?,
            instance,
            start: typed(&mut store, instance, &indices.start)?,
            live: typed(&mut store, instance, &indices.live)?,
            alloc: typed(&mut store, instance, &indices.alloc)?,
            drop: Lazy::new(),
            new_map: Lazy::new(),
            map_insert: Lazy::new(),
            sort_map: Lazy::new(),
            conditions: indices.conditions.iter().map(|_| Lazy::new()).collect(),
        })
    }
}

/// An export as a function of a type.
fn typed<P: WasmParams, R: WasmResults>(
    store: &mut StoreContextMut<'_, Activation>,
    instance: Instance,
    export: &ModuleExport,
) -> wasmtime::Result<TypedFunc<P, R>> {
    let func = instance.get_module_export(&mut *store, export).and_then(Extern::into_func);
    func.ok_or_else(|| wasmtime::Error::msg("an export is no function"))?.typed(&*store)
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

    /// Calls an export that is made when it is called for the first time.
    fn call<P: WasmParams, R: WasmResults>(
        &mut self,
        lazy: &Lazy<P, R>,
        export: &ModuleExport,
        params: P,
    ) -> Result<R, Fault> {
        let func = match lazy.get() {
            Some(func) => func,
            None => {
                let func = typed(&mut self.store, self.exports.instance, export).map_err(|error| self.fault(error))?;
                lazy.get_or_init(|| func)
            }
        };
        func.call(&mut self.store, params).map_err(|error| self.fault(error))
    }

    /// Goes on with an activation that waits; gives its status.
    pub(crate) fn resume(&mut self) -> Result<i32, Fault> {
        let unit = Arc::clone(&self.unit);
        let export = unit.exports.resume.as_ref().ok_or_else(|| broken("it waits and can't go on"))?;
        self.call(&Lazy::new(), export, ())
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
        let unit = Arc::clone(&self.unit);
        self.call(&exports.new_map, &unit.exports.new_map, (ty.0 as i32, capacity)).map(|map: i32| map as u32)
    }

    /// Inserts an owned key and an owned value.
    pub(crate) fn map_insert(&mut self, map: u32, key: u64, value: u64) -> Result<(), Fault> {
        let exports = Arc::clone(&self.exports);
        let unit = Arc::clone(&self.unit);
        self.call(&exports.map_insert, &unit.exports.map_insert, (map as i32, key as i64, value as i64))
    }

    /// Puts the entries of a map or set in order.
    pub(crate) fn sort_map(&mut self, map: u32) -> Result<(), Fault> {
        let exports = Arc::clone(&self.exports);
        let unit = Arc::clone(&self.unit);
        self.call(&exports.sort_map, &unit.exports.sort_map, map as i32)
    }

    /// Gives a reference up; what is no reference needs nothing.
    pub(crate) fn drop(&mut self, ty: TypeRef, slot: u64) -> Result<(), Fault> {
        let unit = Arc::clone(&self.unit);
        if !unit.manifest.types.is_counted(ty) {
            return Ok(());
        }
        let exports = Arc::clone(&self.exports);
        self.call(&exports.drop, &unit.exports.drop, (ty.0 as i32, slot as i64))
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
        let unit = Arc::clone(&self.unit);
        let mut conditions = exports.conditions.iter().zip(&unit.exports.conditions);
        let found = conditions.find(|(_, (known, _))| *known == ty);
        let (condition, (_, export)) = found.ok_or_else(|| broken("it exports no condition for a refined type"))?;
        self.call(condition, export, slot as i64).map(|answer: i32| answer != 0)
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
