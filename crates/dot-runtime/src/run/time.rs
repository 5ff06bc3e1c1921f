//! What time it is in a run: that of the machine, or virtual time, which passes only while nothing else can happen.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use paradot::Clock;

use super::{RunInner, State};

/// The time of a run, in nanoseconds since it began.
pub(super) enum Time {
    /// That of the machine.
    Real(Instant),
    /// It jumps to the next timer when nothing can run and nothing outside is under way.
    Virtual(Arc<AtomicU64>),
}

impl Time {
    /// The time of a run that begins now, and the clock that its natives see.
    pub(super) fn new(is_virtual: bool, clock: &Arc<dyn Clock>) -> (Time, Arc<dyn Clock>) {
        if !is_virtual {
            return (Time::Real(Instant::now()), Arc::clone(clock));
        }
        let passed_ns = Arc::new(AtomicU64::new(0));
        let shifted = Shifted { clock: Arc::clone(clock), passed_ns: Arc::clone(&passed_ns) };
        (Time::Virtual(passed_ns), Arc::new(shifted))
    }

    pub(super) fn now_ns(&self) -> u64 {
        match self {
            Time::Real(began) => u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX),
            Time::Virtual(passed_ns) => passed_ns.load(Ordering::Relaxed),
        }
    }
}

/// A clock, and the virtual time that has passed since.
struct Shifted {
    clock: Arc<dyn Clock>,
    passed_ns: Arc<AtomicU64>,
}

impl Clock for Shifted {
    fn now_ns(&self) -> i64 {
        let passed_ns = i64::try_from(self.passed_ns.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        self.clock.now_ns().saturating_add(passed_ns)
    }
}

impl RunInner {
    /// Tells the scheduler what time it is, if that matters to it.
    pub(super) fn tell_time(&self, state: &mut State) {
        if state.schedule.is_timed() {
            state.schedule.advance(self.time.now_ns());
            RunInner::abort_cancelled(state);
        }
    }

    /// Lets virtual time pass until the next timer, if nothing else can happen before; gives whether it did.
    pub(super) fn pass_time(&self, state: &mut State) -> bool {
        let Time::Virtual(passed_ns) = &self.time else { return false };
        if !state.schedule.is_idle() {
            return false;
        }
        let Some(next_ns) = state.schedule.next_timer() else { return false };
        passed_ns.store(next_ns, Ordering::Relaxed);
        state.schedule.advance(next_ns);
        true
    }

    /// Wakes the thread that waits for the run if a timer fires before it would wake.
    pub(super) fn watch_timers(&self, state: &mut State) {
        let next_ns = self.next_wake(state);
        if next_ns.is_some() && state.wakes_at_ns.is_none_or(|wakes_at| next_ns < Some(wakes_at)) {
            // Who comes meanwhile need not wake it again.
            state.wakes_at_ns = next_ns;
            self.over.notify_all();
        }
    }

    /// When a timer fires in real time.
    pub(super) fn next_wake(&self, state: &State) -> Option<u64> {
        match self.time {
            Time::Real(_) => state.schedule.next_timer(),
            Time::Virtual(_) => None,
        }
    }
}
