//! The commands, a file for each.

pub mod check;
pub mod completions;
pub mod explain;
pub mod inspect;
pub mod new;
pub mod options;
pub mod plan;
pub mod run;
pub mod test;
