//! Values as text: what `Text.of`, `"${…}"` and `print` show, and the spelling of floats and durations.

use crate::calendar::{date_to_text, time_to_text};
use crate::fault::Fault;
use crate::json::{self, Check, Style};
use crate::types::{TypeDesc, TypeRef, TypeTable};
use crate::value::Value;

/// What `Text.of` gives: a text as it is; a float, decimal, duration, time, date, fault or case of a union of bare cases
/// without quotes; everything else as compact JSON.
///
/// A value that is nested deeper than [`json::MAX_DEPTH`] is a `value-limit` fault.
pub fn text_of(types: &TypeTable, ty: TypeRef, value: &Value) -> Result<String, Fault> {
    text_of_checked(types, ty, value, &mut |_| Ok(()))
}

/// What [`text_of`] gives, unless a check ends it before.
pub fn text_of_checked(types: &TypeTable, ty: TypeRef, value: &Value, check: Check<'_>) -> Result<String, Fault> {
    match value {
        Value::Text(text) => {
            check(text.len())?;
            Ok(text.to_string())
        }
        Value::Float(float) => Ok(float_to_text(*float)),
        Value::Duration(nanos) => Ok(duration_to_text(*nanos)),
        Value::Time(nanos) => Ok(time_to_text(*nanos)),
        Value::Date(days) => Ok(date_to_text(*days)),
        Value::Decimal(decimal) => Ok(decimal.to_string()),
        Value::Case(case, _) => match bare_tag(types, ty, *case) {
            Some(tag) => Ok(tag.to_owned()),
            None => json::encode_checked(types, ty, value, Style::Compact, check),
        },
        _ => json::encode_checked(types, ty, value, Style::Compact, check),
    }
}

/// What stands for a case of a union of bare cases.
fn bare_tag(types: &TypeTable, ty: TypeRef, case: u32) -> Option<&str> {
    match types.get(types.base(ty)) {
        TypeDesc::Union { cases, .. } if json::is_bare_union(types, ty) => Some(cases.get(case as usize)?.json_tag()),
        _ => None,
    }
}

/// The shortest text that reads back as the same float. It always has a point or an exponent: `1.0`, `1e20`.
pub fn float_to_text(float: f64) -> String {
    if float.is_nan() {
        "NaN".to_owned()
    } else if float.is_infinite() {
        if float > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else {
        ryu::Buffer::new().format_finite(float).to_owned()
    }
}

/// The float of a text: what [`float_to_text`] gives, and decimal numbers with or without a point and exponent.
pub fn parse_float(text: &str) -> Option<f64> {
    match text {
        "NaN" => return Some(f64::NAN),
        "Infinity" => return Some(f64::INFINITY),
        "-Infinity" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    // The library's parser also takes names such as `inf`, and numbers such as `.5` and `5.`.
    NumberParts::of(text)?;
    text.parse().ok()
}

/// The parts of a decimal number as it is written.
pub(crate) struct NumberParts<'t> {
    /// Whether a `-` stands in front.
    pub(crate) negative: bool,
    /// The digits in front of the point.
    pub(crate) whole: &'t str,
    /// The digits behind it.
    pub(crate) fraction: Option<&'t str>,
    /// The power of ten, with its sign.
    pub(crate) exponent: Option<&'t str>,
}

impl<'t> NumberParts<'t> {
    /// Takes a number apart; `None` if the text is none.
    pub(crate) fn of(text: &'t str) -> Option<NumberParts<'t>> {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (unsigned, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let power = |part: &str| digits(part.strip_prefix(['+', '-']).unwrap_or(part));
        let well_formed = digits(whole) && fraction.is_none_or(digits) && exponent.is_none_or(power);
        well_formed.then_some(NumberParts { negative: text.starts_with('-'), whole, fraction, exponent })
    }
}

/// The integer of a text: decimal digits with an optional sign and nothing else. `None` also if it does not fit 64 bits.
pub fn parse_int(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// The units of durations, largest first, in nanoseconds.
const UNITS: [(&str, u64); 7] = [
    ("d", 86_400_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// A duration in its units, largest first, those that are zero left out: `1h30m`, `250ms`, `-2s`, `0s`.
pub fn duration_to_text(nanos: i64) -> String {
    if nanos == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    if nanos < 0 {
        text.push('-');
    }
    let mut rest = nanos.unsigned_abs();
    for (unit, size) in UNITS {
        if rest >= size {
            text.push_str(&(rest / size).to_string());
            text.push_str(unit);
            rest %= size;
        }
    }
    text
}

/// The nanoseconds of a text such as `90s`, `1h30m` or `-250ms`: whole numbers, each with a unit smaller than the one before.
pub fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let mut total: u64 = 0;
    let mut units = UNITS.as_slice();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let unit = rest[number..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |length| number + length);
        let index = units.iter().position(|(name, _)| *name == &rest[number..unit])?;
        let amount = rest[..number].parse::<u64>().ok()?.checked_mul(units[index].1)?;
        total = total.checked_add(amount)?;
        units = &units[index + 1..];
        rest = &rest[unit..];
    }
    if negative { 0i64.checked_sub_unsigned(total) } else { i64::try_from(total).ok() }
}

/// The units of sizes, largest first; `B` is the end of the others and stands last.
const SIZES: [(&str, u64); 5] = [("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)];

/// A size in the largest unit that shows it exactly: `64MB`, `1000B`. A kilobyte has 1,024 bytes.
pub fn size_to_text(bytes: u64) -> String {
    let exact = SIZES.iter().find(|(_, size)| bytes >= *size && bytes.is_multiple_of(*size));
    match exact {
        Some((unit, size)) => format!("{}{unit}", bytes / size),
        None => "0B".to_owned(),
    }
}

/// The bytes of a text such as `64MB`: a whole number with a unit, or without one for bytes.
pub fn parse_size(text: &str) -> Option<u64> {
    let split = SIZES.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)));
    let (digits, unit) = split.unwrap_or((text, 1));
    // The library's parser also takes a sign.
    let well_formed = digits.bytes().all(|byte| byte.is_ascii_digit());
    well_formed.then(|| digits.parse::<u64>().ok()?.checked_mul(unit)).flatten()
}

/// The beginning of a text for a message: so many characters at most, and `…` where some are left out.
pub fn shorten(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A float with so many digits behind the point, rounded to the nearest; NaN and infinities as [`float_to_text`] has them.
pub fn float_to_fixed(float: f64, digits: usize) -> String {
    if float.is_finite() { format!("{float:.digits$}") } else { float_to_text(float) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let check = |nanos: i64, text: &str| {
            assert_eq!(duration_to_text(nanos), text);
            assert_eq!(parse_duration(text), Some(nanos));
        };
        check(0, "0s");
        check(5_400_000_000_000, "1h30m");
        check(250_000_000, "250ms");
        check(-2_000_000_000, "-2s");
        check(90_000_000_000, "1m30s");
        check(86_400_000_000_001, "1d1ns");
        check(i64::MAX, "106751d23h47m16s854ms775us807ns");
        check(i64::MIN, "-106751d23h47m16s854ms775us808ns");
    }

    #[test]
    fn durations_as_people_write_them() {
        assert_eq!(parse_duration("90s"), Some(90_000_000_000));
        assert_eq!(parse_duration("1h90m"), Some(9_000_000_000_000));
        for wrong in ["", "-", "5", "s", "5 s", "1m1h", "1s1s", "1.5s", "5é", "106752d", "99999999999999999999s"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn floats() {
        let check = |float: f64, text: &str| {
            assert_eq!(float_to_text(float), text);
            assert_eq!(parse_float(text).map(f64::to_bits), Some(float.to_bits()));
        };
        check(1.0, "1.0");
        check(-0.0, "-0.0");
        check(0.1, "0.1");
        check(1e20, "1e20");
        check(5e-324, "5e-324");
        check(f64::NAN, "NaN");
        check(f64::NEG_INFINITY, "-Infinity");
        assert_eq!(parse_float("+12"), Some(12.0));
        assert_eq!(parse_float("1.5E+3"), Some(1500.0));
        for wrong in ["", "inf", "nan", ".5", "5.", "1e", "1_0", " 1", "0x1", "+-1", "1e5e5"] {
            assert_eq!(parse_float(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn floats_with_fixed_digits() {
        assert_eq!(float_to_fixed(1.005, 2), "1.00");
        assert_eq!(float_to_fixed(2.5, 0), "2");
        assert_eq!(float_to_fixed(-0.001, 2), "-0.00");
        assert_eq!(float_to_fixed(f64::INFINITY, 2), "Infinity");
    }

    #[test]
    fn sizes() {
        for (bytes, text) in [(0, "0B"), (1000, "1000B"), (64 << 20, "64MB"), (3 << 29, "1536MB"), (1 << 30, "1GB")] {
            assert_eq!(size_to_text(bytes), text);
            assert_eq!(parse_size(text), Some(bytes));
        }
        assert_eq!(parse_size("100"), Some(100));
        for wrong in ["", "MB", "-1MB", "+1MB", "1.5MB", "1XB", "1 MB", "99999999999TB"] {
            assert_eq!(parse_size(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn long_texts_are_shortened() {
        assert_eq!(shorten("Grüße", 5), "Grüße");
        assert_eq!(shorten("Grüße!", 5), "Grüße…");
    }

    #[test]
    fn integers() {
        assert_eq!(parse_int("-9223372036854775808"), Some(i64::MIN));
        assert_eq!(parse_int("+7"), Some(7));
        for wrong in ["", "-", "9223372036854775808", "1.0", " 1", "1_0"] {
            assert_eq!(parse_int(wrong), None, "{wrong}");
        }
    }
}
