//! From a file to a result. Each stage has a type of its own, so that a wrong order does not compile.
//!
//! ```text
//! path ──read──▶ Source ──check──▶ CheckedProgram ──compile──▶ CompiledUnit ──load──▶ LoadedUnit ──start──▶ Finished
//!  here                 dot-types                 dot-codegen                dot-runtime
//! ```

use std::path::Path;

use dot_abi::manifest::Manifest;
use dot_abi::value::Value;
use dot_runtime::{Engine, Host, Outcome, RunError};
use dot_syntax::{Diagnostic, Severity};
use dot_types::Checked;
use dot_types::program::{FunctionId, Program, SourceFile, Type};

use crate::arguments::Start;
use crate::fix::{self, Fixed};
use crate::project::Project;
use crate::sources::{self, FolderSources};
use crate::stop::Stop;

/// Runs a dot of a file: the whole way, one stage a line.
pub fn run(call: &dyn Caller) -> Result<Finished, Stop> {
    let source = read(call.path(), call.project())?;
    let checked = check(source)?;
    let selection = call.select(&checked)?;
    let compiled = compile(&checked, selection.dot)?;
    let input = call.input(compiled.manifest(), &selection)?;
    let loaded = load(&call.engine()?, compiled)?;
    start(&loaded, &call.host(&input)?, input)
}

/// Who asks for a run: what has to be known between the stages.
pub trait Caller {
    /// The root file.
    fn path(&self) -> &Path;
    /// The project that it belongs to.
    fn project(&self) -> &Project;
    /// Which dot is run.
    fn select(&self, checked: &CheckedProgram) -> Result<Selection<'_>, Stop>;
    /// What it is started with.
    fn input(&self, manifest: &Manifest, selection: &Selection<'_>) -> Result<Start, Stop>;
    /// What runs it.
    fn engine(&self) -> Result<Engine, Stop>;
    /// What it meets outside of itself.
    fn host(&self, input: &Start) -> Result<Host, Stop>;
}

/// A dot, and the words that belong to it.
#[derive(Debug)]
pub struct Selection<'w> {
    /// The dot.
    pub dot: FunctionId,
    /// Whether its name was one of the words.
    pub by_name: bool,
    /// What is left of them.
    pub words: &'w [String],
}

/// The text of a root file, and where its imports come from.
pub struct Source {
    file: SourceFile,
    imports: FolderSources,
}

/// A program without errors.
pub struct CheckedProgram {
    /// The program.
    pub program: Program,
    /// What is probably not as meant.
    pub warnings: Vec<Diagnostic>,
}

/// The unit of one dot or test.
pub struct CompiledUnit {
    unit: dot_codegen::Unit,
    files: Vec<SourceFile>,
    gives_result: bool,
}

/// A unit that can be started.
pub struct LoadedUnit {
    unit: dot_runtime::Unit,
    files: Vec<SourceFile>,
    gives_result: bool,
}

/// What a run gave.
pub struct Finished {
    /// The unit, whose manifest holds the type of the value.
    pub unit: dot_runtime::Unit,
    /// The result.
    pub value: Value,
    /// Whether it is the `Err` of a `Result`.
    pub is_err: bool,
}

impl CompiledUnit {
    /// What the unit says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.unit.manifest
    }

    /// The unit's bytes.
    pub fn wasm(&self) -> &[u8] {
        &self.unit.wasm
    }
}

/// Reads the root file of a program; its imports come from the project.
pub fn read(path: &Path, project: &Project) -> Result<Source, Stop> {
    let unreadable = |error| Stop::Unreadable { path: path.to_owned(), error };
    let file = sources::read_root(path).map_err(unreadable)?;
    tracing::debug!(file = file.name, bytes = file.text.len(), "read");
    Ok(Source { file, imports: FolderSources::below(&project.folder) })
}

/// Fixes the file and what it imports, in memory.
pub fn fix_all(source: Source) -> Fixed {
    fix::fix(source.file, &source.imports)
}

/// Checks the file and what it imports, and gives all that is said about them.
pub fn check_all(source: Source) -> Checked {
    let Source { file, imports } = source;
    let name = file.name.clone();
    let checked = dot_types::check(file, &imports);
    tracing::debug!(file = name, diagnostics = checked.diagnostics.len(), "checked");
    checked
}

/// Checks the file and what it imports; errors end it here. Advice is for those who ask for it.
pub fn check(source: Source) -> Result<CheckedProgram, Stop> {
    let Checked { program, files, mut diagnostics } = check_all(source);
    diagnostics.retain(|diagnostic| diagnostic.severity != Severity::Advice);
    match program {
        Some(program) => Ok(CheckedProgram { program, warnings: diagnostics }),
        None => Err(Stop::Source { files, diagnostics }),
    }
}

/// Compiles a dot or test of the program.
pub fn compile(checked: &CheckedProgram, dot: FunctionId) -> Result<CompiledUnit, Stop> {
    let program = &checked.program;
    let files = program.files.clone();
    match dot_codegen::compile(program, dot) {
        Ok(unit) => {
            tracing::debug!(dot = unit.manifest.name, bytes = unit.wasm.len(), "compiled");
            Ok(CompiledUnit { unit, files, gives_result: gives_result(program, dot) })
        }
        Err(diagnostic) => Err(Stop::Source { files, diagnostics: vec![diagnostic] }),
    }
}

/// Makes a unit ready to start: from the cache, or by compiling it to the machine's code.
pub fn load(engine: &Engine, compiled: CompiledUnit) -> Result<LoadedUnit, Stop> {
    let CompiledUnit { unit, files, gives_result } = compiled;
    let unit = engine.load(&unit.wasm).map_err(Stop::internal)?;
    tracing::debug!(dot = unit.manifest().name, hash = %unit.hash(), "loaded");
    Ok(LoadedUnit { unit, files, gives_result })
}

/// Runs a unit to its end, in an activation of its own.
pub fn start(loaded: &LoadedUnit, host: &Host, input: Start) -> Result<Finished, Stop> {
    let LoadedUnit { unit, files, gives_result } = loaded;
    let Start { value, origins, .. } = input;
    match unit.run(value, host) {
        Ok(Outcome { value, cpu_time, peak_memory, .. }) => {
            tracing::debug!(?cpu_time, peak_memory, "finished");
            let is_err = *gives_result && matches!(value, Value::Case(1, _));
            Ok(Finished { unit: unit.clone(), value, is_err })
        }
        Err(RunError::Fault(fault)) => Err(Stop::Fault { files: files.clone(), fault }),
        Err(RunError::Input(problems)) => {
            let complaint = |problem| origins.complaint(unit.manifest(), problem);
            Err(Stop::Usage { complaints: problems.iter().filter_map(complaint).collect(), usage: None })
        }
    }
}

/// Whether a dot's result type is the `Result` of the standard library.
fn gives_result(program: &Program, dot: FunctionId) -> bool {
    match program.base(&program.function(dot).result) {
        Type::Named(id, _) => program.well_known.result == Some(id),
        _ => false,
    }
}
