//! `files.read_bytes(path: Text) -> Bytes`: a whole file.

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use super::text_input;
use crate::context::Context;
use crate::open::read_file;
use crate::registry::{Descriptor, ParaDot};

/// Reads a file that is granted.
#[derive(Clone, Copy, Debug)]
pub struct FilesReadBytes;

impl ParaDot for FilesReadBytes {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "files.read_bytes", class: Class::Read, uses: &["files"], is_ordered: false }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let path = text_input(input)?;
        Ok(Value::Bytes(read_file(context, &path)?.into()))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::Path;
    use std::{fs, io};

    use super::*;
    use crate::natives::testing::World;

    /// A folder `open` that is granted, beside one that is not.
    struct Folders {
        root: tempfile::TempDir,
        world: World,
    }

    impl Folders {
        fn new() -> io::Result<Folders> {
            let root = tempfile::tempdir()?;
            fs::create_dir_all(root.path().join("open/inner"))?;
            fs::create_dir(root.path().join("closed"))?;
            fs::write(root.path().join("open/a"), "granted")?;
            fs::write(root.path().join("closed/a"), "secret")?;
            let mut world = World { value_size_bytes: 1000, ..World::default() };
            world.grants.allow_file(&root.path().join("open")).expect("a path");
            Ok(Folders { root, world })
        }

        fn path(&self, path: &str) -> String {
            self.root.path().join(path).to_str().expect("a path in UTF-8").to_owned()
        }

        /// What reading gives: the content, or the code of the fault.
        fn read(&self, path: &str) -> String {
            match self.world.run(&FilesReadBytes, &[&self.path(path)]) {
                Ok(Value::Bytes(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
                Ok(other) => format!("{other:?}"),
                Err(fault) => fault.code.to_string(),
            }
        }
    }

    #[test]
    fn reads_what_is_granted_and_nothing_else() -> io::Result<()> {
        let folders = Folders::new()?;
        assert_eq!(folders.read("open/a"), "granted");
        assert_eq!(folders.read("open/inner/../a"), "granted");
        assert_eq!(folders.read("closed/a"), "capability");
        assert_eq!(folders.read("open/../closed/a"), "capability");
        assert_eq!(folders.read("open/none/../../closed/a"), "capability");
        assert_eq!(folders.read("openness"), "capability");
        assert_eq!(folders.read("closed/none"), "capability");
        assert_eq!(folders.read("open/none"), "io");
        assert_eq!(folders.read("open/a/b"), "io");
        assert_eq!(folders.read("open"), "io");
        Ok(())
    }

    #[test]
    fn links_lead_only_to_what_is_granted() -> io::Result<()> {
        let folders = Folders::new()?;
        let link = |to: &str, from: &str| symlink(folders.path(to), folders.path(from));
        link("open/a", "open/inner/in")?;
        link("closed/a", "open/out")?;
        link("closed", "open/folder")?;
        link("open/a", "closed/into")?;
        link("open/loop", "open/loop")?;
        link("closed/none", "open/dangling")?;
        assert_eq!(folders.read("open/inner/in"), "granted");
        assert_eq!(folders.read("open/out"), "capability");
        assert_eq!(folders.read("open/folder/a"), "capability");
        assert_eq!(folders.read("closed/into"), "granted");
        assert_eq!(folders.read("open/loop"), "io");
        assert_eq!(folders.read("open/dangling"), "io");
        Ok(())
    }

    #[test]
    fn what_is_no_regular_file_never_makes_us_wait() -> io::Result<()> {
        let mut folders = Folders::new()?;
        rustix::fs::mknodat(
            rustix::fs::CWD,
            Path::new(&folders.path("open/pipe")),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
            0,
        )?;
        assert_eq!(folders.read("open/pipe"), "io");
        folders.world.grants.allow_file(Path::new("/dev")).expect("a path");
        for device in ["/dev/zero", "/dev/tty", "/dev"] {
            let fault = folders.world.run(&FilesReadBytes, &[device]).expect_err(device);
            assert_eq!(fault.code.as_str(), "io", "{device}");
        }
        Ok(())
    }

    #[test]
    fn the_limit_holds_for_files_that_hide_their_size() -> io::Result<()> {
        let mut folders = Folders::new()?;
        fs::write(folders.path("open/large"), vec![b'x'; 1001])?;
        assert_eq!(folders.read("open/large"), "value-limit");
        folders.world.value_size_bytes = 5;
        folders.world.grants.allow_file(Path::new("/proc/self")).expect("a path");
        let fault = folders.world.run(&FilesReadBytes, &["/proc/self/status"]).expect_err("larger than 5 bytes");
        assert_eq!(fault.code.as_str(), "value-limit");
        Ok(())
    }

    #[test]
    fn a_denial_says_what_to_add() -> io::Result<()> {
        let folders = Folders::new()?;
        let path = folders.path("closed/a");
        let fault = folders.world.run(&FilesReadBytes, &[&path]).expect_err("not granted");
        assert_eq!(fault.message, format!("the file \"{path}\" is not permitted to be read"));
        let resolved = fs::canonicalize(&path)?;
        assert_eq!(fault.help, Some(format!("permit it with --allow files={}", resolved.display())));
        Ok(())
    }

    #[test]
    fn strange_names_are_faults() {
        let world = World::default();
        for name in ["", "\0", "a\0b", "..", "/", "//", "/proc/self/fd/0"] {
            let fault = world.run(&FilesReadBytes, &[name]).expect_err(name);
            assert_eq!(fault.code.as_str(), "capability", "{name:?}");
        }
    }
}
