//! What the standard library does not offer of the system.

#![expect(unsafe_code, reason = "calls of the C library without a safe form")]

use std::time::Duration;

/// The time that this thread has spent on a processor.
pub(crate) fn thread_cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // Safety: the pointer is to a timespec that outlives the call.
    let answer = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    // The clock of the calling thread always exists.
    debug_assert_eq!(answer, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The user that this process acts as.
pub(crate) fn user() -> u32 {
    // Safety: it takes nothing and can't fail.
    unsafe { libc::geteuid() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_still_while_a_thread_sleeps() {
        let before = thread_cpu_time();
        std::thread::sleep(Duration::from_millis(50));
        assert!(thread_cpu_time() - before < Duration::from_millis(25));
    }
}
