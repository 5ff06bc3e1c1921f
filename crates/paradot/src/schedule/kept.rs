//! What is kept of attempts that failed, so that the next one goes on after the last write: see the essay in
//! [`schedule`](super).
//!
//! Everything is kept by the names of steps, which attempts have no part in. So entering a step again at any depth is looking up what is kept
//! below its name, and a journal can hold the same records.

use std::collections::BTreeMap;
use std::ops::Bound;

use dot_abi::fault::Fault;
use dot_abi::value::Value;

/// What is kept, by the name of the step.
#[derive(Default, Debug)]
pub(super) struct Kept {
    records: BTreeMap<Box<str>, Record>,
    /// What ordered natives gave, the clock and random numbers: the same in every attempt.
    ordered: BTreeMap<Box<str>, Value>,
    size_bytes: u64,
}

/// What is kept of one step.
#[derive(Default, Debug)]
struct Record {
    done: Option<Done>,
    /// The step failed after a write: it is entered again, and what it called is kept up to and including this handle.
    through: Option<u64>,
}

/// A call that has ended.
#[derive(Clone, Debug)]
pub(super) struct Done {
    /// Its number among the calls of its caller: the same in every attempt.
    pub(super) handle: u64,
    pub(super) outcome: Result<Value, Fault>,
}

/// What an activation notes of its calls while they end, where a call on the way to it may be attempted again.
#[derive(Debug)]
pub(super) struct Log {
    /// The activation's step.
    pub(super) step: Box<str>,
    /// Whether the outcomes of all its calls are kept, as it may write, and not only those of ordered natives.
    keeps_all: bool,
    /// What the attempt before keeps: see [`Record::through`].
    through: Option<u64>,
    /// The calls that have ended since, and others that wrote.
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    handle: u64,
    step: Box<str>,
    has_written: bool,
}

impl Log {
    /// Whether notes that are made before a call of this handle were made by an attempt before.
    pub(super) fn is_noted(&self, next_handle: u64) -> bool {
        self.through.is_some_and(|through| next_handle <= through)
    }
}

impl Kept {
    pub(super) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty() && self.ordered.is_empty()
    }

    /// The log of an activation that begins.
    pub(super) fn log(&self, step: String, keeps_all: bool) -> Log {
        let through = self.records.get(step.as_str()).and_then(|record| record.through);
        Log { step: step.into(), keeps_all, through, entries: Vec::new() }
    }

    /// The outcome of a call, if it is kept.
    pub(super) fn find(&self, log: &Log, step: &str, handle: u64, is_ordered: bool) -> Option<Done> {
        if is_ordered && let Some(value) = self.ordered.get(step) {
            return Some(Done { handle, outcome: Ok(value.clone()) });
        }
        if !log.keeps_all { None } else { self.records.get(step)?.done.clone() }
    }

    /// Keeps the outcome of a call that has ended for good.
    pub(super) fn keep(&mut self, log: &mut Log, step: String, call: &Ending<'_>) {
        if call.is_ordered
            && let Ok(value) = call.outcome
        {
            self.size_bytes += value.size_bytes();
            let before = self.ordered.insert(step.as_str().into(), value.clone());
            self.size_bytes -= before.map_or(0, |value| value.size_bytes());
        }
        if !log.keeps_all {
            return;
        }
        // A fault that no `try` stops ends the attempt: the step is entered again if it wrote.
        if call.outcome.is_ok() || call.is_try {
            let outcome = call.outcome.clone();
            self.size_bytes += size_of(&outcome);
            let record = self.records.entry(step.as_str().into()).or_default();
            let before = record.done.replace(Done { handle: call.handle, outcome });
            self.size_bytes -= before.map_or(0, |done| size_of(&done.outcome));
        }
        log.entries.push(Entry { handle: call.handle, step: step.into(), has_written: call.has_written });
    }

    /// Notes that a call was cancelled in its course. It counts as a write if something below it wrote, in this attempt or before.
    pub(super) fn note_cancelled(&self, log: &mut Log, step: String, handle: u64, wrote_below: bool) {
        let has_written = wrote_below || self.records.get(step.as_str()).is_some_and(|record| record.through.is_some());
        if log.keeps_all && has_written {
            log.entries.push(Entry { handle, step: step.into(), has_written });
        }
    }

    /// Ends a log with its attempt; gives whether something was written.
    pub(super) fn close(&mut self, log: &Log, has_succeeded: bool) -> bool {
        let last =
            log.entries.iter().filter(|entry| entry.has_written).map(|entry| entry.handle).max().max(log.through);
        if has_succeeded {
            if log.through.is_some() || !log.entries.is_empty() {
                self.forget_below(&log.step);
            }
            return last.is_some();
        }
        for entry in &log.entries {
            let is_last = Some(entry.handle) == last;
            let Some(record) = self.records.get_mut(&entry.step) else { continue };
            // What comes behind the last write runs anew; the last one itself too, where it wrote and then failed under `try`.
            if Some(entry.handle) > last || is_last && record.done.as_ref().is_some_and(|done| done.outcome.is_err()) {
                self.size_bytes -= record.done.take().map_or(0, |done| size_of(&done.outcome));
                if record.through.is_none() {
                    self.records.remove(&entry.step);
                }
            }
        }
        if last.is_some() {
            self.records.entry(log.step.clone()).or_default().through = last;
        }
        last.is_some()
    }

    /// Forgets what is below a step, since the step itself has ended. What ordered natives gave there stays: the step may still run anew.
    fn forget_below(&mut self, step: &str) {
        for key in below(&self.records, step) {
            if let Some(Record { done: Some(done), .. }) = self.records.remove(&key) {
                self.size_bytes -= size_of(&done.outcome);
            }
        }
        self.records.remove(step);
    }

    /// Forgets all of a step: no call on the way to it can be attempted again.
    pub(super) fn forget(&mut self, step: &str) {
        self.forget_below(step);
        for key in below(&self.ordered, step) {
            self.size_bytes -= self.ordered.remove(&key).map_or(0, |value| value.size_bytes());
        }
    }
}

/// A call that has ended, on its way into what is kept.
pub(super) struct Ending<'a> {
    pub(super) handle: u64,
    pub(super) outcome: &'a Result<Value, Fault>,
    pub(super) is_ordered: bool,
    pub(super) is_try: bool,
    pub(super) has_written: bool,
}

/// The steps below a step.
fn below<V>(steps: &BTreeMap<Box<str>, V>, step: &str) -> Vec<Box<str>> {
    let prefix = format!("{step}/");
    let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
    steps.range::<str, _>(from).map(|(key, _)| key).take_while(|key| key.starts_with(&prefix)).cloned().collect()
}

fn size_of(outcome: &Result<Value, Fault>) -> u64 {
    outcome.as_ref().map_or(0, Value::size_bytes)
}
