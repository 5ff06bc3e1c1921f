//! A second engine: units in wasmi, which shares no code with wasmtime.
//!
//! It knows what `spec/units.md` says and no more. Which call begins when is decided by the scheduler of `paradot`, one task after the
//! other; operations of the world end later than they began, so that they overlap. Its lift and lower are its own. What it
//! does not have are the natives of `dot.pure.1`: [`Second::new`] says so of programs that need them.

mod host;
mod memory;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::layout::{FRAME_CELL, RESULT_CELL, WAIT_CELL};
use dot_abi::manifest::{Class, DONE, Manifest, WAITING, exports};
use dot_abi::native::HOST_MODULE;
use dot_abi::types::{TypeDesc, TypeRef, TypeTable};
use dot_abi::value::Value;
use paradot::schedule::{self, ActivationId, CallId, NewCall, Refusal, Schedule, Setup, Task, What};
use wasmi::{AsContextMut, Engine, Instance, Linker, Module, Store};

use crate::law::Recorder;
use memory::{Exports, Guest};

/// What happens where a dot asks whether a call has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// It is told.
    Straight,
    /// It is told at first that the call has not ended, so that it is suspended.
    Suspended,
    /// As before, and it goes on in a new instance, of which nothing is known but the frame.
    Parked,
}

/// A program in the second engine.
pub struct Second {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    linker: Linker<Activation>,
    units: HashMap<String, Unit>,
}

struct Unit {
    manifest: Manifest,
    module: Module,
}

/// What a dot that runs has.
struct Activation {
    run: Arc<Run>,
    id: ActivationId,
    unit: String,
    /// The call that it waits for, and those that it has been told to wait for.
    waits_for: u64,
    waited: HashSet<u64>,
    exports: Option<Exports>,
    /// Why it ended, which its trap does not carry.
    refused: Option<Refusal>,
}

/// A call that has not begun.
#[derive(Clone)]
struct Job {
    name: String,
    input: Value,
}

/// A guest that waits.
struct Waiting {
    store: Store<Activation>,
    instance: Instance,
}

/// What the activations of a run share.
struct Run {
    inner: Arc<Inner>,
    scheduler: Mutex<schedule::Run<Job, Waiting>>,
    world: Recorder,
    mode: Mode,
}

impl Second {
    /// The units of a program; `None` if one needs natives that this engine does not have.
    pub fn new(compiled: &[(Manifest, Vec<u8>)]) -> Result<Option<Second>, String> {
        let engine = Engine::default();
        let linker = host::linker(&engine).map_err(|problem| problem.to_string())?;
        let mut units = HashMap::new();
        for (manifest, bytes) in compiled {
            let module = Module::new(&engine, bytes).map_err(|problem| problem.to_string())?;
            if module.imports().any(|import| import.module() == HOST_MODULE) {
                return Ok(None);
            }
            units.insert(manifest.name.clone(), Unit { manifest: manifest.clone(), module });
        }
        Ok(Some(Second { inner: Arc::new(Inner { engine, linker, units }) }))
    }

    /// Runs a dot without parameters.
    pub fn run(&self, dot: &str, mode: Mode, order: Schedule, world: &Recorder) -> Result<Value, Fault> {
        let job = Job { name: dot.to_owned(), input: Value::Record(Vec::new()) };
        let setup = Setup { schedule: order, is_virtual: true, ..Setup::default() };
        let class = self.manifest(dot).map_or(Class::Pure, |manifest| manifest.class);
        let root = new_call(dot, class, What::Dot(job));
        let scheduler = schedule::Run::new(root, setup);
        let (inner, world) = (Arc::clone(&self.inner), world.clone());
        let run = Arc::new(Run { inner, scheduler: Mutex::new(scheduler), world, mode });
        run.drive()
    }

    /// The types of a dot's unit and its output, to write a result with.
    pub fn manifest(&self, dot: &str) -> Option<&Manifest> {
        self.inner.units.get(dot).map(|unit| &unit.manifest)
    }
}

impl Run {
    /// Does one task after the other until there is none left.
    fn drive(self: &Arc<Run>) -> Result<Value, Fault> {
        // Operations that have begun and not ended, the newest last.
        let mut open: VecDeque<(CallId, usize)> = VecDeque::new();
        let mut turn = 0u64;
        loop {
            turn += 1;
            let task = self.scheduler(schedule::Run::next_task);
            // At times an operation ends before the next task, and always where nothing else can go on.
            let is_idle = task.is_none();
            match task {
                Some(Task::Begin { activation, job }) => self.begin(activation, &job),
                Some(Task::Resume { activation, guest }) => self.resume(activation, guest),
                Some(Task::Native { call, step, job }) => open.push_back((call, self.operation(&step, &job)?)),
                None => {}
            }
            let mut has_ended = false;
            if is_idle || turn.is_multiple_of(3) {
                let ending = if turn.is_multiple_of(2) { open.pop_front() } else { open.pop_back() };
                if let Some((call, operation)) = ending {
                    has_ended = true;
                    let outcome = self.world.end(operation);
                    self.scheduler(|scheduler| scheduler.finish_native(call, outcome));
                }
            }
            drop(self.scheduler(schedule::Run::take_discarded));
            while let Some(line) = self.scheduler(schedule::Run::next_shown) {
                self.world.note(String::from_utf8_lossy(&line).into_owned());
            }
            if is_idle && !has_ended {
                break;
            }
        }
        let (is_over, outcome) = self.scheduler(|scheduler| (scheduler.is_over(), scheduler.take_outcome()));
        match outcome {
            Some(outcome) if is_over => outcome,
            _ => Err(broken("the run came to a standstill")),
        }
    }

    /// Begins an operation of the world.
    fn operation(&self, step: &str, job: &Job) -> Result<usize, Fault> {
        match (Recorder::class(&job.name), &job.input) {
            (Some(class), Value::Record(args)) => match args.as_slice() {
                [Value::Int(number)] => Ok(self.world.begin(class, step, *number)),
                _ => Err(broken(format!("{} has other arguments", job.name))),
            },
            _ => Err(broken(format!("the world has no {}", job.name))),
        }
    }

    /// Begins an activation.
    fn begin(self: &Arc<Run>, id: ActivationId, job: &Job) {
        let started = (|| {
            let unit = self.unit(&job.name)?;
            let activation = Activation {
                run: Arc::clone(self),
                id,
                unit: job.name.clone(),
                waits_for: 0,
                waited: HashSet::new(),
                exports: None,
                refused: None,
            };
            let (mut store, instance) = self.instance(unit, activation)?;
            let slot = guest(&mut store)?.lower(unit.manifest.input, &job.input)?;
            let start = instance.get_typed_func::<i32, i32>(&store, exports::START).map_err(broken)?;
            Ok((start.call(&mut store, slot as i32), Waiting { store, instance }))
        })();
        match started {
            Ok((state, guest)) => self.came_back(id, state, guest),
            Err(fault) => self.scheduler(|scheduler| scheduler.finish(id, Some(Err(fault)))),
        }
    }

    /// Goes on with an activation.
    fn resume(&self, id: ActivationId, guest: Waiting) {
        let resumed = (|| {
            let mut guest = if self.mode == Mode::Parked { self.parked(guest)? } else { guest };
            let resume = guest.instance.get_typed_func::<(), i32>(&guest.store, exports::RESUME).map_err(broken)?;
            Ok((resume.call(&mut guest.store, ()), guest))
        })();
        match resumed {
            Ok((state, guest)) => self.came_back(id, state, guest),
            Err(fault) => self.scheduler(|scheduler| scheduler.finish(id, Some(Err(fault)))),
        }
    }

    /// A guest has waited, ended or trapped.
    fn came_back(&self, id: ActivationId, state: Result<i32, wasmi::Error>, mut guest: Waiting) {
        let outcome = match state {
            Ok(WAITING) => {
                let handle = guest.store.data().waits_for;
                return self.scheduler(|scheduler| scheduler.suspend(id, handle, guest));
            }
            Ok(DONE) => Some(self.result(&mut guest.store)),
            Ok(state) => Some(Err(broken(format!("it ended in the state {state}")))),
            Err(trap) => match guest.store.data_mut().refused.take() {
                Some(Refusal::Stopped) => None,
                Some(Refusal::Fault(fault)) => Some(Err(fault.bounded())),
                Some(Refusal::Broken(what)) => Some(Err(broken(what))),
                None => Some(Err(broken(trap))),
            },
        };
        self.scheduler(|scheduler| scheduler.finish(id, outcome));
    }

    fn scheduler<T>(&self, work: impl FnOnce(&mut schedule::Run<Job, Waiting>) -> T) -> T {
        work(&mut self.scheduler.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn unit(&self, name: &str) -> Result<&Unit, Fault> {
        self.inner.units.get(name).ok_or_else(|| broken(format!("there is no unit {name}")))
    }

    fn instance(&self, unit: &Unit, activation: Activation) -> Result<(Store<Activation>, Instance), Fault> {
        let mut store = Store::new(&self.inner.engine, activation);
        let instance = self.inner.linker.instantiate_and_start(&mut store, &unit.module).map_err(broken)?;
        let exports = Exports::new(&store, instance)?;
        store.data_mut().exports = Some(exports);
        Ok((store, instance))
    }

    /// The same activation in a new instance, which knows nothing but the frame. One whose frame holds a function stays where it is.
    fn parked(&self, mut old: Waiting) -> Result<Waiting, Fault> {
        let unit = self.unit(&old.store.data().unit)?;
        let mut guest_before = guest(&mut old.store)?;
        let site = guest_before.u32(WAIT_CELL)?;
        let frame = unit.manifest.frames.get(site as usize).ok_or_else(|| broken("it waits at no site"))?.frame;
        if holds_function(&unit.manifest.types, frame) {
            return Ok(old);
        }
        let address = guest_before.u32(FRAME_CELL)?;
        let value = guest_before.lift(frame, address.into())?;
        let (mut store, instance) = self.instance(unit, old.store.into_data())?;
        let mut fresh = guest(&mut store)?;
        let address = fresh.lower(frame, &value)? as u32;
        fresh.write(FRAME_CELL, &address.to_le_bytes())?;
        fresh.write(WAIT_CELL, &site.to_le_bytes())?;
        Ok(Waiting { store, instance })
    }

    /// The result, and nothing else that is alive.
    fn result(&self, store: &mut Store<Activation>) -> Result<Value, Fault> {
        let unit = self.unit(&store.data().unit)?;
        let output = unit.manifest.output;
        let mut guest = guest(store)?;
        let slot = guest.u64(RESULT_CELL)?;
        let value = guest.lift(output, slot)?;
        guest.drop(output, slot)?;
        match guest.live()? {
            0 => Ok(value),
            live => Err(broken(format!("{live} objects are alive after the end"))),
        }
    }
}

/// A call without policies.
fn new_call(name: &str, class: Class, what: What<Job>) -> NewCall<Job> {
    NewCall {
        site: 0,
        number: 0,
        name: name.into(),
        class,
        is_ordered: false,
        is_try: false,
        policies: None,
        size_bytes: 0,
        what,
    }
}

/// Whether a value of a type may hold a function, which can't leave its instance.
fn holds_function(types: &TypeTable, ty: TypeRef) -> bool {
    match types.get(types.base(ty)) {
        TypeDesc::Function { .. } | TypeDesc::Closure { .. } => true,
        TypeDesc::Record { fields, .. } => fields.iter().any(|field| holds_function(types, field.ty)),
        TypeDesc::Tuple { items } => items.iter().any(|item| holds_function(types, *item)),
        TypeDesc::List { item } | TypeDesc::Option { item } => holds_function(types, *item),
        _ => false,
    }
}

/// The guest of a store.
fn guest<'s>(store: &'s mut Store<Activation>) -> Result<Guest<'s>, Fault> {
    Guest::new(store.as_context_mut())
}

/// A state that no compiled program causes.
fn broken(what: impl ToString) -> Fault {
    Fault::new(FaultCode::Internal, what.to_string())
}
