//! Whether the turns of a comprehension overlap, and if not, why.

use std::sync::Arc;

use dot_abi::manifest::Class;
use dot_syntax::Span;

use crate::class::calls;
use crate::program::{Clause, Constant, Expr, ExprKind, FanOut, Function, FunctionKind, Statement, StatementKind};
use crate::walk::each_child;

/// Why the turns of a comprehension that calls dots come one after the other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum InOrder {
    /// A turn waits or writes: what does, and where.
    Does(Class, Arc<str>, Span),
    /// Control can leave a turn.
    Leaves(Span),
    /// A condition or a further list calls dots.
    Clause(Span),
    /// A turn needs a value that is no data, or gives one.
    NoData(Span),
}

/// Why the turns of a comprehension have to come in order, as far as its expressions tell; `None` if they may overlap.
pub(crate) fn why_in_order(
    clauses: &[Clause],
    body: &Expr,
    functions: &[Function],
    constants: &[Constant],
) -> Option<InOrder> {
    let acts = acting(body, functions, constants);
    let leaves = || leaving(body, false).map(InOrder::Leaves);
    acts.or_else(leaves).or_else(|| calling_clause(clauses).map(InOrder::Clause))
}

/// The first call that waits or writes, also in the anonymous dots that an expression calls.
fn acting(body: &Expr, functions: &[Function], constants: &[Constant]) -> Option<InOrder> {
    let mut body = body;
    loop {
        let found = calls(body, constants);
        let callees = found.iter().filter_map(|call| Some((call, functions.get(call.function.0 as usize)?)));
        let (call, callee) = callees.into_iter().find(|(_, callee)| callee.class > Class::Read)?;
        match &callee.body {
            // An anonymous dot stands in the source behind the one that calls it, so this ends.
            Some(inside) if callee.kind == FunctionKind::Anonymous => body = inside,
            _ => return Some(InOrder::Does(callee.class, Arc::clone(&callee.name), call.span)),
        }
    }
}

/// The first call that writes, by its name and place.
pub(crate) fn writing(body: &Expr, functions: &[Function], constants: &[Constant]) -> Option<(Arc<str>, Span)> {
    let found = calls(body, constants);
    let callees = found.iter().filter_map(|call| Some((call, functions.get(call.function.0 as usize)?)));
    let (call, callee) = callees.into_iter().find(|(_, callee)| callee.class == Class::Write)?;
    Some((Arc::clone(&callee.name), call.span))
}

/// The first clause behind the first `for` that calls dots.
pub(crate) fn calling_clause(clauses: &[Clause]) -> Option<Span> {
    let later = clauses.iter().skip(1).map(|(Clause::For(_, expr) | Clause::If(expr))| expr);
    later.filter(|expr| has_steps(expr)).map(|expr| expr.span).next()
}

/// Whether an expression calls dots itself, or will when what overlaps in it has been cut out.
pub(crate) fn has_steps(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::CallDot(_) | ExprKind::Parallel(_) | ExprKind::CallsOf(_) => return true,
        ExprKind::Comprehension { fan_out: FanOut::Overlap | FanOut::Parallel, .. } => return true,
        ExprKind::Lambda(_) => return false,
        _ => {}
    }
    let mut found = false;
    each_child(expr, &mut |child| found = found || has_steps(child));
    found
}

/// Where control leaves an expression.
fn leaving(expr: &Expr, in_loop: bool) -> Option<Span> {
    match &expr.kind {
        ExprKind::Return(_) => return Some(expr.span),
        ExprKind::Break | ExprKind::Continue if !in_loop => return Some(expr.span),
        ExprKind::Lambda(_) => return None,
        _ => {}
    }
    let mut found = None;
    if let ExprKind::Block(statements, last) = &expr.kind {
        for statement in statements {
            let in_loop = in_loop || is_loop(statement);
            crate::walk::each_in_statement(statement, &mut |child| {
                found = found.or_else(|| leaving(child, in_loop));
            });
        }
        return found.or_else(|| last.as_ref().and_then(|last| leaving(last, in_loop)));
    }
    each_child(expr, &mut |child| found = found.or_else(|| leaving(child, in_loop)));
    found
}

fn is_loop(statement: &Statement) -> bool {
    matches!(statement.kind, StatementKind::For { .. } | StatementKind::While { .. })
}
