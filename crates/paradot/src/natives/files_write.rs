//! `files.write`, `files.write_bytes`, `files.append`, `files.delete`: what changes files.

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use super::{fields, text_input, unfit};
use crate::change::{append_file, delete_file, replace_file};
use crate::context::Context;
use crate::registry::{Descriptor, ParaDot};

const fn writing(name: &'static str) -> Descriptor {
    Descriptor { name, class: Class::Write, uses: &["files"], is_ordered: false }
}

/// `files.write(path: Text, text: Text)`: puts a file in place, whole or not at all.
#[derive(Clone, Copy, Debug)]
pub struct FilesWrite;

impl ParaDot for FilesWrite {
    fn descriptor(&self) -> &Descriptor {
        const { &writing("files.write") }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let [Value::Text(path), Value::Text(text)] = fields(input)? else { return Err(unfit()) };
        replace_file(context, &path, text.as_bytes())?;
        Ok(Value::Unit)
    }
}

/// `files.write_bytes(path: Text, bytes: Bytes)`: puts a file in place, whole or not at all.
#[derive(Clone, Copy, Debug)]
pub struct FilesWriteBytes;

impl ParaDot for FilesWriteBytes {
    fn descriptor(&self) -> &Descriptor {
        const { &writing("files.write_bytes") }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let [Value::Text(path), Value::Bytes(bytes)] = fields(input)? else { return Err(unfit()) };
        replace_file(context, &path, &bytes)?;
        Ok(Value::Unit)
    }
}

/// `files.append(path: Text, text: Text)`: puts a text behind the end of a file.
#[derive(Clone, Copy, Debug)]
pub struct FilesAppend;

impl ParaDot for FilesAppend {
    fn descriptor(&self) -> &Descriptor {
        const { &writing("files.append") }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let [Value::Text(path), Value::Text(text)] = fields(input)? else { return Err(unfit()) };
        append_file(context, &path, text.as_bytes())?;
        Ok(Value::Unit)
    }
}

/// `files.delete(path: Text)`: deletes a file, or a link without what it leads to.
#[derive(Clone, Copy, Debug)]
pub struct FilesDelete;

impl ParaDot for FilesDelete {
    fn descriptor(&self) -> &Descriptor {
        const { &writing("files.delete") }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        delete_file(context, &text_input(input)?)?;
        Ok(Value::Unit)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::PathBuf;
    use std::{fs, io};

    use super::*;
    use crate::natives::testing::World;

    /// A folder `open` in which files may be written, beside one in which they may not.
    struct Folders {
        root: tempfile::TempDir,
        world: World,
    }

    impl Folders {
        fn new() -> io::Result<Folders> {
            let root = tempfile::tempdir()?;
            fs::create_dir_all(root.path().join("open/inner"))?;
            fs::create_dir(root.path().join("closed"))?;
            fs::write(root.path().join("closed/a"), "old")?;
            let mut world = World::default();
            world.grants.allow_writing(&root.path().join("open")).expect("a path");
            Ok(Folders { root, world })
        }

        fn path(&self, path: &str) -> PathBuf {
            self.root.path().join(path)
        }

        /// `written`, or the code of the fault.
        fn run(&self, dot: &dyn ParaDot, path: &str, rest: &[&str]) -> String {
            let path = self.path(path);
            let mut input = vec![path.to_str().expect("a path in UTF-8")];
            input.extend(rest);
            match self.world.run(dot, &input) {
                Ok(_) => "done".to_owned(),
                Err(fault) => fault.code.to_string(),
            }
        }

        fn write(&self, path: &str) -> String {
            self.run(&FilesWrite, path, &["new"])
        }

        fn text(&self, path: &str) -> String {
            fs::read_to_string(self.path(path)).unwrap_or_else(|error| error.kind().to_string())
        }
    }

    #[test]
    fn files_are_written_where_it_is_granted() -> io::Result<()> {
        let folders = Folders::new()?;
        for path in ["open/a", "open/a", "open/inner/b", "open/made/on/the/way/c"] {
            assert_eq!((folders.write(path), folders.text(path)), ("done".to_owned(), "new".to_owned()), "{path}");
        }
        for path in ["closed/a", "closed/new", "open/../closed/a", "open/none/../../closed/a", "a", "openly/a"] {
            assert_eq!(folders.write(path), "capability", "{path}");
        }
        assert_eq!(folders.text("closed/a"), "old");
        let names: Vec<_> = fs::read_dir(folders.path("open"))?.map(|entry| entry.map(|e| e.file_name())).collect();
        assert_eq!(names.len(), 3, "{names:?}");
        Ok(())
    }

    #[test]
    fn links_lead_to_what_is_judged() -> io::Result<()> {
        let folders = Folders::new()?;
        symlink(folders.path("closed"), folders.path("open/folder"))?;
        symlink(folders.path("closed/a"), folders.path("open/out"))?;
        symlink(folders.path("closed/none"), folders.path("open/dangling"))?;
        symlink(folders.path("open/a"), folders.path("closed/into"))?;
        fs::write(folders.path("open/a"), "old")?;
        for path in ["open/folder/a", "open/folder/new", "open/out"] {
            assert_eq!(folders.write(path), "capability", "{path}");
            assert_eq!(folders.run(&FilesAppend, path, &["new"]), "capability", "{path}");
        }
        assert_eq!(folders.write("open/dangling"), "io");
        assert_eq!(folders.run(&FilesAppend, "open/dangling", &["new"]), "io");
        assert!(!folders.path("closed/none").exists());
        assert_eq!((folders.write("closed/into"), folders.text("open/a")), ("done".to_owned(), "new".to_owned()));
        assert_eq!(folders.text("closed/a"), "old");
        Ok(())
    }

    #[test]
    fn a_file_keeps_its_mode_and_what_is_none_is_left_alone() -> io::Result<()> {
        let folders = Folders::new()?;
        fs::write(folders.path("open/a"), "old")?;
        fs::set_permissions(folders.path("open/a"), fs::Permissions::from_mode(0o600))?;
        assert_eq!(folders.write("open/a"), "done");
        assert_eq!(fs::metadata(folders.path("open/a"))?.permissions().mode() & 0o777, 0o600);
        assert_eq!(folders.write("open/inner"), "io");
        assert_eq!(folders.write("open"), "io");
        assert_eq!(folders.write("open/a/b"), "io");
        Ok(())
    }

    #[test]
    fn bytes_and_what_is_appended_stand_in_the_file() -> io::Result<()> {
        let folders = Folders::new()?;
        let path = folders.path("open/a").to_str().expect("a path in UTF-8").to_owned();
        let bytes = Value::Bytes(b"\xff\n".as_slice().into());
        assert_eq!(folders.world.call(&FilesWriteBytes, vec![Value::Text(path.into()), bytes]), Ok(Value::Unit));
        assert_eq!(fs::read(folders.path("open/a"))?, b"\xff\n");
        for text in ["one\n", "two\n"] {
            assert_eq!(folders.run(&FilesAppend, "open/log", &[text]), "done");
        }
        assert_eq!(folders.text("open/log"), "one\ntwo\n");
        Ok(())
    }

    #[test]
    fn deleting_a_link_leaves_what_it_leads_to() -> io::Result<()> {
        let folders = Folders::new()?;
        symlink(folders.path("closed/a"), folders.path("open/out"))?;
        symlink(folders.path("closed"), folders.path("open/folder"))?;
        assert_eq!(folders.run(&FilesDelete, "open/folder/a", &[]), "capability");
        assert_eq!(folders.run(&FilesDelete, "open/out", &[]), "done");
        assert_eq!(folders.run(&FilesDelete, "open/out", &[]), "io");
        assert_eq!(folders.run(&FilesDelete, "open/inner", &[]), "io");
        assert_eq!(folders.run(&FilesDelete, "open/inner/..", &[]), "capability");
        assert_eq!(folders.run(&FilesDelete, "closed/a", &[]), "capability");
        assert_eq!(folders.text("closed/a"), "old");
        Ok(())
    }

    #[test]
    fn a_denial_says_what_to_add() -> io::Result<()> {
        let folders = Folders::new()?;
        let path = folders.path("closed/new");
        let fault = folders.world.run(&FilesWrite, &[path.to_str().expect("UTF-8"), ""]).expect_err("not granted");
        let resolved = fs::canonicalize(folders.path("closed"))?.join("new");
        assert_eq!(fault.message, format!("the file \"{}\" is not permitted to be written", path.display()));
        assert_eq!(fault.help, Some(format!("permit it with --allow files.write={}", resolved.display())));
        Ok(())
    }
}
