//! `dot check`

use std::path::PathBuf;

/// Checks files without running them.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Prints the diagnostics as one JSON document on standard output
    #[arg(long)]
    pub json: bool,

    /// Files, and folders of which every .dot file is checked
    #[arg(value_name = "FILE|DIR", required = true)]
    pub paths: Vec<PathBuf>,
}
