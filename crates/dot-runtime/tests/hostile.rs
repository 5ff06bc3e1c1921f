//! Units that nobody's compiler made: each is refused or contained.

mod guests;

use dot_abi::manifest::Site;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use dot_runtime::{Host, Limits, LoadError};
use guests::{ECHO, Guest, engine, host, load_error, record, union, with_section};

#[test]
fn bytes_that_are_no_unit() {
    assert_eq!(load_error(b""), LoadError::NoUnit);
    assert_eq!(load_error(b"\0asm\x01\0\0\0"), LoadError::NoUnit);
    let good = Guest::new(ECHO).bytes();
    for length in 0..good.len() {
        assert!(engine().load(&good[..length]).is_err(), "the first {length} bytes");
    }
    assert_eq!(load_error(&with_section(good, b"{}")), LoadError::NoUnit);
}

#[test]
fn manifests_that_are_wrong() {
    let wasm = wat::parse_str(Guest::new(ECHO).module()).expect("correct WAT");
    let error = |manifest: &[u8]| load_error(&with_section(wasm.clone(), manifest));
    assert!(matches!(error(b""), LoadError::Manifest(_)));
    assert!(matches!(error(b"{\"format\": 1}"), LoadError::Manifest(_)));
    assert!(matches!(error(&b"[".repeat(1_000_000)), LoadError::Manifest(_)));
    assert_eq!(error(b"{\"format\": 2, \"new\": true}"), LoadError::Format { found: 2, supported: 1 });
    assert!(matches!(error(&vec![b' '; 17 << 20]), LoadError::TooLarge { .. }));
}

/// The problem with a table of types of which the last one is given.
fn table_error(desc: TypeDesc) -> String {
    let mut guest = Guest::new(ECHO);
    guest.add(desc);
    match load_error(&guest.bytes()) {
        LoadError::Manifest(problem) => problem,
        other => panic!("{other:?}"),
    }
}

#[test]
fn tables_that_are_wrong() {
    let own = TypeRef(2);
    let refined = |base| TypeDesc::Refined { name: "R".into(), docs: String::new(), base, condition: String::new() };
    assert_eq!(table_error(TypeDesc::List { item: TypeRef(99) }), "type 2 refers to a type outside of the table");
    assert_eq!(table_error(record("R", &[("f", TypeRef(u32::MAX))])), "type 2 refers to a type outside of the table");
    assert_eq!(table_error(TypeDesc::Option { item: own }), "type 2 is an option of an option");
    assert_eq!(table_error(refined(own)), "type 2 is refined without an end");
    let cases: Vec<(&str, &[(&str, TypeRef)])> = vec![("C", &[]); 1001];
    assert_eq!(table_error(union("U", &cases)), "type 2 has more than 1000 cases");
}

#[test]
fn types_that_are_no_records() {
    let mut guest = Guest::new(ECHO);
    guest.manifest.input = TypeRef(0);
    assert!(matches!(load_error(&guest.bytes()), LoadError::Manifest(_)));
    let mut guest = Guest::new(ECHO);
    guest.manifest.output = TypeRef(7);
    assert!(matches!(load_error(&guest.bytes()), LoadError::Manifest(_)));
    let guest = Guest::new(ECHO).call("print_text", TypeRef(0), TypeRef(0));
    assert!(matches!(load_error(&guest.bytes()), LoadError::Manifest(_)));
    let mut guest = Guest::new(ECHO);
    guest.manifest.refinements.push(TypeRef(0));
    assert!(matches!(load_error(&guest.bytes()), LoadError::Manifest(_)));
}

#[test]
fn imports_and_exports_that_do_not_fit() {
    let import = |import: &str| {
        let mut guest = Guest::new(ECHO);
        guest.imports = import.to_owned();
        load_error(&guest.bytes())
    };
    let unknown = |module: &str, name: &str| LoadError::Import { module: module.into(), name: name.into() };
    assert_eq!(import(r#"(import "dot.3" "fault" (func))"#), unknown("dot.3", "fault"));
    assert_eq!(import(r#"(import "dot.1" "fault" (func))"#), unknown("dot.1", "fault"));
    assert_eq!(import(r#"(import "dot.2" "call" (func))"#), unknown("dot.2", "call"));
    assert_eq!(import(r#"(import "wasi" "exit" (func))"#), unknown("wasi", "exit"));
    assert_eq!(import(r#"(import "dot.pure.1" "Text.len" (func))"#), unknown("dot.pure.1", "Text.len"));
    assert!(matches!(import(r#"(import "dot.pure.1" "Text.index_of" (func))"#), LoadError::Module(_)));
    assert!(matches!(import(r#"(import "dot.2" "fault" (global i32))"#), LoadError::Module(_)));
    assert_eq!(load_error(&Guest::new("").bytes()), LoadError::Export { name: "start".to_owned() });
    let other = Guest::new(r#"(func (export "start") (result i32) (i32.const 0))"#);
    assert_eq!(load_error(&other.bytes()), LoadError::Export { name: "start".to_owned() });
    let mut guest = Guest::new(ECHO);
    let base = guest.add(TypeDesc::Int);
    let refined =
        guest.add(TypeDesc::Refined { name: "R".into(), docs: String::new(), base, condition: String::new() });
    guest.manifest.refinements.push(refined);
    assert_eq!(load_error(&guest.bytes()), LoadError::Export { name: "refine:3".to_owned() });
}

/// A guest that gives a slot of its own choice as a value of a type; the fault.
fn result_fault(prepare: &str, slot: &str, add: impl FnOnce(&mut Guest) -> TypeRef) -> String {
    let code = format!(r#"(func (export "start") (param i32) (result i32) {prepare} (call $give {slot}))"#);
    let mut guest = Guest::new(&code);
    let ty = add(&mut guest);
    let limits = Limits { value_size_bytes: 1 << 20, ..Limits::default() };
    guest.output(ty).fault(&Host { limits, ..host() }, vec![])
}

fn internal(what: &str) -> String {
    format!("internal: the unit broke its interface: {what}")
}

const OUTSIDE: &str = "an address lies outside of its memory";

#[test]
fn addresses_outside_of_the_memory() {
    for slot in ["(i64.const 0xfffffff8)", "(i64.const 0x7fffffff)", "(i64.const 65533)"] {
        for desc in [TypeDesc::Text, TypeDesc::Bytes, TypeDesc::List { item: TypeRef(0) }] {
            assert_eq!(result_fault("", slot, |guest| guest.add(desc)), internal(OUTSIDE));
        }
        let record = |guest: &mut Guest| guest.add(record("R", &[("a", TypeRef(0))]));
        assert_eq!(result_fault("", slot, record), internal(OUTSIDE));
        let case = |guest: &mut Guest| guest.add(union("U", &[("A", &[("a", TypeRef(0))])]));
        assert_eq!(result_fault("", slot, case), internal(OUTSIDE));
        let boxed = |guest: &mut Guest| {
            let item = guest.add(TypeDesc::Int);
            guest.add(TypeDesc::Option { item })
        };
        assert_eq!(result_fault("", slot, boxed), internal(OUTSIDE));
        let map = |guest: &mut Guest| {
            let key = guest.add(TypeDesc::Int);
            guest.add(TypeDesc::Map { key, value: key })
        };
        assert_eq!(result_fault("", slot, map), internal(OUTSIDE));
    }
}

#[test]
fn lengths_that_are_wrong() {
    let long = "(i32.store (i32.const 4104) (i32.const -1))";
    let at = "(i64.const 4096)";
    assert_eq!(result_fault(long, at, |guest| guest.add(TypeDesc::Text)), internal(OUTSIDE));
    assert_eq!(result_fault(long, at, |guest| guest.add(TypeDesc::Bytes)), internal(OUTSIDE));
    let list = result_fault(long, at, |guest| guest.add(TypeDesc::List { item: TypeRef(0) }));
    assert_eq!(list, "value-limit: a value is larger than the limit of 1MB");
    let gaps = |guest: &mut Guest| {
        let item = guest.add(TypeDesc::Int);
        guest.add(TypeDesc::Set { item })
    };
    let entries = "(i32.store (i32.const 4104) (i32.const 1))";
    assert_eq!(result_fault(entries, at, gaps), internal("a map that was put in order has gaps"));
}

#[test]
fn content_that_is_wrong() {
    let bad_text = "(i32.store (i32.const 4104) (i32.const 1)) (i32.store8 (i32.const 4120) (i32.const 255))";
    let at = "(i64.const 4096)";
    assert_eq!(result_fault(bad_text, at, |guest| guest.add(TypeDesc::Text)), internal("a text is not UTF-8"));
    let truth = result_fault("", "(i64.const 2)", |guest| guest.add(TypeDesc::Bool));
    assert_eq!(truth, internal("a truth value is neither true nor false"));
    let unknown = internal("there is a case that its union does not have");
    let color = |guest: &mut Guest| guest.add(union("Color", &[("Red", &[])]));
    assert_eq!(result_fault("", "(i64.const 0)", color), unknown);
    assert_eq!(result_fault("", "(i64.const 2)", color), unknown);
    assert_eq!(result_fault("", at, color), unknown);
    let shape = |guest: &mut Guest| guest.add(union("Shape", &[("A", &[("a", TypeRef(0))])]));
    assert_eq!(result_fault("", "(i64.const 1)", shape), unknown);
    let function = |guest: &mut Guest| guest.add(TypeDesc::Function { params: vec![], result: TypeRef(0) });
    assert_eq!(result_fault("", at, function), internal("a function would leave it"));
}

#[test]
fn cycles_and_sharing_that_multiplies() {
    let cycle = |guest: &mut Guest| {
        let own = TypeRef(guest.manifest.types.types.len() as u32);
        guest.add(record("Loop", &[("own", own)]))
    };
    let prepare = "(i32.store (i32.const 4104) (i32.const 4096))";
    let fault = result_fault(prepare, "(i64.const 4096)", cycle);
    assert_eq!(fault, "value-limit: the value is nested deeper than 1000 levels");
    // Sixty records, each twice the next one.
    let tree = |guest: &mut Guest| {
        let mut ty = guest.add(TypeDesc::Unit);
        for _ in 0..60 {
            ty = guest.add(record("Twice", &[("a", ty), ("b", ty)]));
        }
        ty
    };
    let prepare = "(i32.store (i32.const 4104) (i32.const 4096)) (i32.store (i32.const 4108) (i32.const 4096))";
    assert_eq!(result_fault(prepare, "(i64.const 4096)", tree), "value-limit: a value is larger than the limit of 1MB");
}

#[test]
fn calls_with_wrong_numbers() {
    let start = |code: &str| Guest::new(&format!(r#"(func (export "start") (param i32) (result i32) {code})"#));
    let call = start("(call $note (i32.const 5) (i32.const 0)) (call $give (i64.const 0))").fault(&host(), vec![]);
    assert_eq!(call, internal("it made a call that is not in its manifest"));
    let text_of = start("(call $text_of (i32.const -1) (i64.const 0))").fault(&host(), vec![]);
    assert_eq!(text_of, internal("it asked for the text of a type that is not in its table"));
    let status = start("(i32.const 3)").fault(&host(), vec![]);
    assert_eq!(status, internal("it ended with a status that does not exist"));
    let mut sites = start("(call $fault (i32.const 3) (i32.const 0) (i64.const 0) (i64.const 0)) (i32.const 0)");
    sites.manifest.sites = vec![Site(9, 0, 0)];
    assert_eq!(sites.fault(&host(), vec![]), "overflow: the result does not fit in 64 bits");
}

#[test]
fn an_allocator_that_lies() {
    let runtime = Guest::new(ECHO)
        .module()
        .replace("(local.get $at))\n  (func (export \"new_map\")", "(i32.const -16))\n  (func (export \"new_map\")");
    let mut guest = Guest::new(ECHO);
    let words = guest.add(TypeDesc::Text);
    let guest = guest.input(&[("text", words)]).output(words);
    let manifest = serde_json::to_vec(&guest.manifest).expect("JSON");
    let unit = engine().load(&with_section(wat::parse_str(runtime).expect("correct WAT"), &manifest)).expect("a unit");
    let result = unit.run(Value::Record(vec![Value::Text("a".into())]), &host());
    let message = result.expect_err("a fault").to_string();
    assert!(message.starts_with("internal: the unit broke its interface"), "{message}");
}

#[test]
fn calls_before_it_is_set_up() {
    let code = format!("{ECHO} (func $early (drop (call $text_of (i32.const 0) (i64.const 0)))) (start $early)");
    assert_eq!(Guest::new(&code).fault(&host(), vec![]), internal("it called the host before it was set up"));
}

#[test]
fn setting_up_has_the_same_limits() {
    let limits = Limits { cpu: std::time::Duration::from_millis(50), memory_bytes: 1 << 20, ..Limits::default() };
    let host = Host { limits, ..host() };
    let endless = format!("{ECHO} (func $early (loop $again (br $again))) (start $early)");
    assert_eq!(Guest::new(&endless).fault(&host, vec![]), "cpu-limit: the dot reached the limit on CPU time of 50ms");
    let deep = format!("{ECHO} (func $early (call $early) (call $early)) (start $early)");
    assert!(Guest::new(&deep).fault(&host, vec![]).starts_with("stack-limit: "));
}

/// Numbers that look random and are the same in every run.
fn scramble(state: &mut u64) -> u32 {
    *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    (*state >> 33) as u32
}

#[test]
fn memory_that_is_overwritten_at_random() {
    // The input's second field holds pairs of an address and four bytes to write there.
    let code = r#"(func (export "start") (param $input i32) (result i32) (local $bytes i32) (local $end i32)
      (local.set $bytes (i32.load offset=12 (local.get $input)))
      (local.set $end (i32.add (local.get $bytes) (i32.load offset=8 (local.get $bytes))))
      (block $done
        (loop $next
          (br_if $done (i32.ge_u (local.get $bytes) (local.get $end)))
          (i32.store (i32.load offset=16 (local.get $bytes)) (i32.load offset=20 (local.get $bytes)))
          (local.set $bytes (i32.add (local.get $bytes) (i32.const 8)))
          (br $next)))
      (call $give (i64.load32_u offset=8 (local.get $input))))"#;
    let mut guest = Guest::new(code);
    let words = guest.add(TypeDesc::Text);
    let int = guest.add(TypeDesc::Int);
    let bytes = guest.add(TypeDesc::Bytes);
    let map = guest.add(TypeDesc::Map { key: words, value: int });
    let maybe = guest.add(TypeDesc::Option { item: int });
    let shape = guest.add(union("Shape", &[("Dot", &[]), ("Named", &[("a", words), ("b", maybe), ("c", map)])]));
    let list = guest.add(TypeDesc::List { item: shape });
    let unit = guest.input(&[("value", list), ("pokes", bytes)]).output(list).load();

    let text = |text: &str| Value::Text(text.into());
    let named = Value::Case(
        1,
        vec![
            text("name"),
            Value::Option(Some(Box::new(Value::Int(7)))),
            Value::Map(vec![(text("a"), Value::Int(1)), (text("b"), Value::Int(2))]),
        ],
    );
    let value = Value::List(vec![named.clone(), Value::Case(0, vec![]), named]);
    let limits = Limits { value_size_bytes: 1 << 20, ..Limits::default() };
    let host = Host { limits, ..host() };
    let (mut state, mut faults) = (7, 0);
    for round in 0..2000 {
        let mut pokes = Vec::new();
        for _ in 0..1 + round % 4 {
            let content = match scramble(&mut state) % 4 {
                0 => scramble(&mut state),
                1 => scramble(&mut state) % 8,
                2 => u32::MAX - scramble(&mut state) % 16,
                _ => 2048 + scramble(&mut state) % 512,
            };
            pokes.extend_from_slice(&(2048 + scramble(&mut state) % 512).to_le_bytes());
            pokes.extend_from_slice(&content.to_le_bytes());
        }
        let result = unit.run(Value::Record(vec![value.clone(), Value::Bytes(pokes.into())]), &host);
        if let Err(error) = result {
            let message = error.to_string();
            let contained = message.starts_with("internal: the unit broke its interface")
                || message.starts_with("value-limit: ")
                || message.starts_with("memory-limit: ");
            assert!(contained, "round {round}: {message}");
            faults += 1;
        }
    }
    assert!((200..1900).contains(&faults), "{faults} of 2000 rounds did harm");
}
