//! Turns: who may begin where only so many may be under way, or may begin in a stretch of time.
//!
//! A call that the law lets begin asks, where its `parallel` has a limit, for a place among the parts that are under way, and keeps it
//! until it ends. Then, where its dot declares `concurrency` or `rate`, it asks for a turn for each of its attempts, and waits in the queue of that dot:
//! one queue in the run, in the order in which calls could begin.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use dot_abi::policy::{Policies, Rate};
use rustc_hash::FxHashMap;

use super::activation::State;
use super::run::Run;
use super::task::{ActivationId, CallId};
use super::timers::{Timer, TimerKey};

/// The turns of all dots that have a limit.
#[derive(Default, Debug)]
pub(super) struct Turns {
    by_name: FxHashMap<Arc<str>, u32>,
    limits: Vec<Limit>,
}

/// The turns of one dot.
#[derive(Debug)]
struct Limit {
    concurrency: Option<u32>,
    rate: Option<Rate>,
    /// The turns that were given and not given back.
    under_way: u32,
    /// Those of them whose attempt has not begun.
    waiting_to_begin: u32,
    /// When the last attempts began, as far back as the rate looks.
    begun_ns: VecDeque<u64>,
    queue: BTreeMap<u64, CallId>,
    tickets: u64,
    timer: Option<TimerKey>,
}

/// Where a call stands with the limit of its dot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Turn {
    limit: u32,
    stands: Stands,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stands {
    /// It has not asked, or its attempt is over.
    Apart,
    InQueue(u64),
    HasTurn,
    HasBegun,
}

/// The places of the parts of one `parallel`.
#[derive(Debug)]
pub(super) struct Places {
    limit: u32,
    free: u32,
    waiting: BTreeSet<u64>,
}

impl Places {
    pub(super) fn new(limit: u32) -> Places {
        Places { limit: limit.max(1), free: limit.max(1), waiting: BTreeSet::new() }
    }

    /// Whether nobody has a place.
    pub(super) fn is_idle(&self) -> bool {
        self.free == self.limit
    }

    /// Gives a place; if there is none the call waits for one.
    fn take(&mut self, handle: u64) -> bool {
        let is_free = self.free > 0;
        if is_free {
            self.free -= 1;
        } else {
            self.waiting.insert(handle);
        }
        is_free
    }

    /// A call has ended or was cancelled; gives who has its place now.
    pub(super) fn leave(&mut self, handle: u64) -> Option<u64> {
        if self.waiting.remove(&handle) {
            return None;
        }
        let next = self.waiting.pop_first();
        self.free += u32::from(next.is_none());
        next
    }
}

impl Limit {
    fn new(policies: &Policies) -> Limit {
        Limit {
            concurrency: policies.concurrency.map(|most| most.max(1)),
            rate: policies.rate.map(|rate| Rate { count: rate.count.max(1), ..rate }),
            under_way: 0,
            waiting_to_begin: 0,
            begun_ns: VecDeque::new(),
            queue: BTreeMap::new(),
            tickets: 0,
            timer: None,
        }
    }

    /// Whether one more may begin at a time.
    fn has_turn(&mut self, now_ns: u64) -> bool {
        if self.concurrency.is_some_and(|most| self.under_way >= most) {
            return false;
        }
        let Some(rate) = self.rate else { return true };
        while self.begun_ns.front().is_some_and(|begun| begun.saturating_add(rate.per_ns) <= now_ns) {
            self.begun_ns.pop_front();
        }
        self.begun_ns.len() as u64 + u64::from(self.waiting_to_begin) < u64::from(rate.count)
    }

    /// When the rate gives the next turn, if that is what its queue waits for.
    fn next_ns(&self) -> Option<u64> {
        let rate = self.rate.filter(|_| !self.queue.is_empty())?;
        if self.concurrency.is_some_and(|most| self.under_way >= most) {
            return None;
        }
        Some(self.begun_ns.front()?.saturating_add(rate.per_ns))
    }
}

impl Turns {
    /// The turn of a call of a dot; `None` if its policies limit nothing.
    pub(super) fn of(&mut self, name: &Arc<str>, policies: &Policies) -> Option<Turn> {
        if policies.concurrency.is_none() && policies.rate.is_none() {
            return None;
        }
        let limits = &mut self.limits;
        let limit = *self.by_name.entry(Arc::clone(name)).or_insert_with(|| {
            limits.push(Limit::new(policies));
            limits.len() as u32 - 1
        });
        Some(Turn { limit, stands: Stands::Apart })
    }
}

impl<J: Clone, G> Run<J, G> {
    /// Sends the calls of an activation that the law lets begin on their way: to a place, then to a turn.
    pub(super) fn admit(&mut self, id: ActivationId) {
        let Some(activation) = self.activation(id) else { return };
        for handle in std::mem::take(&mut activation.admitted) {
            let Some(activation) = self.activation(id) else { return };
            let group = activation.call(handle).map_or(0, |call| call.group);
            if activation.places.get_mut(&group).is_none_or(|places| places.take(handle)) {
                self.seek_turn(id, handle);
            }
        }
    }

    /// Puts an attempt into the queue of its dot, or lets it begin where there is none.
    pub(super) fn seek_turn(&mut self, caller: ActivationId, handle: u64) {
        let Some(call) = self.activation(caller).and_then(|caller| caller.call(handle)) else { return };
        let id = CallId { caller, handle, attempt: call.attempt() };
        let Some(turn) = call.attempts.as_deref_mut().and_then(|attempts| attempts.turn.as_mut()) else {
            return self.make_ready(id);
        };
        let Turn { limit: index, .. } = *turn;
        let Some(limit) = self.turns.limits.get_mut(index as usize) else { return };
        let ticket = limit.tickets;
        limit.tickets += 1;
        limit.queue.insert(ticket, id);
        self.set_turn(id, Stands::InQueue(ticket));
        self.give_turns(index);
    }

    fn set_turn(&mut self, id: CallId, stands: Stands) {
        let attempts = self.call(id).and_then(|call| call.attempts.as_deref_mut());
        if let Some(turn) = attempts.and_then(|attempts| attempts.turn.as_mut()) {
            turn.stands = stands;
        }
    }

    /// Gives the turns that there are, and sets a timer for the next one.
    pub(super) fn give_turns(&mut self, index: u32) {
        let now_ns = self.now_ns;
        while let Some(limit) = self.turns.limits.get_mut(index as usize)
            && !limit.queue.is_empty()
            && limit.has_turn(now_ns)
            && let Some((_, id)) = limit.queue.pop_first()
        {
            // One whose caller is being cancelled leaves the queue itself.
            if !self.call(id).is_some_and(|call| matches!(call.state, State::Queued(_))) {
                continue;
            }
            let Some(limit) = self.turns.limits.get_mut(index as usize) else { return };
            limit.under_way += 1;
            limit.waiting_to_begin += 1;
            self.set_turn(id, Stands::HasTurn);
            self.make_ready(id);
        }
        let Some(limit) = self.turns.limits.get_mut(index as usize) else { return };
        if let Some(timer) = limit.timer.take() {
            self.timers.remove(timer);
        }
        limit.timer = limit.next_ns().map(|at_ns| self.timers.set(at_ns, Timer::Rate(index)));
    }

    /// The timer of a rate has fired.
    pub(super) fn rate_passed(&mut self, index: u32) {
        if let Some(limit) = self.turns.limits.get_mut(index as usize) {
            limit.timer = None;
        }
        self.give_turns(index);
    }

    /// An attempt that has its turn begins.
    pub(super) fn use_turn(&mut self, turn: &mut Turn) {
        let Some(limit) = self.turns.limits.get_mut(turn.limit as usize) else { return };
        turn.stands = Stands::HasBegun;
        limit.waiting_to_begin -= 1;
        if limit.rate.is_some() {
            limit.begun_ns.push_back(self.now_ns);
        }
        self.give_turns(turn.limit);
    }

    /// An attempt has ended, or does not begin any more.
    pub(super) fn give_turn_back(&mut self, turn: &mut Turn) {
        let Some(limit) = self.turns.limits.get_mut(turn.limit as usize) else { return };
        match std::mem::replace(&mut turn.stands, Stands::Apart) {
            Stands::Apart => return,
            Stands::InQueue(ticket) => {
                limit.queue.remove(&ticket);
            }
            Stands::HasTurn => {
                limit.under_way -= 1;
                limit.waiting_to_begin -= 1;
            }
            Stands::HasBegun => limit.under_way -= 1,
        }
        self.give_turns(turn.limit);
    }

    /// Lets whoever is free next begin a call.
    fn make_ready(&mut self, id: CallId) {
        let Some(caller) = self.activation(id.caller) else { return };
        let Some(call) = caller.call(id.handle) else { return };
        match std::mem::replace(&mut call.state, State::Cancelled) {
            State::Queued(what) => call.state = State::Ready(what),
            other => return call.state = other,
        }
        let at = caller.ready.partition_point(|&ready| ready < id.handle);
        caller.ready.insert(at, id.handle);
        self.list(id.caller);
    }
}
