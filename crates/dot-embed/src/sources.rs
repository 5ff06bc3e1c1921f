//! Reading source files: the root file, and the modules that it imports from the folder of its project.
//!
//! Imports cannot leave that folder. Links inside of it are followed, those that lead out are refused.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use dot_types::program::SourceFile;
use dot_types::{LoadError, Sources};

use crate::near::nearest;

/// The largest source file in bytes.
pub const MAX_SOURCE_BYTES: u64 = 16 << 20;

/// Why a source file could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// There is no such file; with the names of `.dot` files of the same folder that are near.
    NotFound(Vec<String>),
    /// It is larger than [`MAX_SOURCE_BYTES`].
    TooLarge,
    /// It is not UTF-8 from this byte on.
    NotText(usize),
    /// It is a folder, a pipe or a device.
    NoFile,
    /// It leads out of the folder of the project.
    Outside,
    /// The system says no.
    Io(io::Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::NotFound(_) => f.write_str(&reason(&io::ErrorKind::NotFound.into())),
            ReadError::TooLarge => write!(f, "it is larger than {} MB", MAX_SOURCE_BYTES >> 20),
            ReadError::NotText(byte) => write!(f, "it is not UTF-8 text (byte {byte})"),
            ReadError::NoFile => f.write_str("it is not a regular file"),
            ReadError::Outside => f.write_str("it is a link that leads out of the folder of the program"),
            ReadError::Io(error) => f.write_str(&reason(error)),
        }
    }
}

/// Why the system does not give a file, without the number that it has for it.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "the system does not let this user read it".to_owned(),
        _ => words_of_system(error),
    }
}

/// An error's own text, without the number that the system has for it.
fn words_of_system(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

/// A path for the system, for which an empty one is not the current folder.
pub fn in_place(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Reads the root file of a program.
pub fn read_root(path: &Path) -> Result<SourceFile, ReadError> {
    read(path, path).map_err(|error| match error {
        ReadError::NotFound(_) => {
            let folder = in_place(path.parent().unwrap_or(Path::new("")));
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            ReadError::NotFound(near_modules(folder, &name).into_iter().map(|name| format!("{name}.dot")).collect())
        }
        other => other,
    })
}

/// The modules in the folder of a project.
#[derive(Debug)]
pub struct FolderSources {
    /// The folder as it was named.
    folder: PathBuf,
}

impl FolderSources {
    /// The modules below a folder; an empty path is the current one.
    pub fn below(folder: &Path) -> FolderSources {
        FolderSources { folder: folder.to_owned() }
    }

    /// The folder as the system finds it: an empty path is the current one.
    fn real(&self) -> io::Result<PathBuf> {
        in_place(&self.folder).canonicalize()
    }
}

impl Sources for FolderSources {
    fn load(&self, path: &[&str]) -> Result<SourceFile, LoadError> {
        let relative = PathBuf::from_iter(path).with_extension("dot");
        let named = self.folder.join(&relative);
        let name = named.display().to_string();
        let unreadable = |error: ReadError| LoadError::Unreadable { name: name.clone(), why: error.to_string() };
        if path.is_empty() || !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(unreadable(ReadError::Outside));
        }
        let read_inside = || {
            let real = named.canonicalize().map_err(not_found_or_io)?;
            if !real.starts_with(self.real().map_err(ReadError::Io)?) {
                return Err(ReadError::Outside);
            }
            read(&real, &named)
        };
        read_inside().map_err(|error| match error {
            ReadError::NotFound(_) => {
                let folder = in_place(named.parent().unwrap_or(Path::new("")));
                let near = near_modules(folder, path.last().copied().unwrap_or_default());
                LoadError::NotFound { looked: name.clone(), near }
            }
            other => unreadable(other),
        })
    }
}

fn read(path: &Path, named: &Path) -> Result<SourceFile, ReadError> {
    // Opening a pipe would wait for somebody who writes.
    if !fs::metadata(path).map_err(not_found_or_io)?.is_file() {
        return Err(ReadError::NoFile);
    }
    let file = File::open(path).map_err(not_found_or_io)?;
    let mut bytes = Vec::new();
    file.take(MAX_SOURCE_BYTES + 1).read_to_end(&mut bytes).map_err(ReadError::Io)?;
    if bytes.len() as u64 > MAX_SOURCE_BYTES {
        return Err(ReadError::TooLarge);
    }
    let text = String::from_utf8(bytes).map_err(|error| ReadError::NotText(error.utf8_error().valid_up_to()))?;
    Ok(SourceFile { name: named.display().to_string(), text: Arc::from(text) })
}

fn not_found_or_io(error: io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReadError::NotFound(Vec::new()),
        _ => ReadError::Io(error),
    }
}

/// The names of modules in a folder that are near to one that is not there.
fn near_modules(folder: &Path, missing: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let modules: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            name.strip_suffix(".dot").map(str::to_owned)
        })
        .collect();
    nearest(missing, modules.iter().map(String::as_str)).map(str::to_owned).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("a file for the test");
        fs::create_dir_all(folder.path().join("app/billing/.hidden")).expect("a folder for the test");
        write("outside.dot", b"outside");
        write("app/main.dot", b"main");
        write("app/latin.dot", b"caf\xe9");
        write("app/notes.txt", b"notes");
        write("app/billing/invoice.dot", b"invoice");
        write("app/billing/.hidden/x.dot", b"hidden");
        folder
    }

    fn load(folder: &tempfile::TempDir, path: &[&str]) -> String {
        match FolderSources::below(&folder.path().join("app")).load(path) {
            Ok(file) => format!("{}", file.text),
            Err(LoadError::NotFound { near, .. }) => format!("not found, near: {near:?}"),
            Err(LoadError::Unreadable { why, .. }) => why,
        }
    }

    #[test]
    fn modules_are_found_below_the_root_file() {
        let folder = folder();
        assert_eq!(load(&folder, &["billing", "invoice"]), "invoice");
        assert_eq!(load(&folder, &["billing", "invoce"]), "not found, near: [\"invoice\"]");
        assert_eq!(load(&folder, &["nothing", "here"]), "not found, near: []");
        assert_eq!(load(&folder, &["latin"]), "it is not UTF-8 text (byte 3)");
    }

    #[test]
    fn modules_do_not_leave_the_folder() {
        let folder = folder();
        let outside = "it is a link that leads out of the folder of the program";
        assert_eq!(load(&folder, &["..", "outside"]), outside);
        assert_eq!(load(&folder, &["/", "outside"]), outside);
        assert_eq!(load(&folder, &[]), outside);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_inside_only() {
        let folder = folder();
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(to, folder.path().join("app").join(name)).expect("a link for the test");
        };
        link("billing/invoice.dot", "inside.dot");
        link("../outside.dot", "leak.dot");
        link(".", "circle");
        assert_eq!(load(&folder, &["inside"]), "invoice");
        assert_eq!(load(&folder, &["leak"]), "it is a link that leads out of the folder of the program");
    }

    #[test]
    fn a_missing_root_file_is_answered_with_the_near_name() {
        let folder = folder();
        match read_root(&folder.path().join("app/mian.dot")) {
            Err(ReadError::NotFound(near)) => assert_eq!(near, ["main.dot"]),
            other => panic!("expected no file: {other:?}"),
        }
        assert!(matches!(read_root(folder.path()), Err(ReadError::NoFile)));
    }
}
