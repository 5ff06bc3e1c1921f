//! `dot.toml`, `dot new`, and commands for whole folders.

use expect_test::expect;

use crate::support::{Ran, check, folder, run_in, shown_in};

/// A dot that reads a file and a variable.
const READER: &str = r#"import util

pub dot main(path: Text = "data/note.txt") -> Text uses env, files {
  util.twice(files.read(path)) + (env.get("DOT_TEST_NAME") ?? "nobody")
}
"#;

const UTIL: &str = "pub fn twice(text: Text) -> Text { text + text }\n";

#[test]
fn settings_grant_what_they_name() {
    let settings = "[allow]\nfiles = [\"data\"]\nenv = [\"DOT_TEST_NAME\"]\n";
    let folder = folder(&[
        ("dot.toml", settings),
        ("data/note.txt", "a "),
        ("other.txt", "secret"),
        ("main.dot", READER),
        ("util.dot", UTIL),
        ("sub/deep.dot", READER),
    ]);
    assert_eq!(run_in(&folder, &["run", "main.dot"]).out, "a a nobody\n");
    // Imports and grants are those of the project, wherever the root file lies in it.
    assert_eq!(run_in(&folder, &["run", "sub/deep.dot"]).out, "a a nobody\n");
    assert_eq!(run_in(&folder, &["run", "."]).out, "a a nobody\n");
    let denied = run_in(&folder, &["run", "main.dot", "--path", "other.txt"]);
    assert_eq!(denied.status, 1);
    let help = "or make its line in dot.toml: files = [\"data\", \"other.txt\"]";
    assert!(denied.err.contains(help), "{}", denied.err);
}

#[test]
fn a_denied_call_says_where_its_permission_is_written() {
    let folder = folder(&[("main.dot", "pub dot main() -> Text uses env { env.get(\"HOME\") ?? \"\" }\n")]);
    let denied = run_in(&folder, &["run", "main.dot"]);
    let help =
        "permit it with --allow env=HOME, or write [allow] and below it in a new file dot.toml: env = [\"HOME\"]";
    assert!(denied.err.contains(help), "{}", denied.err);
    std::fs::write(folder.path().join("dot.toml"), "[allow]\n").expect("a file for the test");
    let denied = run_in(&folder, &["run", "main.dot"]);
    assert!(denied.err.contains("or add below [allow] in dot.toml: env = [\"HOME\"]"), "{}", denied.err);
    std::fs::write(folder.path().join("dot.toml"), "[allow]\nenv = [\"HOME\"]\n").expect("a file for the test");
    assert_eq!(run_in(&folder, &["run", "main.dot"]).status, 0);
}

#[test]
fn settings_grant_nothing_outside_of_their_folder() {
    let outer = folder(&[
        ("app/main.dot", READER),
        ("app/util.dot", UTIL),
        ("app/data/note.txt", "a "),
        ("secret.txt", "secret "),
    ]);
    let app = outer.path().join("app");
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, app.join(name)).expect("a link for the test");
    link("..", "up");
    link("../secret.txt", "leak");
    link("../later", "dangling");
    link("data", "inside");
    let run = |key: &str, path: &str| {
        let settings = format!("[allow]\nenv = [\"DOT_TEST_NAME\"]\n{key} = [{path:?}]\n");
        std::fs::write(app.join("dot.toml"), settings).expect("a file for the test");
        run_in(&outer, &["run", "app", "--path", "app/data/note.txt"])
    };
    for path in
        ["/", "/etc", "..", "../app/data", "data/../..", "up", "up/secret.txt", "leak", "dangling", "dangling/a"]
    {
        for (key, name) in [("files", "files"), ("\"files.write\"", "files.write")] {
            let Ran { status, out, err } = run(key, path);
            let named = std::path::Path::new("app").join(path);
            let expected = format!(
                "error: app/dot.toml: {name} names \"{path}\", which is outside of the folder of this file\n  \
                 help: remove it, and grant it on the command line with --allow {name}={}\n",
                named.display()
            );
            assert_eq!((status, out.as_str(), err), (2, "", expected));
        }
    }
    for path in [".", "data", "./data/note.txt", "inside"] {
        assert_eq!(run("files", path).out, "a a nobody\n", "{path}");
    }
    // What is granted inside grants nothing that a link in it leads to, and the help offers no line that would be refused.
    run("files", ".");
    let denied = run_in(&outer, &["run", "app", "--path", "app/leak"]);
    assert_eq!((denied.status, denied.out.as_str()), (1, ""));
    assert!(denied.err.contains("--allow files=") && !denied.err.contains("dot.toml"), "{}", denied.err);
}

#[test]
fn mistakes_in_settings_end_in_two() {
    let folder = folder(&[("dot.toml", "[allow]\nfile = [\"data\"]\n"), ("main.dot", "dot main() {}\n")]);
    for command in [["run", "main.dot"], ["test", "main.dot"], ["check", "main.dot"]] {
        let Ran { status, err, .. } = run_in(&folder, &command);
        assert_eq!(status, 2, "{command:?}");
        assert_eq!(err, "error: dot.toml:2:1: there is no key \"file\" here\n  help: did you mean \"files\"?\n");
    }
}

#[test]
fn without_paths_the_project_is_meant() {
    let files = [
        ("dot.toml", ""),
        ("util.dot", "pub fn one() -> Int { 1 }\n"),
        ("sub/a.dot", "import util\ntest \"one\" { assert util.one() == 1 }\n"),
    ];
    let project = folder(&files);
    check(
        &project,
        &["test"],
        expect![[r#"
            status 0
            --- out
            ok     sub/a.dot: one
            1 passed, 0 failed
            --- err
        "#]],
    );
    check(
        &project,
        &["check"],
        expect![[r#"
            status 0
            --- out
            --- err
            no problems in 2 files
        "#]],
    );
    check(
        &folder(&[("a.dot", "fn f() {}\n")]),
        &["check"],
        expect![[r#"
            status 2
            --- out
            --- err
            error: there is no dot.toml in this folder or above it, so no project to check
              help: name files or folders, as in `dot check .`, or begin a project with `dot new NAME`
        "#]],
    );
}

#[test]
fn a_folder_is_run_by_its_main_file() {
    let one =
        folder(&[("app/only.dot", "dot start() -> Int { 1 }\n"), ("app/sub/main.dot", "dot main() -> Int { 2 }\n")]);
    assert_eq!(run_in(&one, &["run", "app"]).out, "1\n");
    assert_eq!(run_in(&one, &["run", "app/sub"]).out, "2\n");
    assert_eq!(run_in(&one, &["plan", "app"]).out, run_in(&one, &["plan", "app/only.dot"]).out);
    assert_eq!(run_in(&one, &["plan", "app"]).status, 0);
    let several = folder(&[("a.dot", "dot main() {}\n"), ("b.dot", "dot main() {}\n"), ("none/x.txt", "")]);
    check(
        &several,
        &["run", "."],
        expect![[r#"
            status 2
            --- out
            --- err
            error: the folder "." has several .dot files and no main.dot
              help: name the file
        "#]],
    );
    assert!(run_in(&several, &["run", "none"]).err.contains("has no .dot file"));
}

#[test]
fn a_pipe_is_no_root_file() {
    let folder = folder(&[]);
    // A command that opened the pipe would wait for ever; the limit of the shell ends it.
    let shown = shown_in(&folder, "mkfifo pipe.dot && timeout 20 dot run pipe.dot; echo $?");
    assert_eq!(shown, "error: the file \"pipe.dot\" can't be read: it is not a regular file\n2\n");
}

#[test]
fn every_command_that_new_prints_ends_well() {
    let empty = folder(&[]);
    let made = run_in(&empty, &["new", "todo"]);
    assert_eq!((made.status, made.err.as_str()), (0, ""));
    let commands: Vec<&str> = made.out.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    assert_eq!(commands.first(), Some(&"cd todo"));
    assert!(commands.len() > 3, "{commands:?}");
    for count in 1..=commands.len() {
        let pasted = format!("{} && echo ended well", commands[..count].join("\n"));
        let shown = shown_in(&empty, &pasted);
        assert!(shown.ends_with("ended well\n"), "{pasted}\n{shown}");
    }
    let tests = shown_in(&empty, "cd todo && dot test && dot check");
    assert!(tests.ends_with("2 passed, 0 failed\nno problems in 1 file\n"), "{tests}");
    let readme = std::fs::read_to_string(empty.path().join("todo/README.md")).expect("it was made");
    for command in &commands[1..] {
        assert!(readme.contains(&format!("$ {command}\n")), "{readme}");
    }
}

#[test]
fn new_refuses_what_it_can_not_make() {
    let folder = folder(&[("full/note.txt", ""), ("file", ""), ("empty/x", "")]);
    std::fs::remove_file(folder.path().join("empty/x")).expect("a file for the test");
    let refused = |name: &str| {
        let Ran { status, out, err } = run_in(&folder, &["new", "--", name]);
        assert_eq!((status, out.as_str()), (2, ""), "{name}");
        err
    };
    assert!(refused("full").contains("is there and not empty"));
    assert!(refused("file").contains("is there and can't be used"));
    for bad in ["", "1st", "a b", "../x", "-x", "a/b", ".x", "ä"] {
        assert!(refused(bad).contains("help: use letters, digits, `-` and `_`"), "{bad}");
    }
    assert_eq!(run_in(&folder, &["new", "empty"]).status, 0);
    assert_eq!(std::fs::read_dir(&folder).expect("the folder").count(), 3);
}

#[test]
fn completions_know_the_commands() {
    let empty = folder(&[]);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let Ran { status, out, err } = run_in(&empty, &["completions", shell]);
        assert_eq!((status, err.as_str()), (0, ""), "{shell}");
        for word in ["check", "completions", "new", "filter"] {
            assert!(out.contains(word), "{shell} lacks {word}");
        }
    }
    let syntax =
        shown_in(&empty, "command -v bash > /dev/null || exit 0\ndot completions bash > dot.bash && bash -n dot.bash");
    assert_eq!(syntax, "");
}

/// `UPDATE_EXPECT=1` rewrites the page.
#[test]
fn the_schema_of_settings_is_that_of_the_specification() {
    let schema = serde_json::to_string_pretty(&dot_cli::project::schema()).expect("a schema is JSON");
    expect_test::expect_file!["../../../../spec/dot.toml.schema.json"].assert_eq(&format!("{schema}\n"));
}
