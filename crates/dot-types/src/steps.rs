//! The steps of a program, settled when all of it is known and nothing is wrong.
//!
//! What must be an activation of its own is cut out of its body and becomes an anonymous dot; comprehensions get their
//! order by the class of what their turns do; `let`s that gain by it stay pending; calls get their numbers. So
//! the interpreter and lowering see the same program and decide nothing.
//!
//! Classes are inferred before: cutting moves calls into functions of their own and changes no class.

mod cut;
pub(crate) mod lost;
pub(crate) mod order;
mod pending;
mod variables;

use dot_abi::manifest::Class;

use crate::checker::Checker;
use crate::messages::steps;
use crate::program::{Expr, ExprKind, Function, FunctionId, FunctionKind};
use crate::walk::each_child_mut;

/// The callee of a call that holds, as its first argument, the body of the anonymous dot that it will call.
pub(crate) const UNMADE: FunctionId = FunctionId(u32::MAX);
/// The callee of a call that holds, as its arguments, the parts of a `race`, from which its anonymous dots will be made.
pub(crate) const RACE: FunctionId = FunctionId(u32::MAX - 1);

/// The most calls of dots that a body may hold: what lives across each of them is written to a frame there and read
/// back, so code grows with the square of their number.
const MAX_CALLS: u32 = 250;

impl Checker<'_> {
    /// Settles the steps of every body that may have some.
    pub(crate) fn settle_steps(&mut self) {
        let mut index = 0;
        // What is cut out of a body stands behind it and is looked at in its turn.
        while index < self.functions.len() {
            let owner = FunctionId(index as u32);
            if calls_dots(self.functions[index].kind)
                && let Some(mut body) = self.functions[index].body.take()
            {
                cut::cut_body(self, owner, &mut body);
                pending::mark(&mut body, &self.functions[index].locals);
                let mut count = 0;
                number(&mut body, &mut count);
                if count > MAX_CALLS {
                    self.diagnostics.push(steps::too_many_calls(self.functions[index].span, count, MAX_CALLS));
                }
                self.report_lost(owner, &body);
                self.functions[index].body = Some(body);
            }
            index += 1;
        }
    }
}

impl Checker<'_> {
    /// Says which calls wait although a later one could run beside them. Reads run beside reads only.
    fn report_lost(&mut self, owner: FunctionId, body: &Expr) {
        if self.function(owner).kind == FunctionKind::Test {
            // The steps of a test run one after the other in any case.
            return;
        }
        let mut found = Vec::new();
        lost::lost(body, &self.function(owner).locals, &mut found);
        for lost in found {
            let (first, later) = (self.function(lost.function), self.function(lost.beside));
            if first.class <= Class::Read && later.class <= Class::Read {
                let name = |function: &Function| match function.kind {
                    FunctionKind::Anonymous => None,
                    _ => Some(function.name.to_string()),
                };
                let diagnostic = steps::lost(&lost, name(first), name(later));
                self.diagnostics.push(diagnostic);
            }
        }
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
