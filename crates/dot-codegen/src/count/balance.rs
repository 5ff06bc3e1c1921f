//! The balance check: an abstract run of every function with counts.
//!
//! It knows nothing of how the counts were placed. For each counted local it follows how many references
//! the local holds and from whom it borrows, along every path, and refuses a function in which
//!
//! - a local is used that holds nothing and borrows from nothing that is alive,
//! - a reference is consumed or dropped that is not there,
//! - a reference is left over at a return or where its local is assigned anew,
//! - two ways to one place do not agree on what is held,
//! - what a local borrows is used behind an await.
//!
//! A fault ends everything, so nothing is asked of what is held there.

use std::fmt;

use dot_abi::types::TypeTable;
use rustc_hash::FxHashMap;

use super::operands::{Gives, Takes, Use, gives};
use crate::core::{Function, Label, Local, Op, Statement, Take, Unit};

/// What is wrong, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Imbalance {
    function: String,
    local: Local,
    what: &'static str,
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "in the function `{}` the local %{} {}", self.function, self.local.0, self.what)
    }
}

/// What a local has at a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Holding {
    /// References of its own.
    references: u32,
    /// What it may be read through without one.
    lent: Lent,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lent {
    /// Nothing.
    No,
    /// What another local has.
    By(Local),
    /// Something that outlives the call.
    Lasting,
}

const NOTHING: Holding = Holding { references: 0, lent: Lent::No };

/// The locals of a function at a point; `None` where control does not come.
type State = Option<Vec<Holding>>;

type Checked<T = ()> = Result<T, (Local, &'static str)>;

/// Checks every function of a unit.
pub(super) fn check(unit: &Unit) -> Result<(), Imbalance> {
    let takes = Takes::of(&unit.functions);
    (0..unit.functions.len()).try_for_each(|index| check_function(unit, &takes, index))
}

/// Checks a function.
pub(super) fn check_function(unit: &Unit, takes: &Takes, index: usize) -> Result<(), Imbalance> {
    let function = &unit.functions[index];
    let checked = Check::new(&unit.types, takes, function).function(takes.get(index));
    checked.map_err(|(local, what)| Imbalance { function: function.name.clone(), local, what })
}

struct Check<'u> {
    types: &'u TypeTable,
    takes: &'u Takes,
    function: &'u Function,
    /// The state behind each block or loop that was left so far.
    behind: FxHashMap<Label, Vec<Holding>>,
    /// The state at the head of each loop.
    heads: FxHashMap<Label, Vec<Holding>>,
}

impl<'u> Check<'u> {
    fn new(types: &'u TypeTable, takes: &'u Takes, function: &'u Function) -> Check<'u> {
        Check { types, takes, function, behind: FxHashMap::default(), heads: FxHashMap::default() }
    }

    fn function(&mut self, takes: &[Take]) -> Checked {
        let mut state = vec![NOTHING; self.function.locals.len()];
        for (param, take) in takes.iter().enumerate() {
            state[param] = match take {
                Take::Own => Holding { references: 1, lent: Lent::No },
                Take::Borrow => Holding { references: 0, lent: Lent::Lasting },
            };
        }
        let end = self.block(&self.function.body, Some(state))?;
        // A body whose end is reached does not return; emission makes that a trap.
        end.map_or(Ok(()), |state| self.nothing_left(&state))
    }

    fn counted(&self, local: Local) -> bool {
        self.types.is_counted(self.function.locals[local.0 as usize])
    }

    fn block(&mut self, block: &'u [Statement], mut state: State) -> Checked<State> {
        for statement in block {
            let Some(known) = state else { return Ok(None) };
            state = self.statement(statement, known)?;
        }
        Ok(state)
    }

    fn statement(&mut self, statement: &'u Statement, mut state: Vec<Holding>) -> Checked<State> {
        self.operands(statement, &mut state)?;
        match statement {
            Statement::Let(local, op) => self.assign(*local, op, &mut state)?,
            Statement::Dup(local) if self.counted(*local) => state[local.0 as usize].references += 1,
            // The function may be suspended: only what a local owns goes into its frame.
            Statement::Await(..) => state.iter_mut().for_each(|held| held.lent = Lent::No),
            Statement::If(_, then, otherwise) => {
                let then = self.block(then, Some(state.clone()))?;
                let otherwise = self.block(otherwise, Some(state))?;
                return join(then, otherwise);
            }
            Statement::Switch { arms, otherwise, .. } => {
                let mut joined = None;
                for block in arms.iter().map(|(_, block)| block).chain(otherwise) {
                    let end = self.block(block, Some(state.clone()))?;
                    joined = join(joined, end)?;
                }
                return Ok(joined);
            }
            Statement::Labeled(label, block) => {
                self.behind.remove(label);
                let end = self.block(block, Some(state))?;
                return join(end, self.behind.remove(label));
            }
            Statement::Loop(label, block) => return self.endless(*label, block, state),
            Statement::Break(label) => {
                let known = self.behind.remove(label);
                if let Some(state) = join(known, Some(state))? {
                    self.behind.insert(*label, state);
                }
                return Ok(None);
            }
            Statement::Continue(label) => {
                self.turn(*label, state)?;
                return Ok(None);
            }
            Statement::Return(_) => {
                self.nothing_left(&state)?;
                return Ok(None);
            }
            Statement::Fault { .. } | Statement::Raise(..) => return Ok(None),
            _ => {}
        }
        Ok(Some(state))
    }

    /// Runs a loop until what its head borrows holds still: references must agree at once.
    fn endless(&mut self, label: Label, block: &'u [Statement], state: Vec<Holding>) -> Checked<State> {
        if let Some(known) = self.heads.remove(&label) {
            // An earlier turn of a loop around this one knows what will not hold.
            self.heads.insert(label, meet(&known, &state)?);
        } else {
            self.heads.insert(label, state);
        }
        loop {
            self.behind.remove(&label);
            let head = self.heads.get(&label).cloned();
            if let Some(end) = self.block(block, head.clone())? {
                self.turn(label, end)?;
            }
            let again = self.heads.get(&label) != head.as_ref();
            if !again {
                return Ok(self.behind.remove(&label));
            }
        }
    }

    /// Comes to the head of a loop again.
    fn turn(&mut self, label: Label, state: Vec<Holding>) -> Checked {
        if let Some(head) = self.heads.get(&label) {
            let weaker = meet(head, &state)?;
            self.heads.insert(label, weaker);
        }
        Ok(())
    }

    /// Consumes what a statement consumes; then everything that it only looks at must still be there.
    fn operands(&self, statement: &Statement, state: &mut [Holding]) -> Checked {
        let mut uses = Vec::new();
        self.takes.uses(statement, &mut |local, how| uses.push((local, how)));
        uses.retain(|(local, _)| self.counted(*local));
        for &(local, _) in &uses {
            self.alive(local, state)?;
        }
        for &(local, how) in &uses {
            if how == Use::Own {
                self.give_up(local, state)?;
            }
        }
        for &(local, how) in &uses {
            if how != Use::Own {
                self.alive(local, state)?;
            }
            if how == Use::Change {
                end_loans(local, state);
            }
        }
        Ok(())
    }

    fn assign(&self, local: Local, op: &Op, state: &mut [Holding]) -> Checked {
        if !self.counted(local) {
            return Ok(());
        }
        if state[local.0 as usize].references > 0 {
            return Err((local, "is assigned while it owns a reference"));
        }
        end_loans(local, state);
        state[local.0 as usize] = match gives(op) {
            Gives::Owned | Gives::Moved(_) => Holding { references: 1, lent: Lent::No },
            Gives::From(owner) if self.counted(owner) => Holding { references: 0, lent: Lent::By(owner) },
            Gives::From(_) | Gives::Lasting => Holding { references: 0, lent: Lent::Lasting },
        };
        Ok(())
    }

    /// Takes a reference from a local. With its last one goes what borrows from it, unless it is lent itself.
    fn give_up(&self, local: Local, state: &mut [Holding]) -> Checked {
        let holding = &mut state[local.0 as usize];
        if holding.references == 0 {
            return Err((local, "gives up a reference that it does not own"));
        }
        holding.references -= 1;
        if holding.references == 0 && holding.lent == Lent::No {
            end_loans(local, state);
        }
        Ok(())
    }

    fn alive(&self, local: Local, state: &[Holding]) -> Checked {
        let mut at = local;
        loop {
            match state[at.0 as usize] {
                Holding { references: 1.., .. } | Holding { lent: Lent::Lasting, .. } => return Ok(()),
                Holding { lent: Lent::By(owner), .. } => at = owner,
                Holding { lent: Lent::No, .. } => return Err((local, "is used when nothing keeps it alive")),
            }
        }
    }

    fn nothing_left(&self, state: &[Holding]) -> Checked {
        let left = (0..).map(Local).zip(state).find(|(local, held)| self.counted(*local) && held.references > 0);
        left.map_or(Ok(()), |(local, _)| Err((local, "still owns a reference at a return")))
    }
}

/// What borrows from a local, directly or through others, and has no reference of its own, has nothing any more.
fn end_loans(owner: Local, state: &mut [Holding]) {
    let mut waiting = vec![owner];
    while let Some(owner) = waiting.pop() {
        for (index, held) in state.iter_mut().enumerate() {
            if held.lent == Lent::By(owner) {
                held.lent = Lent::No;
                if held.references == 0 {
                    waiting.push(Local(index as u32));
                }
            }
        }
    }
}

/// Two ways to one place.
fn join(a: State, b: State) -> Checked<State> {
    match (a, b) {
        (Some(a), Some(b)) => meet(&a, &b).map(Some),
        (a, None) => Ok(a),
        (None, b) => Ok(b),
    }
}

/// What holds on both ways; references must be the same.
fn meet(a: &[Holding], b: &[Holding]) -> Checked<Vec<Holding>> {
    let mut met = a.to_vec();
    for (index, (held, other)) in met.iter_mut().zip(b).enumerate() {
        if held.references != other.references {
            return Err((Local(index as u32), "owns a reference on one way to a place and not on another"));
        }
        if held.lent != other.lent {
            held.lent = Lent::No;
        }
    }
    Ok(met)
}
