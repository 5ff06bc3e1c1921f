//! `dot run`: which dot is run, with what, and what is answered when that does not fit.

use std::io::Write;
use std::process::Stdio;

use expect_test::expect;

use crate::support::{GREET, MANY, check, dot, folder, run_in};

#[test]
fn a_dot_is_chosen_by_its_name() {
    let folder = folder(&[
        ("many.dot", MANY),
        ("none.dot", "fn f() -> Int { 1 }\n"),
        ("private.dot", "dot a() -> Int { 1 }\ndot b() -> Int { 2 }\n"),
    ]);
    check(
        &folder,
        &["run", "many.dot", "add", "--a", "-1", "--b=2"],
        expect![[r#"
        status 0
        --- out
        1
        --- err
    "#]],
    );
    check(
        &folder,
        &["run", "many.dot", "--help"],
        expect![[r#"
        status 0
        --- out
        Usage: dot run many.dot DOT [ARGS…], where DOT is one of
            add     Adds.
            divide  Divides, or says why not.
        --- err
    "#]],
    );
    check(
        &folder,
        &["run", "many.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: many.dot has several dots, and none was named
          help: dot run many.dot DOT [ARGS…], where DOT is one of
            add     Adds.
            divide  Divides, or says why not.
    "#]],
    );
    check(
        &folder,
        &["run", "many.dot", "ad"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: many.dot has no public dot "ad"
          help: did you mean add?
    "#]],
    );
    check(
        &folder,
        &["run", "many.dot", "hidden"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: many.dot has no public dot "hidden"
          help: dot run many.dot DOT [ARGS…], where DOT is one of
            add     Adds.
            divide  Divides, or says why not.
    "#]],
    );
    check(
        &folder,
        &["run", "many.dot", "add", "--help"],
        expect![[r#"
        status 0
        --- out
        Adds.

        Usage: dot run many.dot add --a <Int> --b <Int>

        Flags:
          --a <Int>
          --b <Int>
          --input <JSON>
                  All parameters as one JSON object; @FILE reads it from a file, - from standard input.
          --help
                  Prints this.

        Result: Int
        --- err
    "#]],
    );
    check(
        &folder,
        &["run", "none.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: none.dot has no dot, so there is nothing to run
          help: declare one: pub dot main() { … }
    "#]],
    );
    check(
        &folder,
        &["run", "private.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: private.dot has several dots, and none is main or pub
          help: call one of them main, or write pub before those that can be run
    "#]],
    );
}

#[test]
fn wrong_input_ends_in_two_and_names_every_problem() {
    let folder = folder(&[("greet.dot", GREET)]);
    check(
        &folder,
        &["run", "greet.dot", "--nmae", "Ada"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: there is no flag --nmae
          help: did you mean --name?
        Usage: dot run greet.dot [FLAGS] --name <Text>
    "#]],
    );
    check(
        &folder,
        &["run", "greet.dot", "--input", r#"{"name": 3}"#],
        expect![[r#"
        status 2
        --- out
        --- err
        error: --input: "name" must be Text, but it is the number 3
        Usage: dot run greet.dot [FLAGS] --name <Text>
    "#]],
    );
    check(
        &folder,
        &["run", "--input", r#"{"name": 3, "times": "x"}"#, "greet.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: --input: "name" must be Text, but it is the number 3
        error: --input: "times" must be Int, but it is the text "x"
        Usage: dot run greet.dot [FLAGS] --name <Text>
    "#]],
    );
    check(
        &folder,
        &["run", "greet.dot", "--times", "9", "Ada"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: --times must be Int where it >= 1 and it <= 3, but "9" was given
    "#]],
    );
    check(
        &folder,
        &["run", "greet.dot", "--input", r#"{"name": "Ada", "times": 0}"#],
        expect![[r#"
        status 2
        --- out
        --- err
        error: --input: "times" must be Int where it >= 1 and it <= 3, but it is the number 0
    "#]],
    );
    check(
        &folder,
        &["run", "greet.dot", "--input", "{"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: --input: this is not JSON: EOF while parsing an object at line 1 column 1
          help: write --input '{"name": "value"}'
        Usage: dot run greet.dot [FLAGS] --name <Text>
    "#]],
    );
    check(
        &folder,
        &["run", "--json", "--input", "{}", "greet.dot", "--input", "{}"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: --input is given twice, before and behind the file
        Usage: dot run greet.dot [FLAGS] --name <Text>
    "#]],
    );
    check(
        &folder,
        &["run", "greet.dot", "--input", "@missing.json"],
        expect![[r#"
            status 2
            --- out
            --- err
            error: the file "missing.json" of --input can't be read: it does not exist
            Usage: dot run greet.dot [FLAGS] --name <Text>
        "#]],
    );
}

#[test]
fn input_comes_from_files_and_standard_input() {
    let folder = folder(&[("greet.dot", GREET), ("ada.json", r#"{"name": "Ada", "times": 2}"#)]);
    assert_eq!(run_in(&folder, &["run", "greet.dot", "--input", "@ada.json"]).out, "Ada Ada\n");
    assert_eq!(run_in(&folder, &["run", "--input=@ada.json", "greet.dot", "--times", "1"]).out, "Ada\n");
    let mut command = dot();
    command
        .current_dir(&folder)
        .args(["run", "greet.dot", "--input", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    stdin.write_all(br#"{"name": "Eve"}"#).expect("the command reads");
    drop(stdin);
    assert_eq!(child.wait_with_output().expect("the command ends").stdout, b"Eve\n");
}

#[test]
fn help_comes_from_the_signature() {
    let folder = folder(&[("greet.dot", GREET)]);
    check(
        &folder,
        &["run", "greet.dot", "--help"],
        expect![[r#"
        status 0
        --- out
        Greets somebody.

        Usage: dot run greet.dot [FLAGS] --name <Text>

        Flags:
          --name <Text>
                  Who is greeted.
          --times <Int>
                  How often.
                  [Int where it >= 1 and it <= 3]
                  [default: 1]
          --input <JSON>
                  All parameters as one JSON object; @FILE reads it from a file, - from standard input.
          --help
                  Prints this.

        Result: Text
        --- err
    "#]],
    );
}

#[test]
fn a_condition_that_faults_is_a_problem_of_the_input() {
    let folder = folder(&[("part.dot", "type Part = Int where 10 / it > 1\n\ndot main(part: Part) -> Int { part }\n")]);
    assert_eq!(run_in(&folder, &["run", "part.dot", "3"]).out, "3\n");
    check(
        &folder,
        &["run", "part.dot", "0"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: part must be Part where 10 / it > 1, a condition that could not be computed for this value: the divisor is zero, but "0" was given
    "#]],
    );
    check(
        &folder,
        &["run", "part.dot", "--input", r#"{"part": 0}"#],
        expect![[r#"
        status 2
        --- out
        --- err
        error: --input: "part" must be Part where 10 / it > 1, a condition that could not be computed for this value: the divisor is zero, but it is the number 0
    "#]],
    );
}

#[test]
fn json_in_words_and_in_input_keeps_the_limit_on_values() {
    let folder = folder(&[
        ("point.dot", "type Point = { x: Int }\n\ndot main(p: Point) -> Int { p.x }\n"),
        ("count.dot", "dot main(xs: List<Int>) -> Int { xs.len() }\n"),
        ("many.json", &format!("{{\"xs\": [{}0]}}", "0,".repeat(99_999))),
    ]);
    let padded = format!("{{\"x\": 1, \"ignored\": \"{}\"}}", "x".repeat(2000));
    assert_eq!(run_in(&folder, &["run", "point.dot", &padded]).out, "1\n");
    let small = run_in(&folder, &["run", "--value-size", "1KB", "point.dot", &padded]);
    assert_eq!(small.status, 2);
    assert!(small.err.contains("larger than the limit of 1KB"), "{}", small.err);

    assert_eq!(run_in(&folder, &["run", "count.dot", "--input", "@many.json"]).out, "100000\n");
    let small = run_in(&folder, &["run", "--value-size", "1MB", "count.dot", "--input", "@many.json"]);
    assert_eq!(small.status, 2);
    assert!(small.err.contains("more memory than the limit of 1MB"), "{}", small.err);
}

#[test]
fn decimals_dates_and_times_are_words() {
    let source = r#"
/// Books an amount.
pub dot main(price: Decimal, day: Date = Date.from_days(0), at: Time?) -> (Decimal, Date, Time?) {
  (2 * price, day.add_days(1), at)
}
"#;
    let folder = folder(&[("book.dot", source)]);
    let given = ["--price", "19.990", "--day", "2026-01-31", "--at", "2026-01-31T13:30:00+01:00"];
    check(
        &folder,
        &[&["run", "book.dot"], &given[..]].concat(),
        expect![[r#"
        status 0
        --- out
        ["39.98","2026-02-01","2026-01-31T12:30:00Z"]
        --- err
    "#]],
    );
    check(
        &folder,
        &["run", "book.dot", "--price", "19,99", "--day", "2026-02-30", "--at", "noon"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: --price must be a decimal such as "19.99", of at most 28 digits, but "19,99" was given
        error: --day must be a date such as "2026-01-31", but "2026-02-30" was given
        error: --at must be a time such as "2026-01-31T12:30:00Z", from 1677-09-22 to 2262-04-11, but "noon" was given
        Usage: dot run book.dot [FLAGS] --price <Decimal>
    "#]],
    );
    check(
        &folder,
        &["run", "book.dot", "--help"],
        expect![[r#"
        status 0
        --- out
        Books an amount.

        Usage: dot run book.dot [FLAGS] --price <Decimal>

        Flags:
          --price <Decimal>
                  [a decimal such as 19.99]
          --day <Date>
                  [a date such as 2026-01-31]
                  [default: Date.from_days(0)]
          --at <Time>
                  [a time such as 2026-01-31T12:30:00Z]
                  [may be left out]
          --input <JSON>
                  All parameters as one JSON object; @FILE reads it from a file, - from standard input.
          --help
                  Prints this.

        Result: (Decimal, Date, Time?)
        --- err
    "#]],
    );
}
