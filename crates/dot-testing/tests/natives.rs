//! What the standard library declares as native dots is what `paradot` has: the same names, classes and capabilities.

use dot_abi::manifest::Class;
use dot_syntax::FileId;
use dot_syntax::ast::{FunctionDecl, FunctionKind, ItemKind};
use paradot::Registry;

/// What the scheduler does itself: it is no native of the registry.
const OF_THE_SCHEDULER: &str = "sleep";

/// `files.read: Read, files` for each native dot that is declared.
fn declared() -> Vec<String> {
    let mut found = Vec::new();
    for (module, source) in dot_std::MODULES {
        let tree = dot_syntax::parse(FileId(0), source).module;
        for item in &tree.items {
            let ItemKind::Function(decl) = &item.kind else { continue };
            let is_native = decl.kind == FunctionKind::Dot && decl.native.is_some();
            if is_native && decl.name.symbol != OF_THE_SCHEDULER {
                let prefix = if *module == "prelude" { String::new() } else { format!("{module}.") };
                found.push(describe(&prefix, decl));
            }
        }
    }
    found.sort();
    found
}

fn describe(prefix: &str, decl: &FunctionDecl) -> String {
    let class = match decl.class.map(|class| class.symbol.as_str()) {
        Some("note") => Class::Note,
        Some("read") => Class::Read,
        Some("wait") => Class::Wait,
        Some("write") => Class::Write,
        _ => Class::Pure,
    };
    let uses = decl.uses.iter().flatten().filter_map(|one| Some(one.path.first()?.symbol.as_str()));
    line(&format!("{prefix}{}", decl.name.symbol), class, uses)
}

fn line<'a>(name: &str, class: Class, uses: impl Iterator<Item = &'a str>) -> String {
    format!("{name}: {class:?} {}", uses.collect::<Vec<_>>().join(" "))
}

#[test]
fn native_dots_are_what_the_standard_library_declares() {
    let registry = Registry::standard();
    let registered: Vec<String> = registry
        .names()
        .into_iter()
        .filter_map(|name| registry.get(name))
        .map(|dot| dot.descriptor())
        .map(|dot| line(dot.name, dot.class, dot.uses.iter().copied()))
        .collect();
    assert_eq!(registered, declared());
}

#[test]
fn what_is_ordered_are_the_clock_and_random_numbers() {
    let registry = Registry::standard();
    for dot in registry.names().into_iter().filter_map(|name| registry.get(name)).map(|dot| dot.descriptor()) {
        let is_known = dot.uses.iter().any(|capability| matches!(*capability, "time" | "random"));
        assert_eq!(dot.is_ordered, is_known, "{}: plans take it for granted", dot.name);
    }
}
