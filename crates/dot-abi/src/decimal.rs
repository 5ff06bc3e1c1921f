//! Decimal numbers: 96 bits of digits and a point, exact for amounts of money.
//!
//! A `Decimal` is always normalised: it has no zeros at the end of its fraction and zero has no sign, so that numbers
//! that are equal have equal bytes.

use std::fmt;

use rust_decimal::{Decimal as Number, RoundingStrategy};

use crate::fault::{Fault, FaultCode, texts};
use crate::text::NumberParts;

/// The most digits behind the point.
pub const MOST_DIGITS: u32 = 28;

/// A decimal number. Its order is that of the numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Decimal(Number);

impl Decimal {
    /// 0
    pub const ZERO: Decimal = Decimal(Number::ZERO);

    /// The decimal of an integer.
    pub fn of(number: i64) -> Decimal {
        Decimal::normal(Number::from(number))
    }

    /// The decimal of the digits of a literal, which have no sign.
    pub fn of_magnitude(number: u64) -> Decimal {
        Decimal::normal(Number::from(number))
    }

    /// The number that a text writes, with or without sign, point and exponent. `None` if a decimal can't hold it exactly.
    pub fn parse(text: &str) -> Option<Decimal> {
        let parts = NumberParts::of(text)?;
        let exponent: i64 = parts.exponent.map_or(Some(0), |exponent| exponent.parse().ok())?;
        let fraction = parts.fraction.unwrap_or_default();
        let (mut number, mut zeros) = (0i128, 0u32);
        for digit in parts.whole.bytes().chain(fraction.bytes()).map(|byte| i128::from(byte - b'0')) {
            // Zeros count when another digit follows; those at the start and the end never do.
            zeros = if number == 0 { 0 } else { zeros.checked_add(1)? };
            if digit != 0 {
                number = number.checked_mul(10i128.checked_pow(zeros)?)?.checked_add(digit)?;
                zeros = 0;
            }
        }
        if number == 0 {
            return Some(Decimal::ZERO);
        }
        let mut scale = (fraction.len() as i64 - i64::from(zeros)).checked_sub(exponent)?;
        if scale < 0 {
            let power = u32::try_from(scale.unsigned_abs()).ok().filter(|power| *power <= MOST_DIGITS)?;
            number = number.checked_mul(10i128.checked_pow(power)?)?;
            scale = 0;
        }
        let number = if parts.negative { -number } else { number };
        let scale = u32::try_from(scale).ok().filter(|scale| *scale <= MOST_DIGITS)?;
        Number::try_from_i128_with_scale(number, scale).ok().map(Decimal::normal)
    }

    fn normal(number: Number) -> Decimal {
        Decimal(number.normalize())
    }

    /// The 16 bytes that stand for it in memory.
    pub fn to_bytes(self) -> [u8; 16] {
        self.0.serialize()
    }

    /// The decimal of 16 bytes; `None` if [`to_bytes`](Decimal::to_bytes) gives them for none.
    pub fn from_bytes(bytes: [u8; 16]) -> Option<Decimal> {
        let decimal = Decimal::normal(Number::deserialize(bytes));
        (decimal.to_bytes() == bytes).then_some(decimal)
    }

    /// `a + b`; digits behind the 28th are rounded.
    pub fn plus(self, other: Decimal) -> Result<Decimal, Fault> {
        known(self.0.checked_add(other.0))
    }

    /// `a - b`
    pub fn minus(self, other: Decimal) -> Result<Decimal, Fault> {
        known(self.0.checked_sub(other.0))
    }

    /// `a * b`; digits behind the 28th are rounded.
    pub fn times(self, other: Decimal) -> Result<Decimal, Fault> {
        known(self.0.checked_mul(other.0))
    }

    /// `a / b`, rounded to 28 digits.
    pub fn divide(self, other: Decimal) -> Result<Decimal, Fault> {
        if other.0.is_zero() {
            return Err(Fault::divide_by_zero());
        }
        known(self.0.checked_div(other.0))
    }

    /// `a % b`, with the sign of `a`.
    pub fn remainder(self, other: Decimal) -> Result<Decimal, Fault> {
        if other.0.is_zero() {
            return Err(Fault::divide_by_zero());
        }
        known(self.0.checked_rem(other.0))
    }

    /// `-a`
    pub fn negate(self) -> Decimal {
        Decimal::normal(-self.0)
    }

    /// The greatest whole number that is not above.
    pub fn floor(self) -> Decimal {
        Decimal::normal(self.0.floor())
    }

    /// The least whole number that is not below.
    pub fn ceil(self) -> Decimal {
        Decimal::normal(self.0.ceil())
    }

    /// The number without what is behind the point.
    pub fn truncate(self) -> Decimal {
        Decimal::normal(self.0.trunc())
    }

    /// The nearest number of so many digits behind the point; of two that are as near, the one that ends even.
    pub fn round(self, digits: i64) -> Result<Decimal, Fault> {
        Ok(self.rounded(decimal_places(digits)?))
    }

    fn rounded(self, digits: u32) -> Decimal {
        Decimal::normal(self.0.round_dp_with_strategy(digits, RoundingStrategy::MidpointNearestEven))
    }

    /// The number with so many digits behind the point, rounded as [`round`](Decimal::round) does.
    pub fn to_fixed(self, digits: i64) -> Result<String, Fault> {
        let digits = decimal_places(digits)?;
        let mut text = self.rounded(digits).to_string();
        let behind = text.find('.').map_or(0, |point| text.len() - point - 1);
        if behind == 0 && digits > 0 {
            text.push('.');
        }
        text.extend(std::iter::repeat_n('0', digits as usize - behind));
        Ok(text)
    }

    /// The nearest float.
    pub fn to_float(self) -> f64 {
        // The text is exact, and reading it rounds once.
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The integer part.
    pub fn to_int(self) -> Result<i64, Fault> {
        let whole = self.0.trunc().mantissa();
        i64::try_from(whole).map_err(|_| Fault::new(FaultCode::Conversion, texts::DECIMAL_TO_INT))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn known(number: Option<Number>) -> Result<Decimal, Fault> {
    let overflow = || Fault::new(FaultCode::Overflow, texts::DECIMAL_OVERFLOW);
    number.map(Decimal::normal).ok_or_else(overflow)
}

fn decimal_places(digits: i64) -> Result<u32, Fault> {
    let digits = u32::try_from(digits).ok().filter(|digits| *digits <= MOST_DIGITS);
    digits.ok_or_else(|| Fault::new(FaultCode::Argument, texts::DECIMAL_DIGITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text} is a decimal"))
    }

    #[test]
    fn texts_both_ways() {
        let check = |text: &str, shown: &str| assert_eq!(decimal(text).to_string(), shown);
        check("19.99", "19.99");
        check("1.00", "1");
        check("-0.0", "0");
        check("+007", "7");
        check("100", "100");
        check("1.5e3", "1500");
        check("15E-4", "0.0015");
        check("0e99999", "0");
        check("79228162514264337593543950335", "79228162514264337593543950335");
        check("0.0000000000000000000000000001", "0.0000000000000000000000000001");
        check("1.00000000000000000000000000000000000000000000", "1");
        for wrong in [
            "",
            ".5",
            "5.",
            "1_000",
            "NaN",
            "1e",
            "79228162514264337593543950336",
            "1e29",
            "0.00000000000000000000000000001",
            "1e99999999999999999999",
            "0.12345678901234567890123456789",
        ] {
            assert_eq!(Decimal::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn equal_numbers_have_equal_bytes() {
        assert_eq!(decimal("1.0").to_bytes(), decimal("1.00").to_bytes());
        assert_eq!(decimal("0.5").plus(decimal("0.5")).map(Decimal::to_bytes), Ok(Decimal::of(1).to_bytes()));
        for text in ["0", "-1.5", "79228162514264337593543950335", "-0.0000000000000000000000000001"] {
            assert_eq!(Decimal::from_bytes(decimal(text).to_bytes()), Some(decimal(text)));
        }
        let not_normal = Number::new(100, 2).serialize();
        assert_eq!(Decimal::from_bytes(not_normal), None);
        assert_eq!(Decimal::from_bytes([0xff; 16]), None);
    }

    #[test]
    fn arithmetic() {
        let check =
            |result: Result<Decimal, Fault>, text: &str| assert_eq!(result.map(|d| d.to_string()), Ok(text.into()));
        let (a, b) = (decimal("0.1"), decimal("0.2"));
        check(a.plus(b), "0.3");
        check(a.minus(b), "-0.1");
        check(a.times(b), "0.02");
        check(Decimal::of(1).divide(Decimal::of(3)), "0.3333333333333333333333333333");
        check(Decimal::of(2).divide(Decimal::of(3)), "0.6666666666666666666666666667");
        check(decimal("-7.5").remainder(Decimal::of(2)), "-1.5");
        let largest = decimal("79228162514264337593543950335");
        let overflow = Err(Fault::new(FaultCode::Overflow, texts::DECIMAL_OVERFLOW));
        assert_eq!(largest.plus(Decimal::of(1)), overflow);
        assert_eq!(largest.times(largest), overflow);
        assert_eq!(a.divide(Decimal::ZERO), Err(Fault::divide_by_zero()));
        assert_eq!(a.remainder(Decimal::ZERO), Err(Fault::divide_by_zero()));
        assert_eq!(Decimal::ZERO.negate().to_bytes(), Decimal::ZERO.to_bytes());
    }

    #[test]
    fn rounding() {
        let round = |text: &str, digits| decimal(text).round(digits).map(|d| d.to_string());
        assert_eq!(round("2.5", 0).as_deref(), Ok("2"));
        assert_eq!(round("3.5", 0).as_deref(), Ok("4"));
        assert_eq!(round("-2.675", 2).as_deref(), Ok("-2.68"));
        assert!(round("1", 29).is_err() && round("1", -1).is_err());
        let fixed = |text: &str, digits| decimal(text).to_fixed(digits);
        assert_eq!(fixed("19.9", 2).as_deref(), Ok("19.90"));
        assert_eq!(fixed("-0.004", 2).as_deref(), Ok("0.00"));
        assert_eq!(fixed("1.005", 2).as_deref(), Ok("1.00"));
        assert_eq!(fixed("7", 0).as_deref(), Ok("7"));
        assert_eq!(decimal("-1.5").floor(), Decimal::of(-2));
        assert_eq!(decimal("-1.5").ceil(), Decimal::of(-1));
        assert_eq!(decimal("-0.5").truncate().to_bytes(), Decimal::ZERO.to_bytes());
    }

    #[test]
    fn other_numbers() {
        assert_eq!(decimal("0.1").to_float(), 0.1);
        assert_eq!(decimal("-9223372036854775808.9").to_int(), Ok(i64::MIN));
        assert_eq!(decimal("9223372036854775808").to_int().map_err(|fault| fault.code), Err(FaultCode::Conversion));
        assert_eq!(Decimal::of(i64::MIN).to_int(), Ok(i64::MIN));
    }
}
