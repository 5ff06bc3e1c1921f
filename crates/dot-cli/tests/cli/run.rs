//! `dot run`: results, faults, permissions, limits, and the two streams.

use std::process::Stdio;

use expect_test::expect;

use crate::support::{GREET, MANY, Ran, check, dot, folder, run, run_in};

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
        {"type":"Ok","value":3}
        --- err
    "#]],
    );
    check(
        &folder,
        &["run", "many.dot", "divide", "7", "0"],
        expect![[r#"
        status 1
        --- out
        {"type":"Err","error":"division by zero"}
        --- err
    "#]],
    );
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
fn capabilities_are_denied_unless_granted() {
    let folder = folder(&[
        ("read.dot", "dot main(path: Text) -> Text uses files { files.read(path) }\n"),
        ("path.dot", "dot main(path: files.Path) -> Text uses files { files.read(path) }\n"),
        ("folder.dot", "dot main(p: files.Path, q: Text) -> Text uses files { files.read(q) }\n"),
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
    // A folder that is typed grants nothing below it.
    let below = run_in(&folder, &["run", "folder.dot", "data", "--q", "data/note.txt"]);
    assert_eq!((below.status, below.out.as_str()), (1, ""));
    assert!(below.err.starts_with("[capability] Error: "), "{}", below.err);
    assert_eq!(run_in(&folder, &["run", "folder.dot", "data/note.txt", "--q", "data/note.txt"]).out, "noted\n");

    let env = |words: &[&str]| run(dot().current_dir(&folder).env("DOT_TEST", "set").args(words));
    assert_eq!(env(&["run", "env.dot"]).status, 1);
    assert_eq!(env(&["run", "--allow", "env=DOT_TEST", "env.dot"]).out, "\"set\"\n");
    assert_eq!(run_in(&folder, &["run", "args.dot", "--", "--a", "-b", "c"]).out, "[\"--a\",\"-b\",\"c\"]\n");
}

#[test]
fn a_dot_leaves_what_it_calls_no_more_than_it_has() {
    let folder = folder(&[
        (
            "narrow.dot",
            "pub dot main(path: Text) -> Text uses files.read(\"data\") { read(path) }
            dot read(path: Text) -> Text { files.read(path) }
            test \"writing is given up\" { assert writing() fails \"leaves of files.write\" }
            dot writing() uses files.read { files.write(\"data/new.txt\", \"\") }\n",
        ),
        ("data/note.txt", "noted\n"),
        ("other.txt", "other\n"),
    ]);
    let granted = |path: &str| run_in(&folder, &["run", "--allow", "files=.", "narrow.dot", path]);
    assert_eq!(granted("data/note.txt").out, "noted\n");
    let denied = granted("data/../other.txt");
    assert_eq!((denied.status, denied.out.as_str()), (1, ""));
    assert!(denied.err.contains("outside of what the `uses` of the dot \"main\" leaves of files"), "{}", denied.err);
    assert_eq!(run_in(&folder, &["run", "narrow.dot", "data/note.txt"]).status, 1);
    let tested = run_in(&folder, &["test", "--allow", "files.write=.", "narrow.dot"]);
    assert_eq!(tested.status, 0, "{}{}", tested.out, tested.err);
}

/// Lists in lists, each made of the same list many times: little memory in the guest, and without end outside of it.
const NESTED: &str = "dot main() -> Text {
  let a = List.repeat(1, 8_000_000)
  let b = List.repeat(a, 8_000_000)
  let c = List.repeat(b, 8_000_000)
  let d = List.repeat(c, 8_000_000)
  \"${d}\"
}
";

#[test]
fn limits_end_runs_with_a_fault_that_names_them() {
    let folder = folder(&[
        ("loop.dot", "dot main() { while true {} }\n"),
        ("deep.dot", "dot main() -> Int { down(0) }\nfn down(n: Int) -> Int { 1 + down(n + 1) }\n"),
        ("grow.dot", "dot main() -> Int {\n  var xs = [0]\n  while true { xs = xs + xs }\n  xs.len()\n}\n"),
        ("escape.dot", "dot main() -> Text { \"${[Text.repeat(\"\\0\", 150_000_000)]}\" }\n"),
        ("nested.dot", NESTED),
        ("print.dot", "dot main() { while true { print(\"again\") } }\n"),
        (
            "many.dot",
            "dot main() -> Int {\n  var n = 0\n  while true { n = next(n) }\n  n\n}\ndot next(n: Int) -> Int { n + 1 }\n",
        ),
        ("items.dot", "dot main() -> List<Int> { [n for n in 0..1_000_000] }\n"),
        ("below.dot", "dot main(n: Int = 0) -> Int { 1 + main(n + 1) }\n"),
        ("large.dot", "dot main(size: Int = 3_000_000) -> Text { \"x\".repeat(size) }\n"),
    ]);
    let fails = |words: &[&str], code: &str, option: &str| {
        let ran = run_in(&folder, words);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.err.contains(&format!("[{code}] Error: ")) && ran.err.contains(option), "{words:?}: {}", ran.err);
    };
    fails(&["run", "--cpu", "100ms", "escape.dot"], "cpu-limit", "--cpu");
    fails(&["run", "--value-size", "200MB", "escape.dot"], "value-limit", "--value-size");
    fails(&["run", "nested.dot"], "value-limit", "--value-size");
    fails(&["run", "--cpu", "100ms", "loop.dot"], "cpu-limit", "--cpu");
    fails(&["run", "deep.dot"], "stack-limit", "--stack");
    fails(&["run", "--memory", "16MB", "grow.dot"], "memory-limit", "--memory");
    fails(&["run", "--output-size", "1KB", "print.dot"], "output-limit", "--output-size");
    fails(&["run", "--value-size", "1MB", "items.dot"], "value-limit", "--value-size 2MB");
    fails(&["run", "--calls", "100", "many.dot"], "call-limit", "--calls 200");
    fails(&["run", "--depth", "20", "below.dot"], "call-limit", "--depth 40");
    fails(&["run", "--value-size", "1MB", "large.dot"], "value-limit", "--value-size");
}

#[test]
fn hostile_patterns_and_texts_come_to_an_end() {
    let folder = folder(&[
        ("pattern.dot", "dot main() -> Bool { Regex.matches(\"a\".repeat(100_000) + \"b\", \"^(a+)+$\") }\n"),
        ("deep.dot", "dot main() -> Bool { Json.parse(\"[\".repeat(1_000_000)).is_ok() }\n"),
    ]);
    for file in ["pattern.dot", "deep.dot"] {
        let ran = run_in(&folder, &["run", "--cpu", "10s", file]);
        assert_eq!((ran.status, ran.out.as_str()), (0, "false\n"), "{file}: {ran:?}");
    }
}

#[test]
fn the_message_of_a_fault_is_bounded() {
    let folder = folder(&[("long.dot", "dot main() { fail \"x\".repeat(3_000_000) }\n")]);
    let ran = run_in(&folder, &["run", "long.dot"]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("xxx…") && ran.err.len() < 20_000, "{} bytes", ran.err.len());
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

#[test]
fn a_fault_names_the_step_that_failed() {
    let source = "dot half(n: Int) -> Int { if n == 3 { fail \"odd\" } else { n / 2 } }\n\
                  dot main() -> List<Int> { [half(n) for n in [2, 4, 3]] }\n\
                  test \"halves\" { assert half(3) == 1 }\n";
    let folder = folder(&[("halves.dot", source)]);
    let Ran { status, err, .. } = run_in(&folder, &["run", "halves.dot"]);
    assert_eq!(status, 1);
    assert!(err.ends_with("\n  step: main/half:0#2\n"), "{err}");
    let Ran { out, .. } = run_in(&folder, &["test", "halves.dot", "--json"]);
    assert!(out.contains("/half:0#0\"") && out.contains("\"step\": "), "{out}");
}

#[test]
fn main_is_started_where_there_is_one() {
    let source = "pub dot main(name: Text) -> Text { name }\npub dot other() -> Int { 1 }\n";
    let folder = folder(&[("a.dot", source)]);
    assert_eq!(run_in(&folder, &["run", "a.dot", "main", "Ada"]).out, "Ada\n");
    // Where it can be an argument, it is one.
    assert_eq!(run_in(&folder, &["run", "a.dot", "main"]).out, "main\n");
    check(
        &folder,
        &["run", "a.dot", "Ada", "other"],
        expect![[r#"
            status 2
            --- out
            --- err
            error: the argument "other" is one too many
              help: a file with a dot main always starts it; other is reached by tests and `dot plan`, and is run from a file of its own
            Usage: dot run a.dot --name <Text>
        "#]],
    );
}

#[test]
fn native_dots_of_a_host_are_asked_for_before_anything_runs() {
    let folder = folder(&[(
        "thumbs.dot",
        "native pure dot thumbnail(image: Bytes, width: Int) -> Bytes uses images

pub dot main() -> Int uses images {
  print(\"begins\")
  thumbnail(\"abc\".to_bytes(), 2).len()
}

test \"it is mocked\" {
  mock thumbnail = (image, width) => image
  assert main() == 3
}

test \"it is not mocked\" {
  assert thumbnail(\"abc\".to_bytes(), 2).len() == 2
}
",
    )]);
    check(
        &folder,
        &["run", "thumbs.dot"],
        expect![[r#"
        status 1
        --- out
        --- err
        [native] Error: the native dot "thumbnail" has no implementation here
          Help: run it with the host program that registers it: `dot run` has the native dots of the standard library only
    "#]],
    );
    check(
        &folder,
        &["test", "thumbs.dot"],
        expect![[r#"
        status 1
        --- out
        ok     thumbs.dot: it is mocked
        FAILED thumbs.dot: it is not mocked
        1 passed, 1 failed
        --- err
        [native] Error: the native dot "thumbnail" has no implementation here
            ╭─[ thumbs.dot:14:10 ]
            │
         14 │   assert thumbnail("abc".to_bytes(), 2).len() == 2
            │          ───────────────┬──────────────
            │                         ╰──────────────── failed here
            │
            │ Help: run it with the host program that registers it: `dot run` has the native dots of the standard library only
        ────╯
          step: it is not mocked/thumbnail:0#0
    "#]],
    );
}
