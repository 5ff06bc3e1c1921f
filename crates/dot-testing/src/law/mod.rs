//! The law of overlap as a test: what a program returns, writes, notes and faults with is what running each call to its end in
//! the order of the source gives.
//!
//! ```text
//! seed ──generate──▶ source ──check──▶ typed program ──┬─ interpret ──▶ recorded run ─┐
//!                                                      └─ units under a schedule ─▶ ──┴─ lawful?
//! ```
//!
//! The interpreter runs in the order of the source; the engine as its schedules decide. A recording world sees when
//! each operation begins and ends, so that also what must not overlap is looked at.

mod compare;
mod events;
mod generate;
mod groups;
mod product;
mod world;

pub use generate::program;
pub use groups::Groups;
pub use world::{Faults, MODULE, Operation, Recorded, Recorder};

use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::json::{self, Style};
use dot_types::program::{FunctionId, Program, SourceFile};
use dot_types::{LoadError, Sources};

use crate::interpret::{self, Stop};

pub use compare::{Case, Verdict, smallest};
pub use events::violation;

/// A program with the module of the world beside it.
#[derive(Clone, Copy, Debug)]
pub struct WithWorld;

impl Sources for WithWorld {
    fn load(&self, path: &[&str]) -> Result<SourceFile, LoadError> {
        match path {
            ["world"] => Ok(SourceFile { name: "world.dot".to_owned(), text: Arc::from(MODULE) }),
            _ => Err(LoadError::NotFound { looked: format!("{}.dot", path.join("/")), near: Vec::new() }),
        }
    }
}

/// What a run gave, and what the world saw of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Run {
    /// The result as compact JSON, or the fault.
    pub end: Result<String, Fault>,
    /// What the world saw.
    pub recorded: Recorded,
}

/// Runs a dot in the order of the source; `None` if the interpreter gives up.
pub fn in_source_order(program: &Program, dot: FunctionId, plan: Faults) -> Option<Run> {
    let mut recorder = Recorder::new(plan);
    let end = match interpret::run(program, dot, &[], &mut recorder) {
        Err(Stop::GaveUp(_)) => return None,
        Err(Stop::Fault(fault)) => Err(fault.bounded()),
        Ok(value) => {
            let (types, result) = interpret::result_type(program, dot);
            json::encode(&types, result, &value, Style::Compact)
        }
    };
    Some(Run { end, recorded: recorder.recorded() })
}
