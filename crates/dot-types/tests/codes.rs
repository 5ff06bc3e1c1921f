//! The registry of codes against the sources that raise them and the pages that explain them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use dot_abi::fault::FaultCode;
use dot_types::codes::{ALL, find};

fn crate_dir(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// The sources of a folder. Those of tests are left out, since they make codes up, and the registry.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("tests.rs")
            && !path.ends_with("dot-types/src/codes.rs")
        {
            found.push(fs::read_to_string(path).expect("the source is text"));
        }
    }
}

/// The codes that stand in the sources as texts of their own.
fn raised() -> BTreeSet<String> {
    let mut texts = Vec::new();
    for name in ["dot-syntax/src", "dot-types/src", "dot-codegen/src"] {
        sources(&crate_dir(name), &mut texts);
    }
    let is_code = |text: &&str| {
        text.len() == 5 && text.starts_with(['E', 'W']) && text[1..].bytes().all(|byte| byte.is_ascii_digit())
    };
    texts.iter().flat_map(|text| text.split('"')).filter(is_code).map(str::to_owned).collect()
}

#[test]
fn every_code_that_is_raised_has_a_page() {
    let unknown: Vec<String> = raised().into_iter().filter(|code| find(code).is_none()).collect();
    assert_eq!(unknown, Vec::<String>::new());
}

#[test]
fn every_page_explains_a_code_that_is_raised() {
    let raised = raised();
    let is_fault = |code: &str| FaultCode::ALL.iter().any(|fault| fault.as_str() == code);
    let idle: Vec<&str> =
        ALL.iter().map(|entry| entry.code).filter(|code| !raised.contains(*code) && !is_fault(code)).collect();
    assert_eq!(idle, Vec::<&str>::new());
}

#[test]
fn every_fault_has_a_page() {
    let missing: Vec<&str> =
        FaultCode::ALL.iter().map(|code| code.as_str()).filter(|word| find(word).is_none()).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_file_of_the_folder_is_a_page() {
    let files = fs::read_dir(crate_dir("dot-types/errors")).expect("the folder is there");
    let files: BTreeSet<String> =
        files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    let pages: BTreeSet<String> = ALL.iter().map(|entry| format!("{}.md", entry.code)).collect();
    assert_eq!(files, pages);
}

#[test]
fn pages_start_with_their_code_and_title() {
    for entry in ALL {
        assert!(entry.page.starts_with(&format!("# {}: {}\n\n", entry.code, entry.title)), "{}", entry.code);
        assert!(!entry.title.is_empty() && !entry.title.ends_with('.'), "{}: {}", entry.code, entry.title);
    }
}

#[test]
fn codes_are_found_however_they_are_written() {
    assert_eq!(find("e0401").map(|entry| entry.code), Some("E0401"));
    assert_eq!(find("Overflow").map(|entry| entry.title), Some("a number left its 64 bits"));
    assert_eq!(find("E9999"), None);
}
