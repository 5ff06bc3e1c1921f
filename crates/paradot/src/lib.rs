//! Native dots: steps that are written in Rust.
//!
//! A native dot is declared in a `.dot` file (`native read dot read(path: Text) -> Text uses files`)
//! and implemented as a [`ParaDot`], or as an [`AsyncParaDot`] if it waits for long. It gets values and gives a value or a fault; what it may touch
//! comes through its [`Context`]. A host program adds its own to the [`Registry`].
//!
//! A program without Dot calls what it registers through a [`Caller`]: with grants, capabilities and retries, and nothing else of
//! a run. `examples/thumbnails.rs` computes, `examples/polite.rs` waits for a server; a program that runs `.dot` files with native
//! dots of its own is `examples/host.rs` of `dot-embed`.
//!
//! This crate knows no WASM, no database and no command line.

mod caller;
mod change;
mod clock;
mod context;
mod egress;
mod grant_file;
mod grants;
mod http;
mod io;
mod natives;
mod needs;
mod open;
mod output;
mod randomness;
mod registry;
pub mod schedule;
mod scope;
mod secret;

pub use caller::Caller;
pub use clock::{Clock, FixedClock, SystemClock};
pub use context::{Context, Environment, FixedEnvironment, OwnedContext, ProcessEnvironment};
pub use egress::Hosts;
pub use grant_file::GrantFile;
pub use grants::{Grant, GrantError, Grants};
pub use http::{Http, Network, Resolve, SystemResolver};
pub use io::{BoxFuture, IoRuntime, IoTask};
pub use natives::{
    Args, EnvGet, FilesAppend, FilesDelete, FilesExists, FilesList, FilesRead, FilesReadBytes, FilesWrite,
    FilesWriteBytes, Log, PrintText, ProcessRun, RandomFloat, RandomInt, RandomSeed, RandomUuid, SecretGet, TimeNow,
};
pub use needs::absent;
pub use output::{Captured, LimitedOutput, Output, WriterOutput};
pub use registry::{AsyncParaDot, Descriptor, Kind, NativeDot, ParaDot, Registry};
pub use scope::Scope;
