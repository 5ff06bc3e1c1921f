//! Words in, value or complaints out, for a manifest with a parameter of each shape.

use dot_abi::json::{self, DecodeLimits, Style};
use dot_abi::manifest::{Class, MANIFEST_FORMAT, Manifest, UnitKind};
use dot_abi::types::{Case, Field, TypeDesc, TypeRef, TypeTable};
use expect_test::{Expect, expect};

use super::{Complaint, InputJson, help, input, parse};

const INT: TypeRef = TypeRef(0);
const TEXT: TypeRef = TypeRef(1);
const BOOL: TypeRef = TypeRef(2);
const DURATION: TypeRef = TypeRef(3);
const COUNT: TypeRef = TypeRef(4);
const COLOUR: TypeRef = TypeRef(5);
const TAGS: TypeRef = TypeRef(6);
const POINT: TypeRef = TypeRef(7);
const INT_OPTION: TypeRef = TypeRef(8);
const FLOAT: TypeRef = TypeRef(9);
const NUMBERS: TypeRef = TypeRef(10);
const PATHS: TypeRef = NUMBERS;
const INPUT: TypeRef = TypeRef(11);

fn field(name: &str, ty: TypeRef, default: Option<&str>) -> Field {
    Field {
        name: name.into(),
        rename: None,
        docs: format!("Says {name}."),
        ty,
        optional: default.is_some(),
        default: default.unwrap_or_default().into(),
    }
}

fn manifest(fields: Vec<Field>) -> Manifest {
    let case = |name: &str| Case { name: name.into(), tag: None, docs: String::new(), fields: Vec::new() };
    let count = TypeDesc::Refined {
        name: "Int".into(),
        docs: String::new(),
        base: INT,
        condition: "it >= 1 and it <= 100".into(),
    };
    let colour = TypeDesc::Union {
        name: "Colour".into(),
        docs: String::new(),
        cases: vec![case("Red"), case("Green")],
        is_json: false,
    };
    let point = TypeDesc::Record {
        name: "Point".into(),
        docs: String::new(),
        fields: vec![field("x", INT, None), field("y", INT, None)],
    };
    let types = vec![
        TypeDesc::Int,
        TypeDesc::Text,
        TypeDesc::Bool,
        TypeDesc::Duration,
        count,
        colour,
        TypeDesc::List { item: TEXT },
        point,
        TypeDesc::Option { item: INT },
        TypeDesc::Float,
        TypeDesc::List { item: INT },
        TypeDesc::Record { name: "main".into(), docs: String::new(), fields },
    ];
    Manifest {
        format: MANIFEST_FORMAT,
        compiler: String::new(),
        name: "main".into(),
        kind: UnitKind::Dot,
        docs: "Does it all.\n\nAnd says so.".into(),
        meaning: String::new(),
        types: TypeTable { types },
        input: INPUT,
        output: TEXT,
        class: Class::Pure,
        uses: vec!["files".into()],
        narrowed: Vec::new(),
        policies: Default::default(),
        calls: Vec::new(),
        natives: Vec::new(),
        frames: Vec::new(),
        mocks: Vec::new(),
        refinements: vec![COUNT],
        files: Vec::new(),
        sites: Vec::new(),
    }
}

fn everything() -> Manifest {
    manifest(vec![
        field("name", TEXT, None),
        field("max_count", COUNT, Some("10")),
        field("verbose", BOOL, Some("false")),
        field("wait", DURATION, Some("1s")),
        field("colour", COLOUR, Some("Red")),
        field("tags", TAGS, Some("[]")),
        field("point", POINT, Some("Point { x: 0, y: 0 }")),
        field("seed", INT_OPTION, Some("")),
        field("ratio", FLOAT, Some("0.5")),
        field("number", INT, None),
    ])
}

/// The value as JSON without the fields that were left out, or the complaints.
fn read(manifest: &Manifest, words: &[&str], json: Option<&str>) -> String {
    let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
    let words = parse(manifest, &words);
    match input(manifest, words, json.map(|text| given(text, true)), &DecodeLimits::default()) {
        Ok(start) => show(manifest, &start.value),
        Err(complaints) => complaints.iter().map(|complaint| format!("{complaint}\n")).collect(),
    }
}

/// The content of `--input`.
fn given(text: &str, is_typed: bool) -> InputJson {
    InputJson { json: serde_json::from_str(text).expect("the test's input is JSON"), is_typed }
}

fn show(manifest: &Manifest, value: &dot_abi::value::Value) -> String {
    let dot_abi::value::Value::Record(values) = value else { panic!("an input is a record") };
    let shown = super::flag::fields(manifest).iter().zip(values).map(|(field, value)| match value {
        dot_abi::value::Value::Default => format!("{}: default\n", field.name),
        _ => {
            let json = json::encode(&manifest.types, field.ty, value, Style::Compact).expect("the value fits");
            format!("{}: {json}\n", field.name)
        }
    });
    shown.collect()
}

fn check(words: &[&str], expect: Expect) {
    expect.assert_eq(&read(&everything(), words, None));
}

#[test]
fn flags_of_every_shape() {
    check(
        &[
            "--name=Ada Lovelace",
            "--max-count",
            "12",
            "--verbose",
            "--wait",
            "90s",
            "--colour",
            "Green",
            "--tags",
            "a",
            "--tags=b",
            "--point",
            r#"{"x": 1, "y": -2}"#,
            "--seed",
            "-7",
            "--ratio",
            "2",
            "--number",
            "1_000",
        ],
        expect![[r#"
            name: "Ada Lovelace"
            max_count: 12
            verbose: true
            wait: "1m30s"
            colour: "Green"
            tags: ["a","b"]
            point: {"x":1,"y":-2}
            seed: -7
            ratio: 2.0
            number: 1000
        "#]],
    );
}

#[test]
fn arguments_go_to_required_parameters() {
    check(
        &["Ada", "-5"],
        expect![[r#"
        name: "Ada"
        max_count: default
        verbose: default
        wait: default
        colour: default
        tags: default
        point: default
        seed: null
        ratio: default
        number: -5
    "#]],
    );
    check(
        &["--number", "1", "Ada"],
        expect![[r#"
        name: "Ada"
        max_count: default
        verbose: default
        wait: default
        colour: default
        tags: default
        point: default
        seed: null
        ratio: default
        number: 1
    "#]],
    );
    check(
        &["Ada", "5", "more", "--seed=1"],
        expect![[r#"
        error: the argument "more" is one too many
          help: optional parameters are given by name: --max-count, --verbose, --wait, --colour, --tags, --point, --seed, --ratio
    "#]],
    );
}

#[test]
fn a_list_at_the_end_takes_the_rest() {
    let manifest = manifest(vec![field("name", TEXT, None), field("numbers", NUMBERS, None)]);
    expect![[r#"
        name: "sum"
        numbers: [1,2,3]
    "#]]
    .assert_eq(&read(&manifest, &["sum", "1", "2", "3"], None));
    expect![[r#"
        error: numbers must be Int, but "two" was given
    "#]]
    .assert_eq(&read(&manifest, &["sum", "1", "two"], None));
    expect![[r#"
        error: --numbers must be Int, but "two" was given
    "#]]
    .assert_eq(&read(&manifest, &["sum", "--numbers", "1", "--numbers", "two"], None));
}

#[test]
fn every_problem_at_once() {
    check(
        &[
            "--nmae",
            "Ada",
            "--max-count",
            "many",
            "--verbose=maybe",
            "--wait",
            "soon",
            "--colour",
            "Blue",
            "--point",
            r#"{"x": "left"}"#,
            "--seed",
            "99999999999999999999",
            "--ratio",
            "half",
            "--number",
            "1.5",
            "-v",
            "--name",
        ],
        expect![[r#"
            error: there is no flag --nmae
              help: did you mean --name?
            error: there is no flag -v: flags are written with two dashes
              help: write --verbose
            error: --name needs a value
            error: --max-count must be Int, but "many" was given
            error: --verbose must be Bool, but "maybe" was given
            error: --wait must be a duration such as "90s" or "1h30m", but "soon" was given
            error: --colour must be "Red" or "Green", but "Blue" was given
            error: --point: "point.x" must be Int, but it is the text "left"
            error: --point: the field "point.y" is missing: it must be Int
            error: --seed must be an Int from -9223372036854775808 to 9223372036854775807, but "99999999999999999999" was given
            error: --ratio must be Float, but "half" was given
            error: --number must be Int, but "1.5" was given
        "#]],
    );
}

#[test]
fn wrong_flags_are_answered_with_what_to_do() {
    check(
        &["--json", "Ada", "1"],
        expect![[r#"
        error: there is no flag --json
          help: --json is an option of `dot run` and stands before the file
    "#]],
    );
    check(
        &["--zzzzzz", "Ada", "1"],
        expect![[r#"
            error: there is no flag --zzzzzz
              help: the flags are --name, --max-count, --verbose, --no-verbose, --wait, --colour, --tags, --point, --seed, --ratio, --number, --input, --help
        "#]],
    );
    check(
        &["--no-verbos", "--no-verbose=1", "Ada", "1"],
        expect![[r#"
        error: there is no flag --no-verbos
          help: did you mean --no-verbose?
        error: --no-verbose takes no value
    "#]],
    );
    check(
        &["--name", "--number", "1"],
        expect![[r#"
            error: --name needs a value
              help: write --name=--number if --number is the value
        "#]],
    );
    check(
        &["--name", "a", "--name", "b", "--verbose", "--no-verbose", "1"],
        expect![[r#"
        error: --name is given twice, and it takes one value
        error: --verbose is given twice, and it takes one value
    "#]],
    );
    check(
        &["--point", "{", "Ada", "1"],
        expect![[r#"
        error: --point must be Point as JSON: this is not JSON: EOF while parsing an object at line 1 column 1
    "#]],
    );
}

#[test]
fn json_gives_all_parameters_and_flags_go_before_it() {
    let manifest = everything();
    let json = r#"{"name": "Ada", "number": 1, "max_count": 3, "tags": ["a"]}"#;
    expect![[r#"
        name: "Ada"
        max_count: 3
        verbose: default
        wait: default
        colour: default
        tags: ["a"]
        point: default
        seed: null
        ratio: default
        number: 2
    "#]]
    .assert_eq(&read(&manifest, &["--number", "2"], Some(json)));
    let json = r#"{"name": 3, "point": {"x": 1}, "tags": ["a", null]}"#;
    expect![[r#"
        error: --input: "name" must be Text, but it is the number 3
        error: --input: "tags[1]" must be Text, but it is null
        error: --input: the field "point.y" is missing: it must be Int
        error: the parameter number is missing: it must be Int
          help: add --number Int
    "#]]
    .assert_eq(&read(&manifest, &[], Some(json)));
    expect![[r#"
        error: --input must be a JSON object with a field per parameter
          help: --input '{"name": "value"}'
    "#]]
    .assert_eq(&read(&manifest, &[], Some("[1]")));
}

#[test]
fn typed_paths_are_granted_and_others_are_not() {
    let mut manifest = manifest(vec![field("path", COUNT, None), field("other", PATHS, Some("[]"))]);
    let path = TypeDesc::Refined {
        name: "files.Path".into(),
        docs: String::new(),
        base: TEXT,
        condition: "it.len() > 0".into(),
    };
    manifest.types.types[COUNT.0 as usize] = path;
    manifest.types.types[PATHS.0 as usize] = TypeDesc::List { item: COUNT };
    let granted = |words: &[&str], json: Option<&str>, is_typed: bool| {
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        let json = json.map(|text| given(text, is_typed));
        input(&manifest, parse(&manifest, &words), json, &DecodeLimits::default()).expect("nothing is wrong").files
    };
    assert_eq!(granted(&["a", "--other", "b"], None, true), ["a", "b"].map(std::path::PathBuf::from));
    assert_eq!(granted(&[], Some(r#"{"path": "a"}"#), true), ["a"].map(std::path::PathBuf::from));
    assert_eq!(
        granted(&["--path=b"], Some(r#"{"path": "a", "other": ["c"]}"#), false),
        ["b"].map(std::path::PathBuf::from)
    );
}

#[test]
fn help_input_and_raw_words_are_ours() {
    let words: Vec<String> = ["--help", "--input", "-", "--", "--name", "-x"].map(str::to_owned).to_vec();
    let parsed = parse(&everything(), &words);
    assert!(parsed.help);
    assert_eq!(parsed.input.as_deref(), Some("-"));
    assert_eq!(parsed.raw, ["--name", "-x"]);
    assert_eq!(parsed.complaints, [] as [Complaint; 0]);
}

#[test]
fn a_parameter_named_input_keeps_its_name() {
    let manifest = manifest(vec![field("input", TEXT, None)]);
    expect![[r#"
        input: "text"
    "#]]
    .assert_eq(&read(&manifest, &["--input", "text"], None));
}

#[test]
fn help_describes_every_flag() {
    expect![[r#"
        Does it all.

        And says so.

        Usage: dot run all.dot [FLAGS] --name <Text> --number <Int>

        Flags:
          --name <Text>
                  Says name.
          --max-count <Int>
                  Says max_count.
                  [Int where it >= 1 and it <= 100]
                  [default: 10]
          --verbose, --no-verbose
                  Says verbose.
                  [default: false]
          --wait <Duration>
                  Says wait.
                  [a duration such as 90s or 1h30m]
                  [default: 1s]
          --colour <Colour>
                  Says colour.
                  [one of: Red, Green]
                  [default: Red]
          --tags <Text>…
                  Says tags.
                  [may be repeated]
                  [default: []]
          --point <JSON>
                  Says point.
                  [Point as JSON]
                  [default: Point { x: 0, y: 0 }]
          --seed <Int>
                  Says seed.
                  [may be left out]
          --ratio <Float>
                  Says ratio.
                  [default: 0.5]
          --number <Int>
                  Says number.
          --input <JSON>
                  All parameters as one JSON object; @FILE reads it from a file, - from standard input.
          --help
                  Prints this.

        Result: Text
        Uses: files
    "#]]
    .assert_eq(&help(&everything(), "dot run all.dot"));
}

#[test]
fn help_of_a_dot_without_parameters() {
    expect![[r#"
        Does it all.

        And says so.

        Usage: dot run none.dot

        Flags:
          --help
                  Prints this.

        Result: Text
        Uses: files
    "#]]
    .assert_eq(&help(&manifest(Vec::new()), "dot run none.dot"));
}
