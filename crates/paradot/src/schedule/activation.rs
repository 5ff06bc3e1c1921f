//! One activation: its guest and the calls that it started.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use super::attempts::Attempts;
use super::kept::Log;
use super::notes::Notes;
use super::task::{ActivationId, CallId, What};
use super::timers::TimerKey;
use super::turns::Places;

/// An activation of a run.
pub(super) struct Activation<J, G> {
    /// The call that it answers; `None` for the one above the root.
    pub(super) answers: Option<CallId>,
    /// How many dots are above it.
    pub(super) depth: u32,
    pub(super) guest: Guest<G>,
    /// The calls from `first` on; what lies before has been taken and shown.
    pub(super) calls: VecDeque<Call<J>>,
    /// The handle of the first call that is kept.
    pub(super) first: u64,
    /// How many calls were started and not taken.
    pub(super) untaken: usize,
    /// The handles of calls that may begin, in order.
    pub(super) ready: VecDeque<u64>,
    /// How many calls wait for earlier ones.
    pub(super) held: usize,
    /// Calls that the law lets begin and that may have to wait for a turn: see [`Run::admit`](super::Run).
    pub(super) admitted: Vec<u64>,
    /// The groups that have a limit.
    pub(super) places: BTreeMap<u32, Places>,
    /// What it notes for further attempts of a call on the way to it.
    pub(super) log: Option<Box<Log>>,
    /// The calls that are neither ended nor cancelled.
    pub(super) open: Open,
    /// Those of them that belong to the group that is being started.
    pub(super) open_in_group: Open,
    /// The group that is being started; 0 if none is.
    pub(super) group: u32,
    /// How many groups there were.
    pub(super) groups: u32,
    /// The earliest call that faulted without `try`.
    pub(super) fault_at: Option<u64>,
    /// Whether nobody knows of a write below it if it happened.
    pub(super) is_unknown: bool,
    /// How often each call site was started.
    pub(super) occurrences: Vec<u64>,
    /// Notes that none of its own calls stands before.
    pub(super) settled: Notes,
    /// The handle of the first call that has not settled.
    pub(super) settled_to: u64,
    /// Whether it is in the list of what has work.
    pub(super) is_listed: bool,
}

/// What goes on in the guest of an activation.
pub(super) enum Guest<G> {
    /// Somebody works on it.
    Running,
    /// It waits for a call.
    Waiting(u64, G),
    /// It gave a value or trapped.
    Over(Result<Value, Fault>),
    /// It was stopped, because a call of it faulted.
    Stopped,
    /// There is none: the first of its calls to end decides.
    Race,
}

/// Calls that are under way, counted by what they hold up.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Open {
    /// All of them.
    pub(super) all: usize,
    /// Waits and writes.
    pub(super) effects: usize,
}

/// A call of an activation.
pub(super) struct Call<J> {
    pub(super) site: u32,
    pub(super) name: Arc<str>,
    pub(super) number: u32,
    pub(super) occurrence: u64,
    pub(super) class: Class,
    pub(super) is_ordered: bool,
    pub(super) is_native: bool,
    pub(super) is_try: bool,
    /// Whether it has to ask for a turn when the law lets it begin.
    pub(super) is_gated: bool,
    pub(super) attempts: Option<Box<Attempts<J>>>,
    /// What it counts for in the memory of the run: its input, and then its result.
    pub(super) size_bytes: u64,
    /// The `parallel` that it is a part of; 0 if none.
    pub(super) group: u32,
    pub(super) state: State<J>,
    /// What its attempts noted that have ended.
    pub(super) notes: Notes,
    /// What its caller noted between starting it and starting the next one.
    pub(super) noted_behind: Notes,
    pub(super) is_taken: bool,
}

/// How far a call is.
pub(super) enum State<J> {
    Held(What<J>),
    /// The law lets it begin; it waits for its turn.
    Queued(What<J>),
    Ready(What<J>),
    /// A native, or an activation.
    Running(Option<ActivationId>),
    /// It ends when a timer fires.
    Sleeping(TimerKey),
    /// It waits for its next attempt.
    Backoff(TimerKey),
    Succeeded(Value),
    Faulted(Fault),
    /// Its value, or fault, has been taken; or it never began; or nobody waits for it any more.
    Cancelled,
}

impl<J> Call<J> {
    pub(super) fn is_effect(&self) -> bool {
        self.class >= Class::Wait
    }

    pub(super) fn has_ended(&self) -> bool {
        matches!(self.state, State::Succeeded(_) | State::Faulted(_) | State::Cancelled)
    }

    /// Whether what stands behind it in the source may be seen.
    pub(super) fn has_passed(&self) -> bool {
        match self.state {
            State::Succeeded(_) | State::Cancelled => true,
            State::Faulted(_) => self.is_try,
            State::Held(_) | State::Queued(_) | State::Ready(_) => false,
            State::Running(_) | State::Sleeping(_) | State::Backoff(_) => false,
        }
    }

    /// Whether it may begin with these calls open before it.
    pub(super) fn may_begin(&self, before: Open) -> bool {
        match self.class {
            _ if self.is_ordered => before.all == 0,
            Class::Pure | Class::Note => true,
            Class::Read => before.effects == 0,
            Class::Wait | Class::Write => before.all == 0,
        }
    }
}

impl Open {
    pub(super) fn add<J>(&mut self, call: &Call<J>) {
        self.all += 1;
        self.effects += usize::from(call.is_effect());
    }

    pub(super) fn remove(&mut self, is_effect: bool) {
        self.all -= 1;
        self.effects -= usize::from(is_effect);
    }

    fn without(self, other: Open) -> Open {
        Open { all: self.all - other.all, effects: self.effects - other.effects }
    }
}

impl<J, G> Activation<J, G> {
    pub(super) fn new(answers: Option<CallId>, depth: u32, guest: Guest<G>) -> Activation<J, G> {
        Activation {
            answers,
            depth,
            guest,
            calls: VecDeque::new(),
            first: 0,
            untaken: 0,
            ready: VecDeque::new(),
            held: 0,
            admitted: Vec::new(),
            places: BTreeMap::new(),
            log: None,
            open: Open::default(),
            open_in_group: Open::default(),
            group: 0,
            groups: 0,
            fault_at: None,
            is_unknown: false,
            occurrences: Vec::new(),
            settled: Notes::default(),
            settled_to: 0,
            is_listed: false,
        }
    }

    /// The handle of the next call.
    pub(super) fn next_handle(&self) -> u64 {
        self.first + self.calls.len() as u64
    }

    pub(super) fn call(&mut self, handle: u64) -> Option<&mut Call<J>> {
        let index = usize::try_from(handle.checked_sub(self.first)?).ok()?;
        self.calls.get_mut(index)
    }

    /// How often a site was started before, counting this time.
    pub(super) fn occurrence(&mut self, site: u32) -> u64 {
        let site = site as usize;
        if self.occurrences.len() <= site {
            self.occurrences.resize(site + 1, 0);
        }
        self.occurrences[site] += 1;
        self.occurrences[site] - 1
    }

    /// Adds a call whose state is [`State::Held`]; gives its handle.
    pub(super) fn add(&mut self, mut call: Call<J>) -> u64 {
        let handle = self.next_handle();
        if call.may_begin(self.open.without(self.open_in_group)) {
            call.state = call.state.released(call.is_gated);
            match call.is_gated {
                true => self.admitted.push(handle),
                false => self.ready.push_back(handle),
            }
        } else {
            self.held += 1;
        }
        self.open.add(&call);
        if call.group != 0 {
            self.open_in_group.add(&call);
        }
        self.calls.push_back(call);
        self.untaken += 1;
        handle
    }

    /// Adds a call whose outcome is kept.
    pub(super) fn add_ended(&mut self, call: Call<J>) -> u64 {
        let handle = self.next_handle();
        self.calls.push_back(call);
        self.untaken += 1;
        self.settle_notes();
        handle
    }

    /// No longer counts a call that was open.
    pub(super) fn close(&mut self, group: u32, is_effect: bool) {
        self.open.remove(is_effect);
        if group != 0 && group == self.group {
            self.open_in_group.remove(is_effect);
        }
    }

    /// Makes those of the held calls ready that wait for nothing any more.
    pub(super) fn release(&mut self) {
        let (mut open, mut before_group, mut group) = (Open::default(), Open::default(), 0);
        let mut held = self.held;
        for (index, call) in self.calls.iter_mut().enumerate() {
            if held == 0 {
                break;
            }
            if call.group == 0 || call.group != group {
                (before_group, group) = (open, call.group);
            }
            if matches!(call.state, State::Held(_)) {
                held -= 1;
                if call.may_begin(before_group) {
                    call.state = std::mem::replace(&mut call.state, State::Cancelled).released(call.is_gated);
                    self.held -= 1;
                    let handle = self.first + index as u64;
                    if call.is_gated {
                        self.admitted.push(handle);
                    } else {
                        let at = self.ready.partition_point(|&ready| ready < handle);
                        self.ready.insert(at, handle);
                    }
                }
            }
            if !call.has_ended() {
                open.add(call);
            }
        }
    }

    /// Moves notes that nothing stands before any more to the settled ones.
    pub(super) fn settle_notes(&mut self) {
        while let Some(index) = self.settled_to.checked_sub(self.first)
            && let Some(call) = self.calls.get_mut(index as usize)
            && call.has_ended()
        {
            self.settled.append(&mut call.notes);
            if !call.has_passed() {
                break;
            }
            self.settled.append(&mut call.noted_behind);
            self.settled_to += 1;
        }
        self.forget();
    }

    /// Forgets the first calls, if nobody asks for them any more.
    pub(super) fn forget(&mut self) {
        while let Some(call) = self.calls.front()
            && call.is_taken
            && self.first < self.settled_to
        {
            self.calls.pop_front();
            self.first += 1;
        }
    }

    /// Whether it is a race of which no part has decided.
    pub(super) fn is_race(&self) -> bool {
        matches!(self.guest, Guest::Race) && self.answers.is_some()
    }

    /// Whether the guest waits for a call that has ended.
    pub(super) fn is_resumable(&self) -> bool {
        let Guest::Waiting(handle, _) = self.guest else { return false };
        let index = handle.checked_sub(self.first).map(|index| index as usize);
        // A call that is no longer kept has ended long ago.
        index.is_none_or(|index| self.calls.get(index).is_some_and(Call::has_ended))
    }

    /// How many calls have ended and are not taken.
    pub(super) fn results(&self) -> usize {
        self.untaken.saturating_sub(self.open.all)
    }

    pub(super) fn has_work(&self) -> bool {
        !self.ready.is_empty() || self.is_resumable()
    }
}

impl<J> State<J> {
    /// Ready, or on its way to it, if it was held.
    fn released(self, is_gated: bool) -> State<J> {
        match self {
            State::Held(what) if is_gated => State::Queued(what),
            State::Held(what) => State::Ready(what),
            other => other,
        }
    }
}
