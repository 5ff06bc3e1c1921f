//! Programs and the core that they become, counts included.
//!
//! Each `tests/core/NAME.dot` has its core beside it in `NAME.core`. `UPDATE_EXPECT=1 cargo test` writes what
//! comes out; read the difference before it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use dot_codegen::core::Unit;
use dot_codegen::count;
use dot_codegen::lower::lower;
use dot_types::program::SourceFile;
use dot_types::{NoSources, check};

/// The programs, by name.
fn programs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/core");
    let entries = fs::read_dir(folder).expect("the folder of programs is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "dot"));
    paths.sort();
    paths
}

/// The core of a program's first dot.
fn compile(path: &Path) -> Unit {
    let text = fs::read_to_string(path).expect("the program can be read");
    let name = path.display().to_string();
    let checked = check(SourceFile { name: name.clone(), text: text.into() }, &NoSources);
    let program = checked.program.unwrap_or_else(|| panic!("{name}: {:#?}", checked.diagnostics));
    let lowered = lower(&program, program.dots[0]).unwrap_or_else(|error| panic!("{name}: {error:#?}"));
    let text = dot_codegen::unit_text(&lowered.unit);
    let counted = count::insert(lowered).unwrap_or_else(|error| panic!("{name}: {error:#?}\n{text}"));
    counted.unit().clone()
}

#[test]
fn programs_become_core() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut different = Vec::new();
    for path in programs() {
        let text = dot_codegen::unit_text(&compile(&path));
        let beside = path.with_extension("core");
        if update {
            fs::write(&beside, &text).expect("the core can be written");
        } else if fs::read_to_string(&beside).unwrap_or_default() != text {
            different.push(path.display().to_string());
        }
    }
    assert!(different.is_empty(), "these become other core than before (see it with UPDATE_EXPECT=1): {different:#?}");
}
