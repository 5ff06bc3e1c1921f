//! `dot inspect`

use std::path::PathBuf;

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
