//! Races: the first part to end decides, and the others are cancelled.
//!
//! A race is an activation without a guest, whose calls are the parts. The root of a run is the only part of such an activation too, which is what makes
//! an attempt of it.

use super::activation::{Guest, State};
use super::run::Run;
use super::task::{ActivationId, NewCall};

impl<J: Clone, G> Run<J, G> {
    /// Starts the parts of a race.
    pub(super) fn start_parts(&mut self, race: ActivationId, parts: Vec<NewCall<J>>) {
        for part in parts {
            self.add_call(race, NewCall { is_try: true, ..part });
        }
    }

    /// A part of a race has ended.
    ///
    /// Where time is virtual an earlier part may end at the same time, and then it is the one that counts: that is known when
    /// nothing else can be done at that time.
    pub(super) fn part_ended(&mut self, race: ActivationId, handle: u64) {
        let Some(activation) = self.activation(race) else { return };
        let later: Vec<u64> = (handle + 1..activation.next_handle()).collect();
        self.cancel_calls(race, &later);
        let Some(activation) = self.activation(race) else { return };
        if activation.open.all == 0 || !self.is_virtual {
            self.decide(race);
        } else if !self.undecided.contains(&race) {
            self.undecided.push(race);
        }
    }

    /// Decides one of the races that wait until nothing else can be done, the innermost first; gives whether there was one.
    pub(super) fn decide_next(&mut self) -> bool {
        let races = std::mem::take(&mut self.undecided);
        self.undecided = races.into_iter().filter(|race| self.slot(*race).is_some()).collect();
        let depth = |race: &ActivationId| self.slot(*race).map_or(0, |activation| activation.depth);
        let Some(innermost) = (0..self.undecided.len()).max_by_key(|&index| depth(&self.undecided[index])) else {
            return false;
        };
        let race = self.undecided.remove(innermost);
        self.decide(race);
        self.end_if_over(race);
        true
    }

    /// The first part that has ended in the order of the source decides.
    fn decide(&mut self, race: ActivationId) {
        let Some(activation) = self.activation(race) else { return };
        let ended = |call: &_| matches!(call, State::Succeeded(_) | State::Faulted(_));
        let Some(winner) = activation.calls.iter().position(|call| ended(&call.state)) else { return };
        let first = activation.first;
        let call = &mut activation.calls[winner];
        let outcome = match std::mem::replace(&mut call.state, State::Cancelled) {
            State::Succeeded(value) => Ok(value),
            State::Faulted(fault) => Err(fault),
            // The position is that of a call that has ended.
            _ => return,
        };
        let size_bytes = std::mem::take(&mut call.size_bytes);
        let mut notes = std::mem::take(&mut call.notes);
        activation.settled.append(&mut notes);
        activation.guest = Guest::Over(outcome);
        let others: Vec<u64> = (first..activation.next_handle()).collect();
        self.held_bytes -= size_bytes;
        self.cancel_calls(race, &others);
    }
}
