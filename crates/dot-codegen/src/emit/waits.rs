//! Calls of dots from the inside: the imports of the scheduler, and how the entry is suspended and goes on.
//!
//! A resumable function has a hidden parameter, the number of the wait that it goes on at, or -1. It gives
//! [`DONE`] with its result in the cell, or [`WAITING`] with its frame in the cell.

use std::ops::Range;

use dot_abi::layout::{FRAME_CELL, RESULT_CELL, Repr, WAIT_CELL};
use dot_abi::manifest::{DONE, IMPORT_MODULE, WAITING};
use dot_abi::types::{TypeDesc, TypeRef};

use super::function::FunctionEmitter;
use crate::core::{Atom, CallRef, Local, MockRef, SiteRef};
use crate::guest::{Counted, count, map_order};
use crate::wasm::{Code, Expr, Operand, Var, args};

/// What the hidden parameter is while nothing is resumed.
pub(super) const FREE: i32 = -1;

impl FunctionEmitter<'_, '_> {
    fn import(&self, name: &str, params: &[Repr], result: Option<Repr>) -> crate::wasm::Func {
        self.guest().module.import(IMPORT_MODULE, name, params, result)
    }

    /// The record of operands that the host borrows.
    fn input(&self, f: &mut Code<'_>, ty: TypeRef, atoms: &[Atom]) -> Var {
        let record = self.record(f, ty, atoms);
        f.let_narrow("input", record)
    }

    fn drop_input(&self, f: &mut Code<'_>, input: Var) {
        count::drop(self.guest(), f, input, Counted::Always);
    }

    pub(super) fn note(&self, f: &mut Code<'_>, call: CallRef, atoms: &[Atom]) -> Expr {
        let input = self.input(f, self.emitter.unit.calls[call.0 as usize].input, atoms);
        f.run(self.import("note", &[Repr::I32, Repr::I32], None), args![call.0, input]);
        self.drop_input(f, input);
        crate::wasm::int(0)
    }

    pub(super) fn start_call(&self, f: &mut Code<'_>, call: CallRef, atoms: &[Atom]) -> Expr {
        let input = self.input(f, self.emitter.unit.calls[call.0 as usize].input, atoms);
        let handle = f.long("handle");
        let start = self.import("start", &[Repr::I32, Repr::I32], Some(Repr::I64));
        f.set(handle, f.call(start, args![call.0, input]));
        self.drop_input(f, input);
        handle.into()
    }

    pub(super) fn take_outcome(&self, f: &mut Code<'_>, handle: Atom, result: TypeRef) -> Expr {
        let take = self.import("take", &[Repr::I64], Some(Repr::I64));
        let outcome = f.long("outcome");
        f.set(outcome, f.call(take, vec![self.atom(handle)]));
        outcome.narrowed(self.types().repr(result))
    }

    pub(super) fn settle(&self, f: &mut Code<'_>, handle: Atom) {
        f.run(self.import("settle", &[Repr::I64], None), vec![self.atom(handle)]);
    }

    pub(super) fn raise(&self, f: &mut Code<'_>, fault: Atom, site: SiteRef) {
        f.run(self.import("raise", &[Repr::I32, Repr::I32], None), vec![self.atom(fault), self.site(site)]);
        f.unreachable();
    }

    pub(super) fn group(&self, f: &mut Code<'_>, limit: Atom) {
        let limit = self.atom(limit).wrap();
        f.run(self.import("group", &[Repr::I32], None), args![limit]);
    }

    pub(super) fn mock(&self, f: &mut Code<'_>, mock: MockRef, captures: &[Atom]) {
        let input = self.input(f, self.emitter.unit.mocks[mock.0 as usize].input, captures);
        f.run(self.import("mock", &[Repr::I32, Repr::I32], None), args![mock.0, input]);
        self.drop_input(f, input);
    }

    /// The number of the wait that the function goes on at.
    fn way_back(&self, f: &Code<'_>) -> Var {
        f.param(0)
    }

    pub(super) fn enter(&self, f: &Code<'_>, condition: Atom, waits: &Range<u32>) -> Expr {
        let wait = self.way_back(f);
        let free = match condition {
            Atom::Bool(true) => wait.less(0),
            condition => wait.less(0) & self.atom(condition),
        };
        match waits.is_empty() {
            true => free,
            false => free | (wait - waits.start).below(waits.end - waits.start),
        }
    }

    /// Waits for a call: asks whether it has ended; if not, leaves with the frame.
    pub(super) fn wait(&self, f: &mut Code<'_>, handle: Atom, number: u32) {
        f.set(self.way_back(f), FREE);
        let ready = self.import("ready", &[Repr::I64], Some(Repr::I32));
        let is_ready = f.call(ready, vec![self.atom(handle)]);
        f.when(is_ready.is_zero(), |f| {
            let fields: Vec<Atom> = self.core.waits[number as usize].iter().copied().map(Atom::Local).collect();
            let frame = self.record(f, self.emitter.unit.frames[number as usize].frame, &fields);
            f.store(0, FRAME_CELL, frame);
            f.store(0, WAIT_CELL, number);
            f.ret(WAITING);
        });
    }

    /// Takes the frame apart, if the function goes on with one.
    pub(super) fn restore(&self, f: &mut Code<'_>) {
        let wait = self.way_back(f);
        f.when(wait.at_least(0), |f| {
            let frame = f.let_narrow("frame", crate::wasm::int(0).load32(FRAME_CELL));
            let waits = &self.core.waits;
            let arms: Vec<usize> = (0..waits.len()).collect();
            f.switch(wait, &arms, waits.len(), |f, number, _| self.load_frame(f, frame, number));
            // Before anything else, so that what it held is referred to once.
            count::drop(self.guest(), f, frame, Counted::Always);
        });
    }

    fn load_frame(&self, f: &mut Code<'_>, frame: Var, number: usize) {
        let places = self.types().fields(self.emitter.unit.frames[number].frame, 0).places;
        for (&local, place) in self.core.waits[number].iter().zip(&places) {
            f.set(self.local(local), frame.load(place.repr, place.offset));
            count::dup(self.guest(), f, self.local(local), self.counted(self.type_of(local)));
            self.sort_restored(f, local);
        }
    }

    /// A loop over a map counts its entries in their order, which a map from outside need not have.
    fn sort_restored(&self, f: &mut Code<'_>, local: Local) {
        let ty = self.type_of(local);
        if matches!(self.types().get(ty), TypeDesc::Map { .. } | TypeDesc::Set { .. }) {
            f.run(map_order::sort(self.guest(), ty), args![self.local(local)]);
        }
    }

    /// Leaves the function with its result.
    pub(super) fn return_(&self, f: &mut Code<'_>, value: Atom) {
        if self.core.waits.is_empty() {
            return f.ret(self.atom(value));
        }
        f.store(0, RESULT_CELL, self.atom(value).widened());
        f.ret(DONE);
    }
}
