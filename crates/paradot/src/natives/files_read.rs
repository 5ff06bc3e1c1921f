//! `files.read(path: Text) -> Text`: a whole file as text.

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use super::text_input;
use crate::context::Context;
use crate::open::read_file;
use crate::registry::{Descriptor, ParaDot};

/// Reads a file that is granted and is UTF-8.
#[derive(Clone, Copy, Debug)]
pub struct FilesRead;

impl ParaDot for FilesRead {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "files.read", class: Class::Read, uses: &["files"], is_ordered: false }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let path = text_input(input)?;
        match String::from_utf8(read_file(context, &path)?) {
            Ok(text) => Ok(Value::Text(text.into())),
            Err(error) => {
                let first = error.utf8_error().valid_up_to();
                let message =
                    format!("the file \"{path}\" is not UTF-8: the byte at {first} does not belong to a character");
                Err(Fault::new(FaultCode::Conversion, message).help("read it with files.read_bytes"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io};

    use super::*;
    use crate::natives::testing::World;

    #[test]
    fn reads_text_and_names_the_byte_that_is_none() -> io::Result<()> {
        let file = tempfile::NamedTempFile::new()?;
        let path = file.path().to_str().expect("a path in UTF-8");
        let mut world = World::default();
        world.grants.allow_file(file.path()).expect("a path");
        fs::write(path, "Grüße")?;
        assert_eq!(world.run(&FilesRead, &[path]), Ok(Value::Text("Grüße".into())));
        fs::write(path, b"abc\xffd")?;
        let fault = world.run(&FilesRead, &[path]).expect_err("no UTF-8");
        assert_eq!(fault.code, FaultCode::Conversion);
        let message = format!("the file \"{path}\" is not UTF-8: the byte at 3 does not belong to a character");
        assert_eq!(fault.message, message);
        assert_eq!(fault.help.as_deref(), Some("read it with files.read_bytes"));
        Ok(())
    }
}
