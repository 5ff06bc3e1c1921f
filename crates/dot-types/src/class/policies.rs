//! Policies against what only the whole program tells: what a dot does, and whether it calls itself.

use dot_abi::manifest::Class;
use dot_abi::policy::OnUnknown;
use dot_syntax::{Diagnostic, ast};

use super::callees;
use crate::declare::policy_place;
use crate::graph::components;
use crate::messages::policies;
use crate::program::{Constant, Function, FunctionId, FunctionKind};

/// Whether each function calls itself, perhaps through others.
pub(crate) fn recursive(functions: &[Function], constants: &[Constant]) -> Vec<bool> {
    let mut edges: Vec<(usize, usize)> = Vec::new();
    for (caller, function) in functions.iter().enumerate() {
        edges.extend(callees(function, constants, functions.len()).into_iter().map(|callee| (caller, callee)));
    }
    let component = components(functions.len(), &edges);
    let mut found = vec![false; functions.len()];
    for (caller, callee) in edges {
        if component[caller] == component[callee] {
            found[caller] = true;
        }
    }
    found
}

/// Checks the policies of a dot or native dot whose class has been inferred.
pub(crate) fn check_policies(
    functions: &[Function],
    id: FunctionId,
    written: &ast::FunctionDecl,
    is_recursive: impl FnOnce(FunctionId) -> bool,
) -> Vec<Diagnostic> {
    let Some(function) = functions.get(id.0 as usize).filter(|_| !written.policies.is_empty()) else {
        return Vec::new();
    };
    let mut diagnostics = Vec::new();
    let place = |name| policy_place(written, name);
    if function.kind == FunctionKind::NativeDot && function.class == Class::Note {
        let first = written.policies.iter().find_map(|policy| policy.name);
        return first.map(|name| policies::on_note(name.span)).into_iter().collect();
    }
    if place("retry").is_none() {
        diagnostics.extend(place("backoff").map(policies::backoff_alone));
    }
    if let Some(concurrency) = place("concurrency").filter(|_| is_recursive(id)) {
        diagnostics.push(policies::recursive(concurrency, &function.name));
    }
    if function.policies.on_unknown == OnUnknown::Resend && function.class < Class::Write {
        diagnostics.extend(place("on_unknown").map(|span| policies::nothing_unknown(span, &function.name)));
    }
    diagnostics
}
