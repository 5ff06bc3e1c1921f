//! Names, types and diagnostics of Dot: from the syntax tree to the typed program.
//!
//! ```text
//! sources ──load──▶ modules ──declare──▶ types, signatures ──infer──▶ bodies ──ask──▶ Program, Diagnostics
//! ```
//!
//! This crate knows no WASM and does no I/O: sources come in through one small trait.

mod checker;
mod class;
pub mod codes;
mod declare;
mod evaluate;
mod exhaustive;
mod graph;
mod infer;
mod instances;
mod meaning;
mod messages;
mod modules;
pub mod plan;
pub mod program;
mod source;
mod steps;
mod suggest;
mod types;
mod walk;

#[cfg(test)]
mod std_tests;

pub use meaning::{Meaning, meaning};
pub use modules::std_display_name;
pub use source::{Checked, LoadError, NoSources, Sources, check};
pub use walk::each_child;
