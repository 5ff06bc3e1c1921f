//! Arithmetic: checked integers, and what floats need beyond WASM's own operations.

use dot_abi::fault::{FaultCode, texts};
use dot_abi::layout::Repr;

use super::Guest;
use crate::wasm::{Code, Expr, Func, Operand, Var, args, float, wide};

/// `(site)`: the result left 64 bits.
fn overflow(g: &Guest<'_>) -> Func {
    fault_of(g, "fault.overflow", FaultCode::Overflow)
}

/// `(site)`: the divisor is zero.
fn zero(g: &Guest<'_>) -> Func {
    fault_of(g, "fault.zero", FaultCode::DivideByZero)
}

fn fault_of(g: &Guest<'_>, name: &str, code: FaultCode) -> Func {
    g.routine(name, &[Repr::I32], None, |f| {
        let [site] = f.params();
        g.fault(f, code, site.into(), wide(0), wide(0));
    })
}

fn fault_when(f: &mut Code<'_>, condition: Expr, fault: Func, site: &Expr) {
    f.when(condition, |f| {
        f.run(fault, args![site.clone()]);
        f.unreachable();
    });
}

/// `result = a + b`: the sum overflows if both operands differ from it in sign.
pub(crate) fn add(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, b: Var, site: Expr) {
    let sum = f.let_long("sum", a + b);
    fault_when(f, ((a ^ sum) & (b ^ sum)).less(0), overflow(g), &site);
    f.set(result, sum);
}

/// `result = a - b`: overflows if a differs in sign from b and from the difference.
pub(crate) fn subtract(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, b: Var, site: Expr) {
    let difference = f.let_long("difference", a - b);
    fault_when(f, ((a ^ b) & (a ^ difference)).less(0), overflow(g), &site);
    f.set(result, difference);
}

/// `result = a + b` for a constant: the sum overflows if it lies on the wrong side of a.
pub(crate) fn add_constant(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, b: i64, site: Expr) {
    let sum = f.let_long("sum", a + b);
    let wrong = if b < 0 { sum.greater(a) } else { sum.less(a) };
    fault_when(f, wrong, overflow(g), &site);
    f.set(result, sum);
}

/// `result = a - b` for a constant.
pub(crate) fn subtract_constant(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, b: i64, site: Expr) {
    let difference = f.let_long("difference", a - b);
    let wrong = if b < 0 { difference.less(a) } else { difference.greater(a) };
    fault_when(f, wrong, overflow(g), &site);
    f.set(result, difference);
}

/// `result = a * b` for a constant above 0: what does not overflow is a range around 0.
pub(crate) fn multiply_constant(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, b: i64, site: Expr) {
    let (least, largest) = (i64::MIN / b, i64::MAX / b);
    let outside = (a - least).above(largest.wrapping_sub(least));
    fault_when(f, outside, overflow(g), &site);
    f.set(result, a * b);
}

/// `result = a * b`: operands of 32 bits can't overflow, for others the quotient tells.
pub(crate) fn multiply(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, b: Var, site: Expr) {
    let product = f.let_long("product", a * b);
    let half = 1_i64 << 31;
    let small = ((a + half) | (b + half)).below(1_i64 << 32);
    f.when(small.is_zero(), |f| {
        let exact = f.call(product_is_exact(g), args![a, b, product]);
        fault_when(f, exact.is_zero(), overflow(g), &site);
    });
    f.set(result, product);
}

/// `(a, b, product) -> Bool`: whether the product has not overflowed.
fn product_is_exact(g: &Guest<'_>) -> Func {
    g.routine("int.exact_product", &[Repr::I64; 3], Some(Repr::I32), |f| {
        let [a, b, product] = f.params();
        f.when(a.is_zero(), |f| f.ret(1));
        // The one quotient that does not fit.
        f.when(a.equals(-1), |f| f.ret(b.differs(wide(i64::MIN))));
        f.ret(product.div_signed(a).equals(b));
    })
}

/// `result = a / b`
pub(crate) fn divide(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, b: Var, site: Expr) {
    fault_when(f, b.is_zero(), zero(g), &site);
    fault_when(f, b.equals(-1).and_then(a.equals(wide(i64::MIN))), overflow(g), &site);
    f.set(result, a.div_signed(b));
}

/// `result = a % b`
pub(crate) fn remainder(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, b: Var, site: Expr) {
    fault_when(f, b.is_zero(), zero(g), &site);
    f.set(result, a.rem_signed(b));
}

/// `result = a / b` of durations, as a float.
pub(crate) fn divide_durations(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, b: Var, site: Expr) {
    fault_when(f, b.is_zero(), zero(g), &site);
    f.set(result, a.to_float() / b.to_float());
}

/// `result = -a`
pub(crate) fn negate(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, site: Expr) {
    fault_when(f, a.equals(wide(i64::MIN)), overflow(g), &site);
    f.set(result, wide(0) - a);
}

/// Checks a number of bits to shift by.
pub(crate) fn check_shift(g: &Guest<'_>, f: &mut Code<'_>, bits: Var, site: Expr) {
    let fault = g.routine("fault.shift", &[Repr::I32], None, |f| {
        let [site] = f.params();
        g.fault_with(f, FaultCode::Argument, site.into(), texts::SHIFT_RANGE);
    });
    fault_when(f, bits.not_below(64), fault, &site);
}

/// `result = a` as an integer, towards zero.
pub(crate) fn float_to_int(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, site: Expr) {
    let fault = g.routine("fault.float_to_int", &[Repr::I32], None, |f| {
        let [site] = f.params();
        g.fault_with(f, FaultCode::Conversion, site.into(), texts::FLOAT_TO_INT);
    });
    let bound = 2f64.powi(63);
    let fits = a.at_least(float(-bound)) & a.less(float(bound));
    fault_when(f, fits.is_zero(), fault, &site);
    f.set(result, a.truncate_to_int());
}

/// The nearest integer, halves away from zero. Adding the largest float below one half avoids
/// that the sum of 0.49999999999999994 and one half rounds up.
pub(crate) fn round(a: Var) -> Expr {
    let almost_half = 0.499_999_999_999_999_94;
    (a + float(almost_half).copy_sign(a)).trunc().copy_sign(a)
}

/// `(a, b) -> remainder` with the sign of a, exact as C's `fmod`: long division on the significands.
pub(crate) fn float_remainder(g: &Guest<'_>) -> Func {
    const EXPONENT_MASK: i64 = 0x7ff;
    const IMPLICIT_BIT: i64 = 1 << 52;
    g.routine("float.remainder", &[Repr::F64, Repr::F64], Some(Repr::F64), |f| {
        let [a, b] = f.params();
        let sign = f.let_long("sign", a.bits() & i64::MIN);
        let x = f.let_long("x", a.bits() & i64::MAX);
        let y = f.let_long("y", b.bits() & i64::MAX);
        let infinite = f64::INFINITY.to_bits() as i64;
        let no_result = y.is_zero() | x.at_least(infinite) | y.greater(infinite);
        f.when(no_result, |f| f.ret(float(f64::NAN)));
        f.when(x.less(y), |f| f.ret(a));
        let exponent = f.let_long("exponent", x.shr(52));
        let bound = f.let_long("bound", y.shr(52));
        for (significand, exponent) in [(x, exponent), (y, bound)] {
            f.when_else(
                exponent.is_zero(),
                |f| {
                    f.set(exponent, 1);
                },
                |f| f.set(significand, (significand & (IMPLICIT_BIT - 1)) | IMPLICIT_BIT),
            );
        }
        // A subnormal divisor has fewer bits than the dividend: only then more than one subtraction is due here.
        f.set(x, x.rem_unsigned(y));
        f.repeat(|f, again| {
            f.when(x.at_least(y), |f| f.set(x, x - y));
            f.when(exponent.greater(bound), |f| {
                f.set(x, x.shl(1));
                f.set(exponent, exponent - 1);
                f.br(again);
            });
        });
        f.when(x.is_zero(), |f| f.ret(sign.as_float()));
        f.while_((x & IMPLICIT_BIT).is_zero().and_then(exponent.greater(1)), |f| {
            f.set(x, x.shl(1));
            f.set(exponent, exponent - 1);
        });
        let subnormal = (x & IMPLICIT_BIT).is_zero();
        let encoded = (x & (IMPLICIT_BIT - 1)) | (exponent & EXPONENT_MASK).shl(52);
        f.ret((subnormal.select(x, encoded) | sign).as_float());
    })
}
