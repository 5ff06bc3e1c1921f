//! The units of a program: the one that is started, and those that it calls.

use std::fmt;
use std::sync::{Arc, OnceLock};

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::value::Value;
use paradot::schedule::Schedule;
use rustc_hash::FxHashMap;

use crate::engine::Engine;
use crate::host::Host;
use crate::run;
use crate::unit::{Ended, LoadError, Unit};

/// A unit that is started and the units that it calls, by their names. Cheap to clone.
#[derive(Clone)]
pub struct Bundle {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    root: Unit,
    others: FxHashMap<String, Other>,
}

/// A unit that is loaded when it is called for the first time.
struct Other {
    wasm: Vec<u8>,
    unit: OnceLock<Result<Unit, LoadError>>,
}

/// How a run goes about its work. What a program shows does not depend on it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Plan {
    /// In which order things are done.
    pub schedule: Schedule,
    /// Whether activations are suspended at each call once, even if it has ended.
    pub suspend_always: bool,
    /// Whether the instance of an activation that waits is dropped, and a new one made when it goes on.
    pub park_always: bool,
    /// Whether each activation has a fresh instance. Otherwise one that ended normally and left no object may leave its
    /// instance to the next activation of the same dot in the same run.
    pub fresh_always: bool,
}

impl Plan {
    /// The plan of tests: the order of the source.
    pub fn sequential() -> Plan {
        Plan { schedule: Schedule::Sequential, ..Plan::default() }
    }
}

impl Bundle {
    /// The bundle of a unit and of all that it can call; only the first one is loaded now.
    pub fn new(
        engine: &Engine,
        root: &[u8],
        others: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<Bundle, LoadError> {
        let root = engine.load(root)?;
        let other = |(name, wasm)| (name, Other { wasm, unit: OnceLock::new() });
        let others = others.into_iter().map(other).collect();
        Ok(Bundle { inner: Arc::new(Inner { engine: engine.clone(), root, others }) })
    }

    /// The bundle of a unit that calls no other one.
    pub(crate) fn of_unit(root: Unit) -> Bundle {
        let engine = root.inner.engine.clone();
        Bundle { inner: Arc::new(Inner { engine, root, others: FxHashMap::default() }) }
    }

    /// The unit that is started.
    pub fn root(&self) -> &Unit {
        &self.inner.root
    }

    /// Runs it on an input of the root's input type.
    ///
    /// Fields of the input may be [`Value::Default`]. Conditions of refined types in it are checked
    /// before anything runs; all that are not fulfilled are reported.
    pub fn run(&self, input: Value, host: &Host, plan: Plan) -> Ended {
        run::run(self, input, host, plan)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    /// The unit of a name.
    pub(crate) fn unit(&self, name: &str) -> Result<&Unit, Fault> {
        let Some(other) = self.inner.others.get(name) else {
            let root = &self.inner.root;
            if root.manifest().name == name {
                return Ok(root);
            }
            let message = format!("the dot \"{name}\" is called and is not among the units of the program");
            return Err(Fault::new(FaultCode::Internal, message).help("compile the program again"));
        };
        other.unit.get_or_init(|| self.inner.engine.load(&other.wasm)).as_ref().map_err(|error| {
            let message = format!("the unit of the dot \"{name}\" can't be loaded: {error}");
            Fault::new(FaultCode::Internal, message).help("compile the program again")
        })
    }

    /// The names of the units that are called.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        self.inner.others.keys()
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle").field("root", &self.inner.root).finish_non_exhaustive()
    }
}
