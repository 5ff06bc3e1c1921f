//! Attempts: retries, the waits between them, and timeouts.

use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::policy::{DEFAULT_BACKOFF_NS, LONGEST_BACKOFF_NS, OnUnknown, Policies};

use super::activation::{Call, State};
use super::ending::Ended;
use super::notes::Notes;
use super::run::Run;
use super::task::{ActivationId, CallId, What};
use super::timers::{Timer, TimerKey};
use super::turns::Turn;
use crate::randomness::Randomness;

/// What is kept of a call that has policies.
pub(super) struct Attempts<J> {
    pub(super) policies: Arc<Policies>,
    /// What it begins with again, while it has further attempts.
    pub(super) again: Option<What<J>>,
    /// How many attempts there were before.
    pub(super) attempt: u32,
    pub(super) turn: Option<Turn>,
    pub(super) deadline: Option<TimerKey>,
}

/// How long is waited before the next attempt of a step: a random time that the seed of the run, the step and the number of the attempt
/// decide, and at least what the other side asked for.
///
/// `attempts` is how many there were; the times are those of [`Policies`].
pub fn backoff_ns(policies: &Policies, seed: u64, step: &str, attempts: u32, fault: &Fault) -> u64 {
    let first = policies.backoff_ns.unwrap_or(DEFAULT_BACKOFF_NS);
    let doubled = 1u64.checked_shl(attempts.saturating_sub(1)).unwrap_or(u64::MAX);
    let longest = first.saturating_mul(doubled).min(LONGEST_BACKOFF_NS);
    let random = match longest.checked_sub(1) {
        Some(highest) => Randomness::of_attempt(seed, step, attempts).up_to(highest),
        None => 0,
    };
    let asked = fault.answer.as_ref().and_then(|answer| answer.retry_after_ns).unwrap_or(0);
    random.max(asked.min(LONGEST_BACKOFF_NS))
}

impl<J> Attempts<J> {
    pub(super) fn new(policies: Arc<Policies>, turn: Option<Turn>) -> Attempts<J> {
        Attempts { policies, again: None, attempt: 0, turn, deadline: None }
    }
}

impl<J> Call<J> {
    /// How many attempts there were before.
    pub(super) fn attempt(&self) -> u32 {
        self.attempts.as_ref().map_or(0, |attempts| attempts.attempt)
    }

    /// Whether it can be attempted more than once.
    pub(super) fn is_retried(&self) -> bool {
        self.attempts.as_ref().is_some_and(|attempts| attempts.policies.retry > 0)
    }
}

impl<J: Clone, G> Run<J, G> {
    /// An attempt of a call with policies begins: its turn is used and its timeout set.
    pub(super) fn begin_attempt(&mut self, id: CallId, what: &What<J>) {
        let now_ns = self.now_ns;
        let Some(call) = self.call(id) else { return };
        let Some(mut attempts) = call.attempts.take() else { return };
        attempts.again = (attempts.attempt < attempts.policies.retry).then(|| what.clone());
        if attempts.again.is_none() {
            let size_bytes = std::mem::take(&mut call.size_bytes);
            self.held_bytes -= size_bytes;
        }
        if let Some(turn) = &mut attempts.turn {
            self.use_turn(turn);
        }
        if let Some(timeout_ns) = attempts.policies.timeout_ns {
            attempts.deadline = Some(self.timers.set(now_ns.saturating_add(timeout_ns), Timer::Timeout(id)));
        }
        if let Some(call) = self.activation(id.caller).and_then(|caller| caller.call(id.handle)) {
            call.attempts = Some(attempts);
        }
    }

    /// An attempt has ended, or its call is cancelled.
    pub(super) fn end_attempt(&mut self, attempts: &mut Attempts<J>) {
        if let Some(deadline) = attempts.deadline.take() {
            self.timers.remove(deadline);
        }
        if let Some(turn) = &mut attempts.turn {
            self.give_turn_back(turn);
        }
    }

    /// Lets a call wait for its next attempt, if it has one after a fault. Where nobody knows of a write below if it happened, another
    /// fault may be the one that counts: the write would be done again all the same.
    pub(super) fn back_off(&mut self, id: CallId, fault: &Fault, is_unknown: bool) -> bool {
        let Some(caller) = self.activation(id.caller) else { return false };
        // Beside a part that failed nothing begins any more.
        let group = caller.call(id.handle).map_or(0, |call| call.group);
        let is_beside = caller.fault_at.is_some_and(|fault_at| {
            id.handle > fault_at || (group != 0 && caller.call(fault_at).is_some_and(|call| call.group == group))
        });
        let Some(attempts) = caller.call(id.handle).and_then(|call| call.attempts.as_deref()) else { return false };
        let is_left = is_unknown && attempts.policies.on_unknown == OnUnknown::Fail;
        if is_beside || is_left || attempts.again.is_none() || !attempts.policies.repeats(fault) {
            return false;
        }
        let policies = Arc::clone(&attempts.policies);
        let step = self.step_of_call(id);
        let wait_ns = backoff_ns(&policies, self.seed, &step, id.attempt + 1, fault);
        let timer = self.timers.set(self.now_ns.saturating_add(wait_ns), Timer::Backoff(id));
        if let Some(call) = self.call(id) {
            call.state = State::Backoff(timer);
        }
        true
    }

    /// A call has waited for its next attempt.
    pub(super) fn try_again(&mut self, id: CallId) {
        let Some(call) = self.call(id).filter(|call| matches!(call.state, State::Backoff(_))) else { return };
        let Some(attempts) = call.attempts.as_deref_mut() else { return };
        let Some(what) = attempts.again.take() else { return };
        attempts.attempt += 1;
        call.state = State::Queued(what);
        self.seek_turn(id.caller, id.handle);
    }

    /// An attempt has taken too long: it ends, and all that is below it.
    pub(super) fn time_out(&mut self, id: CallId) {
        let Some(call) = self.call(id) else { return };
        let is_write = call.is_native && call.class == dot_abi::manifest::Class::Write;
        let State::Running(child) = call.state else { return };
        let Some(attempts) = call.attempts.as_deref_mut() else { return };
        attempts.deadline = None;
        let policies = Arc::clone(&attempts.policies);
        let (notes, is_unknown) = match child {
            Some(child) => (self.take_notes(child), self.cancel(vec![child])),
            None => {
                self.cancelled.push(id);
                (Notes::default(), is_write)
            }
        };
        let fault = Fault::timed_out(policies.timeout_ns.unwrap_or_default());
        let fault = match policies.on_unknown {
            OnUnknown::Fail if is_unknown => Fault::unknown_after(fault),
            OnUnknown::Fail | OnUnknown::Resend => fault,
        };
        self.end_call(Ended { call: id, outcome: Err(fault), notes, has_written: false, is_unknown });
    }

    /// The notes of an activation that is cancelled now, down to the first call that has not ended: the front goes no further than its caller.
    fn take_notes(&mut self, id: ActivationId) -> Notes {
        if let Some(at) = self.front.iter().position(|front| *front == id) {
            self.front.truncate(at);
        }
        let mut notes = Notes::default();
        let mut next = Some(id);
        while let Some(id) = next
            && let Some(activation) = self.activation(id)
        {
            notes.append(&mut activation.settled);
            let (first_open, is_race) = (activation.settled_to, activation.is_race());
            next = match activation.call(first_open).filter(|_| !is_race) {
                Some(call) if !call.has_ended() => {
                    notes.append(&mut call.notes);
                    match call.state {
                        State::Running(child) => child,
                        _ => None,
                    }
                }
                _ => None,
            };
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use dot_abi::fault::{Answer, FaultCode};

    use super::*;

    #[test]
    fn waits_are_at_least_what_the_other_side_asks_and_bounded() {
        let policies = Policies { backoff_ns: Some(1_000_000), ..Policies::default() };
        let mut fault = Fault::new(FaultCode::Status, "busy");
        for attempts in 1..=70 {
            let longest = 1_000_000u64.checked_shl(attempts - 1).unwrap_or(u64::MAX).max(1_000_000);
            let waited = backoff_ns(&policies, 0, "main", attempts, &fault);
            assert!(waited <= LONGEST_BACKOFF_NS && (attempts > 20 || waited <= longest), "{attempts}: {waited}");
        }
        fault.answer = Some(Box::new(Answer { status: 503, body: String::new(), retry_after_ns: Some(5_000_000_000) }));
        assert_eq!(backoff_ns(&policies, 0, "main", 1, &fault), 5_000_000_000);
    }
}
