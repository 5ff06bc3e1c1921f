//! Numbers, durations and sizes.

use crate::{Diagnostic, Span, Token, codes};

/// Nanoseconds of each unit of a duration.
const DURATIONS: [(&str, i64); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Bytes of each unit of a size: powers of 1024.
const SIZES: [(&str, i64); 5] = [("B", 1), ("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30), ("TB", 1 << 40)];

/// What is wrong with a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Problem {
    /// An integer above 2^64 - 1, or a duration or size above 2^63 - 1 of its smallest unit.
    TooLarge,
    /// `0x` without digits, or with such that the base lacks.
    Digits(&'static str),
    /// Letters behind a number that are no unit.
    Unit(String),
    /// `1.5s`
    FractionOfUnit,
    /// A float whose value is infinite.
    Infinite,
}

impl Problem {
    pub(super) fn diagnostic(self, span: Span) -> Diagnostic {
        let (message, help) = match self {
            Problem::TooLarge => {
                ("the number is too large for 64 bits".into(), "write a smaller one, or a `Float` such as `1e30`")
            }
            Problem::Digits(base) => (
                format!("the number has a digit that {base} numbers lack"),
                "write only digits of that base, and `_` between them",
            ),
            Problem::Unit(unit) => (
                format!("`{unit}` behind a number is no unit"),
                "units are `ns us ms s m h d` for durations and `B KB MB GB TB` for sizes; for a product write `*`",
            ),
            Problem::FractionOfUnit => (
                "a number with a unit must be whole".into(),
                "use a smaller unit, such as `1500ms` for one and a half seconds",
            ),
            Problem::Infinite => ("the number is too large for a `Float`".into(), "write one below 1.8e308"),
        };
        Diagnostic::error(codes::NUMBER, span, message).help(help)
    }
}

/// Reads a number as the lexer found it: digits, and letters and digits behind them.
pub(super) fn parse(text: &str) -> Result<Token, Problem> {
    for (prefix, radix, base) in [("0x", 16, "hexadecimal"), ("0b", 2, "binary"), ("0o", 8, "octal")] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return parse_radix(digits, radix).map_err(|problem| problem.unwrap_or(Problem::Digits(base)));
        }
    }
    let (number, unit) = text.split_at(number_length(text));
    let digits: String = number.chars().filter(|&c| c != '_').collect();
    let whole = !digits.contains(['.', 'e', 'E']);
    if !unit.is_empty() {
        return parse_unit(&digits, whole, unit);
    }
    if whole {
        return digits.parse().map(Token::Int).map_err(|_| Problem::TooLarge);
    }
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Token::Float(value)),
        _ => Err(Problem::Infinite),
    }
}

/// The length of the digits, fraction and exponent.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(|b| b.is_ascii_digit() || *b == b'_') {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

/// Digits of a base; `Err(None)` stands for a wrong digit.
fn parse_radix(digits: &str, radix: u32) -> Result<Token, Option<Problem>> {
    let digits: String = digits.chars().filter(|&c| c != '_').collect();
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(None);
    }
    u64::from_str_radix(&digits, radix).map(Token::Int).map_err(|_| Some(Problem::TooLarge))
}

fn parse_unit(digits: &str, whole: bool, unit: &str) -> Result<Token, Problem> {
    let find = |table: &[(&str, i64)]| table.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
    let (factor, token): (i64, fn(i64) -> Token) = match (find(&DURATIONS), find(&SIZES)) {
        (Some(factor), _) => (factor, Token::Duration),
        (None, Some(factor)) => (factor, Token::Size),
        (None, None) => return Err(Problem::Unit(unit.into())),
    };
    if !whole {
        return Err(Problem::FractionOfUnit);
    }
    let count: i64 = digits.parse().map_err(|_| Problem::TooLarge)?;
    count.checked_mul(factor).map(token).ok_or(Problem::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::{Problem, parse};
    use crate::Token;

    #[test]
    fn numbers() {
        assert_eq!(parse("1_000"), Ok(Token::Int(1000)));
        assert_eq!(parse("0xff"), Ok(Token::Int(255)));
        assert_eq!(parse("0b1_1"), Ok(Token::Int(3)));
        assert_eq!(parse("1.5e3"), Ok(Token::Float(1500.0)));
        assert_eq!(parse("2e-1"), Ok(Token::Float(0.2)));
        assert_eq!(parse("18446744073709551615"), Ok(Token::Int(u64::MAX)));
    }

    #[test]
    fn units() {
        assert_eq!(parse("10ms"), Ok(Token::Duration(10_000_000)));
        assert_eq!(parse("3d"), Ok(Token::Duration(3 * 86_400_000_000_000)));
        assert_eq!(parse("64MB"), Ok(Token::Size(64 << 20)));
        assert_eq!(parse("1KB"), Ok(Token::Size(1024)));
    }

    #[test]
    fn problems() {
        assert_eq!(parse("18446744073709551616"), Err(Problem::TooLarge));
        assert_eq!(parse("0x"), Err(Problem::Digits("hexadecimal")));
        assert_eq!(parse("0b12"), Err(Problem::Digits("binary")));
        assert_eq!(parse("5px"), Err(Problem::Unit("px".into())));
        assert_eq!(parse("1.5s"), Err(Problem::FractionOfUnit));
        assert_eq!(parse("999999999d"), Err(Problem::TooLarge));
        assert_eq!(parse("1e999"), Err(Problem::Infinite));
    }
}
