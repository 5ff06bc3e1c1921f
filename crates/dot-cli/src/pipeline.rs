//! From a file to a result. Each stage has a type of its own, so that a wrong order does not compile.
//!
//! ```text
//! path ──read──▶ Source ──check──▶ CheckedProgram ──compile──▶ CompiledUnits ──load──▶ LoadedUnits ──start──▶ Finished
//!  here                 dot-types                 dot-codegen                dot-runtime
//! ```

use std::path::Path;

use dot_abi::manifest::Manifest;
use dot_abi::value::Value;
use dot_runtime::{Bundle, Ended, Engine, Host, Plan, RunError};
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
    start(&loaded, &call.host(&input)?, input, Plan::default())
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
    /// The dots that somebody may have meant to name, if none was.
    pub dots: Vec<String>,
    /// What is left of the words.
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

/// The unit of a dot or test, and those of the dots that it calls.
pub struct CompiledUnits {
    root: dot_codegen::Unit,
    others: Vec<dot_codegen::Unit>,
    files: Vec<SourceFile>,
    gives_result: bool,
}

/// Units that can be started.
pub struct LoadedUnits {
    bundle: Bundle,
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

impl CompiledUnits {
    /// What the unit that is started says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.root.manifest
    }

    /// Its bytes.
    pub fn wasm(&self) -> &[u8] {
        &self.root.wasm
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

/// Compiles a dot or test of the program, and the dots that it calls.
pub fn compile(checked: &CheckedProgram, dot: FunctionId) -> Result<CompiledUnits, Stop> {
    let program = &checked.program;
    let files = program.files.clone();
    let mut units = match dot_codegen::compile_all(program, dot) {
        Ok(units) => units.into_iter(),
        Err(diagnostic) => return Err(Stop::Source { files, diagnostics: vec![diagnostic] }),
    };
    let root = units.next().ok_or_else(|| Stop::internal("the compiler gave no unit"))?;
    tracing::debug!(dot = root.manifest.name, bytes = root.wasm.len(), others = units.len(), "compiled");
    Ok(CompiledUnits { root, others: units.collect(), files, gives_result: gives_result(program, dot) })
}

/// Makes the first unit ready to start: from the cache, or by compiling it to the machine's code. The others follow when they are called.
pub fn load(engine: &Engine, compiled: CompiledUnits) -> Result<LoadedUnits, Stop> {
    let CompiledUnits { root, others, files, gives_result } = compiled;
    let others = others.into_iter().map(|unit| (unit.manifest.name, unit.wasm));
    let bundle = Bundle::new(engine, &root.wasm, others).map_err(Stop::internal)?;
    tracing::debug!(dot = root.manifest.name, hash = %bundle.root().hash(), "loaded");
    Ok(LoadedUnits { bundle, files, gives_result })
}

/// Runs a unit and what it calls to its end.
pub fn start(loaded: &LoadedUnits, host: &Host, input: Start, plan: Plan) -> Result<Finished, Stop> {
    let LoadedUnits { bundle, files, gives_result } = loaded;
    let Start { value, origins, .. } = input;
    let unit = bundle.root();
    let Ended { end, cpu_time, peak_memory, .. } = bundle.run(value, host, plan);
    match end {
        Ok(value) => {
            tracing::debug!(?cpu_time, peak_memory, "finished");
            let is_err = *gives_result && matches!(value, Value::Case(1, _));
            Ok(Finished { unit: unit.clone(), value, is_err })
        }
        Err(RunError::Fault(fault)) => Err(Stop::Fault { files: files.clone(), fault: Box::new(fault) }),
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
