//! The commands, a file for each.

pub mod check;
pub mod explain;
pub mod inspect;
pub mod options;
pub mod run;
pub mod test;
