//! Values go into a guest and come out of it unchanged; what does not fit its type does not.

mod guests;

use dot_abi::calendar::{FIRST_DAY, LAST_DAY};
use dot_abi::decimal::Decimal;
use dot_abi::fault::FaultCode;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use dot_runtime::{Host, Limits, RunError};
use guests::{ECHO, Guest, host, record, text, union};

/// Sends values of a type through a guest.
fn check(guest: Guest, ty: TypeRef, values: impl IntoIterator<Item = Value>) {
    let unit = guest.input(&[("value", ty)]).output(ty).load();
    for value in values {
        let outcome = unit.run(Value::Record(vec![value.clone()]), &host()).expect("a normal return");
        assert_eq!(outcome.value, value);
        assert_eq!(outcome.live_objects, 0);
        assert!(outcome.peak_memory >= 65536);
    }
}

fn check_type(desc: TypeDesc, values: impl IntoIterator<Item = Value>) {
    let mut guest = Guest::new(ECHO);
    let ty = guest.add(desc);
    check(guest, ty, values);
}

fn decimal(text: &str) -> Value {
    Value::Decimal(Decimal::parse(text).expect("a decimal"))
}

fn some(value: Value) -> Value {
    Value::Option(Some(Box::new(value)))
}

#[test]
fn scalars() {
    check_type(TypeDesc::Unit, [Value::Unit]);
    check_type(TypeDesc::Bool, [Value::Bool(false), Value::Bool(true)]);
    check_type(TypeDesc::Int, [Value::Int(i64::MIN), Value::Int(-1), Value::Int(i64::MAX)]);
    check_type(TypeDesc::Duration, [Value::Duration(-5)]);
    check_type(TypeDesc::Time, [Value::Time(i64::MIN), Value::Time(1)]);
    check_type(TypeDesc::Date, [Value::Date(FIRST_DAY), Value::Date(0), Value::Date(LAST_DAY)]);
    check_type(TypeDesc::Decimal, ["0", "-19.99"].map(decimal));
    check_type(TypeDesc::Float, [Value::Float(-0.0), Value::Float(f64::INFINITY)]);
    check_type(TypeDesc::Text, [text(""), text("Grüße \0 🎉"), text(&"x".repeat(1_000_000))]);
    check_type(TypeDesc::Bytes, [Value::Bytes([].into()), Value::Bytes([0, 255, 7].into())]);
}

#[test]
fn every_nan_becomes_the_canonical_one() {
    let mut guest =
        Guest::new(r#"(func (export "start") (param i32) (result i32) (call $give (i64.const 0xfff8000000000001)))"#);
    let float = guest.add(TypeDesc::Float);
    let value = guest.output(float).run(vec![]).expect("a normal return").value;
    let Value::Float(float) = value else { panic!("{value:?} is no float") };
    assert_eq!(float.to_bits(), f64::NAN.to_bits());
}

#[test]
fn what_is_no_date_and_no_decimal_does_not_leave() {
    let refused = |desc: TypeDesc, source: &str| {
        let mut guest = Guest::new(source);
        let ty = guest.add(desc);
        match guest.output(ty).run(vec![]) {
            Err(RunError::Fault(fault)) => fault.code,
            other => panic!("{other:?} is no fault"),
        }
    };
    let late = r#"(func (export "start") (param i32) (result i32) (call $give (i64.const 2932897)))"#;
    assert_eq!(refused(TypeDesc::Date, late), FaultCode::Internal);
    // The digits of a decimal lie behind a header; here are zeros with a sign.
    let minus_zero = r#"
        (data (i32.const 520) "\00\00\00\80")
        (func (export "start") (param i32) (result i32) (call $give (i64.const 512)))"#;
    assert_eq!(refused(TypeDesc::Decimal, minus_zero), FaultCode::Internal);
}

#[test]
fn lists() {
    let list_of = |desc: TypeDesc, values: Vec<Value>| {
        let mut guest = Guest::new(ECHO);
        let item = guest.add(desc);
        let ty = guest.add(TypeDesc::List { item });
        check(guest, ty, [Value::List(vec![]), Value::List(values)]);
    };
    list_of(TypeDesc::Bool, vec![Value::Bool(true), Value::Bool(false), Value::Bool(true)]);
    list_of(TypeDesc::Int, (0..100_000).map(Value::Int).collect());
    list_of(TypeDesc::Float, vec![Value::Float(0.5)]);
    list_of(TypeDesc::Duration, vec![Value::Duration(1)]);
    list_of(TypeDesc::Time, vec![Value::Time(-1), Value::Time(1)]);
    list_of(TypeDesc::Date, vec![Value::Date(-1), Value::Date(20_484)]);
    list_of(TypeDesc::Decimal, vec![decimal("0.1"), decimal("79228162514264337593543950335")]);
    list_of(TypeDesc::Text, vec![text("a"), text(""), text("b")]);
    list_of(TypeDesc::Unit, vec![Value::Unit; 3]);
}

#[test]
fn options() {
    for (desc, value) in [
        (TypeDesc::Int, Value::Int(0)),
        (TypeDesc::Float, Value::Float(0.0)),
        (TypeDesc::Bool, Value::Bool(false)),
        (TypeDesc::Bool, Value::Bool(true)),
        (TypeDesc::Unit, Value::Unit),
        (TypeDesc::Text, text("")),
    ] {
        let mut guest = Guest::new(ECHO);
        let item = guest.add(desc);
        let ty = guest.add(TypeDesc::Option { item });
        check(guest, ty, [Value::Option(None), some(value)]);
    }
}

#[test]
fn records_unions_and_tuples() {
    let mut guest = Guest::new(ECHO);
    let int = guest.add(TypeDesc::Int);
    let truth = guest.add(TypeDesc::Bool);
    let words = guest.add(TypeDesc::Text);
    let mixed = guest.add(record("Mixed", &[("a", truth), ("b", int), ("c", words), ("d", int)]));
    let mixed_value = Value::Record(vec![Value::Bool(true), Value::Int(7), text("c"), Value::Int(-7)]);
    let empty = guest.add(record("Empty", &[]));
    let shape = guest
        .add(union("Shape", &[("Dot", &[]), ("Circle", &[("_0", int)]), ("Named", &[("a", words), ("b", mixed)])]));
    let color = guest.add(union("Color", &[("Red", &[]), ("Green", &[])]));
    let maybe = guest.add(TypeDesc::Option { item: shape });
    let ty = guest.add(TypeDesc::Tuple { items: vec![mixed, shape, shape, shape, color, maybe, maybe, empty] });
    let value = Value::Tuple(vec![
        mixed_value.clone(),
        Value::Case(0, vec![]),
        Value::Case(1, vec![Value::Int(3)]),
        Value::Case(2, vec![text("x"), mixed_value]),
        Value::Case(1, vec![]),
        Value::Option(None),
        some(Value::Case(0, vec![])),
        Value::Record(vec![]),
    ]);
    check(guest, ty, [value]);
}

#[test]
fn maps_and_sets() {
    let mut guest = Guest::new(ECHO);
    let int = guest.add(TypeDesc::Int);
    let words = guest.add(TypeDesc::Text);
    let map = guest.add(TypeDesc::Map { key: words, value: int });
    let set = guest.add(TypeDesc::Set { item: int });
    let ty = guest.add(TypeDesc::Tuple { items: vec![map, set, map] });
    let entries = vec![(text("a"), Value::Int(1)), (text("b"), Value::Int(2))];
    let value =
        Value::Tuple(vec![Value::Map(entries), Value::Set((0..1000).map(Value::Int).collect()), Value::Map(vec![])]);
    check(guest, ty, [value]);
}

/// A chain of records as deep as asked for.
fn chain(depth: usize) -> (Guest, TypeRef, Value) {
    let mut guest = Guest::new(ECHO);
    let maybe = TypeRef(guest.manifest.types.types.len() as u32 + 1);
    let link = guest.add(record("Link", &[("next", maybe)]));
    guest.add(TypeDesc::Option { item: link });
    let value = (0..depth).fold(Value::Option(None), |next, _| some(Value::Record(vec![next])));
    (guest, maybe, value)
}

#[test]
fn depth_is_bounded() {
    let (guest, ty, value) = chain(400);
    check(guest, ty, [value]);
    let (guest, ty, value) = chain(2000);
    let fault = guest.input(&[("value", ty)]).output(ty).fault(&host(), vec![value]);
    assert_eq!(fault, "value-limit: the value is nested deeper than 1000 levels");
}

#[test]
fn size_is_bounded_both_ways() {
    let limits = Limits { value_size_bytes: 1000, ..Limits::default() };
    let small = Host { limits, ..host() };
    let mut guest = Guest::new(ECHO);
    let words = guest.add(TypeDesc::Text);
    let fault = guest.input(&[("value", words)]).output(words).fault(&small, vec![text(&"x".repeat(1000))]);
    assert_eq!(fault, "value-limit: a value is larger than the limit of 1000B");
    let mut guest = Guest::new(
        r#"(func (export "start") (param i32) (result i32) (local $list i32)
             (local.set $list (call $alloc (i32.const 16016) (i32.const 3)))
             (i32.store offset=8 (local.get $list) (i32.const 2000))
             (call $give (i64.extend_i32_u (local.get $list))))"#,
    );
    let int = guest.add(TypeDesc::Int);
    let list = guest.add(TypeDesc::List { item: int });
    let guest = guest.output(list);
    assert!(guest.run(vec![]).is_ok());
    assert_eq!(guest.fault(&small, vec![]), "value-limit: a value is larger than the limit of 1000B");
}

#[test]
fn conditions_are_checked_and_named() {
    let mut guest = Guest::new(&format!(
        r#"{ECHO} (func (export "refine:4") (param i64) (result i32) (i64.gt_s (local.get 0) (i64.const 0)))"#
    ));
    let int = guest.add(TypeDesc::Int);
    assert_eq!(int, TypeRef(2));
    let list = guest.add(TypeDesc::List { item: TypeRef(4) });
    let positive = guest.add(TypeDesc::Refined {
        name: "Positive".to_owned(),
        docs: String::new(),
        base: int,
        condition: "it > 0".to_owned(),
    });
    guest.manifest.refinements.push(positive);
    let guest = guest.input(&[("numbers", list)]).output(list);
    let numbers = |numbers: &[i64]| Value::List(numbers.iter().map(|&number| Value::Int(number)).collect());
    assert_eq!(guest.run(vec![numbers(&[1, 2])]).expect("all positive").value, numbers(&[1, 2]));
    let Err(RunError::Input(problems)) = guest.run(vec![numbers(&[1, 0, -5])]) else { panic!("expected problems") };
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "\"numbers[1]\" must be Positive where it > 0, but it is the number 0",
            "\"numbers[2]\" must be Positive where it > 0, but it is the number -5"
        ]
    );
}

#[test]
fn defaults_come_from_the_guest() {
    let mut guest = Guest::new(&format!(r#"{ECHO} (func (export "default:1:0:0") (result i64) (i64.const 42))"#));
    let int = guest.add(TypeDesc::Int);
    let guest = guest.input(&[("number", int)]).output(int);
    assert_eq!(guest.run(vec![Value::Default]).expect("a default").value, Value::Int(42));
    assert_eq!(guest.run(vec![Value::Int(1)]).expect("a number").value, Value::Int(1));
}

#[test]
fn a_value_of_another_type_is_a_fault() {
    let mut guest = Guest::new(ECHO);
    let int = guest.add(TypeDesc::Int);
    let guest = guest.input(&[("number", int)]).output(int);
    let message = "internal: a value does not fit the type that it is given for";
    for wrong in [vec![], vec![text("1")], vec![Value::Int(1), Value::Int(2)]] {
        assert_eq!(guest.fault(&host(), wrong), message);
    }
}
