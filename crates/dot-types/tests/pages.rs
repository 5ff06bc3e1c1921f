//! The programs on the pages of codes: the wrong ones get their code, the right ones get nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use dot_types::codes::ALL;
use dot_types::program::SourceFile;
use dot_types::{NoSources, check};

/// The fenced blocks of a page: what stands behind the backticks, and the text.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    let mut rest = page;
    while let Some((_, fenced)) = rest.split_once("```") {
        let Some((info, body)) = fenced.split_once('\n') else { break };
        let Some((text, after)) = body.split_once("```") else { break };
        blocks.push((info, text));
        rest = after;
    }
    blocks
}

/// The codes that checking a text gives, each once.
fn codes(text: &str) -> Vec<&'static str> {
    let checked = check(SourceFile { name: "page.dot".into(), text: Arc::from(text) }, &NoSources);
    let codes: BTreeSet<&str> = checked.diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect();
    codes.into_iter().collect()
}

/// A wrong program is answered with its code alone; a right one, and one that faults when it runs, with nothing.
#[test]
fn programs_get_the_code_that_they_show() {
    let mut wrong = Vec::new();
    for entry in ALL {
        for (info, text) in blocks(entry.page) {
            let expected: Vec<&str> = match info.split_once(['=']) {
                Some(("dot,error" | "dot,warning", code)) => vec![code],
                Some(("dot,fault", _)) | None if info.starts_with("dot") => Vec::new(),
                _ => panic!("{}: what is a block of `{info}`?", entry.code),
            };
            let found = codes(text);
            if found != expected {
                wrong.push(format!("{} ({info}): {found:?}", entry.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A diagnostic that no short program of one file can get has no example.
#[test]
fn pages_show_the_wrong_and_the_right() {
    const NOT_SHOWN: &[&str] =
        &["E0105", "E0107", "E0206", "E0215", "E0901", "E0902", "E0903", "E0904", "E0905", "E0906", "E0999"];
    for entry in ALL.iter().filter(|entry| entry.code.starts_with(['E', 'W'])) {
        let blocks = blocks(entry.page);
        let shown = blocks.iter().any(|(info, _)| info.ends_with(&format!("={}", entry.code)));
        assert_eq!(shown, !NOT_SHOWN.contains(&entry.code), "{}", entry.code);
        assert_eq!(blocks.iter().any(|(info, _)| *info == "dot"), shown, "{}", entry.code);
    }
}
