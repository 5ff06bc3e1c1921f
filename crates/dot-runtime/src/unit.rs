//! A unit that is ready to run, and what comes of loading and running one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use dot_abi::fault::Fault;
use dot_abi::json::Problem;
use dot_abi::manifest::Manifest;
use dot_abi::policy::Policies;
use dot_abi::text::size_to_text;
use dot_abi::types::{TypeDesc, TypeRef, TypeTable};
use dot_abi::value::Value;
use wasmtime::InstancePre;

use crate::activation::Activation;
use crate::bundle::{Bundle, Plan};
use crate::engine::Engine;
use crate::guest::ExportIndices;
use crate::host::Host;
use crate::layouts::Layouts;
use crate::verify::references;

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
    pub(crate) exports: ExportIndices,
    pub(crate) hash: blake3::Hash,
    /// What it declares behind `with`, if that is anything.
    pub(crate) policies: Option<Arc<Policies>>,
    /// By the number of the call.
    call_names: Vec<Arc<str>>,
    /// Which frames can be lifted, by the number of their site.
    pub(crate) parkable: Vec<bool>,
}

/// How a run ended, and what it took.
#[derive(Clone, PartialEq, Debug)]
pub struct Ended {
    /// The result, or why there is none.
    pub end: Result<Value, RunError>,
    /// The objects that were still alive after activations had ended normally and given up their results. Always 0, unless
    /// counting is wrong.
    pub live_objects: u64,
    /// The time on the processor of activations that ended normally, lift and lower included.
    pub cpu_time: Duration,
    /// The largest size of a linear memory in bytes, of activations that ended normally.
    pub peak_memory: u64,
    /// The most bytes that inputs and results took which waited to be used.
    pub peak_held: u64,
}

impl Ended {
    /// A run that could not begin.
    pub(crate) fn failed(fault: Fault) -> Ended {
        Ended {
            end: Err(RunError::Fault(fault)),
            live_objects: 0,
            cpu_time: Duration::ZERO,
            peak_memory: 0,
            peak_held: 0,
        }
    }
}

/// What a run that ended normally gives.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// The result.
    pub value: Value,
    /// The objects that were still alive after the result was given up. Always 0, unless counting is wrong.
    pub live_objects: u64,
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

    /// Runs a unit that calls no other one on an input of its input type.
    ///
    /// Fields of the input may be [`Value::Default`]. Conditions of refined types in it are checked
    /// before anything runs; all that are not fulfilled are reported.
    pub fn run(&self, input: Value, host: &Host) -> Result<Outcome, RunError> {
        let Ended { end, live_objects, cpu_time, peak_memory, .. } =
            Bundle::of_unit(self.clone()).run(input, host, Plan::default());
        end.map(|value| Outcome { value, live_objects, cpu_time, peak_memory })
    }
}

impl UnitInner {
    pub(crate) fn new(
        engine: Engine,
        manifest: Manifest,
        instance: InstancePre<Activation>,
        exports: ExportIndices,
        hash: blake3::Hash,
    ) -> UnitInner {
        let layouts = Layouts::new(&manifest.types);
        let call_names = manifest.calls.iter().map(|call| Arc::from(call.target.name())).collect();
        let parkable = manifest.frames.iter().map(|site| !holds_function(&manifest.types, site.frame)).collect();
        let policies = (!manifest.policies.is_default()).then(|| Arc::new(manifest.policies.clone()));
        UnitInner { engine, manifest, layouts, instance, exports, hash, policies, call_names, parkable }
    }

    /// The name of what a call calls.
    pub(crate) fn call_name(&self, call: u32) -> Arc<str> {
        self.call_names.get(call as usize).cloned().unwrap_or_default()
    }

    /// The number of fields of the input.
    pub(crate) fn fields_of_input(&self) -> usize {
        match self.manifest.types.get(self.manifest.types.base(self.manifest.input)) {
            TypeDesc::Record { fields, .. } => fields.len(),
            _ => 0,
        }
    }
}

/// Whether values of a type can hold a function.
fn holds_function(types: &TypeTable, ty: TypeRef) -> bool {
    let mut seen = vec![false; types.types.len()];
    let mut next = vec![ty];
    while let Some(ty) = next.pop() {
        if std::mem::replace(&mut seen[ty.0 as usize], true) {
            continue;
        }
        let desc = types.get(ty);
        if matches!(desc, TypeDesc::Function { .. } | TypeDesc::Closure { .. }) {
            return true;
        }
        next.extend(references(desc));
    }
    false
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
