//! The run as its driver sees it: what activations ask for, and what came of tasks.

use std::collections::VecDeque;
use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::step;
use dot_abi::value::Value;

use super::activation::{Activation, Call, Guest, State};
use super::bounds::Bounds;
use super::notes::Notes;
use super::pick::{Picker, Schedule};

/// An activation of a run. The id of one that has ended is never used again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ActivationId {
    pub(super) index: u32,
    pub(super) generation: u32,
}

/// A call by the activation that started it and its handle there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CallId {
    /// The activation that started it.
    pub caller: ActivationId,
    /// How many calls that one had started before.
    pub handle: u64,
}

/// A call that is to be started.
#[derive(Clone, Debug)]
pub struct NewCall<J> {
    /// The number of the call site in the caller's manifest.
    pub site: u32,
    /// The number of the call in the source, a part of the step's name.
    pub number: u32,
    /// What is called.
    pub name: Arc<str>,
    /// The largest class of what it does.
    pub class: Class,
    /// Whether it waits for every earlier call.
    pub is_ordered: bool,
    /// Whether it is a native dot.
    pub is_native: bool,
    /// Whether a fault of it is a value.
    pub is_try: bool,
    /// What its driver needs to do it.
    pub job: J,
}

/// What is to be done next.
#[derive(Debug)]
pub enum Task<J, G> {
    /// Begin an activation; it comes back by [`Run::suspend`] or [`Run::finish`].
    Begin {
        /// The new activation.
        activation: ActivationId,
        /// What its call was started with.
        job: J,
    },
    /// Go on with an activation that was suspended; it comes back in the same way.
    Resume {
        /// The activation.
        activation: ActivationId,
        /// What it was suspended with.
        guest: G,
    },
    /// Run a native dot; it comes back by [`Run::finish_native`].
    Native {
        /// The call.
        call: CallId,
        /// The name of the step.
        step: String,
        /// What the call was started with.
        job: J,
    },
}

/// Why an activation gets no answer.
#[derive(Clone, PartialEq, Debug)]
pub enum Refusal {
    /// Nothing that it does can be seen any more: it is to stop and to be finished with this.
    Stopped,
    /// It wants more than it may.
    Fault(Fault),
    /// It asks for something that does not exist.
    Broken(&'static str),
}

/// One run. `J` is what a driver keeps for a call that has not begun, `G` for a guest that waits.
pub struct Run<J, G> {
    pub(super) slots: Vec<Slot<J, G>>,
    pub(super) free: Vec<u32>,
    /// Activations with something to begin or to resume, the newest last.
    pub(super) work: VecDeque<ActivationId>,
    pub(super) picker: Picker,
    bounds: Bounds,
    /// The root's name.
    name: Arc<str>,
    /// Tasks that were given and did not come back.
    pub(super) tasks: usize,
    /// The path of activations whose settled notes are shown.
    pub(super) front: Vec<ActivationId>,
    pub(super) shown: VecDeque<Box<[u8]>>,
    pub(super) kept_bytes: u64,
    pub(super) discarded: Vec<G>,
    /// Natives that run although nobody waits for them any more.
    pub(super) cancelled: Vec<CallId>,
    pub(super) outcome: Option<Result<Value, Fault>>,
}

pub(super) struct Slot<J, G> {
    pub(super) generation: u32,
    pub(super) activation: Option<Activation<J, G>>,
}

impl<J, G> Run<J, G> {
    /// A run whose root is running, and the root.
    pub fn new(name: Arc<str>, schedule: Schedule, bounds: Bounds) -> (Run<J, G>, ActivationId) {
        let root = ActivationId { index: 0, generation: 0 };
        let run = Run {
            slots: vec![Slot { generation: 0, activation: Some(Activation::new(None, 0)) }],
            free: Vec::new(),
            work: VecDeque::new(),
            picker: Picker::new(schedule),
            bounds,
            name,
            tasks: 1,
            front: vec![root],
            shown: VecDeque::new(),
            kept_bytes: 0,
            discarded: Vec::new(),
            cancelled: Vec::new(),
            outcome: None,
        };
        (run, root)
    }

    /// Starts a call; gives its handle.
    pub fn start(&mut self, caller: ActivationId, call: NewCall<J>) -> Result<u64, Refusal> {
        let bounds = self.bounds;
        let activation = self.undoomed(caller)?;
        // Calls that were taken stay as long as an earlier one has not ended: how long that takes is no matter of the program's.
        if activation.untaken >= bounds.in_flight {
            return Err(Refusal::Fault(bounds.in_flight_fault()));
        }
        if activation.next_handle() >= bounds.calls {
            return Err(Refusal::Fault(bounds.calls_fault()));
        }
        if !call.is_native && activation.depth >= bounds.depth {
            return Err(Refusal::Fault(bounds.depth_fault()));
        }
        let occurrence = activation.occurrence(call.site);
        let group = activation.group;
        let handle = activation.add(Call {
            site: call.site,
            name: call.name,
            number: call.number,
            occurrence,
            class: call.class,
            is_ordered: call.is_ordered,
            is_native: call.is_native,
            is_try: call.is_try,
            group,
            state: State::Held(call.job),
            notes: Notes::default(),
            noted_behind: Notes::default(),
            is_taken: false,
        });
        self.list(caller);
        Ok(handle)
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
        let site = call.site;
        activation.untaken -= 1;
        activation.forget();
        Ok((site, outcome))
    }

    /// Begins or ends a group: calls that are parts of one `parallel`.
    pub fn group(&mut self, caller: ActivationId, begins: bool) -> Result<(), Refusal> {
        let activation = self.undoomed(caller)?;
        if begins == (activation.group != 0) {
            return Err(Refusal::Broken("it began a group inside of another one, or ended one that it had not begun"));
        }
        activation.groups += u32::from(begins);
        activation.group = if begins { activation.groups } else { 0 };
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
            self.end_call(call, outcome, Notes::default());
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
        self.append_step(&mut name, call);
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

    /// Makes a place for a new activation that answers a call.
    pub(super) fn insert(&mut self, answers: CallId) -> ActivationId {
        let depth = self.slot(answers.caller).map_or(0, |caller| caller.depth) + 1;
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, activation: None });
            self.slots.len() as u32 - 1
        });
        let slot = &mut self.slots[index as usize];
        slot.activation = Some(Activation::new(Some(answers), depth));
        ActivationId { index, generation: slot.generation }
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
