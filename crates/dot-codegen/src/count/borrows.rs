//! Which locals need no reference of their own, and which parameters a function need not consume.
//!
//! A local may borrow if all its values come from one owner, if nothing consumes it (or what it comes
//! from lives as long as the call), and if the owner is neither consumed, changed nor assigned while the local is needed. All are taken to be such
//! until something speaks against it; what speaks against one may speak against others, so it is
//! looked at again until nothing changes. The same holds for parameters over the call graph.

use dot_abi::types::TypeTable;

use super::liveness::{Kind, Liveness, Set};
use super::operands::{Gives, Takes, Use, blocks, gives};
use crate::core::{Atom, Function, Local, Op, Statement, Take};

/// The kinds of a function's locals. Parameters that turn out to be consumed become so in `takes`.
pub(super) fn kinds(types: &TypeTable, functions: &[Function], index: usize, takes: &mut Takes) -> Vec<Kind> {
    let function = &functions[index];
    let mut kinds = candidates(types, function, takes.get(index));
    loop {
        let mut refuted = refuted(function, &kinds, takes);
        refuted.extend(&consumed(function, &kinds, takes));
        let mut changed = false;
        for local in refuted.iter() {
            let kind = &mut kinds[local.0 as usize];
            if !matches!(kind, Kind::Borrowed(_) | Kind::Lasting) {
                continue;
            }
            *kind = Kind::Owned;
            changed = true;
            if (local.0 as usize) < function.takes.len() {
                takes.own(index, local.0 as usize);
            }
        }
        if !changed {
            return kinds;
        }
    }
}

/// Every local that might borrow, by its assignments alone.
fn candidates(types: &TypeTable, function: &Function, takes: &[Take]) -> Vec<Kind> {
    let mut sources: Vec<Option<Gives>> = vec![None; function.locals.len()];
    for (param, take) in takes.iter().enumerate() {
        sources[param] = Some(if *take == Take::Own { Gives::Owned } else { Gives::Lasting });
    }
    assignments(&function.body, &mut |local, op| {
        let source = match gives(op) {
            Gives::Moved(from) => Gives::From(from),
            other => other,
        };
        let known = &mut sources[local.0 as usize];
        *known = Some(match known {
            None => source,
            Some(known) if *known == source => source,
            Some(_) => Gives::Owned,
        });
    });
    let kind = |(source, ty): (Option<Gives>, _)| match source {
        _ if !types.is_counted(ty) => Kind::Scalar,
        Some(Gives::From(owner)) if types.is_counted(function.locals[owner.0 as usize]) => Kind::Borrowed(owner),
        Some(Gives::From(_) | Gives::Lasting) => Kind::Lasting,
        _ => Kind::Owned,
    };
    let mut kinds: Vec<Kind> = sources.into_iter().zip(function.locals.iter().copied()).map(kind).collect();
    break_cycles(&mut kinds);
    kinds
}

/// Variables that are assigned from each other in a circle have no owner among them.
fn break_cycles(kinds: &mut [Kind]) {
    for start in 0..kinds.len() {
        let (mut at, mut steps) = (start, 0);
        while let Kind::Borrowed(owner) = kinds[at] {
            at = owner.0 as usize;
            steps += 1;
            if steps > kinds.len() {
                kinds[start] = Kind::Owned;
                break;
            }
        }
    }
}

/// The locals that a use consumes and that had better own what they give away.
///
/// What lives as long as the call is dup'ed where it is consumed. What another local owns is dup'ed as soon as
/// it is there: the owner can then be given up, and with it the other reference.
fn consumed(function: &Function, kinds: &[Kind], takes: &Takes) -> Set {
    let mut found = Set::default();
    simple(&function.body, &mut |statement| {
        if lends(statement, kinds) {
            return;
        }
        takes.uses(statement, &mut |local, how| {
            if how == Use::Own && ((local.0 as usize) < function.takes.len() || owner(kinds, local).is_some()) {
                found.insert(local);
            }
        });
    });
    found
}

/// The local that owns what a local has, if it is not there as long as the call.
pub(super) fn owner(kinds: &[Kind], mut local: Local) -> Option<Local> {
    loop {
        match kinds[local.0 as usize] {
            Kind::Owned => return Some(local),
            Kind::Borrowed(owner) => local = owner,
            Kind::Scalar | Kind::Lasting => return None,
        }
    }
}

/// The locals that borrow from one that is consumed, changed or assigned while they are needed, and those that are needed
/// behind an await: a frame keeps nothing that is borrowed.
fn refuted(function: &Function, kinds: &[Kind], takes: &Takes) -> Set {
    let mut found = Set::default();
    if !kinds.iter().any(|kind| matches!(kind, Kind::Borrowed(_) | Kind::Lasting)) {
        return found;
    }
    let borrowers = Borrowers::new(kinds);
    let mut liveness = Liveness::new(takes, kinds);
    liveness.block(&function.body, Set::default(), &mut |statement, live| {
        if let Statement::Await(..) = statement {
            found.extend(live);
            return;
        }
        let mut used = live.clone();
        if let Statement::Let(local, _) = statement {
            used.remove(*local);
            borrowers.of(*local, &mut |borrower| {
                if live.has(borrower) && borrower != *local {
                    found.insert(borrower);
                }
            });
        }
        if lends(statement, kinds) {
            return;
        }
        takes.uses(statement, &mut |local, how| {
            if how != Use::Own {
                used.insert(local);
            }
        });
        takes.uses(statement, &mut |local, how| {
            let ends = how == Use::Change || how == Use::Own && kinds[local.0 as usize] == Kind::Owned;
            if ends {
                borrowers.of(local, &mut |borrower| {
                    if used.has(borrower) {
                        found.insert(borrower);
                    }
                });
            }
        });
    });
    found
}

/// Whether a statement passes a value on without its reference.
pub(super) fn lends(statement: &Statement, kinds: &[Kind]) -> bool {
    match statement {
        Statement::Let(local, Op::Value(Atom::Local(_))) => {
            matches!(kinds[local.0 as usize], Kind::Borrowed(_) | Kind::Lasting)
        }
        _ => false,
    }
}

/// Which locals borrow from a local, directly or through others.
struct Borrowers(Vec<Vec<Local>>);

impl Borrowers {
    fn new(kinds: &[Kind]) -> Borrowers {
        let mut direct = vec![Vec::new(); kinds.len()];
        for (index, kind) in kinds.iter().enumerate() {
            if let Kind::Borrowed(owner) = kind {
                direct[owner.0 as usize].push(Local(index as u32));
            }
        }
        Borrowers(direct)
    }

    fn of(&self, local: Local, each: &mut impl FnMut(Local)) {
        let mut waiting = vec![local];
        while let Some(local) = waiting.pop() {
            for &borrower in &self.0[local.0 as usize] {
                each(borrower);
                waiting.push(borrower);
            }
        }
    }
}

/// Every assignment in a block.
fn assignments(block: &[Statement], each: &mut impl FnMut(Local, &Op)) {
    simple(block, &mut |statement| {
        if let Statement::Let(local, op) = statement {
            each(*local, op);
        }
    });
}

/// Every statement in a block and the blocks inside.
pub(super) fn simple(block: &[Statement], each: &mut impl FnMut(&Statement)) {
    for statement in block {
        each(statement);
        for inner in blocks(statement) {
            simple(inner, each);
        }
    }
}
