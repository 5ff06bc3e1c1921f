//! `dot check`, `dot test`, `dot explain`, `dot inspect`.

use expect_test::expect;

use crate::support::{MANY, Ran, check, folder, run_in};

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
            status 2
            --- out
            --- err
            error: no test has "nothing" in its name
              help: leave --filter out to run all tests
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
            error: there is no code "overflwo", and nothing of this name in the standard library
              help: did you mean overflow (a number left its 64 bits)?
        "#]],
    );
}

#[test]
fn explain_knows_the_standard_library() {
    let folder = folder(&[]);
    let explained = |name: &str| run_in(&folder, &["explain", name]);
    assert!(explained("std").out.contains("\nRegex "));
    let regex = explained("Regex").out;
    assert!(regex.contains("    native fn find_all(text: Text, pattern: Text) -> List<Text>\nAll parts"), "{regex}");
    check(
        &folder,
        &["explain", "files.delete"],
        expect![[r#"
        status 0
        --- out
        # files.delete

            native write dot delete(path: Text) uses files

        Deletes a file; a fault if it is not there, or is a folder. Of a link it deletes the link itself.

            files.delete("out/report.txt")
            assert not files.exists("out/report.txt")
        --- err
    "#]],
    );
    assert!(explained("compare").out.contains("    fn compare<T: data>(a: T, b: T) -> Int\n"));
    let Ran { status, err, .. } = explained("Regex.fnd");
    assert_eq!(status, 2);
    assert!(err.ends_with("help: did you mean Regex.find?\n"), "{err}");
}

#[test]
fn inspect_prints_the_manifest() {
    let folder = folder(&[("many.dot", MANY)]);
    let ran = run_in(&folder, &["inspect", "many.dot", "hidden"]);
    let manifest: serde_json::Value = serde_json::from_str(&ran.out).expect("the output is JSON");
    assert_eq!((&manifest["name"], &manifest["kind"]), (&"hidden".into(), &"dot".into()));
    run_in(&folder, &["inspect", "--wasm", "hidden.wasm", "many.dot", "hidden"]);
    let unit = std::fs::read(folder.path().join("hidden.wasm")).expect("the unit was written");
    assert!(unit.starts_with(b"\0asm") && unit.windows(12).any(|window| window == b"dot.manifest"));
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

/// `UPDATE_EXPECT=1` rewrites the page.
#[test]
fn the_schema_of_manifests_is_that_of_the_specification() {
    let ran = run_in(&folder(&[]), &["inspect", "--schema"]);
    expect_test::expect_file!["../../../../spec/manifest.schema.json"].assert_eq(&ran.out);
}
