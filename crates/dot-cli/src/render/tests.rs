//! Rendered reports, as people and programs see them.

use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode, SourceRange};
use dot_syntax::{Code, Diagnostic};
use dot_syntax::{FileId, Span};
use dot_types::program::SourceFile;
use expect_test::{Expect, expect};

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile { name: name.into(), text: Arc::from(text) }
}

/// The place of a part of a file's text.
fn span(files: &[SourceFile], number: usize, part: &str) -> Span {
    let start = files[number].text.find(part).expect("the part is in the text");
    Span::new(FileId(number as u16), start, start + part.len())
}

fn check(files: &[SourceFile], diagnostics: &[Diagnostic], expect: Expect) {
    expect.assert_eq(&super::diagnostics(files, diagnostics, false));
}

#[test]
fn a_label_stands_under_its_characters() {
    let files = [file("grüße.dot", "let ärger = \"🙂\" + nme // ä\n")];
    let diagnostic = Diagnostic::error(Code("E0201"), span(&files, 0, "nme"), "nothing is called `nme`")
        .label("not known here")
        .help("did you mean `name`?");
    check(
        &files,
        &[diagnostic],
        expect![[r#"
        [E0201] Error: nothing is called `nme`
           ╭─[ grüße.dot:1:19 ]
           │
         1 │ let ärger = "🙂" + nme // ä
           │                    ─┬─
           │                     ╰─── not known here
           │
           │ Help: did you mean `name`?
        ───╯
        1 error
    "#]],
    );
}

#[test]
fn related_places_of_other_files_are_shown() {
    let files = [file("a.dot", "fn f() -> Int {\n  g(1)\n}\n"), file("b.dot", "// first\npub fn g() -> Int { 1 }\n")];
    let diagnostics = [
        Diagnostic::error(Code("E0310"), span(&files, 0, "1"), "`g` takes no arguments, and one is given")
            .related(span(&files, 1, "g()"), "declared here")
            .related(span(&files, 0, "f()"), "called in here"),
        Diagnostic::warning(Code("W0101"), span(&files, 1, "// first\npub"), "this is on two lines"),
    ];
    check(
        &files,
        &diagnostics,
        expect![[r#"
        [E0310] Error: `g` takes no arguments, and one is given
           ╭─[ a.dot:2:5 ]
           │
         1 │ fn f() -> Int {
           │    ─┬─
           │     ╰─── called in here
         2 │   g(1)
           │     ┬
           │     ╰── here
           │
           ├─[ b.dot:2:8 ]
           │
         2 │ pub fn g() -> Int { 1 }
           │        ─┬─
           │         ╰─── declared here
        ───╯
        [W0101] Warning: this is on two lines
           ╭─[ b.dot:1:1 ]
           │
         1 │ ╭─▶ // first
         2 │ ├─▶ pub fn g() -> Int { 1 }
           │ │
           │ ╰───────────────────────────── here
        ───╯
        1 error, 1 warning
    "#]],
    );
}

#[test]
fn the_end_of_a_file_has_a_place() {
    let files = [file("a.dot", "fn f() {\n"), file("empty.dot", "")];
    let end = |number: usize| {
        let length = files[number].text.len();
        Diagnostic::error(Code("E0110"), Span::new(FileId(number as u16), length, length), "the file ends here")
    };
    check(
        &files,
        &[end(0), end(1)],
        expect![[r#"
        [E0110] Error: the file ends here
           ╭─[ a.dot:2:1 ]
           │
         2 │
           │ │
           │ ╰─ here
        ───╯
        [E0110] Error: the file ends here
           ╭─[ empty.dot:1:1 ]
           │
         1 │
           │ │
           │ ╰─ here
        ───╯
        2 errors
    "#]],
    );
}

#[test]
fn long_lines_are_quoted_in_part() {
    let files = [file("long.dot", &format!("// first\nlet x = {}ä && y{}\n", "a + ".repeat(200), " + b".repeat(200)))];
    let diagnostic =
        Diagnostic::error(Code("E0107"), span(&files, 0, "&&"), "`&&` is written `and`").help("write `and`");
    check(
        &files,
        &[diagnostic],
        expect![[r#"
        [E0107] Error: `&&` is written `and`
           ╭─[ long.dot:2:811 ]
           │
           │ … a + a + a + a + a + a + a + ä && y + b + b + b + b + b + b + …
           │ in the middle: here
           │
           │ Help: write `and`
        ───╯
        1 error
    "#]],
    );
}

#[test]
fn the_number_of_reports_is_bounded() {
    let files = [file("a.dot", "x")];
    let diagnostic = Diagnostic::error(Code("E0201"), span(&files, 0, "x"), "nothing is called `x`");
    let rendered = super::diagnostics(&files, &vec![diagnostic; 150], false);
    assert_eq!(rendered.matches("[E0201]").count(), 100);
    assert!(rendered.ends_with("… and 50 more, which are not shown\n150 errors\n"), "{rendered}");
}

#[test]
fn no_diagnostics_are_no_text() {
    check(&[], &[], expect![[""]]);
}

#[test]
fn a_place_in_no_file_is_left_out() {
    let lost = Diagnostic::error(Code("E0901"), Span::new(FileId(7), 1, 2), "something is lost").help("look for it");
    check(
        &[],
        &[lost],
        expect![[r#"
        [E0901] Error: something is lost
          Help: look for it
        1 error
    "#]],
    );
}

#[test]
fn colours_are_only_used_when_wanted() {
    let files = [file("a.dot", "x")];
    let diagnostics = [Diagnostic::error(Code("E0201"), span(&files, 0, "x"), "nothing is called `x`")];
    assert!(super::diagnostics(&files, &diagnostics, true).contains('\u{1b}'));
    assert!(!super::diagnostics(&files, &diagnostics, false).contains('\u{1b}'));
}

#[test]
fn faults_show_their_place_and_help() {
    let files = [file("a.dot", "dot main() -> Int {\n  xs[3]\n}\n")];
    let fault = Fault::new(FaultCode::Index, "the index 3 is outside of a list of 2 items")
        .help("use `xs.get(3)`, which gives an option")
        .at(SourceRange { file: "a.dot".into(), start: 22, end: 27 });
    expect![[r#"
        [index] Error: the index 3 is outside of a list of 2 items
           ╭─[ a.dot:2:3 ]
           │
         2 │   xs[3]
           │   ──┬──
           │     ╰──── failed here
           │
           │ Help: use `xs.get(3)`, which gives an option
        ───╯
    "#]]
    .assert_eq(&super::fault(&files, &fault, false));

    // The dot that was started is known to whoever started it.
    let reported = super::fault(&files, &fault, false);
    assert_eq!(super::fault(&files, &fault.clone().step("main"), false), reported);
    let deeper = super::fault(&files, &fault.step("main/count:1#3"), false);
    assert_eq!(deeper, format!("{reported}  step: main/count:1#3\n"));

    let nowhere = Fault::new(FaultCode::Fail, "bell \u{7} and\nlines");
    expect![[r#"
        [fail] Error: bell � and
        lines
    "#]]
    .assert_eq(&super::fault(&files, &nowhere, false));
}

#[test]
fn json_holds_everything() {
    let files = [file("ä.dot", "ä\nöx && y\n")];
    let operator = span(&files, 0, "&&");
    let diagnostics = [
        Diagnostic::error(Code("E0107"), operator, "`&&` is written `and`")
            .label("another language's operator")
            .help("write `and`")
            .related(span(&files, 0, "y"), "its right side")
            .fix(operator, "and"),
        Diagnostic::warning(Code("W0101"), span(&files, 0, "öx"), "`öx` is not used"),
    ];
    expect![[r#"
        {
          "errors": 1,
          "warnings": 1,
          "diagnostics": [
            {
              "code": "E0107",
              "severity": "error",
              "message": "`&&` is written `and`",
              "file": "ä.dot",
              "line": 2,
              "column": 4,
              "end_line": 2,
              "end_column": 6,
              "start": 7,
              "end": 9,
              "label": "another language's operator",
              "help": "write `and`",
              "related": [
                {
                  "file": "ä.dot",
                  "line": 2,
                  "column": 7,
                  "end_line": 2,
                  "end_column": 8,
                  "start": 10,
                  "end": 11,
                  "message": "its right side"
                }
              ],
              "fixes": [
                {
                  "file": "ä.dot",
                  "line": 2,
                  "column": 4,
                  "end_line": 2,
                  "end_column": 6,
                  "start": 7,
                  "end": 9,
                  "text": "and"
                }
              ],
              "sure": true
            },
            {
              "code": "W0101",
              "severity": "warning",
              "message": "`öx` is not used",
              "file": "ä.dot",
              "line": 2,
              "column": 1,
              "end_line": 2,
              "end_column": 3,
              "start": 3,
              "end": 6,
              "related": [],
              "fixes": [],
              "sure": false
            }
          ]
        }"#]]
    .assert_eq(&super::diagnostics_json(&[(&files, &diagnostics)], None));
}
