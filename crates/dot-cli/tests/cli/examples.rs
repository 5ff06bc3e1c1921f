//! Every example prints what its sidecar file says: `examples/expected/NAME.txt` holds commands
//! (`$ dot run examples/NAME.dot …`) and what they show.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::{console, root, shown};

/// The stems of the files of a folder with an extension.
fn stems(folder: &Path, extension: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect()
}

#[test]
fn every_example_has_its_expected_output() {
    let examples = root().join("examples");
    assert_eq!(stems(&examples, "dot"), stems(&examples.join("expected"), "txt"));
}

#[test]
fn examples_print_what_is_expected() {
    let folder = root().join("examples/expected");
    let mut wrong = String::new();
    for name in stems(&folder, "txt") {
        let text = fs::read_to_string(folder.join(format!("{name}.txt"))).expect("the file can be read");
        for case in console(&text) {
            assert!(case.command.contains(&format!("examples/{name}.dot")), "{name}.txt runs another example");
            let shown = shown(&case.command);
            if shown != case.expected {
                wrong.push_str(&format!("$ {}\nexpected:\n{}shown:\n{shown}\n", case.command, case.expected));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_tests_of_the_examples_pass() {
    let shown = shown("dot test examples || echo exit status $?");
    assert!(shown.ends_with(" passed, 0 failed\n"), "{shown}");
}
