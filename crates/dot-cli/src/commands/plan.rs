//! `dot plan`

use std::path::{Path, PathBuf};

use dot_syntax::{Severity, Span};
use dot_types::Checked;
use dot_types::plan::{Plan, plan};

use crate::pipeline;
use crate::project::{self, Project};
use crate::render;
use crate::select;
use crate::stop::Stop;
use crate::terminal::{Status, Terminal};

/// Shows what a dot calls, what starts when, and what waits for what.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Print the plan as JSON
    #[arg(long, conflicts_with = "mermaid")]
    pub json: bool,

    /// Print the plan as a Mermaid flowchart
    #[arg(long)]
    pub mermaid: bool,

    /// The file; a folder stands for its main.dot, or for its only .dot file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The dot; without it `main`, or the only dot of the file
    #[arg(value_name = "DOT")]
    pub dot: Option<String>,
}

/// Checks the file and prints the plan; advice about the dot goes to standard error.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    let text = planned(&arguments.file, arguments.dot.as_deref(), terminal).and_then(|plan| {
        Ok(match (arguments.json, arguments.mermaid) {
            (true, _) => serde_json::to_string_pretty(&plan).map_err(Stop::internal)? + "\n",
            (_, true) => render::plan::mermaid(&plan),
            _ => render::plan::text(&plan),
        })
    });
    match text {
        Ok(text) => terminal.write(format_args!("{text}")),
        Err(stop) => stop.tell(terminal),
    }
}

fn planned(typed: &Path, dot: Option<&str>, terminal: &Terminal) -> Result<Plan, Stop> {
    let file = project::root_file(typed)?;
    let Checked { program, files, mut diagnostics } =
        pipeline::check_all(pipeline::read(&file, &Project::of_file(&file)?)?);
    let Some(program) = program else { return Err(Stop::Source { files, diagnostics }) };
    let dot = select::by_name(&program, &typed.to_string_lossy(), dot)?;
    let body = program.function(dot).body.as_ref().map(|body| body.span);
    let is_inside = |span: Span| {
        body.is_some_and(|body| body.file == span.file && body.start <= span.start && span.end <= body.end)
    };
    diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Advice && is_inside(diagnostic.span));
    terminal.say(render::reports(&files, &diagnostics, terminal.colour));
    Ok(plan(&program, dot))
}
