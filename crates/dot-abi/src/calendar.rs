//! Times and dates: their texts, the calendar, and the zones in which a time has a date.
//!
//! A `Time` is the nanoseconds since the start of 1970 in UTC, a `Date` the days since 1970-01-01 in the
//! Gregorian calendar, carried back before it was introduced. Zones come from the data that is bundled with the
//! program, never from the machine, so that every run sees the same.

use jiff::civil::{Date, date};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Span, Timestamp, Zoned};

use crate::fault::{Fault, FaultCode, texts};
use crate::text::shorten;

/// The day 0 of dates.
const EPOCH: Date = date(1970, 1, 1);
/// The first day that there is: the start of the year -9999.
pub const FIRST_DAY: i64 = -4_371_587;
/// The last day that there is: the end of the year 9999.
pub const LAST_DAY: i64 = 2_932_896;
/// The most characters of a pattern: each can ask for up to 255 characters of output.
const LONGEST_PATTERN: usize = 1_000;
/// The most characters of a name of a zone that are worth a look at its neighbours.
const LONGEST_ZONE: usize = 50;

/// A time in UTC as RFC 3339 has it: `2026-01-31T12:30:00Z`.
pub fn time_to_text(nanos: i64) -> String {
    timestamp(nanos).to_string()
}

/// The time of a text as RFC 3339 has it, with `Z` or an offset from UTC. `None` also if it lies outside of what
/// 64 bits of nanoseconds hold.
pub fn parse_time(text: &str) -> Option<i64> {
    nanos_of(text.parse().ok()?)
}

/// A date as ISO 8601 has it: `2026-01-31`.
pub fn date_to_text(days: i64) -> String {
    match date_of_days(days) {
        Some(date) => date.to_string(),
        None => format!("day {days}"),
    }
}

/// The date of a text as [`date_to_text`] gives it, and nothing else.
pub fn parse_date(text: &str) -> Option<i64> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then(|| days_of(date))
}

/// The date of a day in a month, if there is one.
pub fn date_of(year: i64, month: i64, day: i64) -> Option<i64> {
    let date = Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?);
    date.ok().map(days_of)
}

/// The date of a number of days since 1970-01-01.
pub fn date_from_days(days: i64) -> Result<i64, Fault> {
    if (FIRST_DAY..=LAST_DAY).contains(&days) { Ok(days) } else { Err(outside()) }
}

/// What can be read off a date.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DatePart {
    /// -9999 to 9999.
    Year,
    /// 1 to 12.
    Month,
    /// 1 to 31.
    Day,
    /// The number of the week by ISO 8601: 1 to 53.
    Week,
    /// The year that the week belongs to.
    WeekYear,
}

/// A part of a date.
pub fn date_part(days: i64, part: DatePart) -> Result<i64, Fault> {
    let date = known_date(days)?;
    Ok(match part {
        DatePart::Year => date.year().into(),
        DatePart::Month => date.month().into(),
        DatePart::Day => date.day().into(),
        DatePart::Week => date.iso_week_date().week().into(),
        DatePart::WeekYear => date.iso_week_date().year().into(),
    })
}

/// The same day so many months later, or the last one of a month that is too short for it.
pub fn add_months(days: i64, months: i64) -> Result<i64, Fault> {
    let months = Span::new().try_months(months).map_err(|_| outside())?;
    known_date(days)?.checked_add(months).map(days_of).map_err(|_| outside())
}

/// The time at which the clocks of a zone show an hour and a minute of a day. Of a time that they skip, the one as much
/// later; of one that they show twice, the first.
pub fn date_at(days: i64, hour: i64, minute: i64, zone: &str) -> Result<i64, Fault> {
    let known = |number: i64, end: i64| i8::try_from(number).ok().filter(|_| (0..end).contains(&number));
    let clock = known(hour, 24).zip(known(minute, 60));
    let (hour, minute) = clock.ok_or_else(|| Fault::new(FaultCode::Argument, texts::CLOCK_RANGE))?;
    let zoned = known_date(days)?.at(hour, minute, 0, 0).to_zoned(find_zone(zone)?);
    zoned.ok().and_then(|zoned| nanos_of(zoned.timestamp())).ok_or_else(Fault::overflow)
}

/// A date by a pattern of `strftime`.
pub fn format_date(days: i64, pattern: &str) -> Result<String, Fault> {
    format(pattern, BrokenDownTime::from(known_date(days)?))
}

/// The date that a time has in a zone.
pub fn time_date(nanos: i64, zone: &str) -> Result<i64, Fault> {
    Ok(days_of(zoned(nanos, zone)?.date()))
}

/// The nanoseconds that the clocks of a zone show at a time: those of hour, minute and second since 00:00.
pub fn time_of_day(nanos: i64, zone: &str) -> Result<i64, Fault> {
    let clock = zoned(nanos, zone)?.time();
    let seconds = (i64::from(clock.hour()) * 60 + i64::from(clock.minute())) * 60 + i64::from(clock.second());
    Ok(seconds * 1_000_000_000 + i64::from(clock.subsec_nanosecond()))
}

/// A time by a pattern of `strftime`, as it is in a zone.
pub fn format_time(nanos: i64, pattern: &str, zone: &str) -> Result<String, Fault> {
    format(pattern, BrokenDownTime::from(&zoned(nanos, zone)?))
}

fn timestamp(nanos: i64) -> Timestamp {
    // The library's range is larger than ours, so there is no time that does not fit.
    Timestamp::from_nanosecond(nanos.into()).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn nanos_of(time: Timestamp) -> Option<i64> {
    i64::try_from(time.as_nanosecond()).ok()
}

fn date_of_days(days: i64) -> Option<Date> {
    EPOCH.checked_add(SignedDuration::from_hours(days.checked_mul(24)?)).ok()
}

/// Dates of Dot always exist; a number from elsewhere need not.
fn known_date(days: i64) -> Result<Date, Fault> {
    date_of_days(days).ok_or_else(outside)
}

fn days_of(date: Date) -> i64 {
    date.duration_since(EPOCH).as_hours() / 24
}

fn zoned(nanos: i64, zone: &str) -> Result<Zoned, Fault> {
    Ok(timestamp(nanos).to_zoned(find_zone(zone)?))
}

fn outside() -> Fault {
    Fault::new(FaultCode::Overflow, texts::DATE_RANGE)
}

fn format(pattern: &str, of: BrokenDownTime) -> Result<String, Fault> {
    if pattern.len() > LONGEST_PATTERN {
        return Err(Fault::new(FaultCode::Argument, texts::PATTERN_LENGTH));
    }
    let mut text = String::new();
    match of.format(pattern, &mut text) {
        Ok(()) => Ok(text),
        Err(error) => {
            let message = format!("the pattern {} can't be used: {error}", quoted(pattern));
            Err(Fault::new(FaultCode::Argument, message))
        }
    }
}

/// The zone of a name such as `Europe/Berlin`.
fn find_zone(name: &str) -> Result<TimeZone, Fault> {
    if name.eq_ignore_ascii_case("UTC") {
        return Ok(TimeZone::UTC);
    }
    let zones = TimeZoneDatabase::bundled();
    zones.get(name).map_err(|_| {
        let near = near_zones(&zones, name);
        let hint = if near.is_empty() {
            "zones are called like \"Europe/Berlin\" or \"UTC\"".to_owned()
        } else {
            format!("did you mean {}?", near.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(" or "))
        };
        let message = format!("there is no time zone {}: {hint}", quoted(&shorten(name, LONGEST_ZONE)));
        Fault::new(FaultCode::Argument, message)
    })
}

/// The zones whose name, or city, is nearest to a name.
fn near_zones(zones: &TimeZoneDatabase, name: &str) -> Vec<String> {
    const MOST: usize = 3;
    if name.len() > LONGEST_ZONE {
        return Vec::new();
    }
    let small = name.to_lowercase().replace(' ', "_");
    let mut found: Vec<(usize, String)> = zones
        .available()
        .filter_map(|zone| {
            let zone = zone.to_string();
            let whole = zone.to_lowercase();
            let city = whole.rsplit('/').next().unwrap_or(&whole);
            let distance = strsim::osa_distance(&small, &whole).min(strsim::osa_distance(&small, city));
            (distance <= 2 && distance * 3 <= small.len()).then_some((distance, zone))
        })
        .collect();
    found.sort();
    let nearest = found.first().map(|(distance, _)| *distance);
    found.into_iter().filter(|(distance, _)| Some(*distance) == nearest).map(|(_, zone)| zone).take(MOST).collect()
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000_000;

    #[test]
    fn times_as_text() {
        let check = |nanos: i64, text: &str| {
            assert_eq!(time_to_text(nanos), text);
            assert_eq!(parse_time(text), Some(nanos));
        };
        check(0, "1970-01-01T00:00:00Z");
        check(-1, "1969-12-31T23:59:59.999999999Z");
        check(1_769_862_600_500_000_000, "2026-01-31T12:30:00.5Z");
        check(i64::MAX, "2262-04-11T23:47:16.854775807Z");
        check(i64::MIN, "1677-09-21T00:12:43.145224192Z");
        assert_eq!(parse_time("1970-01-01T02:00:00+02:00"), Some(0));
        for wrong in ["", "1970-01-01", "1970-01-01T00:00:00", "2300-01-01T00:00:00Z", "1970-13-01T00:00:00Z", "now"] {
            assert_eq!(parse_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_as_text() {
        let check = |days: i64, text: &str| {
            assert_eq!(date_to_text(days), text);
            assert_eq!(parse_date(text), Some(days));
        };
        check(0, "1970-01-01");
        check(-1, "1969-12-31");
        check(20_484, "2026-01-31");
        check(FIRST_DAY, "-009999-01-01");
        check(LAST_DAY, "9999-12-31");
        for wrong in ["", "2026-02-30", "20260131", "2026-1-31", "2026-01-31T00:00", "10000-01-01", " 2026-01-31"] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_calendar() {
        let day = |text: &str| parse_date(text).expect("a date");
        assert_eq!(date_of(2024, 2, 29), Some(day("2024-02-29")));
        assert_eq!(date_of(2026, 2, 29), None);
        assert_eq!(date_of(i64::MAX, 1, 1), None);
        assert_eq!(add_months(day("2026-01-31"), 1), Ok(day("2026-02-28")));
        assert_eq!(add_months(day("2024-02-29"), -12), Ok(day("2023-02-28")));
        assert_eq!(add_months(0, i64::MAX), Err(outside()));
        assert_eq!(date_from_days(LAST_DAY + 1), Err(outside()));
        let parts = |text: &str| {
            [DatePart::Year, DatePart::Month, DatePart::Day, DatePart::Week, DatePart::WeekYear]
                .map(|part| date_part(day(text), part).expect("a date has parts"))
        };
        assert_eq!(parts("2027-01-01"), [2027, 1, 1, 53, 2026]);
        assert_eq!(parts("9999-12-31"), [9999, 12, 31, 52, 9999]);
        assert_eq!(date_part(i64::MAX, DatePart::Year), Err(outside()));
    }

    #[test]
    fn clocks_of_zones() {
        let winter = parse_time("2026-01-31T23:30:00Z").expect("a time");
        assert_eq!(time_date(winter, "UTC"), Ok(20_484));
        assert_eq!(time_date(winter, "Europe/Berlin"), Ok(20_485));
        assert_eq!(time_of_day(winter, "Europe/Berlin"), Ok(DAY / 48));
        assert_eq!(date_at(20_485, 0, 30, "Europe/Berlin"), Ok(winter));
        // 02:30 does not exist on this day; it is an hour later.
        let skipped = parse_date("2026-03-29").expect("a date");
        assert_eq!(date_at(skipped, 2, 30, "Europe/Berlin"), date_at(skipped, 3, 30, "Europe/Berlin"));
        assert!(date_at(0, 24, 0, "UTC").is_err());
        assert_eq!(date_at(LAST_DAY, 0, 0, "UTC"), Err(Fault::overflow()));
        for nanos in [i64::MIN, i64::MAX] {
            assert!(time_date(nanos, "Pacific/Apia").is_ok());
        }
    }

    #[test]
    fn patterns() {
        let noon = parse_time("2026-01-31T12:05:09Z").expect("a time");
        assert_eq!(format_time(noon, "%d.%m.%Y %H:%M %Z", "Europe/Berlin").as_deref(), Ok("31.01.2026 13:05 CET"));
        assert_eq!(format_date(20_484, "%A, %-d %B %Y").as_deref(), Ok("Saturday, 31 January 2026"));
        for (pattern, what) in [("%H", "a date has no hour"), ("%", "nothing behind it"), ("%J", "unknown")] {
            let fault = format_date(0, pattern).expect_err(what);
            assert_eq!(fault.code, FaultCode::Argument);
        }
        assert!(format_date(0, &"%255Y".repeat(300)).is_err());
    }

    #[test]
    fn an_unknown_zone_names_near_ones() {
        let said = |zone: &str| time_date(0, zone).expect_err("there is no such zone").message;
        assert_eq!(said("Europe/Berln"), r#"there is no time zone "Europe/Berln": did you mean "Europe/Berlin"?"#);
        assert_eq!(said("new york"), r#"there is no time zone "new york": did you mean "America/New_York"?"#);
        assert_eq!(said("?"), r#"there is no time zone "?": zones are called like "Europe/Berlin" or "UTC""#);
    }
}
