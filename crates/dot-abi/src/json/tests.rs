//! JSON of values, both ways, as data.

use expect_test::{Expect, expect};

use super::*;
use crate::types::{Case, Field};
use crate::value::Value;

/// Types that share one table.
#[derive(Default)]
struct Types(TypeTable);

impl Types {
    fn add(&mut self, desc: TypeDesc) -> TypeRef {
        self.0.types.push(desc);
        TypeRef(self.0.types.len() as u32 - 1)
    }

    fn record(&mut self, fields: &[(&str, TypeRef)]) -> TypeRef {
        let fields = fields.iter().map(|&(name, ty)| field(name, ty)).collect();
        self.add(TypeDesc::Record { name: "R".into(), docs: String::new(), fields })
    }

    fn union(&mut self, cases: &[(&str, &[(&str, TypeRef)])]) -> TypeRef {
        let case = |&(name, fields): &(&str, &[(&str, TypeRef)])| Case {
            name: name.into(),
            tag: None,
            docs: String::new(),
            fields: fields.iter().map(|&(name, ty)| field(name, ty)).collect(),
        };
        let cases = cases.iter().map(case).collect();
        self.add(TypeDesc::Union { name: "U".into(), docs: String::new(), cases, is_json: false })
    }

    fn list(&mut self, item: TypeRef) -> TypeRef {
        self.add(TypeDesc::List { item })
    }

    fn option(&mut self, item: TypeRef) -> TypeRef {
        self.add(TypeDesc::Option { item })
    }
}

fn field(name: &str, ty: TypeRef) -> Field {
    Field { name: name.into(), rename: None, docs: String::new(), ty, optional: false, default: String::new() }
}

/// Decodes, and encodes what came of it; or lists the problems.
fn check(types: &Types, ty: TypeRef, json: &str, expect: Expect) {
    let text = match decode_text(&types.0, ty, json, &DecodeLimits::default()) {
        Ok(value) => encode(&types.0, ty, &value, Style::Compact).expect("what was decoded fits its type"),
        Err(problems) => problems.iter().map(|problem| format!("{}: {}\n", problem.path, problem.message)).collect(),
    };
    expect.assert_eq(&text);
}

fn problems(types: &Types, ty: TypeRef, json: &str) -> Vec<Problem> {
    decode_text(&types.0, ty, json, &DecodeLimits::default()).expect_err(json)
}

#[test]
fn scalars() {
    let mut types = Types::default();
    let unit = types.add(TypeDesc::Unit);
    check(&types, unit, "null", expect!["null"]);
    let int = types.add(TypeDesc::Int);
    check(&types, int, "-9223372036854775808", expect!["-9223372036854775808"]);
    check(
        &types,
        int,
        "9223372036854775808",
        expect![[r#"
        $: expected an Int from -9223372036854775808 to 9223372036854775807, found the number 9223372036854775808
    "#]],
    );
    check(
        &types,
        int,
        "1.5",
        expect![[r#"
        $: expected Int, a whole number, found the number 1.5
    "#]],
    );
    let float = types.add(TypeDesc::Float);
    check(&types, float, "1", expect!["1.0"]);
    check(&types, float, "\"NaN\"", expect![[r#""NaN""#]]);
    check(&types, float, "\"-Infinity\"", expect![[r#""-Infinity""#]]);
    check(
        &types,
        float,
        "1e999",
        expect![[r#"
        $: expected a number within the range of Float, found the number 1e+999
    "#]],
    );
    let duration = types.add(TypeDesc::Duration);
    check(&types, duration, "\"90s\"", expect![[r#""1m30s""#]]);
    check(
        &types,
        duration,
        "90",
        expect![[r#"
        $: expected Duration, found the number 90
    "#]],
    );
    let decimal = types.add(TypeDesc::Decimal);
    check(&types, decimal, "\"19.990\"", expect![[r#""19.99""#]]);
    check(&types, decimal, "19.990", expect![[r#""19.99""#]]);
    check(
        &types,
        decimal,
        "0.12345678901234567890123456789",
        expect![[r#"
        $: expected a decimal such as "19.99", of at most 28 digits, found the number 0.12345678901234567890123456789
    "#]],
    );
    check(
        &types,
        decimal,
        "\"19,99\"",
        expect![[r#"
        $: expected a decimal such as "19.99", of at most 28 digits, found the text "19,99"
    "#]],
    );
    let time = types.add(TypeDesc::Time);
    check(&types, time, "\"2026-01-31T13:30:00.500+01:00\"", expect![[r#""2026-01-31T12:30:00.5Z""#]]);
    check(
        &types,
        time,
        "\"2026-01-31\"",
        expect![[r#"
        $: expected a time such as "2026-01-31T12:30:00Z", from 1677-09-22 to 2262-04-11, found the text "2026-01-31"
    "#]],
    );
    let date = types.add(TypeDesc::Date);
    check(&types, date, "\"2026-01-31\"", expect![[r#""2026-01-31""#]]);
    check(
        &types,
        date,
        "\"2026-02-30\"",
        expect![[r#"
        $: expected a date such as "2026-01-31", found the text "2026-02-30"
    "#]],
    );
    let bytes = types.add(TypeDesc::Bytes);
    check(&types, bytes, "\"aGk=\"", expect![[r#""aGk=""#]]);
    check(
        &types,
        bytes,
        "\"a\"",
        expect![[r#"
        $: expected bytes as base64 text, found the text "a"
    "#]],
    );
    let text = types.add(TypeDesc::Text);
    check(&types, text, r#""\u0000\n\"é\\""#, expect![[r#""\u0000\n\"é\\""#]]);
}

#[test]
fn every_problem_has_its_path() {
    let mut types = Types::default();
    let text = types.add(TypeDesc::Text);
    let int = types.add(TypeDesc::Int);
    let item = types.record(&[("name", text), ("count", int)]);
    let items = types.list(item);
    let input = types.record(&[("items", items), ("title", text)]);
    check(
        &types,
        input,
        r#"{"items": [{"name": "a", "count": 1}, {"name": 3, "count": "x"}, null]}"#,
        expect![[r#"
            items[1].name: "items[1].name" must be Text, but it is the number 3
            items[1].count: "items[1].count" must be Int, but it is the text "x"
            items[2]: "items[2]" must be R, an object, but it is null
            title: the field "title" is missing: it must be Text
        "#]],
    );
}

#[test]
fn unions() {
    let mut types = Types::default();
    let text = types.add(TypeDesc::Text);
    let payment = types.union(&[("Card", &[("number", text)]), ("Transfer", &[("_0", text)]), ("Cash", &[])]);
    check(&types, payment, r#"{"number": "1", "type": "Card"}"#, expect![[r#"{"type":"Card","number":"1"}"#]]);
    check(&types, payment, r#"{"type": "Transfer", "_0": "DE"}"#, expect![[r#"{"type":"Transfer","_0":"DE"}"#]]);
    check(&types, payment, r#""Cash""#, expect![[r#"{"type":"Cash"}"#]]);
    check(
        &types,
        payment,
        r#""Card""#,
        expect![[r#"
        $: expected an object whose "type" is "Card", "Transfer" or "Cash", found the text "Card"
    "#]],
    );
    check(
        &types,
        payment,
        r#"{"type": "Gold"}"#,
        expect![[r#"
        type: "type" must be "Card", "Transfer" or "Cash", but it is the text "Gold"
    "#]],
    );
    let color = types.union(&[("Red", &[]), ("Green", &[])]);
    check(&types, color, r#""Green""#, expect![[r#""Green""#]]);
    check(
        &types,
        color,
        r#"{"type": "Green"}"#,
        expect![[r#"
        $: expected "Red" or "Green", found an object
    "#]],
    );
}

#[test]
fn maps_and_sets() {
    let mut types = Types::default();
    let text = types.add(TypeDesc::Text);
    let int = types.add(TypeDesc::Int);
    let counts = types.add(TypeDesc::Map { key: text, value: int });
    check(&types, counts, r#"{"b": 2, "a": 1}"#, expect![[r#"{"a":1,"b":2}"#]]);
    check(
        &types,
        counts,
        r#"{"b c": null}"#,
        expect![[r#"
        $["b c"]: "$["b c"]" must be Int, but it is null
    "#]],
    );
    let by_number = types.add(TypeDesc::Map { key: int, value: text });
    check(&types, by_number, r#"[[2, "b"], [1, "a"]]"#, expect![[r#"[[1,"a"],[2,"b"]]"#]]);
    check(
        &types,
        by_number,
        r#"[[2, "b"], [2, "a"]]"#,
        expect![[r#"
        $: expected a map whose keys differ, found one with a key twice
    "#]],
    );
    check(
        &types,
        by_number,
        r#"{"2": "b"}"#,
        expect![[r#"
        $: expected Map<Int, Text>, a list of pairs [key, value], found an object
    "#]],
    );
    let color = types.union(&[("Red", &[]), ("Green", &[])]);
    let by_color = types.add(TypeDesc::Map { key: color, value: int });
    check(&types, by_color, r#"{"Green": 2, "Red": 1}"#, expect![[r#"{"Red":1,"Green":2}"#]]);
    check(
        &types,
        by_color,
        r#"{"Blue": 2}"#,
        expect![[r#"
        $["Blue"]: "$["Blue"]" must be under a key that is "Red" or "Green", but it is under "Blue"
    "#]],
    );
    let numbers = types.add(TypeDesc::Set { item: int });
    check(&types, numbers, "[3, 1, 3]", expect!["[1,3]"]);
}

#[test]
fn what_may_be_left_out() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let maybe = types.option(int);
    let record = types.record(&[("a", maybe), ("b", maybe)]);
    check(&types, record, r#"{"b": null, "unknown": 1}"#, expect!["{}"]);
    check(&types, record, r#"{"b": 1}"#, expect![[r#"{"b":1}"#]]);
    let TypeDesc::Record { fields, .. } = &mut types.0.types[record.0 as usize] else { unreachable!() };
    fields.push(Field { optional: true, default: "1 + 2".into(), ..field("c", int) });
    let value = decode_text(&types.0, record, "{}", &DecodeLimits::default());
    assert_eq!(value, Ok(Value::Record(vec![Value::Option(None), Value::Option(None), Value::Default])));
}

#[test]
fn pretty() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let list = types.list(int);
    let record = types.record(&[("a", list), ("b", list)]);
    let value = Value::Record(vec![Value::List(vec![Value::Int(1), Value::Int(2)]), Value::List(vec![])]);
    let expected = "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}";
    assert_eq!(encode(&types.0, record, &value, Style::Pretty).as_deref(), Ok(expected));
}

#[test]
fn limits_are_kept() {
    let mut types = Types::default();
    let list = types.list(TypeRef(0));
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(decode_text(&types.0, list, &nested(MAX_DEPTH), &DecodeLimits::default()).is_ok());
    assert_eq!(problems(&types, list, &nested(MAX_DEPTH + 1)).len(), 1);
    assert_eq!(
        problems(&types, list, &nested(1_000_000))[0].message,
        "the value must be nested at most 1000 levels deep"
    );
    assert_eq!(problems(&types, list, "[[]").len(), 1);

    let small = DecodeLimits { size_bytes: 200, problems: 3 };
    let text = types.add(TypeDesc::Text);
    let texts = types.list(text);
    let long = serde_json::json!(["x".repeat(60), "y".repeat(60)]);
    assert_eq!(decode(&types.0, texts, &long, &small).expect_err("too large")[0].path, "$[1]");
    assert_eq!(decode(&types.0, texts, &serde_json::json!([1, 2, 3, 4, 5]), &small).expect_err("wrong").len(), 3);
}

#[test]
fn a_value_that_is_too_deep_is_a_fault() {
    let mut types = Types::default();
    let list = types.list(TypeRef(0));
    let nested = |depth| (1..depth).fold(Value::List(vec![]), |value, _| Value::List(vec![value]));
    assert!(encode(&types.0, list, &nested(MAX_DEPTH), Style::Compact).is_ok());
    assert_eq!(encode(&types.0, list, &nested(MAX_DEPTH + 1), Style::Compact), Err(too_deep()));
}

#[test]
fn parts_are_counted_while_they_are_read() {
    let limits = DecodeLimits { size_bytes: 1 << 20, ..DecodeLimits::default() };
    for part in ["0,", "null,", "[],", "{},", "{\"a\":1},", "\"\","] {
        let text = format!("[{}0]", part.repeat(100_000));
        let problem = parse(&text, &limits).expect_err(part);
        assert_eq!(
            problem.message,
            "the parts of the JSON take more memory than the limit of 1MB: raise it with --value-size 2MB"
        );
        assert!(parse(&text, &DecodeLimits::default()).is_ok(), "{part}");
    }
}

#[test]
fn fields_that_are_left_out_count() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let maybe = types.option(int);
    let names: Vec<String> = (0..1000).map(|number| format!("f{number}")).collect();
    let fields: Vec<(&str, TypeRef)> = names.iter().map(|name| (name.as_str(), maybe)).collect();
    let record = types.record(&fields);
    let records = types.list(record);
    let text = format!("[{}{{}}]", "{},".repeat(100));
    let limits = DecodeLimits { size_bytes: 1 << 20, ..DecodeLimits::default() };
    assert!(decode_text(&types.0, records, &text, &limits).is_err());
    assert!(decode_text(&types.0, records, &text, &DecodeLimits::default()).is_ok());
}

#[test]
fn an_object_is_never_taken_for_a_number() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let text = types.add(TypeDesc::Text);
    let record = types.record(&[("n", int)]);
    let map = types.add(TypeDesc::Map { key: text, value: text });
    let smuggled = r#"{"n": {"$serde_json::private::Number": "12"}}"#;
    check(&types, record, smuggled, expect!["n: \"n\" must be Int, but it is an object\n"]);
    for (json, expected) in [
        (r#"{"$serde_json::private::Number":"12"}"#, r#"{"$serde_json::private::Number":"12"}"#),
        (r#"{"$serde_json::private::\u004eumber":"x"}"#, r#"{"$serde_json::private::Number":"x"}"#),
        (r#"{"a":"b","$serde_json::private::Number":"x"}"#, r#"{"$serde_json::private::Number":"x","a":"b"}"#),
        (r#"{"a":"b","a":"c"}"#, r#"{"a":"c"}"#),
    ] {
        let value = decode_text(&types.0, map, json, &DecodeLimits::default()).expect(json);
        assert_eq!(encode(&types.0, map, &value, Style::Compact).as_deref(), Ok(expected));
    }
}

#[test]
fn writing_ends_where_the_check_says_so() {
    let mut types = Types::default();
    let text = types.add(TypeDesc::Text);
    let bytes = types.add(TypeDesc::Bytes);
    let texts = types.list(text);
    let text_values = |text: String, count| Value::List(vec![Value::Text(text.into()); count]);
    let check_value = |ty: TypeRef, value: &Value| {
        let whole = encode(&types.0, ty, value, Style::Compact).expect("a value without a limit");
        let (mut asked, mut last) = (0, 0);
        let checked = encode_checked(&types.0, ty, value, Style::Compact, &mut |length| {
            assert!(length - last <= 512 << 10, "{last} to {length}");
            (asked, last) = (asked + 1, length);
            Ok(())
        });
        assert_eq!((checked.as_ref(), last), (Ok(&whole), whole.len()));
        let mut longest = 0;
        let ended = encode_checked(&types.0, ty, value, Style::Compact, &mut |length| {
            longest = length;
            if length > 1 << 20 { Err(too_deep()) } else { Ok(()) }
        });
        assert_eq!(ended, Err(too_deep()));
        assert!(longest <= 3 << 19, "{longest} bytes were written");
    };
    check_value(texts, &text_values("\0".repeat(1 << 20), 1));
    check_value(texts, &text_values("ß\n".repeat(1 << 20), 1));
    check_value(texts, &text_values("x".to_owned(), 1 << 20));
    check_value(bytes, &Value::Bytes(vec![7; 4_000_001].into()));
}

#[test]
fn control_characters_are_escaped() {
    let text: String = (0..0x20u8).map(char::from).collect();
    let json = encode(
        &TypeTable { types: vec![TypeDesc::Text] },
        TypeRef(0),
        &Value::Text(text.as_str().into()),
        Style::Compact,
    );
    let json = json.expect("a text");
    assert!(json.contains(r"\u0000\u0001") && json.contains(r"\u0010") && json.ends_with("\\u001f\""), "{json}");
    assert_eq!(serde_json::from_str::<String>(&json).expect("JSON"), text);
}

#[test]
fn names_of_types_are_bounded() {
    let mut types = Types::default();
    let text = types.add(TypeDesc::Text);
    let texts = types.list(text);
    let map = types.add(TypeDesc::Map { key: text, value: texts });
    let pair = types.add(TypeDesc::Tuple { items: vec![map, text] });
    let maybe = types.option(pair);
    assert_eq!(type_name(&types.0, maybe), "(Map<Text, List<Text>>, Text)?");
    let deep = (0..60).fold(text, |item, _| types.add(TypeDesc::Tuple { items: vec![item, item] }));
    assert!(type_name(&types.0, deep).len() < 1000);
}
