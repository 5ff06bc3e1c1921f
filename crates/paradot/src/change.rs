//! Writing, appending to and deleting files, where that is granted.
//!
//! Paths are resolved as for reading (see [`open`](crate::open)), also those of files that do not exist yet: what is
//! judged is the real path of the folders that do exist, and the names behind it.

use std::ffi::OsStr;
use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dot_abi::fault::{Fault, FaultCode};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, fchmod, fsync, openat, renameat, statat, unlinkat};
use rustix::io::Errno;

use crate::context::Context;
use crate::open::{ALWAYS, Missing, explain, open_parent, resolve};

/// How a file is made where there is none: for everybody whom the user's mask does not keep out.
const NEW: Mode = Mode::RUSR.union(Mode::WUSR).union(Mode::RGRP).union(Mode::WGRP).union(Mode::ROTH).union(Mode::WOTH);

/// Puts a file in place, whole or not at all: what was there stays until the new content is on the disk. Folders that are
/// missing are made.
pub(crate) fn replace_file(context: &Context<'_>, path: &str, content: &[u8]) -> Result<(), Fault> {
    let resolved = writable(context, path, resolve(Path::new(path)))?;
    let replace = || {
        let (folder, name) = open_parent(&resolved, Missing::IsMade)?.ok_or(io::ErrorKind::IsADirectory)?;
        let mode = existing_mode(folder.as_fd(), name)?;
        let (temporary, file) = new_beside(folder.as_fd())?;
        let done = fill(file, content, mode).and_then(|()| Ok(renameat(&folder, &temporary, &folder, name)?));
        if done.is_err() {
            // The first failure is the one to tell of.
            let _ = unlinkat(&folder, &temporary, AtFlags::empty());
        }
        done?;
        sync_folder(folder.as_fd())
    };
    replace().map_err(|error| failed(path, "written", &error))
}

/// Puts bytes behind the end of a file, which is made if it is not there.
pub(crate) fn append_file(context: &Context<'_>, path: &str, content: &[u8]) -> Result<(), Fault> {
    let resolved = writable(context, path, resolve(Path::new(path)))?;
    let append = || {
        let (folder, name) = open_parent(&resolved, Missing::IsMade)?.ok_or(io::ErrorKind::IsADirectory)?;
        let is_new = existing_mode(folder.as_fd(), name)?.is_none();
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::NONBLOCK | OFlags::NOCTTY | ALWAYS;
        let mut file = File::from(openat(&folder, name, flags, NEW)?);
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no regular file"));
        }
        file.write_all(content)?;
        file.sync_data()?;
        if is_new { sync_folder(folder.as_fd()) } else { Ok(()) }
    };
    append().map_err(|error| failed(path, "written", &error))
}

/// Deletes a file; of a link the link itself.
pub(crate) fn delete_file(context: &Context<'_>, path: &str) -> Result<(), Fault> {
    let resolved = writable(context, path, resolve_link(Path::new(path)))?;
    let delete = || {
        let (folder, name) = open_parent(&resolved, Missing::IsAnError)?.ok_or(io::ErrorKind::IsADirectory)?;
        if FileType::from_raw_mode(statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode) == FileType::Directory {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        unlinkat(&folder, name, AtFlags::empty())?;
        sync_folder(folder.as_fd())
    };
    delete().map_err(|error| failed(path, "deleted", &error))
}

/// The resolved path, if it is granted for writing.
fn writable(context: &Context<'_>, path: &str, resolved: io::Result<PathBuf>) -> Result<PathBuf, Fault> {
    let resolved = resolved.map_err(|_| denied(context, path, path))?;
    context.check_scope("files.write", &resolved)?;
    if context.grants.permits_writing(&resolved) {
        Ok(resolved)
    } else {
        Err(denied(context, path, &resolved.to_string_lossy()))
    }
}

/// The absolute path with links and `..` resolved in its folder and not in its last name.
fn resolve_link(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => Ok(resolve(folder)?.join(name)),
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}

/// The mode of a regular file; nothing if no file is there, and an error for anything else.
fn existing_mode(folder: BorrowedFd<'_>, name: &OsStr) -> io::Result<Option<Mode>> {
    match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(found) => match FileType::from_raw_mode(found.st_mode) {
            FileType::RegularFile => Ok(Some(Mode::from_raw_mode(found.st_mode))),
            FileType::Directory => Err(io::ErrorKind::IsADirectory.into()),
            // A link that leads nowhere: resolving has replaced every other one by what it leads to.
            FileType::Symlink => Err(io::Error::other("it is a link that leads nowhere")),
            _ => Err(io::Error::other("it is no regular file")),
        },
        Err(Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A new empty file beside the one that it is to replace.
fn new_beside(folder: BorrowedFd<'_>) -> io::Result<(String, OwnedFd)> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | ALWAYS;
    // Nobody takes all of these names.
    for attempt in 0..16 {
        let name = format!(".dot-{:016x}.tmp", RandomState::new().hash_one(attempt));
        match openat(folder, &name, flags, NEW) {
            Ok(file) => return Ok((name, file)),
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Writes the content to the disk, with the mode of the file that it replaces.
fn fill(file: OwnedFd, content: &[u8], mode: Option<Mode>) -> io::Result<()> {
    if let Some(mode) = mode {
        fchmod(&file, mode)?;
    }
    let mut file = File::from(file);
    file.write_all(content)?;
    file.sync_all()
}

/// Makes what has changed in a folder last.
fn sync_folder(folder: BorrowedFd<'_>) -> io::Result<()> {
    // A descriptor that only searches can't be synced.
    let folder = openat(folder, ".", OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
    match folder {
        Ok(folder) => Ok(fsync(&folder)?),
        // Whoever may write in a folder and not list it can't ask for more.
        Err(Errno::ACCESS) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn denied(context: &Context<'_>, path: &str, resolved: &str) -> Fault {
    let message = format!("the file \"{path}\" is not permitted to be written");
    Fault::new(FaultCode::Capability, message).help(context.grants.how_to_permit("files.write", resolved))
}

fn failed(path: &str, what: &str, error: &io::Error) -> Fault {
    let why = match error.kind() {
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => explain(error),
    };
    Fault::new(FaultCode::Io, format!("the file \"{path}\" can't be {what}: {why}"))
}
