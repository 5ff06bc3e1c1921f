//! Operations on integers, floats, durations and truth values.

use dot_abi::layout::Repr;
use dot_abi::native::Native;

use super::function::FunctionEmitter;
use crate::core::{Atom, Scalar, SiteRef, Unary};
use crate::guest::scalar;
use crate::wasm::{Code, Expr, Operand, args};

impl FunctionEmitter<'_, '_> {
    pub(super) fn scalar(&self, f: &mut Code<'_>, op: Scalar, a: Atom, b: Atom, site: SiteRef) -> Expr {
        if let Some(result) = self.scalar_with_constant(f, op, a, b, site) {
            return result;
        }
        let (a, b) = (self.operand(f, "left", a), self.operand(f, "right", b));
        let checked = match op {
            Scalar::AddFloat => return a + b,
            Scalar::SubtractFloat => return a - b,
            Scalar::MultiplyFloat => return a * b,
            Scalar::DivideFloat => return a / b,
            Scalar::RemainderFloat => return f.call(scalar::float_remainder(self.guest()), args![a, b]),
            Scalar::DivideDuration => {
                let result = f.var("quotient", Repr::F64);
                scalar::divide_durations(self.guest(), f, result, a, b, self.site(site));
                return result.into();
            }
            Scalar::AddInt => scalar::add,
            Scalar::SubtractInt => scalar::subtract,
            Scalar::MultiplyInt => scalar::multiply,
            Scalar::DivideInt => scalar::divide,
            Scalar::RemainderInt => scalar::remainder,
        };
        let result = f.long("result");
        checked(self.guest(), f, result, a, b, self.site(site));
        result.into()
    }

    /// Operations on integers of which one is a constant that makes the check cheaper.
    fn scalar_with_constant(&self, f: &mut Code<'_>, op: Scalar, a: Atom, b: Atom, site: SiteRef) -> Option<Expr> {
        let (a, b) = match (op, a, b) {
            (Scalar::AddInt | Scalar::MultiplyInt, Atom::Int(constant), other) => (other, constant),
            (_, other, Atom::Int(constant)) => (other, constant),
            _ => return None,
        };
        let checked = match (op, b) {
            (Scalar::AddInt, _) => scalar::add_constant,
            (Scalar::SubtractInt, _) => scalar::subtract_constant,
            (Scalar::MultiplyInt, 1..) => scalar::multiply_constant,
            // Neither zero nor the one divisor whose quotient may not fit.
            (Scalar::DivideInt, 1.. | ..=-2) => return Some(self.operand(f, "left", a).div_signed(b)),
            (Scalar::RemainderInt, 1.. | ..=-1) => return Some(self.operand(f, "left", a).rem_signed(b)),
            _ => return None,
        };
        let (a, result) = (self.operand(f, "left", a), f.long("result"));
        checked(self.guest(), f, result, a, b, self.site(site));
        Some(result.into())
    }

    pub(super) fn unary(&self, f: &mut Code<'_>, op: Unary, a: Atom, site: SiteRef) -> Expr {
        match op {
            Unary::Not => self.atom(a).is_zero(),
            Unary::NegateFloat => self.atom(a).negate(),
            Unary::NegateInt => {
                let (a, result) = (self.operand(f, "operand", a), f.long("result"));
                scalar::negate(self.guest(), f, result, a, self.site(site));
                result.into()
            }
        }
    }

    /// The natives of numbers, durations, times and dates that are instructions.
    pub(super) fn scalar_native(&self, f: &mut Code<'_>, native: Native, atoms: &[Atom], site: SiteRef) -> Expr {
        let a = self.operand(f, "left", atoms[0]);
        if let Some(&b) = atoms.get(1) {
            let b = self.operand(f, "right", b);
            if matches!(native, Native::IntShiftLeft | Native::IntShiftRight) {
                scalar::check_shift(self.guest(), f, b, self.site(site));
            }
            return match native {
                Native::IntWrappingAdd => a + b,
                Native::IntWrappingSub => a - b,
                Native::IntWrappingMul => a * b,
                Native::IntBitAnd => a & b,
                Native::IntBitOr => a | b,
                Native::IntBitXor => a ^ b,
                Native::IntShiftLeft => a.shl(b),
                Native::IntShiftRight => a.shr_signed(b),
                other => unreachable!("{other:?} is no operation on two scalars"),
            };
        }
        match native {
            Native::IntToFloat => a.to_float(),
            Native::FloatToInt => {
                let result = f.long("result");
                scalar::float_to_int(self.guest(), f, result, a, self.site(site));
                result.into()
            }
            Native::FloatFloor => a.floor(),
            Native::FloatCeil => a.ceil(),
            Native::FloatRoundWhole => scalar::round(a),
            Native::FloatAbs => a.abs(),
            Native::FloatSqrt => a.sqrt(),
            Native::DurationFromNanos
            | Native::DurationToNanos
            | Native::TimeFromNanos
            | Native::TimeToNanos
            | Native::DateToDays => a.into(),
            other => unreachable!("{other:?} is no operation on one scalar"),
        }
    }
}
