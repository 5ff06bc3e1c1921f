//! What follows FILE on the command line, read by the dot's own signature.
//!
//! ```text
//! words ──parse──▶ Words ──input──▶ JSON of flags and --input together ──decode──▶ Value
//! ```
//!
//! Flags, positional arguments and `--input` become one JSON object and are decoded at once, so
//! that each way to give a value has the same rules, and every problem is found in one go.
//!
//! - `--name VALUE` and `--name=VALUE`; a `Bool` is `--name` or `--no-name`; a `List` or `Set`
//!   repeats its flag; what is no single word (records, maps, tuples, unions with fields) is JSON.
//! - Arguments without a flag go to the required parameters that have no value yet, in declared
//!   order; a list or set that comes last takes all that are left.
//! - `--input JSON`, `--input @FILE`, `--input -` (standard input) give all parameters as one JSON
//!   object; flags go before it. A dot with a parameter `input` keeps the name for itself.
//! - `--help`, `-h`; what follows `--` goes to `args()` as it stands.

mod flag;
mod help;
mod input;
mod parse;

use std::fmt;

pub use flag::{Flag, Shape, flags};
pub use help::{help, usage};
pub use input::{InputJson, Origins, Start, input};
pub use parse::{Given, Words, parse};

/// Something wrong with what was typed, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Complaint {
    /// One sentence: what is wrong and why.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Complaint {
    /// A complaint with nothing but its message.
    pub fn new(message: impl Into<String>) -> Complaint {
        Complaint { message: message.into(), help: None }
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Complaint {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
