//! Long computations, in order and on all cores.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

fn spin(rounds: u32) -> i64 {
    (0..i64::from(rounds)).fold(1, |state, round| (state * 31 + round) % 1_000_003)
}

/// The sum of so many of them, one after the other.
pub(crate) fn in_order(count: u32, rounds: u32) -> i64 {
    (0..count).map(|number| spin(rounds + number)).sum()
}

/// The same, on a thread for each core.
pub(crate) fn beside(count: u32, rounds: u32) -> i64 {
    let next = AtomicU32::new(0);
    let work = || {
        let numbers =
            std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&number| number < count));
        numbers.map(|number| spin(rounds + number)).sum::<i64>()
    };
    thread::scope(|scope| {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).sum()
    })
}
