//! What waits for a time.

use std::collections::BTreeMap;

use super::task::CallId;

/// When a timer fires, and its number: those of the same time fire in the order in which they were set.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct TimerKey {
    at_ns: u64,
    number: u64,
}

/// What a timer does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Timer {
    /// Ends a call that sleeps.
    Sleep(CallId),
    /// Lets the next attempt of a call begin.
    Backoff(CallId),
    /// Ends an attempt that takes too long.
    Timeout(CallId),
    /// Gives the next turn of a rate.
    Rate(u32),
}

/// The timers of a run. Each is removed as soon as nothing waits for it, so that virtual time never goes to it.
#[derive(Default, Debug)]
pub(super) struct Timers {
    queue: BTreeMap<TimerKey, Timer>,
    set: u64,
}

impl Timers {
    pub(super) fn set(&mut self, at_ns: u64, timer: Timer) -> TimerKey {
        let key = TimerKey { at_ns, number: self.set };
        self.set += 1;
        self.queue.insert(key, timer);
        key
    }

    pub(super) fn remove(&mut self, key: TimerKey) {
        self.queue.remove(&key);
    }

    /// When the next one fires.
    pub(super) fn next_ns(&self) -> Option<u64> {
        self.queue.first_key_value().map(|(key, _)| key.at_ns)
    }

    /// Takes the next one that fires at a time or before.
    pub(super) fn due(&mut self, now_ns: u64) -> Option<Timer> {
        let next = self.queue.first_entry().filter(|entry| entry.key().at_ns <= now_ns)?;
        Some(next.remove())
    }
}
