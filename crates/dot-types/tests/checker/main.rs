//! The checker, by sources and what it says of them. An error is `CODE line:column message`; of an accepted program
//! the functions are shown with the types of their variables.

mod accepted;
mod calls;
mod flow;
mod generics;
mod limits;
mod modules;
mod names;
mod patterns;
mod plans;
mod policies;
mod printed;
mod refined;
mod robust;
mod steps;
mod unavailable;

use std::fmt::Write;

use dot_types::program::{Function, FunctionKind, Program, SourceFile, Type, TypeKind};
use dot_types::{Checked, LoadError, Sources};
use expect_test::Expect;

/// Modules by their path.
struct Modules<'m>(&'m [(&'m str, &'m str)]);

impl Sources for Modules<'_> {
    fn load(&self, path: &[&str]) -> Result<SourceFile, LoadError> {
        let path = path.join("/");
        if path == "locked" {
            return Err(LoadError::Unreadable { name: "locked.dot".to_owned(), why: "permission denied".to_owned() });
        }
        match self.0.iter().find(|(name, _)| *name == path) {
            Some((name, text)) => Ok(SourceFile { name: format!("{name}.dot"), text: (*text).into() }),
            None => Err(LoadError::NotFound { looked: format!("{path}.dot"), near: Vec::new() }),
        }
    }
}

fn checked(source: &str, modules: &[(&str, &str)]) -> Checked {
    let root = SourceFile { name: "main.dot".to_owned(), text: source.into() };
    dot_types::check(root, &Modules(modules))
}

/// Checks a program that is one file.
#[track_caller]
fn check(source: &str, expected: Expect) {
    check_with(source, &[], expected);
}

/// Checks a program with modules that it may import.
#[track_caller]
fn check_with(source: &str, modules: &[(&str, &str)], expected: Expect) {
    let checked = checked(source, modules);
    let mut text = diagnostics(&checked);
    if let Some(program) = &checked.program {
        text.push_str(&shown(program));
    }
    expected.assert_eq(&text);
}

/// Checks many small programs, each of which is one function's body.
#[track_caller]
fn check_bodies(head: &str, bodies: &[&str], expected: Expect) {
    let mut text = String::new();
    for body in bodies {
        let source = format!("{head}\nfn f() {{\n{body}\n}}\n");
        let checked = checked(&source, &[]);
        writeln!(text, "{body}").ok();
        let said = diagnostics(&checked);
        if said.is_empty() {
            writeln!(text, "    fine").ok();
        }
        for line in said.lines() {
            writeln!(text, "    {line}").ok();
        }
    }
    expected.assert_eq(&text);
}

fn diagnostics(checked: &Checked) -> String {
    let mut text = String::new();
    for diagnostic in &checked.diagnostics {
        let file = &checked.files[diagnostic.span.file.0 as usize];
        let before = &file.text[..diagnostic.span.start as usize];
        let line = before.matches('\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1) + 1;
        let name = if file.name == "main.dot" { String::new() } else { format!("{}:", file.name) };
        write!(text, "{} {name}{line}:{column} {}", diagnostic.code.0, diagnostic.message).ok();
        if let Some(help) = &diagnostic.help {
            write!(text, " | {help}").ok();
        }
        for edit in &diagnostic.fix {
            let old = &checked.files[edit.span.file.0 as usize].text[edit.span.range()];
            write!(text, " [{old:?} => {:?}]", edit.text).ok();
        }
        text.push('\n');
    }
    text
}

/// The functions of the program's own files.
fn shown(program: &Program) -> String {
    let mut text = String::new();
    let own = program.functions.iter().filter(|function| is_own(program, function));
    for function in own.filter(|function| function.kind != FunctionKind::Test) {
        let show = |ty: &Type| show(program, ty, function);
        let params: Vec<String> =
            function.params.iter().map(|param| format!("{}: {}", param.field.name, show(&param.field.ty))).collect();
        write!(text, "{}({}) -> {}", function.name, params.join(", "), show(&function.result)).ok();
        let locals = function.locals.iter().skip(function.params.len());
        let locals: Vec<String> = locals
            .filter(|local| !local.name.as_str().starts_with('$'))
            .map(|local| format!("{}: {}", local.name, show(&local.ty)))
            .collect();
        if !locals.is_empty() {
            write!(text, " {{ {} }}", locals.join(", ")).ok();
        }
        text.push('\n');
    }
    text
}

fn is_own(program: &Program, function: &Function) -> bool {
    !program.files[function.span.file.0 as usize].name.starts_with("std/")
}

fn show(program: &Program, ty: &Type, function: &Function) -> String {
    let one = |ty: &Type| show(program, ty, function);
    let all = |types: &[Type]| types.iter().map(one).collect::<Vec<_>>().join(", ");
    match ty {
        Type::List(item) => format!("List<{}>", one(item)),
        Type::Set(item) => format!("Set<{}>", one(item)),
        Type::Map(key, value) => format!("Map<{}, {}>", one(key), one(value)),
        Type::Option(item) => format!("{}?", one(item)),
        Type::Tuple(items) => format!("({})", all(items)),
        Type::Function(params, result) => format!("fn({}) -> {}", all(params), one(result)),
        Type::Param(index) => function.generics[*index as usize].name.to_string(),
        Type::Named(id, args) => {
            let def = program.type_def(*id);
            let name = match &def.kind {
                TypeKind::Refined { source, .. } if *def.name == *"Int" => format!("Int where {source}"),
                _ => def.name.to_string(),
            };
            if args.is_empty() { name } else { format!("{name}<{}>", all(args)) }
        }
        Type::Unit => "()".to_owned(),
        other => format!("{other:?}"),
    }
}
