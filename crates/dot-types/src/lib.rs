//! Names, types and diagnostics of Dot: from the syntax tree to the typed program.
//!
//! This crate knows no WASM and does no I/O: sources come in through one small trait.

pub mod program;
