//! Operations on integers, floats, durations and truth values.

use dot_abi::layout::Repr;
use dot_abi::native::Native;

use super::function::FunctionEmitter;
use crate::core::{Atom, Scalar, SiteRef, Unary};
use crate::guest::scalar::{self, Int};
use crate::wasm::{Code, Expr, Operand};

impl FunctionEmitter<'_, '_> {
    pub(super) fn scalar(&self, f: &mut Code<'_>, op: Scalar, a: Atom, b: Atom, site: SiteRef) -> Expr {
        let checked = match op {
            Scalar::AddFloat => return self.atom(a) + self.atom(b),
            Scalar::SubtractFloat => return self.atom(a) - self.atom(b),
            Scalar::MultiplyFloat => return self.atom(a) * self.atom(b),
            Scalar::DivideFloat => return self.atom(a) / self.atom(b),
            Scalar::RemainderFloat => return f.call(scalar::float_remainder(self.guest()), self.atoms(&[a, b])),
            Scalar::NextInt => return self.atom(a) + 1,
            Scalar::DivideDuration => {
                let (a, b) = (self.operand(f, "left", a), self.operand(f, "right", b));
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
        checked(self.guest(), f, &self.int(a), &self.int(b), &self.site(site))
    }

    fn int(&self, atom: Atom) -> Int {
        Int { value: self.atom(atom), range: self.ranges.atom(atom) }
    }

    pub(super) fn unary(&self, f: &mut Code<'_>, op: Unary, a: Atom, site: SiteRef) -> Expr {
        match op {
            Unary::Not => self.atom(a).is_zero(),
            Unary::NegateFloat => self.atom(a).negate(),
            Unary::NegateInt => scalar::negate(self.guest(), f, &self.int(a), &self.site(site)),
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
