//! Arithmetic against Rust's own.

mod support;

use dot_abi::native::Native;
use dot_abi::types::TypeDesc;
use dot_abi::value::Value;
use dot_codegen::core::{Atom, Op, Scalar, Unary};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::{Compiled, SITE, Types, native, operation};

const OVERFLOW: &str = "overflow: the result does not fit in 64 bits";
const ZERO: &str = "divide-by-zero: the divisor is zero";

/// Integers near every bound, and some in between.
fn integers() -> Vec<i64> {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let bounds = [0, 1 << 31, 1 << 32, i64::MAX, i64::MIN, 3_037_000_500];
    let near = bounds.into_iter().flat_map(|n: i64| [n.wrapping_sub(1), n, n.wrapping_add(1), n.wrapping_neg()]);
    near.chain((0..6).map(|bits| (random.next_u64() as i64) >> (bits * 9))).collect()
}

fn scalar(op: Scalar) -> Compiled {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    operation(types, &[int, int], int, |args| Op::Scalar(op, args[0], args[1], SITE))
}

fn check(op: Scalar, model: impl Fn(i64, i64) -> Result<i64, &'static str>) {
    let compiled = scalar(op);
    for a in integers() {
        for b in integers() {
            let given = compiled.run_plain(&[Value::Int(a), Value::Int(b)]);
            let given = given.map(|outcome| outcome.value).map_err(|fault| fault.to_string());
            assert_eq!(given, model(a, b).map(Value::Int).map_err(str::to_owned), "{op:?} {a} {b}");
        }
    }
}

#[test]
fn integers_are_checked() {
    check(Scalar::AddInt, |a, b| a.checked_add(b).ok_or(OVERFLOW));
    check(Scalar::SubtractInt, |a, b| a.checked_sub(b).ok_or(OVERFLOW));
    check(Scalar::MultiplyInt, |a, b| a.checked_mul(b).ok_or(OVERFLOW));
    check(Scalar::DivideInt, |a, b| if b == 0 { Err(ZERO) } else { a.checked_div(b).ok_or(OVERFLOW) });
    check(Scalar::RemainderInt, |a, b| if b == 0 { Err(ZERO) } else { Ok(a.wrapping_rem(b)) });
}

/// The same where one operand is a constant of the program.
fn check_constants(op: Scalar, model: impl Fn(i64, i64) -> Result<i64, &'static str>) {
    for constant in [0, 1, 2, 7, 1 << 40, i64::MAX, -1, -2, -7, i64::MIN] {
        let fixed = |args: &[Atom], first: bool| {
            let known = Atom::Int(constant);
            if first { Op::Scalar(op, known, args[0], SITE) } else { Op::Scalar(op, args[0], known, SITE) }
        };
        for first in [false, true] {
            let mut types = Types::default();
            let int = types.add(TypeDesc::Int);
            let compiled = operation(types, &[int], int, |args| fixed(&args, first));
            for other in integers() {
                let (a, b) = if first { (constant, other) } else { (other, constant) };
                let given = compiled.run_plain(&[Value::Int(other)]);
                let given = given.map(|outcome| outcome.value).map_err(|fault| fault.to_string());
                assert_eq!(given, model(a, b).map(Value::Int).map_err(str::to_owned), "{op:?} {a} {b}");
            }
        }
    }
}

#[test]
fn integers_are_checked_beside_constants() {
    check_constants(Scalar::AddInt, |a, b| a.checked_add(b).ok_or(OVERFLOW));
    check_constants(Scalar::SubtractInt, |a, b| a.checked_sub(b).ok_or(OVERFLOW));
    check_constants(Scalar::MultiplyInt, |a, b| a.checked_mul(b).ok_or(OVERFLOW));
    check_constants(Scalar::DivideInt, |a, b| if b == 0 { Err(ZERO) } else { a.checked_div(b).ok_or(OVERFLOW) });
    check_constants(Scalar::RemainderInt, |a, b| if b == 0 { Err(ZERO) } else { Ok(a.wrapping_rem(b)) });
}

#[test]
fn negation_is_checked() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let negate = operation(types, &[int], int, |args| Op::Unary(Unary::NegateInt, args[0], SITE));
    assert_eq!(negate.value(&[Value::Int(5)]), Value::Int(-5));
    assert_eq!(negate.fault(&[Value::Int(i64::MIN)]), OVERFLOW);
}

#[test]
fn shifts_are_checked() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let right = native(Native::IntShiftRight, types, &[], &[int, int], int);
    assert_eq!(right.value(&[Value::Int(-8), Value::Int(1)]), Value::Int(-4));
    for bits in [-1, 64] {
        let expect = "argument: the number of bits lies between 0 and 63";
        assert_eq!(right.fault(&[Value::Int(1), Value::Int(bits)]), expect);
    }
}

#[test]
fn float_remainders_are_exact() {
    let mut types = Types::default();
    let float = types.add(TypeDesc::Float);
    let compiled =
        operation(types, &[float, float], float, |args| Op::Scalar(Scalar::RemainderFloat, args[0], args[1], SITE));
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let mut floats = vec![0.0, -0.0, 1.0, 5.5, -3.25, 1e300, f64::MIN_POSITIVE, 5e-324, -1.5e-323, f64::MAX];
    floats.extend([f64::INFINITY, f64::NAN]);
    floats.extend((0..12).map(|_| f64::from_bits(random.next_u64())));
    for &a in &floats {
        for &b in &floats {
            let Ok(outcome) = compiled.run_plain(&[Value::Float(a), Value::Float(b)]) else { panic!("no fault") };
            let Value::Float(given) = outcome.value else { panic!("a float") };
            let expect = a % b;
            let same = given.to_bits() == expect.to_bits() || (given.is_nan() && expect.is_nan());
            assert!(same, "{a:e} % {b:e} is {expect:e}, not {given:e}");
        }
    }
}

#[test]
fn floats_become_integers_and_are_rounded() {
    let mut types = Types::default();
    let (float, int) = (types.add(TypeDesc::Float), types.add(TypeDesc::Int));
    let with = |types: &Types| Types { table: types.table.clone() };
    let to_int = native(Native::FloatToInt, with(&types), &[], &[float], int);
    let round = native(Native::FloatRoundWhole, types, &[], &[float], float);
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let halves = [0.5, 0.499_999_999_999_999_94, 1.5, 2.5, 4_503_599_627_370_495.5, 9_007_199_254_740_991.0, 0.0];
    let some = (0..20).map(|_| random.random_range(-1e6..1e6));
    for float in halves.into_iter().chain(some).flat_map(|float: f64| [float, -float]) {
        assert_eq!(to_int.value(&[Value::Float(float)]), Value::Int(float as i64));
        let Value::Float(rounded) = round.value(&[Value::Float(float)]) else { panic!("a float") };
        assert_eq!(rounded.to_bits(), float.round().to_bits(), "{float}");
    }
    assert_eq!(to_int.value(&[Value::Float(-9_223_372_036_854_775_808.0)]), Value::Int(i64::MIN));
    for float in [9_223_372_036_854_775_808.0, f64::NAN, f64::NEG_INFINITY] {
        let expect = "conversion: the float does not fit in a 64-bit integer";
        assert_eq!(to_int.fault(&[Value::Float(float)]), expect);
    }
}
