//! What a native dot of a host program gives is checked against the conditions of its type, also where it stands inside of
//! something; what dots give each other is not checked again.

use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::value::Value;
use dot_codegen::emit::Options;
use dot_runtime::{Engine, EngineConfig, Host, Plan, RunError};
use dot_testing::engines;
use dot_types::program::SourceFile;
use dot_types::{LoadError, Sources};
use paradot::{Captured, Context, Descriptor, ParaDot, Registry};

/// The module of a gauge.
const GAUGE: &str = "pub type Level = Int where it >= 0

pub type Reading = { level: Level, place: Text }

pub native read dot levels(number: Int) -> List<Reading>
";

struct WithGauge;

impl Sources for WithGauge {
    fn load(&self, path: &[&str]) -> Result<SourceFile, LoadError> {
        match path {
            ["gauge"] => Ok(SourceFile { name: "gauge.dot".to_owned(), text: Arc::from(GAUGE) }),
            _ => Err(LoadError::NotFound { looked: format!("{}.dot", path.join("/")), near: Vec::new() }),
        }
    }
}

/// Gives one reading, of the level that it is asked with.
struct Levels;

impl ParaDot for Levels {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "gauge.levels", class: Class::Read, uses: &[], is_ordered: false }
    }

    fn run(&self, _: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let Value::Record(args) = input else { return Err(Fault::new(FaultCode::Internal, "arguments are no record")) };
        let reading = args.into_iter().chain([Value::Text("weir".into())]).collect();
        Ok(Value::List(vec![Value::Record(reading)]))
    }
}

/// Runs `main`; gives its number or its fault.
fn run(main: &str) -> String {
    let program = engines::checked_with(&format!("import gauge\n\n{main}"), &WithGauge).expect("a program");
    let dot = engines::dot(&program, "main").expect("a dot main");
    let units = engines::all_compiled(&program, dot, Options::default()).expect("units");
    let engine = Engine::new(EngineConfig::default()).expect("an engine");
    let bundle = engines::bundle(&engine, units).expect("a bundle");
    let mut registry = Registry::standard();
    registry.register(Levels);
    let host = Host { registry: Arc::new(registry), ..Host::new(Arc::new(Captured::default())).for_tests() };
    match bundle.run(Value::Record(Vec::new()), &host, Plan::sequential()).end {
        Ok(Value::Int(number)) => number.to_string(),
        Err(RunError::Fault(fault)) => fault.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_fulfils_its_condition_goes_in() {
    assert_eq!(run("dot main() -> Int { gauge.levels(4)[0].level }"), "4");
}

#[test]
fn what_does_not_is_a_fault_of_the_call() {
    let said = run("dot main() -> Int { gauge.levels(-4).len() }");
    let problem = "\"$[0].level\" must be gauge.Level where it >= 0, but it is the number -4";
    assert_eq!(said, format!("refinement: the result of gauge.levels does not fit: {problem}"));
}

#[test]
fn what_a_dot_passes_on_is_not_asked_again() {
    let passed = "
        dot main() -> Int { [reading.level for reading in passed(7)].sum() + of(passed(1)) }
        dot passed(number: Int) -> List<gauge.Reading> { gauge.levels(number) }
        dot of(readings: List<gauge.Reading>) -> Int { readings[0].level }
    ";
    assert_eq!(run(passed), "8");
}

/// Makes an image smaller by keeping so many of its bytes.
struct Thumbnail;

impl ParaDot for Thumbnail {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "thumbnail", class: Class::Pure, uses: &["images"], is_ordered: false }
    }

    fn signature(&self) -> Option<&str> {
        Some("(image: Bytes, width: Int) -> Bytes")
    }

    fn run(&self, _: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let Value::Record(args) = input else { return Err(Fault::new(FaultCode::Internal, "arguments are no record")) };
        match args.as_slice() {
            [Value::Bytes(image), Value::Int(width)] => {
                let width = usize::try_from(*width).unwrap_or_default();
                Ok(Value::Bytes(image.iter().copied().take(width).collect()))
            }
            _ => Err(Fault::new(FaultCode::Internal, "the arguments are of other types")),
        }
    }
}

/// Runs `main` of a file that declares its native dot itself, the call of it in a dot below; gives its size or its fault.
fn run_declared(declaration: &str, is_permitted: bool) -> String {
    let source = format!(
        "{declaration}\ndot small() -> Int {{ thumbnail(\"abc\".to_bytes(), 2).len() }}\ndot main() -> Int {{ small() }}"
    );
    let program = engines::checked(&source).expect("a program");
    let dot = engines::dot(&program, "main").expect("a dot main");
    let mut units = dot_codegen::compile_all(&program, dot).expect("units").into_iter();
    let engine = Engine::new(EngineConfig::default()).expect("an engine");
    let root = units.next().expect("a root");
    let others = units.map(|unit| (unit.manifest.name, unit.wasm));
    let bundle = dot_runtime::Bundle::new(&engine, &root.wasm, others).expect("a bundle");
    let mut registry = Registry::standard();
    registry.register(Thumbnail);
    let mut grants = paradot::Grants::none();
    if is_permitted {
        grants.allow_capability("images");
    }
    let host = Host::new(Arc::new(Captured::default())).for_tests();
    let host = Host { registry: Arc::new(registry), grants: Arc::new(grants), ..host };
    match bundle.run(Value::Record(Vec::new()), &host, Plan::default()).end {
        Ok(Value::Int(number)) => number.to_string(),
        Err(RunError::Fault(fault)) => fault.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_declares_a_native_dot_as_it_is_registered() {
    let declared = "native pure dot thumbnail(image: Bytes, width: Int) -> Bytes uses images";
    assert_eq!(run_declared(declared, true), "2");
    assert_eq!(run_declared(declared, false), "capability: the capability \"images\" is not permitted");
    let other =
        |what: &str| format!("native: the native dot \"thumbnail\" is declared otherwise than the host has it: {what}");
    let class = "native read dot thumbnail(image: Bytes, width: Int) -> Bytes uses images";
    assert_eq!(run_declared(class, true), other("the class is pure there and read here"));
    let uses = "native pure dot thumbnail(image: Bytes, width: Int) -> Bytes";
    assert_eq!(run_declared(uses, true), other("`uses` is images there and nothing here"));
    let types = "native pure dot thumbnail(image: Bytes, size: Int) -> Bytes uses images";
    let said = "the type is (image: Bytes, width: Int) -> Bytes there and (image: Bytes, size: Int) -> Bytes here";
    assert_eq!(run_declared(types, true), other(said));
}
