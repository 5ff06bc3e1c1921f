//! Both engines behind one shape: a checked program goes in, what can be observed comes out.

use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::json::{self, Style};
use dot_abi::manifest::Manifest;
use dot_abi::value::Value;
use dot_codegen::emit::{self, Options};
use dot_codegen::suspend::suspend;
use dot_codegen::{count, lower};
use dot_runtime::{Bundle, Engine, EngineConfig, Host, LoadError, Plan, RunError};
use dot_syntax::{Diagnostic, Severity};
use dot_types::program::{FunctionId, Program, SourceFile};
use dot_types::{NoSources, Sources, check};
use paradot::Captured;

use crate::interpret::{self, Stop};
use crate::world::FixedWorld;

/// The name under which sources are checked.
pub const FILE: &str = "main.dot";

/// What a run shows to the world.
#[derive(Clone, PartialEq, Debug)]
pub struct Observation {
    /// What was printed.
    pub printed: String,
    /// The result as compact JSON, or the fault.
    pub end: Result<String, Fault>,
}

/// The typed program of a source, or the first errors that the checker finds.
pub fn checked(source: &str) -> Result<Program, String> {
    checked_with(source, &NoSources)
}

/// The typed program of a source that imports others.
pub fn checked_with(source: &str, sources: &dyn Sources) -> Result<Program, String> {
    let checked = check(SourceFile { name: FILE.to_owned(), text: source.into() }, sources);
    checked.program.ok_or_else(|| {
        let errors = checked.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let line = |diagnostic: &Diagnostic| {
            let before = source.get(..diagnostic.span.start as usize).unwrap_or_default();
            let line = before.matches('\n').count();
            let text = source.lines().nth(line).unwrap_or_default().trim();
            format!("{}: line {}: {} {}\n    {text}", diagnostic.code.0, line + 1, diagnostic.message, diagnostic.label)
        };
        errors.take(3).map(line).collect::<Vec<_>>().join("\n")
    })
}

/// The function of a dot of the program.
pub fn dot(program: &Program, name: &str) -> Option<FunctionId> {
    program.dots.iter().copied().find(|&id| &*program.function(id).name == name)
}

/// Runs a dot in the interpreter; `None` if that gives up.
pub fn interpreted(program: &Program, dot: FunctionId, input: &[Value]) -> Option<Observation> {
    let mut world = FixedWorld::default();
    let end = match interpret::run(program, dot, input, &mut world) {
        Err(Stop::GaveUp(_)) => return None,
        Err(Stop::Fault(fault)) => Err(fault.bounded()),
        Ok(value) => {
            let (types, result) = interpret::result_type(program, dot);
            json::encode(&types, result, &value, Style::Compact)
        }
    };
    Some(Observation { printed: world.printed, end: end.map_err(comparable) })
}

/// The fault without its advice, which is not the language's.
fn comparable(fault: Fault) -> Fault {
    Fault { help: None, ..fault }
}

/// The unit of a dot or test, or why it can't be compiled.
pub fn compiled(program: &Program, dot: FunctionId, options: Options) -> Result<(Manifest, Vec<u8>), Box<Diagnostic>> {
    let counted = count::insert(lower::lower(program, dot)?)?;
    Ok(emit::emit_with(&suspend(counted), options))
}

/// The units of a dot or test and of all that it calls, the first one its own.
pub fn all_compiled(
    program: &Program,
    dot: FunctionId,
    options: Options,
) -> Result<Vec<(Manifest, Vec<u8>)>, Box<Diagnostic>> {
    let mut reached = vec![dot];
    let mut units = Vec::new();
    while let Some(&dot) = reached.get(units.len()) {
        let lowered = lower::lower(program, dot)?;
        let new: Vec<_> = lowered.callees.iter().filter(|callee| !reached.contains(callee)).copied().collect();
        reached.extend(new);
        units.push(emit::emit_with(&suspend(count::insert(lowered)?), options));
    }
    Ok(units)
}

/// The units as the runtime takes them.
pub fn bundle(engine: &Engine, mut units: Vec<(Manifest, Vec<u8>)>) -> Loaded {
    let (_, root) = units.swap_remove(0);
    let others = units.into_iter().map(|(manifest, wasm)| (manifest.name, wasm));
    Bundle::new(engine, &root, others).map_err(|problem| problem.to_string())
}

/// Runs dots as units, each run in a fresh instance.
pub struct Units {
    engine: Engine,
}

/// The units of a dot, or why there are none.
pub type Loaded = Result<Bundle, String>;

impl Units {
    /// A runtime without a cache.
    pub fn new() -> Result<Units, LoadError> {
        Ok(Units { engine: Engine::new(EngineConfig::default())? })
    }

    /// The runtime.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Compiles a dot and what it calls. With `poison` freed memory is overwritten, so that counting mistakes show.
    pub fn load(&self, program: &Program, dot: FunctionId, poison: bool) -> Loaded {
        let options = Options { poison, ..Options::default() };
        bundle(&self.engine, all_compiled(program, dot, options).map_err(|problem| problem.message)?)
    }

    /// Runs a dot; a mistake in counting is an error of its own.
    pub fn run(&self, bundle: &Bundle, input: &[Value], plan: Plan) -> Result<Observation, String> {
        let output = Arc::new(Captured::default());
        let host = Host::new(output.clone()).for_tests();
        let manifest = bundle.root().manifest();
        let ended = bundle.run(Value::Record(input.to_vec()), &host, plan);
        if ended.live_objects != 0 {
            return Err(format!("{} objects are alive after the end", ended.live_objects));
        }
        let end = match ended.end {
            Ok(value) => json::encode(&manifest.types, manifest.output, &value, Style::Compact),
            Err(RunError::Fault(fault)) => Err(fault),
            Err(RunError::Input(problems)) => return Err(format!("the input is refused: {problems:?}")),
        };
        Ok(Observation { printed: output.text(), end: end.map_err(comparable) })
    }
}
