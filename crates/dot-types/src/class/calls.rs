//! Who may call what: the outside only from the body of a dot or test, and nothing at all where purity is asked.

use dot_abi::manifest::Class;
use dot_syntax::{Code, Diagnostic};
use rustc_hash::FxHashMap;

use super::{Call, calls};
use crate::program::{Constant, Field, Function, FunctionId, FunctionKind, TypeDef, TypeKind};

/// Checks the calls of every function whose class has been inferred.
pub(crate) fn check_calls(functions: &[Function], types: &[TypeDef], constants: &[Constant]) -> Vec<Diagnostic> {
    let pure = must_be_pure(functions, types, constants);
    let mut diagnostics = Vec::new();
    for (index, function) in functions.iter().enumerate() {
        let Some(body) = &function.body else { continue };
        let calls = calls(body, constants);
        match pure.get(&FunctionId(index as u32)) {
            Some(what) => diagnostics.extend(check_pure(what, &calls, functions)),
            None => diagnostics.extend(check_outside(function, &calls, functions)),
        }
    }
    diagnostics
}

/// What computes constants, defaults and conditions, with what each of them is called.
fn must_be_pure(functions: &[Function], types: &[TypeDef], constants: &[Constant]) -> FxHashMap<FunctionId, String> {
    let mut found = FxHashMap::default();
    let mut defaults = |fields: &mut dyn Iterator<Item = &Field>| {
        for field in fields {
            if let Some(default) = &field.default {
                found.insert(default.function, format!("the default of `{}`", field.name));
            }
        }
    };
    for function in functions {
        defaults(&mut function.params.iter().map(|param| &param.field));
    }
    for def in types {
        match &def.kind {
            TypeKind::Record(fields) => defaults(&mut fields.iter()),
            TypeKind::Union(cases) => defaults(&mut cases.iter().flat_map(|case| &case.fields)),
            TypeKind::Refined { .. } => {}
        }
    }
    for def in types {
        if let TypeKind::Refined { condition, .. } = &def.kind {
            found.insert(*condition, format!("the condition of `{}`", def.name));
        }
    }
    for constant in constants {
        found.insert(constant.function, format!("the constant `{}`", constant.name));
    }
    found
}

fn check_pure(what: &str, calls: &[Call], functions: &[Function]) -> Option<Diagnostic> {
    let (call, callee) = calls
        .iter()
        .filter_map(|call| Some((call, functions.get(call.function.0 as usize)?)))
        .find(|(_, callee)| callee.class > Class::Pure)?;
    let message = format!("{what} must be pure, but `{}` {}", callee.name, deed(callee.class));
    Some(
        Diagnostic::error(Code("E0512"), call.span, message)
            .label("not pure")
            .help("Do this in the body of the dot that needs it, where it happens once and in order."),
    )
}

fn check_outside(caller: &Function, calls: &[Call], functions: &[Function]) -> Vec<Diagnostic> {
    let allowed = matches!(caller.kind, FunctionKind::Dot | FunctionKind::Test);
    let mut diagnostics = Vec::new();
    for call in calls.iter().filter(|call| call.in_lambda || !allowed) {
        let Some(callee) = functions.get(call.function.0 as usize) else { continue };
        if callee.kind != FunctionKind::NativeDot || callee.class < Class::Read {
            continue;
        }
        let (name, deed) = (&callee.name, deed(callee.class));
        let (place, help) = if call.in_lambda {
            let help = format!("Call `{name}` before the lambda, or write a comprehension: `[{name}(x) for x in xs]`.");
            ("this is a lambda".to_owned(), help)
        } else {
            let help = format!("Call `{name}` in the dot and pass what it gives to `{}`.", caller.name);
            (format!("`{}` is a `fn`", caller.name), help)
        };
        let message = format!("`{name}` {deed}, and {place}: only a dot or a test may do that, in its own body");
        diagnostics.push(Diagnostic::error(Code("E0511"), call.span, message).help(help));
    }
    diagnostics
}

/// What a class does, as a verb.
fn deed(class: Class) -> &'static str {
    match class {
        Class::Pure => "does nothing to the world",
        Class::Note => "prints",
        Class::Read => "reads from outside",
        Class::Wait => "waits",
        Class::Write => "changes the world outside",
    }
}
