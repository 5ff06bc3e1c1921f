//! Which of the tasks that may be done next is done next.

use dot_abi::fault::Fault;
use dot_abi::value::Value;

use super::activation::{Guest, State};
use super::notes::Notes;
use super::run::{ActivationId, CallId, Run, Task};

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

impl<J, G> Run<J, G> {
    /// The next task. `None`: nothing can be done before a task comes back, or the run is over.
    pub fn next_task(&mut self) -> Option<Task<J, G>> {
        loop {
            if let Some(id) = self.pick_activation() {
                if let Some(task) = self.task_of(id) {
                    return Some(task);
                }
            } else {
                let (call, outcome) = self.pick_delayed()?;
                self.end_call(call, outcome, Notes::default());
            }
        }
    }

    /// Whether [`Run::next_task`] has something to give.
    pub fn has_work(&self) -> bool {
        !self.work.is_empty() || !self.picker.delayed.is_empty()
    }

    /// Whether everybody waits for somebody else: a mistake of the driver, or here.
    pub fn is_stuck(&self) -> bool {
        self.outcome.is_none() && self.tasks == 0 && !self.has_work()
    }

    /// A native that was just started, if it may begin.
    pub fn next_native(&mut self, caller: ActivationId, handle: u64) -> Option<Task<J, G>> {
        let activation = self.activation(caller)?;
        let is_ready = activation.ready.back() == Some(&handle);
        let is_native = activation.call(handle).is_some_and(|call| call.is_native);
        if is_ready && is_native { self.begin(CallId { caller, handle }) } else { None }
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
            Choice::Resume => {
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
            Choice::Begin(handle) => self.begin(CallId { caller: id, handle }),
        }
    }

    fn begin(&mut self, id: CallId) -> Option<Task<J, G>> {
        let caller = self.activation(id.caller)?;
        let at = caller.ready.partition_point(|&ready| ready < id.handle);
        caller.ready.remove(at);
        let call = caller.call(id.handle)?;
        let is_native = call.is_native;
        let State::Ready(job) = std::mem::replace(&mut call.state, State::Running(None)) else { return None };
        self.tasks += 1;
        if is_native {
            let step = self.step_of_call(id);
            return Some(Task::Native { call: id, step, job });
        }
        let child = self.insert(id);
        if let Some(call) = self.activation(id.caller).and_then(|caller| caller.call(id.handle)) {
            call.state = State::Running(Some(child));
        }
        self.advance_front();
        Some(Task::Begin { activation: child, job })
    }
}
