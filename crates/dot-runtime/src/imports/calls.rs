//! Calls of dots: `start`, `ready`, `take`, `settle`, `group`, `note`, `mock`.

use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::{CallSite, Class, Target};
use dot_abi::value::Value;
use paradot::Captured;
use wasmtime::{Caller, Linker};

use super::{MODULE, source_range};
use crate::activation::Activation;
use crate::faults::to_value;
use crate::guest::{Guest, broken};
use crate::lift::lift;
use crate::lower::{lower, lower_unasked};
use crate::unit::UnitInner;

pub(super) fn link(linker: &mut Linker<Activation>) -> wasmtime::Result<()> {
    linker.func_wrap(MODULE, "note", |mut caller: Caller<'_, Activation>, call: i32, input: i32| {
        Ok(note(&mut Guest::new(&mut caller)?, call as u32, input as u32)?)
    })?;
    linker.func_wrap(MODULE, "start", |mut caller: Caller<'_, Activation>, call: i32, input: i32| {
        Ok(start(&mut Guest::new(&mut caller)?, call as u32, input as u32)? as i64)
    })?;
    linker.func_wrap(MODULE, "ready", |mut caller: Caller<'_, Activation>, handle: i64| {
        Ok(i32::from(ready(caller.data_mut(), handle as u64)?))
    })?;
    linker.func_wrap(MODULE, "take", |mut caller: Caller<'_, Activation>, handle: i64| {
        Ok(take(&mut Guest::new(&mut caller)?, handle as u64)? as i64)
    })?;
    linker.func_wrap(MODULE, "settle", |caller: Caller<'_, Activation>, handle: i64| {
        let activation = caller.data();
        Ok(activation.run.take(activation.identity.id, handle as u64).map(drop)?)
    })?;
    linker.func_wrap(MODULE, "group", |caller: Caller<'_, Activation>, limit: i32| {
        let activation = caller.data();
        let limit = u32::try_from(limit).map_err(|_| broken("the limit of a group is below 0"))?;
        Ok(activation.run.group(activation.identity.id, limit)?)
    })?;
    linker.func_wrap(MODULE, "mock", |mut caller: Caller<'_, Activation>, mock: i32, input: i32| {
        Ok(set_mock(&mut Guest::new(&mut caller)?, mock as u32, input as u32)?)
    })?;
    Ok(())
}

/// A call of the manifest.
fn site(unit: &UnitInner, call: u32) -> Result<&CallSite, Fault> {
    unit.manifest.calls.get(call as usize).ok_or_else(|| broken("it made a call that is not in its manifest"))
}

/// The fault with the place of a call.
fn placed(unit: &UnitInner, site: &CallSite, fault: Fault) -> Fault {
    match source_range(&unit.manifest, site.site) {
        Some(range) => fault.at(range),
        None => fault,
    }
}

/// Does a native dot of class note.
fn note(guest: &mut Guest<'_>, call: u32, input: u32) -> Result<(), Fault> {
    let unit = Arc::clone(&guest.unit);
    let site = site(&unit, call)?;
    let mut noted = || {
        let input = lift(guest, site.input, input.into())?;
        let activation = guest.store.data();
        let name = site.target.name();
        let native = activation.run.host.registry.get(name).ok_or_else(|| paradot::absent(name))?;
        if native.descriptor().class != Class::Note {
            return Err(broken("it notes by a native dot that is no note"));
        }
        activation.run.host.grants.check_of_host(native.descriptor().uses)?;
        let captured = Captured::default();
        let output = activation.run.output.redirected(Arc::new(captured.clone()));
        let step = activation.run.step(activation.identity.id);
        let context = activation.run.host.context(&output, &step, None);
        native.run_to_end(&context, activation.run.bundle.engine().io(), input)?;
        activation.run.note(activation.identity.id, captured.take())
    };
    noted().map_err(|fault| placed(&unit, site, fault))
}

fn start(guest: &mut Guest<'_>, call: u32, input: u32) -> Result<u64, Fault> {
    let unit = Arc::clone(&guest.unit);
    let site = site(&unit, call)?;
    let mut started = || {
        let input = lift(guest, site.input, input.into())?;
        let activation = guest.store.data();
        activation.run.start(activation, call, site, input)
    };
    started().map_err(|fault| placed(&unit, site, fault))
}

fn ready(activation: &mut Activation, handle: u64) -> Result<bool, Fault> {
    let is_denied = activation.run.plan.suspend_always && activation.identity.denied.insert(handle);
    if !is_denied && activation.run.is_ready(activation.identity.id, handle)? {
        return Ok(true);
    }
    activation.awaited = Some(handle);
    Ok(false)
}

fn take(guest: &mut Guest<'_>, handle: u64) -> Result<u64, Fault> {
    let activation = guest.store.data();
    let (call, outcome) = activation.run.take(activation.identity.id, handle)?;
    let unit = Arc::clone(&guest.unit);
    let site = site(&unit, call)?;
    let value = match outcome {
        Ok(value) if site.is_try => Value::Case(0, vec![value]),
        Ok(value) => value,
        Err(fault) => Value::Case(1, vec![to_value(&fault)]),
    };
    if !matches!(site.target, Target::Native(_)) {
        // A dot gives values of its type: their conditions hold.
        return lower_unasked(guest, site.taken, &value).map_err(|fault| placed(&unit, site, fault));
    }
    let (slot, problems) = lower(guest, site.taken, &value).map_err(|fault| placed(&unit, site, fault))?;
    match problems.into_iter().next() {
        Some(problem) => {
            let message = format!("the result of {} does not fit: {}", site.target.name(), problem.message);
            Err(placed(&unit, site, Fault::new(FaultCode::Refinement, message)))
        }
        None => Ok(slot),
    }
}

fn set_mock(guest: &mut Guest<'_>, mock: u32, input: u32) -> Result<(), Fault> {
    let unit = Arc::clone(&guest.unit);
    let site = unit
        .manifest
        .mocks
        .get(mock as usize)
        .ok_or_else(|| broken("it sets a mock up that is not in its manifest"))?;
    let input = lift(guest, site.input, input.into())?;
    let activation = guest.store.data();
    activation.run.mock(activation, site, input)
}
