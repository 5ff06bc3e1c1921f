//! Where native dots get the time from, so that tests and replays can give their own.

use std::time::{SystemTime, UNIX_EPOCH};

/// A clock.
pub trait Clock: Send + Sync {
    /// Nanoseconds since the beginning of 1970, UTC.
    fn now_ns(&self) -> i64;
}

/// The clock of this system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ns(&self) -> i64 {
        let clamp = |nanos: u128| i64::try_from(nanos).unwrap_or(i64::MAX);
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => clamp(since.as_nanos()),
            Err(before) => -clamp(before.duration().as_nanos()),
        }
    }
}

/// A clock that stands still.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FixedClock(pub i64);

impl Default for FixedClock {
    /// 2026-01-01T00:00:00Z: the time of tests.
    fn default() -> FixedClock {
        FixedClock(1_767_225_600_000_000_000)
    }
}

impl Clock for FixedClock {
    fn now_ns(&self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_the_system_is_ahead_of_that_of_tests_only_by_what_has_passed() {
        assert!(SystemClock.now_ns() > FixedClock(0).now_ns());
        assert_eq!(FixedClock::default().now_ns() % 86_400_000_000_000, 0);
    }
}
