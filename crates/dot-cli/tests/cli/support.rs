//! What the tests of the built command share.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use expect_test::Expect;
use tempfile::TempDir;

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The built command, called from the root of the repository, with nothing of the caller's settings.
pub(crate) fn dot() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dot"));
    settle(&mut command);
    command
}

fn settle(command: &mut Command) {
    command.current_dir(root()).stdin(Stdio::null());
    for name in ["DOT_LOG", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
        command.env_remove(name);
    }
    // The cache of compiled units is the tests' own.
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
}

/// What a command left: status, standard output, standard error.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().expect("the command starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("what is printed is UTF-8");
    Ran { status: status.code().expect("the command is not killed"), out: text(stdout), err: text(stderr) }
}

/// A command of a document and what stands below it.
pub(crate) struct Console {
    pub(crate) command: String,
    pub(crate) expected: String,
}

/// The commands of a `console` block: each `$ …` line, and the output until the next one.
pub(crate) fn console(block: &str) -> Vec<Console> {
    let mut found: Vec<Console> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(command), _) => found.push(Console { command: command.to_owned(), expected: String::new() }),
            (None, Some(last)) => {
                last.expected.push_str(line);
                last.expected.push('\n');
            }
            (None, None) => panic!("a console block starts with a line `$ command`, not with {line:?}"),
        }
    }
    found
}

/// What a terminal shows for a command line: both streams as they come. `dot` and `scripts/dot` are the built command.
pub(crate) fn shown(command_line: &str) -> String {
    shown_at(root(), command_line)
}

/// As [`shown`], in a folder.
pub(crate) fn shown_in(folder: &TempDir, command_line: &str) -> String {
    shown_at(folder.path(), command_line)
}

fn shown_at(at: &Path, command_line: &str) -> String {
    let folder: PathBuf = Path::new(env!("CARGO_BIN_EXE_dot")).parent().expect("a binary lies in a folder").to_owned();
    let path = std::env::var("PATH").unwrap_or_default();
    let mut shell = Command::new("sh");
    settle(&mut shell);
    shell.current_dir(at);
    shell.env("PATH", format!("{}:{path}", folder.display()));
    shell.args(["-c", &format!("exec 2>&1\n{}", command_line.replace("scripts/dot ", "dot "))]);
    run(&mut shell).out
}

/// A folder with files, given as names and texts.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder for the test");
        fs::write(path, text).expect("a file for the test");
    }
    folder
}

pub(crate) fn run_in(folder: &TempDir, words: &[&str]) -> Ran {
    run(dot().current_dir(folder).args(words))
}

/// Status and streams as one text.
pub(crate) fn check(folder: &TempDir, words: &[&str], expect: Expect) {
    let Ran { status, out, err } = run_in(folder, words);
    expect.assert_eq(&format!("status {status}\n--- out\n{out}--- err\n{err}"));
}

/// A dot with a required and an optional parameter.
pub(crate) const GREET: &str = r#"/// Greets somebody.
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

/// Several dots, one of them not public.
pub(crate) const MANY: &str = r#"/// Adds.
pub dot add(a: Int, b: Int) -> Int { a + b }

/// Divides, or says why not.
pub dot divide(a: Int, b: Int) -> Result<Int, Text> {
  if b == 0 { Err("division by zero") } else { Ok(a / b) }
}

dot hidden() -> Int { 7 }
"#;
