//! Which counted locals are still needed, by the structure of the code from its end to its beginning.
//!
//! A local that borrows needs its owner, so that an owner lives as long as what borrows from it.

use rustc_hash::FxHashMap;

use super::operands::{Takes, Use};
use crate::core::{Atom, Label, Local, Statement};

/// A set of locals.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Set(Vec<u64>);

impl Set {
    /// Whether a local is in it.
    pub(crate) fn has(&self, local: Local) -> bool {
        self.0.get(local.0 as usize / 64).is_some_and(|word| word & (1 << (local.0 % 64)) != 0)
    }

    /// Puts a local in; says whether it is new.
    pub(crate) fn insert(&mut self, local: Local) -> bool {
        let word = local.0 as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let new = !self.has(local);
        self.0[word] |= 1 << (local.0 % 64);
        new
    }

    /// Takes a local out.
    pub(crate) fn remove(&mut self, local: Local) {
        if let Some(word) = self.0.get_mut(local.0 as usize / 64) {
            *word &= !(1 << (local.0 % 64));
        }
    }

    /// Puts all of another set in; says whether one was new.
    pub(crate) fn extend(&mut self, other: &Set) -> bool {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        let mut new = false;
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            new |= other & !*word != 0;
            *word |= other;
        }
        new
    }

    /// The locals, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Local> + '_ {
        self.0.iter().enumerate().flat_map(|(index, &word)| {
            (0..64).filter(move |bit| word & (1u64 << bit) != 0).map(move |bit| Local(index as u32 * 64 + bit))
        })
    }
}

/// What a local does with references.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Nothing: a scalar.
    Scalar,
    /// It owns one.
    Owned,
    /// It borrows from another local.
    Borrowed(Local),
    /// It borrows something that lives as long as the call.
    Lasting,
}

/// The analysis of a function.
pub(crate) struct Liveness<'a> {
    pub(crate) takes: &'a Takes,
    pub(crate) kinds: &'a [Kind],
    /// What is live behind the block or loop of a label.
    pub(crate) behind: FxHashMap<Label, Set>,
    /// What is live at the head of a loop.
    pub(crate) heads: FxHashMap<Label, Set>,
}

impl<'a> Liveness<'a> {
    /// An analysis with kinds for all locals.
    pub(crate) fn new(takes: &'a Takes, kinds: &'a [Kind]) -> Liveness<'a> {
        Liveness { takes, kinds, behind: FxHashMap::default(), heads: FxHashMap::default() }
    }

    /// What is live before a block, given what is live behind it. Calls `visit` for every simple statement
    /// with what is live behind that, perhaps several times with growing sets.
    pub(crate) fn block(
        &mut self,
        block: &[Statement],
        mut live: Set,
        visit: &mut impl FnMut(&Statement, &Set),
    ) -> Set {
        for statement in block.iter().rev() {
            live = self.statement(statement, live, visit);
        }
        live
    }

    fn statement(&mut self, statement: &Statement, live: Set, visit: &mut impl FnMut(&Statement, &Set)) -> Set {
        match statement {
            Statement::If(condition, then, otherwise) => {
                let mut before = self.block(then, live.clone(), visit);
                before.extend(&self.block(otherwise, live, visit));
                if let Atom::Local(condition) = condition {
                    self.need(*condition, &mut before);
                }
                before
            }
            Statement::Switch { on, arms, otherwise } => {
                let mut before = Set::default();
                for (_, arm) in arms {
                    before.extend(&self.block(arm, live.clone(), visit));
                }
                if let Some(otherwise) = otherwise {
                    before.extend(&self.block(otherwise, live, visit));
                }
                self.need(*on, &mut before);
                before
            }
            Statement::Labeled(label, block) => {
                self.behind.insert(*label, live.clone());
                self.block(block, live, visit)
            }
            Statement::Loop(label, block) => self.endless(*label, block, live, visit),
            _ => {
                let live = self.at(statement, live);
                visit(statement, &live);
                self.before(statement, live)
            }
        }
    }

    fn endless(
        &mut self,
        label: Label,
        block: &[Statement],
        live: Set,
        visit: &mut impl FnMut(&Statement, &Set),
    ) -> Set {
        self.behind.insert(label, live);
        // What was found in an earlier turn of a loop around this one holds still: sets only grow.
        let mut head = self.heads.entry(label).or_default().clone();
        loop {
            let before = self.block(block, head.clone(), visit);
            if !head.extend(&before) {
                return head;
            }
            self.heads.insert(label, head.clone());
        }
    }

    /// What is live behind a statement, given what is live behind it in the block: a jump knows better.
    pub(crate) fn at(&self, statement: &Statement, live: Set) -> Set {
        match statement {
            Statement::Break(label) => self.behind.get(label).cloned().unwrap_or_default(),
            Statement::Continue(label) => self.heads.get(label).cloned().unwrap_or_default(),
            Statement::Return(_) | Statement::Fault { .. } | Statement::Raise(..) => Set::default(),
            _ => live,
        }
    }

    /// What is live before a statement without blocks.
    pub(crate) fn before(&self, statement: &Statement, mut live: Set) -> Set {
        if let Statement::Let(local, _) = statement {
            live.remove(*local);
        }
        self.takes.uses(statement, &mut |local, _: Use| self.need(local, &mut live));
        live
    }

    /// Puts a local in, and what it borrows from.
    pub(crate) fn need(&self, mut local: Local, live: &mut Set) {
        loop {
            match self.kinds[local.0 as usize] {
                Kind::Scalar => return,
                Kind::Owned | Kind::Lasting => {
                    live.insert(local);
                    return;
                }
                Kind::Borrowed(owner) => {
                    live.insert(local);
                    local = owner;
                }
            }
        }
    }
}
