//! Dot inside of another program.
//!
//! A program that embeds Dot checks a source, compiles one of its dots, loads it into an [`Engine`] and runs it against a
//! [`Host`]: what it grants, what it limits, and the native dots that it implements itself. Each stage has a type of its own, so a
//! wrong order does not compile; the command `dot` goes the same way.
//!
//! ```text
//! text, file ──▶ CheckedProgram ──compile──▶ CompiledUnits ──load──▶ LoadedUnits ──run, run_json──▶ value or fault
//! ```
//!
//! ```
//! use std::sync::Arc;
//!
//! use dot_embed::paradot::Captured;
//! use dot_embed::{CheckedProgram, Engine, EngineConfig, Host};
//!
//! let source = r#"dot main(name: Text) -> Text { "Hello, ${name}!" }"#;
//! let engine = Engine::new(EngineConfig::default())?;
//! let dot = CheckedProgram::of_text("hello.dot", source)?.compile("main")?.load(&engine)?;
//! let host = Host::new(Arc::new(Captured::default()));
//! assert_eq!(dot.run_json(r#"{"name": "Ada"}"#, &host)?, r#""Hello, Ada!""#);
//! # Ok::<(), dot_embed::Error>(())
//! ```
//!
//! `examples/host.rs` registers a native dot and runs a file that declares it.

mod error;
mod near;
mod program;
mod sources;

pub use dot_abi::fault::{Fault, FaultCode};
pub use dot_abi::manifest::{Class, Manifest};
pub use dot_abi::value::Value;
pub use dot_runtime::{Engine, EngineConfig, Host, Limits, Plan};
pub use paradot;

pub use error::Error;
pub use near::nearest;
pub use program::{CheckedProgram, CompiledUnits, Finished, LoadedUnits};
pub use sources::{FolderSources, MAX_SOURCE_BYTES, ReadError, in_place, read_root, reason};
