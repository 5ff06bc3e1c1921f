//! The resumable form: how the body of a dot goes on after it was suspended.
//!
//! Only the entry calls dots, so only its own locals must outlive a wait. At a [`Statement::Wait`] whose call has not
//! ended they move into a record, the *frame*, and the function returns. To go on, the frame is taken apart into the
//! locals, and the body runs again from the top with *guards*: what holds no waits is skipped, what holds the wanted
//! wait is entered, whatever stands on the way. At the wait the way back ends, and all that follows is ordinary code.
//!
//! ```text
//! a                         if enter true 0..0: a         no wait in it: only when nothing is resumed
//! if c                      if enter true 0..1:           the `if` holds wait 0
//!   b                         if enter c 0..1:            taken on the way back, whatever `c` is now
//!   await h            ──▶      if enter true 0..0: b
//!   d                           if enter true 0..1: wait h
//! else                          if enter true 0..0: d
//!   e                         else
//!                               e
//! ```
//!
//! So the structure of the code stays: nothing jumps into the middle of anything, and loops without a wait are as they
//! were. A guard compares a number in a register, beside a call that costs a thousand times as much.

mod waits;

#[cfg(test)]
mod tests;

use std::ops::Range;

use dot_abi::manifest::FrameSite;
use dot_abi::types::{Field, TypeDesc, TypeRef, TypeTable};

use crate::core::{Atom, Block, Comparison, Function, Local, Op, Statement, Unit};
use crate::count::Counted;

/// No wait: what stands under such a guard runs only when nothing is resumed.
const NONE: Range<u32> = 0..0;

/// A unit whose entry can be suspended wherever it waits.
#[derive(Clone, Debug)]
pub struct Resumable(Unit);

impl Resumable {
    /// The unit.
    pub fn unit(&self) -> &Unit {
        &self.0
    }
}

/// Makes the entry resumable, if it waits for anything.
pub fn suspend(counted: Counted) -> Resumable {
    let mut unit = counted.into_unit();
    let entry = unit.entry.0 as usize;
    let sites = waits::number(&mut unit.functions[entry].body);
    if sites.is_empty() {
        return Resumable(unit);
    }
    let waits = waits::live(&unit, sites.len());
    for (number, (site, live)) in sites.iter().zip(&waits).enumerate() {
        let frame = frame(&mut unit.types, &unit.functions[entry], number, live);
        unit.frames.push(FrameSite { frame, site: site.0 });
    }
    let (int, bool) = (type_of(&mut unit.types, TypeDesc::Int), type_of(&mut unit.types, TypeDesc::Bool));
    let function = &mut unit.functions[entry];
    function.waits = waits;
    let body = std::mem::take(&mut function.body);
    let guard = new_local(function, bool);
    function.body = Guards { function, int, bool, guard }.block(body);
    Resumable(unit)
}

/// The record of what lives across a wait.
fn frame(types: &mut TypeTable, function: &Function, number: usize, live: &[Local]) -> TypeRef {
    let field = |local: &Local| Field {
        name: format!("local{}", local.0),
        rename: None,
        docs: String::new(),
        ty: function.locals[local.0 as usize],
        optional: false,
        default: String::new(),
    };
    let fields = live.iter().map(field).collect();
    add(types, TypeDesc::Record { name: format!("frame {number}"), docs: String::new(), fields })
}

fn type_of(types: &mut TypeTable, desc: TypeDesc) -> TypeRef {
    match types.types.iter().position(|known| *known == desc) {
        Some(known) => TypeRef(known as u32),
        None => add(types, desc),
    }
}

fn add(types: &mut TypeTable, desc: TypeDesc) -> TypeRef {
    types.types.push(desc);
    TypeRef(types.types.len() as u32 - 1)
}

fn new_local(function: &mut Function, ty: TypeRef) -> Local {
    function.locals.push(ty);
    Local(function.locals.len() as u32 - 1)
}

/// Puts the guards.
struct Guards<'f> {
    function: &'f mut Function,
    int: TypeRef,
    bool: TypeRef,
    /// Holds each guard until it is asked.
    guard: Local,
}

impl Guards<'_> {
    fn block(&mut self, block: Block) -> Block {
        if waits::of(&block).is_empty() {
            // Nothing comes here on its way back.
            return block;
        }
        let (mut guarded, mut plain) = (Block::new(), Block::new());
        for statement in block {
            let range = waits::within(&statement);
            if range.is_empty() {
                plain.push(statement);
                continue;
            }
            self.enter(NONE, std::mem::take(&mut plain), &mut guarded);
            let opened = self.open(statement);
            self.enter(range, opened, &mut guarded);
        }
        self.enter(NONE, plain, &mut guarded);
        guarded
    }

    /// A block that control enters on its way back to the waits of the range.
    fn enter(&mut self, range: Range<u32>, block: Block, out: &mut Block) {
        if !block.is_empty() {
            self.choose(Atom::Bool(true), range, block, Block::new(), out);
        }
    }

    /// A choice that on the way back goes to the wait, whatever the condition is by then.
    fn choose(&mut self, condition: Atom, range: Range<u32>, then: Block, otherwise: Block, out: &mut Block) {
        out.push(Statement::Let(self.guard, Op::Enter(condition, range)));
        out.push(Statement::If(Atom::Local(self.guard), then, otherwise));
    }

    /// A statement with waits in it.
    fn open(&mut self, statement: Statement) -> Block {
        let mut opened = Block::new();
        match statement {
            Statement::If(condition, then, otherwise) => {
                let range = waits::of(&then);
                let (then, otherwise) = (self.block(then), self.block(otherwise));
                self.choose(condition, range, then, otherwise, &mut opened);
            }
            Statement::Switch { on, arms, otherwise } => self.switch(on, arms, otherwise, &mut opened),
            Statement::Labeled(label, block) => opened.push(Statement::Labeled(label, self.block(block))),
            Statement::Loop(label, block) => opened.push(Statement::Loop(label, self.block(block))),
            other => opened.push(other),
        }
        opened
    }

    /// The number of the arm is found first, then the arms are choices like others.
    fn switch(&mut self, on: Local, arms: Vec<(Vec<u32>, Block)>, otherwise: Option<Block>, out: &mut Block) {
        let (chosen, is_chosen) = (new_local(self.function, self.int), new_local(self.function, self.bool));
        let number = |index: usize| vec![Statement::Let(chosen, Op::Value(Atom::Int(index as i64)))];
        let numbers = arms.iter().enumerate().map(|(index, (cases, _))| (cases.clone(), number(index))).collect();
        let rest = otherwise.is_some().then(|| number(arms.len()));
        let find = Statement::Switch { on, arms: numbers, otherwise: rest };
        self.enter(NONE, vec![find], out);
        let mut blocks: Vec<Block> = arms.into_iter().map(|(_, block)| block).chain(otherwise).collect();
        let last = blocks.pop().unwrap_or_default();
        let mut chain = self.block(last);
        for (index, block) in blocks.into_iter().enumerate().rev() {
            let range = waits::of(&block);
            let equal = Op::Compare(Comparison::Equal, self.int, Atom::Local(chosen), Atom::Int(index as i64));
            let mut choice = vec![Statement::Let(is_chosen, equal)];
            let block = self.block(block);
            self.choose(Atom::Local(is_chosen), range, block, chain, &mut choice);
            chain = choice;
        }
        out.append(&mut chain);
    }
}
