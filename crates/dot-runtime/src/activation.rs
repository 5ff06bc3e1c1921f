//! One run of a unit, from its input to its result.

use std::sync::Arc;
use std::time::Duration;

use dot_abi::fault::Fault;
use dot_abi::layout::RESULT_CELL;
use dot_abi::manifest::DONE;
use dot_abi::value::Value;
use paradot::LimitedOutput;
use wasmtime::{Store, UpdateDeadline};

use crate::guest::{Exports, Guest, broken, fault_of, le_u64};
use crate::host::Host;
use crate::lift::lift;
use crate::limits::Limiter;
use crate::lower::lower;
use crate::system::thread_cpu_time;
use crate::unit::{Outcome, RunError, UnitInner};

/// What the engine keeps beside a guest.
pub(crate) struct Activation {
    pub(crate) unit: Arc<UnitInner>,
    pub(crate) host: Host,
    pub(crate) output: LimitedOutput,
    /// `None` while the guest is being instantiated.
    pub(crate) exports: Option<Arc<Exports>>,
    pub(crate) limiter: Limiter,
    /// What its thread had spent on the processor when it began.
    started: Duration,
}

impl Activation {
    /// A fault once the activation has used its time on the processor, and not that on the wall:
    /// a busy machine must not fault a dot.
    pub(crate) fn check_cpu(&self) -> Result<(), Fault> {
        let limits = &self.host.limits;
        if thread_cpu_time().saturating_sub(self.started) > limits.cpu {
            return Err(limits.cpu_fault());
        }
        Ok(())
    }
}

/// Runs a unit on this thread, whose stack must be large enough for the guest's.
pub(crate) fn run(unit: Arc<UnitInner>, input: &Value, host: Host) -> Result<Outcome, RunError> {
    let _span = tracing::info_span!("activation", dot = unit.manifest.name).entered();
    let started = thread_cpu_time();
    let mut store = new_store(&unit, host, started);
    instantiate(&mut store, &unit)?;
    let mut guest = Guest::new(&mut store)?;

    let (argument, problems) = lower(&mut guest, unit.manifest.input, input)?;
    if !problems.is_empty() {
        return Err(RunError::Input(problems));
    }
    let value = call_start(&mut guest, argument)?;
    let live_objects = live_objects(&mut guest)?;
    let peak_memory = guest.memory().len() as u64;
    Ok(Outcome { value, live_objects, cpu_time: thread_cpu_time() - started, peak_memory })
}

fn new_store(unit: &Arc<UnitInner>, host: Host, started: Duration) -> Store<Activation> {
    let limits = host.limits;
    let activation = Activation {
        unit: Arc::clone(unit),
        output: LimitedOutput::new(Arc::clone(&host.output), limits.output_bytes),
        host,
        exports: None,
        limiter: Limiter::new(limits),
        started,
    };
    let mut store = Store::new(unit.engine.wasm(), activation);
    store.limiter(|activation| &mut activation.limiter);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|store| {
        store.data().check_cpu()?;
        Ok(UpdateDeadline::Continue(1))
    });
    store
}

fn instantiate(store: &mut Store<Activation>, unit: &UnitInner) -> Result<(), Fault> {
    let instance = match unit.instance.instantiate(&mut *store) {
        Ok(instance) => instance,
        Err(error) => {
            let refused = store.data().limiter.refused();
            return Err(refused.unwrap_or_else(|| fault_of(store.data(), error)));
        }
    };
    match Exports::new(&mut *store, instance) {
        Ok(exports) => store.data_mut().exports = Some(Arc::new(exports)),
        Err(error) => return Err(fault_of(store.data(), error)),
    }
    Ok(())
}

/// Runs the dot on an owned argument, lifts its result and gives it up.
fn call_start(guest: &mut Guest<'_>, argument: u64) -> Result<Value, Fault> {
    let exports = Arc::clone(&guest.exports);
    let status = exports.start.call(&mut guest.store, argument as i32).map_err(|error| guest.fault(error))?;
    if status != DONE {
        return Err(broken("it ended with a status that does not exist"));
    }
    let output = guest.unit.manifest.output;
    let slot = le_u64(guest.read(RESULT_CELL, 8)?, 0);
    let value = lift(guest, output, slot)?;
    let dropped = exports.drop.call(&mut guest.store, (output.0 as i32, slot as i64));
    dropped.map_err(|error| guest.fault(error))?;
    Ok(value)
}

fn live_objects(guest: &mut Guest<'_>) -> Result<u32, Fault> {
    let exports = Arc::clone(&guest.exports);
    exports.live.call(&mut guest.store, ()).map(|live| live as u32).map_err(|error| guest.fault(error))
}
