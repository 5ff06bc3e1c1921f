//! `Json.*`

use super::{Meter, outcome};
use crate::fault::Fault;
use crate::json::{self, DecodeLimits, Rules, Style, decode_by, encode_checked};
use crate::types::{TypeRef, TypeTable};
use crate::value::Value;

pub(super) fn encode(
    types: &TypeTable,
    ty: TypeRef,
    value: &Value,
    pretty: bool,
    meter: &dyn Meter,
) -> Result<String, Fault> {
    let style = if pretty { Style::Pretty } else { Style::Compact };
    encode_checked(types, ty, value, style, &mut |size| meter.check(size))
}

/// `Result<T, List<Problem>>`
pub(super) fn decode(
    types: &TypeTable,
    ty: TypeRef,
    text: &str,
    limits: &DecodeLimits,
    rules: &mut Rules<'_>,
) -> Result<Value, Fault> {
    let decoded = match json::parse(text, limits) {
        Ok(json) => decode_by(types, ty, &json, limits, rules)?,
        Err(problem) => Err(vec![problem]),
    };
    Ok(outcome(decoded))
}
