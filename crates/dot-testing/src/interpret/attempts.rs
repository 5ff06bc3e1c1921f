//! Attempts of a step: retries that go on after the last write, timeouts, and what is kept from one attempt to the next.
//!
//! Steps end one after the other here, so what is kept of an attempt is the beginning of the list of its calls.

use std::collections::HashMap;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::policy::{OnUnknown, Policies};
use dot_abi::text::duration_to_text;
use dot_types::program::{Function, FunctionId, FunctionKind};
use paradot::schedule::backoff_ns;

use super::Stop;
use super::activation::Activation;
use super::machine::{Eval, Flow, Machine};
use super::value::Value;

/// The seed of tests.
const SEED: u64 = 0;

/// The calls that the next attempt does not make again, by their steps.
#[derive(Default)]
pub(super) struct Kept<'p>(HashMap<String, KeptCall<'p>>);

/// A call of an attempt before.
pub(super) enum KeptCall<'p> {
    /// It has ended, and this came of it; also whether something was written by it.
    Ended(Result<Value<'p>, Fault>, bool),
    /// It failed after a write: it is entered again with what it keeps itself.
    Again(Kept<'p>),
}

impl<'p> Kept<'p> {
    /// What is kept of a step, which the attempt has come to now.
    pub(super) fn take(&mut self, step: &str) -> Option<KeptCall<'p>> {
        self.0.remove(step)
    }

    /// Whether the attempt has come past all that is kept.
    pub(super) fn is_behind(&self) -> bool {
        self.0.is_empty()
    }
}

/// Whether what an attempt ended with says that nobody knows if a write happened.
fn is_unknown(ended: &Eval<'_>) -> bool {
    matches!(ended, Err(Flow::Stop(stop)) if matches!(&**stop, Stop::Fault(fault) if fault.code == FaultCode::Unknown))
}

/// A call that an attempt has made.
pub(super) struct Made<'p> {
    pub(super) step: String,
    /// What came of it; `None` if it was cancelled in its course.
    pub(super) outcome: Option<Result<Value<'p>, Fault>>,
    /// Whether something was written by it, at whatever depth.
    pub(super) wrote: bool,
    /// What it keeps itself, if it has no value.
    pub(super) kept: Kept<'p>,
}

/// What is kept of an attempt that has no value, and whether it wrote.
fn kept<'p>(activation: Activation<'p>) -> (Kept<'p>, bool) {
    let Activation { made, kept: Kept(mut rest), .. } = activation;
    let last = match rest.is_empty() {
        true => made.iter().rposition(|call| call.wrote),
        // It has not even come to the last write of the attempt before.
        false => made.len().checked_sub(1),
    };
    let wrote = last.is_some() || !rest.is_empty();
    for (index, call) in made.into_iter().enumerate().take_while(|(index, _)| Some(*index) <= last) {
        let is_last = Some(index) == last;
        let kept = match call.outcome {
            Some(Ok(value)) => KeptCall::Ended(Ok(value), call.wrote),
            Some(Err(fault)) if !is_last => KeptCall::Ended(Err(fault), call.wrote),
            _ => KeptCall::Again(call.kept),
        };
        rest.insert(call.step, kept);
    }
    (Kept(rest), wrote)
}

impl<'p> Machine<'p, '_> {
    /// A step, to its end: all of its attempts.
    pub(super) fn attempts(
        &mut self,
        id: FunctionId,
        args: Vec<Value<'p>>,
        step: &str,
        mut before: Kept<'p>,
    ) -> (Eval<'p>, bool, Kept<'p>) {
        let function = self.program.function(id);
        // A mock answers in the place of the dot: nothing that is declared for that one holds.
        let declared = if self.calls.is_mocked(id) { Policies::default() } else { function.policies.clone() };
        let mut attempts = 0;
        loop {
            attempts += 1;
            let (ended, callee) = self.attempt(id, args.clone(), Activation::again(step.to_owned(), before), &declared);
            self.world.ended(step, ended.is_err());
            let is_unknown = callee.is_unknown || is_unknown(&ended);
            let wrote_itself = function.kind == FunctionKind::NativeDot && function.class == Class::Write;
            if ended.is_ok() {
                self.activation.is_unknown |= is_unknown;
                let wrote = wrote_itself || callee.made.iter().any(|call| call.wrote);
                return (ended, wrote, Kept::default());
            }
            let (kept, wrote) = kept(callee);
            let fault = match ended {
                Err(Flow::Stop(stop)) => match *stop {
                    Stop::Fault(fault) => fault.step(step),
                    other => return (Err(Flow::Stop(Box::new(other))), wrote, kept),
                },
                other => return (other, wrote, kept),
            };
            let is_left = is_unknown && declared.on_unknown == OnUnknown::Fail;
            if is_left || attempts > declared.retry || !declared.repeats(&fault) {
                self.activation.is_unknown |= is_unknown;
                return (Err(fault.into()), wrote, kept);
            }
            if let Err(cancelled) = self.pass(backoff_ns(&declared, SEED, step, attempts, &fault)) {
                return (Err(cancelled), wrote, kept);
            }
            before = kept;
        }
    }

    /// One attempt, and what its activation knows at its end.
    fn attempt(
        &mut self,
        id: FunctionId,
        args: Vec<Value<'p>>,
        activation: Activation<'p>,
        declared: &Policies,
    ) -> (Eval<'p>, Activation<'p>) {
        let limit = declared.timeout_ns.map(|timeout_ns| (self.time.limit(timeout_ns), timeout_ns));
        let caller = std::mem::replace(&mut self.activation, activation);
        let ended = self.answer(id, args);
        let callee = std::mem::replace(&mut self.activation, caller);
        let Some((limit, timeout_ns)) = limit else { return (ended, callee) };
        self.time.lift(limit);
        match ended {
            Err(Flow::Cancelled(at)) if at == limit => (Err(took_longer(timeout_ns).into()), callee),
            other => (other, callee),
        }
    }
}

fn took_longer(timeout_ns: u64) -> Fault {
    let timeout = duration_to_text(i64::try_from(timeout_ns).unwrap_or(i64::MAX));
    Fault::new(FaultCode::Timeout, format!("the step took longer than its timeout of {timeout}"))
}

/// Whether a native dot gives the same in every attempt: the clock and random numbers.
pub(super) fn is_ordered(function: &Function) -> bool {
    function.kind == FunctionKind::NativeDot
        && function.uses.iter().any(|name| matches!(name.as_str(), "time" | "random"))
}
