//! The variables that a piece of a body binds and mentions.

use rustc_hash::FxHashSet;

use super::UNMADE;
use crate::program::{Clause, Expr, ExprKind, LocalId, Pattern, PatternKind, Place, Statement, StatementKind};
use crate::walk::each_child_mut;

/// What a place does with a variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Binds,
    Mentions,
}

/// The variables that an expression mentions and does not bind, in the order in which they are mentioned.
pub(super) fn free(expr: &mut Expr) -> Vec<LocalId> {
    let (mut bound, mut mentioned) = (FxHashSet::default(), Vec::new());
    visit(expr, &mut |local, what| match what {
        Use::Binds => {
            bound.insert(*local);
        }
        Use::Mentions => mentioned.push(*local),
    });
    let mut seen = bound;
    mentioned.retain(|local| seen.insert(*local));
    mentioned
}

/// Visits every variable of an expression, to read or to replace it.
pub(super) fn visit(expr: &mut Expr, found: &mut dyn FnMut(&mut LocalId, Use)) {
    match &mut expr.kind {
        ExprKind::Local(local) => found(local, Use::Mentions),
        ExprKind::CallDot(call) if call.function == UNMADE => {
            for part in call.args.iter_mut().skip(1) {
                let mut local = LocalId(part.index as u32 - 1);
                found(&mut local, Use::Binds);
                part.index = local.0 as usize + 1;
            }
        }
        ExprKind::Lambda(lambda) => {
            lambda.captures.iter_mut().for_each(|local| found(local, Use::Mentions));
            lambda.params.iter_mut().for_each(|local| found(local, Use::Binds));
        }
        ExprKind::Match { arms, .. } => arms.iter_mut().for_each(|arm| in_pattern(&mut arm.pattern, found)),
        ExprKind::Is(_, pattern) => in_pattern(pattern, found),
        ExprKind::Comprehension { clauses, .. } => {
            for clause in clauses {
                if let Clause::For(pattern, _) = clause {
                    in_pattern(pattern, found);
                }
            }
        }
        ExprKind::Block(statements, _) => statements.iter_mut().for_each(|statement| in_statement(statement, found)),
        _ => {}
    }
    each_child_mut(expr, &mut |child| visit(child, found));
}

fn in_statement(statement: &mut Statement, found: &mut dyn FnMut(&mut LocalId, Use)) {
    let mut place = |place: &mut Place| found(&mut place.local, Use::Mentions);
    match &mut statement.kind {
        StatementKind::Let { pattern, .. } | StatementKind::For { pattern, .. } => in_pattern(pattern, found),
        StatementKind::Assign { place: one, .. } | StatementKind::AssignOp { place: one, .. } => place(one),
        StatementKind::AssignTuple { places, .. } => places.iter_mut().for_each(place),
        _ => {}
    }
}

fn in_pattern(pattern: &mut Pattern, found: &mut dyn FnMut(&mut LocalId, Use)) {
    match &mut pattern.kind {
        PatternKind::Bind(local) => found(local, Use::Binds),
        PatternKind::Tuple(items) | PatternKind::Or(items) => items.iter_mut().for_each(|item| in_pattern(item, found)),
        PatternKind::Record(parts) | PatternKind::Case(_, parts) => {
            parts.iter_mut().for_each(|(_, part)| in_pattern(part, found));
        }
        PatternKind::Some(inner) => in_pattern(inner, found),
        _ => {}
    }
}
