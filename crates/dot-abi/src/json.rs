//! JSON of values, both ways, by their type.
//!
//! | type | JSON |
//! |---|---|
//! | `()` | `null` |
//! | `Int` | an exact number without point and exponent |
//! | `Float` | a number; `"NaN"`, `"Infinity"`, `"-Infinity"` |
//! | `Decimal` | text such as `"19.99"`; a number is accepted |
//! | `Duration` | text such as `"1h30m"` |
//! | `Time` | text of RFC 3339, `"2026-01-31T12:30:00Z"` |
//! | `Date` | text of ISO 8601, `"2026-01-31"` |
//! | `Text` | text |
//! | `Bytes` | base64 text |
//! | `List`, `Set`, tuple | an array |
//! | `Map` | an object if the keys are texts or cases of a union of bare cases, else an array of pairs |
//! | `T?` | `null` for `None` |
//! | record | an object; fields that are `None` are left out |
//! | union of bare cases only | text |
//! | `Json` | what it stands for |
//! | any other union | an object with the case in `"type"` |
//!
//! On input unknown fields are ignored, a field that may be left out becomes
//! [`Value::Default`](crate::value::Value::Default), and a bare case of any union may be text.
//! Conditions of refined types are not checked here, since only the guest can; [`Rules`] may ask it.

pub mod any;
mod decode;
mod encode;
mod parse;
mod path;
mod word;

pub(crate) use decode::too_large;
pub use decode::{Condition, DecodeLimits, Problem, Rules, Unfulfilled, decode, decode_by, decode_text};
pub use encode::{Check, Style, encode, encode_checked};
pub use parse::parse;
pub use path::{Path, Segment};
pub use word::{is_one_word, word_to_json};

use crate::fault::{Fault, FaultCode};
use crate::types::{Field, TypeDesc, TypeRef, TypeTable};

/// How deep values may be nested where they enter or leave, each list, record, case, option … counting as one level.
pub const MAX_DEPTH: usize = 1000;

/// The fault of a value that is nested deeper than [`MAX_DEPTH`].
pub fn too_deep() -> Fault {
    Fault::new(FaultCode::ValueLimit, format!("the value is nested deeper than {MAX_DEPTH} levels"))
        .help("values that leave a dot, or become text, must be flatter: use a list in place of a chain of records")
}

/// Whether a type is a union without fields in any case: text in JSON.
pub fn is_bare_union(types: &TypeTable, ty: TypeRef) -> bool {
    match types.get(types.base(ty)) {
        TypeDesc::Union { cases, .. } => cases.iter().all(|case| case.fields.is_empty()),
        _ => false,
    }
}

/// Whether a map with keys of this type is an object in JSON.
pub fn is_object_key(types: &TypeTable, key: TypeRef) -> bool {
    matches!(types.get(types.base(key)), TypeDesc::Text) || is_bare_union(types, key)
}

/// A type as the source writes it: `List<Text>`, `(Int, Text)?`. What is very long is cut.
pub fn type_name(types: &TypeTable, ty: TypeRef) -> String {
    let mut out = String::new();
    write_name(types, ty, &mut out);
    out
}

/// What a dot takes and gives, as its declaration says it: `(path: Text, lines: Int) -> List<Text>`. The input is a record.
pub fn signature(types: &TypeTable, input: TypeRef, output: TypeRef) -> String {
    let params = match types.get(types.base(input)) {
        TypeDesc::Record { fields, .. } => fields.as_slice(),
        _ => &[],
    };
    let param = |field: &Field| format!("{}: {}", field.name, type_name(types, field.ty));
    let params: Vec<String> = params.iter().map(param).collect();
    format!("({}) -> {}", params.join(", "), type_name(types, output))
}

fn write_name(types: &TypeTable, ty: TypeRef, out: &mut String) {
    // Tuples within tuples can name a type more often than there are atoms.
    const LONGEST: usize = 200;
    if out.len() > LONGEST {
        out.push('…');
        return;
    }
    let around = |before: &str, list: &[TypeRef], behind: &str, out: &mut String| {
        out.push_str(before);
        for (index, item) in list.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            write_name(types, *item, out);
            if out.len() > LONGEST {
                break;
            }
        }
        out.push_str(behind);
    };
    match types.get(ty) {
        TypeDesc::Unit => out.push_str("()"),
        TypeDesc::Bool => out.push_str("Bool"),
        TypeDesc::Int => out.push_str("Int"),
        TypeDesc::Float => out.push_str("Float"),
        TypeDesc::Decimal => out.push_str("Decimal"),
        TypeDesc::Duration => out.push_str("Duration"),
        TypeDesc::Time => out.push_str("Time"),
        TypeDesc::Date => out.push_str("Date"),
        TypeDesc::Text => out.push_str("Text"),
        TypeDesc::Bytes => out.push_str("Bytes"),
        TypeDesc::Never => out.push_str("Never"),
        TypeDesc::List { item } => around("List<", &[*item], ">", out),
        TypeDesc::Set { item } => around("Set<", &[*item], ">", out),
        TypeDesc::Map { key, value } => around("Map<", &[*key, *value], ">", out),
        TypeDesc::Option { item } => around("", &[*item], "?", out),
        TypeDesc::Tuple { items } => around("(", items, ")", out),
        TypeDesc::Record { name, .. } | TypeDesc::Union { name, .. } | TypeDesc::Refined { name, .. } => {
            out.push_str(name);
        }
        TypeDesc::Function { params, result } => {
            around("fn(", params, ") -> ", out);
            write_name(types, *result, out);
        }
        TypeDesc::Closure { captures } => around("closure of (", captures, ")", out),
    }
}

#[cfg(test)]
mod tests;
