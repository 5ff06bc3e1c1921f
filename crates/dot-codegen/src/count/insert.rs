//! Puts `Dup` and `Drop` where references must be made and given up.
//!
//! At every point each owned local that is needed later owns one reference, and no other does. A use
//! that consumes moves the reference at the last use and makes another one before; a local whose last use
//! borrows is dropped behind it; one that a branch does not need is dropped at its beginning. A
//! branch that only faults cleans nothing up.

use super::borrows::{lends, owner};
use super::liveness::{Kind, Liveness, Set};
use super::operands::{Gives, Takes, Use, blocks, gives};
use crate::core::{Atom, Block, Function, Local, Op, Statement};

/// A function with its counts.
pub(super) fn insert(function: Function, kinds: &[Kind], takes: &Takes) -> Function {
    let mut liveness = Liveness::new(takes, kinds);
    liveness.block(&function.body, Set::default(), &mut |_, _| {});
    let mut insertion = Insertion { liveness, variables: variables(&function) };
    let (mut body, live) = insertion.block(function.body, Set::default());
    let params = (0..function.takes.len() as u32).map(Local);
    let unused = params.filter(|&param| insertion.owns(param) && !live.has(param));
    if !insertion.only_faults(&body) {
        body.splice(0..0, unused.map(Statement::Drop).collect::<Vec<_>>());
    }
    Function { body, ..function }
}

struct Insertion<'a> {
    liveness: Liveness<'a>,
    /// The locals that are assigned more than once.
    variables: Set,
}

impl Insertion<'_> {
    fn owns(&self, local: Local) -> bool {
        self.liveness.kinds[local.0 as usize] == Kind::Owned
    }

    /// The block with counts, and what is live before it.
    fn block(&mut self, block: Block, mut live: Set) -> (Block, Set) {
        let quiet = self.only_faults(&block);
        let mut reversed = Vec::with_capacity(block.len());
        for statement in block.into_iter().rev() {
            live = self.statement(statement, live, quiet, &mut reversed);
        }
        reversed.reverse();
        (reversed, live)
    }

    /// Writes a statement with its counts, last first; gives what is live before it.
    fn statement(&mut self, statement: Statement, live: Set, quiet: bool, out: &mut Block) -> Set {
        match statement {
            Statement::If(condition, then, otherwise) => {
                let (then, mut before) = self.block(then, live.clone());
                let (otherwise, other) = self.block(otherwise, live);
                let then_live = before.clone();
                before.extend(&other);
                let then = self.at_beginning(then, &before, &then_live);
                let otherwise = self.at_beginning(otherwise, &before, &other);
                out.push(Statement::If(condition, then, otherwise));
                before
            }
            Statement::Switch { on, arms, otherwise } => self.switch(on, arms, otherwise, live, out),
            Statement::Labeled(label, block) => {
                self.liveness.behind.insert(label, live.clone());
                let (block, before) = self.block(block, live);
                out.push(Statement::Labeled(label, block));
                before
            }
            Statement::Loop(label, block) => {
                self.liveness.behind.insert(label, live);
                let head = self.liveness.heads.get(&label).cloned().unwrap_or_default();
                let (block, _) = self.block(block, head.clone());
                out.push(Statement::Loop(label, block));
                head
            }
            Statement::Let(local, op) => self.assignment(local, op, live, quiet, out),
            statement => {
                let live = self.liveness.at(&statement, live);
                let uses = self.uses(&statement, &live);
                let before = self.liveness.before(&statement, live);
                if !quiet && !ends(&statement) {
                    out.extend(uses.drops.into_iter().map(Statement::Drop));
                }
                out.push(statement);
                out.extend(uses.dups.into_iter().map(Statement::Dup));
                before
            }
        }
    }

    fn switch(
        &mut self,
        on: Local,
        arms: Vec<(Vec<u32>, Block)>,
        otherwise: Option<Block>,
        live: Set,
        out: &mut Block,
    ) -> Set {
        let mut before = Set::default();
        self.liveness.need(on, &mut before);
        let mut counted = Vec::new();
        for (cases, arm) in arms {
            let (arm, needed) = self.block(arm, live.clone());
            before.extend(&needed);
            counted.push((cases, arm, needed));
        }
        let otherwise = otherwise.map(|block| {
            let (block, needed) = self.block(block, live);
            before.extend(&needed);
            (block, needed)
        });
        let arms = counted.into_iter();
        let arms = arms.map(|(cases, arm, needed)| (cases, self.at_beginning(arm, &before, &needed))).collect();
        let otherwise = otherwise.map(|(block, needed)| self.at_beginning(block, &before, &needed));
        out.push(Statement::Switch { on, arms, otherwise });
        before
    }

    fn assignment(&mut self, local: Local, mut op: Op, live: Set, quiet: bool, out: &mut Block) -> Set {
        let owns = self.owns(local);
        let statement = Statement::Let(local, op.clone());
        if lends(&statement, self.liveness.kinds)
            && let Op::Value(Atom::Local(owner)) = op
        {
            op = Op::Alias(owner);
        }
        let statement = Statement::Let(local, op);
        let mut behind = live.clone();
        behind.remove(local);
        let uses = self.uses(&statement, &behind);
        let before = self.liveness.before(&statement, behind);
        if !quiet {
            out.extend(uses.drops.into_iter().map(Statement::Drop));
        }
        if let Statement::Let(_, op) = &statement
            && owns
        {
            let borrows = matches!(gives(op), Gives::From(_) | Gives::Lasting);
            match (borrows, live.has(local)) {
                (true, true) => out.push(Statement::Dup(local)),
                (false, false) if !quiet => out.push(Statement::Drop(local)),
                _ => {}
            }
        }
        out.push(statement);
        out.extend(uses.dups.into_iter().map(Statement::Dup));
        before
    }

    /// What a statement without blocks needs, given what is live behind it and what it assigns.
    fn uses(&self, statement: &Statement, live: &Set) -> Counts {
        let mut seen: Vec<(Local, u32, bool)> = Vec::new();
        let mut counts = Counts::default();
        self.liveness.takes.uses(statement, &mut |local, how| {
            // What borrows is a use of what it borrows from.
            let Some(local) = owner(self.liveness.kinds, local) else {
                if how == Use::Own && self.liveness.kinds[local.0 as usize] != Kind::Scalar {
                    counts.dups.push(local);
                }
                return;
            };
            let index = seen.iter().position(|(known, ..)| *known == local).unwrap_or_else(|| {
                seen.push((local, 0, false));
                seen.len() - 1
            });
            let (_, consumed, borrowed) = &mut seen[index];
            *consumed += u32::from(how == Use::Own);
            *borrowed |= how != Use::Own;
        });
        for (local, consumed, borrowed) in seen {
            let needed = live.has(local);
            let moved = u32::from(consumed > 0 && !needed && !borrowed);
            counts.dups.extend((0..consumed - moved).map(|_| local));
            if !needed && borrowed {
                counts.drops.push(local);
            }
        }
        counts
    }

    /// Drops at the beginning of a branch what only the others need.
    fn at_beginning(&self, mut block: Block, all: &Set, needed: &Set) -> Block {
        if !self.only_faults(&block) {
            let unneeded = all.iter().filter(|&local| self.owns(local) && !needed.has(local));
            block.splice(0..0, unneeded.map(Statement::Drop).collect::<Vec<_>>());
        }
        block
    }

    /// Whether every way through a block ends in a fault: nothing need be given up there, unless it
    /// is a variable that is assigned anew.
    fn only_faults(&self, block: &[Statement]) -> bool {
        let Some((last, rest)) = block.split_last() else { return false };
        let is_plain = |statement: &Statement| match statement {
            Statement::Let(local, _) => !self.variables.has(*local),
            statement => blocks(statement).is_empty(),
        };
        if !rest.iter().all(is_plain) {
            return false;
        }
        match last {
            Statement::Fault { .. } | Statement::Raise(..) => true,
            Statement::If(..) | Statement::Switch { otherwise: None, .. } => {
                blocks(last).into_iter().all(|block| self.only_faults(block))
            }
            _ => false,
        }
    }
}

#[derive(Default)]
struct Counts {
    dups: Vec<Local>,
    drops: Vec<Local>,
}

/// Whether control does not go on behind a statement.
fn ends(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::Return(_)
            | Statement::Fault { .. }
            | Statement::Raise(..)
            | Statement::Break(_)
            | Statement::Continue(_)
    )
}

/// The locals that a function assigns more than once, parameters that it assigns among them.
fn variables(function: &Function) -> Set {
    let mut assigned = Set::default();
    let mut variables = Set::default();
    for param in 0..function.takes.len() as u32 {
        assigned.insert(Local(param));
    }
    let mut todo: Vec<&[Statement]> = vec![&function.body];
    while let Some(block) = todo.pop() {
        for statement in block {
            if let Statement::Let(local, _) = statement
                && !assigned.insert(*local)
            {
                variables.insert(*local);
            }
            todo.extend(blocks(statement));
        }
    }
    variables
}
