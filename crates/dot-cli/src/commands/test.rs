//! `dot test`

use std::path::PathBuf;

use super::options::RunOptions;

/// Runs the tests of files.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Runs only the tests whose name contains this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,

    /// Limits and permissions.
    #[command(flatten)]
    pub options: RunOptions,

    /// Files, and folders of which every .dot file is tested
    #[arg(value_name = "FILE|DIR", required = true)]
    pub paths: Vec<PathBuf>,
}
