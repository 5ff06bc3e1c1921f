//! The host interface: what every guest may call.

mod calls;

use dot_abi::fault::{Fault, FaultCode, SourceRange};
use dot_abi::manifest::Manifest;
use dot_abi::types::{TypeDesc, TypeRef};
use wasmtime::{Caller, Linker};

use crate::activation::Activation;
use crate::faults::from_value;
use crate::guest::{Guest, broken};
use crate::lift::lift;
use crate::limits::stack_fault;

/// The module of the interface.
const MODULE: &str = dot_abi::manifest::IMPORT_MODULE;

/// Adds the host interface to a linker.
pub(crate) fn link(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    linker.func_wrap(MODULE, "fault", |mut caller: Caller<'_, Activation>, code: i32, site: i32, a: i64, b: i64| {
        let fault = match Guest::new(&mut caller) {
            Ok(guest) => guest_fault(&guest, code, site as u32, a, b).unwrap_or_else(|problem| problem),
            Err(problem) => problem,
        };
        Err::<(), _>(wasmtime::Error::from(fault))
    })?;
    linker.func_wrap(MODULE, "raise", |mut caller: Caller<'_, Activation>, fault: i32, site: i32| {
        let mut guest = Guest::new(&mut caller)?;
        let fault = raised(&mut guest, fault as u32, site as u32).unwrap_or_else(|problem| problem);
        Err::<(), _>(wasmtime::Error::from(fault))
    })?;
    linker.func_wrap(MODULE, "text_of", |mut caller: Caller<'_, Activation>, ty: i32, value: i64| {
        let mut guest = Guest::new(&mut caller)?;
        Ok(value_as_text(&mut guest, TypeRef(ty as u32), value as u64)? as i32)
    })?;
    calls::link(linker)
}

/// The fault that a guest raises again, from its record.
fn raised(guest: &mut Guest<'_>, fault: u32, site: u32) -> Result<Fault, Fault> {
    let unit = guest.unit.clone();
    let ty = unit.layouts.fault.ok_or_else(|| broken("its table has no type Fault"))?;
    let fault = from_value(&lift(guest, ty, fault.into())?)?;
    Ok(match source_range(&unit.manifest, site) {
        Some(range) => fault.at(range),
        None => fault,
    })
}

/// The fault that a guest raises, by the operands that each code documents; or what is wrong with them.
fn guest_fault(guest: &Guest<'_>, code: i32, site: u32, a: i64, b: i64) -> Result<Fault, Fault> {
    let code = FaultCode::from_number(code).ok_or_else(|| broken("it raised a fault of an unknown code"))?;
    // An operand that is an address: 0 says that there is no text.
    let text = |operand: i64| match operand {
        0 => Ok(None),
        address => guest.text(address as u32).map(Some),
    };
    let activation = guest.store.data();
    let limits = &activation.limits;
    let fault = match code {
        FaultCode::Overflow => Fault::overflow(),
        FaultCode::DivideByZero => Fault::divide_by_zero(),
        FaultCode::Index => Fault::index(a, b),
        FaultCode::Key => Fault::key(text(a)?),
        FaultCode::Refinement => refinement(&guest.unit.manifest, a, text(b)?)?,
        FaultCode::MemoryLimit => activation.limiter.refused().unwrap_or_else(|| limits.memory_fault()),
        FaultCode::CpuLimit => limits.cpu_fault(),
        FaultCode::ValueLimit => limits.value_fault(),
        FaultCode::StackLimit => stack_fault(guest.unit.engine.stack_bytes()),
        FaultCode::Fail
        | FaultCode::FailRetry
        | FaultCode::Assert
        | FaultCode::Conversion
        | FaultCode::Argument
        | FaultCode::Decode
        | FaultCode::Capability
        | FaultCode::Io
        | FaultCode::Network
        | FaultCode::Timeout
        | FaultCode::Status
        | FaultCode::Unknown
        | FaultCode::Native
        | FaultCode::Mock
        | FaultCode::OutputLimit
        | FaultCode::CallLimit
        | FaultCode::Internal => Fault::new(code, text(a)?.unwrap_or(code.as_str())),
    };
    Ok(match source_range(&guest.unit.manifest, site) {
        Some(range) => fault.at(range),
        None => fault,
    })
}

fn refinement(manifest: &Manifest, ty: i64, value: Option<&str>) -> Result<Fault, Fault> {
    match usize::try_from(ty).ok().and_then(|ty| manifest.types.types.get(ty)) {
        Some(TypeDesc::Refined { name, condition, .. }) => Ok(Fault::refinement(name, condition, value)),
        _ => Err(broken("it raised a fault for a type that is not refined")),
    }
}

/// Where a site stands.
pub(crate) fn source_range(manifest: &Manifest, site: u32) -> Option<SourceRange> {
    let site = manifest.sites.get(site as usize)?;
    let file = manifest.files.get(site.0 as usize)?.clone();
    Some(SourceRange { file, start: site.1, end: site.2 })
}

/// The text of a borrowed value.
fn value_as_text(guest: &mut Guest<'_>, ty: TypeRef, slot: u64) -> Result<u32, Fault> {
    let unit = guest.unit.clone();
    if ty.0 as usize >= unit.manifest.types.types.len() {
        return Err(broken("it asked for the text of a type that is not in its table"));
    }
    let value = lift(guest, ty, slot)?;
    let text = guest.text_of(ty, &value)?;
    guest.new_text(&text)
}
