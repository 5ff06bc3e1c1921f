//! `let`s that lost their parallelism: a call is awaited where it stands, though a later one could run beside it.

use dot_syntax::Span;

use super::pending::core;
use crate::program::{Expr, ExprKind, FunctionId, Local, LocalId, Pattern, PatternKind, StatementKind};
use crate::walk::{each_child, each_in_statement};

/// A call that is awaited where it stands, though a later one could run beside it.
pub(crate) struct Lost {
    /// The call.
    pub(crate) call: Span,
    /// What it calls.
    pub(crate) function: FunctionId,
    /// The later call.
    pub(crate) later: Span,
    /// What that one calls.
    pub(crate) beside: FunctionId,
    /// Why the name is not pending.
    pub(crate) why: Why,
}

/// Why the name behind a `let` or `var` is not pending.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is a `var`.
    Variable,
    /// The value is taken apart at once.
    Pattern,
    /// More is done with the value at once.
    More,
}

/// The first call of an expression that is not awaited in a step of its own.
fn first_call(expr: &Expr) -> Option<(Span, FunctionId)> {
    match &expr.kind {
        ExprKind::CallDot(call) => return Some((expr.span, call.function)),
        ExprKind::Lambda(_) | ExprKind::Comprehension { .. } | ExprKind::Parallel(_) => return None,
        _ => {}
    }
    let mut found = None;
    each_child(expr, &mut |child| found = found.or_else(|| first_call(child)));
    found
}

/// Finds the `let`s and `var`s of a body that wait for a call although a later one could run beside it.
pub(super) fn lost(expr: &Expr, locals: &[Local], found: &mut Vec<Lost>) {
    if let ExprKind::Block(statements, last) = &expr.kind {
        for (index, statement) in statements.iter().enumerate() {
            let StatementKind::Let { pattern, value, otherwise: None, pending: false } = &statement.kind else {
                continue;
            };
            let why = match &pattern.kind {
                PatternKind::Bind(local) if locals.get(local.0 as usize).is_some_and(|local| local.mutable) => {
                    Why::Variable
                }
                PatternKind::Bind(local) if is_invented(*local, locals) => continue,
                PatternKind::Bind(_) if matches!(core(value).kind, ExprKind::CallDot(_)) => continue,
                PatternKind::Bind(_) => Why::More,
                _ => Why::Pattern,
            };
            let Some((call, function)) = first_call(value) else { continue };
            let mut bound = Vec::new();
            binds(pattern, &mut bound);
            let mut later = Later { bound: &bound, answer: None };
            statements[index + 1..]
                .iter()
                .for_each(|statement| each_in_statement(statement, &mut |one| later.look(one)));
            last.iter().for_each(|last| later.look(last));
            if let Some(Some((later, beside))) = later.answer {
                found.push(Lost { call, function, later, beside, why });
            }
        }
    }
    each_child(expr, &mut |child| lost(child, locals, found));
}

/// Whether the source does not name a variable.
fn is_invented(local: LocalId, locals: &[Local]) -> bool {
    locals.get(local.0 as usize).is_some_and(|local| local.name.as_str().starts_with('$'))
}

fn binds(pattern: &Pattern, found: &mut Vec<LocalId>) {
    match &pattern.kind {
        PatternKind::Bind(local) => found.push(*local),
        PatternKind::Tuple(items) | PatternKind::Or(items) => items.iter().for_each(|item| binds(item, found)),
        PatternKind::Record(parts) | PatternKind::Case(_, parts) => {
            parts.iter().for_each(|(_, part)| binds(part, found))
        }
        PatternKind::Some(inner) => binds(inner, found),
        _ => {}
    }
}

/// A search for a call in front of the first mention of some variables.
struct Later<'b> {
    bound: &'b [LocalId],
    /// The call, or `None` inside where the mention came first.
    answer: Option<Option<(Span, FunctionId)>>,
}

impl Later<'_> {
    fn look(&mut self, expr: &Expr) {
        if self.answer.is_some() {
            return;
        }
        let mentions = match &expr.kind {
            ExprKind::Local(local) => self.bound.contains(local),
            ExprKind::Lambda(lambda) => lambda.captures.iter().any(|local| self.bound.contains(local)),
            // What happens only sometimes is no promise.
            ExprKind::If { .. } | ExprKind::Match { .. } | ExprKind::And(..) | ExprKind::Or(..) => true,
            ExprKind::Return(_) | ExprKind::Break | ExprKind::Continue => true,
            ExprKind::Fail(_) | ExprKind::FailRetry(_) => true,
            _ => false,
        };
        if mentions {
            self.answer = Some(None);
            return;
        }
        each_child(expr, &mut |child| self.look(child));
        if let ExprKind::CallDot(call) = &expr.kind {
            self.answer.get_or_insert(Some((expr.span, call.function)));
        }
    }
}
