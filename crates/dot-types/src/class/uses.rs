//! `uses` as it is written, against what the body needs.

use std::collections::BTreeSet;

use dot_syntax::{Code, Diagnostic, Span, Symbol, ast};

use super::{calls, narrow};
use crate::modules::CAPABILITIES;
use crate::program::{Constant, Function, FunctionKind};
use crate::suggest;

/// The capabilities that are planned.
const LATER: &[&str] = &["ask"];

/// Checks the `uses` of a dot whose capabilities have been inferred: the word must be there on a
/// `pub dot` that needs any, and where it is, it must name what is needed and nothing else.
pub(crate) fn check_uses(
    function: &Function,
    declaration: &ast::FunctionDecl,
    functions: &[Function],
    constants: &[Constant],
) -> Vec<Diagnostic> {
    let uses = declaration.uses.as_deref().unwrap_or_default();
    let known = known(functions);
    let mut diagnostics: Vec<Diagnostic> = uses.iter().filter_map(|one| check_name(one, &known)).collect();
    // A misspelt name has been answered; it is not missing besides.
    let meant: Vec<String> = uses.iter().filter_map(first).map(|name| meant(name.as_str(), &known)).collect();
    let missing: Vec<Symbol> =
        function.uses.iter().copied().filter(|name| !meant.iter().any(|meant| meant == name.as_str())).collect();
    if !missing.is_empty() && (function.public || declaration.uses.is_some()) {
        diagnostics.push(missing_uses(function, declaration, &missing, functions, constants));
    }
    diagnostics.extend(superfluous(function, uses, &known));
    diagnostics
}

/// The capabilities that there are, sorted: those of the standard library, and what native dots of the program name.
fn known(functions: &[Function]) -> BTreeSet<&str> {
    let natives = functions.iter().filter(|function| function.kind == FunctionKind::NativeDot);
    let named = natives.flat_map(|native| native.uses.iter().map(|name| name.as_str()));
    CAPABILITIES.iter().copied().chain(named).collect()
}

/// The capability that a name means: itself or, of an unknown one, the one that is spelt nearly so.
fn meant(name: &str, known: &BTreeSet<&str>) -> String {
    let near = match known.contains(name) || LATER.contains(&name) {
        true => None,
        false => suggest::nearest(name, known.iter().copied()),
    };
    near.unwrap_or_else(|| name.to_owned())
}

fn first(written: &ast::Use) -> Option<Symbol> {
    written.path.first().map(|name| name.symbol)
}

/// Whether a written capability is one.
fn check_name(written: &ast::Use, known: &BTreeSet<&str>) -> Option<Diagnostic> {
    let name = written.path.first()?;
    let text = name.symbol.as_str();
    if LATER.contains(&text) && !known.contains(text) {
        let message = format!("the capability `{text}` is not available yet");
        let known = list(known.iter().copied());
        let error = Diagnostic::error(Code("E0616"), name.span, message);
        return Some(error.help(format!("The capabilities of this version are {known}.")));
    }
    if !known.contains(text) {
        let error = Diagnostic::error(Code("E0513"), name.span, format!("there is no capability `{text}`"));
        return Some(match meant(text, known) {
            near if near != text => error.help(format!("Did you mean `{near}`?")).fix(name.span, near).guess(),
            _ => error.help(format!("The capabilities are {}.", list(known.iter().copied()))),
        });
    }
    narrow::check(written)
}

fn missing_uses(
    function: &Function,
    declaration: &ast::FunctionDecl,
    missing: &[Symbol],
    functions: &[Function],
    constants: &[Constant],
) -> Diagnostic {
    let names: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
    let what = list(names.iter().copied());
    let message = match &declaration.uses {
        None => format!("the dot `{}` needs {what}: a `pub dot` says so with `uses`", function.name),
        Some(_) => format!("the dot `{}` needs {what}, which its `uses` does not name", function.name),
    };
    let mut error = Diagnostic::error(Code("E0510"), declaration.name.span, message);
    for &capability in missing {
        if let Some(span) = needing(function, capability, functions, constants) {
            error = error.related(span, format!("`{capability}` is needed here"));
        }
    }
    let names = names.join(", ");
    let (span, text) = match (declaration.uses.as_deref(), &declaration.result, &declaration.body) {
        (Some([.., last]), _, _) => {
            return error.help(format!("Add {what} to its `uses`.")).fix(end(last.span), format!(", {names}"));
        }
        (_, Some(result), _) => (end(result.span), format!(" uses {names}")),
        (_, None, Some(body)) if declaration.policies.is_empty() => (start(body.span), format!("uses {names} ")),
        _ => return error.help(format!("Write `uses {names}` in its head.")),
    };
    error.help(format!("Write `uses {names}` in its head, before the body.")).fix(span, text)
}

/// The first call in the body that needs a capability.
fn needing(function: &Function, capability: Symbol, functions: &[Function], constants: &[Constant]) -> Option<Span> {
    let calls = calls(function.body.as_ref()?, constants);
    let needs = |callee: &Function| callee.uses.contains(&capability);
    calls.iter().find(|call| functions.get(call.function.0 as usize).is_some_and(needs)).map(|call| call.span)
}

/// Warnings for what is named and not needed, or named twice.
fn superfluous(function: &Function, written: &[ast::Use], known: &BTreeSet<&str>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (index, one) in written.iter().enumerate() {
        let Some(name) = first(one).filter(|name| known.contains(name.as_str())) else { continue };
        let again = written[..index].iter().any(|earlier| narrow::is_same(earlier, one));
        if function.uses.contains(&name) && !again {
            continue;
        }
        let why = if again { "is named twice" } else { "is named in `uses`, but nothing here needs it" };
        let warning = Diagnostic::warning(Code("W0514"), one.span, format!("the capability `{name}` {why}"))
            .help(format!("Remove `{name}`, so that the dot may do no more than it does."));
        diagnostics.push(match (index.checked_sub(1).map(|before| &written[before]), written.get(index + 1)) {
            (Some(before), _) => warning.fix(Span { start: before.span.end, ..one.span }, ""),
            (None, Some(next)) => warning.fix(Span { end: next.span.start, ..one.span }, ""),
            (None, None) => warning,
        });
    }
    diagnostics
}

fn start(span: Span) -> Span {
    Span { end: span.start, ..span }
}

fn end(span: Span) -> Span {
    Span { start: span.end, ..span }
}

/// `` `a`, `b` and `c` ``
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match &quoted[..] {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}
