//! From a file to a result. Each stage has a type of its own, so that a wrong order does not compile.
//!
//! ```text
//! path ──read──▶ Source ──check──▶ CheckedProgram ──compile──▶ CompiledUnits ──load──▶ LoadedUnits ──start──▶ Finished
//!  here                 dot-types                 dot-codegen                dot-runtime
//! ```
//!
//! The stages themselves are those of `dot-embed`; here is who asks for a run, and how it is told that there is none.

use std::path::Path;

use dot_abi::manifest::Manifest;
pub use dot_embed::{CheckedProgram, CompiledUnits, Finished, LoadedUnits};
use dot_embed::{FolderSources, read_root};
use dot_runtime::{Engine, Host, Plan, RunError};
use dot_types::Checked;
use dot_types::program::{FunctionId, SourceFile};

use crate::arguments::Start;
use crate::fix::{self, Fixed};
use crate::project::Project;
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

/// Reads the root file of a program; its imports come from the project.
pub fn read(path: &Path, project: &Project) -> Result<Source, Stop> {
    let unreadable = |error| Stop::Unreadable { path: path.to_owned(), error };
    let file = read_root(path).map_err(unreadable)?;
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
    Ok(CheckedProgram::of_checked(check_all(source))?)
}

/// Compiles a dot or test of the program, and the dots that it calls.
pub fn compile(checked: &CheckedProgram, dot: FunctionId) -> Result<CompiledUnits, Stop> {
    Ok(checked.compile_function(dot)?)
}

/// Makes the first unit ready to start: from the cache, or by compiling it to the machine's code. The others follow when they are called.
pub fn load(engine: &Engine, compiled: CompiledUnits) -> Result<LoadedUnits, Stop> {
    Ok(compiled.load(engine)?)
}

/// Runs a unit and what it calls to its end.
pub fn start(loaded: &LoadedUnits, host: &Host, input: Start, plan: Plan) -> Result<Finished, Stop> {
    let Start { value, origins, .. } = input;
    loaded.run(value, host, plan).map_err(|error| match error {
        RunError::Fault(fault) => Stop::Fault { files: loaded.files().to_vec(), fault: Box::new(fault) },
        RunError::Input(problems) => {
            let complaint = |problem| origins.complaint(loaded.unit().manifest(), problem);
            Stop::Usage { complaints: problems.iter().filter_map(complaint).collect(), usage: None }
        }
    })
}
