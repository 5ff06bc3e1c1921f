//! Classes and capabilities: what a function can do to the world, by itself or through what it calls.
//!
//! Native dots declare theirs. For everything else both are inferred from the graph of calls: the
//! functions that call each other in a circle share theirs, and a circle comes after those that it
//! calls. Then the rules are checked that follow from it: who may call a native dot, what must be
//! pure, and that `uses` says what a `pub dot` needs.

mod calls;
mod narrow;
mod policies;
mod uses;

use std::collections::BTreeSet;

use dot_abi::manifest::Class;
use dot_syntax::{Span, Symbol};

use crate::graph::components;
use crate::program::{Constant, Expr, ExprKind, Function, FunctionId, FunctionKind};
use crate::walk::each_child;

pub(crate) use calls::check_calls;
pub(crate) use narrow::narrowings;
pub(crate) use policies::{check_policies, recursive};
pub(crate) use uses::check_uses;

/// Sets the class and the capabilities of every function that has a body.
pub(crate) fn infer(functions: &mut [Function], constants: &[Constant]) {
    let callees: Vec<Vec<usize>> =
        functions.iter().map(|function| callees(function, constants, functions.len())).collect();
    let edges =
        callees.iter().enumerate().flat_map(|(caller, callees)| callees.iter().map(move |&callee| (caller, callee)));
    let component = components(functions.len(), &edges.collect::<Vec<_>>());
    let mut circles: Vec<Vec<usize>> = vec![Vec::new(); component.iter().max().map_or(0, |last| last + 1)];
    for (function, &component) in component.iter().enumerate() {
        circles[component].push(function);
    }
    for circle in circles {
        let mut class = Class::Pure;
        let mut uses: BTreeSet<Symbol> = BTreeSet::new();
        for &member in &circle {
            for &callee in callees[member].iter().chain([&member]) {
                // Of members that are still to be set only what is declared counts.
                if component[callee] != component[member] || functions[callee].kind == FunctionKind::NativeDot {
                    class = class.max(functions[callee].class);
                    uses.extend(&functions[callee].uses);
                }
            }
        }
        for member in circle {
            if functions[member].kind != FunctionKind::NativeDot {
                functions[member].class = class;
                functions[member].uses = uses.iter().copied().collect();
            }
        }
    }
}

/// The class and the capabilities of a body that calls only functions whose own are known.
pub(crate) fn of_body(body: &Expr, functions: &[Function], constants: &[Constant]) -> (Class, Vec<Symbol>) {
    let calls = calls(body, constants);
    let called: Vec<FunctionId> = calls.iter().map(|call| call.function).collect();
    of_calls(&called, functions)
}

/// The class and the capabilities of a call of several functions.
pub(crate) fn of_calls(called: &[FunctionId], functions: &[Function]) -> (Class, Vec<Symbol>) {
    let callees = || called.iter().filter_map(|id| functions.get(id.0 as usize));
    let uses: BTreeSet<Symbol> = callees().flat_map(|callee| callee.uses.iter().copied()).collect();
    (callees().map(|callee| callee.class).max().unwrap_or(Class::Pure), uses.into_iter().collect())
}

/// Something in a body that runs another function.
pub(crate) struct Call {
    pub(crate) function: FunctionId,
    pub(crate) span: Span,
    in_lambda: bool,
}

/// The calls in a body in source order; the mention of a constant runs what computes it.
pub(crate) fn calls(body: &Expr, constants: &[Constant]) -> Vec<Call> {
    fn walk(expr: &Expr, in_lambda: bool, constants: &[Constant], found: &mut Vec<Call>) {
        let function = match &expr.kind {
            ExprKind::Call { function, .. } => Some(*function),
            ExprKind::CallDot(call) => Some(call.function),
            ExprKind::Constant(id) => constants.get(id.0 as usize).map(|constant| constant.function),
            _ => None,
        };
        found.extend(function.map(|function| Call { function, span: expr.span, in_lambda }));
        let in_lambda = in_lambda || matches!(expr.kind, ExprKind::Lambda(_));
        each_child(expr, &mut |child| walk(child, in_lambda, constants, found));
    }
    let mut found = Vec::new();
    walk(body, false, constants, &mut found);
    found
}

fn callees(function: &Function, constants: &[Constant], count: usize) -> Vec<usize> {
    let calls = function.body.iter().flat_map(|body| calls(body, constants));
    let unique: BTreeSet<usize> = calls.map(|call| call.function.0 as usize).filter(|&callee| callee < count).collect();
    unique.into_iter().collect()
}

#[cfg(test)]
mod tests;
