//! `dot inspect`

use std::path::PathBuf;

use crate::pipeline;
use crate::select;
use crate::stop::Stop;
use crate::terminal::{Status, Terminal};

/// Prints the manifest of a dot's unit as JSON.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The dot; without it `main`, or the only dot of the file
    #[arg(value_name = "DOT")]
    pub dot: Option<String>,
}

/// Compiles the dot and prints what its unit says of itself.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    match manifest(arguments) {
        Ok(manifest) => terminal.write(format_args!("{manifest}\n")),
        Err(stop) => stop.tell(terminal),
    }
}

fn manifest(arguments: &Arguments) -> Result<String, Stop> {
    let checked = pipeline::check(pipeline::read(&arguments.file)?)?;
    let file = arguments.file.to_string_lossy();
    let dot = select::by_name(&checked.program, &file, arguments.dot.as_deref())?;
    let compiled = pipeline::compile(&checked, dot)?;
    serde_json::to_string_pretty(compiled.manifest()).map_err(Stop::internal)
}
