//! `dot explain`

/// Explains the code of an error, warning or fault.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// A code such as E0102, or the word of a fault such as overflow; without it all are listed
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}
