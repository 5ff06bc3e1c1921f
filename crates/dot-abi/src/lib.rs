//! What the crates of Dot share: type descriptions, layouts, values, faults, and the unit format.
//!
//! Everything here is plain data and the pure functions on it. This crate knows no syntax, no
//! checker, no WASM engine and no files.

pub mod calendar;
pub mod decimal;
pub mod fault;
pub mod json;
pub mod layout;
pub mod library;
pub mod manifest;
pub mod native;
pub mod order;
pub mod policy;
pub mod step;
pub mod text;
pub mod types;
pub mod value;
