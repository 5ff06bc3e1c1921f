//! From a typed Dot program to one WASM unit per dot.
//!
//! ```text
//! dot_types::Program ──lower──▶ core ──count──▶ core with counts ──emit──▶ .wasm with its manifest
//! ```
//!
//! This crate knows no WASM engine: what it makes is bytes.

pub mod core;
pub mod count;
pub mod emit;
mod guest;
pub mod lower;
mod pretty;
mod wasm;

pub use pretty::{function_text, unit_text};
