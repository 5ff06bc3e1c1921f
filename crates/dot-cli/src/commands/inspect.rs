//! `dot inspect`

use std::path::{Path, PathBuf};

use crate::arguments::Complaint;
use crate::pipeline;
use crate::project::Project;
use crate::select;
use crate::stop::Stop;
use crate::terminal::{Status, Terminal};

/// Prints the manifest of a dot's unit as JSON.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Print the JSON Schema of manifests instead
    #[arg(long, conflicts_with_all = ["file", "dot", "wasm"])]
    pub schema: bool,

    /// Write the unit itself, a WASM module, to a file as well
    #[arg(long, value_name = "OUT")]
    pub wasm: Option<PathBuf>,

    /// The file
    #[arg(value_name = "FILE", required_unless_present = "schema")]
    pub file: Option<PathBuf>,

    /// The dot; without it `main`, or the only dot of the file
    #[arg(value_name = "DOT")]
    pub dot: Option<String>,
}

/// Compiles the dot and prints what its unit says of itself.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    let text = match &arguments.file {
        Some(file) => manifest(file, arguments),
        None => serde_json::to_string_pretty(&dot_abi::manifest::schema()).map_err(Stop::internal),
    };
    match text {
        Ok(text) => terminal.write(format_args!("{text}\n")),
        Err(stop) => stop.tell(terminal),
    }
}

fn manifest(file: &Path, arguments: &Arguments) -> Result<String, Stop> {
    let checked = pipeline::check(pipeline::read(file, &Project::of_file(file)?)?)?;
    let dot = select::by_name(&checked.program, &file.to_string_lossy(), arguments.dot.as_deref())?;
    let compiled = pipeline::compile(&checked, dot)?;
    if let Some(out) = &arguments.wasm {
        let unwritten = |error| {
            let problem = format!("the unit can't be written to {}: {error}", out.display());
            Stop::complaint(Complaint::new(problem))
        };
        std::fs::write(out, compiled.wasm()).map_err(unwritten)?;
    }
    serde_json::to_string_pretty(compiled.manifest()).map_err(Stop::internal)
}
