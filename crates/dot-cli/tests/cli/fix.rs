//! `dot check --fix`.

use std::fs;

use expect_test::{Expect, expect};
use tempfile::TempDir;

use crate::support::{Ran, check, folder, run_in};

/// The program as it is after `--fix`, and what is said about it.
fn fixed(program: &str, expect: Expect) {
    let folder = folder(&[("main.dot", program)]);
    let Ran { status, err, .. } = run_in(&folder, &["check", "--fix", "main.dot"]);
    expect.assert_eq(&format!("{}--- status {status}\n{err}", text(&folder, "main.dot")));
}

fn text(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("the file is there")
}

#[test]
fn habits_are_rewritten_until_none_is_left() {
    fixed(
        "def sign(x: int): int {\n  if (x === 0) {\n    return 0;\n  } elif x > 0 && true {\n    1\n  } else {\n    -1\n  }\n}\n",
        expect![[r#"
            fn sign(x: Int) -> Int {
              if x == 0 {
                return 0;
              } else if x > 0 and true {
                1
              } else {
                -1
              }
            }
            --- status 0
            fixed main.dot:1:1: [E0110] `def` is not written in Dot: a function is declared with `fn`, and a workflow step with `dot`
            fixed main.dot:1:13: [E0110] `int` is no type of Dot
            fixed main.dot:1:17: [E0110] a result type stands behind `->`
            fixed main.dot:1:19: [E0110] `int` is no type of Dot
            fixed main.dot:2:9: [E0110] `===` is not written in Dot: values are compared with `==`, always by structure
            fixed main.dot:4:5: [E0110] `elif` is not written in Dot: it is two words
            fixed main.dot:4:16: [E0110] `&&` is not written in Dot: the operator is the word `and`
            fixed main.dot:2:6: [W0101] a condition stands without parentheses in Dot
            no problems in 1 file
        "#]],
    );
    fixed(
        "pub dot main() -> Text {\n  let name = env.get(\"USER\") ?? 'nobody'\n  name = name + \"!\"\n  name\n}\n",
        expect![[r#"
            pub dot main() -> Text uses env {
              var name = env.get("USER") ?? "nobody"
              name = name + "!"
              name
            }
            --- status 0
            fixed main.dot:2:33: [E0110] `'…'` is not written in Dot: texts stand in double quotes
            fixed main.dot:1:9: [E0510] the dot `main` needs `env`: a `pub dot` says so with `uses`
            fixed main.dot:3:3: [E0308] `name` can't be assigned: it was not declared with `var`
            no problems in 1 file
        "#]],
    );
}

#[test]
fn guesses_are_left_to_people() {
    let program = "fn f(number: Int) -> Int {\n  nubmer + 1\n}\n";
    let folder = folder(&[("main.dot", program)]);
    check(
        &folder,
        &["check", "--fix", "main.dot"],
        expect![[r#"
        status 2
        --- out
        --- err
        [E0201] Error: nothing here is named `nubmer`
           ╭─[ main.dot:2:3 ]
           │
         2 │   nubmer + 1
           │   ───┬──
           │      ╰──── here
           │
           │ Help: Did you mean `number`?
        ───╯
        1 error
    "#]],
    );
    assert_eq!(text(&folder, "main.dot"), program);
}

#[test]
fn modules_are_fixed_with_the_program_that_imports_them() {
    let folder = folder(&[
        ("main.dot", "import util\n\ndot main() -> Bool { util.both(true, !false) }\n"),
        ("util.dot", "pub fn both(a: Bool, b: Bool) -> Bool { a && b }\n"),
        ("clean.dot", "fn f() {}\n"),
    ]);
    check(
        &folder,
        &["check", "--fix", "main.dot", "clean.dot"],
        expect![[r#"
        status 0
        --- out
        --- err
        fixed main.dot:3:38: [E0110] `!` is not written in Dot: the operator is the word `not`
        fixed util.dot:1:43: [E0110] `&&` is not written in Dot: the operator is the word `and`
        no problems in 2 files
    "#]],
    );
    assert_eq!(text(&folder, "util.dot"), "pub fn both(a: Bool, b: Bool) -> Bool { a and b }\n");
    let left: Vec<_> = fs::read_dir(&folder).expect("the folder").collect();
    assert_eq!(left.len(), 3, "nothing else is left behind: {left:?}");
}

#[test]
fn what_was_fixed_is_in_the_document() {
    let folder = folder(&[("main.dot", "dot main() -> Bool { true && nme }\n")]);
    let ran = run_in(&folder, &["check", "--fix", "--json", "main.dot"]);
    let document: serde_json::Value = serde_json::from_str(&ran.out).expect("the output is JSON");
    assert_eq!((ran.status, &document["errors"]), (2, &1.into()));
    let expected = serde_json::json!({"file": "main.dot", "line": 1, "column": 27, "code": "E0110"});
    for (key, value) in expected.as_object().expect("an object") {
        assert_eq!(&document["fixed"][0][key], value);
    }
    let plain = run_in(&folder, &["check", "--json", "main.dot"]);
    assert!(!plain.out.contains("\"fixed\""), "{}", plain.out);
}

#[cfg(unix)]
#[test]
fn files_keep_their_mode_and_links_stay_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let folder = folder(&[("real.dot", "dot main() -> Bool { true && true }\n")]);
    let real = folder.path().join("real.dot");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("the mode can be set");
    symlink("real.dot", folder.path().join("main.dot")).expect("a link for the test");
    assert_eq!(run_in(&folder, &["check", "--fix", "main.dot"]).status, 0);
    assert_eq!(text(&folder, "real.dot"), "dot main() -> Bool { true and true }\n");
    assert_eq!(fs::metadata(&real).expect("it is there").permissions().mode() & 0o777, 0o640);
    assert!(folder.path().join("main.dot").is_symlink());
}
