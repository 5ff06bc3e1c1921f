//! Everything that people read is executed: README, the specification, the pages of errors.
//!
//! | block | what holds |
//! |---|---|
//! | ```` ```console ```` | each `$ command` shows the lines below it |
//! | ```` ```dot ```` | the program checks without a diagnostic |
//! | ```` ```text ```` right behind it | what `dot run` shows for the program |
//! | ```` ```dot,error=E0301 ```` | the program is refused, with this code first; a text behind it is the report |
//! | ```` ```dot,warning=W0101 ```` | as for errors, but the program is not refused |
//! | ```` ```dot,fault=index ```` | the program checks, and its run ends in this fault |
//!
//! Relative links, and paths of the repository in back quotes, name something that is there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Ran, console, dot, root, run, shown};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A fenced block: its language and attribute, its text, and the text block right behind it.
struct Block {
    info: String,
    text: String,
    shown: Option<String>,
}

fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [".", "spec", "docs", "crates/dot-types/errors"] {
        let Ok(entries) = fs::read_dir(root().join(folder)) else { continue };
        found.extend(entries.filter_map(|entry| {
            let path = entry.expect("the folder can be read").path();
            path.extension().is_some_and(|extension| extension == "md").then_some(path)
        }));
    }
    found.sort();
    found
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<String> = None;
    let mut text = String::new();
    let mut is_adjacent = false;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                open = Some(info.to_string());
                text.clear();
            }
            Event::Text(part) if open.is_some() => text.push_str(&part),
            Event::End(TagEnd::CodeBlock) => {
                let info = open.take().unwrap_or_default();
                match found.last_mut() {
                    Some(block) if info == "text" && is_adjacent && block.info.starts_with("dot") => {
                        block.shown = Some(text.clone());
                    }
                    _ => found.push(Block { info, text: text.clone(), shown: None }),
                }
                is_adjacent = true;
            }
            _ => is_adjacent = false,
        }
    }
    found
}

/// What is wrong with a block, if something is.
fn judge(block: &Block) -> Result<(), String> {
    match block.info.split_once(',').unwrap_or((&block.info, "")) {
        ("console", "") => console(&block.text).iter().try_for_each(|case| same(&case.expected, &shown(&case.command))),
        ("dot", "") => {
            let folder = program(&block.text);
            let checked = run(dot().current_dir(&folder).args(["check", "main.dot"]));
            holds(checked.status == 0 && checked.err == "no problems in 1 file\n", &checked)?;
            match &block.shown {
                Some(expected) => same(expected, &together(&folder, "run").1),
                None => Ok(()),
            }
        }
        ("dot", attribute) => judge_wrong(block, attribute.split_once('=').unwrap_or((attribute, ""))),
        _ => Ok(()),
    }
}

fn judge_wrong(block: &Block, (what, code): (&str, &str)) -> Result<(), String> {
    let folder = program(&block.text);
    let (command, status) = match what {
        "error" => ("check", 2),
        "warning" => ("check", 0),
        "fault" => ("run", 1),
        _ => return Err(format!("a block can't be marked {:?}", block.info)),
    };
    let (ran, all) = together(&folder, command);
    holds(ran.status == status && all.starts_with(&format!("[{code}] ")), &ran)?;
    block.shown.as_ref().map_or(Ok(()), |expected| same(expected, &all))
}

/// A folder with the program as `main.dot`.
fn program(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder for the test");
    fs::write(folder.path().join("main.dot"), text).expect("a file for the test");
    folder
}

/// What a command says of `main.dot`, notes before the result, which is the order in which a run shows them.
fn together(folder: &tempfile::TempDir, command: &str) -> (Ran, String) {
    let ran = run(dot().current_dir(folder).args([command, "main.dot"]));
    let all = format!("{}{}", ran.err, ran.out);
    (ran, all)
}

fn holds(condition: bool, ran: &Ran) -> Result<(), String> {
    if condition { Ok(()) } else { Err(format!("status {}\n{}{}", ran.status, ran.out, ran.err)) }
}

fn same(expected: &str, shown: &str) -> Result<(), String> {
    if expected == shown { Ok(()) } else { Err(format!("expected:\n{expected}shown:\n{shown}")) }
}

/// Relative links and paths of the repository in back quotes that lead nowhere.
fn broken_paths(document: &Path, markdown: &str) -> Vec<String> {
    let folder = document.parent().expect("a document lies in a folder");
    let is_ours = |code: &str| {
        let known = ["crates/", "std/", "spec/", "docs/", "examples/", "scripts/", "bench/", ".ci/", ".github/"];
        known.iter().any(|start| code.starts_with(start)) && !code.contains([' ', '*', '{', '<', '…', 'N'])
    };
    let paths = Parser::new(markdown).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. }) if !dest_url.contains("://") && !dest_url.starts_with('#') => {
            Some(folder.join(dest_url.split('#').next().unwrap_or_default()))
        }
        Event::Code(code) if is_ours(&code) => Some(root().join(&*code)),
        _ => None,
    });
    paths.filter(|path| !path.exists()).map(|path| path.display().to_string()).collect()
}

#[test]
fn what_documents_show_is_so() {
    let mut wrong = String::new();
    for document in documents() {
        let markdown = fs::read_to_string(&document).expect("the document can be read");
        for block in blocks(&markdown) {
            if let Err(problem) = judge(&block) {
                wrong.push_str(&format!("{}\n```{}\n{}```\n{problem}\n", document.display(), block.info, block.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_documents_name_is_there() {
    let mut broken = Vec::new();
    for document in documents() {
        let markdown = fs::read_to_string(&document).expect("the document can be read");
        broken.extend(broken_paths(&document, &markdown).into_iter().map(|path| format!("{document:?}: {path}")));
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn documents_are_found() {
    let names: Vec<_> = documents().iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect();
    for name in ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "grammar.md", "types.md"] {
        assert!(names.iter().any(|found| found == name), "{name} is not among {names:?}");
    }
}
