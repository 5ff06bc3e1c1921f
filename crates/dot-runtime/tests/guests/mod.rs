//! Units made by hand: a small guest runtime in WAT, and manifests for it.

#![allow(dead_code, reason = "each file of tests uses a part of it")]

use std::sync::Arc;

use dot_abi::manifest::{CallSite, Class, MANIFEST_FORMAT, MANIFEST_SECTION, Manifest, Site, Target, UnitKind};
use dot_abi::policy::Policies;
use dot_abi::types::{Case, Field, TypeDesc, TypeRef, TypeTable};
use dot_abi::value::Value;
use dot_runtime::{Engine, EngineConfig, Host, LoadError, Outcome, RunError, Unit};
use paradot::Captured;

/// What every guest has: memory, an allocator that never frees, and maps that keep their order.
const RUNTIME: &str = r#"
  (import "dot.2" "fault" (func $fault (param i32 i32 i64 i64)))
  (import "dot.2" "text_of" (func $text_of (param i32 i64) (result i32)))
  (import "dot.2" "start" (func $start (param i32 i32) (result i64)))
  (import "dot.2" "ready" (func $ready (param i64) (result i32)))
  (import "dot.2" "take" (func $take (param i64) (result i64)))
  (import "dot.2" "settle" (func $settle (param i64)))
  (import "dot.2" "group" (func $group (param i32)))
  (import "dot.2" "note" (func $note (param i32 i32)))
  (import "dot.2" "mock" (func $mock (param i32 i32)))
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 2048))
  (global $live (mut i32) (i32.const 0))
  (func $block (param $size i32) (result i32) (local $at i32)
    (local.set $at (global.get $next))
    (global.set $next (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (block $enough
      (loop $grow
        (br_if $enough (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
        (if (i32.eq (memory.grow (i32.const 64)) (i32.const -1))
          (then (call $fault (i32.const 20) (i32.const 0) (i64.const 0) (i64.const 0))))
        (br $grow)))
    (local.get $at))
  (func $alloc (export "alloc") (param $size i32) (param $type i32) (result i32) (local $at i32)
    (local.set $at (call $block (local.get $size)))
    (i32.store (local.get $at) (i32.const 1))
    (i32.store offset=4 (local.get $at) (local.get $type))
    (local.get $at))
  (func (export "new_map") (param $type i32) (param $capacity i32) (result i32) (local $at i32)
    (local.set $at (call $alloc (i32.const 40) (local.get $type)))
    (i32.store offset=8 (local.get $at) (i32.const 0))
    (i32.store offset=16 (local.get $at) (call $block (i32.mul (local.get $capacity) (i32.const 24))))
    (i32.store offset=20 (local.get $at) (i32.const 0))
    (local.get $at))
  (func (export "map_insert") (param $map i32) (param $key i64) (param $value i64) (local $length i32) (local $entry i32)
    (local.set $length (i32.load offset=8 (local.get $map)))
    (local.set $entry (i32.add (i32.load offset=16 (local.get $map)) (i32.mul (local.get $length) (i32.const 24))))
    (i64.store offset=8 (local.get $entry) (local.get $key))
    (i64.store offset=16 (local.get $entry) (local.get $value))
    (i32.store offset=8 (local.get $map) (i32.add (local.get $length) (i32.const 1)))
    (i32.store offset=20 (local.get $map) (i32.add (local.get $length) (i32.const 1))))
  (func (export "sort_map") (param i32))
  (func (export "drop") (param i32 i64))
  (func (export "live") (result i32) (global.get $live))
  (func $give (param $slot i64) (result i32) (i64.store (i32.const 16) (local.get $slot)) (i32.const 0))
"#;

/// Gives the only field of the input.
pub(crate) const ECHO: &str = r#"
  (func (export "start") (param $input i32) (result i32) (call $give (i64.load offset=8 (local.get $input))))
"#;

/// A guest under construction.
pub(crate) struct Guest {
    pub(crate) manifest: Manifest,
    pub(crate) imports: String,
    pub(crate) code: String,
}

impl Guest {
    /// A guest with code behind the common runtime; its input is an empty record and its output `()`.
    pub(crate) fn new(code: &str) -> Guest {
        let mut types = TypeTable { types: vec![TypeDesc::Unit] };
        types.types.push(record("Input", &[]));
        let manifest = Manifest {
            format: MANIFEST_FORMAT,
            compiler: "test".to_owned(),
            name: "main".to_owned(),
            kind: UnitKind::Dot,
            docs: String::new(),
            meaning: "0".repeat(64),
            types,
            input: TypeRef(1),
            output: TypeRef(0),
            class: Class::Pure,
            uses: Vec::new(),
            narrowed: Vec::new(),
            policies: Policies::default(),
            calls: Vec::new(),
            natives: Vec::new(),
            frames: Vec::new(),
            mocks: Vec::new(),
            refinements: Vec::new(),
            files: vec!["main.dot".to_owned()],
            sites: vec![Site(0, 10, 20)],
        };
        Guest { manifest, imports: String::new(), code: code.to_owned() }
    }

    pub(crate) fn add(&mut self, desc: TypeDesc) -> TypeRef {
        self.manifest.types.types.push(desc);
        TypeRef(self.manifest.types.types.len() as u32 - 1)
    }

    /// Sets the fields of the input.
    pub(crate) fn input(mut self, fields: &[(&str, TypeRef)]) -> Guest {
        self.manifest.types.types[1] = record("Input", fields);
        self
    }

    pub(crate) fn output(mut self, ty: TypeRef) -> Guest {
        self.manifest.output = ty;
        self
    }

    pub(crate) fn call(self, native: &str, input: TypeRef, output: TypeRef) -> Guest {
        self.call_of(Target::Native(native.to_owned()), input, output)
    }

    /// Adds a call; it stands at the first site.
    pub(crate) fn call_of(mut self, target: Target, input: TypeRef, output: TypeRef) -> Guest {
        let number = self.manifest.calls.len() as u32;
        let taken = output;
        let policies = Policies::default();
        self.manifest.calls.push(CallSite { target, input, output, taken, is_try: false, number, site: 0, policies });
        self
    }

    pub(crate) fn module(&self) -> String {
        format!("(module {} {RUNTIME} {})", self.imports, self.code)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let manifest = serde_json::to_vec(&self.manifest).expect("a manifest is JSON");
        with_section(wat::parse_str(self.module()).expect("correct WAT"), &manifest)
    }

    pub(crate) fn load(&self) -> Unit {
        engine().load(&self.bytes()).expect("a correct unit")
    }

    /// Runs it with the fields of its input.
    pub(crate) fn run(&self, input: Vec<Value>) -> Result<Outcome, RunError> {
        self.run_on(&host(), input)
    }

    pub(crate) fn run_on(&self, host: &Host, input: Vec<Value>) -> Result<Outcome, RunError> {
        self.load().run(Value::Record(input), host)
    }

    /// The fault that comes of a run, as people see it.
    pub(crate) fn fault(&self, host: &Host, input: Vec<Value>) -> String {
        match self.run_on(host, input) {
            Err(RunError::Fault(fault)) => fault.to_string(),
            other => panic!("expected a fault: {other:?}"),
        }
    }
}

pub(crate) fn record(name: &str, fields: &[(&str, TypeRef)]) -> TypeDesc {
    TypeDesc::Record { name: name.to_owned(), docs: String::new(), fields: fields.iter().map(field).collect() }
}

pub(crate) fn union(name: &str, cases: &[(&str, &[(&str, TypeRef)])]) -> TypeDesc {
    let case = |(name, fields): &(&str, &[(&str, TypeRef)])| Case {
        name: (*name).to_owned(),
        tag: None,
        docs: String::new(),
        fields: fields.iter().map(field).collect(),
    };
    TypeDesc::Union {
        name: name.to_owned(),
        docs: String::new(),
        cases: cases.iter().map(case).collect(),
        is_json: false,
    }
}

fn field((name, ty): &(&str, TypeRef)) -> Field {
    Field {
        name: (*name).to_owned(),
        rename: None,
        docs: String::new(),
        ty: *ty,
        optional: false,
        default: String::new(),
    }
}

/// A module with a manifest section behind it.
pub(crate) fn with_section(mut wasm: Vec<u8>, manifest: &[u8]) -> Vec<u8> {
    let mut section = leb128(MANIFEST_SECTION.len());
    section.extend_from_slice(MANIFEST_SECTION.as_bytes());
    section.extend_from_slice(manifest);
    wasm.push(0);
    wasm.extend(leb128(section.len()));
    wasm.extend(section);
    wasm
}

fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// One engine for all tests of a file.
pub(crate) fn engine() -> Engine {
    static ENGINE: std::sync::OnceLock<Engine> = std::sync::OnceLock::new();
    let config = EngineConfig { instances: 8, ..EngineConfig::default() };
    ENGINE.get_or_init(|| Engine::new(config).expect("an engine")).clone()
}

pub(crate) fn host() -> Host {
    Host::new(Arc::new(Captured::default()))
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.into())
}

pub(crate) fn load_error(wasm: &[u8]) -> LoadError {
    engine().load(wasm).expect_err("a unit that must not load")
}
