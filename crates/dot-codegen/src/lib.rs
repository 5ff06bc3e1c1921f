//! From a typed Dot program to one WASM unit per dot.
//!
//! ```text
//! dot_types::Program ──lower──▶ core::Unit ──emit──▶ .wasm with its manifest
//! ```
//!
//! This crate knows no WASM engine: what it makes is bytes.

pub mod core;
