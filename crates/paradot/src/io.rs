//! The threads that asynchronous native dots run on: few, apart from those that guests run on, and none until one is needed.

use std::future::Future;
use std::io;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::value::Value;
use tokio::runtime::{Builder, Handle, Runtime};

/// What an asynchronous native does: it ends with a value or a fault, or is dropped before.
pub type BoxFuture = Pin<Box<dyn Future<Output = Result<Value, Fault>> + Send>>;

/// The threads that wait for many things at once.
const THREADS: usize = 2;
/// The most threads that look names up and read files for them.
const MOST_BLOCKING_THREADS: usize = 16;

/// Where asynchronous native dots run. Making one costs nothing: the threads start with the first future.
#[derive(Debug, Default)]
pub struct IoRuntime {
    started: Mutex<Option<Runtime>>,
}

/// A future that was given to an [`IoRuntime`].
#[derive(Clone, Debug)]
pub struct IoTask(tokio::task::AbortHandle);

impl IoTask {
    /// Drops the future wherever it waits. What it was to call at its end is not called, unless that has begun.
    pub fn abort(&self) {
        self.0.abort();
    }
}

impl IoRuntime {
    /// A runtime without threads.
    pub fn new() -> IoRuntime {
        IoRuntime::default()
    }

    /// Runs a future beside others and calls `end` with what comes out of it. It fails only where the system gives no threads;
    /// then nothing has run.
    pub fn spawn(
        &self,
        work: BoxFuture,
        end: impl FnOnce(Result<Value, Fault>) + Send + 'static,
    ) -> Result<IoTask, Fault> {
        let task = self.handle()?.spawn(async move { end(guarded(work).await) });
        Ok(IoTask(task.abort_handle()))
    }

    /// Runs a future to its end on this thread, which must not be one of a runtime.
    pub fn run_to_end(&self, work: BoxFuture) -> Result<Value, Fault> {
        self.handle()?.block_on(guarded(work))
    }

    fn handle(&self) -> Result<Handle, Fault> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        let runtime = match started.take() {
            Some(runtime) => runtime,
            None => Builder::new_multi_thread()
                .worker_threads(THREADS)
                .max_blocking_threads(MOST_BLOCKING_THREADS)
                .thread_name("dot-io")
                .enable_all()
                .build()
                .map_err(|error| no_threads(&error))?,
        };
        Ok(started.insert(runtime).handle().clone())
    }
}

impl Drop for IoRuntime {
    fn drop(&mut self) {
        // The last owner may be a task of this very runtime, which must not wait for itself.
        if let Some(runtime) = self.started.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            runtime.shutdown_background();
        }
    }
}

/// The fault where the system gives no threads to wait on.
fn no_threads(error: &io::Error) -> Fault {
    let message = format!("the system gives no threads to wait for the outside on: {error}");
    Fault::new(FaultCode::Io, message).help("end other programs, or raise the limit on threads of this one")
}

/// What comes out of a future; a panic of it is a fault of this call alone.
async fn guarded(mut work: BoxFuture) -> Result<Value, Fault> {
    std::future::poll_fn(move |context| {
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or_else(|_| {
            let fault = Fault::new(FaultCode::Internal, "a native dot failed while it ran");
            Poll::Ready(Err(fault.help("this is a mistake in the native dot: please report it with the program")))
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn futures_end_beside_each_other_and_a_panic_is_a_fault() {
        let io = IoRuntime::new();
        let (sender, receiver) = mpsc::channel();
        for number in 0..100 {
            let sender = sender.clone();
            let work = async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                assert!(number != 50, "one of them panics");
                Ok(Value::Int(number))
            };
            io.spawn(Box::pin(work), move |end| sender.send(end).expect("somebody listens")).expect("threads");
        }
        let ends: Vec<_> = receiver.iter().take(100).collect();
        assert_eq!(ends.iter().filter(|end| end.is_ok()).count(), 99);
        let fault = ends.into_iter().find_map(Result::err).expect("one panicked");
        assert_eq!(fault.code, FaultCode::Internal);
    }

    #[test]
    fn what_is_aborted_is_dropped_and_never_ends() {
        let io = IoRuntime::new();
        let (alive, dropped) = mpsc::channel::<()>();
        let (sender, ends) = mpsc::channel();
        let work = async move {
            let _alive = alive;
            std::future::pending().await
        };
        let task = io.spawn(Box::pin(work), move |end| sender.send(end).expect("somebody listens")).expect("threads");
        task.abort();
        assert_eq!(dropped.recv_timeout(Duration::from_secs(5)), Err(mpsc::RecvTimeoutError::Disconnected));
        assert_eq!(ends.recv_timeout(Duration::from_secs(5)), Err(mpsc::RecvTimeoutError::Disconnected));
    }

    #[test]
    fn a_runtime_may_be_dropped_by_its_own_task() {
        let io = std::sync::Arc::new(IoRuntime::new());
        let (sender, receiver) = mpsc::channel();
        let owner = std::sync::Arc::clone(&io);
        let end = move |_| {
            drop(owner);
            sender.send(()).expect("somebody listens");
        };
        let work = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Ok(Value::Unit)
        };
        io.spawn(Box::pin(work), end).expect("threads");
        drop(io);
        assert_eq!(receiver.recv_timeout(Duration::from_secs(5)), Ok(()));
    }
}
