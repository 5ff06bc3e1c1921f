//! From resumable core to a unit: `Resumable` ──▶ the manifest and the bytes of its WASM module.
//!
//! One dispatch over statements and operations in [`function`], then one function per construct in
//! the file of its subject. What is too long to stand inline is a routine of the
//! [guest's own runtime](crate::guest). The same unit always gives the same bytes.

mod function;
mod interface;

mod calls;
mod closures;
mod compare;
mod control;
mod lists;
mod maps;
mod objects;
mod scalars;
mod texts;
mod waits;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use dot_abi::layout::Repr;
use dot_abi::manifest::Manifest;

use crate::core::{ConstantRef, FunctionRef, Take, Unit};
use crate::guest::Guest;
use crate::suspend::Resumable;
use crate::wasm::{Func, Global};

/// How a unit is made. The default is what runs; tests ask for memory that shows mistakes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Freed memory is overwritten, and counting a dead object traps.
    pub poison: bool,
    /// Freed memory is used again.
    pub reuse: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { poison: false, reuse: true }
    }
}

/// Makes a unit.
pub fn emit(resumable: &Resumable) -> (Manifest, Vec<u8>) {
    emit_with(resumable, Options::default())
}

/// Makes a unit with options.
pub fn emit_with(resumable: &Resumable, options: Options) -> (Manifest, Vec<u8>) {
    let unit = resumable.unit();
    let manifest = interface::manifest(unit);
    let emitter = Emitter::new(unit, options);
    let bytes = emitter.finish(&manifest);
    (manifest, bytes)
}

/// The globals of a top-level `let`.
#[derive(Clone, Copy)]
struct ConstantCell {
    value: Global,
    is_there: Global,
}

/// A unit while it is made.
struct Emitter<'u> {
    unit: &'u Unit,
    guest: Guest<'u>,
    functions: Vec<Cell<Option<Func>>>,
    /// Functions that were asked for and have no body yet.
    queue: RefCell<VecDeque<FunctionRef>>,
    constants: Vec<Cell<Option<ConstantCell>>>,
}

impl<'u> Emitter<'u> {
    fn new(unit: &'u Unit, options: Options) -> Emitter<'u> {
        Emitter {
            unit,
            guest: Guest::new(&unit.types, options),
            functions: vec![Cell::new(None); unit.functions.len()],
            queue: RefCell::default(),
            constants: vec![Cell::new(None); unit.constants.len()],
        }
    }

    /// The WASM function of a function; its body is written later.
    fn function(&self, function: FunctionRef) -> Func {
        let cell = &self.functions[function.0 as usize];
        cell.get().unwrap_or_else(|| {
            let core = &self.unit.functions[function.0 as usize];
            let is_resumable = !core.waits.is_empty();
            let own = (core.closure.is_some() || is_resumable).then_some(Repr::I32);
            let params = core.locals[..core.takes.len()].iter().map(|&ty| self.unit.types.repr(ty));
            let params: Vec<Repr> = own.into_iter().chain(params).collect();
            let result = if is_resumable { Repr::I32 } else { self.unit.types.repr(core.result) };
            let func = self.guest.module.declare(&core.name, &params, Some(result));
            cell.set(Some(func));
            self.queue.borrow_mut().push_back(function);
            func
        })
    }

    /// The globals of a constant and the function that sets them.
    fn constant(&self, constant: ConstantRef) -> (ConstantCell, Func) {
        let core = &self.unit.constants[constant.0 as usize];
        let module = &self.guest.module;
        let cell = &self.constants[constant.0 as usize];
        let globals = cell.get().unwrap_or_else(|| {
            let value = module.global(self.unit.types.repr(core.ty), true, 0);
            let globals = ConstantCell { value, is_there: module.global(Repr::I32, true, 0) };
            cell.set(Some(globals));
            globals
        });
        let compute = self.function(core.function);
        let init = self.guest.routine(&format!("constant.init:{}", constant.0), &[], None, |f| {
            let value = f.call(compute, Vec::new());
            f.set_global(globals.value, value);
            f.set_global(globals.is_there, 1);
        });
        (globals, init)
    }

    /// Writes the bodies of all functions that were asked for.
    fn write_queued(&self) {
        loop {
            let next = self.queue.borrow_mut().pop_front();
            let Some(function) = next else { return };
            let core = &self.unit.functions[function.0 as usize];
            let func = self.function(function);
            self.guest.module.define(func, |f| function::FunctionEmitter::new(self, core, f).write(f));
        }
    }

    fn finish(self, manifest: &Manifest) -> Vec<u8> {
        let entry = self.function(self.unit.entry);
        interface::export_checks(&self);
        self.write_queued();
        interface::export_start(&self, entry);
        interface::export_memory(&self);
        interface::finish(self, manifest)
    }

    /// The parameters that a function borrows.
    fn borrowed_params(&self, function: FunctionRef) -> Vec<bool> {
        let takes = &self.unit.functions[function.0 as usize].takes;
        takes.iter().map(|take| *take == Take::Borrow).collect()
    }
}
