//! Host natives, called from a guest.

mod guests;

use dot_abi::fault::SourceRange;
use dot_abi::layout::Repr;
use dot_abi::manifest::Site;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use dot_runtime::{Host, Limits, RunError};
use guests::{Guest, host, text};

/// A guest that calls a native with its whole input and gives the result.
fn native(name: &str, params: &[TypeDesc], result: &str) -> Guest {
    let mut guest = Guest::new("");
    let words = guest.add(TypeDesc::Text);
    let int = guest.add(TypeDesc::Int);
    let float = guest.add(TypeDesc::Float);
    let truth = guest.add(TypeDesc::Bool);
    let output = match result {
        "Text" => words,
        "Bool" => truth,
        "Float" => float,
        "List<Text>" => guest.add(TypeDesc::List { item: words }),
        "Int?" => guest.add(TypeDesc::Option { item: int }),
        _ => guest.add(TypeDesc::Option { item: float }),
    };
    let refs: Vec<TypeRef> = params.iter().map(|desc| guest.add(desc.clone())).collect();
    let fields: Vec<(&str, TypeRef)> = ["a", "b", "c"].into_iter().zip(refs).collect();
    guest = guest.input(&fields).output(output);
    let types = &guest.manifest.types;
    let wasm = |ty| match types.repr(ty) {
        Repr::I32 => "i32",
        Repr::I64 => "i64",
        Repr::F64 => "f64",
    };
    let places = types.fields(guest.manifest.input, 0).places;
    let load =
        |place: &dot_abi::layout::Place| format!("({}.load offset={} (local.get 0))", wasm(place.ty), place.offset);
    let arguments: String = places.iter().map(load).collect();
    let params: Vec<&str> = places.iter().map(|place| wasm(place.ty)).collect();
    let widen = if wasm(output) == "f64" { "i64.reinterpret_f64" } else { "i64.extend_i32_u" };
    let imports = format!(
        r#"(import "dot.pure.1" "{name}" (func $native (param {}) (result {})))"#,
        params.join(" "),
        wasm(output)
    );
    let code = format!(
        r#"(func (export "start") (param i32) (result i32) (call $give ({widen} (call $native {arguments}))))"#
    );
    guest.imports = imports;
    guest.code = code;
    guest
}

fn texts(parts: &[&str]) -> Value {
    Value::List(parts.iter().map(|part| text(part)).collect())
}

fn number(number: Option<i64>) -> Value {
    Value::Option(number.map(|number| Box::new(Value::Int(number))))
}

/// Calls a native on texts.
fn check(name: &str, arguments: &[&str], result: &str, expected: Value) {
    let params = vec![TypeDesc::Text; arguments.len()];
    let values = arguments.iter().map(|argument| text(argument)).collect();
    let outcome = native(name, &params, result).run(values);
    assert_eq!(outcome.expect(name).value, expected, "{name} of {arguments:?}");
}

fn fault(name: &str, params: &[TypeDesc], result: &str, values: Vec<Value>) -> String {
    let limits = Limits { memory_bytes: 16 << 20, ..Limits::default() };
    native(name, params, result).fault(&Host { limits, ..host() }, values)
}

#[test]
fn questions_about_texts() {
    check("Text.contains", &["Grüße", "üß"], "Bool", Value::Bool(true));
    check("Text.contains", &["Grüße", "x"], "Bool", Value::Bool(false));
    check("Text.starts_with", &["Grüße", "Gr"], "Bool", Value::Bool(true));
    check("Text.ends_with", &["Grüße", "ße"], "Bool", Value::Bool(true));
    check("Text.ends_with", &["e", "ße"], "Bool", Value::Bool(false));
    check("Text.index_of", &["Grüße", "ß"], "Int?", number(Some(3)));
    check("Text.index_of", &["Grüße", ""], "Int?", number(Some(0)));
    check("Text.index_of", &["Grüße", "x"], "Int?", number(None));
}

#[test]
fn parts_of_texts() {
    check("Text.trim", &[" \u{a0}a b\n"], "Text", text("a b"));
    check("Text.trim_start", &[" a "], "Text", text("a "));
    check("Text.trim_end", &[" a "], "Text", text(" a"));
    check("Text.trim", &[" "], "Text", text(""));
    check("Text.split", &["a,b,,c", ","], "List<Text>", texts(&["a", "b", "", "c"]));
    check("Text.split", &["", ","], "List<Text>", texts(&[""]));
    check("Text.lines", &["a\r\nb\n\nc\n"], "List<Text>", texts(&["a", "b", "", "c"]));
    check("Text.words", &["  a\tbü \n"], "List<Text>", texts(&["a", "bü"]));
    check("Text.words", &[""], "List<Text>", texts(&[]));
}

#[test]
fn changed_texts() {
    check("Text.to_upper", &["Straße"], "Text", text("STRASSE"));
    check("Text.to_lower", &["ÄB"], "Text", text("äb"));
    check("Text.reverse", &["aü🎉"], "Text", text("🎉üa"));
    check("Text.replace", &["banana", "an", "x"], "Text", text("bxxa"));
    check("Text.replace", &["banana", "na", "long "], "Text", text("balong long "));
    let repeat = |times| {
        native("Text.repeat", &[TypeDesc::Text, TypeDesc::Int], "Text").run(vec![text("ab"), Value::Int(times)])
    };
    assert_eq!(repeat(3).expect("three").value, text("ababab"));
    assert_eq!(repeat(0).expect("none").value, text(""));
}

#[test]
fn numbers() {
    check("Int.parse", &["-42"], "Int?", number(Some(-42)));
    check("Int.parse", &["4 2"], "Int?", number(None));
    check("Float.parse", &["1.5e3"], "Float?", Value::Option(Some(Box::new(Value::Float(1500.0)))));
    check("Float.parse", &["inf"], "Float?", Value::Option(None));
    let fixed = native("Float.to_fixed", &[TypeDesc::Float, TypeDesc::Int], "Text");
    assert_eq!(fixed.run(vec![Value::Float(2.0 / 3.0), Value::Int(3)]).expect("a text").value, text("0.667"));
    let sine = native("Math.sin", &[TypeDesc::Float], "Float").run(vec![Value::Float(1.0)]);
    assert_eq!(sine.expect("a float").value, Value::Float(0.8414709848078965));
    let power = native("Math.pow", &[TypeDesc::Float, TypeDesc::Float], "Float");
    assert_eq!(
        power.run(vec![Value::Float(2.0), Value::Float(0.5)]).expect("a float").value,
        Value::Float(2f64.sqrt())
    );
}

#[test]
fn arguments_outside_of_the_domain() {
    let two = [TypeDesc::Text, TypeDesc::Text];
    let split = fault("Text.split", &two, "List<Text>", vec![text("a"), text("")]);
    assert_eq!(split, "argument: the separator is empty");
    let three = [TypeDesc::Text, TypeDesc::Text, TypeDesc::Text];
    let replace = fault("Text.replace", &three, "Text", vec![text("a"), text(""), text("b")]);
    assert_eq!(replace, "argument: the part to replace is empty");
    let repeat = fault("Text.repeat", &[TypeDesc::Text, TypeDesc::Int], "Text", vec![text("a"), Value::Int(-1)]);
    assert_eq!(repeat, "argument: the number of repetitions is negative");
    let fixed =
        fault("Float.to_fixed", &[TypeDesc::Float, TypeDesc::Int], "Text", vec![Value::Float(1.0), Value::Int(101)]);
    assert_eq!(fixed, "argument: the number of digits lies between 0 and 100");
}

#[test]
fn a_fault_stands_where_the_guest_says() {
    let mut guest = native("Text.split", &[TypeDesc::Text, TypeDesc::Text], "List<Text>");
    guest.code = guest.code.replace("(call $give", "(i32.store (i32.const 24) (i32.const 1)) (call $give");
    guest.manifest.sites.push(Site(0, 30, 40));
    let Err(RunError::Fault(fault)) = guest.run(vec![text("a"), text("")]) else { panic!("expected a fault") };
    assert_eq!(fault.at, Some(SourceRange { file: "main.dot".to_owned(), start: 30, end: 40 }));
}

#[test]
fn results_that_no_memory_holds() {
    let memory = "memory-limit: the dot reached the memory limit of 16MB";
    let repeat =
        |times| fault("Text.repeat", &[TypeDesc::Text, TypeDesc::Int], "Text", vec![text("ab"), Value::Int(times)]);
    assert_eq!(repeat(i64::MAX), memory);
    assert_eq!(repeat(8 << 20), memory);
    let long = "a".repeat(1 << 20);
    let three = [TypeDesc::Text, TypeDesc::Text, TypeDesc::Text];
    assert_eq!(fault("Text.replace", &three, "Text", vec![text(&long), text("a"), text(&long)]), memory);
    let split = fault("Text.split", &[TypeDesc::Text, TypeDesc::Text], "List<Text>", vec![text(&long), text("a")]);
    assert_eq!(split, memory);
}
