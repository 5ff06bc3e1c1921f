//! One word as the JSON of a type: what people write on a command line or in a cell of a table.

use serde_json::Value as Json;

use super::{DecodeLimits, Problem, is_bare_union, parse};
use crate::text::parse_float;
use crate::types::{TypeDesc, TypeRef, TypeTable};

/// Whether values of a type are given as a plain word; others are given as JSON.
pub fn is_one_word(types: &TypeTable, ty: TypeRef) -> bool {
    match types.get(types.base(ty)) {
        TypeDesc::Bool
        | TypeDesc::Int
        | TypeDesc::Float
        | TypeDesc::Decimal
        | TypeDesc::Duration
        | TypeDesc::Time
        | TypeDesc::Date
        | TypeDesc::Text
        | TypeDesc::Bytes => true,
        TypeDesc::Option { item } => is_one_word(types, *item),
        TypeDesc::Union { .. } => is_bare_union(types, ty),
        _ => false,
    }
}

/// The JSON that a word stands for. A word that does not fit, such as `abc` for an `Int`, becomes
/// text: decoding says what is wrong with it. Only what has to be JSON, and is not, is a problem here.
pub fn word_to_json(types: &TypeTable, ty: TypeRef, word: &str, limits: &DecodeLimits) -> Result<Json, Problem> {
    let text = || Json::String(word.to_owned());
    match types.get(types.base(ty)) {
        TypeDesc::Option { item } => word_to_json(types, *item, word, limits),
        TypeDesc::Bool => Ok(word.parse().map_or_else(|_| text(), Json::Bool)),
        TypeDesc::Int => Ok(integer(word).unwrap_or_else(text)),
        TypeDesc::Float => Ok(float(word).unwrap_or_else(text)),
        TypeDesc::Union { is_json: true, .. } => parse(word, limits),
        TypeDesc::Union { cases, .. } if cases.iter().any(|case| case.fields.is_empty() && case.json_tag() == word) => {
            Ok(text())
        }
        _ if is_one_word(types, ty) => Ok(text()),
        _ => parse(word, limits),
    }
}

/// An integer of any size, so that one that is too large is answered with the range and not as text.
fn integer(word: &str) -> Option<Json> {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    let digits = unsigned.replace('_', "");
    if !unsigned.starts_with(|first: char| first.is_ascii_digit()) || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let sign = if word.starts_with('-') && !digits.is_empty() { "-" } else { "" };
    let digits = if digits.is_empty() { "0" } else { digits };
    serde_json::from_str(&format!("{sign}{digits}")).ok()
}

fn float(word: &str) -> Option<Json> {
    let float = parse_float(word).filter(|float| float.is_finite())?;
    serde_json::Number::from_f64(float).map(Json::Number)
}
