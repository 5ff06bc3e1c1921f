//! The run as its driver sees it: what activations ask for, and what came of tasks.

use std::collections::VecDeque;
use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::step;
use dot_abi::value::Value;

use super::activation::{Activation, Call, Guest, State};
use super::attempts::Attempts;
use super::bounds::Bounds;
use super::ending::Ended;
use super::kept::{Done, Kept};
use super::notes::Notes;
use super::pick::Picker;
use super::task::{ActivationId, CallId, NewCall, Refusal, Setup, What};
use super::timers::{Timer, Timers};
use super::turns::{Places, Turns};

/// The activation above the root: a race of one part.
const TOP: ActivationId = ActivationId { index: 0, generation: 0 };
/// A `parallel` without a limit.
const NO_LIMIT: u32 = i32::MAX as u32;

/// One run. `J` is what a driver keeps for a call that has not begun, `G` for a guest that waits.
pub struct Run<J, G> {
    pub(super) slots: Vec<Slot<J, G>>,
    pub(super) free: Vec<u32>,
    /// Activations with something to begin or to resume, the newest last.
    pub(super) work: VecDeque<ActivationId>,
    pub(super) picker: Picker,
    pub(super) bounds: Bounds,
    /// The root's name.
    name: Arc<str>,
    /// Tasks that were given and did not come back.
    pub(super) tasks: usize,
    /// The path of activations whose settled notes are shown.
    pub(super) front: Vec<ActivationId>,
    pub(super) shown: VecDeque<Box<[u8]>>,
    /// The bytes of notes that are neither shown nor dropped.
    pub(super) kept_bytes: u64,
    pub(super) discarded: Vec<G>,
    /// Natives that run although nobody waits for them any more.
    pub(super) cancelled: Vec<CallId>,
    pub(super) outcome: Option<Result<Value, Fault>>,
    pub(super) seed: u64,
    /// See [`Setup::is_virtual`].
    pub(super) is_virtual: bool,
    /// Whether a call was started for which time matters.
    is_timed: bool,
    pub(super) now_ns: u64,
    pub(super) timers: Timers,
    pub(super) turns: Turns,
    pub(super) kept: Kept,
    /// Races of which a part has ended, while an earlier one may still end at the same time.
    pub(super) undecided: Vec<ActivationId>,
    /// The bytes of inputs of calls that have not begun and of results that are not taken.
    pub(super) held_bytes: u64,
    most_bytes: u64,
    /// The calls of the whole run.
    calls: u64,
    /// Those of them that are started and not taken.
    pub(super) untaken: u64,
}

pub(super) struct Slot<J, G> {
    pub(super) generation: u32,
    pub(super) activation: Option<Activation<J, G>>,
}

impl<J: Clone, G> Run<J, G> {
    /// A run of a root, which is the first task.
    pub fn new(root: NewCall<J>, setup: Setup) -> Run<J, G> {
        let mut run = Run {
            slots: vec![Slot { generation: 0, activation: Some(Activation::new(None, 0, Guest::Race)) }],
            free: Vec::new(),
            work: VecDeque::new(),
            picker: Picker::new(setup.schedule),
            bounds: setup.bounds,
            name: Arc::clone(&root.name),
            tasks: 0,
            front: vec![TOP],
            shown: VecDeque::new(),
            kept_bytes: 0,
            discarded: Vec::new(),
            cancelled: Vec::new(),
            outcome: None,
            seed: setup.seed,
            is_virtual: setup.is_virtual,
            is_timed: false,
            now_ns: 0,
            timers: Timers::default(),
            turns: Turns::default(),
            kept: Kept::default(),
            undecided: Vec::new(),
            held_bytes: 0,
            most_bytes: 0,
            calls: 0,
            untaken: 0,
        };
        run.start_parts(TOP, vec![root]);
        run
    }

    /// Tells what time it is, in nanoseconds since any beginning; it never goes back. Timers that are due fire.
    ///
    /// A driver tells it before it asks for a task or brings one back, where [`Run::is_timed`] says that time matters.
    pub fn advance(&mut self, now_ns: u64) {
        self.now_ns = self.now_ns.max(now_ns);
        while let Some(timer) = self.timers.due(self.now_ns) {
            match timer {
                Timer::Sleep(call) => self.end_call(Ended::native(call, Ok(Value::Unit))),
                Timer::Backoff(call) => self.try_again(call),
                Timer::Timeout(call) => self.time_out(call),
                Timer::Rate(limit) => self.rate_passed(limit),
            }
        }
    }

    /// When the next timer fires.
    pub fn next_timer(&self) -> Option<u64> {
        self.timers.next_ns()
    }

    /// Whether a call was started for which time matters.
    pub fn is_timed(&self) -> bool {
        self.is_timed
    }

    /// Starts a call; gives its handle.
    pub fn start(&mut self, caller: ActivationId, call: NewCall<J>) -> Result<u64, Refusal> {
        let bounds = self.bounds;
        let in_run = (self.calls, self.untaken);
        let activation = self.undoomed(caller)?;
        // Calls that were taken stay as long as an earlier one has not ended: how long that takes is no matter of the program's.
        if activation.untaken >= bounds.in_flight {
            return Err(Refusal::Fault(bounds.in_flight_fault()));
        }
        if activation.next_handle() >= bounds.calls {
            return Err(Refusal::Fault(bounds.calls_fault()));
        }
        if matches!(call.what, What::Dot(_) | What::Race(_)) && activation.depth >= bounds.depth {
            return Err(Refusal::Fault(bounds.depth_fault()));
        }
        if in_run.0 >= bounds.run_calls {
            return Err(Refusal::Fault(bounds.run_calls_fault()));
        }
        if in_run.1 >= bounds.run_in_flight {
            return Err(Refusal::Fault(bounds.run_in_flight_fault()));
        }
        self.check_memory(call.size_bytes).map_err(Refusal::Fault)?;
        if self.slot(caller).is_some_and(|caller| caller.log.is_some()) {
            return self.start_logged(caller, call);
        }
        Ok(self.add_call(caller, call))
    }

    /// Starts a call of an activation that may be an attempt after another one: what is kept gives its outcome at once.
    fn start_logged(&mut self, caller: ActivationId, call: NewCall<J>) -> Result<u64, Refusal> {
        let Some(activation) = self.slot(caller) else { return Err(Refusal::Stopped) };
        let Some(log) = &activation.log else { return Ok(self.add_call(caller, call)) };
        let handle = activation.next_handle();
        let occurrence = activation.occurrences.get(call.site as usize).copied().unwrap_or_default();
        let step = step::child(&log.step, &call.name, call.number, occurrence);
        match self.kept.find(log, &step, handle, call.is_ordered) {
            None => Ok(self.add_call(caller, call)),
            Some(done) if done.handle == handle => Ok(self.add_kept(caller, call, done)),
            Some(_) => Err(Refusal::Fault(diverged(&step))),
        }
    }

    /// Adds a call that was asked for.
    pub(super) fn add_call(&mut self, caller: ActivationId, call: NewCall<J>) -> u64 {
        let attempts = call.policies.map(|policies| {
            let turn = self.turns.of(&call.name, &policies);
            Box::new(Attempts::new(policies, turn))
        });
        self.is_timed |= attempts.is_some() || matches!(call.what, What::Sleep(_) | What::Race(_));
        let Some(activation) = self.activation(caller) else { return 0 };
        let group = activation.group;
        let has_turn = attempts.as_ref().is_some_and(|attempts| attempts.turn.is_some());
        let is_gated = has_turn || (!activation.places.is_empty() && activation.places.contains_key(&group));
        let occurrence = activation.occurrence(call.site);
        let handle = activation.add(Call {
            site: call.site,
            name: call.name,
            number: call.number,
            occurrence,
            class: call.class,
            is_ordered: call.is_ordered,
            is_native: matches!(call.what, What::Native(_) | What::Sleep(_)),
            is_try: call.is_try,
            is_gated,
            attempts,
            size_bytes: call.size_bytes,
            group,
            state: State::Held(call.what),
            notes: Notes::default(),
            noted_behind: Notes::default(),
            is_taken: false,
        });
        self.count_call(call.size_bytes);
        if is_gated {
            self.admit(caller);
        }
        self.list(caller);
        handle
    }

    /// Adds a call that has ended in an attempt before.
    fn add_kept(&mut self, caller: ActivationId, call: NewCall<J>, done: Done) -> u64 {
        let size_bytes = done.outcome.as_ref().map_or(0, Value::size_bytes);
        let Some(activation) = self.activation(caller) else { return 0 };
        let (group, occurrence) = (activation.group, activation.occurrence(call.site));
        let handle = activation.add_ended(Call {
            site: call.site,
            name: call.name,
            number: call.number,
            occurrence,
            class: call.class,
            is_ordered: call.is_ordered,
            is_native: matches!(call.what, What::Native(_) | What::Sleep(_)),
            is_try: call.is_try,
            is_gated: false,
            attempts: None,
            size_bytes,
            group,
            state: match done.outcome {
                Ok(value) => State::Succeeded(value),
                Err(fault) => State::Faulted(fault),
            },
            notes: Notes::default(),
            noted_behind: Notes::default(),
            is_taken: false,
        });
        self.count_call(size_bytes);
        handle
    }

    fn count_call(&mut self, size_bytes: u64) {
        self.calls += 1;
        self.untaken += 1;
        self.held_bytes += size_bytes;
        self.most_bytes = self.most_bytes.max(self.memory_bytes());
    }

    /// The bytes that the run holds outside of its activations.
    pub(super) fn memory_bytes(&self) -> u64 {
        self.held_bytes + self.kept.size_bytes()
    }

    /// The most bytes that the run has held outside of its activations.
    pub fn most_bytes(&self) -> u64 {
        self.most_bytes.max(self.memory_bytes())
    }

    /// A fault if there is no memory for so many bytes more.
    pub(super) fn check_memory(&mut self, more_bytes: u64) -> Result<(), Fault> {
        let bytes = self.memory_bytes().saturating_add(more_bytes);
        if bytes > self.bounds.run_memory_bytes {
            return Err(self.bounds.run_memory_fault());
        }
        self.most_bytes = self.most_bytes.max(bytes);
        Ok(())
    }

    /// Whether a call has ended.
    pub fn is_ready(&mut self, caller: ActivationId, handle: u64) -> Result<bool, Refusal> {
        let activation = self.undoomed(caller)?;
        match activation.call(handle) {
            Some(call) if !call.is_taken => Ok(call.has_ended()),
            _ => Err(Refusal::Broken("it asked for a call that it has not started, or took before")),
        }
    }

    /// The site of a call that has ended, and its outcome: a fault only if the call was made with `try`.
    pub fn take(&mut self, caller: ActivationId, handle: u64) -> Result<(u32, Result<Value, Fault>), Refusal> {
        let activation = self.undoomed(caller)?;
        let call = activation.call(handle).filter(|call| !call.is_taken && call.has_ended());
        let call = call.ok_or(Refusal::Broken("it took a call that has not ended, or took it before"))?;
        let outcome = match std::mem::replace(&mut call.state, State::Cancelled) {
            State::Succeeded(value) => Ok(value),
            // Without `try` the activation would be doomed.
            State::Faulted(fault) => Err(fault),
            _ => return Err(Refusal::Stopped),
        };
        call.is_taken = true;
        let (site, size_bytes) = (call.site, std::mem::take(&mut call.size_bytes));
        activation.untaken -= 1;
        activation.forget();
        self.untaken -= 1;
        self.held_bytes -= size_bytes;
        Ok((site, outcome))
    }

    /// Begins a group, calls that are parts of one `parallel` and of which at most so many are under way at once, or ends it with 0.
    pub fn group(&mut self, caller: ActivationId, limit: u32) -> Result<(), Refusal> {
        let activation = self.undoomed(caller)?;
        let begins = limit > 0;
        if begins == (activation.group != 0) {
            return Err(Refusal::Broken("it began a group inside of another one, or ended one that it had not begun"));
        }
        if !begins && activation.places.get(&activation.group).is_some_and(Places::is_idle) {
            activation.places.remove(&activation.group);
        }
        activation.groups += u32::from(begins);
        activation.group = if begins { activation.groups } else { 0 };
        if begins && limit < NO_LIMIT {
            activation.places.insert(activation.group, Places::new(limit));
        }
        activation.open_in_group = super::activation::Open::default();
        Ok(())
    }

    /// Adds a note of the guest of an activation; see [`Run::next_shown`].
    pub fn note(&mut self, noting: ActivationId, line: Box<[u8]>) -> Result<(), Refusal> {
        let size = line.len() as u64;
        if self.kept_bytes.saturating_add(size) > self.bounds.notes_bytes {
            return Err(Refusal::Fault(self.bounds.notes_fault()));
        }
        let activation = self.undoomed(noting)?;
        if activation.log.as_ref().is_some_and(|log| log.is_noted(activation.next_handle())) {
            return Ok(());
        }
        let is_settled = activation.settled_to == activation.next_handle();
        match activation.calls.back_mut() {
            Some(last) if !is_settled => last.noted_behind.push(line),
            _ => activation.settled.push(line),
        }
        self.kept_bytes += size;
        self.advance_front();
        Ok(())
    }

    /// Takes an activation back whose guest waits for a call.
    pub fn suspend(&mut self, id: ActivationId, handle: u64, guest: G) {
        self.tasks -= 1;
        let Some(activation) = self.activation(id) else { return self.discarded.push(guest) };
        if activation.fault_at.is_some() {
            activation.guest = Guest::Stopped;
            self.discarded.push(guest);
            return self.end_if_over(id);
        }
        activation.guest = Guest::Waiting(handle, guest);
        self.list(id);
    }

    /// Takes an activation back whose guest gave a value or faulted. `None`: it was stopped.
    pub fn finish(&mut self, id: ActivationId, outcome: Option<Result<Value, Fault>>) {
        self.tasks -= 1;
        let Some(activation) = self.activation(id) else { return };
        activation.guest = match outcome {
            Some(outcome) => Guest::Over(outcome),
            None => Guest::Stopped,
        };
        self.end_if_over(id);
    }

    /// Takes a native dot back that has ended.
    pub fn finish_native(&mut self, call: CallId, outcome: Result<Value, Fault>) {
        self.tasks -= 1;
        if let Some((call, outcome)) = self.picker.delay(call, outcome) {
            self.end_call(Ended::native(call, outcome));
        }
    }

    /// Whether nothing that the guest of an activation does can be seen any more.
    pub fn is_stopped(&mut self, id: ActivationId) -> bool {
        self.undoomed(id).is_err()
    }

    /// The next note to show. A driver shows them in this order.
    pub fn next_shown(&mut self) -> Option<Box<[u8]>> {
        self.shown.pop_front()
    }

    /// The natives that were cancelled while they ran: who can stop them does. Each still comes back by
    /// [`Run::finish_native`], and what it gives is not looked at.
    pub fn take_cancelled(&mut self) -> Vec<CallId> {
        std::mem::take(&mut self.cancelled)
    }

    /// Guests that nobody needs any more.
    pub fn take_discarded(&mut self) -> Vec<G> {
        std::mem::take(&mut self.discarded)
    }

    /// Every guest that is left when nothing goes on any more.
    pub fn take_guests(&mut self) -> Vec<G> {
        let waiting = self.slots.drain(..).filter_map(|slot| match slot.activation?.guest {
            Guest::Waiting(_, guest) => Some(guest),
            _ => None,
        });
        let waiting: Vec<G> = waiting.collect();
        let mut guests = std::mem::take(&mut self.discarded);
        guests.extend(waiting);
        guests
    }

    /// Whether somebody still waits for a native that was given as a task.
    pub fn is_wanted(&mut self, call: CallId) -> bool {
        self.call(call).is_some_and(|call| matches!(call.state, State::Running(None)))
    }

    /// Whether the root has ended and every task has come back.
    pub fn is_over(&self) -> bool {
        self.outcome.is_some() && self.tasks == 0
    }

    /// How the root ended.
    pub fn take_outcome(&mut self) -> Option<Result<Value, Fault>> {
        self.outcome.take()
    }

    /// The name of the step of an activation.
    pub fn step(&self, id: ActivationId) -> String {
        let mut path = Vec::new();
        let mut above = self.slot(id).and_then(|activation| activation.answers);
        while let Some(call) = above
            && call.caller != TOP
            && let Some(caller) = self.slot(call.caller)
        {
            path.push(call);
            above = caller.answers;
        }
        let mut name = self.name.to_string();
        path.into_iter().rev().for_each(|call| self.append_step(&mut name, call));
        name
    }

    /// The name of the step of a call.
    pub(super) fn step_of_call(&self, call: CallId) -> String {
        let mut name = self.step(call.caller);
        if call.caller != TOP {
            self.append_step(&mut name, call);
        }
        name
    }

    fn append_step(&self, name: &mut String, id: CallId) {
        let caller = self.slot(id.caller);
        let index = caller.and_then(|caller| id.handle.checked_sub(caller.first));
        if let Some(call) = caller.zip(index).and_then(|(caller, index)| caller.calls.get(index as usize)) {
            step::append(name, &call.name, call.number, call.occurrence);
        }
    }

    pub(super) fn slot(&self, id: ActivationId) -> Option<&Activation<J, G>> {
        let slot = self.slots.get(id.index as usize).filter(|slot| slot.generation == id.generation)?;
        slot.activation.as_ref()
    }

    pub(super) fn activation(&mut self, id: ActivationId) -> Option<&mut Activation<J, G>> {
        let slot = self.slots.get_mut(id.index as usize).filter(|slot| slot.generation == id.generation)?;
        slot.activation.as_mut()
    }

    /// An activation whose guest may go on.
    fn undoomed(&mut self, id: ActivationId) -> Result<&mut Activation<J, G>, Refusal> {
        self.activation(id).filter(|activation| activation.fault_at.is_none()).ok_or(Refusal::Stopped)
    }

    /// An attempt of a call that has not ended.
    pub(super) fn call(&mut self, id: CallId) -> Option<&mut Call<J>> {
        self.activation(id.caller)?.call(id.handle).filter(|call| call.attempt() == id.attempt)
    }

    /// Makes a place for a new activation that answers a call that begins.
    pub(super) fn insert(&mut self, answers: CallId, guest: Guest<G>) -> ActivationId {
        let is_dot = matches!(guest, Guest::Running);
        let above = self.slot(answers.caller).map_or(0, |caller| caller.depth);
        let mut activation = Activation::new(Some(answers), above + u32::from(is_dot && answers.caller != TOP), guest);
        // The parts of a race don't wait for each other.
        activation.group = u32::from(!is_dot);
        let call = self.call(answers);
        let (is_retried, may_write) =
            call.map_or((false, false), |call| (call.is_retried(), call.class == dot_abi::manifest::Class::Write));
        if is_retried || self.slot(answers.caller).is_some_and(|caller| caller.log.is_some()) {
            activation.log = Some(Box::new(self.kept.log(self.step_of_call(answers), may_write)));
        }
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, activation: None });
            self.slots.len() as u32 - 1
        });
        let slot = &mut self.slots[index as usize];
        slot.activation = Some(activation);
        let id = ActivationId { index, generation: slot.generation };
        if let Some(call) = self.call(answers) {
            call.state = State::Running(Some(id));
        }
        id
    }

    /// Takes an activation out of its place.
    pub(super) fn remove(&mut self, id: ActivationId) -> Option<Activation<J, G>> {
        let slot = self.slots.get_mut(id.index as usize).filter(|slot| slot.generation == id.generation)?;
        let activation = slot.activation.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(id.index);
        Some(activation)
    }

    /// Puts an activation on the list if it has work.
    pub(super) fn list(&mut self, id: ActivationId) {
        if let Some(activation) = self.activation(id)
            && !activation.is_listed
            && activation.has_work()
        {
            activation.is_listed = true;
            self.work.push_back(id);
        }
    }
}

/// An attempt that went another way than the one before it although it was given the same: it is not guessed what it would have done.
fn diverged(step: &str) -> Fault {
    let message = format!("a further attempt went another way to the step {step} than the one before it");
    Fault::new(FaultCode::Internal, message).help("this is a mistake in dot itself: please report it with the program")
}
