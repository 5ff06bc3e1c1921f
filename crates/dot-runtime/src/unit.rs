//! A unit that is ready to run, and what comes of loading and running one.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::json::Problem;
use dot_abi::manifest::Manifest;
use dot_abi::text::size_to_text;
use dot_abi::value::Value;
use wasmtime::InstancePre;

use crate::activation::{self, Activation};
use crate::engine::Engine;
use crate::host::Host;
use crate::layouts::Layouts;

/// The stack of the thread of an activation beside that of the guest: for the engine, lift and lower.
const HOST_STACK: usize = 4 << 20;

/// A unit that is ready to run. Cheap to clone.
#[derive(Clone)]
pub struct Unit {
    pub(crate) inner: Arc<UnitInner>,
}

pub(crate) struct UnitInner {
    pub(crate) engine: Engine,
    pub(crate) manifest: Manifest,
    pub(crate) layouts: Layouts,
    pub(crate) instance: InstancePre<Activation>,
    pub(crate) hash: blake3::Hash,
}

/// What a run that ended normally gives.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// The result.
    pub value: Value,
    /// The objects that were still alive after the result was given up. Always 0, unless counting is wrong.
    pub live_objects: u32,
    /// The time on the processor, lift and lower included.
    pub cpu_time: Duration,
    /// The largest size of the linear memory in bytes.
    pub peak_memory: u64,
}

/// Why a run gave no result.
#[derive(Clone, PartialEq, Debug)]
pub enum RunError {
    /// The input does not fulfil the conditions of its types; nothing ran.
    Input(Vec<Problem>),
    /// The run failed.
    Fault(Fault),
}

/// Why a unit can't be loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// The bytes are not a module with one manifest.
    NoUnit,
    /// The module or its manifest is too large.
    TooLarge {
        /// Its size.
        size_bytes: usize,
        /// The largest size.
        limit_bytes: usize,
    },
    /// The manifest is of another format.
    Format {
        /// The unit's.
        found: u32,
        /// The one that this version reads.
        supported: u32,
    },
    /// The manifest is wrong in itself.
    Manifest(String),
    /// The unit asks for something that this version does not offer.
    Import {
        /// The import's module.
        module: String,
        /// Its name.
        name: String,
    },
    /// The unit does not export something that every unit must, or with another type.
    Export {
        /// Its name.
        name: String,
    },
    /// The engine refuses the module.
    Module(String),
}

impl Unit {
    /// What the unit says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.inner.manifest
    }

    /// The hash of its bytes.
    pub fn hash(&self) -> blake3::Hash {
        self.inner.hash
    }

    /// Runs the unit on an input of its input type, in a memory and on a thread of its own.
    ///
    /// Fields of the input may be [`Value::Default`]. Conditions of refined types in it are checked
    /// before anything runs; all that are not fulfilled are reported.
    pub fn run(&self, input: Value, host: &Host) -> Result<Outcome, RunError> {
        let engine = &self.inner.engine;
        let running = engine.ticker().enter().map_err(no_thread)?;
        let (unit, host) = (Arc::clone(&self.inner), host.clone());
        let stack = (engine.stack_bytes() as usize).saturating_add(HOST_STACK);
        let thread = thread::Builder::new()
            .name("dot-activation".to_owned())
            .stack_size(stack)
            .spawn(move || activation::run(unit, &input, host))
            .map_err(no_thread)?;
        let result = thread.join();
        drop(running);
        result.unwrap_or_else(|_| {
            let fault = Fault::new(FaultCode::Internal, "the runtime failed while the dot ran")
                .help("this is a mistake in dot itself: please report it with the program");
            Err(RunError::Fault(fault))
        })
    }
}

fn no_thread(error: std::io::Error) -> RunError {
    let message = format!("the system gives no thread to run the dot on: {error}");
    RunError::Fault(Fault::new(FaultCode::StackLimit, message).help("ask for a smaller stack with --stack"))
}

impl fmt::Debug for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unit").field("name", &self.inner.manifest.name).field("hash", &self.inner.hash).finish()
    }
}

impl From<Fault> for RunError {
    fn from(fault: Fault) -> RunError {
        RunError::Fault(fault.bounded())
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Fault(fault) => fault.fmt(f),
            RunError::Input(problems) => {
                let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
                write!(f, "the input does not fit: {}", messages.join("; "))
            }
        }
    }
}

impl std::error::Error for RunError {}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::NoUnit => f.write_str("this is no Dot unit: a WASM module with one manifest"),
            LoadError::TooLarge { size_bytes, limit_bytes } => {
                let limit = size_to_text(*limit_bytes as u64);
                write!(f, "the unit has a part of {size_bytes} bytes, and the limit is {limit}")
            }
            LoadError::Format { found, supported } => {
                write!(f, "the unit has format {found}, and this version reads format {supported}: compile it again")
            }
            LoadError::Manifest(problem) => write!(f, "the unit's manifest is wrong: {problem}"),
            LoadError::Import { module, name } => {
                write!(
                    f,
                    "the unit needs \"{name}\" of \"{module}\", which this version does not have: compile it again"
                )
            }
            LoadError::Export { name } => {
                write!(f, "the unit does not export \"{name}\" as units do: compile it again")
            }
            LoadError::Module(problem) => write!(f, "the unit is no module that can run: {problem}"),
        }
    }
}

impl std::error::Error for LoadError {}
