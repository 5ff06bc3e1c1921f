//! The thread that lets running activations look at their clocks.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How often activations look at their clocks.
const TICK: Duration = Duration::from_millis(10);

/// Counts the runs, bounds them, and ticks while there are any.
pub(crate) struct Ticker {
    state: Mutex<State>,
    ended: Condvar,
    /// The most runs at once.
    most: usize,
    engine: wasmtime::Engine,
}

#[derive(Default)]
struct State {
    running: usize,
    ticking: bool,
}

/// A run, until it is dropped.
pub(crate) struct Running {
    ticker: Arc<Ticker>,
}

impl Ticker {
    pub(crate) fn new(engine: wasmtime::Engine, most: usize) -> Arc<Ticker> {
        Arc::new(Ticker { state: Mutex::default(), ended: Condvar::new(), most, engine })
    }

    /// Waits until there is room for one more run and counts it.
    pub(crate) fn enter(self: &Arc<Self>) -> std::io::Result<Running> {
        let mut state = self.lock();
        while state.running >= self.most {
            state = self.ended.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if !state.ticking {
            let ticker = Arc::clone(self);
            thread::Builder::new().name("dot-ticker".to_owned()).spawn(move || ticker.tick())?;
            state.ticking = true;
        }
        state.running += 1;
        Ok(Running { ticker: Arc::clone(self) })
    }

    /// Ticks until nothing runs.
    fn tick(&self) {
        loop {
            thread::sleep(TICK);
            let mut state = self.lock();
            if state.running == 0 {
                state.ticking = false;
                return;
            }
            drop(state);
            self.engine.increment_epoch();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.ticker.lock().running -= 1;
        self.ticker.ended.notify_one();
    }
}
