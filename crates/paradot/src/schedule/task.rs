//! What a driver and a run tell each other.

use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::policy::Policies;

use super::bounds::Bounds;
use super::pick::Schedule;

/// An activation of a run. The id of one that has ended is never used again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ActivationId {
    pub(super) index: u32,
    pub(super) generation: u32,
}

/// An attempt of a call, by the activation that started the call and its handle there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CallId {
    /// The activation that started it.
    pub caller: ActivationId,
    /// How many calls that one had started before.
    pub handle: u64,
    /// How many attempts there were before.
    pub attempt: u32,
}

/// How a run goes about its work.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Setup {
    /// In which order things are done.
    pub schedule: Schedule,
    /// How much it may start and hold.
    pub bounds: Bounds,
    /// With the names of steps it decides how long is waited between attempts.
    pub seed: u64,
    /// Whether time passes only while nothing can be done: parts of a race that end at the same time are then a tie, which the
    /// first one in the order of the source wins.
    pub is_virtual: bool,
}

/// A call that is to be started.
#[derive(Clone, Debug)]
pub struct NewCall<J> {
    /// The number of the call site in the caller's manifest.
    pub site: u32,
    /// The number of the call in the source, a part of the step's name.
    pub number: u32,
    /// What is called.
    pub name: Arc<str>,
    /// The largest class of what it does.
    pub class: Class,
    /// Whether it waits for every earlier call.
    pub is_ordered: bool,
    /// Whether a fault of it is a value.
    pub is_try: bool,
    /// What is declared behind `with`; `None` if that is nothing.
    pub policies: Option<Arc<Policies>>,
    /// The memory that it takes until it begins.
    pub size_bytes: u64,
    /// What it does.
    pub what: What<J>,
}

/// What a call does, and what its driver needs to do it.
#[derive(Clone, Debug)]
pub enum What<J> {
    /// It is an activation.
    Dot(J),
    /// It is a native dot.
    Native(J),
    /// It ends after so many nanoseconds.
    Sleep(u64),
    /// It ends with the first of its parts, which are dots that do not write.
    Race(Vec<NewCall<J>>),
}

/// What is to be done next.
#[derive(Debug)]
pub enum Task<J, G> {
    /// Begin an activation; it comes back by [`Run::suspend`](super::Run::suspend) or [`Run::finish`](super::Run::finish).
    Begin {
        /// The new activation.
        activation: ActivationId,
        /// What its call was started with.
        job: J,
    },
    /// Go on with an activation that was suspended; it comes back in the same way.
    Resume {
        /// The activation.
        activation: ActivationId,
        /// What it was suspended with.
        guest: G,
    },
    /// Run a native dot; it comes back by [`Run::finish_native`](super::Run::finish_native).
    Native {
        /// The call.
        call: CallId,
        /// The name of the step.
        step: String,
        /// What the call was started with.
        job: J,
    },
}

/// Why an activation gets no answer.
#[derive(Clone, PartialEq, Debug)]
pub enum Refusal {
    /// Nothing that it does can be seen any more: it is to stop and to be finished with this.
    Stopped,
    /// It wants more than it may.
    Fault(Fault),
    /// It asks for something that does not exist.
    Broken(&'static str),
}
