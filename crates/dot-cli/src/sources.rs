//! The source files that paths on the command line name.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use dot_embed::{FolderSources, ReadError, reason};

use crate::project::in_place;
use crate::stop::Stop;

/// The files that paths on the command line name; without paths those of the current project.
pub fn named_files(paths: &[PathBuf], command: &str) -> Result<Vec<PathBuf>, Stop> {
    if paths.is_empty() { crate::project::current_files(command) } else { dot_files(paths) }
}

/// The `.dot` files that paths name: files as they are, folders with all that is below them, in order.
pub fn dot_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut found = Vec::new();
    for path in paths {
        if in_place(path).is_dir() {
            collect(path, &mut found)?;
        } else {
            found.push(path.clone());
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    Ok(found)
}

/// The `.dot` files of a folder itself, in order.
pub fn dot_files_in(folder: &Path) -> Result<Vec<PathBuf>, Stop> {
    let failed = |error| Stop::Unreadable { path: folder.to_owned(), error: ReadError::Io(error) };
    let entries = fs::read_dir(in_place(folder)).and_then(Iterator::collect::<io::Result<Vec<_>>>).map_err(failed)?;
    let mut files: Vec<PathBuf> = entries.iter().map(|entry| folder.join(entry.file_name())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "dot") && path.is_file());
    files.sort();
    Ok(files)
}

/// Links to folders and hidden folders are left out: the first can lead in circles, the second are not sources.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Stop> {
    let failed = |error| Stop::Unreadable { path: folder.to_owned(), error: ReadError::Io(error) };
    let mut entries: Vec<_> =
        fs::read_dir(in_place(folder)).and_then(Iterator::collect::<io::Result<_>>).map_err(failed)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = folder.join(entry.file_name());
        if entry.file_type().map_err(failed)?.is_dir() {
            if !entry.file_name().to_string_lossy().starts_with('.') {
                collect(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "dot") && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn folders_stand_for_their_files() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        fs::create_dir_all(folder.path().join("billing/.hidden")).expect("a folder for the test");
        for name in ["main.dot", "notes.txt", "billing/invoice.dot", "billing/.hidden/x.dot"] {
            fs::write(folder.path().join(name), "").expect("a file for the test");
        }
        std::os::unix::fs::symlink("billing/invoice.dot", folder.path().join("inside.dot")).expect("a link");
        std::os::unix::fs::symlink(".", folder.path().join("circle")).expect("a link");
        let found = dot_files(&[folder.path().to_owned()]).expect("the folder can be read");
        let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert_eq!(names, ["invoice.dot", "inside.dot", "main.dot"]);
    }
}
