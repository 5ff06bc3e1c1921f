//! Which of the tasks that may be done next is done next.

use dot_abi::fault::Fault;
use dot_abi::value::Value;

use super::activation::{Guest, State};
use super::ending::Ended;
use super::run::Run;
use super::task::{ActivationId, CallId, Task, What};
use super::timers::Timer;

/// The order in which a run does what it may do. What a program shows does not depend on it; tests try to find programs for which it does.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Schedule {
    /// Each call runs to its end before its caller goes on: the order of the source.
    Sequential,
    /// Depth first: what was started last, its calls in the order of the source. That keeps the number of activations low.
    #[default]
    NewestFirst,
    /// Any order, by a seed; natives end later than they could.
    Random(u64),
    /// Callers go on as far as they can before a call begins, the last calls begin first, and natives end last.
    Adversarial,
}

impl Schedule {
    /// Whether it fixes the order of everything, so that only one thread may drive the run.
    pub fn is_fixed(self) -> bool {
        self != Schedule::NewestFirst
    }
}

/// The results that may wait for a guest while calls of it begin: it is resumed for all of them together.
const RESULTS_AT_ONCE: usize = 32;

/// A schedule and what it keeps.
pub(super) struct Picker {
    schedule: Schedule,
    random: u64,
    /// Natives that have ended without anybody having been told.
    delayed: Vec<(CallId, Result<Value, Fault>)>,
}

/// What to do with an activation that has work.
enum Choice {
    Resume,
    Begin(u64),
}

impl Picker {
    pub(super) fn new(schedule: Schedule) -> Picker {
        let random = match schedule {
            Schedule::Random(seed) => seed,
            _ => 0,
        };
        Picker { schedule, random, delayed: Vec::new() }
    }

    /// Keeps the outcome of a native, where the schedule delays them; gives it back otherwise.
    pub(super) fn delay(
        &mut self,
        call: CallId,
        outcome: Result<Value, Fault>,
    ) -> Option<(CallId, Result<Value, Fault>)> {
        match self.schedule {
            Schedule::Sequential | Schedule::NewestFirst => Some((call, outcome)),
            Schedule::Random(_) | Schedule::Adversarial => {
                self.delayed.push((call, outcome));
                None
            }
        }
    }

    /// A number below a bound that is not 0 (SplitMix64).
    fn below(&mut self, bound: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}

impl<J: Clone, G> Run<J, G> {
    /// The next task. `None`: nothing can be done before a task comes back, or the run is over.
    pub fn next_task(&mut self) -> Option<Task<J, G>> {
        loop {
            if self.is_pressed() {
                if let Some(task) = self.pick_resumable() {
                    return Some(task);
                }
                if self.tasks > 0 {
                    return None;
                }
            }
            if let Some(id) = self.pick_activation() {
                if let Some(task) = self.task_of(id) {
                    return Some(task);
                }
            } else if let Some((call, outcome)) = self.pick_delayed() {
                self.end_call(Ended::native(call, outcome));
            } else if self.tasks > 0 || !self.decide_next() {
                return None;
            }
        }
    }

    /// Whether [`Run::next_task`] has something to give.
    pub fn has_work(&self) -> bool {
        if self.tasks > 0 && self.is_pressed() {
            return self.resumable().is_some();
        }
        !self.work.is_empty() || !self.picker.delayed.is_empty() || (self.tasks == 0 && !self.undecided.is_empty())
    }

    /// Whether everybody waits for somebody else: a mistake of the driver, or here.
    pub fn is_stuck(&self) -> bool {
        self.outcome.is_none() && self.is_idle() && self.timers.next_ns().is_none()
    }

    /// Whether nothing can be done and nothing is under way before the next timer fires.
    pub fn is_idle(&self) -> bool {
        self.tasks == 0 && !self.has_work()
    }

    /// Whether the run holds so much that calls begin one at a time: results that can be taken are taken first.
    fn is_pressed(&self) -> bool {
        self.memory_bytes() > self.bounds.run_memory_bytes / 4 && !self.picker.schedule.is_fixed()
    }

    /// Where in the list the newest activation stands that waits for a call that has ended.
    fn resumable(&self) -> Option<usize> {
        let is_resumable = |id: &ActivationId| self.slot(*id).is_some_and(|activation| activation.is_resumable());
        self.work.iter().rposition(is_resumable)
    }

    fn pick_resumable(&mut self) -> Option<Task<J, G>> {
        let id = *self.work.get(self.resumable()?)?;
        self.resume(id)
    }

    /// A native that was just started, if it may begin.
    pub fn next_native(&mut self, caller: ActivationId, handle: u64) -> Option<Task<J, G>> {
        let activation = self.activation(caller)?;
        let is_ready = activation.ready.back() == Some(&handle);
        let is_native = activation.call(handle).is_some_and(|call| call.is_native);
        if is_ready && is_native && !self.is_pressed() { self.begin(caller, handle) } else { None }
    }

    /// An activation that has work; what has none any more leaves the list.
    fn pick_activation(&mut self) -> Option<ActivationId> {
        loop {
            let length = self.work.len();
            let index = match self.picker.schedule {
                Schedule::Sequential | Schedule::NewestFirst => length.checked_sub(1)?,
                Schedule::Random(_) => {
                    let choices = length + self.picker.delayed.len();
                    let choice = if choices == 0 { 0 } else { self.picker.below(choices) };
                    (choice < length).then_some(choice)?
                }
                Schedule::Adversarial => {
                    let resumable =
                        |id: &ActivationId| self.slot(*id).is_some_and(|activation| activation.is_resumable());
                    self.work.iter().position(resumable).or((length > 0).then_some(0))?
                }
            };
            let id = *self.work.get(index)?;
            match self.activation(id) {
                Some(activation) if activation.has_work() => return Some(id),
                Some(activation) => activation.is_listed = false,
                None => {}
            }
            self.work.remove(index);
        }
    }

    fn pick_delayed(&mut self) -> Option<(CallId, Result<Value, Fault>)> {
        let last = self.picker.delayed.len().checked_sub(1)?;
        let index = match self.picker.schedule {
            Schedule::Random(_) => self.picker.below(last + 1),
            _ => last,
        };
        Some(self.picker.delayed.swap_remove(index))
    }

    fn choose(&mut self, id: ActivationId) -> Option<Choice> {
        let activation = self.slot(id)?;
        let is_resumable = activation.is_resumable();
        let count = activation.ready.len();
        let resume = is_resumable.then_some(Choice::Resume);
        let begin = |index: usize| activation.ready.get(index).map(|&handle| Choice::Begin(handle));
        match self.picker.schedule {
            Schedule::Sequential => begin(0).or(resume),
            // To resume a guest for each call would cost as much as a short call; to keep many results would cost memory.
            Schedule::NewestFirst if activation.results() < RESULTS_AT_ONCE => begin(0).or(resume),
            Schedule::NewestFirst => resume.or(begin(0)),
            Schedule::Adversarial => resume.or(begin(count.saturating_sub(1))),
            Schedule::Random(_) => {
                let choices = count + usize::from(is_resumable);
                let choice = if choices == 0 { 0 } else { self.picker.below(choices) };
                let handle = self.slot(id)?.ready.get(choice).copied();
                handle.map(Choice::Begin).or(resume)
            }
        }
    }

    /// Takes a task from an activation that has work.
    fn task_of(&mut self, id: ActivationId) -> Option<Task<J, G>> {
        match self.choose(id)? {
            Choice::Resume => self.resume(id),
            Choice::Begin(handle) => self.begin(id, handle),
        }
    }

    fn resume(&mut self, id: ActivationId) -> Option<Task<J, G>> {
        let activation = self.activation(id)?;
        match std::mem::replace(&mut activation.guest, Guest::Running) {
            Guest::Waiting(_, guest) => {
                self.tasks += 1;
                Some(Task::Resume { activation: id, guest })
            }
            other => {
                activation.guest = other;
                None
            }
        }
    }

    fn begin(&mut self, caller: ActivationId, handle: u64) -> Option<Task<J, G>> {
        let activation = self.activation(caller)?;
        let at = activation.ready.partition_point(|&ready| ready < handle);
        activation.ready.remove(at);
        let call = activation.call(handle)?;
        let State::Ready(what) = std::mem::replace(&mut call.state, State::Running(None)) else { return None };
        let id = CallId { caller, handle, attempt: call.attempt() };
        if call.attempts.is_some() {
            self.begin_attempt(id, &what);
        } else {
            let size_bytes = std::mem::take(&mut call.size_bytes);
            self.held_bytes -= size_bytes;
        }
        match what {
            What::Native(job) => {
                self.tasks += 1;
                let step = self.step_of_call(id);
                return Some(Task::Native { call: id, step, job });
            }
            What::Dot(job) => {
                self.tasks += 1;
                let activation = self.insert(id, Guest::Running);
                self.advance_front();
                return Some(Task::Begin { activation, job });
            }
            What::Sleep(for_ns) => {
                let timer = self.timers.set(self.now_ns.saturating_add(for_ns), Timer::Sleep(id));
                if let Some(call) = self.call(id) {
                    call.state = State::Sleeping(timer);
                }
            }
            What::Race(parts) => {
                let race = self.insert(id, Guest::Race);
                self.start_parts(race, parts);
            }
        }
        None
    }
}
