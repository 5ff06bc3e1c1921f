//! Natives of `Decimal`.

use dot_abi::decimal::Decimal;
use dot_abi::native::Native;

use super::wrong;
use crate::interpret::machine::Eval;
use crate::interpret::value::Value;

pub(super) fn decimal<'p>(native: Native, args: &[Value<'p>]) -> Eval<'p> {
    Ok(match (native, args) {
        (Native::DecimalParse, [Value::Text(text)]) => Value::option(Decimal::parse(text).map(Value::Decimal)),
        (Native::DecimalOf, [Value::Int(number)]) => Value::Decimal(Decimal::of(*number)),
        (Native::DecimalRound, [Value::Decimal(number), Value::Int(digits)]) => Value::Decimal(number.round(*digits)?),
        (Native::DecimalFloor, [Value::Decimal(number)]) => Value::Decimal(number.floor()),
        (Native::DecimalCeil, [Value::Decimal(number)]) => Value::Decimal(number.ceil()),
        (Native::DecimalTruncate, [Value::Decimal(number)]) => Value::Decimal(number.truncate()),
        (Native::DecimalToFloat, [Value::Decimal(number)]) => Value::Float(number.to_float()),
        (Native::DecimalToInt, [Value::Decimal(number)]) => Value::Int(number.to_int()?),
        (Native::DecimalToFixed, [Value::Decimal(number), Value::Int(digits)]) => {
            Value::text(number.to_fixed(*digits)?)
        }
        (Native::DecimalCompare, [Value::Decimal(a), Value::Decimal(b)]) => Value::Int(a.cmp(b) as i64),
        _ => return wrong(),
    })
}
