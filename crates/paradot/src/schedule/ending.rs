//! How calls and activations end, and what that sets free.

use dot_abi::fault::Fault;
use dot_abi::value::Value;

use super::activation::{Guest, State};
use super::notes::Notes;
use super::run::{ActivationId, CallId, Run};

/// A call that has ended, on its way into its caller.
struct Ended {
    call: CallId,
    outcome: Result<Value, Fault>,
    notes: Notes,
}

impl<J, G> Run<J, G> {
    /// Ends a call, and every activation above that ends with it.
    pub(super) fn end_call(&mut self, call: CallId, outcome: Result<Value, Fault>, notes: Notes) {
        let outcome = match outcome {
            Err(fault) if fault.step.is_none() => Err(fault.step(&self.step_of_call(call))),
            outcome => outcome,
        };
        let mut next = Some(Ended { call, outcome, notes });
        while let Some(ended) = next {
            let caller = ended.call.caller;
            self.record(ended);
            next = self.ended(caller);
        }
        self.advance_front();
    }

    /// Ends an activation if its guest is over and none of its calls is open, and so on above.
    pub(super) fn end_if_over(&mut self, id: ActivationId) {
        if let Some(Ended { call, outcome, notes }) = self.ended(id) {
            self.end_call(call, outcome, notes);
        } else {
            self.advance_front();
        }
    }

    /// Writes the outcome of a call into its caller.
    fn record(&mut self, Ended { call: CallId { caller, handle }, outcome, notes }: Ended) {
        let size = notes.size_bytes();
        let Some(activation) = self.activation(caller) else { return self.kept_bytes -= size };
        let Some(call) = activation.call(handle).filter(|call| matches!(call.state, State::Running(_))) else {
            return self.kept_bytes -= size;
        };
        let (group, is_effect) = (call.group, call.is_effect());
        let is_fault = outcome.is_err() && !call.is_try;
        call.state = match outcome {
            Ok(value) => State::Succeeded(value),
            Err(fault) => State::Faulted(fault),
        };
        call.notes = notes;
        activation.close(group, is_effect);
        if is_fault {
            self.doom(caller, handle);
        }
        let Some(activation) = self.activation(caller) else { return };
        if activation.held > 0 {
            activation.release();
        }
        activation.settle_notes();
        self.list(caller);
    }

    /// Takes an activation out of the run if it has ended. The root's outcome is that of the run.
    fn ended(&mut self, id: ActivationId) -> Option<Ended> {
        let activation = self.activation(id)?;
        if activation.open.all > 0 || matches!(activation.guest, Guest::Running | Guest::Waiting(..)) {
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
                Guest::Stopped | Guest::Running | Guest::Waiting(..) => Err(stopped()),
            },
        };
        let dropped: u64 =
            activation.calls.iter().map(|call| call.notes.size_bytes() + call.noted_behind.size_bytes()).sum();
        self.kept_bytes -= dropped;
        match activation.answers {
            Some(call) => Some(Ended { call, outcome, notes: activation.settled }),
            None => {
                self.kept_bytes -= activation.settled.size_bytes();
                self.outcome = Some(outcome);
                None
            }
        }
    }

    /// Shows the settled notes of an activation that is on the front.
    fn show_settled(&mut self, id: ActivationId) {
        if self.front.last() != Some(&id) {
            return;
        }
        if let Some(slot) = self.slots.get_mut(id.index as usize)
            && let Some(activation) = slot.activation.as_mut()
        {
            for line in activation.settled.drain() {
                self.kept_bytes -= line.len() as u64;
                self.shown.push_back(line);
            }
        }
    }

    /// Shows what nothing stands before any more, down to the first call that has not ended.
    pub(super) fn advance_front(&mut self) {
        while let Some(&last) = self.front.last() {
            self.show_settled(last);
            let Some(activation) = self.activation(last) else { return };
            let first_open = activation.settled_to;
            match activation.call(first_open).map(|call| &call.state) {
                Some(&State::Running(Some(child))) => self.front.push(child),
                _ => return,
            }
        }
    }
}

/// An activation that was stopped although none of its calls faulted: a mistake of the driver.
fn stopped() -> Fault {
    Fault::new(dot_abi::fault::FaultCode::Internal, "an activation was stopped although none of its calls failed")
}
