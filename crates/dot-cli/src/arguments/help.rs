//! The help of a dot, made from its signature and documentation.

use std::fmt::Write;

use dot_abi::json::{is_bare_union, type_name};
use dot_abi::manifest::Manifest;
use dot_abi::types::{TypeDesc, TypeRef, TypeTable};

use super::flag::{Flag, Shape, flags, without_option};

/// The columns that help is wrapped at.
const WIDTH: usize = 100;

/// One line: how the dot is called. `command` is what stands before the flags (`dot run hello.dot`).
pub fn usage(manifest: &Manifest, command: &str) -> String {
    let mut line = format!("Usage: {command}");
    let flags = flags(manifest);
    let (optional, required): (Vec<_>, Vec<_>) =
        flags.iter().partition(|flag| flag.field.optional || is_option(manifest, flag));
    if !optional.is_empty() {
        line.push_str(" [FLAGS]");
    }
    for flag in required {
        let _ = write!(line, " {}", with_value(flag, &manifest.types));
    }
    line
}

/// The page that `dot run FILE --help` prints.
pub fn help(manifest: &Manifest, command: &str) -> String {
    let mut page = String::new();
    if !manifest.docs.is_empty() {
        paragraph(&mut page, &manifest.docs, 0);
        page.push('\n');
    }
    let _ = writeln!(page, "{}\n", usage(manifest, command));
    let flags = flags(manifest);
    page.push_str("Flags:\n");
    for flag in &flags {
        describe(&mut page, manifest, flag);
    }
    if !flags.is_empty() && !flags.iter().any(|flag| flag.is_called("input")) {
        page.push_str("  --input <JSON>\n");
        let words = "All parameters as one JSON object; @FILE reads it from a file, - from standard input.";
        paragraph(&mut page, words, 10);
    }
    page.push_str("  --help\n          Prints this.\n");
    let _ = writeln!(page, "\nResult: {}", type_name(&manifest.types, manifest.output));
    if !manifest.uses.is_empty() {
        let _ = writeln!(page, "Uses: {}", manifest.uses.join(", "));
    }
    page
}

fn describe(page: &mut String, manifest: &Manifest, flag: &Flag<'_>) {
    let types = &manifest.types;
    let _ = writeln!(page, "  {}", with_value(flag, types));
    paragraph(page, &flag.field.docs, 10);
    let mut facts = Vec::new();
    if let Shape::Repeated(_) = flag.shape {
        facts.push("may be repeated".to_owned());
    }
    let ty = without_option(types, flag.field.ty);
    facts.extend(conditions(types, ty));
    facts.extend(cases(types, ty));
    if !flag.field.default.is_empty() && flag.field.default != "None" {
        facts.push(format!("default: {}", flag.field.default));
    } else if flag.field.optional || is_option(manifest, flag) {
        facts.push("may be left out".to_owned());
    }
    for fact in facts {
        paragraph(page, &format!("[{fact}]"), 10);
    }
}

/// `--name <Text>`, `--tag <Text>…`, `--verbose, --no-verbose`
fn with_value(flag: &Flag<'_>, types: &TypeTable) -> String {
    match flag.shape {
        Shape::Switch => format!("{}, --no-{}", flag.spelling(), flag.name),
        Shape::Single => format!("{} <{}>", flag.spelling(), flag.placeholder(types)),
        Shape::Repeated(_) => format!("{} <{}>…", flag.spelling(), flag.placeholder(types)),
    }
}

fn is_option(manifest: &Manifest, flag: &Flag<'_>) -> bool {
    without_option(&manifest.types, flag.field.ty) != flag.field.ty
}

/// The conditions of a refined type, outermost first, with the type where it is not said yet.
fn conditions(types: &TypeTable, mut ty: TypeRef) -> Vec<String> {
    let mut found = Vec::new();
    while let TypeDesc::Refined { base, condition, .. } = types.get(ty) {
        found.push(format!("{} where {condition}", type_name(types, *base)));
        ty = *base;
    }
    found
}

/// What can be given for a union of bare cases; the shape of what has to be JSON.
fn cases(types: &TypeTable, ty: TypeRef) -> Option<String> {
    match types.get(types.base(ty)) {
        TypeDesc::Union { cases, .. } if is_bare_union(types, ty) => {
            Some(format!("one of: {}", cases.iter().map(|case| case.json_tag()).collect::<Vec<_>>().join(", ")))
        }
        TypeDesc::Union { .. } | TypeDesc::Record { .. } | TypeDesc::Map { .. } | TypeDesc::Tuple { .. } => {
            Some(format!("{} as JSON", type_name(types, ty)))
        }
        TypeDesc::Bytes => Some("bytes as base64 text".to_owned()),
        TypeDesc::Decimal => Some("a decimal such as 19.99".to_owned()),
        TypeDesc::Duration => Some("a duration such as 90s or 1h30m".to_owned()),
        TypeDesc::Time => Some("a time such as 2026-01-31T12:30:00Z".to_owned()),
        TypeDesc::Date => Some("a date such as 2026-01-31".to_owned()),
        _ => None,
    }
}

/// Wraps text at spaces; its own line breaks stay.
fn paragraph(page: &mut String, text: &str, indent: usize) {
    for line in text.lines() {
        let mut column = 0;
        for word in line.split_whitespace() {
            let width = word.chars().count();
            if column > 0 && column + 1 + width > WIDTH {
                page.push('\n');
                column = 0;
            }
            if column == 0 {
                page.extend(std::iter::repeat_n(' ', indent));
                column = indent;
            } else {
                page.push(' ');
                column += 1;
            }
            page.push_str(word);
            column += width;
        }
        page.push('\n');
    }
}
