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
