//! Natives of `Int`, `Float`, `Math` and `Duration`.

use dot_abi::fault::{Fault, FaultCode, texts};
use dot_abi::native::Native;
use dot_abi::text::{float_to_fixed, parse_float};

use super::text::argument;
use super::wrong;
use crate::interpret::machine::Eval;
use crate::interpret::value::Value;

pub(super) fn int<'p>(native: Native, args: &[Value<'p>]) -> Eval<'p> {
    Ok(match (native, args) {
        (Native::IntWrappingAdd, [Value::Int(a), Value::Int(b)]) => Value::Int(a.wrapping_add(*b)),
        (Native::IntWrappingSub, [Value::Int(a), Value::Int(b)]) => Value::Int(a.wrapping_sub(*b)),
        (Native::IntWrappingMul, [Value::Int(a), Value::Int(b)]) => Value::Int(a.wrapping_mul(*b)),
        (Native::IntBitAnd, [Value::Int(a), Value::Int(b)]) => Value::Int(a & b),
        (Native::IntBitOr, [Value::Int(a), Value::Int(b)]) => Value::Int(a | b),
        (Native::IntBitXor, [Value::Int(a), Value::Int(b)]) => Value::Int(a ^ b),
        (Native::IntShiftLeft | Native::IntShiftRight, [_, Value::Int(bits)]) if !(0..64).contains(bits) => {
            return argument(texts::SHIFT_RANGE);
        }
        (Native::IntShiftLeft, [Value::Int(a), Value::Int(bits)]) => Value::Int(a << bits),
        (Native::IntShiftRight, [Value::Int(a), Value::Int(bits)]) => Value::Int(a >> bits),
        (Native::IntToFloat, [Value::Int(a)]) => Value::Float(*a as f64),
        (Native::IntParse, [Value::Text(text)]) => Value::option(text.parse().ok().map(Value::Int)),
        _ => return wrong(),
    })
}

pub(super) fn float<'p>(native: Native, args: &[Value<'p>]) -> Eval<'p> {
    match args {
        [Value::Text(text)] if native == Native::FloatParse => Ok(Value::option(parse_float(text).map(Value::Float))),
        [Value::Float(a)] if native == Native::FloatToInt => to_int(*a),
        [Value::Float(a)] => of_one(native, *a).map_or_else(wrong, |result| Ok(Value::Float(result))),
        [Value::Float(a), Value::Int(digits)] if native == Native::FloatToFixed => {
            match usize::try_from(*digits).ok().filter(|digits| *digits <= 100) {
                Some(digits) => Ok(Value::text(float_to_fixed(*a, digits))),
                None => argument(texts::DIGITS_RANGE),
            }
        }
        [Value::Float(y), Value::Float(x)] if native == Native::MathAtan2 => Ok(Value::Float(libm::atan2(*y, *x))),
        [Value::Float(a), Value::Float(b)] if native == Native::MathPow => Ok(Value::Float(libm::pow(*a, *b))),
        [Value::Int(nanos)] if native == Native::DurationFromNanos => Ok(Value::Duration(*nanos)),
        [Value::Duration(nanos)] if native == Native::DurationToNanos => Ok(Value::Int(*nanos)),
        _ => wrong(),
    }
}

fn of_one(native: Native, a: f64) -> Option<f64> {
    Some(match native {
        Native::FloatFloor => a.floor(),
        Native::FloatCeil => a.ceil(),
        Native::FloatRoundWhole => a.round(),
        Native::FloatAbs => a.abs(),
        Native::FloatSqrt => a.sqrt(),
        Native::MathSin => libm::sin(a),
        Native::MathCos => libm::cos(a),
        Native::MathTan => libm::tan(a),
        Native::MathExp => libm::exp(a),
        Native::MathLn => libm::log(a),
        Native::MathLog10 => libm::log10(a),
        Native::MathLog2 => libm::log2(a),
        _ => return None,
    })
}

fn to_int<'p>(a: f64) -> Eval<'p> {
    let whole = a.trunc();
    // 2^63 is a float, 2^63 - 1 is not.
    if whole >= -(2f64.powi(63)) && whole < 2f64.powi(63) {
        Ok(Value::Int(whole as i64))
    } else {
        Err(Fault::new(FaultCode::Conversion, texts::FLOAT_TO_INT).into())
    }
}
