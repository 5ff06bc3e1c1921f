//! Faults that guests raise, and limits that they reach.

mod guests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use dot_abi::fault::{FaultCode, SourceRange};
use dot_abi::manifest::FrameSite;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use dot_runtime::{Host, Limits, RunError};
use guests::{Guest, host, record, text};
use paradot::{Captured, FixedEnvironment, Grants};

/// A guest whose body is some instructions.
fn body(code: &str) -> Guest {
    Guest::new(&format!(r#"(func (export "start") (param $input i32) (result i32) {code} (i32.const 0))"#))
}

fn limited(limits: Limits) -> Host {
    Host { limits, ..host() }
}

#[test]
fn a_fault_has_its_words_and_its_place() {
    let Err(RunError::Fault(fault)) =
        body("(call $fault (i32.const 5) (i32.const 0) (i64.const 7) (i64.const 3))").run(vec![])
    else {
        panic!("expected a fault")
    };
    assert_eq!(fault.to_string(), "index: the index 7 is out of range: the length is 3");
    assert_eq!(fault.at, Some(SourceRange { file: "main.dot".to_owned(), start: 10, end: 20 }));
}

#[test]
fn the_text_of_a_fault_is_read_from_memory() {
    let mut guest =
        body("(call $fault (i32.const 1) (i32.const 9) (i64.load32_u offset=8 (local.get $input)) (i64.const 0))");
    let words = guest.add(TypeDesc::Text);
    let guest = guest.input(&[("message", words)]);
    assert_eq!(guest.fault(&host(), vec![text("no todo 7")]), "fail: no todo 7");
}

#[test]
fn operands_that_make_no_sense_are_an_internal_fault() {
    let fault = |code: &str| body(&format!("(call $fault {code})")).fault(&host(), vec![]);
    let internal = |what: &str| format!("internal: the unit broke its interface: {what}");
    assert_eq!(
        fault("(i32.const 55) (i32.const 0) (i64.const 0) (i64.const 0)"),
        internal("it raised a fault of an unknown code")
    );
    assert_eq!(
        fault("(i32.const 1) (i32.const 0) (i64.const 0xffffffff) (i64.const 0)"),
        internal("an address lies outside of its memory")
    );
    assert_eq!(
        fault("(i32.const 7) (i32.const 0) (i64.const 999) (i64.const 0)"),
        internal("it raised a fault for a type that is not refined")
    );
}

#[test]
fn an_endless_loop_reaches_the_limit_on_cpu_time() {
    let host = limited(Limits { cpu: Duration::from_millis(100), ..Limits::default() });
    let started = Instant::now();
    let fault = body("(loop $again (br $again))").run_on(&host, vec![]);
    let Err(RunError::Fault(fault)) = fault else { panic!("expected a fault") };
    assert_eq!(fault.to_string(), "cpu-limit: the dot reached the limit on CPU time of 100ms");
    assert_eq!(fault.help.as_deref(), Some("raise it if the dot needs more: --cpu 500ms"));
    assert!(started.elapsed() >= Duration::from_millis(100));
}

#[test]
fn endless_recursion_reaches_the_stack_limit() {
    let code = r#"
      (func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))
      (func (export "start") (param i32) (result i32) (call $deep (i32.const 0)))"#;
    let Err(RunError::Fault(fault)) = Guest::new(code).run(vec![]) else { panic!("expected a fault") };
    assert_eq!(fault.to_string(), "stack-limit: the calls are nested deeper than the stack limit of 64MB allows");
    assert!(fault.help.is_some_and(|help| help.ends_with("--stack 128MB")));
}

#[test]
fn a_memory_bomb_reaches_the_memory_limit() {
    let bomb = body("(loop $again (drop (call $alloc (i32.const 1000000) (i32.const 0))) (br $again))");
    let host = limited(Limits { memory_bytes: 16 << 20, ..Limits::default() });
    let Err(RunError::Fault(fault)) = bomb.run_on(&host, vec![]) else { panic!("expected a fault") };
    assert_eq!(fault.to_string(), "memory-limit: the dot reached the memory limit of 16MB");
    assert_eq!(fault.help.as_deref(), Some("raise it if the dot needs more: --memory 32MB"));
    let tiny = limited(Limits { memory_bytes: 1000, ..Limits::default() });
    assert_eq!(body("").fault(&tiny, vec![]), "memory-limit: the dot reached the memory limit of 1000B");
}

#[test]
fn traps_are_internal_faults() {
    let message = "internal: the unit broke its interface: wasm trap: wasm `unreachable` instruction executed";
    assert_eq!(body("unreachable").fault(&host(), vec![]), message);
    let outside = body("(drop (i32.load (i32.const -8)))").fault(&host(), vec![]);
    assert!(outside.starts_with("internal: the unit broke its interface: "), "{outside}");
}

/// A guest that starts a native dot with its input, waits for it and gives what that gives.
fn caller(native: &str, input: &[(&str, TypeDesc)], output: TypeDesc) -> Guest {
    let code = r#"(func (export "start") (param $input i32) (result i32)
      (drop (call $start (i32.const 0) (local.get $input)))
      (call $await))
    (func $await (export "resume") (result i32)
      (if (i32.eqz (call $ready (i64.const 0)))
        (then
          (i32.store (i32.const 32) (call $alloc (i32.const 8) (i32.const 1)))
          (i32.store (i32.const 36) (i32.const 0))
          (return (i32.const 1))))
      (call $give (call $take (i64.const 0))))"#;
    calling(code, native, input, output)
}

/// A guest that notes its input and gives `()`.
fn noting(native: &str, input: &[(&str, TypeDesc)]) -> Guest {
    let code = r#"(func (export "start") (param $input i32) (result i32)
      (call $note (i32.const 0) (local.get $input))
      (call $give (i64.const 0)))"#;
    calling(code, native, input, TypeDesc::Unit)
}

fn calling(code: &str, native: &str, input: &[(&str, TypeDesc)], output: TypeDesc) -> Guest {
    let mut guest = Guest::new(code);
    let fields: Vec<(&str, _)> = input.iter().map(|(name, desc)| (*name, guest.add(desc.clone()))).collect();
    let input = guest.add(record("Arguments", &fields));
    let output = guest.add(output);
    guest.manifest.input = input;
    guest.manifest.frames.push(FrameSite { frame: TypeRef(1), site: 0 });
    guest.call(native, input, output).output(output)
}

#[test]
fn native_dots_are_called_with_what_is_granted() {
    let mut guest = caller("env.get", &[("name", TypeDesc::Text)], TypeDesc::Unit);
    let words = guest.add(TypeDesc::Text);
    let maybe = guest.add(TypeDesc::Option { item: words });
    guest.manifest.calls[0].output = maybe;
    guest.manifest.calls[0].taken = maybe;
    let guest = guest.output(maybe);
    let denied = guest.run(vec![text("USER")]);
    let Err(RunError::Fault(fault)) = denied else { panic!("expected a fault") };
    assert_eq!(fault.code, FaultCode::Capability);
    assert_eq!(fault.at, Some(SourceRange { file: "main.dot".to_owned(), start: 10, end: 20 }));

    let mut grants = Grants::none();
    grants.allow_env("USER");
    let environment = FixedEnvironment([("USER".to_owned(), "ada".into())].into());
    let host = Host { grants: Arc::new(grants), environment: Arc::new(environment), ..host() };
    let value = guest.run_on(&host, vec![text("USER")]).expect("granted").value;
    assert_eq!(value, Value::Option(Some(Box::new(text("ada")))));
}

#[test]
fn printing_is_bounded() {
    let output = Captured::default();
    let guest = noting("print_text", &[("text", TypeDesc::Text)]);
    let host = Host { output: Arc::new(output.clone()), ..limited(Limits { output_bytes: 10, ..Limits::default() }) };
    assert_eq!(guest.run_on(&host, vec![text("hello")]).expect("short enough").value, Value::Unit);
    assert_eq!(output.text(), "hello\n");
    let fault = guest.fault(&host, vec![text("hello, world")]);
    assert_eq!(fault, "output-limit: the output is larger than the limit of 10B");
}

#[test]
fn notes_are_noted_and_nothing_else_is() {
    let started = caller("print_text", &[("text", TypeDesc::Text)], TypeDesc::Unit).fault(&host(), vec![text("a")]);
    assert_eq!(started, "internal: the unit broke its interface: it starts a native dot that is a note");
    let noted = noting("env.get", &[("name", TypeDesc::Text)]).fault(&host(), vec![text("USER")]);
    assert_eq!(noted, "internal: the unit broke its interface: it notes by a native dot that is no note");
}

#[test]
fn a_native_that_does_not_exist_is_named() {
    let fault = caller("disk.format", &[], TypeDesc::Unit).fault(&host(), vec![]);
    assert_eq!(fault, "native: the native dot \"disk.format\" has no implementation here");
}

#[test]
fn text_of_any_value() {
    let code = r#"(func (export "start") (param $input i32) (result i32)
      (call $give (i64.extend_i32_u (call $text_of (i32.const 3) (i64.load32_u offset=8 (local.get $input))))))"#;
    let mut guest = Guest::new(code);
    let int = guest.add(TypeDesc::Int);
    let list = guest.add(TypeDesc::List { item: int });
    let words = guest.add(TypeDesc::Text);
    let guest = guest.input(&[("numbers", list)]).output(words);
    let numbers = Value::List(vec![Value::Int(1), Value::Int(2)]);
    assert_eq!(guest.run(vec![numbers]).expect("a text").value, text("[1,2]"));
}

#[test]
fn many_at_once_wait_for_a_slot() {
    let unit = body("").load();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..64).map(|_| scope.spawn(|| unit.run(Value::Record(vec![]), &host()))).collect();
        for run in runs {
            assert_eq!(run.join().expect("no panic").expect("a normal return").value, Value::Unit);
        }
    });
}
