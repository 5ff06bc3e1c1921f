//! Mocks, and the calls that a test asks for.
//!
//! A mock answers the calls that stand behind it in the source, wherever in the run they are made. Only the root sets
//! mocks up, so a call knows how many of them stand before it: as many as when the root started the call that it
//! is, or is below of.

use std::collections::VecDeque;
use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::manifest::{MockSite, UnitKind};
use dot_abi::value::Value;

use super::{Job, RunInner, Work};
use crate::activation::Activation;
use crate::faults::from_value;
use crate::guest::broken;
use crate::unit::UnitInner;

/// What answers for a dot or native dot.
pub(super) struct Mock {
    target: String,
    answer: Answer,
}

enum Answer {
    /// An anonymous dot, and what it captured.
    Dot(Arc<UnitInner>, Vec<Value>),
    /// One after the other.
    Each(VecDeque<Value>),
}

impl RunInner {
    /// Sets a mock up.
    pub(crate) fn mock(&self, activation: &Activation, site: &MockSite, input: Value) -> Result<(), Fault> {
        if activation.unit.manifest.kind != UnitKind::Test || activation.identity.origin.call.is_some() {
            return Err(broken("it mocks and is no test"));
        }
        let Value::Record(captures) = input else { return Err(broken("the input of a mock is no record")) };
        let answer = match &site.dot {
            Some(name) => Answer::Dot(Arc::clone(&self.bundle.unit(name)?.inner), captures),
            None => match captures.into_iter().next() {
                Some(Value::List(answers)) => Answer::Each(answers.into()),
                _ => return Err(broken("the answers of a mock are no list")),
            },
        };
        self.lock().mocks.push(Mock { target: site.target.clone(), answer });
        Ok(())
    }

    /// What a mock makes of a call that so many mocks stand before, and the input that it then has; `None` if it is not mocked.
    pub(super) fn mocked(&self, name: &str, before: usize, input: &Value) -> Result<Option<(Work, Value)>, Fault> {
        let state = self.lock();
        let found = state.mocks.iter().enumerate().take(before).rev().find(|(_, mock)| mock.target == name);
        let Some((index, mock)) = found else { return Ok(None) };
        Ok(Some(match &mock.answer {
            Answer::Each(_) => (Work::Each(index), input.clone()),
            Answer::Dot(unit, captures) => {
                let Value::Record(args) = input else { return Err(broken("the input of a call is no record")) };
                let wanted = unit.fields_of_input().saturating_sub(captures.len());
                let input = captures.iter().chain(args.iter().take(wanted)).cloned().collect();
                (Work::Dot(Arc::clone(unit)), Value::Record(input))
            }
        }))
    }

    /// How many mocks there are.
    pub(super) fn mocks(&self) -> usize {
        self.lock().mocks.len()
    }

    /// The next answer of a mock.
    pub(super) fn next_answer(&self, mock: usize) -> Result<Value, Fault> {
        let mut state = self.lock();
        let Some(Mock { target, answer: Answer::Each(answers) }) = state.mocks.get_mut(mock) else {
            return Err(broken("a mock has no answers"));
        };
        match answers.pop_front() {
            Some(Value::Case(0, mut fields)) if fields.len() == 1 => Ok(fields.remove(0)),
            Some(Value::Case(1, fields)) if fields.len() == 1 => Err(from_value(&fields[0])?),
            Some(_) => Err(broken("an answer of a mock is no Result")),
            None => Err(Fault::mock_exhausted(target)),
        }
    }

    /// Remembers the arguments of a call, if the test asks for them.
    pub(super) fn record(&self, job: &Job) {
        if !self.tells_calls || matches!(job.work, Work::CallsOf(_)) {
            return;
        }
        let mut state = self.lock();
        if let (Some(calls), Value::Record(args)) = (state.calls.get_mut(&*job.name), &job.args) {
            calls.push(match args.as_slice() {
                [] => Value::Unit,
                [arg] => arg.clone(),
                args => Value::Tuple(args.to_vec()),
            });
        }
    }

    /// The arguments of the calls so far.
    pub(super) fn calls_of(&self, name: &str) -> Value {
        Value::List(self.lock().calls.get(name).cloned().unwrap_or_default())
    }
}
