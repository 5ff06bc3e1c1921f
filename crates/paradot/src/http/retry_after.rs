//! `Retry-After`: a number of seconds, or a date.

use jiff::fmt::rfc2822::DateTimeParser;

const SECOND_NS: u64 = 1_000_000_000;

/// For how long it asks to be left alone, in nanoseconds; nothing if it says nothing that is understood.
pub(super) fn read(text: &str, now_ns: i64) -> Option<u64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(seconds.saturating_mul(SECOND_NS));
    }
    let at = DateTimeParser::new().parse_timestamp(text).ok()?.as_nanosecond();
    Some(u64::try_from(at - i128::from(now_ns)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        // 2026-01-01T00:00:00Z
        let now = 1_767_225_600_000_000_000;
        for (text, expected) in [
            ("120", Some(120 * SECOND_NS)),
            (" 0 ", Some(0)),
            ("99999999999999", Some(u64::MAX)),
            ("Thu, 01 Jan 2026 00:01:30 GMT", Some(90 * SECOND_NS)),
            ("Wed, 31 Dec 2025 23:00:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(read(text, now), expected, "{text}");
        }
    }
}
