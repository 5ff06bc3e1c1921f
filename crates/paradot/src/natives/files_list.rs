//! `files.list` and `files.exists`: what is there.

use std::fs::File;
use std::io;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::text::size_to_text;
use dot_abi::value::{PART_SIZE, Value};
use rustix::fs::{AtFlags, Dir, FileType, statat};

use super::text_input;
use crate::context::Context;
use crate::open::{explain, open_exactly, readable};
use crate::registry::{Descriptor, ParaDot};

/// `files.list(path: Text) -> List<files.Entry>`: what is in a folder, in the order of the names.
#[derive(Clone, Copy, Debug)]
pub struct FilesList;

impl ParaDot for FilesList {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "files.list", class: Class::Read, uses: &["files"], is_ordered: false }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let path = text_input(input)?;
        let resolved = readable(context, "folder", &path)?;
        let failed = |error: io::Error| {
            Fault::new(FaultCode::Io, format!("the folder \"{path}\" can't be listed: {}", explain(&error)))
        };
        let folder = open_exactly(&resolved).map_err(failed)?;
        let mut entries = entries(context, &folder, &path).map_err(|problem| match problem {
            Problem::Io(error) => failed(error),
            Problem::Fault(fault) => fault,
        })?;
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Value::List(entries.into_iter().map(|entry| entry.into_value(&path)).collect()))
    }
}

struct Entry {
    name: String,
    is_folder: bool,
    size_bytes: i64,
}

impl Entry {
    /// The `files.Entry` of a folder that was named by a path.
    fn into_value(self, folder: &str) -> Value {
        let separator = if folder.ends_with('/') { "" } else { "/" };
        let path = format!("{folder}{separator}{}", self.name);
        let name = Value::Text(self.name.into());
        Value::Record(vec![name, Value::Text(path.into()), Value::Bool(self.is_folder), Value::Int(self.size_bytes)])
    }
}

enum Problem {
    Io(io::Error),
    Fault(Fault),
}

impl From<rustix::io::Errno> for Problem {
    fn from(error: rustix::io::Errno) -> Problem {
        Problem::Io(error.into())
    }
}

fn entries(context: &Context<'_>, folder: &File, path: &str) -> Result<Vec<Entry>, Problem> {
    let mut found = Vec::new();
    let mut size = 0;
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = match entry.file_name().to_str() {
            Ok("." | "..") => continue,
            Ok(name) => name.to_owned(),
            Err(_) => {
                let name = entry.file_name().to_string_lossy();
                let message = format!("the folder \"{path}\" holds a file whose name is not UTF-8: \"{name}\"");
                return Err(Problem::Fault(Fault::new(FaultCode::Conversion, message)));
            }
        };
        size += 2 * name.len() + path.len() + 5 * PART_SIZE;
        if size > context.value_size_bytes {
            let limit = size_to_text(context.value_size_bytes as u64);
            let message = format!("what is in the folder \"{path}\" is larger than the limit of {limit} for a value");
            let help = size_to_text((context.value_size_bytes as u64).saturating_mul(2));
            let fault = Fault::new(FaultCode::ValueLimit, message);
            return Err(Problem::Fault(fault.help(format!("raise the limit: --value-size {help}"))));
        }
        // Links are not followed: what they lead to may not be granted.
        let status = match statat(folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) {
            Ok(status) => status,
            // It was deleted meanwhile.
            Err(rustix::io::Errno::NOENT) => continue,
            Err(error) => return Err(error.into()),
        };
        let is_folder = FileType::from_raw_mode(status.st_mode) == FileType::Directory;
        let size_bytes = if is_folder { 0 } else { status.st_size };
        found.push(Entry { name, is_folder, size_bytes });
    }
    Ok(found)
}

/// `files.exists(path: Text) -> Bool`: whether there is a file or folder.
#[derive(Clone, Copy, Debug)]
pub struct FilesExists;

impl ParaDot for FilesExists {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "files.exists", class: Class::Read, uses: &["files"], is_ordered: false }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let path = text_input(input)?;
        let resolved = readable(context, "file", &path)?;
        // What is resolved has no links but those that lead nowhere.
        match resolved.try_exists() {
            Ok(exists) => Ok(Value::Bool(exists)),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(Value::Bool(false)),
            Err(error) => {
                let why = explain(&error);
                Err(Fault::new(FaultCode::Io, format!("whether \"{path}\" exists can't be told: {why}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::natives::testing::World;

    /// A folder with a file, a folder and a link, which may be read.
    fn folder() -> io::Result<(tempfile::TempDir, World, String)> {
        let root = tempfile::tempdir()?;
        fs::create_dir(root.path().join("inner"))?;
        fs::write(root.path().join("b"), "four")?;
        fs::write(root.path().join("a"), "")?;
        symlink("/etc", root.path().join("out"))?;
        let mut world = World::default();
        world.grants.allow_file(root.path()).expect("a path");
        let path = root.path().to_str().expect("a path in UTF-8").to_owned();
        Ok((root, world, path))
    }

    #[test]
    fn a_folder_is_listed_in_order() -> io::Result<()> {
        let (_root, world, path) = folder()?;
        let entry = |name: &str, is_folder: bool, size: i64| {
            let path = Value::Text(format!("{path}/{name}").into());
            Value::Record(vec![Value::Text(name.into()), path, Value::Bool(is_folder), Value::Int(size)])
        };
        let all = vec![entry("a", false, 0), entry("b", false, 4), entry("inner", true, 0), entry("out", false, 4)];
        assert_eq!(world.run(&FilesList, &[&path]), Ok(Value::List(all)));
        assert_eq!(world.run(&FilesList, &[&format!("{path}/inner/")]), Ok(Value::List(Vec::new())));
        for wrong in ["b", "none"] {
            let fault = world.run(&FilesList, &[&format!("{path}/{wrong}")]).expect_err(wrong);
            assert_eq!(fault.code, FaultCode::Io, "{wrong}");
        }
        for closed in ["out", ".."] {
            let fault = world.run(&FilesList, &[&format!("{path}/{closed}")]).expect_err(closed);
            assert_eq!(fault.code, FaultCode::Capability, "{closed}");
        }
        Ok(())
    }

    #[test]
    fn what_is_listed_has_a_limit() -> io::Result<()> {
        let (_root, mut world, path) = folder()?;
        world.value_size_bytes = 100;
        assert_eq!(world.run(&FilesList, &[&path]).expect_err("too much").code, FaultCode::ValueLimit);
        Ok(())
    }

    #[test]
    fn existing_is_asked_only_where_reading_is_granted() -> io::Result<()> {
        let (_root, world, path) = folder()?;
        let exists = |name: &str| world.run(&FilesExists, &[&format!("{path}/{name}")]);
        assert_eq!(exists("b"), Ok(Value::Bool(true)));
        assert_eq!(exists("inner"), Ok(Value::Bool(true)));
        assert_eq!(exists("none"), Ok(Value::Bool(false)));
        assert_eq!(exists("b/c"), Ok(Value::Bool(false)));
        assert_eq!(exists("out").expect_err("a link to elsewhere").code, FaultCode::Capability);
        Ok(())
    }
}
