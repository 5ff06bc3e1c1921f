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
//! | `dot.2` | `fault` | `(code: i32, site: i32, a: i64, b: i64)` | ends the activation with a [`FaultCode`](crate::fault::FaultCode); never returns |
//! | `dot.2` | `raise` | `(fault: i32, site: i32)` | ends the activation with a borrowed `Fault` record; never returns |
//! | `dot.2` | `note` | `(call: i32, args: i32)` | a native dot of class note, done at once: `args` is a borrowed record of its input type |
//! | `dot.2` | `start` | `(call: i32, args: i32) -> i64` | starts a call of [`Manifest::calls`] with a borrowed record of its input type; gives its handle: how many calls this activation started before |
//! | `dot.2` | `ready` | `(handle: i64) -> i32` | whether the call has ended (1). If not (0), the guest stores its frame and returns [`WAITING`]; it is resumed when that call has ended |
//! | `dot.2` | `take` | `(handle: i64) -> i64` | the outcome of a call that has ended, of its `taken` type, owned, widened to 64 bits; ends the activation if the call faulted without `try`. Once for each handle |
//! | `dot.2` | `settle` | `(handle: i64)` | as `take`, without making the value |
//! | `dot.2` | `group` | `(limit: i32)` | the calls until `group(0)` are parts of one `parallel`, of which at most `limit` are under way at once; 2³¹ - 1 is no limit |
//! | `dot.2` | `mock` | `(mock: i32, args: i32)` | sets the mock of [`Manifest::mocks`] up with a borrowed record of its input type |
//! | `dot.2` | `text_of` | `(type: i32, value: i64) -> i32` | the text of a borrowed value of a type of the table |
//! | `dot.pure.1` | a [host native](crate::native::Native) | by its signature | |
//!
//! # Exports
//!
//! See [`exports`]. All but `start` are for lift and lower; none is called while `start` runs
//! except from within an import, where `alloc`, `new_map`, `map_insert`, `sort_map` may be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::Policies;
use crate::types::{TypeRef, TypeTable};

/// The custom section with the manifest.
pub const MANIFEST_SECTION: &str = "dot.manifest";
/// The import module of the host interface. The number is its version.
pub const IMPORT_MODULE: &str = "dot.2";
/// The version of the manifest's own shape.
pub const MANIFEST_FORMAT: u32 = 1;

/// The names of exports.
pub mod exports {
    /// `() -> i32`: goes on with an activation that returned [`WAITING`](super::WAITING), or, in a fresh instance, with one
    /// that was parked: its frame, owned, is in [`FRAME_CELL`](crate::layout::FRAME_CELL) and the number of its
    /// [`FrameSite`](super::FrameSite) in [`WAIT_CELL`](crate::layout::WAIT_CELL), as a waiting guest leaves them there. Gives what `start` gives.
    pub const RESUME: &str = "resume";
    /// The linear memory.
    pub const MEMORY: &str = "memory";
    /// `(args: i32) -> i32`: runs the dot with an owned record of its input type; gives
    /// [`DONE`](super::DONE) with the result, owned, in [`RESULT_CELL`](crate::layout::RESULT_CELL), or [`WAITING`](super::WAITING).
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

/// What `start` and `resume` return when the dot waits for the call that it last asked for with `ready`.
pub const WAITING: i32 = 1;

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

impl Class {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Pure => "pure",
            Class::Note => "note",
            Class::Read => "read",
            Class::Wait => "wait",
            Class::Write => "write",
        }
    }
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
    /// What it declares behind `with`.
    #[serde(default, skip_serializing_if = "Policies::is_default")]
    pub policies: Policies,
    /// What they are narrowed to, for this dot and all that it calls.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub narrowed: Vec<Narrowing>,
    /// The calls of dots and native dots, by number.
    pub calls: Vec<CallSite>,
    /// The native dots that it calls, as they are declared, by name. The unit that is started names those of all that it calls too,
    /// so that a host knows before a run what it has to provide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub natives: Vec<NativeDeclaration>,
    /// Where it can be suspended, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<FrameSite>,
    /// The mocks of a test, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mocks: Vec<MockSite>,
    /// The refined types that the unit exports a condition for.
    pub refinements: Vec<TypeRef>,
    /// The files that sites refer to, as they were named to the compiler.
    pub files: Vec<String>,
    /// Where faults and calls stand in the source, by number.
    pub sites: Vec<Site>,
}

/// What `uses` narrows a capability to: `uses env("HOME")`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Narrowing {
    /// The key of a grant: `files` (reading), `files.write`, `env`, `http`, `secret` or `process`.
    pub key: String,
    /// The paths or names that are left; nothing is if there is none.
    pub to: Vec<String>,
}

/// What a unit was made from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UnitKind {
    /// `dot name(…) { … }`
    Dot,
    /// `test "name" { … }`
    Test,
    /// What the compiler cut out of a dot or test to be an activation of its own.
    Anonymous,
}

/// A native dot as a source declares it: `native read dot read(path: Text) -> Text uses files`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NativeDeclaration {
    /// The name as calls have it: `files.read`.
    pub name: String,
    /// The class.
    pub class: Class,
    /// The capabilities, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<String>,
    /// The parameters and the result: `(path: Text) -> Text`.
    pub signature: String,
}

/// A call of a dot or native dot.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CallSite {
    /// What is called.
    pub target: Target,
    /// Its input: a record with a field per parameter.
    pub input: TypeRef,
    /// Its output.
    pub output: TypeRef,
    /// What `take` gives: the output, or under `try` a `Result` of it and a `Fault` (case 0 is Ok, case 1 is Err).
    pub taken: TypeRef,
    /// Whether a fault of the call is a value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_try: bool,
    /// The number of the call among those of its body, in the order of the source: part of the step's name (see [`crate::step`]).
    pub number: u32,
    /// Where the call stands: an index of [`Manifest::sites`].
    pub site: u32,
    /// For a native dot: what its declaration says behind `with`. Units have their own.
    #[serde(default, skip_serializing_if = "Policies::is_default")]
    pub policies: Policies,
}

/// What a call calls, by its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// A native dot: `files.read`.
    Native(String),
    /// Another unit of the same program: the dot's name.
    Dot(String),
    /// In a test, the arguments of the calls so far of a dot or native dot: the input is empty, the output a list. A read that
    /// waits for every earlier call.
    CallsOf(String),
    /// Units of the same program that are started together: the outcome is that of the first one to end, the others are cancelled.
    /// The input is a record with the input of each, in order. None of them writes.
    Race(Vec<String>),
}

impl Target {
    /// The name of the dot or native dot.
    pub fn name(&self) -> &str {
        match self {
            Target::Native(name) | Target::Dot(name) | Target::CallsOf(name) => name,
            Target::Race(_) => "race",
        }
    }
}

/// A `mock` in a test.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MockSite {
    /// The dot or native dot that is mocked.
    pub target: String,
    /// The anonymous dot that answers: its input is the captures (as many as `input` has fields) and then the
    /// first parameters of the target, as many as are left. `None` for `each`: `input` then has one field, the list of `Result`s.
    pub dot: Option<String>,
    /// What the guest passes when the mock is reached.
    pub input: TypeRef,
}

/// Where an activation can be suspended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FrameSite {
    /// A record of what lives across the wait. It can be lifted, so that the instance may be dropped, unless it holds a function.
    pub frame: TypeRef,
    /// Where the wait stands: an index of [`Manifest::sites`].
    pub site: u32,
}

/// A place in the source: file index, first byte, byte behind the last one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Site(pub u32, pub u32, pub u32);

/// The JSON Schema of [`Manifest`], as `spec/manifest.schema.json` holds it.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Manifest)
}
