//! The recording world: operations of every class, whose results and faults depend on the step and its argument alone.

use std::sync::{Arc, Mutex, PoisonError};

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use crate::interpret::World;

/// The module that programs import as `world`.
pub const MODULE: &str = "pub native pure dot pure(number: Int) -> Int

pub native note dot note(number: Int)

pub native read dot read(number: Int) -> Int

pub native wait dot wait(number: Int) -> Int

pub native write dot write(number: Int) -> Int
";

/// Which steps of a run fault.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Faults {
    /// Decides which.
    pub seed: u64,
    /// How many of a hundred steps fault.
    pub percent: u64,
}

/// An operation that the world was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operation {
    /// Its step.
    pub step: String,
    /// Its class.
    pub class: Class,
    /// What it was given.
    pub argument: i64,
    /// When it began, in events of the world.
    pub began: usize,
    /// When it ended.
    pub ended: Option<usize>,
}

/// What the world has seen.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Recorded {
    /// The operations in the order in which they began, notes apart.
    pub operations: Vec<Operation>,
    /// The notes in the order in which they were shown.
    pub notes: Vec<String>,
    /// The steps that faulted, as far as the interpreter tells.
    pub faulted: Vec<String>,
    pub(super) events: usize,
}

/// A world that many threads may ask.
#[derive(Clone)]
pub struct Recorder {
    plan: Faults,
    recorded: Arc<Mutex<Recorded>>,
}

impl Recorder {
    /// A world in which nothing has happened.
    pub fn new(plan: Faults) -> Recorder {
        Recorder { plan, recorded: Arc::default() }
    }

    /// What it has seen so far.
    pub fn recorded(&self) -> Recorded {
        self.with(|recorded| recorded.clone())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Recorded) -> T) -> T {
        work(&mut self.recorded.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A note is shown.
    pub fn note(&self, text: String) {
        self.with(|recorded| recorded.notes.push(text));
    }

    /// An operation begins; what it gives is told when it [ends](Recorder::end).
    pub fn begin(&self, class: Class, step: &str, argument: i64) -> usize {
        self.with(|recorded| {
            let began = recorded.events;
            recorded.events += 1;
            recorded.operations.push(Operation { step: step.to_owned(), class, argument, began, ended: None });
            recorded.operations.len() - 1
        })
    }

    /// An operation ends.
    pub fn end(&self, operation: usize) -> Result<Value, Fault> {
        let ended = self.with(|recorded| {
            let ended = recorded.events;
            recorded.events += 1;
            let operation = recorded.operations.get_mut(operation)?;
            operation.ended = Some(ended);
            Some(operation.clone())
        });
        let Some(Operation { step, class, argument, .. }) = ended else {
            return Err(Fault::new(FaultCode::Internal, "an operation ends that has not begun"));
        };
        let decided = hash(self.plan.seed, &step);
        if decided % 100 < self.plan.percent {
            return Err(Fault::new(FaultCode::Network, format!("the world does not answer {argument}")));
        }
        let result = match class {
            Class::Pure => argument.wrapping_mul(7).wrapping_add(3),
            _ => argument.wrapping_add((decided >> 32) as i64),
        };
        Ok(Value::Int(result.rem_euclid(10)))
    }

    /// What a native of the world does; `None` if there is none of that name.
    pub fn class(name: &str) -> Option<Class> {
        Some(match name {
            "world.pure" => Class::Pure,
            "world.note" | "print_text" => Class::Note,
            "world.read" => Class::Read,
            "world.wait" => Class::Wait,
            "world.write" => Class::Write,
            _ => return None,
        })
    }
}

impl World for Recorder {
    fn call(&mut self, step: &str, name: &str, args: Vec<Value>) -> Result<Value, Fault> {
        match (Recorder::class(name), args.as_slice()) {
            (Some(Class::Note), [Value::Text(text)]) => self.note(text.to_string()),
            (Some(Class::Note), [Value::Int(number)]) => self.note(number.to_string()),
            (Some(class), [Value::Int(number)]) => return self.end(self.begin(class, step, *number)),
            _ => return Err(Fault::new(FaultCode::Internal, format!("the world has no {name}"))),
        }
        Ok(Value::Unit)
    }

    fn ended(&mut self, step: &str, faulted: bool) {
        if faulted {
            self.with(|recorded| recorded.faulted.push(step.to_owned()));
        }
    }
}

/// FNV-1a, the same on every machine.
fn hash(seed: u64, text: &str) -> u64 {
    let bytes = seed.to_le_bytes().into_iter().chain(text.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    // The low bits of the last bytes are mixed in.
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 8
}
