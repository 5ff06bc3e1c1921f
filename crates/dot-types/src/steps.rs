//! The calls of dots in bodies that are checked: their numbers, and which `let`s stay pending.

mod pending;

use crate::program::{Expr, ExprKind, Function, FunctionKind};
use crate::walk::each_child_mut;

/// Settles the calls of every body that may call dots.
pub(crate) fn settle(functions: &mut [Function]) {
    for function in functions.iter_mut().filter(|function| calls_dots(function.kind)) {
        let Some(body) = &mut function.body else { continue };
        pending::mark(body, &function.locals);
        number(body, &mut 0);
    }
}

/// Whether the body of a function may call dots.
fn calls_dots(kind: FunctionKind) -> bool {
    matches!(kind, FunctionKind::Dot | FunctionKind::Test | FunctionKind::Anonymous)
}

/// Numbers the calls of a body in the order of the source: arguments come before what they are given to.
fn number(expr: &mut Expr, next: &mut u32) {
    each_child_mut(expr, &mut |child| number(child, next));
    if let ExprKind::CallDot(call) = &mut expr.kind {
        call.number = *next;
        *next += 1;
    }
}
