//! What a fault, a timeout or the end of a race ends besides its own call.

use dot_abi::manifest::Class;

use super::activation::{Guest, State};
use super::attempts::Attempts;
use super::run::Run;
use super::task::{ActivationId, CallId};

impl<J: Clone, G> Run<J, G> {
    /// A call without `try` faulted: cancels what can no longer matter and stops the guest.
    pub(super) fn doom(&mut self, id: ActivationId, faulted: u64) {
        let Some(activation) = self.activation(id) else { return };
        let earliest = activation.fault_at.map_or(faulted, |at| at.min(faulted));
        activation.fault_at = Some(earliest);
        let guest = match std::mem::replace(&mut activation.guest, Guest::Stopped) {
            Guest::Waiting(_, guest) => Some(guest),
            Guest::Stopped => None,
            other => {
                activation.guest = other;
                None
            }
        };
        let first = activation.first;
        let group = activation.call(faulted).map_or(0, |call| call.group);
        let mut doomed = Vec::new();
        for (call, handle) in activation.calls.iter().zip(first..) {
            let is_later = handle > earliest;
            let is_beside = group != 0 && call.group == group;
            let is_cancelled = match call.state {
                State::Held(_) | State::Queued(_) | State::Ready(_) | State::Backoff(_) => is_later || is_beside,
                State::Running(_) | State::Sleeping(_) => is_later && !(is_beside && call.class == Class::Write),
                State::Succeeded(_) | State::Faulted(_) | State::Cancelled => false,
            };
            if is_cancelled {
                doomed.push(handle);
            }
        }
        self.discarded.extend(guest);
        self.cancel_calls(id, &doomed);
    }

    /// Cancels calls of an activation that have not ended, with all that is below them.
    pub(super) fn cancel_calls(&mut self, id: ActivationId, handles: &[u64]) {
        let (mut below, mut retried) = (Vec::new(), Vec::new());
        for &handle in handles {
            retried.extend(self.outermost_retried(id, handle));
            below.extend(self.cancel_call(id, handle));
        }
        if let Some(activation) = self.activation(id) {
            let (calls, first) = (&activation.calls, activation.first);
            let is_ready = |handle: &u64| matches!(calls[(handle - first) as usize].state, State::Ready(_));
            activation.ready.retain(is_ready);
        }
        self.cancel(below);
        retried.iter().for_each(|step| self.kept.forget(step));
    }

    /// The step of a call of which attempts are kept and of no call above it.
    fn outermost_retried(&mut self, caller: ActivationId, handle: u64) -> Option<String> {
        if self.kept.is_empty() || self.slot(caller).is_none_or(|caller| caller.log.is_some()) {
            return None;
        }
        let call = self.activation(caller)?.call(handle).filter(|call| call.is_retried() && !call.has_ended())?;
        let attempt = call.attempt();
        Some(self.step_of_call(CallId { caller, handle, attempt }))
    }

    /// Cancels a call that has not ended; gives the activation that answers it. What is ready stays in that list.
    fn cancel_call(&mut self, id: ActivationId, handle: u64) -> Option<ActivationId> {
        let activation = self.activation(id)?;
        let call = activation.call(handle).filter(|call| !call.has_ended())?;
        let (group, is_effect, attempt) = (call.group, call.is_effect(), call.attempt());
        let id = CallId { caller: id, handle, attempt };
        let state = std::mem::replace(&mut call.state, State::Cancelled);
        let attempts = call.attempts.take();
        let size_bytes = std::mem::take(&mut call.size_bytes);
        activation.held -= usize::from(matches!(state, State::Held(_)));
        activation.close(group, is_effect);
        if let Some(places) = activation.places.get_mut(&group) {
            // Whoever waits in the same group is cancelled too.
            places.leave(handle);
        }
        self.held_bytes -= size_bytes;
        let child = self.abandon(id, state, attempts);
        if child.is_none() {
            self.log_cancelled(id, false);
        }
        child
    }

    /// Frees what a call holds that nobody waits for any more; gives the activation that answers it.
    fn abandon(&mut self, id: CallId, state: State<J>, attempts: Option<Box<Attempts<J>>>) -> Option<ActivationId> {
        if let Some(mut attempts) = attempts {
            self.end_attempt(&mut attempts);
        }
        match state {
            State::Running(Some(child)) => return Some(child),
            State::Running(None) => self.cancelled.push(id),
            State::Sleeping(timer) | State::Backoff(timer) => self.timers.remove(timer),
            State::Held(_) | State::Queued(_) | State::Ready(_) => {}
            State::Succeeded(_) | State::Faulted(_) | State::Cancelled => {}
        }
        None
    }

    /// Notes in the caller of a call that it was cancelled.
    fn log_cancelled(&mut self, id: CallId, wrote_below: bool) {
        if self.slot(id.caller).is_some_and(|caller| caller.log.is_some()) {
            let step = self.step_of_call(id);
            let Run { slots, kept, .. } = self;
            let caller = slots.get_mut(id.caller.index as usize).and_then(|slot| slot.activation.as_mut());
            if let Some(log) = caller.and_then(|caller| caller.log.as_deref_mut()) {
                kept.note_cancelled(log, step, id.handle, wrote_below);
            }
        }
    }

    /// Removes activations and all that is below them; gives whether a write of a native was under way there.
    pub(super) fn cancel(&mut self, mut doomed: Vec<ActivationId>) -> bool {
        let mut at = 0;
        while let Some(&id) = doomed.get(at) {
            let children = self.slot(id).into_iter().flat_map(|activation| &activation.calls);
            let children =
                children.filter_map(|call| if let State::Running(child) = call.state { child } else { None });
            let children: Vec<ActivationId> = children.collect();
            doomed.extend(children);
            at += 1;
        }
        let mut is_unknown = false;
        // From below, so that each knows whether something was written below it.
        for id in doomed.into_iter().rev() {
            is_unknown |= self.cancel_one(id);
        }
        is_unknown
    }

    /// Removes an activation below which there is none any more.
    fn cancel_one(&mut self, id: ActivationId) -> bool {
        self.log_waiting(id);
        let Some(activation) = self.remove(id) else { return false };
        let mut is_unknown = false;
        self.untaken -= activation.untaken as u64;
        self.kept_bytes -= activation.settled.size_bytes();
        for (mut call, handle) in activation.calls.into_iter().zip(activation.first..) {
            let is_running = matches!(call.state, State::Running(None));
            is_unknown |= is_running && call.is_native && call.class == Class::Write;
            self.kept_bytes -= call.notes.size_bytes() + call.noted_behind.size_bytes();
            self.held_bytes -= call.size_bytes;
            let attempt = call.attempt();
            self.abandon(CallId { caller: id, handle, attempt }, call.state, call.attempts.take());
        }
        if let Guest::Waiting(_, guest) = activation.guest {
            self.discarded.push(guest);
        }
        if let Some(log) = activation.log {
            let has_written = self.kept.close(&log, false);
            if let Some(call) = activation.answers {
                self.log_cancelled(call, has_written);
            }
        }
        is_unknown
    }

    /// Notes of the calls of an activation which wait that they are cancelled.
    fn log_waiting(&mut self, id: ActivationId) {
        let Some(activation) = self.slot(id) else { return };
        let has_log = activation.log.is_some();
        if !has_log && self.kept.is_empty() {
            return;
        }
        for handle in activation.first..activation.next_handle() {
            if let Some(step) = self.outermost_retried(id, handle) {
                self.kept.forget(&step);
            }
            // Running natives are no attempts to go on with, and activations below have told already.
            let is_waiting = self.activation(id).and_then(|activation| activation.call(handle)).is_some_and(|call| {
                matches!(call.state, State::Held(_) | State::Queued(_) | State::Ready(_) | State::Backoff(_))
            });
            if has_log && is_waiting {
                self.log_cancelled(CallId { caller: id, handle, attempt: 0 }, false);
            }
        }
    }
}
