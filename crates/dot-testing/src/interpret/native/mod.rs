//! Pure natives, each in the most obvious way.

mod calendar;
mod collection;
mod decimal;
mod number;
mod text;
mod typed;

use dot_abi::native::Native;
use dot_types::program::Type;

use super::machine::{Bug, Eval, Machine};
use super::value::Value;

impl<'p> Machine<'p, '_> {
    pub(super) fn native(&mut self, native: Native, types: &[Type], args: &[Value<'p>]) -> Eval<'p> {
        let module = native.name().split_once('.').map_or("", |(module, _)| module);
        match (native, module) {
            (Native::TextOf, _) => {
                let (Some(value), Some(ty)) = (args.first(), types.first()) else {
                    return Err(Bug("a native misses an argument").into());
                };
                Ok(Value::text(self.text_of(value, ty)?))
            }
            (_, "Text") => text::text(native, args),
            (_, "Bytes") => text::bytes(native, args),
            (_, "Int") => number::int(native, args),
            (_, "Float" | "Math" | "Duration") => number::float(native, args),
            (_, "Time") => calendar::time(native, args),
            (_, "Date") => calendar::date(native, args),
            (_, "Decimal") => decimal::decimal(native, args),
            (_, "List") => collection::list(native, args),
            (_, "Map") => collection::map(native, args),
            (_, "Set") => collection::set(native, args),
            _ => Err(Bug("the native is unknown").into()),
        }
    }

    /// What `Text.of` gives for a value of a closed type.
    pub(super) fn text_of(&mut self, value: &Value<'p>, ty: &Type) -> Eval<'p, String> {
        let reference = self.types.of(ty);
        let value = self.types.lift(value, ty)?;
        Ok(dot_abi::text::text_of(&self.types.table, reference, &value)?)
    }
}

/// A native was called with arguments that it does not take.
fn wrong<'p>() -> Eval<'p> {
    Err(Bug("a native does not take these arguments").into())
}

/// The range of `slice`: negative indices count from the end, everything is clamped.
fn slice_range(length: usize, start: i64, end: i64) -> std::ops::Range<usize> {
    let length = length as i64;
    let place = |index: i64| (if index < 0 { index + length } else { index }).clamp(0, length) as usize;
    let start = place(start);
    start..place(end).max(start)
}
