//! The threads that work on a run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, MutexGuard};

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::value::Value;
use paradot::schedule::{ActivationId, CallId, Task};
use paradot::{AsyncParaDot, Kind, NativeDot};

use super::{Job, Origin, RunInner, State, Work};
use crate::activation::{self, Identity, Slice, Suspended};
use crate::unit::RunError;
use crate::worker::Worker;

impl RunInner {
    /// Works until there is nothing to do.
    pub(super) fn drive(self: &Arc<Self>) {
        let mut worker = Worker::new();
        let mut state = self.lock();
        loop {
            self.tell_time(&mut state);
            while let Some(task) = state.schedule.next_task() {
                self.watch_timers(&mut state);
                self.offer(&mut state);
                drop(state);
                self.perform(task, &mut worker);
                state = self.lock();
                if state.workers > 1 && worker.ran_short_slices() {
                    state = self.put_down(state, &mut worker);
                    // The others may have left meanwhile.
                    if state.workers > 1 {
                        return self.leave(state, worker);
                    }
                }
                self.tell_time(&mut state);
            }
            // A schedule that delays natives ends them while it looks for a task: that can let notes go.
            state = self.show(state);
            // What became ready meanwhile found this thread still counted, and may have nobody else.
            if state.schedule.has_work() || self.pass_time(&mut state) {
                continue;
            }
            if !worker.has_spare() {
                return self.leave(state, worker);
            }
            state = self.put_down(state, &mut worker);
        }
    }

    /// Gives up, without the lock, the instance that a worker keeps: before it leaves, since nothing of a run stays alive behind its end.
    fn put_down<'s>(&'s self, state: MutexGuard<'s, State>, worker: &mut Worker) -> MutexGuard<'s, State> {
        drop(state);
        worker.drop_spare();
        self.lock()
    }

    /// Takes a worker off the run.
    fn leave(&self, mut state: MutexGuard<'_, State>, mut worker: Worker) {
        self.watch_timers(&mut state);
        self.count_time(worker.take_spent());
        state.workers -= 1;
        self.tell_end(&state);
    }

    /// Wakes who waits for the end of the run, if this is it.
    fn tell_end(&self, state: &State) {
        if state.workers == 0 && !state.is_showing && (state.schedule.is_over() || state.schedule.is_stuck()) {
            self.over.notify_all();
        }
    }

    /// Hires one more thread if there is something for it to do.
    pub(super) fn call_for_help(self: &Arc<Self>, state: &mut State) {
        while state.workers == 0 && self.pass_time(state) {}
        if state.workers < self.most_workers() && state.schedule.has_work() {
            let run = Arc::clone(self);
            // Without a further thread those that are there do it; if nobody is, the thread that waits asks again.
            match self.bundle.engine().compute().hire(move || run.drive()) {
                Ok(()) => state.workers += 1,
                Err(_) => self.over.notify_all(),
            }
        }
    }

    /// The most threads that may work on this run.
    pub(super) fn most_workers(&self) -> usize {
        if self.plan.schedule.is_fixed() { 1 } else { self.bundle.engine().workers() }
    }

    fn perform(self: &Arc<Self>, task: Task<Job, Suspended>, worker: &mut Worker) {
        match task {
            Task::Begin { activation, job } => {
                self.record(&job);
                let Job { work, input, origin, .. } = job;
                let slice = match work {
                    Work::Dot(unit) => {
                        let identity = Identity::new(activation, origin.clone());
                        guarded(|| activation::begin(self, unit, identity, &input, worker))
                    }
                    _ => Err(confused().into()),
                };
                self.end_slice(activation, &origin, slice, worker);
            }
            Task::Resume { activation, guest } => {
                let origin = guest.origin();
                let slice = guarded(|| activation::resume(self, guest, worker).map_err(RunError::Fault));
                self.end_slice(activation, &origin, slice, worker);
            }
            Task::Native { call, step, job } => {
                self.perform_native(call, step, job);
                worker.read();
            }
        }
    }

    /// Runs a native where it may wait; here, if the order is fixed or it can't wait.
    pub(super) fn perform_native(self: &Arc<Self>, call: CallId, step: String, job: Job) {
        self.record(&job);
        if let Work::Native(native) = &job.work
            && let Err(fault) = self.host.grants.check_of_host(native.descriptor().uses)
        {
            return self.finish_native(call, &job.origin, Err(fault));
        }
        if self.plan.schedule.is_fixed() {
            return self.end_native(call, &step, job);
        }
        match &job.work {
            Work::Native(NativeDot::Async(native)) => self.perform_async(call, &step, Arc::clone(native), job),
            Work::Native(native) if !native.descriptor().is_ordered => self.perform_outside(call, step, job),
            _ => self.end_native(call, &step, job),
        }
    }

    /// Runs a native that holds no thread while it waits.
    fn perform_async(self: &Arc<Self>, call: CallId, step: &str, native: Arc<dyn AsyncParaDot>, job: Job) {
        let Job { input, origin, .. } = job;
        let context = self.host.context(&self.output, step, origin.scope.as_ref()).to_owned_context();
        let (run, at) = (Arc::clone(self), origin.clone());
        let end = move |outcome: Result<Value, Fault>| {
            // Who aborted it has told its end.
            if run.lock().under_way.remove(&call).is_none() {
                return;
            }
            run.finish_native(call, &at, outcome);
            let mut state = run.lock();
            run.call_for_help(&mut state);
            run.tell_end(&state);
        };
        // A native that panics before it gives a future does so where that is polled.
        let work = Box::pin(async move { native.run(context, input).await });
        // It can't end before it is known to be under way: its end takes the lock as well.
        let mut state = self.lock();
        if !state.schedule.is_wanted(call) {
            drop(state);
            return self.finish_native(call, &origin, Err(cancelled()));
        }
        match self.bundle.engine().io().spawn(work, end) {
            Ok(task) => {
                state.under_way.insert(call, task);
            }
            Err(fault) => {
                drop(state);
                self.finish_native(call, &origin, Err(fault));
            }
        }
    }

    /// Runs a native that holds a thread while it waits.
    fn perform_outside(self: &Arc<Self>, call: CallId, step: String, job: Job) {
        let engine = self.bundle.engine();
        let crew = match &job.work {
            Work::Native(native) if native.kind() == Kind::Cpu => engine.native_compute(),
            _ => engine.outside(),
        };
        // What is in the closure is gone if there is no thread, so the job waits beside it.
        let (run, handed) = (Arc::clone(self), Arc::new(std::sync::Mutex::new(Some((step, job)))));
        let taken = Arc::clone(&handed);
        let hired = crew.hire(move || {
            if let Some((step, job)) = taken.lock().ok().and_then(|mut handed| handed.take()) {
                if run.is_wanted(call) {
                    run.end_native(call, &step, job);
                } else {
                    run.finish_native(call, &job.origin, Err(cancelled()));
                }
                let mut state = run.lock();
                run.call_for_help(&mut state);
                run.tell_end(&state);
            }
        });
        if hired.is_err()
            && let Some((step, job)) = handed.lock().ok().and_then(|mut handed| handed.take())
        {
            self.end_native(call, &step, job);
        }
    }

    fn is_wanted(&self, call: CallId) -> bool {
        self.lock().schedule.is_wanted(call)
    }

    fn end_native(&self, call: CallId, step: &str, job: Job) {
        let Job { work, name, input, origin, .. } = job;
        let outcome = guarded(|| match work {
            Work::Native(native) => {
                let context = self.host.context(&self.output, step, origin.scope.as_ref());
                native.run_to_end(&context, self.bundle.engine().io(), input).map_err(RunError::Fault)
            }
            Work::Absent => Err(paradot::absent(&name).into()),
            Work::CallsOf(name) => Ok(self.calls_of(&name)),
            Work::Each(mock) => self.next_answer(mock).map_err(RunError::Fault),
            Work::Dot(_) | Work::Sleep | Work::Race(_) => Err(confused().into()),
        });
        self.finish_native(call, &origin, outcome.map_err(fault));
    }

    /// Tells the scheduler what came out of a native.
    fn finish_native(&self, call: CallId, origin: &Origin, outcome: Result<Value, Fault>) {
        let outcome = outcome.map_err(|fault| origin.placed(fault).bounded());
        let mut state = self.lock();
        self.tell_time(&mut state);
        state.schedule.finish_native(call, outcome);
        self.tidy(state);
    }

    /// Tells the scheduler how a slice ended.
    fn end_slice(&self, id: ActivationId, origin: &Origin, slice: Result<Slice, RunError>, worker: &mut Worker) {
        let is_read = slice.is_ok();
        let mut state = self.lock();
        self.tell_time(&mut state);
        state.slices += 1;
        match slice {
            Ok(Slice::Done(value)) => state.schedule.finish(id, Some(Ok(value))),
            Ok(Slice::Waiting(handle, suspended)) => state.schedule.suspend(id, handle, suspended),
            Err(RunError::Input(problems)) => {
                state.problems = problems;
                state.schedule.finish(id, Some(Err(confused())));
            }
            Err(RunError::Fault(fault)) => {
                let fault = origin.placed(fault).bounded();
                state.schedule.finish(id, Some(Err(fault)));
            }
        }
        if self.tidy(state) || !is_read {
            worker.read();
        }
    }

    /// Drops the asynchronous natives that nobody waits for any more.
    pub(super) fn abort_cancelled(state: &mut State) {
        for call in state.schedule.take_cancelled() {
            if let Some(task) = state.under_way.remove(&call) {
                task.abort();
                state.schedule.finish_native(call, Err(cancelled()));
            }
        }
    }

    /// Shows notes and drops guests that nobody needs any more; gives whether there were any.
    pub(super) fn tidy(&self, state: MutexGuard<'_, State>) -> bool {
        let mut state = self.show(state);
        RunInner::abort_cancelled(&mut state);
        self.watch_timers(&mut state);
        let discarded = state.schedule.take_discarded();
        drop(state);
        !discarded.is_empty()
    }
}

/// What nobody sees: the call was cancelled before.
fn cancelled() -> Fault {
    Fault::new(FaultCode::Internal, "the call was cancelled")
}

/// The answer of a part of the runtime; a panic of it is a fault of this activation alone.
fn guarded<T>(work: impl FnOnce() -> Result<T, RunError>) -> Result<T, RunError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let fault = Fault::new(FaultCode::Internal, "the runtime failed while the dot ran");
        Err(RunError::Fault(fault.help("this is a mistake in dot itself: please report it with the program")))
    })
}

fn fault(error: RunError) -> Fault {
    match error {
        RunError::Fault(fault) => fault,
        RunError::Input(_) => confused(),
    }
}

/// Only a mistake of the runtime leads here.
fn confused() -> Fault {
    Fault::new(FaultCode::Internal, "a call was begun as something else than it is")
}
