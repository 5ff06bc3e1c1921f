//! Numbers from text and floats as text.

use dot_abi::fault::{Fault, FaultCode, texts};
use dot_abi::native::{HOST_MODULE, Native};
use dot_abi::text::{float_to_fixed, parse_float, parse_int};
use wasmtime::{Caller, Linker};

use super::{boxed, native};
use crate::activation::Activation;

pub(super) fn link(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    linker.func_wrap(HOST_MODULE, Native::IntParse.name(), |mut caller: Caller<'_, Activation>, text: i32| {
        native(&mut caller, |guest| {
            let number = parse_int(guest.text(text as u32)?);
            let ty = guest.unit.layouts.maybe_int;
            boxed(guest, ty, number.map(|number| number as u64))
        })
    })?;
    linker.func_wrap(HOST_MODULE, Native::FloatParse.name(), |mut caller: Caller<'_, Activation>, text: i32| {
        native(&mut caller, |guest| {
            let number = parse_float(guest.text(text as u32)?);
            let ty = guest.unit.layouts.maybe_float;
            boxed(guest, ty, number.map(f64::to_bits))
        })
    })?;
    let name = Native::FloatToFixed.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, float: f64, digits: i64| {
        native(&mut caller, |guest| {
            let digits = usize::try_from(digits).ok().filter(|digits| *digits <= 100);
            let digits = digits.ok_or_else(|| Fault::new(FaultCode::Argument, texts::DIGITS_RANGE))?;
            guest.new_text(&float_to_fixed(float, digits))
        })
    })?;
    Ok(())
}
