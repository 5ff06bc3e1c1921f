//! `dot run`

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dot_abi::json::{self, DecodeLimits, Style};
use dot_abi::manifest::Manifest;
use dot_abi::types::TypeDesc;
use dot_abi::value::Value;
use dot_runtime::{Engine, Host};

use super::options::RunOptions;
use crate::arguments::{self, Complaint, InputJson, Start};
use crate::pipeline::{self, Caller, CheckedProgram, Finished, Selection};
use crate::project::{self, Project};
use crate::render;
use crate::select::select;
use crate::sources::reason;
use crate::stop::Stop;
use crate::terminal::{StandardError, Status, Terminal};

/// Runs a dot of a file and prints its result.
#[derive(clap::Args, Debug)]
#[command(override_usage = "dot run [OPTIONS] FILE|DIR [DOT] [ARGS…]", after_help = AFTER_HELP)]
pub struct Arguments {
    /// Prints the result as JSON, texts too
    #[arg(long)]
    pub json: bool,

    /// Gives all parameters as one JSON object; @FILE reads it from a file, - from standard input
    #[arg(long, value_name = "JSON|@FILE|-")]
    pub input: Option<String>,

    /// Limits and permissions.
    #[command(flatten)]
    pub options: RunOptions,

    /// FILE and what follows.
    #[command(subcommand)]
    pub target: Option<Target>,
}

const AFTER_HELP: &str = "\
Options stand before FILE; what follows FILE belongs to the dot: `dot run FILE --help` describes it.
A folder stands for its main.dot, or for its only .dot file.
`main` is run where the file has one, else its only dot, else the public dot that DOT names.

Exit status: 0 done, 1 the run failed (a fault, or a result that is Err), 2 wrong usage, input or source.";

/// FILE and what follows.
#[derive(clap::Subcommand, Debug)]
pub enum Target {
    /// The words in order.
    #[command(external_subcommand)]
    Words(Vec<OsString>),
}

/// Runs the dot that was asked for and prints what it gives.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    let words = match &arguments.target {
        Some(Target::Words(words)) => words.as_slice(),
        None => &[],
    };
    let call = match Call::new(arguments, words, terminal) {
        Ok(call) => call,
        Err(stop) => return stop.tell(terminal),
    };
    match pipeline::run(&call) {
        Ok(finished) => print(&finished, arguments.json, terminal),
        Err(stop) => stop.tell(terminal),
    }
}

/// What the command line says about one run.
struct Call<'a> {
    arguments: &'a Arguments,
    terminal: &'a Terminal,
    /// FILE as it was typed.
    typed: &'a Path,
    /// The file itself.
    file: PathBuf,
    project: Project,
    words: Vec<String>,
}

impl<'a> Call<'a> {
    fn new(arguments: &'a Arguments, words: &'a [OsString], terminal: &'a Terminal) -> Result<Call<'a>, Stop> {
        let Some((file, words)) = words.split_first() else {
            let help = "dot run [OPTIONS] FILE|DIR [DOT] [ARGS…]";
            return Err(Stop::complaint(Complaint::new("the file to run is missing").help(help)));
        };
        let text = |word: &OsString| {
            word.clone().into_string().map_err(|word| {
                Stop::complaint(Complaint::new(format!("the argument {} is not UTF-8", word.display())))
            })
        };
        let words = words.iter().map(text).collect::<Result<_, _>>()?;
        let typed = Path::new(file);
        let file = project::root_file(typed)?;
        let project = Project::of_file(&file)?;
        Ok(Call { arguments, terminal, typed, file, project, words })
    }

    /// The content of `--input`.
    fn json(&self, behind_file: Option<&str>) -> Result<Option<InputJson>, Complaint> {
        let given = match (self.arguments.input.as_deref(), behind_file) {
            (Some(_), Some(_)) => return Err(Complaint::new("--input is given twice, before and behind the file")),
            (before, behind) => before.or(behind),
        };
        let Some(given) = given else { return Ok(None) };
        let limits = self.arguments.options.json_limits(&self.project);
        let (text, is_typed) = match given.strip_prefix('@') {
            Some(path) => (read(&mut open(path)?, path, &limits)?, false),
            None if given == "-" => (read(&mut std::io::stdin().lock(), "standard input", &limits)?, false),
            None => (given.to_owned(), true),
        };
        let json = json::parse(&text, &limits).map_err(|problem| {
            Complaint::new(format!("--input: {}", problem.message)).help("write --input '{\"name\": \"value\"}'")
        })?;
        Ok(Some(InputJson { json, is_typed }))
    }
}

impl Caller for Call<'_> {
    fn path(&self) -> &Path {
        &self.file
    }

    fn project(&self) -> &Project {
        &self.project
    }

    fn select(&self, checked: &CheckedProgram) -> Result<Selection<'_>, Stop> {
        let CheckedProgram { program, warnings } = checked;
        self.terminal.say(render::reports(&program.files, warnings, self.terminal.colour));
        select(program, &self.typed.to_string_lossy(), &self.words)
    }

    fn input(&self, manifest: &Manifest, selection: &Selection<'_>) -> Result<Start, Stop> {
        let words = arguments::Words { dots: selection.dots.clone(), ..arguments::parse(manifest, selection.words) };
        let mut command = format!("dot run {}", self.typed.display());
        if selection.by_name {
            command.push_str(&format!(" {}", manifest.name));
        }
        if words.help {
            return Err(Stop::Help(arguments::help(manifest, &command)));
        }
        let usage = arguments::usage(manifest, &command);
        let refused = |complaints| Stop::Usage { complaints, usage: Some(usage.clone()) };
        let json = self.json(words.input.as_deref()).map_err(|complaint| refused(vec![complaint]))?;
        arguments::input(manifest, words, json, &self.arguments.options.json_limits(&self.project)).map_err(refused)
    }

    fn engine(&self) -> Result<Engine, Stop> {
        self.arguments.options.engine()
    }

    fn host(&self, input: &Start) -> Result<Host, Stop> {
        let mut host = self.arguments.options.host(&self.project, Arc::new(StandardError), &input.files)?;
        host.arguments = input.raw.iter().map(|word| Arc::from(word.as_str())).collect();
        Ok(host)
    }
}

fn open(path: &str) -> Result<std::fs::File, Complaint> {
    std::fs::File::open(path)
        .map_err(|error| Complaint::new(format!("the file \"{path}\" of --input can't be read: {}", reason(&error))))
}

/// Reads all of `--input`, up to the limit on values.
fn read(reader: &mut dyn Read, name: &str, limits: &DecodeLimits) -> Result<String, Complaint> {
    let mut bytes = Vec::new();
    let most = limits.size_bytes as u64;
    reader
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| Complaint::new(format!("the file \"{name}\" of --input can't be read: {}", reason(&error))))?;
    if bytes.len() as u64 > most {
        let message = format!("the file \"{name}\" of --input is larger than the limit of {most} bytes for a value");
        return Err(Complaint::new(message).help("raise the limit with --value-size"));
    }
    String::from_utf8(bytes).map_err(|_| Complaint::new(format!("the file \"{name}\" of --input is not UTF-8")))
}

/// Prints a result: text as it is, nothing for `()`, everything else as JSON.
fn print(finished: &Finished, as_json: bool, terminal: &Terminal) -> Status {
    let Finished { unit, value, is_err } = finished;
    let (types, output) = (&unit.manifest().types, unit.manifest().output);
    let status = if *is_err { Status::Failed } else { Status::Done };
    let written = match (types.get(types.base(output)), value) {
        (TypeDesc::Text, Value::Text(text)) if !as_json => {
            let end = if text.ends_with('\n') { "" } else { "\n" };
            terminal.write(format_args!("{text}{end}"))
        }
        (TypeDesc::Unit, _) if !as_json => Status::Done,
        _ => {
            let style = if terminal.is_interactive { Style::Pretty } else { Style::Compact };
            match json::encode(types, output, value, style) {
                Ok(json) => terminal.write(format_args!("{json}\n")),
                Err(fault) => Stop::Fault { files: Vec::new(), fault: Box::new(fault) }.tell(terminal),
            }
        }
    };
    status.max(written)
}
