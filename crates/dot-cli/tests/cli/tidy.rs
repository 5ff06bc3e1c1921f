//! What ARCHITECTURE.md and CONTRIBUTING.md say of the sources themselves.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// The longest file, in lines.
const MAX_LINES: usize = 700;

/// Crates that do no I/O, and what would be some. Their tests may.
const PURE: [&str; 4] =
    ["crates/dot-abi/src", "crates/dot-syntax/src", "crates/dot-types/src", "crates/dot-codegen/src"];
const OUTSIDE: [&str; 7] =
    ["std::fs", "std::net", "std::env", "std::process", "std::io::stdin", "Instant::now", "SystemTime::now"];

/// The Rust sources below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every file of a folder for which the judge has something to say, with what it says.
fn wrong(folder: &str, judge: impl Fn(&Path, &str) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    sources(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "{folder} has no sources");
    let judge = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("the source can be read");
        judge(path, &text).map(|problem| format!("{}: {problem}", path.display()))
    };
    found.iter().filter_map(judge).collect()
}

#[test]
fn every_file_says_what_it_is_and_has_one_subject() {
    let judge = |_: &Path, text: &str| match text.lines().count() {
        _ if !text.starts_with("//!") => Some("it does not start with `//!`".to_owned()),
        lines if lines > MAX_LINES => Some(format!("it has {lines} lines")),
        _ => None,
    };
    for folder in ["crates", "std", "bench"] {
        assert_eq!(wrong(folder, judge), [] as [String; 0]);
    }
}

#[test]
fn the_front_half_and_the_code_generator_do_no_io() {
    let judge = |path: &Path, text: &str| {
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        let shipped = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        OUTSIDE.iter().find(|word| !is_test && shipped.contains(**word)).map(|word| format!("it mentions {word}"))
    };
    for folder in PURE {
        assert_eq!(wrong(folder, judge), [] as [String; 0]);
    }
}
