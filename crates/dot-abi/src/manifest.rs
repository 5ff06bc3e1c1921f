//! The unit format: one self-describing WASM module per dot.
//!
//! A unit is a core WASM module with a custom section [`MANIFEST_SECTION`] that holds a
//! [`Manifest`] as JSON. Its interface is synchronous and versioned by the names of its import
//! modules.
//!
//! # Imports
//!
//! | module | name | type | what |
//! |---|---|---|---|
//! | `dot.1` | `fault` | `(code: i32, site: i32, a: i64, b: i64)` | ends the activation with a [`FaultCode`](crate::fault::FaultCode); never returns |
//! | `dot.1` | `call` | `(call: i32, args: i32) -> i64` | calls the native dot of [`Manifest::calls`]; `args` is a borrowed record of its input type; gives the result widened to 64 bits, owned |
//! | `dot.1` | `text_of` | `(type: i32, value: i64) -> i32` | the text of a borrowed value of a type of the table |
//! | `dot.pure.1` | a [host native](crate::native::Native) | by its signature | |
//!
//! # Exports
//!
//! See [`exports`]. All but `start` are for lift and lower; none is called while `start` runs
//! except from within an import, where `alloc`, `new_map`, `map_insert`, `sort_map` may be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::types::{TypeRef, TypeTable};

/// The custom section with the manifest.
pub const MANIFEST_SECTION: &str = "dot.manifest";
/// The import module of the host interface. The number is its version.
pub const IMPORT_MODULE: &str = "dot.1";
/// The version of the manifest's own shape.
pub const MANIFEST_FORMAT: u32 = 1;

/// The names of exports.
pub mod exports {
    /// The linear memory.
    pub const MEMORY: &str = "memory";
    /// `(args: i32) -> i32`: runs the dot with an owned record of its input type; gives
    /// [`DONE`](super::DONE) with the result, owned, in [`RESULT_CELL`](crate::layout::RESULT_CELL).
    pub const START: &str = "start";
    /// `(size: i32, type: i32) -> i32`: a new object of `size` bytes, header included and set, count 1, the rest not cleared.
    pub const ALLOC: &str = "alloc";
    /// `(type: i32, capacity: i32) -> i32`: a new map or set.
    pub const NEW_MAP: &str = "new_map";
    /// `(map: i32, key: i64, value: i64)`: inserts an owned key and an owned value into a map that is referred to once.
    pub const MAP_INSERT: &str = "map_insert";
    /// `(map: i32)`: puts the entries in order and closes gaps.
    pub const SORT_MAP: &str = "sort_map";
    /// `(type: i32, value: i64)`: gives a reference up.
    pub const DROP: &str = "drop";
    /// `() -> i32`: the number of live heap objects.
    pub const LIVE: &str = "live";
    /// `(value: i64) -> i32`, named `refine:N`: whether a borrowed value of the base fulfils the condition of the refined type N of the table.
    pub const REFINE_PREFIX: &str = "refine:";
    /// `() -> i64`, named `default:N:C:F`: the default of field F of case C (0 in a record) of the type N of the table, owned.
    pub const DEFAULT_PREFIX: &str = "default:";
}

/// What `start` returns when the dot has ended and its result is in the cell.
pub const DONE: i32 = 0;

/// The classes of operations, least first (see `spec/`): what a step can do to the world.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Nothing.
    Pure,
    /// Tells people something: print, log.
    Note,
    /// Looks at the world.
    Read,
    /// Lets time pass.
    Wait,
    /// Changes the world.
    Write,
}

/// What a unit says of itself.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Manifest {
    /// [`MANIFEST_FORMAT`]
    pub format: u32,
    /// The version of the compiler.
    pub compiler: String,
    /// The dot's name, or a test's.
    pub name: String,
    /// Whether it is a dot or a test.
    pub kind: UnitKind,
    /// The `///` of the dot.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub docs: String,
    /// The hash of the checked program: white space, comments, documentation and the compiler's version don't enter. 64 hex digits.
    pub meaning: String,
    /// The types.
    pub types: TypeTable,
    /// The input: a record with a field per parameter.
    pub input: TypeRef,
    /// The output.
    pub output: TypeRef,
    /// The largest class of what it does.
    pub class: Class,
    /// The capabilities that it needs, sorted: `env`, `files`.
    pub uses: Vec<String>,
    /// The calls of native dots, by number.
    pub calls: Vec<CallSite>,
    /// The refined types that the unit exports a condition for.
    pub refinements: Vec<TypeRef>,
    /// The files that sites refer to, as they were named to the compiler.
    pub files: Vec<String>,
    /// Where faults and calls stand in the source, by number.
    pub sites: Vec<Site>,
}

/// What a unit was made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UnitKind {
    /// `dot name(…) { … }`
    Dot,
    /// `test "name" { … }`
    Test,
}

/// A call of a native dot.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CallSite {
    /// The native's name: `files.read`.
    pub native: String,
    /// Its input: a record with a field per parameter.
    pub input: TypeRef,
    /// Its output.
    pub output: TypeRef,
    /// Where the call stands: an index of [`Manifest::sites`].
    pub site: u32,
}

/// A place in the source: file index, first byte, byte behind the last one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Site(pub u32, pub u32, pub u32);

/// The JSON Schema of [`Manifest`], as `spec/manifest.schema.json` holds it.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Manifest)
}
