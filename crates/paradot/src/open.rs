//! Opening files so that what was checked is what is read.
//!
//! A path is first resolved: made absolute, links and `..` gone. The grants are asked about that
//! path. Then it is opened name by name without following links, so that a link that somebody puts
//! in its way between the check and the opening is an error and not a way out.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::text::size_to_text;
use rustix::fd::OwnedFd;
use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
use rustix::io::Errno;

use crate::context::Context;

/// How a folder on the way is opened: for searching it only, where the system can say so.
#[cfg(any(target_os = "linux", target_os = "android"))]
const SEARCH: OFlags = OFlags::PATH;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const SEARCH: OFlags = OFlags::RDONLY;

/// No link is followed, and no program that is started inherits what is open.
pub(crate) const ALWAYS: OFlags = OFlags::CLOEXEC.union(OFlags::NOFOLLOW);

/// The absolute path without links and `..`. Names behind the last folder that exists stay as they
/// are, so that a path that does not exist can be judged as well.
pub(crate) fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut known = std::path::absolute(path)?;
    let mut missing = Vec::new();
    loop {
        match known.canonicalize() {
            Ok(real) => return Ok(missing.iter().rev().fold(real, |path, name| path.join(name))),
            Err(error) => match known.file_name() {
                Some(name) => missing.push(name.to_owned()),
                None => return Err(error),
            },
        }
        known.pop();
    }
}

/// The resolved path, if it is granted for reading; `what` is what the caller takes it for, file or folder.
pub(crate) fn readable(context: &Context<'_>, what: &str, path: &str) -> Result<PathBuf, Fault> {
    let resolved = resolve(Path::new(path)).map_err(|_| denied(context, what, path, path))?;
    context.check_scope("files", &resolved)?;
    match context.grants.permits_file(&resolved) {
        true => Ok(resolved),
        false => Err(denied(context, what, path, &resolved.to_string_lossy())),
    }
}

/// Reads a whole file if it is granted: regular files only, up to the limit on values.
pub(crate) fn read_file(context: &Context<'_>, path: &str) -> Result<Vec<u8>, Fault> {
    let failed =
        |error: io::Error| Fault::new(FaultCode::Io, format!("the file \"{path}\" can't be read: {}", explain(&error)));
    let resolved = readable(context, "file", path)?;
    let file = open_exactly(&resolved).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "it is a folder" } else { "it is no regular file" };
        return Err(Fault::new(FaultCode::Io, format!("the file \"{path}\" can't be read: {what}")));
    }
    let limit = context.value_size_bytes;
    if metadata.len() > limit as u64 {
        return Err(too_large(path, limit, metadata.len()));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    // The size that a file tells can be wrong: it may grow meanwhile, and files of the system tell zero.
    file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > limit { Err(too_large(path, limit, bytes.len() as u64)) } else { Ok(bytes) }
}

/// Opens a resolved path name by name and follows no link on the way.
pub(crate) fn open_exactly(resolved: &Path) -> io::Result<File> {
    let Some((folder, name)) = open_parent(resolved, Missing::IsAnError)? else {
        return Ok(File::from(openat(CWD, "/", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?));
    };
    // A pipe without a writer must not make us wait, nor a terminal become ours.
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | ALWAYS;
    Ok(File::from(openat(&folder, name, flags, Mode::empty())?))
}

/// What to do about a folder that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    IsAnError,
    IsMade,
}

/// Opens the folder that a resolved path lies in, name by name, and gives the last name; nothing for the root.
pub(crate) fn open_parent(resolved: &Path, missing: Missing) -> io::Result<Option<(OwnedFd, &OsStr)>> {
    let mut names: Vec<&OsStr> = Vec::new();
    for component in resolved.components() {
        match component {
            Component::RootDir => {}
            Component::Normal(name) => names.push(name),
            _ => return Err(io::ErrorKind::InvalidInput.into()),
        }
    }
    let Some((last, folders)) = names.split_last() else { return Ok(None) };
    let mut folder = openat(CWD, "/", SEARCH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
    for name in folders {
        let open = || openat(&folder, *name, SEARCH | OFlags::DIRECTORY | ALWAYS, Mode::empty());
        let opened = match open() {
            Err(Errno::NOENT) if missing == Missing::IsMade => {
                match mkdirat(&folder, *name, Mode::RWXU | Mode::RWXG | Mode::RWXO) {
                    Ok(()) | Err(Errno::EXIST) => open(),
                    Err(error) => Err(error),
                }
            }
            opened => opened,
        };
        folder = opened?;
    }
    Ok(Some((folder, last)))
}

fn denied(context: &Context<'_>, what: &str, path: &str, resolved: &str) -> Fault {
    let message = format!("the {what} \"{path}\" is not permitted to be read");
    Fault::new(FaultCode::Capability, message).help(context.grants.how_to_permit("files", resolved))
}

/// The limit to raise to is the next one that suffices for the bytes that are known of.
fn too_large(path: &str, limit: usize, bytes: u64) -> Fault {
    let message = format!("the file \"{path}\" is larger than the limit of {} for a value", size_to_text(limit as u64));
    let mut raised = (limit as u64).max(1);
    while raised < bytes {
        raised = raised.saturating_mul(2);
    }
    let help = format!("raise the limit: --value-size {}", size_to_text(raised));
    Fault::new(FaultCode::ValueLimit, message).help(help)
}

/// What happened, without the number that the system gives it.
pub(crate) fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "the system does not let this user do it".to_owned(),
        io::ErrorKind::NotADirectory => "a name on its path is no folder".to_owned(),
        _ => words_of_system(error),
    }
}

/// An error's own text, without the number that the system has for it.
fn words_of_system(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
