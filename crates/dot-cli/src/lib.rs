//! The `dot` command as a library: its commands, the pipeline from a file to a result, and how
//! results and problems are shown.
//!
//! This is the only crate that opens source files and looks at terminals. It knows nothing of how
//! checking, compiling and running work inside.

pub mod arguments;
pub mod cli;
pub mod commands;
pub mod fix;
pub mod library;
pub mod limits;
pub mod log;
pub mod pipeline;
pub mod project;
pub mod render;
pub mod select;
pub mod sources;
pub mod stop;
pub mod terminal;
