//! Any text gives a tree, soon: deep nesting, long chains, many errors, and mutations of correct programs.

use std::time::{Duration, Instant};

use dot_syntax::{FileId, Parsed, codes, parse};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SOURCES: [&str; 3] =
    [include_str!("valid/workflows.dot"), include_str!("valid/types.dot"), include_str!("valid/expressions.dot")];

/// Far above what any of the texts needs, and far below what a quadratic parser would take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Parses and drops a text within bounds of time, and says which codes were given.
fn check(text: &str) -> Vec<&'static str> {
    let start = Instant::now();
    let parsed = parse(FileId(0), text);
    let shown: String = text.chars().take(40).collect();
    assert_places(&parsed, text);
    let codes = parsed.diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect();
    drop(parsed);
    assert!(start.elapsed() < PATIENCE, "{shown}… took {:?}", start.elapsed());
    codes
}

/// Every place of a diagnostic and edit lies in the text, between characters.
fn assert_places(parsed: &Parsed, text: &str) {
    for diagnostic in &parsed.diagnostics {
        let edits = diagnostic.fix.iter().map(|edit| edit.span);
        let related = diagnostic.related.iter().map(|(span, _)| *span);
        for span in edits.chain(related).chain([diagnostic.span]) {
            assert!(text.get(span.range()).is_some(), "{span:?} of {diagnostic:?}");
        }
        assert!(!diagnostic.message.is_empty());
    }
}

fn body(text: &str) -> String {
    format!("fn f() {{\n  let x = {text}\n}}\n")
}

#[test]
fn deep_nesting_is_answered() {
    let count = 100_000;
    for open in [
        "(",
        "[",
        "{",
        "\"${",
        "f(",
        "x[",
        "{ a: ",
        "T { a: ",
        "(x) => (",
        "if a { ",
        "match x { _ => ",
        "-",
        "not ",
        "x => ",
    ]
    .iter()
    .chain(&[
        "try ",
        "return ",
        "fail ",
        "a ?? (",
        "fn(",
        "[x for x in ",
        "parallel (",
        "race (",
        "transaction { ",
    ]) {
        let codes = check(&body(&open.repeat(count)));
        assert!(!codes.is_empty(), "{open}");
        assert!(codes.len() < 20, "{open} gave {} diagnostics", codes.len());
    }
}

#[test]
fn deep_nesting_with_its_closing_brackets_is_answered() {
    let count = 20_000;
    for (open, close) in [("(", ")"), ("[", "]"), ("{ a: ", "}"), ("if a { ", " }"), ("f(", ")"), ("x => {\n", "\n}")] {
        let text = body(&format!("{}1{}", open.repeat(count), close.repeat(count)));
        assert_eq!(check(&text), [codes::TOO_DEEP.0], "{open}");
    }
    let types = format!("type A = {}Int{}\n", "List<".repeat(200), ">".repeat(200));
    assert!(check(&types).is_empty());
    let types = format!("type A = {}Int{}\n", "(".repeat(count), ")".repeat(count));
    assert_eq!(check(&types), [codes::TOO_DEEP.0]);
    let patterns = format!("fn f() {{ let {}a{} = 1 }}", "(".repeat(count), ")".repeat(count));
    assert_eq!(check(&patterns), [codes::TOO_DEEP.0]);
}

#[test]
fn long_chains_are_answered() {
    let count = 200_000;
    for link in [" + 1", " and a", " ?? a", ".a", "(1)", "[1]", "?", " - 1", " .. 1", " < 1", " | 1"] {
        let codes = check(&body(&format!("1{}", link.repeat(count))));
        assert!((1..=2).contains(&codes.len()), "{link} gave {codes:?}");
    }
    let mut branches = "if a { 1 }".to_owned();
    branches.push_str(&" else if a { 1 }".repeat(count));
    assert_eq!(check(&body(&branches)), [codes::TOO_DEEP.0]);
}

#[test]
fn chains_of_a_usual_length_are_read() {
    for text in [
        format!("1{}", " + 1".repeat(400)),
        format!("a{}", ".b()".repeat(200)),
        "(".repeat(200) + "1" + &")".repeat(200),
    ] {
        assert!(check(&body(&text)).is_empty());
    }
}

#[test]
fn heights_add_up() {
    let chain = " + 1".repeat(300);
    let text = (0..100).fold("1".to_owned(), |inner, _| format!("({inner}{chain})"));
    assert_eq!(check(&body(&text)), [codes::TOO_DEEP.0]);
}

#[test]
fn closing_brackets_alone_are_answered() {
    for text in [")".repeat(10_000), "]}".repeat(10_000), format!("{}{}", "(".repeat(50_000), "]".repeat(50_000))] {
        assert!(!check(&body(&text)).is_empty());
    }
}

#[test]
fn unknown_characters_are_one_diagnostic_a_run() {
    assert_eq!(check(&body("1\n  @@@@^^^\n  let y = 2")), [codes::UNKNOWN_CHARACTER.0]);
    assert_eq!(check("fn f() {\n  \u{1}\u{2}\u{3}\n}"), [codes::UNKNOWN_CHARACTER.0]);
}

#[test]
fn a_thousand_errors_are_a_thousand_diagnostics() {
    let lines = "  let = 1\n".repeat(1000);
    let codes = check(&format!("fn f() {{\n{lines}}}\n"));
    assert_eq!(codes.len(), 1000);
    let functions = "fn f(x Int) {\n  let = (1\n}\n".repeat(1000);
    assert!(check(&functions).len() >= 2000);
}

#[test]
fn long_lines_take_linear_time() {
    for part in
        ["'a' ", "f\"a\" ", "/* a */ ", "r\"a\" ", "\"a${b}\" ", "a<b ", "{ a } ", "a<b> ", "`a", "@ ", "\\ ", "? a "]
    {
        check(&body(&part.repeat(50_000)));
    }
    for line in
        ["r#\"\n", "\"\"\"${ fn a\n", "/// a\n", "fn f(\n", "'\n", "/*\n", "let\n", "| a\n", "x = (\n", "} else {\n"]
    {
        check(&line.repeat(50_000));
    }
    check(&format!("{}\"\"\"${{\n{}", "(".repeat(50_000), "fn a\n".repeat(50_000)));
}

#[test]
fn a_large_file_is_refused() {
    let text = " ".repeat(dot_syntax::MAX_FILE_BYTES + 1);
    assert_eq!(check(&text), [codes::FILE_SIZE.0]);
}

#[test]
fn mutations_never_panic() {
    let mut random = ChaCha8Rng::seed_from_u64(0x00d0_7000);
    for round in 0..6000 {
        let source = SOURCES[round % SOURCES.len()];
        let text = mutate(source, &mut random);
        check(&text);
        let parsed = parse(FileId(0), &text);
        let holes = format!("{:?}", parsed.module).contains("kind: Error");
        assert!(!holes || !parsed.diagnostics.is_empty(), "a hole that nothing was said about: {text}");
    }
}

/// A window of a source with some tokens removed, doubled, swapped or put in.
fn mutate(source: &str, random: &mut ChaCha8Rng) -> String {
    const INSERTED: [&str; 30] = [
        "(", ")", "[", "]", "{", "}", "\"", "\"\"\"", "${", "r#\"", "<", ">", "=>", "->", "=", ":", ",", ";", "|", "?",
        "..", "match", "if", "for", "fn", "type", "\n", "'", "/*", "é",
    ];
    let mut pieces: Vec<&str> = source.split_inclusive(|c: char| !c.is_alphanumeric()).collect();
    let start = random.random_range(0..pieces.len());
    let end = (start + random.random_range(1..400)).min(pieces.len());
    pieces.truncate(end);
    pieces.drain(..start);
    for _ in 0..random.random_range(1..8) {
        let at = random.random_range(0..pieces.len());
        let other = random.random_range(0..pieces.len());
        match random.random_range(0..4) {
            0 if pieces.len() > 1 => drop(pieces.remove(at)),
            1 => pieces.swap(at, other),
            2 => pieces.insert(at, pieces[other]),
            _ => pieces.insert(at, INSERTED[random.next_u32() as usize % INSERTED.len()]),
        }
    }
    pieces.concat()
}
