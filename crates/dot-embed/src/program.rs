//! The stages between a source and a result, each with its type.

use std::path::Path;
use std::sync::Arc;

use dot_abi::json::{self, DecodeLimits, Style};
use dot_abi::manifest::Manifest;
use dot_abi::value::Value;
use dot_runtime::{Bundle, Ended, Engine, Host, LoadError, Plan, RunError, Unit};
use dot_syntax::{Diagnostic, Severity};
use dot_types::program::{FunctionId, Program, SourceFile, Type};
use dot_types::{Checked, NoSources, Sources};

use crate::error::Error;
use crate::near::nearest;
use crate::sources::{FolderSources, read_root};

/// A program without errors.
#[derive(Debug)]
pub struct CheckedProgram {
    /// The program.
    pub program: Program,
    /// What is probably not as meant.
    pub warnings: Vec<Diagnostic>,
}

/// The unit of a dot or test, and those of the dots that it calls.
#[derive(Debug)]
pub struct CompiledUnits {
    root: dot_codegen::Unit,
    others: Vec<dot_codegen::Unit>,
    files: Vec<SourceFile>,
    gives_result: bool,
}

/// Units that can be started, as often as wanted and by several threads at once.
#[derive(Debug)]
pub struct LoadedUnits {
    bundle: Bundle,
    files: Vec<SourceFile>,
    gives_result: bool,
}

/// What a run gave.
#[derive(Debug)]
pub struct Finished {
    /// The unit, whose manifest holds the type of the value.
    pub unit: Unit,
    /// The result.
    pub value: Value,
    /// Whether it is the `Err` of a `Result`.
    pub is_err: bool,
}

impl CheckedProgram {
    /// Checks a program that is a single text; `name` is what diagnostics and faults call it.
    pub fn of_text(name: &str, text: &str) -> Result<CheckedProgram, Error> {
        CheckedProgram::check(SourceFile { name: name.to_owned(), text: Arc::from(text) }, &NoSources)
    }

    /// Checks a file and what it imports from its folder.
    pub fn of_file(path: &Path) -> Result<CheckedProgram, Error> {
        let file = read_root(path).map_err(|error| Error::Unreadable { path: path.to_owned(), error })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        CheckedProgram::check(file, &FolderSources::below(folder))
    }

    /// Checks a root file and what it imports from anywhere.
    pub fn check(root: SourceFile, imports: &dyn Sources) -> Result<CheckedProgram, Error> {
        CheckedProgram::of_checked(dot_types::check(root, imports))
    }

    /// What checking gave, if there was no error. Advice is for those who ask for it.
    pub fn of_checked(checked: Checked) -> Result<CheckedProgram, Error> {
        let Checked { program, files, mut diagnostics } = checked;
        diagnostics.retain(|diagnostic| diagnostic.severity != Severity::Advice);
        match program {
            Some(program) => Ok(CheckedProgram { program, warnings: diagnostics }),
            None => Err(Error::Source { files, diagnostics }),
        }
    }

    /// Compiles a dot of the root file, by its name, and the dots that it calls.
    pub fn compile(&self, dot: &str) -> Result<CompiledUnits, Error> {
        let program = &self.program;
        let name = |dot: &FunctionId| &*program.function(*dot).name;
        match program.dots.iter().find(|id| name(id) == dot) {
            Some(&id) => self.compile_function(id),
            None => {
                let near = nearest(dot, program.dots.iter().map(name)).map(str::to_owned);
                Err(Error::NoDot { name: dot.to_owned(), near })
            }
        }
    }

    /// Compiles a dot or test of the program, and the dots that it calls.
    pub fn compile_function(&self, function: FunctionId) -> Result<CompiledUnits, Error> {
        let program = &self.program;
        let files = program.files.clone();
        let mut units = match dot_codegen::compile_all(program, function) {
            Ok(units) => units.into_iter(),
            Err(diagnostic) => return Err(Error::Source { files, diagnostics: vec![diagnostic] }),
        };
        // The compiler gives the unit that it was asked for, or a diagnostic.
        let root = units.next().ok_or(Error::Load(LoadError::NoUnit))?;
        tracing::debug!(dot = root.manifest.name, bytes = root.wasm.len(), others = units.len(), "compiled");
        Ok(CompiledUnits { root, others: units.collect(), files, gives_result: gives_result(program, function) })
    }
}

impl CompiledUnits {
    /// What the unit that is started says of itself; its `natives` are what a host has to provide.
    pub fn manifest(&self) -> &Manifest {
        &self.root.manifest
    }

    /// Its bytes.
    pub fn wasm(&self) -> &[u8] {
        &self.root.wasm
    }

    /// Makes the first unit ready to start: from the cache, or by compiling it to the machine's code. The others follow when they
    /// are called.
    pub fn load(self, engine: &Engine) -> Result<LoadedUnits, Error> {
        let CompiledUnits { root, others, files, gives_result } = self;
        let others = others.into_iter().map(|unit| (unit.manifest.name, unit.wasm));
        let bundle = Bundle::new(engine, &root.wasm, others)?;
        tracing::debug!(dot = root.manifest.name, hash = %bundle.root().hash(), "loaded");
        Ok(LoadedUnits { bundle, files, gives_result })
    }
}

impl LoadedUnits {
    /// The unit that is started.
    pub fn unit(&self) -> &Unit {
        self.bundle.root()
    }

    /// The files that places in faults refer to.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Runs it on a record with a field per parameter.
    pub fn run(&self, input: Value, host: &Host, plan: Plan) -> Result<Finished, RunError> {
        let unit = self.unit();
        let Ended { end, cpu_time, peak_memory, .. } = self.bundle.run(input, host, plan);
        let value = end?;
        tracing::debug!(?cpu_time, peak_memory, "finished");
        let is_err = self.gives_result && matches!(value, Value::Case(1, _));
        Ok(Finished { unit: unit.clone(), value, is_err })
    }

    /// Runs it on a JSON object with a field per parameter; gives the result as JSON.
    pub fn run_json(&self, input: &str, host: &Host) -> Result<String, Error> {
        let manifest = self.unit().manifest();
        let size_bytes = usize::try_from(host.limits.value_size_bytes).unwrap_or(usize::MAX);
        let limits = DecodeLimits { size_bytes, ..DecodeLimits::default() };
        let input = json::decode_text(&manifest.types, manifest.input, input, &limits).map_err(Error::Input)?;
        let finished = self.run(input, host, Plan::default())?;
        Ok(json::encode(&manifest.types, manifest.output, &finished.value, Style::Compact)?)
    }
}

/// Whether a dot's result type is the `Result` of the standard library.
fn gives_result(program: &Program, dot: FunctionId) -> bool {
    match program.base(&program.function(dot).result) {
        Type::Named(id, _) => program.well_known.result == Some(id),
        _ => false,
    }
}
