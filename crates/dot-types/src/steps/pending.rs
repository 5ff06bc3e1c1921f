//! Which `let`s are pending: those of a call, where something worth waiting for happens before their name is mentioned.

use crate::program::{Expr, ExprKind, Local, LocalId, PatternKind, Statement, StatementKind};
use crate::walk::{each_child, each_child_mut, each_in_statement};

/// Marks the `let`s of a body, also those in its inner blocks.
pub(super) fn mark(expr: &mut Expr, locals: &[Local]) {
    if let ExprKind::Block(statements, last) = &mut expr.kind {
        for index in 0..statements.len() {
            let (before, rest) = statements.split_at_mut(index + 1);
            let Some(statement) = before.last_mut() else { continue };
            if let Some(local) = bound_call(statement, locals) {
                let pays = pays(local, rest, last.as_deref());
                if let StatementKind::Let { pending, .. } = &mut statement.kind {
                    *pending = pays;
                }
            }
        }
    }
    each_child_mut(expr, &mut |child| mark(child, locals));
}

/// The variable of a `let` that is bound to a call.
fn bound_call(statement: &Statement, locals: &[Local]) -> Option<LocalId> {
    let StatementKind::Let { pattern, value, otherwise: None, .. } = &statement.kind else { return None };
    let PatternKind::Bind(local) = pattern.kind else { return None };
    let is_variable = locals.get(local.0 as usize).is_some_and(|local| local.mutable);
    (!is_variable && matches!(core(value).kind, ExprKind::CallDot(_))).then_some(local)
}

/// What stands inside of fields and conversions that cost nothing.
pub(super) fn core(value: &Expr) -> &Expr {
    match &value.kind {
        ExprKind::Field(inner, _) | ExprKind::Some(inner) | ExprKind::Widen(inner) => core(inner),
        _ => value,
    }
}

/// Whether another call, or work of the body itself, comes before the first mention of a variable.
pub(super) fn pays(local: LocalId, rest: &[Statement], last: Option<&Expr>) -> bool {
    let mut found = Found { local, answer: None };
    for statement in rest {
        let is_loop = matches!(statement.kind, StatementKind::For { .. } | StatementKind::While { .. });
        each_in_statement(statement, &mut |expr| found.look(expr));
        if is_loop {
            found.answer.get_or_insert(true);
        }
    }
    last.into_iter().for_each(|last| found.look(last));
    found.answer == Some(true)
}

/// A search in the order of evaluation.
struct Found {
    local: LocalId,
    /// Whether what was met first is work (`true`) or the mention.
    answer: Option<bool>,
}

impl Found {
    fn look(&mut self, expr: &Expr) {
        if self.answer.is_some() {
            return;
        }
        let mentions = match &expr.kind {
            ExprKind::Local(local) => *local == self.local,
            ExprKind::Lambda(lambda) => lambda.captures.contains(&self.local),
            _ => false,
        };
        if mentions {
            self.answer = Some(false);
            return;
        }
        if matches!(expr.kind, ExprKind::Lambda(_)) {
            return;
        }
        each_child(expr, &mut |child| self.look(child));
        let is_work = matches!(
            expr.kind,
            ExprKind::CallDot(_)
                | ExprKind::Parallel(_)
                | ExprKind::Comprehension { .. }
                | ExprKind::Call { .. }
                | ExprKind::CallValue { .. }
        );
        if is_work {
            self.answer.get_or_insert(true);
        }
    }
}
