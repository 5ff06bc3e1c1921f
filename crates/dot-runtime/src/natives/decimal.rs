//! `Decimal.*`: what the operators of decimals are, and the rest.

use dot_abi::decimal::Decimal;
use dot_abi::fault::Fault;
use dot_abi::native::{HOST_MODULE, Native};
use wasmtime::{Caller, Linker};

use super::native;
use crate::activation::Activation;

/// An operator.
type Operator = fn(Decimal, Decimal) -> Result<Decimal, Fault>;
/// A native that gives another decimal.
type Change = fn(Decimal) -> Decimal;

pub(super) fn link(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    link_operators(linker)?;
    link_changes(linker)?;
    link_texts(linker)?;
    link_numbers(linker)
}

fn link_operators(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    let operators: [(Native, Operator); 5] = [
        (Native::DecimalAdd, Decimal::plus),
        (Native::DecimalSubtract, Decimal::minus),
        (Native::DecimalMultiply, Decimal::times),
        (Native::DecimalDivide, Decimal::divide),
        (Native::DecimalRemainder, Decimal::remainder),
    ];
    for (name, run) in operators {
        linker.func_wrap(HOST_MODULE, name.name(), move |mut caller: Caller<'_, Activation>, a: i32, b: i32| {
            native(&mut caller, |guest| {
                let result = run(guest.decimal(a as u32)?, guest.decimal(b as u32)?)?;
                guest.new_decimal(result)
            })
        })?;
    }
    let name = Native::DecimalCompare.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, a: i32, b: i32| {
        native(&mut caller, |guest| {
            let order = guest.decimal(a as u32)?.cmp(&guest.decimal(b as u32)?);
            Ok(order as i64)
        })
    })?;
    Ok(())
}

/// Natives that give another decimal.
fn link_changes(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    let changes: [(Native, Change); 4] = [
        (Native::DecimalNegate, Decimal::negate),
        (Native::DecimalFloor, Decimal::floor),
        (Native::DecimalCeil, Decimal::ceil),
        (Native::DecimalTruncate, Decimal::truncate),
    ];
    for (name, change) in changes {
        linker.func_wrap(HOST_MODULE, name.name(), move |mut caller: Caller<'_, Activation>, number: i32| {
            native(&mut caller, |guest| {
                let number = guest.decimal(number as u32)?;
                guest.new_decimal(change(number))
            })
        })?;
    }
    let name = Native::DecimalRound.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, number: i32, digits: i64| {
        native(&mut caller, |guest| {
            let rounded = guest.decimal(number as u32)?.round(digits)?;
            guest.new_decimal(rounded)
        })
    })?;
    Ok(())
}

/// Natives from and to texts.
fn link_texts(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    linker.func_wrap(HOST_MODULE, Native::DecimalParse.name(), |mut caller: Caller<'_, Activation>, text: i32| {
        native(&mut caller, |guest| match Decimal::parse(guest.text(text as u32)?) {
            Some(number) => guest.new_decimal(number),
            None => Ok(0),
        })
    })?;
    let name = Native::DecimalToFixed.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, number: i32, digits: i64| {
        native(&mut caller, |guest| {
            let text = guest.decimal(number as u32)?.to_fixed(digits)?;
            guest.new_text(&text)
        })
    })?;
    Ok(())
}

/// Natives from and to other numbers.
fn link_numbers(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    linker.func_wrap(HOST_MODULE, Native::DecimalOf.name(), |mut caller: Caller<'_, Activation>, number: i64| {
        native(&mut caller, |guest| guest.new_decimal(Decimal::of(number)))
    })?;
    let name = Native::DecimalToFloat.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, number: i32| {
        native(&mut caller, |guest| guest.decimal(number as u32).map(Decimal::to_float))
    })?;
    let name = Native::DecimalToInt.name();
    linker.func_wrap(HOST_MODULE, name, |mut caller: Caller<'_, Activation>, number: i32| {
        native(&mut caller, |guest| guest.decimal(number as u32)?.to_int())
    })?;
    Ok(())
}
