//! From a typed Dot program to one WASM unit per dot.
//!
//! ```text
//! dot_types::Program ──lower──▶ core ──count, known──▶ core with counts ──suspend──▶ resumable core ──emit──▶ .wasm with its manifest
//! ```
//!
//! This crate knows no WASM engine: what it makes is bytes.

pub mod core;
pub mod count;
pub mod emit;
mod guest;
mod known;
mod limits;
pub mod lower;
mod pretty;
pub mod suspend;
mod wasm;

pub use pretty::{function_text, unit_text};

use std::collections::BTreeMap;

use dot_abi::manifest::{Manifest, NativeDeclaration};
use dot_syntax::Diagnostic;
use dot_types::program::{FunctionId, Program};
use indexmap::IndexSet;

/// A compiled dot or test.
#[derive(Clone, Debug)]
pub struct Unit {
    /// What the unit says of itself; the module holds it as well.
    pub manifest: Manifest,
    /// The module.
    pub wasm: Vec<u8>,
}

/// Compiles a dot or test of a checked program and every dot and anonymous dot that it reaches, each once; its own unit
/// comes first.
#[expect(clippy::result_large_err, reason = "one diagnostic for each unit")]
pub fn compile_all(program: &Program, entry: FunctionId) -> Result<Vec<Unit>, Diagnostic> {
    let mut reached = IndexSet::from([entry]);
    let mut lowered: Vec<lower::Lowered> = Vec::new();
    while let Some(&dot) = reached.get_index(lowered.len()) {
        let one = lower::lower(program, dot)?;
        reached.extend(one.callees.iter().copied());
        lowered.push(one);
    }
    let natives: BTreeMap<String, NativeDeclaration> =
        lowered.iter().flat_map(|one| &one.unit.natives).map(|native| (native.name.clone(), native.clone())).collect();
    if let Some(root) = lowered.first_mut() {
        root.unit.natives = natives.into_values().collect();
    }
    reached.into_iter().zip(lowered).map(|(dot, one)| finish(program, dot, one)).collect()
}

/// Compiles a dot or test of a checked program alone. What the compiler can't do is a diagnostic.
#[expect(clippy::result_large_err, reason = "one diagnostic for each unit")]
pub fn compile(program: &Program, entry: FunctionId) -> Result<Unit, Diagnostic> {
    finish(program, entry, lower::lower(program, entry)?)
}

#[expect(clippy::result_large_err, reason = "one diagnostic for each unit")]
fn finish(program: &Program, entry: FunctionId, lowered: lower::Lowered) -> Result<Unit, Diagnostic> {
    let counted = count::insert(lowered)?;
    let resumable = suspend::suspend(counted);
    let (manifest, wasm) = emit::emit(&resumable);
    limits::check(program, entry, &wasm)?;
    Ok(Unit { manifest, wasm })
}
