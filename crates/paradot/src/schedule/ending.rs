//! How attempts, calls and activations end, and what that sets free.

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use super::activation::{Guest, State};
use super::kept::Ending;
use super::notes::Notes;
use super::run::Run;
use super::task::{ActivationId, CallId};

/// An attempt that has ended, on its way into its caller.
pub(super) struct Ended {
    pub(super) call: CallId,
    pub(super) outcome: Result<Value, Fault>,
    pub(super) notes: Notes,
    /// Whether a write below it succeeded.
    pub(super) has_written: bool,
    /// Whether nobody knows of a write below it if it happened.
    pub(super) is_unknown: bool,
}

impl Ended {
    /// A call that is no activation.
    pub(super) fn native(call: CallId, outcome: Result<Value, Fault>) -> Ended {
        Ended { call, outcome, notes: Notes::default(), has_written: false, is_unknown: false }
    }
}

impl<J: Clone, G> Run<J, G> {
    /// Ends an attempt, and every activation above that ends with it.
    pub(super) fn end_call(&mut self, mut ended: Ended) {
        ended.outcome = match ended.outcome {
            Err(fault) if fault.step.is_none() => Err(fault.step(&self.step_of_call(ended.call))),
            outcome => outcome,
        };
        let mut next = Some(ended);
        while let Some(ended) = next {
            let caller = ended.call.caller;
            self.record(ended);
            next = self.ended(caller);
        }
        self.advance_front();
    }

    /// Ends an activation if its guest is over and none of its calls is open, and so on above.
    pub(super) fn end_if_over(&mut self, id: ActivationId) {
        if let Some(ended) = self.ended(id) {
            self.end_call(ended);
        } else {
            self.advance_front();
        }
    }

    /// Writes how an attempt ended into its caller: the outcome of the call, unless it has a further attempt.
    fn record(&mut self, Ended { call: id, mut outcome, mut notes, has_written, is_unknown }: Ended) {
        let Some(call) = self.call(id).filter(|call| matches!(call.state, State::Running(_) | State::Sleeping(_)))
        else {
            return self.kept_bytes -= notes.size_bytes();
        };
        call.notes.append(&mut notes);
        let has_written = has_written || call.is_native && call.class == Class::Write && outcome.is_ok();
        let is_unknown = is_unknown || outcome.as_ref().is_err_and(|fault| fault.code == FaultCode::Unknown);
        if let Some(mut attempts) = call.attempts.take() {
            self.end_attempt(&mut attempts);
            let Some(call) = self.activation(id.caller).and_then(|caller| caller.call(id.handle)) else { return };
            call.attempts = Some(attempts);
            if let Err(fault) = &outcome
                && self.back_off(id, fault, is_unknown)
            {
                return;
            }
        }
        self.hold(id, &mut outcome);
        self.keep(id, &outcome, has_written);
        let Some(activation) = self.activation(id.caller) else { return };
        activation.is_unknown |= is_unknown;
        let Some(call) = activation.call(id.handle) else { return };
        let (group, is_effect) = (call.group, call.is_effect());
        let is_fault = outcome.is_err() && !call.is_try;
        call.attempts = None;
        call.state = match outcome {
            Ok(value) => State::Succeeded(value),
            Err(fault) => State::Faulted(fault),
        };
        activation.close(group, is_effect);
        if matches!(activation.guest, Guest::Race) {
            return self.part_ended(id.caller, id.handle);
        }
        if is_fault {
            self.doom(id.caller, id.handle);
        }
        self.set_free(id, group);
    }

    /// Lets what waited for a call go on.
    fn set_free(&mut self, id: CallId, group: u32) {
        let Some(activation) = self.activation(id.caller) else { return };
        if activation.held > 0 {
            activation.release();
        }
        activation.settle_notes();
        let next = activation.places.get_mut(&group).and_then(|places| places.leave(id.handle));
        if group != activation.group && activation.places.get(&group).is_some_and(|places| places.is_idle()) {
            activation.places.remove(&group);
        }
        let has_admitted = !activation.admitted.is_empty();
        if has_admitted {
            self.admit(id.caller);
        }
        if let Some(next) = next {
            self.seek_turn(id.caller, next);
        }
        self.list(id.caller);
    }

    /// Counts a result in place of the input; one for which there is no memory is a fault.
    fn hold(&mut self, id: CallId, outcome: &mut Result<Value, Fault>) {
        let size_bytes = outcome.as_ref().map_or(0, Value::size_bytes);
        let before = self.call(id).map_or(0, |call| std::mem::take(&mut call.size_bytes));
        self.held_bytes -= before;
        if outcome.is_ok()
            && let Err(fault) = self.check_memory(size_bytes)
        {
            *outcome = Err(fault.step(&self.step_of_call(id)));
            return;
        }
        if let Some(call) = self.call(id) {
            call.size_bytes = size_bytes;
            self.held_bytes += size_bytes;
        }
    }

    /// Keeps an outcome for further attempts of a call above, if there can be any.
    fn keep(&mut self, id: CallId, outcome: &Result<Value, Fault>, has_written: bool) {
        let Some(caller) = self.slot(id.caller) else { return };
        let has_log = caller.log.is_some();
        let Some(call) = self.call(id) else { return };
        let (is_ordered, is_try, is_retried) = (call.is_ordered, call.is_try, call.is_retried() && !call.is_native);
        if !has_log && !is_retried {
            return;
        }
        let step = self.step_of_call(id);
        if !has_log {
            return self.kept.forget(&step);
        }
        let Run { slots, kept, .. } = self;
        let caller = slots.get_mut(id.caller.index as usize).and_then(|slot| slot.activation.as_mut());
        if let Some(log) = caller.and_then(|caller| caller.log.as_deref_mut()) {
            kept.keep(log, step, &Ending { handle: id.handle, outcome, is_ordered, is_try, has_written });
        }
    }

    /// Takes an activation out of the run if it has ended. The outcome of the one above the root is that of the run.
    fn ended(&mut self, id: ActivationId) -> Option<Ended> {
        let activation = self.activation(id)?;
        if activation.open.all > 0 || matches!(activation.guest, Guest::Running | Guest::Waiting(..) | Guest::Race) {
            return None;
        }
        let step = match &activation.guest {
            Guest::Over(Err(fault)) if activation.fault_at.is_none() && fault.step.is_none() => Some(self.step(id)),
            _ => None,
        };
        self.show_settled(id);
        let mut activation = self.remove(id)?;
        if self.front.last() == Some(&id) {
            self.front.pop();
        }
        let fault_at = activation.fault_at;
        let outcome = match fault_at
            .and_then(|at| activation.call(at))
            .map(|call| std::mem::replace(&mut call.state, State::Cancelled))
        {
            Some(State::Faulted(fault)) => Err(fault),
            _ => match activation.guest {
                Guest::Over(Err(fault)) => Err(match step {
                    Some(step) => fault.step(&step),
                    None => fault,
                }),
                Guest::Over(Ok(value)) => Ok(value),
                // It is stopped only because a call faulted.
                Guest::Stopped | Guest::Running | Guest::Waiting(..) | Guest::Race => Err(stopped()),
            },
        };
        for call in &activation.calls {
            self.kept_bytes -= call.notes.size_bytes() + call.noted_behind.size_bytes();
            self.held_bytes -= call.size_bytes;
        }
        self.untaken -= activation.untaken as u64;
        let has_written = activation.log.is_some_and(|log| self.kept.close(&log, outcome.is_ok()));
        match activation.answers {
            Some(call) => {
                let (notes, is_unknown) = (activation.settled, activation.is_unknown);
                Some(Ended { call, outcome, notes, has_written, is_unknown })
            }
            None => {
                self.kept_bytes -= activation.settled.size_bytes();
                self.outcome = Some(outcome);
                None
            }
        }
    }

    /// Shows the settled notes of an activation that is on the front.
    fn show_settled(&mut self, id: ActivationId) {
        if self.front.last() == Some(&id)
            && let Some(slot) = self.slots.get_mut(id.index as usize)
            && let Some(activation) = slot.activation.as_mut()
        {
            show(&mut activation.settled, &mut self.shown, &mut self.kept_bytes);
        }
    }

    /// Shows what nothing stands before any more, down to the first call that has not ended.
    pub(super) fn advance_front(&mut self) {
        while let Some(&last) = self.front.last() {
            self.show_settled(last);
            let Some(slot) = self.slots.get_mut(last.index as usize) else { return };
            let Some(activation) = slot.activation.as_mut().filter(|activation| !activation.is_race()) else { return };
            let first_open = activation.settled_to;
            let Some(call) = activation.call(first_open).filter(|call| !call.has_ended()) else { return };
            // What attempts that failed have noted.
            show(&mut call.notes, &mut self.shown, &mut self.kept_bytes);
            match call.state {
                State::Running(Some(child)) => self.front.push(child),
                _ => return,
            }
        }
    }
}

fn show(notes: &mut Notes, shown: &mut std::collections::VecDeque<Box<[u8]>>, kept_bytes: &mut u64) {
    for line in notes.drain() {
        *kept_bytes -= line.len() as u64;
        shown.push_back(line);
    }
}

/// An activation that was stopped although none of its calls faulted: a mistake of the driver.
fn stopped() -> Fault {
    Fault::new(dot_abi::fault::FaultCode::Internal, "an activation was stopped although none of its calls failed")
}
