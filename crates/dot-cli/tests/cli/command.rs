//! The built command: exit statuses, the two streams, help, input, JSON.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::support::{Ran, dot, run};
use expect_test::{Expect, expect};
use tempfile::TempDir;

/// A folder with files, given as names and texts.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder for the test");
        fs::write(path, text).expect("a file for the test");
    }
    folder
}

fn run_in(folder: &TempDir, words: &[&str]) -> Ran {
    run(dot().current_dir(folder).args(words))
}

/// Status and streams as one text.
fn check(folder: &TempDir, words: &[&str], expect: Expect) {
    let Ran { status, out, err } = run_in(folder, words);
    expect.assert_eq(&format!("status {status}\n--- out\n{out}--- err\n{err}"));
}

const GREET: &str = r#"/// Greets somebody.
pub dot main(
  /// Who is greeted.
  name: Text,
  /// How often.
  times: Int where it >= 1 and it <= 3 = 1,
) -> Text {
  print("greeting ${name}")
  [name for _ in 0..times].join(" ")
}
"#;

const MANY: &str = r#"/// Adds.
pub dot add(a: Int, b: Int) -> Int { a + b }

/// Divides, or says why not.
pub dot divide(a: Int, b: Int) -> Result<Int, Text> {
  if b == 0 { Err("division by zero") } else { Ok(a / b) }
}

dot hidden() -> Int { 7 }
"#;

#[test]
fn results_go_to_standard_output_and_notes_to_standard_error() {
    let folder = folder(&[("greet.dot", GREET)]);
    check(
        &folder,
        &["run", "greet.dot", "--name", "Ada", "--times=2"],
        expect![[r#"
        status 0
        --- out
        Ada Ada
        --- err
        greeting Ada
    "#]],
    );
    check(
        &folder,
        &["run", "greet.dot", "Ada"],
        expect![[r#"
        status 0
        --- out
        Ada
        --- err
        greeting Ada
    "#]],
    );
    check(
        &folder,
        &["run", "--json", "greet.dot", "Ada"],
        expect![[r#"
        status 0
        --- out
        "Ada"
        --- err
        greeting Ada
    "#]],
    );
}

#[test]
fn values_are_json_and_unit_is_nothing() {
    let folder = folder(&[
        ("unit.dot", "dot main() { print(\"said\") }\n"),
        ("list.dot", "dot main() -> List<Int?> { [1, None] }\n"),
        ("line.dot", "dot main() -> Text { \"ends\\n\" }\n"),
    ]);
    check(
        &folder,
        &["run", "unit.dot"],
        expect![[r#"
        status 0
        --- out
        --- err
        said
    "#]],
    );
    check(
        &folder,
        &["run", "--json", "unit.dot"],
        expect![[r#"
        status 0
        --- out
        null
        --- err
        said
    "#]],
    );
    check(
        &folder,
        &["run", "list.dot"],
        expect![[r#"
        status 0
        --- out
        [1,null]
        --- err
    "#]],
    );
    check(
        &folder,
        &["run", "line.dot"],
        expect![[r#"
        status 0
        --- out
        ends
        --- err
    "#]],
    );
}

#[test]
fn a_fault_ends_in_one() {
    let folder =
        folder(&[("fault.dot", "dot main(index: Int = 5) -> Int {\n  let grüße = [1, 2]\n  grüße[index]\n}\n")]);
    check(
        &folder,
        &["run", "fault.dot"],
        expect![[r#"
        status 1
        --- out
        --- err
        [index] Error: the index 5 is out of range: the length is 2
           ╭─[ fault.dot:3:3 ]
           │
         3 │   grüße[index]
           │   ──────┬─────
           │         ╰─────── failed here
        ───╯
    "#]],
    );
}

#[test]
fn a_result_that_is_err_ends_in_one() {
    let folder = folder(&[("many.dot", MANY)]);
    check(
        &folder,
        &["run", "many.dot", "divide", "7", "2"],
        expect![[r#"
        status 0
        --- out
        {"type":"Ok","_0":3}
        --- err
    "#]],
    );
    check(
        &folder,
        &["run", "many.dot", "divide", "7", "0"],
        expect![[r#"
        status 1
        --- out
        {"type":"Err","_0":"division by zero"}
        --- err
    "#]],
    );
}

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
fn capabilities_are_denied_unless_granted() {
    let folder = folder(&[
        ("read.dot", "dot main(path: Text) -> Text uses files { files.read(path) }\n"),
        ("path.dot", "dot main(path: files.Path) -> Text uses files { files.read(path) }\n"),
        ("env.dot", "dot main() -> Text? uses env { env.get(\"DOT_TEST\") }\n"),
        ("args.dot", "dot main() -> List<Text> { args() }\n"),
        ("data/note.txt", "noted\n"),
        ("input.json", r#"{"path": "data/note.txt"}"#),
    ]);
    let denied = run_in(&folder, &["run", "read.dot", "data/note.txt"]);
    assert_eq!((denied.status, denied.out.as_str()), (1, ""));
    assert!(denied.err.starts_with("[capability] Error: "), "{}", denied.err);
    assert!(denied.err.contains("--allow files="), "{}", denied.err);
    assert_eq!(run_in(&folder, &["run", "--allow", "files=data", "read.dot", "data/note.txt"]).out, "noted\n");
    assert_eq!(run_in(&folder, &["run", "--allow=files=other", "read.dot", "data/note.txt"]).status, 1);

    // A path that is typed is its own grant; one that comes out of a file is not.
    assert_eq!(run_in(&folder, &["run", "path.dot", "data/note.txt"]).out, "noted\n");
    assert_eq!(run_in(&folder, &["run", "path.dot", "--input", "@input.json"]).status, 1);

    let env = |words: &[&str]| run(dot().current_dir(&folder).env("DOT_TEST", "set").args(words));
    assert_eq!(env(&["run", "env.dot"]).status, 1);
    assert_eq!(env(&["run", "--allow", "env=DOT_TEST", "env.dot"]).out, "\"set\"\n");
    assert_eq!(run_in(&folder, &["run", "args.dot", "--", "--a", "-b", "c"]).out, "[\"--a\",\"-b\",\"c\"]\n");
}

#[test]
fn limits_end_runs_with_a_fault_that_names_them() {
    let folder = folder(&[
        ("loop.dot", "dot main() { while true {} }\n"),
        ("deep.dot", "dot main() -> Int { down(0) }\nfn down(n: Int) -> Int { 1 + down(n + 1) }\n"),
        ("grow.dot", "dot main() -> Int {\n  var xs = [0]\n  while true { xs = xs + xs }\n  xs.len()\n}\n"),
        ("print.dot", "dot main() { while true { print(\"again\") } }\n"),
        ("large.dot", "dot main(size: Int = 3_000_000) -> Text { \"x\".repeat(size) }\n"),
    ]);
    let fails = |words: &[&str], code: &str, option: &str| {
        let ran = run_in(&folder, words);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.err.contains(&format!("[{code}] Error: ")) && ran.err.contains(option), "{words:?}: {}", ran.err);
    };
    fails(&["run", "--cpu", "100ms", "loop.dot"], "cpu-limit", "--cpu");
    fails(&["run", "deep.dot"], "stack-limit", "--stack");
    fails(&["run", "--memory", "16MB", "grow.dot"], "memory-limit", "--memory");
    fails(&["run", "--output-size", "1KB", "print.dot"], "output-limit", "--output-size");
    fails(&["run", "--value-size", "1MB", "large.dot"], "value-limit", "--value-size");
}

#[test]
fn sources_with_errors_end_in_two() {
    let folder = folder(&[
        ("wrong.dot", "dot main() -> Int {\n  let ä = \"text\"\n  ä + nme\n}\n"),
        ("right.dot", "dot main() -> Int { 1 }\n"),
        ("sub/also.dot", "dot main() -> Int { 2 }\n"),
    ]);
    let ran = run_in(&folder, &["run", "wrong.dot"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("wrong.dot:3:"), "{}", ran.err);
    let checked = run_in(&folder, &["check", "wrong.dot"]);
    assert_eq!((checked.status, checked.err), (2, ran.err));
    check(
        &folder,
        &["check", "right.dot", "sub"],
        expect![[r#"
        status 0
        --- out
        --- err
        no problems in 2 files
    "#]],
    );
    check(
        &folder,
        &["run", "rihgt.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: the file "rihgt.dot" can't be read: it does not exist
          help: did you mean right.dot?
    "#]],
    );
    check(
        &folder,
        &["check", "nothing.txt"],
        expect![[r#"
            status 2
            --- out
            --- err
            error: the file "nothing.txt" can't be read: it does not exist
        "#]],
    );
}

#[test]
fn check_as_json_is_one_document() {
    let folder =
        folder(&[("wrong.dot", "dot main() -> Int {\n  let ä = 1\n  ä + nme\n}\n"), ("right.dot", "fn f() {}\n")]);
    let ran = run_in(&folder, &["check", "--json", "wrong.dot", "right.dot"]);
    assert_eq!((ran.status, ran.err.as_str()), (2, ""));
    let document: serde_json::Value = serde_json::from_str(&ran.out).expect("the output is JSON");
    assert_eq!(document["errors"], 1);
    let first = &document["diagnostics"][0];
    assert_eq!((&first["file"], &first["severity"]), (&"wrong.dot".into(), &"error".into()));
    assert_eq!((&first["line"], &first["column"], &first["end_column"]), (&3.into(), &7.into(), &10.into()));
    assert_eq!((&first["start"], &first["end"]), (&40.into(), &43.into()));
}

#[test]
fn modules_are_imported_from_the_folder() {
    let folder = folder(&[
        ("app/main.dot", "import billing/invoice\n\ndot main() -> Int { invoice.total(2) }\n"),
        ("app/billing/invoice.dot", "pub fn total(n: Int) -> Int { n * 21 }\n"),
    ]);
    assert_eq!(run_in(&folder, &["run", "app/main.dot"]).out, "42\n");
}

#[test]
fn tests_pass_and_fail() {
    let folder = folder(&[
        (
            "a.dot",
            "test \"holds\" { assert 1 + 1 == 2 }\n\ntest \"does not\" {\n  print(\"looking\")\n  assert 1 + 1 == 3\n}\n",
        ),
        ("sub/b.dot", "test \"also holds\" { assert true }\n"),
        ("wrong.txt", "fn {\n"),
    ]);
    check(
        &folder,
        &["test", "."],
        expect![[r#"
        status 1
        --- out
        ok     ./a.dot: holds
        FAILED ./a.dot: does not
        ok     ./sub/b.dot: also holds
        2 passed, 1 failed
        --- err
        looking
        [assert] Error: assertion failed: 1 + 1 == 3
          left:  2
          right: 3
           ╭─[ ./a.dot:5:3 ]
           │
         5 │   assert 1 + 1 == 3
           │   ────────┬────────
           │           ╰────────── failed here
        ───╯
    "#]],
    );
    check(
        &folder,
        &["test", "--filter", "holds", "a.dot", "sub"],
        expect![[r#"
        status 0
        --- out
        ok     a.dot: holds
        ok     sub/b.dot: also holds
        2 passed, 0 failed
        --- err
    "#]],
    );
    check(
        &folder,
        &["test", "--filter", "nothing", "a.dot"],
        expect![[r#"
        status 0
        --- out
        0 passed, 0 failed
        --- err
    "#]],
    );
    assert_eq!(run_in(&folder, &["test", "wrong.txt"]).status, 2);
}

#[test]
fn explain_shows_pages() {
    let folder = folder(&[]);
    let page = run_in(&folder, &["explain", "overflow"]);
    assert_eq!(page.status, 0);
    assert!(page.out.starts_with("# overflow: "), "{}", page.out);
    assert!(run_in(&folder, &["explain"]).out.contains("\noverflow"));
    check(
        &folder,
        &["explain", "overflwo"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: there is no code "overflwo"
          help: did you mean overflow (a number left its 64 bits)?
    "#]],
    );
}

#[test]
fn inspect_prints_the_manifest() {
    let folder = folder(&[("many.dot", MANY)]);
    let ran = run_in(&folder, &["inspect", "many.dot", "hidden"]);
    let manifest: serde_json::Value = serde_json::from_str(&ran.out).expect("the output is JSON");
    assert_eq!((&manifest["name"], &manifest["kind"]), (&"hidden".into(), &"dot".into()));
    check(
        &folder,
        &["inspect", "many.dot", "hiden"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: many.dot has no dot "hiden"
          help: did you mean hidden?
    "#]],
    );
}

#[test]
fn usage_is_explained() {
    let folder = folder(&[("greet.dot", GREET)]);
    check(
        &folder,
        &["run"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: the file to run is missing
          help: dot run [OPTIONS] FILE [DOT] [ARGS…]
    "#]],
    );
    check(
        &folder,
        &["serve"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: `dot serve` is not available yet
    "#]],
    );
    check(
        &folder,
        &["greet.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: there is no command `greet.dot`
          help: did you mean `dot run greet.dot`?
    "#]],
    );
    check(
        &folder,
        &["chekc"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: there is no command `chekc`
          help: did you mean `dot check`?
    "#]],
    );
    check(
        &folder,
        &["run", "--jsno", "greet.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: unexpected argument '--jsno' found

          tip: a similar argument exists: '--json'

        Usage: dot run [OPTIONS] FILE [DOT] [ARGS…]

        For more information, try '--help'.
    "#]],
    );
    check(
        &folder,
        &["run", "--allow", "http=x", "greet.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: invalid value 'http=x' for '--allow <files=PATH|env=NAME>': there is no capability "http": write files=PATH or env=NAME

        For more information, try '--help'.
    "#]],
    );
    check(
        &folder,
        &["run", "--memory", "much", "greet.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        error: invalid value 'much' for '--memory <SIZE>': a size is a whole number above 0 with one of the units B, KB, MB, GB, TB, such as 64MB

        For more information, try '--help'.
    "#]],
    );
    check(
        &folder,
        &["--version"],
        expect![[r#"
        status 0
        --- out
        dot 0.1.0
        --- err
    "#]],
    );
}

#[test]
fn each_command_has_its_help() {
    let folder = folder(&[]);
    check(
        &folder,
        &["--help"],
        expect![[r#"
        status 0
        --- out
        Dot: typed steps that run sandboxed, from one binary

        Usage: dot <COMMAND>

        Commands:
          run      Runs a dot of a file and prints its result
          check    Checks files without running them
          test     Runs the tests of files
          explain  Explains the code of an error, warning or fault
          inspect  Prints the manifest of a dot's unit as JSON

        Options:
          -h, --help     Print help
          -V, --version  Print version
        --- err
    "#]],
    );
    check(
        &folder,
        &["run", "--help"],
        expect![[r#"
        status 0
        --- out
        Runs a dot of a file and prints its result

        Usage: dot run [OPTIONS] FILE [DOT] [ARGS…]

        Options:
              --json                  Prints the result as JSON, texts too
              --input <JSON|@FILE|->  Gives all parameters as one JSON object; @FILE reads it from a file, -
                                      from standard input
          -h, --help                  Print help

        Limits and permissions:
              --allow <files=PATH|env=NAME>  Permits reading a file, or everything below a folder, or an
                                             environment variable
              --memory <SIZE>                The most memory that a dot may use, such as 64MB
              --cpu <DURATION>               The most CPU time that a dot may use, such as 10s
              --stack <SIZE>                 The largest stack that a dot may use, such as 1MB
              --value-size <SIZE>            The largest value that may enter or leave a dot, such as 256MB
              --output-size <SIZE>           The most that a dot may print, such as 16MB

        Options stand before FILE; what follows FILE belongs to the dot: `dot run FILE --help` describes it.
        `main` is run, else the only dot of the file, else the public dot that DOT names.

        Exit status: 0 done, 1 the run failed (a fault, or a result that is Err), 2 wrong usage, input or
        source.
        --- err
    "#]],
    );
    check(
        &folder,
        &["check", "--help"],
        expect![[r#"
        status 0
        --- out
        Checks files without running them

        Usage: dot check [OPTIONS] <FILE|DIR>...

        Arguments:
          <FILE|DIR>...  Files, and folders of which every .dot file is checked

        Options:
              --json  Prints the diagnostics as one JSON document on standard output
          -h, --help  Print help
        --- err
    "#]],
    );
    check(
        &folder,
        &["test", "--help"],
        expect![[r#"
            status 0
            --- out
            Runs the tests of files

            Usage: dot test [OPTIONS] <FILE|DIR>...

            Arguments:
              <FILE|DIR>...  Files, and folders of which every .dot file is tested

            Options:
                  --filter <TEXT>  Runs only the tests whose name contains this text
              -h, --help           Print help

            Limits and permissions:
                  --allow <files=PATH|env=NAME>  Permits reading a file, or everything below a folder, or an
                                                 environment variable
                  --memory <SIZE>                The most memory that a dot may use, such as 64MB
                  --cpu <DURATION>               The most CPU time that a dot may use, such as 10s
                  --stack <SIZE>                 The largest stack that a dot may use, such as 1MB
                  --value-size <SIZE>            The largest value that may enter or leave a dot, such as 256MB
                  --output-size <SIZE>           The most that a dot may print, such as 16MB
            --- err
        "#]],
    );
    check(
        &folder,
        &["explain", "--help"],
        expect![[r#"
        status 0
        --- out
        Explains the code of an error, warning or fault

        Usage: dot explain [CODE]

        Arguments:
          [CODE]  A code such as E0102, or the word of a fault such as overflow; without it all are listed

        Options:
          -h, --help  Print help
        --- err
    "#]],
    );
    check(
        &folder,
        &["inspect", "--help"],
        expect![[r#"
        status 0
        --- out
        Prints the manifest of a dot's unit as JSON

        Usage: dot inspect <FILE> [DOT]

        Arguments:
          <FILE>  The file
          [DOT]   The dot; without it `main`, or the only dot of the file

        Options:
          -h, --help  Print help
        --- err
    "#]],
    );
}

#[test]
fn a_closed_pipe_is_quiet() {
    let folder = folder(&[("many.dot", "dot main() -> List<Int> { [n for n in 0..100_000] }\n")]);
    let mut command = dot();
    command.current_dir(&folder).args(["run", "many.dot"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_log_is_off_unless_asked_for() {
    let folder = folder(&[("unit.dot", "dot main() {}\n")]);
    assert_eq!(run_in(&folder, &["run", "unit.dot"]).err, "");
    let logged = run(dot().current_dir(&folder).env("DOT_LOG", "debug").args(["run", "unit.dot"]));
    assert!(logged.err.contains("compiled"), "{}", logged.err);
    assert_eq!(logged.out, "");
}
