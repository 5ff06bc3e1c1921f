//! Expressions of times and dates.

use super::Generator;
use super::types::Ty;

/// Seconds since the start of 1970.
const SECONDS: &[&str] = &["0", "1", "-1", "86399", "1711846800", "1769862600", "-5000000000", "9223372036"];
/// Days since the start of 1970, leap days and ends of months among them.
const DAYS: &[&str] = &["0", "-1", "30", "58", "789", "19782", "20484", "-719528", "2932896"];
const ZONES: &[&str] = &["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"];
const ZONE_TYPOS: &[&str] = &["Europe/Berln", "nowhere"];
const PATTERNS: &[&str] = &["%Y-%m-%d", "%d.%m.%y", "%A %-d %B %Y", "%j%%", "%G-W%V-%u"];
const CLOCK_PATTERNS: &[&str] = &["%H:%M:%S%.f", "%FT%T%:z", "%I %p %Z"];

impl Generator {
    fn one_of(&mut self, pool: &[&'static str]) -> &'static str {
        pool[self.below(pool.len())]
    }

    fn zone(&mut self) -> &'static str {
        if self.percent(4) { self.one_of(ZONE_TYPOS) } else { self.one_of(ZONES) }
    }

    pub(super) fn time_literal(&mut self) -> String {
        format!("Time.of({})", self.one_of(SECONDS))
    }

    pub(super) fn date_literal(&mut self) -> String {
        format!("Date.from_days({})", self.one_of(DAYS))
    }

    pub(super) fn time_expr(&mut self, depth: u32) -> String {
        match self.below(6) {
            0 | 1 => {
                let op = ["+", "-"][self.below(2)];
                format!("({} {op} {})", self.operand(&Ty::Time, depth), self.operand(&Ty::Duration, depth))
            }
            2 => format!("({} + {})", self.operand(&Ty::Duration, depth), self.operand(&Ty::Time, depth)),
            3 => {
                let (date, hour, zone) = (self.operand(&Ty::Date, depth), self.below(25), self.zone());
                format!("{date}.at({hour}, {}, \"{zone}\")", self.below(60))
            }
            4 => {
                let time = self.operand(&Ty::Time, depth);
                format!("(Time.parse({time}.to_text()) ?? {})", self.time_literal())
            }
            _ => format!("Time.from_nanos({})", self.known(&Ty::Int, depth)),
        }
    }

    pub(super) fn date_expr(&mut self, depth: u32) -> String {
        match self.below(7) {
            0 | 1 => {
                let name = ["add_days", "add_months", "add_years"][self.below(3)];
                let date = self.operand(&Ty::Date, depth);
                let number = if self.percent(80) {
                    (self.below(60) as i64 - 30).to_string()
                } else {
                    self.known(&Ty::Int, depth)
                };
                format!("{date}.{name}({number})")
            }
            2 => {
                let name = ["start_of_week", "start_of_month"][self.below(2)];
                format!("{}.{name}()", self.operand(&Ty::Date, depth))
            }
            3 => format!("{}.date(\"{}\")", self.operand(&Ty::Time, depth), self.zone()),
            4 => {
                let year = self.known(&Ty::Int, depth);
                let (month, day) = (self.below(14), self.below(33));
                format!("(Date.of({year}, {month}, {day}) ?? {})", self.date_literal())
            }
            5 => {
                let date = self.operand(&Ty::Date, depth);
                format!("(Date.parse({date}.to_text()) ?? {})", self.date_literal())
            }
            _ => self.date_literal(),
        }
    }

    /// A number that a time gives.
    pub(super) fn time_number(&mut self, depth: u32) -> String {
        let time = self.operand(&Ty::Time, depth);
        match self.below(4) {
            0 => format!("{time}.unix_millis()"),
            1 => format!("{time}.unix_seconds()"),
            2 => format!("{time}.to_nanos()"),
            _ => {
                let name = ["hour", "minute", "second"][self.below(3)];
                format!("{time}.{name}(\"{}\")", self.zone())
            }
        }
    }

    /// A number that a date gives.
    pub(super) fn date_number(&mut self, depth: u32) -> String {
        let date = self.operand(&Ty::Date, depth);
        let names = ["year", "month", "day", "week", "iso_week_year", "weekday", "to_days", "days_until"];
        match names[self.below(names.len())] {
            "days_until" => format!("{date}.days_until({})", self.known(&Ty::Date, depth)),
            name => format!("{date}.{name}()"),
        }
    }

    /// A text that a time or date gives.
    pub(super) fn calendar_text(&mut self, depth: u32) -> String {
        if self.percent(50) {
            let (date, pattern) = (self.operand(&Ty::Date, depth), self.one_of(PATTERNS));
            return format!("{date}.format(\"{pattern}\")");
        }
        let (time, pattern) = (self.operand(&Ty::Time, depth), self.one_of(CLOCK_PATTERNS));
        format!("{time}.format(\"{pattern}\", \"{}\")", self.zone())
    }
}
