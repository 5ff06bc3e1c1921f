//! Threads that are made when they are needed and kept for a while when they are not.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a thread waits for something to do before it ends.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a thread is to do.
type Job = Box<dyn FnOnce() + Send>;

/// Threads of one kind.
pub(crate) struct Crew {
    name: &'static str,
    stack_bytes: usize,
    /// The most threads; what more there is to do waits.
    most: usize,
    state: Mutex<State>,
    hired: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    threads: usize,
    idle: usize,
}

impl Crew {
    pub(crate) fn new(name: &'static str, stack_bytes: usize, most: usize) -> Arc<Crew> {
        Arc::new(Crew { name, stack_bytes, most, state: Mutex::default(), hired: Condvar::new() })
    }

    /// Lets a thread do something. It fails where the system gives no thread and none is there.
    pub(crate) fn hire(self: &Arc<Self>, job: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let mut state = self.lock();
        state.jobs.push_back(Box::new(job));
        if state.idle >= state.jobs.len() {
            self.hired.notify_one();
        } else if state.threads < self.most {
            let crew = Arc::clone(self);
            let thread = thread::Builder::new().name(self.name.to_owned()).stack_size(self.stack_bytes);
            match thread.spawn(move || crew.work()) {
                Ok(_) => state.threads += 1,
                Err(_) if state.threads > 0 => {}
                Err(error) => {
                    state.jobs.pop_back();
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn work(&self) {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                job();
                state = self.lock();
                continue;
            }
            state.idle += 1;
            let (woken, timeout) = self.hired.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            state = woken;
            state.idle -= 1;
            if timeout.timed_out() && state.jobs.is_empty() {
                state.threads -= 1;
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn threads_are_used_again_and_never_more_than_there_may_be() {
        let crew = Crew::new("test", 1 << 20, 2);
        let (sender, receiver) = mpsc::channel();
        for number in 0..100 {
            let sender = sender.clone();
            crew.hire(move || sender.send(number).expect("somebody listens")).expect("a thread");
        }
        let mut numbers: Vec<i32> = receiver.iter().take(100).collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..100));
        assert!(crew.lock().threads <= 2);
    }
}
