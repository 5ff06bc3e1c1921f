//! The command line of `dot` itself. The words behind a file belong to the dot: see
//! [`arguments`](crate::arguments).

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::{check, completions, explain, inspect, new, plan, run, test};
use crate::render;
use crate::terminal::{Status, Terminal};

/// Dot: typed steps that run sandboxed, from one binary.
#[derive(Parser)]
#[command(name = "dot", version, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Makes a folder with a small program, its tests and its settings.
    New(new::Arguments),
    /// Runs a dot of a file and prints its result.
    Run(run::Arguments),
    /// Checks files without running them.
    Check(check::Arguments),
    /// Runs the tests of files.
    Test(test::Arguments),
    /// Shows what a dot calls, what starts when, and what waits for what.
    Plan(plan::Arguments),
    /// Explains the code of an error, warning or fault, or a name of the standard library.
    Explain(explain::Arguments),
    /// Prints the manifest of a dot's unit as JSON.
    Inspect(inspect::Arguments),
    /// Prints a script that completes commands and options in a shell.
    Completions(completions::Arguments),
    /// Anything else.
    #[command(external_subcommand)]
    Other(Vec<OsString>),
}

impl Command {
    /// Does it.
    pub fn run(&self, terminal: &Terminal) -> Status {
        match self {
            Command::New(arguments) => new::run(arguments, terminal),
            Command::Run(arguments) => run::run(arguments, terminal),
            Command::Check(arguments) => check::run(arguments, terminal),
            Command::Test(arguments) => test::run(arguments, terminal),
            Command::Plan(arguments) => plan::run(arguments, terminal),
            Command::Explain(arguments) => explain::run(arguments, terminal),
            Command::Inspect(arguments) => inspect::run(arguments, terminal),
            Command::Completions(arguments) => completions::run(arguments, terminal),
            Command::Other(words) => {
                let word = words.first().map(|word| word.to_string_lossy()).unwrap_or_default();
                terminal.say(render::harmless(&unknown_command(&word)));
                Status::Refused
            }
        }
    }
}

/// Commands that are planned, and refused until they are there.
const RESERVED: &[&str] = &["dev", "fmt", "lsp", "runs", "serve"];

/// What is said about a word that is no command.
fn unknown_command(word: &str) -> String {
    if RESERVED.contains(&word) {
        return format!("error: `dot {word}` is not available yet");
    }
    let command = Cli::command();
    let help = if word.ends_with(".dot") {
        format!("did you mean `dot run {word}`?")
    } else {
        match dot_embed::nearest(word, command.get_subcommands().map(clap::Command::get_name)) {
            Some(near) => format!("did you mean `dot {near}`?"),
            None => "`dot --help` lists the commands".to_owned(),
        }
    };
    format!("error: there is no command `{word}`\n  help: {help}")
}

/// Whether `dot run` has an option of this name, without dashes in front.
pub fn is_option_of_run(name: &str) -> bool {
    let command = Cli::command();
    let run = command.find_subcommand("run");
    run.is_some_and(|run| run.get_arguments().any(|argument| argument.get_long() == Some(name)))
}
