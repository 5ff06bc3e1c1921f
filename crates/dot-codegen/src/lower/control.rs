//! Control: blocks, branches, loops and jumps of a body under construction, and what is known where ways meet.

use dot_abi::fault::FaultCode;
use dot_syntax::Span;
use rustc_hash::FxHashMap;

use super::functions::{Body, Next};
use super::pending::{self, Known};
use crate::core::{Atom, Block, Label, Local, Op, Statement};

/// Where in a body the writing is, and how it came there.
#[derive(Default)]
pub(super) struct Flow {
    block: Block,
    /// Control does not come here: what is written now is left out.
    dead: bool,
    /// What is known of the pending `let`s in scope.
    pub(super) known: Vec<Known>,
    next_label: u32,
    /// How often each label was left by.
    breaks: FxHashMap<Label, u32>,
    /// What is known behind each label that was left by.
    known_behind: FxHashMap<Label, Vec<Known>>,
}

/// How a block ends.
pub(super) struct End {
    dead: bool,
    known: Vec<Known>,
}

impl Flow {
    /// The body that was written.
    pub(super) fn finish(self) -> Block {
        self.block
    }

    /// Goes on where several ways meet; dead if no way comes there.
    fn meet(&mut self, ends: &[End]) {
        let mut reached = ends.iter().filter(|end| !end.dead);
        match reached.next() {
            Some(first) => {
                pending::become_known(&mut self.known, &first.known);
                reached.for_each(|end| pending::meet(&mut self.known, &end.known));
            }
            None => self.dead = true,
        }
    }

    fn breaks(&self, label: Label) -> u32 {
        self.breaks.get(&label).copied().unwrap_or(0)
    }

    fn label(&mut self) -> Label {
        self.next_label += 1;
        Label(self.next_label)
    }
}

impl Body<'_, '_> {
    /// Whether control does not come here.
    pub(super) fn is_dead(&self) -> bool {
        self.flow.dead
    }

    /// The number of statements in the current block.
    pub(super) fn position(&self) -> usize {
        self.flow.block.len()
    }

    /// Puts a copy of a local's value of that moment at a position of the current block.
    pub(super) fn copy_at(&mut self, position: usize, local: Local) -> Atom {
        let copy = self.local(self.type_of(local));
        if !self.flow.dead {
            self.flow.block.insert(position, Statement::Let(copy, Op::Value(Atom::Local(local))));
        }
        Atom::Local(copy)
    }

    /// Writes a statement.
    pub(super) fn emit(&mut self, statement: Statement) {
        if self.flow.dead {
            return;
        }
        self.flow.dead = matches!(
            statement,
            Statement::Break(_)
                | Statement::Continue(_)
                | Statement::Return(_)
                | Statement::Fault { .. }
                | Statement::Raise(..)
        );
        self.flow.block.push(statement);
    }

    /// Writes a block of its own; says how it ends.
    pub(super) fn block(&mut self, write: impl FnOnce(&mut Self)) -> (Block, End) {
        let outer = std::mem::take(&mut self.flow.block);
        let (dead, known, parts) = (self.flow.dead, self.flow.known.clone(), self.parts.len());
        write(self);
        self.parts.truncate(parts);
        let dead = std::mem::replace(&mut self.flow.dead, dead);
        let known = std::mem::replace(&mut self.flow.known, known);
        (std::mem::replace(&mut self.flow.block, outer), End { dead, known })
    }

    /// Writes an `if`.
    pub(super) fn branch(&mut self, condition: Atom, then: impl FnOnce(&mut Self), otherwise: impl FnOnce(&mut Self)) {
        let (then, then_end) = self.block(then);
        let (otherwise, otherwise_end) = self.block(otherwise);
        if then.is_empty() && otherwise.is_empty() {
            return;
        }
        self.emit(Statement::If(condition, then, otherwise));
        self.flow.meet(&[then_end, otherwise_end]);
    }

    /// Writes a switch on the cases of a union.
    pub(super) fn switch(&mut self, on: Local, arms: Vec<(Vec<u32>, Block, End)>, exhaustive: bool) {
        let mut ends = Vec::new();
        if !exhaustive {
            ends.push(End { dead: self.flow.dead, known: self.flow.known.clone() });
        }
        let arms = arms.into_iter().map(|(cases, block, end)| {
            ends.push(end);
            (cases, block)
        });
        let arms = arms.collect();
        let otherwise = (!exhaustive).then(Block::new);
        self.emit(Statement::Switch { on, arms, otherwise });
        self.flow.meet(&ends);
    }

    /// Writes a block that a jump to the label leaves.
    pub(super) fn labeled(&mut self, write: impl FnOnce(&mut Self, Label)) {
        let label = self.flow.label();
        let (mut block, mut end) = self.block(|body| write(body, label));
        if block.last() == Some(&Statement::Break(label)) {
            block.pop();
            *self.flow.breaks.entry(label).or_default() -= 1;
            end.dead = false;
        }
        let behind = self.flow.known_behind.remove(&label);
        if self.flow.breaks(label) > 0 {
            self.emit(Statement::Labeled(label, block));
        } else if self.flow.dead {
            return;
        } else {
            self.flow.block.append(&mut block);
        }
        let jumps = behind.map(|known| End { dead: false, known });
        let ends: Vec<End> = [end].into_iter().chain(jumps).collect();
        self.flow.meet(&ends);
    }

    /// Writes an endless loop that a jump to the label leaves.
    pub(super) fn looped(&mut self, write: impl FnOnce(&mut Self, Label)) {
        let label = self.flow.label();
        let (block, _) = self.block(|body| write(body, label));
        self.emit(Statement::Loop(label, block));
        let behind = self.flow.known_behind.remove(&label);
        let ends: Vec<End> = behind.into_iter().map(|known| End { dead: false, known }).collect();
        self.flow.meet(&ends);
    }

    /// Goes behind the block or loop of the label.
    pub(super) fn leave(&mut self, label: Label) {
        if self.flow.dead {
            return;
        }
        *self.flow.breaks.entry(label).or_default() += 1;
        let known = &self.flow.known;
        let behind = self.flow.known_behind.entry(label).or_insert_with(|| known.clone());
        pending::meet(behind, known);
        self.emit(Statement::Break(label));
    }

    /// Goes to the next turn of a loop.
    pub(super) fn next(&mut self, next: Next) {
        match next {
            Next::Step(label) => self.leave(label),
            Next::Head(label) => self.emit(Statement::Continue(label)),
        }
    }

    /// Ends the activation.
    pub(super) fn fault(&mut self, code: FaultCode, span: Span, a: Option<Atom>, b: Option<Atom>) {
        let site = self.site(span);
        self.emit(Statement::Fault { code, site, a, b });
    }

    /// Marks a place that is never reached; it says so if it is.
    pub(super) fn unreachable(&mut self, span: Span) {
        if !self.is_dead() {
            self.fault(FaultCode::Internal, span, None, None);
        }
    }
}
