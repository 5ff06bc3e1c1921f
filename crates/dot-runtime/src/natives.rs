//! Host natives: the pure natives of `dot.pure.1` that are not made of WASM instructions.
//!
//! They work on guest memory directly. References that they get are borrowed, those that they give
//! are new. What they keep outside of the guest's memory is bounded by what the memory can hold.

mod calendar;
mod decimal;
mod float;
mod math;
mod text;
mod typed;

use dot_abi::fault::Fault;
use dot_abi::layout::SITE_CELL;
use dot_abi::types::TypeRef;
use wasmtime::{Caller, Linker};

use crate::activation::Activation;
use crate::guest::{Guest, broken};
use crate::imports::source_range;

/// Adds every host native to a linker.
pub(crate) fn link(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    text::link(linker)?;
    float::link(linker)?;
    calendar::link(linker)?;
    decimal::link(linker)?;
    math::link(linker)?;
    typed::link(linker)
}

/// Runs a native; its fault stands where the guest says that it calls it.
fn native<T>(
    caller: &mut Caller<'_, Activation>,
    run: impl FnOnce(&mut Guest<'_>) -> Result<T, Fault>,
) -> wasmtime::Result<T> {
    let mut guest = Guest::new(caller)?;
    // Read before: a condition that the native asks may call natives itself.
    let site = guest.read_u32(SITE_CELL).ok();
    run(&mut guest).map_err(|fault| {
        let place = site.and_then(|site| source_range(&guest.unit.manifest, site));
        wasmtime::Error::from(match place {
            Some(range) => fault.at(range),
            None => fault,
        })
    })
}

/// An option of a number: `None`, or a new box.
fn boxed(guest: &mut Guest<'_>, ty: Option<TypeRef>, slot: Option<u64>) -> Result<u32, Fault> {
    match (slot, ty) {
        (None, _) => Ok(0),
        (Some(slot), Some(ty)) => guest.new_object(ty, &slot.to_le_bytes()),
        (Some(_), None) => Err(broken("its table has no type for the result of a native")),
    }
}

#[cfg(test)]
mod tests {
    use dot_abi::native::{HOST_MODULE, Native};

    use super::*;

    #[test]
    fn every_host_native_is_there() {
        let engine = wasmtime::Engine::default();
        let mut linker = Linker::new(&engine);
        link(&mut linker).expect("no name is used twice");
        for native in Native::ALL.iter().filter(|native| native.is_host()) {
            let again = linker.func_wrap(HOST_MODULE, native.name(), || {});
            assert!(again.is_err(), "{} is missing", native.name());
        }
    }
}
