//! Natives of `Time` and `Date`.

use dot_abi::calendar::{self, DatePart};
use dot_abi::native::Native;

use super::wrong;
use crate::interpret::machine::Eval;
use crate::interpret::value::Value;

pub(super) fn time<'p>(native: Native, args: &[Value<'p>]) -> Eval<'p> {
    Ok(match (native, args) {
        (Native::TimeFromNanos, [Value::Int(nanos)]) => Value::Time(*nanos),
        (Native::TimeToNanos, [Value::Time(nanos)]) => Value::Int(*nanos),
        (Native::TimeParse, [Value::Text(text)]) => Value::option(calendar::parse_time(text).map(Value::Time)),
        (Native::TimeDate, [Value::Time(nanos), Value::Text(zone)]) => Value::Date(calendar::time_date(*nanos, zone)?),
        (Native::TimeNanosOfDay, [Value::Time(nanos), Value::Text(zone)]) => {
            Value::Int(calendar::time_of_day(*nanos, zone)?)
        }
        (Native::TimeFormat, [Value::Time(nanos), Value::Text(pattern), Value::Text(zone)]) => {
            Value::text(calendar::format_time(*nanos, pattern, zone)?)
        }
        _ => return wrong(),
    })
}

pub(super) fn date<'p>(native: Native, args: &[Value<'p>]) -> Eval<'p> {
    Ok(match (native, args) {
        (Native::DateFromDays, [Value::Int(days)]) => Value::Date(calendar::date_from_days(*days)?),
        (Native::DateToDays, [Value::Date(days)]) => Value::Int(*days),
        (Native::DateParse, [Value::Text(text)]) => Value::option(calendar::parse_date(text).map(Value::Date)),
        (Native::DateOf, [Value::Int(year), Value::Int(month), Value::Int(day)]) => {
            Value::option(calendar::date_of(*year, *month, *day).map(Value::Date))
        }
        (Native::DateAddMonths, [Value::Date(days), Value::Int(months)]) => {
            Value::Date(calendar::add_months(*days, *months)?)
        }
        (Native::DateAt, [Value::Date(days), Value::Int(hour), Value::Int(minute), Value::Text(zone)]) => {
            Value::Time(calendar::date_at(*days, *hour, *minute, zone)?)
        }
        (Native::DateFormat, [Value::Date(days), Value::Text(pattern)]) => {
            Value::text(calendar::format_date(*days, pattern)?)
        }
        (_, [Value::Date(days)]) => Value::Int(calendar::date_part(*days, part(native)?)?),
        _ => return wrong(),
    })
}

fn part<'p>(native: Native) -> Eval<'p, DatePart> {
    Ok(match native {
        Native::DateYear => DatePart::Year,
        Native::DateMonth => DatePart::Month,
        Native::DateDay => DatePart::Day,
        Native::DateWeek => DatePart::Week,
        Native::DateIsoWeekYear => DatePart::WeekYear,
        _ => return wrong().map(|_| DatePart::Year),
    })
}
