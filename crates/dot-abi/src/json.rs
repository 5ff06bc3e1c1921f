//! JSON of values, both ways, by their type.
//!
//! | type | JSON |
//! |---|---|
//! | `()` | `null` |
//! | `Int` | an exact number without point and exponent |
//! | `Float` | a number; `"NaN"`, `"Infinity"`, `"-Infinity"` |
//! | `Duration` | text such as `"1h30m"` |
//! | `Text`, `Fault` | text |
//! | `Bytes` | base64 text |
//! | `List`, `Set`, tuple | an array |
//! | `Map` | an object if the keys are texts or cases of a union of bare cases, else an array of pairs |
//! | `T?` | `null` for `None` |
//! | record | an object; fields that are `None` are left out |
//! | union of bare cases only | text |
//! | any other union | an object with the case in `"type"` |
//!
//! On input unknown fields are ignored, a field that may be left out becomes
//! [`Value::Default`](crate::value::Value::Default), and a bare case of any union may be text.
//! Conditions of refined types are not checked here: only the guest can.

mod decode;
mod encode;
mod path;

pub use decode::{Limits, Problem, decode, decode_text, parse};
pub use encode::{Style, encode};
pub use path::{Path, Segment};

use crate::fault::{Fault, FaultCode};
use crate::types::{TypeDesc, TypeRef, TypeTable};

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

/// A type as the source writes it: `List<Text>`, `(Int, Text)?`.
pub fn type_name(types: &TypeTable, ty: TypeRef) -> String {
    // Types that are not named can't be recursive, so the depth is only a guard against broken tables.
    name_within(types, ty, 32)
}

fn name_within(types: &TypeTable, ty: TypeRef, depth: usize) -> String {
    let Some(depth) = depth.checked_sub(1) else { return "…".to_owned() };
    let one = |ty: &TypeRef| name_within(types, *ty, depth);
    let all = |list: &[TypeRef]| list.iter().map(one).collect::<Vec<_>>().join(", ");
    match types.get(ty) {
        TypeDesc::Unit => "()".to_owned(),
        TypeDesc::Bool => "Bool".to_owned(),
        TypeDesc::Int => "Int".to_owned(),
        TypeDesc::Float => "Float".to_owned(),
        TypeDesc::Duration => "Duration".to_owned(),
        TypeDesc::Text => "Text".to_owned(),
        TypeDesc::Bytes => "Bytes".to_owned(),
        TypeDesc::Fault => "Fault".to_owned(),
        TypeDesc::Never => "Never".to_owned(),
        TypeDesc::List { item } => format!("List<{}>", one(item)),
        TypeDesc::Set { item } => format!("Set<{}>", one(item)),
        TypeDesc::Map { key, value } => format!("Map<{}, {}>", one(key), one(value)),
        TypeDesc::Option { item } => format!("{}?", one(item)),
        TypeDesc::Tuple { items } => format!("({})", all(items)),
        TypeDesc::Record { name, .. } | TypeDesc::Union { name, .. } | TypeDesc::Refined { name, .. } => name.clone(),
        TypeDesc::Function { params, result } => format!("fn({}) -> {}", all(params), one(result)),
        TypeDesc::Closure { captures } => format!("closure of ({})", all(captures)),
    }
}

#[cfg(test)]
mod tests;
