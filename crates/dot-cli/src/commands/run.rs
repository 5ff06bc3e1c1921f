//! `dot run`

use std::ffi::OsString;

use super::options::RunOptions;

/// Runs a dot of a file and prints its result.
#[derive(clap::Args, Debug)]
#[command(override_usage = "dot run [OPTIONS] FILE [DOT] [ARGS…]", subcommand_help_heading = "Words")]
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

/// FILE and what follows.
#[derive(clap::Subcommand, Debug)]
pub enum Target {
    /// The words in order.
    #[command(external_subcommand)]
    Words(Vec<OsString>),
}
