//! One activation of a unit, slice by slice: a slice begins or goes on, and ends with a value, a fault or a wait.

use std::sync::Arc;
use std::time::Duration;

use dot_abi::fault::Fault;
use dot_abi::layout::{FRAME_CELL, RESULT_CELL, WAIT_CELL};
use dot_abi::manifest::{DONE, WAITING};
use dot_abi::value::Value;
use paradot::schedule::ActivationId;
use rustc_hash::FxHashSet;
use wasmtime::{Store, UpdateDeadline};

use crate::engine::InstancePermit;
use crate::guest::{Exports, Guest, broken, fault_of, le_u64};
use crate::lift::lift;
use crate::limits::{Limiter, Limits};
use crate::lower::{lower, lower_unasked};
use crate::run::{Origin, RunInner};
use crate::system::thread_cpu_time;
use crate::unit::{RunError, UnitInner};
use crate::worker::Worker;

/// What the engine keeps beside a guest.
pub(crate) struct Activation {
    pub(crate) unit: Arc<UnitInner>,
    pub(crate) run: Arc<RunInner>,
    pub(crate) limits: Limits,
    /// `None` while the guest is being instantiated.
    pub(crate) exports: Option<Arc<Exports>>,
    pub(crate) limiter: Limiter,
    pub(crate) identity: Identity,
    /// The call that the guest was told to wait for.
    pub(crate) awaited: Option<u64>,
    /// What its thread had spent on the processor when this slice began.
    slice_began: Duration,
    _permit: InstancePermit,
}

/// What stays of an activation when its instance is dropped.
pub(crate) struct Identity {
    pub(crate) id: ActivationId,
    pub(crate) origin: Origin,
    /// The time on the processor of the slices before.
    spent: Duration,
    /// The calls that were said not to have ended although they had: see [`Plan::suspend_always`](crate::Plan::suspend_always).
    pub(crate) denied: FxHashSet<u64>,
}

/// How a slice ended.
pub(crate) enum Slice {
    /// The activation gave a value.
    Done(Value),
    /// It waits for a call.
    Waiting(u64, Suspended),
}

/// An activation that waits.
pub(crate) enum Suspended {
    /// In its instance.
    Live(Box<Store<Activation>>),
    /// Without one.
    Parked(Parked),
}

/// What is needed to go on in a fresh instance.
pub(crate) struct Parked {
    unit: Arc<UnitInner>,
    identity: Identity,
    site: u32,
    frame: Value,
}

impl Identity {
    pub(crate) fn new(id: ActivationId, origin: Origin) -> Identity {
        Identity { id, origin, spent: Duration::ZERO, denied: FxHashSet::default() }
    }
}

impl Activation {
    /// A fault once the activation has used its time on the processor, and not that on the wall:
    /// a busy machine must not fault a dot.
    pub(crate) fn check_cpu(&self) -> Result<(), Fault> {
        if self.cpu_time() > self.limits.cpu {
            return Err(self.limits.cpu_fault());
        }
        Ok(())
    }

    fn cpu_time(&self) -> Duration {
        self.identity.spent + thread_cpu_time().saturating_sub(self.slice_began)
    }
}

/// Runs a unit on this thread, whose stack must be large enough for the guest's, until it waits or ends.
pub(crate) fn begin(
    run: &Arc<RunInner>,
    unit: Arc<UnitInner>,
    identity: Identity,
    input: &Value,
    worker: &mut Worker,
) -> Result<Slice, RunError> {
    let _span = tracing::info_span!("activation", dot = unit.manifest.name).entered();
    let is_root = identity.origin.call.is_none();
    let mut store = match worker.take_spare(&unit) {
        Some(store) => again(store, identity, worker),
        None => new_store(run, &unit, identity, worker)?,
    };
    let mut guest = Guest::new(&mut *store)?;
    let argument = if is_root {
        let (argument, problems) = lower(&mut guest, unit.manifest.input, input)?;
        if !problems.is_empty() {
            return Err(RunError::Input(problems));
        }
        argument
    } else {
        // The caller's type has the same conditions, and a value of it fulfils them.
        lower_unasked(&mut guest, unit.manifest.input, input)?
    };
    let exports = Arc::clone(&guest.exports);
    let status = exports.start.call(&mut guest.store, argument as i32).map_err(|error| guest.fault(error))?;
    Ok(end_slice(store, status, worker)?)
}

/// Goes on with an activation on this thread.
pub(crate) fn resume(run: &Arc<RunInner>, suspended: Suspended, worker: &mut Worker) -> Result<Slice, Fault> {
    // What is not read stands in one slice at most; an activation may be resumed very often.
    worker.read();
    let mut store = match suspended {
        Suspended::Live(mut store) => {
            store.data_mut().slice_began = worker.read_at();
            store.set_epoch_deadline(1);
            store
        }
        Suspended::Parked(parked) => unpark(run, parked, worker)?,
    };
    let mut guest = Guest::new(&mut *store)?;
    let status = guest.resume()?;
    end_slice(store, status, worker)
}

fn new_store(
    run: &Arc<RunInner>,
    unit: &Arc<UnitInner>,
    identity: Identity,
    worker: &Worker,
) -> Result<Box<Store<Activation>>, Fault> {
    let limits = match &unit.policies {
        Some(policies) => run.host.limits.declared(policies),
        None => run.host.limits,
    };
    let activation = Activation {
        unit: Arc::clone(unit),
        run: Arc::clone(run),
        limits,
        exports: None,
        limiter: Limiter::new(limits),
        identity,
        awaited: None,
        slice_began: worker.read_at(),
        _permit: unit.engine.instance_permit()?,
    };
    let mut store = Box::new(Store::new(unit.engine.wasm(), activation));
    store.limiter(|activation| &mut activation.limiter);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|store| {
        let activation = store.data();
        activation.check_cpu()?;
        activation.run.tick(activation.identity.id)?;
        Ok(UpdateDeadline::Continue(1))
    });
    instantiate(&mut store, unit)?;
    Ok(store)
}

/// An instance that another activation of the same unit and run has left without any object.
fn again(mut store: Box<Store<Activation>>, identity: Identity, worker: &Worker) -> Box<Store<Activation>> {
    let activation = store.data_mut();
    activation.limiter = Limiter::new(activation.limits);
    activation.identity = identity;
    activation.awaited = None;
    activation.slice_began = worker.read_at();
    store.set_epoch_deadline(1);
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

fn end_slice(mut store: Box<Store<Activation>>, status: i32, worker: &mut Worker) -> Result<Slice, Fault> {
    let began = store.data().slice_began;
    match status {
        DONE => {
            let (value, left) = result(&mut Guest::new(&mut *store)?)?;
            let is_called = store.data().identity.origin.call.is_some();
            if is_called && left.live_objects == 0 && !store.data().run.plan.fresh_always {
                worker.keep(store, left.memory_bytes);
            }
            worker.end_slice();
            Ok(Slice::Done(value))
        }
        WAITING => {
            let awaited = store.data_mut().awaited.take();
            let handle = awaited.ok_or_else(|| broken("it waits for nothing"))?;
            let is_parked = store.data().run.plan.park_always || store.data().unit.engine.is_crowded();
            let mut suspended = if is_parked { park(store) } else { Suspended::Live(store) };
            suspended.identity().spent += worker.end_slice_now().saturating_sub(began);
            Ok(Slice::Waiting(handle, suspended))
        }
        _ => Err(broken("it ended with a status that does not exist")),
    }
}

/// What an activation that ended normally leaves in its instance.
struct Left {
    live_objects: u32,
    memory_bytes: usize,
}

/// Lifts the result and gives it up; counts what is left.
fn result(guest: &mut Guest<'_>) -> Result<(Value, Left), Fault> {
    let output = guest.unit.manifest.output;
    let slot = le_u64(guest.read(RESULT_CELL, 8)?, 0);
    let value = lift(guest, output, slot)?;
    guest.drop(output, slot)?;
    let exports = Arc::clone(&guest.exports);
    let live = exports.live.call(&mut guest.store, ()).map_err(|error| guest.fault(error))?;
    let left = Left { live_objects: live as u32, memory_bytes: guest.memory().len() };
    guest.store.data().run.count_left(left.live_objects, left.memory_bytes as u64);
    Ok((value, left))
}

/// Keeps the frame of an activation and drops its instance. What can't be lifted, a function or more than a value may
/// be large, keeps its instance.
fn park(mut store: Box<Store<Activation>>) -> Suspended {
    let Ok((site, frame)) = frame(&mut store) else { return Suspended::Live(store) };
    let unit = Arc::clone(&store.data().unit);
    Suspended::Parked(Parked { unit, identity: store.into_data().identity, site, frame })
}

fn frame(store: &mut Store<Activation>) -> Result<(u32, Value), Fault> {
    let mut guest = Guest::new(&mut *store)?;
    let site = guest.read_u32(WAIT_CELL)?;
    let unit = Arc::clone(&guest.unit);
    let unknown = || broken("it waits where its manifest has no wait");
    let frame = unit.manifest.frames.get(site as usize).ok_or_else(unknown)?.frame;
    if !unit.parkable.get(site as usize).is_some_and(|parkable| *parkable) {
        return Err(broken("a function would leave it"));
    }
    let address = guest.read_u32(FRAME_CELL)?;
    Ok((site, lift(&mut guest, frame, address.into())?))
}

/// A fresh instance with the frame of one that was dropped.
fn unpark(run: &Arc<RunInner>, parked: Parked, worker: &Worker) -> Result<Box<Store<Activation>>, Fault> {
    let Parked { unit, identity, site, frame } = parked;
    let mut store = new_store(run, &unit, identity, worker)?;
    let mut guest = Guest::new(&mut *store)?;
    let ty = unit.manifest.frames.get(site as usize).ok_or_else(|| broken("it was parked nowhere"))?.frame;
    let address = lower_unasked(&mut guest, ty, &frame)?;
    guest.write(FRAME_CELL, &(address as u32).to_le_bytes())?;
    guest.write(WAIT_CELL, &site.to_le_bytes())?;
    Ok(store)
}

impl Suspended {
    /// Where the activation comes from.
    pub(crate) fn origin(&self) -> Origin {
        match self {
            Suspended::Live(store) => store.data().identity.origin.clone(),
            Suspended::Parked(parked) => parked.identity.origin.clone(),
        }
    }

    fn identity(&mut self) -> &mut Identity {
        match self {
            Suspended::Live(store) => &mut store.data_mut().identity,
            Suspended::Parked(parked) => &mut parked.identity,
        }
    }
}
