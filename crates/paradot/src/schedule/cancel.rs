//! What a fault ends besides its own call.

use dot_abi::manifest::Class;

use super::activation::{Guest, State};
use super::run::{ActivationId, CallId, Run};

impl<J, G> Run<J, G> {
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
        let (mut below, mut natives) = (Vec::new(), Vec::new());
        for index in 0..activation.calls.len() {
            let call = &activation.calls[index];
            let is_later = first + index as u64 > earliest;
            let is_beside = group != 0 && call.group == group;
            let is_cancelled = match call.state {
                State::Held(_) | State::Ready(_) => is_later || is_beside,
                State::Running(_) => is_later && !(is_beside && call.class == Class::Write),
                State::Succeeded(_) | State::Faulted(_) | State::Cancelled => false,
            };
            if is_cancelled {
                let (group, is_effect) = (call.group, call.is_effect());
                match std::mem::replace(&mut activation.calls[index].state, State::Cancelled) {
                    State::Running(Some(child)) => below.push(child),
                    State::Running(None) => natives.push(CallId { caller: id, handle: first + index as u64 }),
                    State::Held(_) => activation.held -= 1,
                    _ => {}
                }
                activation.close(group, is_effect);
            }
        }
        let calls = &activation.calls;
        let is_ready = |handle: &u64| matches!(calls[(handle - first) as usize].state, State::Ready(_));
        activation.ready.retain(is_ready);
        self.discarded.extend(guest);
        self.cancelled.extend(natives);
        self.cancel(below);
    }

    /// Removes activations and all that is below them.
    fn cancel(&mut self, mut doomed: Vec<ActivationId>) {
        while let Some(id) = doomed.pop() {
            let Some(activation) = self.remove(id) else { continue };
            self.kept_bytes -= activation.settled.size_bytes();
            for (call, handle) in activation.calls.into_iter().zip(activation.first..) {
                self.kept_bytes -= call.notes.size_bytes() + call.noted_behind.size_bytes();
                match call.state {
                    State::Running(Some(child)) => doomed.push(child),
                    State::Running(None) => self.cancelled.push(CallId { caller: id, handle }),
                    _ => {}
                }
            }
            if let Guest::Waiting(_, guest) = activation.guest {
                self.discarded.push(guest);
            }
        }
    }
}
