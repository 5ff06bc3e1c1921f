//! Wrong programs, each with what `dot check` says about it.
//!
//! `fixtures/wrong/NAME.dot` is checked, and what is said is compared with `NAME.stderr` beside it.
//! `UPDATE_EXPECT=1 cargo test -p dot-testing --test diagnostics` writes it anew: read what has changed.
//!
//! Where a diagnostic has a fix, the program is checked with it, and that diagnostic must be gone. Where fixes are sure,
//! `NAME.fixed` holds what `dot check --fix` makes of the program.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dot_cli::sources::FolderSources;
use dot_syntax::{Applicability, Diagnostic, Edit};
use dot_types::program::SourceFile;
use dot_types::{Checked, LoadError, Sources};
use libtest_mimic::{Arguments, Failed, Trial};

/// The least number of wrong programs.
const AT_LEAST: usize = 120;

/// Codes without a program: limits that only a program of megabytes reaches, what only the standard library can get wrong,
/// and what cannot happen. Tests beside the code that finds them show them.
const WITHOUT_PROGRAM: [&str; 9] = ["E0105", "E0215", "E0901", "E0902", "E0903", "E0904", "E0905", "E0906", "E0999"];

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wrong");
    let mut trials: Vec<Trial> = programs(&folder)
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(name, move || compare(&path))
        })
        .collect();
    let count = trials.len();
    trials.push(Trial::test("there_are_enough", move || {
        if count < AT_LEAST { Err(format!("{count} programs, expected {AT_LEAST}").into()) } else { Ok(()) }
    }));
    trials.push(Trial::test("every_code_has_a_program", move || every_code(&folder)));
    libtest_mimic::run(&arguments, trials).exit();
}

/// Whether each code of a diagnostic is said about some program.
fn every_code(folder: &Path) -> Result<(), Failed> {
    let mut said = BTreeSet::new();
    for path in programs(folder) {
        let text = fs::read_to_string(&path)?;
        said.extend(check(&path, &text).diagnostics.iter().map(|diagnostic| diagnostic.code.0));
    }
    let is_diagnostic = |code: &str| code.starts_with(['E', 'W']);
    let codes = dot_types::codes::ALL.iter().map(|entry| entry.code).filter(|code| is_diagnostic(code));
    let (without, with): (Vec<&str>, Vec<&str>) = codes.partition(|code| WITHOUT_PROGRAM.contains(code));
    let missing: Vec<&str> = with.into_iter().filter(|code| !said.contains(code)).collect();
    let needless: Vec<&str> = without.into_iter().filter(|code| said.contains(code)).collect();
    if missing.is_empty() && needless.is_empty() {
        return Ok(());
    }
    Err(format!("without a program: {missing:?}; with one in spite of WITHOUT_PROGRAM: {needless:?}").into())
}

/// The programs of a folder; modules that they import stand in folders inside.
fn programs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the fixtures are there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a fixture").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "dot"));
    paths.sort();
    paths
}

fn compare(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let checked = check(path, &text);
    check_fixes(path, &text, &checked.diagnostics)?;
    let actual = dot_cli::render::diagnostics(&checked.files, &checked.diagnostics, false);
    if checked.diagnostics.is_empty() {
        return Err("nothing is said about this program".into());
    }
    compare_with(&path.with_extension("stderr"), Some(&actual))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let root = SourceFile { name: name.clone(), text: Arc::from(text) };
    let fixed = dot_cli::fix::fix(root, &FolderSources::below(path.parent().unwrap_or(path)));
    let is_left =
        |diagnostic: &&Diagnostic| diagnostic.applicability == Applicability::Sure && !diagnostic.fix.is_empty();
    if let Some(left) = fixed.checked.diagnostics.iter().find(is_left) {
        return Err(format!("the fix of {} is never done with: {}", left.code.0, left.message).into());
    }
    compare_with(&path.with_extension("fixed"), fixed.text(&name))
}

/// Compares with a snapshot, which is not there where there is nothing to say.
fn compare_with(snapshot: &Path, actual: Option<&str>) -> Result<(), Failed> {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return match actual {
            Some(actual) => Ok(fs::write(snapshot, actual)?),
            None if snapshot.exists() => Ok(fs::remove_file(snapshot)?),
            None => Ok(()),
        };
    }
    let expected = fs::read_to_string(snapshot).ok();
    if actual == expected.as_deref() {
        return Ok(());
    }
    let (expected, actual) = (expected.unwrap_or_default(), actual.unwrap_or_default());
    Err(format!("expected\n{expected}\nbut there is\n{actual}").into())
}

fn check(path: &Path, text: &str) -> Checked {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    dot_types::check(SourceFile { name, text: Arc::from(text) }, &Folder(path.parent().unwrap_or(path)))
}

/// Whether each fix, applied alone, does away with what it fixes.
fn check_fixes(path: &Path, text: &str, diagnostics: &[Diagnostic]) -> Result<(), Failed> {
    let count = |all: &[Diagnostic], one: &Diagnostic| {
        all.iter().filter(|other| (other.code, &other.message) == (one.code, &one.message)).count()
    };
    for diagnostic in diagnostics.iter().filter(|diagnostic| !diagnostic.fix.is_empty()) {
        let fixed = apply(text, &diagnostic.fix);
        let left = check(path, &fixed).diagnostics;
        if count(&left, diagnostic) >= count(diagnostics, diagnostic) {
            return Err(format!("{} is still there after its fix:\n{fixed}", diagnostic.code.0).into());
        }
    }
    Ok(())
}

/// A text with its edits, none of which overlaps another.
fn apply(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.span.start);
    let mut text = text.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

/// The modules in a folder.
struct Folder<'p>(&'p Path);

impl Sources for Folder<'_> {
    fn load(&self, path: &[&str]) -> Result<SourceFile, LoadError> {
        let name = format!("{}.dot", path.join("/"));
        match fs::read_to_string(self.0.join(&name)) {
            Ok(text) => Ok(SourceFile { name, text: Arc::from(text) }),
            Err(_) => Err(LoadError::NotFound { looked: name, near: Vec::new() }),
        }
    }
}
