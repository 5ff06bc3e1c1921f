//! Names, types and diagnostics of Dot: from the syntax tree to the typed program.
//!
//! This crate knows no WASM and does no I/O: sources come in through one small trait.

#[allow(dead_code, unused_imports, reason = "called by the checker")]
mod class;
pub mod codes;
#[allow(dead_code, unused_imports, reason = "called by the checker")]
mod exhaustive;
mod meaning;
pub mod program;
mod walk;

pub use meaning::{Meaning, meaning};
