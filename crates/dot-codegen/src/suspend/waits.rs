//! The waits of a body: their numbers, where they stand, what lives across them.

use std::ops::Range;

use dot_abi::types::TypeDesc;

use crate::core::{Atom, Block, Local, SiteRef, Statement, Unit};
use crate::count::liveness::{Kind, Liveness, Set};
use crate::count::operands::{Takes, blocks};

/// Numbers the waits in the order of the code; gives their places.
pub(super) fn number(body: &mut Block) -> Vec<SiteRef> {
    let mut sites = Vec::new();
    number_in(body, &mut sites);
    sites
}

fn number_in(block: &mut Block, sites: &mut Vec<SiteRef>) {
    for statement in block {
        match statement {
            Statement::Await(handle, site) => {
                let number = sites.len() as u32;
                sites.push(*site);
                *statement = Statement::Wait(*handle, number);
            }
            Statement::If(_, then, otherwise) => {
                number_in(then, sites);
                number_in(otherwise, sites);
            }
            Statement::Switch { arms, otherwise, .. } => {
                arms.iter_mut().map(|(_, block)| block).chain(otherwise).for_each(|block| number_in(block, sites));
            }
            Statement::Labeled(_, block) | Statement::Loop(_, block) => number_in(block, sites),
            _ => {}
        }
    }
}

/// The numbers of the waits in a statement.
pub(super) fn within(statement: &Statement) -> Range<u32> {
    match statement {
        Statement::Wait(_, number) => *number..number + 1,
        other => blocks(other).into_iter().map(of).fold(0..0, join),
    }
}

/// The numbers of the waits in a block: they follow each other.
pub(super) fn of(block: &[Statement]) -> Range<u32> {
    block.iter().map(within).fold(0..0, join)
}

fn join(a: Range<u32>, b: Range<u32>) -> Range<u32> {
    match (a.is_empty(), b.is_empty()) {
        (true, _) => b,
        (_, true) => a,
        _ => a.start.min(b.start)..a.end.max(b.end),
    }
}

/// The locals that live across each wait of the entry: those that are needed behind it, and its handle.
pub(super) fn live(unit: &Unit, count: usize) -> Vec<Vec<Local>> {
    let function = &unit.functions[unit.entry.0 as usize];
    let takes = Takes::of(&unit.functions);
    // Counts stand in the code, so each local is needed as it is; what has one value only is never kept.
    let kind = |&ty| match unit.types.get(ty) {
        TypeDesc::Unit | TypeDesc::Never => Kind::Scalar,
        _ => Kind::Owned,
    };
    let kinds: Vec<Kind> = function.locals.iter().map(kind).collect();
    let mut live = vec![Set::default(); count];
    Liveness::new(&takes, &kinds).block(&function.body, Set::default(), &mut |statement, behind| {
        if let Statement::Wait(handle, number) = statement {
            let known = &mut live[*number as usize];
            known.extend(behind);
            if let Atom::Local(handle) = handle {
                known.insert(*handle);
            }
        }
    });
    live.iter().map(|set| set.iter().collect()).collect()
}
