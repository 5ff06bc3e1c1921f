//! `Time.*` and `Date.*`

use dot_abi::calendar::{self, DatePart};
use dot_abi::fault::Fault;
use dot_abi::native::{HOST_MODULE, Native};
use wasmtime::{Caller, Linker};

use super::{boxed, native};
use crate::activation::Activation;

/// A native that gives a number for a date.
type OfDate = fn(i64) -> Result<i64, Fault>;

pub(super) fn link(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    link_texts(linker)?;
    link_dates(linker)?;
    link_zones(linker)
}

/// Natives that read a text.
fn link_texts(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    linker.func_wrap(HOST_MODULE, Native::TimeParse.name(), |mut caller: Caller<'_, Activation>, text: i32| {
        native(&mut caller, |guest| {
            let time = calendar::parse_time(guest.text(text as u32)?);
            let ty = guest.unit.layouts.maybe_time;
            boxed(guest, ty, time.map(|nanos| nanos as u64))
        })
    })?;
    linker.func_wrap(HOST_MODULE, Native::DateParse.name(), |mut caller: Caller<'_, Activation>, text: i32| {
        native(&mut caller, |guest| {
            let date = calendar::parse_date(guest.text(text as u32)?);
            let ty = guest.unit.layouts.maybe_date;
            boxed(guest, ty, date.map(|days| days as u64))
        })
    })?;
    Ok(())
}

/// Natives of dates and numbers.
fn link_dates(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    let of_date: [(Native, OfDate); 6] = [
        (Native::DateFromDays, calendar::date_from_days),
        (Native::DateYear, |days| calendar::date_part(days, DatePart::Year)),
        (Native::DateMonth, |days| calendar::date_part(days, DatePart::Month)),
        (Native::DateDay, |days| calendar::date_part(days, DatePart::Day)),
        (Native::DateWeek, |days| calendar::date_part(days, DatePart::Week)),
        (Native::DateIsoWeekYear, |days| calendar::date_part(days, DatePart::WeekYear)),
    ];
    for (name, run) in of_date {
        linker.func_wrap(HOST_MODULE, name.name(), move |mut caller: Caller<'_, Activation>, days: i64| {
            native(&mut caller, |_| run(days))
        })?;
    }
    let name = Native::DateAddMonths.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, days: i64, months: i64| {
        native(&mut caller, |_| calendar::add_months(days, months))
    })?;
    let name = Native::DateOf.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, year: i64, month: i64, day: i64| {
        native(&mut caller, |guest| {
            let date = calendar::date_of(year, month, day);
            let ty = guest.unit.layouts.maybe_date;
            boxed(guest, ty, date.map(|days| days as u64))
        })
    })?;
    Ok(())
}

/// Natives that look at the clocks of a zone or follow a pattern.
fn link_zones(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    let name = Native::TimeDate.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, nanos: i64, zone: i32| {
        native(&mut caller, |guest| calendar::time_date(nanos, guest.text(zone as u32)?))
    })?;
    let name = Native::TimeNanosOfDay.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, nanos: i64, zone: i32| {
        native(&mut caller, |guest| calendar::time_of_day(nanos, guest.text(zone as u32)?))
    })?;
    linker.func_wrap(
        HOST_MODULE,
        Native::TimeFormat.name(),
        |mut caller: Caller<'_, Activation>, nanos: i64, pattern: i32, zone: i32| {
            native(&mut caller, |guest| {
                let (pattern, zone) = (guest.text(pattern as u32)?, guest.text(zone as u32)?);
                let text = calendar::format_time(nanos, pattern, zone)?;
                guest.new_text(&text)
            })
        },
    )?;
    let name = Native::DateFormat.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, days: i64, pattern: i32| {
        native(&mut caller, |guest| {
            let text = calendar::format_date(days, guest.text(pattern as u32)?)?;
            guest.new_text(&text)
        })
    })?;
    linker.func_wrap(
        HOST_MODULE,
        Native::DateAt.name(),
        |mut caller: Caller<'_, Activation>, days: i64, hour: i64, minute: i64, zone: i32| {
            native(&mut caller, |guest| calendar::date_at(days, hour, minute, guest.text(zone as u32)?))
        },
    )?;
    Ok(())
}
