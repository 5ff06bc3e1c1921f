//! Arithmetic: checked integers, and what floats need beyond WASM's own operations.

use dot_abi::fault::{FaultCode, texts};
use dot_abi::layout::Repr;

use super::Guest;
use crate::core::Scalar;
use crate::known::ranges::{Range, fits};
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

/// An operand of checked arithmetic: its value, which costs nothing to look at again, and what it may be.
#[derive(Clone, Debug)]
pub(crate) struct Int {
    pub(crate) value: Expr,
    pub(crate) range: Range,
}

impl Int {
    fn get(&self) -> Expr {
        self.value.clone()
    }

    /// Whether it is below zero or zero for sure.
    fn is_never_positive(&self) -> bool {
        self.range.largest <= 0
    }

    fn is_natural(&self) -> bool {
        self.range.is_natural()
    }
}

/// `a + b`. A sum that overflows lies on the wrong side of an operand if the sign of the other one is known; otherwise
/// it differs from both in sign.
pub(crate) fn add(g: &Guest<'_>, f: &mut Code<'_>, a: &Int, b: &Int, site: &Expr) -> Expr {
    if fits(Scalar::AddInt, a.range, b.range) {
        return a.get() + b.get();
    }
    let sum = f.let_long("sum", a.get() + b.get());
    let wrong = match (a, b) {
        (a, b) if a.is_natural() && b.is_natural() => sum.less(0),
        (known, other) | (other, known) if known.is_natural() => sum.less(other.get()),
        (known, other) | (other, known) if known.is_never_positive() => sum.greater(other.get()),
        _ => ((a.get() ^ sum) & (b.get() ^ sum)).less(0),
    };
    fault_when(f, wrong, overflow(g), site);
    sum.into()
}

/// `a - b`. A difference that overflows lies on the wrong side of a if the sign of b is known; otherwise a
/// differs in sign from b and from the difference.
pub(crate) fn subtract(g: &Guest<'_>, f: &mut Code<'_>, a: &Int, b: &Int, site: &Expr) -> Expr {
    if fits(Scalar::SubtractInt, a.range, b.range) {
        return a.get() - b.get();
    }
    let difference = f.let_long("difference", a.get() - b.get());
    let wrong = if b.is_natural() {
        difference.greater(a.get())
    } else if b.is_never_positive() {
        difference.less(a.get())
    } else {
        ((a.get() ^ b.get()) & (a.get() ^ difference)).less(0)
    };
    fault_when(f, wrong, overflow(g), site);
    difference.into()
}

/// `a * b`. What does not overflow with a constant above 0 is a range around 0; operands of 32 bits can't overflow, for
/// others the quotient tells.
pub(crate) fn multiply(g: &Guest<'_>, f: &mut Code<'_>, a: &Int, b: &Int, site: &Expr) -> Expr {
    if fits(Scalar::MultiplyInt, a.range, b.range) {
        return a.get() * b.get();
    }
    for (constant, other) in [(a, b), (b, a)] {
        let Range { least: factor @ 1.., largest } = constant.range else { continue };
        if factor == largest {
            let (least, largest) = (i64::MIN / factor, i64::MAX / factor);
            let outside = (other.get() - least).above(largest.wrapping_sub(least));
            fault_when(f, outside, overflow(g), site);
            return a.get() * b.get();
        }
    }
    let product = f.let_long("product", a.get() * b.get());
    let half = 1_i64 << 31;
    let small = if a.is_natural() && b.is_natural() {
        (a.get() | b.get()).below(half)
    } else {
        ((a.get() + half) | (b.get() + half)).below(half << 1)
    };
    f.when(small.is_zero(), |f| {
        let exact = f.call(product_is_exact(g), args![a.get(), b.get(), product]);
        fault_when(f, exact.is_zero(), overflow(g), site);
    });
    product.into()
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

/// `a / b`
pub(crate) fn divide(g: &Guest<'_>, f: &mut Code<'_>, a: &Int, b: &Int, site: &Expr) -> Expr {
    check_divisor(g, f, b, site);
    if a.range.contains(i64::MIN) && b.range.contains(-1) {
        let wrong = b.get().equals(-1).and_then(a.get().equals(wide(i64::MIN)));
        fault_when(f, wrong, overflow(g), site);
    }
    if a.is_natural() && b.is_natural() { a.get().div_unsigned(b.get()) } else { a.get().div_signed(b.get()) }
}

/// `a % b`
pub(crate) fn remainder(g: &Guest<'_>, f: &mut Code<'_>, a: &Int, b: &Int, site: &Expr) -> Expr {
    check_divisor(g, f, b, site);
    if a.is_natural() && b.is_natural() { a.get().rem_unsigned(b.get()) } else { a.get().rem_signed(b.get()) }
}

fn check_divisor(g: &Guest<'_>, f: &mut Code<'_>, b: &Int, site: &Expr) {
    if b.range.contains(0) {
        fault_when(f, b.get().is_zero(), zero(g), site);
    }
}

/// `result = a / b` of durations, as a float.
pub(crate) fn divide_durations(g: &Guest<'_>, f: &mut Code<'_>, result: Var, a: Var, b: Var, site: Expr) {
    fault_when(f, b.is_zero(), zero(g), &site);
    f.set(result, a.to_float() / b.to_float());
}

/// `-a`
pub(crate) fn negate(g: &Guest<'_>, f: &mut Code<'_>, a: &Int, site: &Expr) -> Expr {
    if a.range.contains(i64::MIN) {
        fault_when(f, a.get().equals(wide(i64::MIN)), overflow(g), site);
    }
    wide(0) - a.get()
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
