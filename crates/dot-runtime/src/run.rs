//! One run: the scheduler's state under a lock, the threads that work on it, and what activations share.

mod drive;
mod mocks;
mod start;
mod time;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::json::Problem;
use dot_abi::manifest::{Target, UnitKind};
use dot_abi::value::Value;
use paradot::schedule::{self, ActivationId, CallId, NewCall, Setup, What};
use paradot::{IoTask, LimitedOutput, NativeDot, Scope};
use rustc_hash::FxHashMap;

use crate::activation::Suspended;
use crate::bundle::{Bundle, Plan};
use crate::faults::refused;
use crate::host::Host;
use crate::imports::source_range;
use crate::unit::{Ended, RunError, Unit, UnitInner};
use mocks::Mock;
use time::Time;

/// How often the thread that waits for a run looks whether another worker would help.
const LOOK: Duration = Duration::from_micros(250);
/// How often it looks again after it was woken, so that it is rarely woken.
const LOOKS: u32 = 40;
/// How many slices a worker ends between two looks if they are so short that a further worker would cost more than it does.
const SHORT_SLICES: u64 = 16;

/// What the activations of a run share.
pub(crate) struct RunInner {
    pub(crate) bundle: Bundle,
    pub(crate) host: Host,
    pub(crate) plan: Plan,
    /// Counts all that is printed.
    pub(crate) output: LimitedOutput,
    state: Mutex<State>,
    over: Condvar,
    time: Time,
    /// Whether it is a test that asks for calls.
    tells_calls: bool,
    live_objects: AtomicU64,
    peak_memory: AtomicU64,
    cpu_nanos: AtomicU64,
}

struct State {
    schedule: schedule::Run<Job, Suspended>,
    /// The threads that work on this run.
    workers: usize,
    /// How often the thread that waits for the run still looks whether another worker would help.
    looks_left: u32,
    /// When that thread wakes because of a timer.
    wakes_at_ns: Option<u64>,
    /// How many slices have ended.
    slices: u64,
    /// Whether somebody shows notes.
    is_showing: bool,
    /// Why notes could not be shown.
    not_shown: Option<Fault>,
    /// What is wrong with the input of the root.
    problems: Vec<Problem>,
    mocks: Vec<Mock>,
    /// The asynchronous natives under way.
    under_way: FxHashMap<CallId, IoTask>,
    /// The arguments of the calls so far, of dots whose calls a test asks for.
    calls: FxHashMap<String, Vec<Value>>,
}

/// A call that has not begun.
#[derive(Clone)]
struct Job {
    work: Work,
    name: Arc<str>,
    /// What the caller gave, where a test asks for it.
    args: Value,
    input: Value,
    origin: Origin,
}

/// What a call does.
#[derive(Clone)]
enum Work {
    Dot(Arc<UnitInner>),
    Native(NativeDot),
    /// A native dot that the host does not have: a fault, unless a test answers for it.
    Absent,
    /// Lets time pass.
    Sleep,
    /// Parts of which the first one to end decides.
    Race(Vec<Arc<UnitInner>>),
    /// Tells the arguments of the calls so far.
    CallsOf(String),
    /// Takes the next answer of the mock of this number.
    Each(usize),
}

/// Where an activation or native comes from.
#[derive(Clone)]
pub(crate) struct Origin {
    /// The calling unit and the number of its call; `None` for the root.
    pub(crate) call: Option<(Arc<UnitInner>, u32)>,
    /// How many mocks stand before it in the source.
    mocks: usize,
    /// What the dots above it leave of their capabilities.
    scope: Option<Arc<Scope>>,
}

impl Origin {
    /// What is left of capabilities to the calls of an activation of a unit that has this origin.
    fn scope_inside(&self, unit: &UnitInner) -> Option<Arc<Scope>> {
        let (manifest, outer) = (&unit.manifest, self.scope.clone());
        match manifest.narrowed.is_empty() {
            true => outer,
            false => Some(Arc::new(Scope::new(&manifest.name, &manifest.narrowed, outer))),
        }
    }

    /// The fault with the place of the call, unless it has one.
    fn placed(&self, fault: Fault) -> Fault {
        let site =
            self.call.as_ref().and_then(|(unit, call)| Some((unit, unit.manifest.calls.get(*call as usize)?.site)));
        match site.and_then(|(unit, site)| source_range(&unit.manifest, site)) {
            Some(range) => fault.at(range),
            None => fault,
        }
    }
}

/// Runs the root of a bundle to its end.
pub(crate) fn run(bundle: &Bundle, input: Value, host: &Host, plan: Plan) -> Ended {
    let engine = bundle.engine();
    let running = match engine.ticker().enter() {
        Ok(running) => running,
        Err(error) => return Ended::failed(no_thread(error)),
    };
    let root = bundle.root();
    let is_test = root.manifest().kind == UnitKind::Test;
    if let Err(fault) = host.registry.check(&root.manifest().natives, is_test) {
        return Ended::failed(fault);
    }
    let told = root.manifest().calls.iter().filter_map(|call| match &call.target {
        Target::CallsOf(name) => Some((name.clone(), Vec::new())),
        Target::Native(_) | Target::Dot(_) | Target::Race(_) => None,
    });
    let calls: FxHashMap<String, Vec<Value>> = told.collect();
    let tells_calls = !calls.is_empty();
    let (time, clock) = Time::new(host.is_time_virtual, &host.clock);
    let state = State {
        schedule: schedule_of(root, input, host, plan),
        workers: 1,
        looks_left: 0,
        wakes_at_ns: None,
        slices: 0,
        is_showing: false,
        not_shown: None,
        problems: Vec::new(),
        mocks: Vec::new(),
        under_way: FxHashMap::default(),
        calls,
    };
    let run = Arc::new(RunInner {
        bundle: bundle.clone(),
        host: Host { clock, ..host.clone() },
        plan,
        output: LimitedOutput::new(Arc::clone(&host.output), host.limits.output_bytes),
        state: Mutex::new(state),
        over: Condvar::new(),
        time,
        tells_calls,
        live_objects: AtomicU64::new(0),
        peak_memory: AtomicU64::new(0),
        cpu_nanos: AtomicU64::new(0),
    });
    let worker = Arc::clone(&run);
    if let Err(error) = engine.compute().hire(move || worker.drive()) {
        return Ended::failed(no_thread(error));
    }
    run.load_ahead();
    let ended = run.wait();
    drop(running);
    ended
}

/// The schedule of a run that has not begun.
fn schedule_of(root: &Unit, input: Value, host: &Host, plan: Plan) -> schedule::Run<Job, Suspended> {
    let unit = &root.inner;
    let name: Arc<str> = unit.manifest.name.as_str().into();
    let setup = Setup {
        schedule: plan.schedule,
        bounds: host.limits.bounds(),
        seed: host.seed,
        is_virtual: host.is_time_virtual,
    };
    let origin = Origin { call: None, mocks: 0, scope: None };
    let size_bytes = input.size_bytes();
    let job = Job { work: Work::Dot(Arc::clone(unit)), name: Arc::clone(&name), args: Value::Unit, input, origin };
    let root = NewCall {
        site: 0,
        number: 0,
        name,
        class: unit.manifest.class,
        is_ordered: false,
        is_try: false,
        policies: unit.policies.clone(),
        size_bytes,
        what: What::Dot(job),
    };
    schedule::Run::new(root, setup)
}

fn no_thread(error: std::io::Error) -> Fault {
    let message = format!("the system gives no thread to run the dot on: {error}");
    Fault::new(FaultCode::StackLimit, message).help("ask for a smaller stack with --stack")
}

impl RunInner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the root has ended and everybody has left. Meanwhile it looks after timers, and whether another worker would help.
    fn wait(self: &Arc<Self>) -> Ended {
        let mut state = self.lock();
        let mut slices = 0;
        while state.workers > 0 || state.is_showing || !(state.schedule.is_over() || state.schedule.is_stuck()) {
            state.wakes_at_ns = self.next_wake(&state);
            let until_timer = state.wakes_at_ns.map(|at_ns| at_ns.saturating_sub(self.time.now_ns()));
            let until_timer = until_timer.map(Duration::from_nanos);
            if until_timer.is_some_and(|wait| wait.is_zero()) {
                state = self.fire_timers(state);
                continue;
            }
            // Where the system gave no thread before, it is asked again.
            let is_alone = state.workers == 0 && state.schedule.has_work();
            let is_looking = state.looks_left > 0 || is_alone;
            let Some(longest) = until_timer.into_iter().chain(is_looking.then_some(LOOK)).min() else {
                state = self.over.wait(state).unwrap_or_else(PoisonError::into_inner);
                slices = state.slices;
                continue;
            };
            let (woken, timeout) = self.over.wait_timeout(state, longest).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            if timeout.timed_out() && is_looking {
                state.looks_left = state.looks_left.saturating_sub(1);
                if is_alone || state.slices - slices < SHORT_SLICES * state.workers as u64 {
                    self.call_for_help(&mut state);
                }
            }
            if timeout.timed_out() || !is_looking {
                slices = state.slices;
            }
        }
        // What a guest is kept in knows the run: nothing of either stays alive behind its end.
        let mut state = self.show(state);
        let left = state.schedule.take_guests();
        drop(state);
        drop(left);
        self.ended(self.lock())
    }

    /// Does what is due, and finds somebody for what became ready.
    fn fire_timers<'s>(self: &'s Arc<Self>, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.tell_time(&mut state);
        self.tidy(state);
        let mut state = self.lock();
        self.call_for_help(&mut state);
        state
    }

    /// How the run ended.
    fn ended(&self, mut state: MutexGuard<'_, State>) -> Ended {
        let outcome = state.schedule.take_outcome().unwrap_or_else(|| {
            let message = "the run came to a standstill: calls wait for each other";
            Err(Fault::new(FaultCode::Internal, message).help("please report it with the program"))
        });
        let end = match (outcome, state.not_shown.take()) {
            _ if !state.problems.is_empty() => Err(RunError::Input(std::mem::take(&mut state.problems))),
            (Ok(_), Some(fault)) | (Err(fault), _) => Err(RunError::Fault(fault.bounded())),
            (Ok(value), None) => Ok(value),
        };
        Ended {
            end,
            live_objects: self.live_objects.load(Ordering::Relaxed),
            cpu_time: Duration::from_nanos(self.cpu_nanos.load(Ordering::Relaxed)),
            peak_memory: self.peak_memory.load(Ordering::Relaxed),
            peak_held: state.schedule.most_bytes(),
        }
    }

    /// Lets the thread that waits for the run look soon whether another worker would help with what there is to do.
    ///
    /// To hire one at once would cost more than most calls do: many callers wait for their call at once and then begin it
    /// themselves, and workers that share many short calls get in each other's way. Whether a call is long is found out by
    /// waiting a moment.
    fn offer(&self, state: &mut State) {
        if state.workers < self.most_workers() && state.schedule.has_work() {
            if state.looks_left == 0 {
                self.over.notify_all();
            }
            state.looks_left = LOOKS;
        }
    }

    /// Loads the units that may be called while the root runs already.
    fn load_ahead(self: &Arc<Self>) {
        if self.plan.schedule.is_fixed() || self.bundle.names().next().is_none() {
            return;
        }
        let run = Arc::clone(self);
        // Without a thread for it they are loaded when they are called.
        let _ = self.bundle.engine().outside().hire(move || {
            for name in run.bundle.names() {
                // A problem is told when the unit is called.
                let _ = run.bundle.unit(name);
            }
        });
    }

    /// Counts what an activation that ended normally left behind.
    pub(crate) fn count_left(&self, live_objects: u32, memory: u64) {
        if live_objects > 0 {
            self.live_objects.fetch_add(live_objects.into(), Ordering::Relaxed);
        }
        self.peak_memory.fetch_max(memory, Ordering::Relaxed);
    }

    /// Counts time on the processor.
    fn count_time(&self, cpu_time: Duration) {
        let nanos = u64::try_from(cpu_time.as_nanos()).unwrap_or(u64::MAX);
        self.cpu_nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Whether a call has ended.
    pub(crate) fn is_ready(&self, id: ActivationId, handle: u64) -> Result<bool, Fault> {
        self.lock().schedule.is_ready(id, handle).map_err(refused)
    }

    /// The number of a call that has ended in the manifest, and its outcome.
    pub(crate) fn take(&self, id: ActivationId, handle: u64) -> Result<(u32, Result<Value, Fault>), Fault> {
        self.lock().schedule.take(id, handle).map_err(refused)
    }

    /// The name of the step of an activation.
    pub(crate) fn step(&self, id: ActivationId) -> String {
        self.lock().schedule.step(id)
    }

    /// Begins a group of which so many calls may be under way at once, or ends it with 0.
    pub(crate) fn group(&self, id: ActivationId, limit: u32) -> Result<(), Fault> {
        self.lock().schedule.group(id, limit).map_err(refused)
    }

    /// Keeps a note until it may be shown, and shows what may be shown.
    pub(crate) fn note(&self, id: ActivationId, line: Vec<u8>) -> Result<(), Fault> {
        let mut state = self.lock();
        state.schedule.note(id, line.into()).map_err(refused)?;
        let state = self.show(state);
        match &state.not_shown {
            Some(fault) => Err(fault.clone()),
            None => Ok(()),
        }
    }

    /// Shows notes in order, without the lock: who comes meanwhile leaves it to the one who is at it.
    fn show<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        if state.is_showing {
            return state;
        }
        while let Some(line) = state.schedule.next_shown() {
            state.is_showing = true;
            drop(state);
            let shown = self.host.output.write(&line);
            state = self.lock();
            state.is_showing = false;
            if let Err(error) = shown {
                let fault = || Fault::new(FaultCode::Io, format!("the output could not be written: {error}"));
                state.not_shown.get_or_insert_with(fault);
            }
        }
        state
    }

    /// What a guest that has run for some time is told: to stop, if nothing that it does can be seen any more.
    pub(crate) fn tick(&self, id: ActivationId) -> Result<(), Fault> {
        let mut state = self.lock();
        if state.schedule.is_stopped(id) {
            return Err(refused(schedule::Refusal::Stopped));
        }
        self.offer(&mut state);
        Ok(())
    }
}
