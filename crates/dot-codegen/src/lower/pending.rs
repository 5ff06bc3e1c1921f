//! `let`s whose calls run on until their names are mentioned.
//!
//! Such a `let` is a handle and a slot for the value. The first mention awaits the call and fills the slot; at the end of
//! the scope, and on every jump out of it, a call that was never mentioned is settled. Which of both has been done is followed
//! while the body is written. Only where ways meet on which it differs must the running program know: then the slot is
//! asked, or, where the slot of a type can't be empty, a truth value beside it.

use dot_abi::layout::Repr;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_types::each_child;
use dot_types::program::{Expr, ExprKind, LocalId, Type};

use super::functions::{Body, Variable};
use crate::core::{Atom, Block, Local, Op, Statement};

/// What is known of a pending `let` at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Known {
    /// Nobody has awaited its call.
    Running,
    /// The slot is filled, or the call settled.
    Taken,
    /// It came here on both ways.
    Either,
}

/// A `let` whose call may not have been awaited yet.
#[derive(Clone, Copy)]
pub(super) struct Pending<'p> {
    id: LocalId,
    /// The call, and what stands around it.
    value: &'p Expr,
    handle: Local,
    slot: Local,
    state: State,
    /// Whether a place depends on what the running program knows.
    is_asked: bool,
}

/// How the running program knows whether the slot is filled.
#[derive(Clone, Copy)]
enum State {
    /// The slot holds an option.
    Option,
    /// A truth value.
    Flag(Local),
}

/// Two ways meet.
pub(super) fn meet(known: &mut Vec<Known>, other: &[Known]) {
    known.truncate(other.len());
    for (known, other) in known.iter_mut().zip(other) {
        if known != other {
            *known = Known::Either;
        }
    }
}

/// Goes on with what is known at an end; scopes that were left there are none here.
pub(super) fn become_known(known: &mut [Known], end: &[Known]) {
    for (known, end) in known.iter_mut().zip(end) {
        *known = *end;
    }
}

/// Takes out what was written in case somebody asks.
pub(super) fn forget(block: &mut Block, unasked: &[Local]) {
    if unasked.is_empty() {
        return;
    }
    block.retain(|statement| match statement {
        Statement::Let(local, Op::Value(atom)) => matches!(atom, Atom::Local(_)) || !unasked.contains(local),
        _ => true,
    });
    for statement in block {
        match statement {
            Statement::If(_, then, otherwise) => {
                forget(then, unasked);
                forget(otherwise, unasked);
            }
            Statement::Switch { arms, otherwise, .. } => {
                arms.iter_mut().map(|(_, block)| block).chain(otherwise).for_each(|block| forget(block, unasked));
            }
            Statement::Labeled(_, block) | Statement::Loop(_, block) => forget(block, unasked),
            _ => {}
        }
    }
}

impl<'p> Body<'_, 'p> {
    /// `let x = f()`: starts the call.
    pub(super) fn lower_pending(&mut self, id: LocalId, value: &'p Expr) {
        let Some(handle) = self.start_operand(value) else {
            return self.unit.internal(value.span, "a pending variable without a call");
        };
        let source = &self.source.locals[id.0 as usize].ty;
        let ty = self.closed(source);
        let desc = self.unit.types.desc(ty);
        let is_option = self.unit.types.table().is_counted(ty) && !matches!(desc, TypeDesc::Option { .. });
        let slot_type = if is_option { self.closed(&Type::Option(source.clone().into())) } else { ty };
        let nothing = if is_option { Atom::None } else { self.any_of(ty) };
        let slot = self.let_(slot_type, Op::Value(nothing));
        let state = match is_option {
            true => State::Option,
            false => {
                let bool = self.bool();
                State::Flag(self.let_(bool, Op::Value(Atom::Bool(false))))
            }
        };
        self.variables.insert(id, Variable::Pending(self.pending.len()));
        self.pending.push(Pending { id, value, handle, slot, state, is_asked: false });
        self.flow.known.push(Known::Running);
    }

    /// Some value of a type that has values without objects.
    fn any_of(&mut self, ty: TypeRef) -> Atom {
        let types = self.unit.types.table();
        match (types.repr(ty), types.get(types.base(ty))) {
            (Repr::I64, _) => Atom::Int(0),
            (Repr::F64, _) => Atom::Float(0.0),
            (_, TypeDesc::Bool) => Atom::Bool(false),
            (_, TypeDesc::Union { .. }) => Atom::BareCase(0),
            (_, TypeDesc::Option { .. }) => Atom::None,
            _ => Atom::Unit,
        }
    }

    /// The value of a pending variable, awaited if nobody has.
    pub(super) fn mention(&mut self, index: usize) -> Atom {
        self.unless_taken(index, Self::fill);
        let Pending { id, slot, state, .. } = self.pending[index];
        match state {
            State::Flag(_) => Atom::Local(slot),
            State::Option => {
                let ty = self.closed(&self.source.locals[id.0 as usize].ty);
                Atom::Local(self.let_(ty, Op::SomeValue(slot)))
            }
        }
    }

    /// Awaits the calls of the scopes within the first `outer` that nobody mentioned, in the order of the source.
    pub(super) fn settle_to(&mut self, outer: usize) {
        for index in outer..self.pending.len() {
            self.unless_taken(index, |body, pending| body.settle(pending.handle, pending.value.span));
        }
    }

    /// Ends the scope of the `let`s behind the first `outer`.
    pub(super) fn end_scope(&mut self, outer: usize) {
        self.settle_to(outer);
        self.flow.known.truncate(outer);
        for pending in self.pending.drain(outer..).filter(|pending| !pending.is_asked) {
            self.unasked.push(pending.slot);
            if let State::Flag(flag) = pending.state {
                self.unasked.push(flag);
            }
        }
    }

    /// Before a loop: a `let` that a turn mentions comes to the next turn awaited.
    pub(super) fn enter_loop(&mut self, inside: &[&'p Expr]) {
        for (pending, known) in self.pending.iter().zip(&mut self.flow.known) {
            if *known == Known::Running && inside.iter().any(|expr| mentions(expr, pending.id)) {
                *known = Known::Either;
            }
        }
    }

    fn unless_taken(&mut self, index: usize, act: impl FnOnce(&mut Self, Pending<'p>)) {
        if self.is_dead() {
            return;
        }
        let pending = self.pending[index];
        match self.flow.known[index] {
            Known::Taken => {}
            Known::Running => act(self, pending),
            Known::Either => {
                self.pending[index].is_asked = true;
                let is_taken = match pending.state {
                    State::Flag(flag) => flag,
                    State::Option => {
                        let bool = self.bool();
                        self.let_(bool, Op::IsSome(pending.slot))
                    }
                };
                self.branch(Atom::Local(is_taken), |_| {}, |body| act(body, pending));
            }
        }
        self.flow.known[index] = Known::Taken;
    }

    fn fill(&mut self, pending: Pending<'p>) {
        let value = self.outcome(pending.value, pending.handle);
        match pending.state {
            State::Option => self.assign(pending.slot, Op::Some(self.type_of(pending.slot), value)),
            State::Flag(flag) => {
                self.assign(pending.slot, Op::Value(value));
                self.assign(flag, Op::Value(Atom::Bool(true)));
            }
        }
    }
}

/// Whether an expression mentions a variable.
fn mentions(expr: &Expr, id: LocalId) -> bool {
    if matches!(expr.kind, ExprKind::Local(local) if local == id) {
        return true;
    }
    let mut found = false;
    each_child(expr, &mut |child| found = found || mentions(child, id));
    found
}
