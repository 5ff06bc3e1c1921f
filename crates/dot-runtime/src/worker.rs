//! What a thread that works on a run has of its own: a clock, and an instance to use again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use wasmtime::Store;

use crate::activation::Activation;
use crate::system::thread_cpu_time;
use crate::unit::UnitInner;

/// For how long the time on the processor is not read again while slices end: to read it is a call of the system, which
/// takes a good part of the time of a small dot. By so much more than it has spent an activation may seem to have spent.
const UNREAD: Duration = Duration::from_micros(100);
/// A slice that is shorter is not worth a further worker: workers that share short ones get in each other's way.
const SHORT_SLICE: Duration = Duration::from_micros(16);
/// How many slices are looked at together.
const SLICES: u32 = 32;
/// An instance with more memory is not kept.
const MOST_KEPT_BYTES: usize = 1 << 20;

/// A thread while it works on a run.
pub(crate) struct Worker {
    /// What the thread had spent on the processor when that was last read.
    read_at: Duration,
    /// When that was, on the wall.
    looked_at: Instant,
    /// Whether slices have ended since then.
    is_unread: bool,
    /// The time of all slices that was read and not taken.
    spent: Duration,
    /// How many slices there were since `counted_from`.
    slices: u32,
    counted_from: Duration,
    /// The instance of an activation that left nothing behind. The next activation of the same unit may have it: its
    /// memory holds no object, and its constants are not made yet.
    spare: Option<Box<Store<Activation>>>,
}

impl Worker {
    /// This thread.
    pub(crate) fn new() -> Worker {
        let now = thread_cpu_time();
        Worker {
            read_at: now,
            looked_at: Instant::now(),
            is_unread: false,
            spent: Duration::ZERO,
            slices: 0,
            counted_from: now,
            spare: None,
        }
    }

    /// What the thread had spent when it last was looked at.
    pub(crate) fn read_at(&self) -> Duration {
        self.read_at
    }

    /// Reads what the thread has spent. It is the time of slices if one has ended since the last time; otherwise it is not
    /// counted.
    pub(crate) fn read(&mut self) -> Duration {
        let now = thread_cpu_time();
        if std::mem::take(&mut self.is_unread) {
            self.spent += now.saturating_sub(self.read_at);
        }
        self.read_at = now;
        self.looked_at = Instant::now();
        now
    }

    /// A slice has ended for which nobody needs the time now.
    pub(crate) fn end_slice(&mut self) {
        self.is_unread = true;
        if self.looked_at.elapsed() >= UNREAD {
            self.read();
        }
    }

    /// A slice has ended; gives what the thread has spent.
    pub(crate) fn end_slice_now(&mut self) -> Duration {
        self.is_unread = true;
        self.read()
    }

    /// The time of slices since it was taken before.
    pub(crate) fn take_spent(&mut self) -> Duration {
        self.read();
        std::mem::take(&mut self.spent)
    }

    /// Counts one more slice; gives whether enough of them were so short that a single worker would do as well.
    pub(crate) fn ran_short_slices(&mut self) -> bool {
        self.slices += 1;
        if self.slices < SLICES {
            return false;
        }
        self.read();
        let taken = self.read_at.saturating_sub(self.counted_from);
        (self.slices, self.counted_from) = (0, self.read_at);
        taken < SHORT_SLICE * SLICES
    }

    /// Keeps the instance of an activation that ended normally and left no object, if it is small.
    pub(crate) fn keep(&mut self, store: Box<Store<Activation>>, memory_bytes: usize) {
        if memory_bytes <= MOST_KEPT_BYTES {
            self.spare = Some(store);
        }
    }

    /// The kept instance, if it is one of a unit.
    pub(crate) fn take_spare(&mut self, unit: &Arc<UnitInner>) -> Option<Box<Store<Activation>>> {
        self.spare.take_if(|spare| Arc::ptr_eq(&spare.data().unit, unit))
    }

    /// Whether it keeps an instance.
    pub(crate) fn has_spare(&self) -> bool {
        self.spare.is_some()
    }

    /// Gives the kept instance up.
    pub(crate) fn drop_spare(&mut self) {
        self.spare = None;
    }
}
