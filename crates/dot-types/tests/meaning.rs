//! What changes the meaning of a program and what does not.

use std::sync::Arc;

use dot_types::program::{Program, SourceFile};
use dot_types::{Meaning, NoSources, check, meaning};

const BASE: &str = r#"
type Shape = Square(side: Int) | Circle(radius: Float)
type Count = Int where it >= 0
type Box = { shape: Shape, count: Count = Count(1), note: Text? }

let limit = 10

fn area(shape: Shape) -> Float {
  match shape {
    Square(side: s) if s > limit => 0.0
    Square(side: s) => (s * s).to_float()
    Circle(radius: r) => 3.0 * r * r
  }
}

pub dot main(factor: Int = 2) -> Float {
  var sum = 0.0
  let boxes = [Box { shape: Square(factor) }, Box { shape: Circle(1.5), note: "round" }]
  for box in boxes {
    if box.note is None { sum += area(box.shape) }
  }
  assert sum >= 0.0, "never below zero"
  sum + [x for x in [1.0, 2.0] if x > 1.0].map(x => x * 2.0).len().to_float()
}
"#;

fn program(text: &str) -> Program {
    let checked = check(SourceFile { name: "main.dot".into(), text: Arc::from(text) }, &NoSources);
    checked.program.unwrap_or_else(|| panic!("{text}\n{:#?}", checked.diagnostics))
}

fn of(text: &str) -> Meaning {
    let program = program(text);
    meaning(&program, program.dots[0])
}

/// The base with one part replaced.
fn changed(part: &str, by: &str) -> Meaning {
    assert!(BASE.contains(part), "{part}");
    of(&BASE.replace(part, by))
}

#[test]
fn the_same_program_written_differently() {
    let base = of(BASE);
    let same: &[(&str, &str)] = &[
        ("  var sum = 0.0\n", "\n\n      var sum = 0.0   // the sum\n"),
        ("let limit", "/// The most that counts.\nlet limit"),
        ("pub dot main(", "/// Adds areas.\npub dot main(\n  /// By what.\n  "),
        ("factor: Int = 2", "factor: Int   =   2,"),
        ("sum", "total"),
        (
            "for box in boxes {\n    if box.note is None { sum += area(box.shape) }",
            "for b in boxes {\n    if b.note is None { sum += area(b.shape) }",
        ),
        ("x => x * 2.0", "y => y * 2.0"),
        ("area", "size_of"),
        ("limit", "most"),
        ("fn area", "fn unused() -> Int {\n  7\n}\n\nfn area"),
        ("10", "0xA"),
        ("0.0", "0.0e0"),
    ];
    for (part, by) in same {
        assert_eq!(changed(part, by), base, "{part} → {by}");
    }
}

#[test]
fn the_order_of_declarations_does_not_matter() {
    let mut items: Vec<&str> = BASE.trim().split("\n\n").collect();
    items.reverse();
    assert_eq!(of(&items.join("\n\n")), of(BASE));
}

#[test]
fn another_program() {
    let base = of(BASE);
    let different: &[(&str, &str)] = &[
        ("let limit = 10", "let limit = 11"),
        ("s > limit", "s >= limit"),
        ("s * s", "s + s"),
        ("=> 0.0\n", "=> 1.0\n"),
        ("3.0 * r * r", "3.0 * (r * r)"),
        ("it >= 0", "it >= -1"),
        ("Count(1)", "Count(2)"),
        ("factor: Int = 2", "factor: Int = 3"),
        ("factor: Int = 2", "factor: Int"),
        ("factor", "scale"),
        ("main(", "entry("),
        ("note", "remark"),
        ("Circle", "Disc"),
        ("side", "edge"),
        ("Box", "Crate"),
        ("Square(side: Int) | Circle(radius: Float)", "Circle(radius: Float) | Square(side: Int)"),
        ("shape: Shape, count: Count = Count(1)", "count: Count = Count(1), shape: Shape"),
        ("note: Text?", "note: Text? as \"Note\""),
        ("is None", "is Some(_)"),
        ("sum += area", "sum -= area"),
        ("\"round\"", "\"square\""),
        ("\"never below zero\"", "\"oh\""),
        ("sum >= 0.0,", "sum > 0.0,"),
        ("[1.0, 2.0]", "[2.0, 1.0]"),
        ("if x > 1.0", "if x > 1.5"),
        ("x => x * 2.0", "x => 2.0 * x"),
        (".map(x => x * 2.0)", ""),
    ];
    let mut seen = vec![base];
    for (part, by) in different {
        let other = changed(part, by);
        assert!(!seen.contains(&other), "{part} → {by}");
        seen.push(other);
    }
}

#[test]
fn only_what_is_reached_counts() {
    let source = "fn helper() -> Int {\n  1\n}\n\npub dot main() -> Int {\n  2\n}\n\ntest \"helps\" {\n  assert helper() == 1\n}\n";
    let edited = program(&source.replace("  1\n", "  3 - 2\n"));
    let program = program(source);
    assert_eq!(meaning(&program, program.dots[0]), meaning(&edited, edited.dots[0]));
    assert_ne!(meaning(&program, program.tests[0]), meaning(&edited, edited.tests[0]));
}

#[test]
fn a_meaning_is_shown_in_hexadecimal() {
    let shown = of("pub dot main() -> Int {\n  1\n}\n").to_string();
    assert_eq!(shown.len(), 64);
    assert!(shown.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f')), "{shown}");
}

#[test]
fn policies_are_part_of_the_meaning() {
    let head = "pub dot main(factor: Int = 2) -> Float {";
    let with = |policies: &str| changed(head, &format!("pub dot main(factor: Int = 2) -> Float with {policies} {{"));
    assert_ne!(with("retry: 3"), of(BASE));
    assert_ne!(with("retry: 3"), with("retry: 4"));
    assert_eq!(with("retry: 3, timeout: 60s"), with("timeout: 1m, retry: 3"));
}
