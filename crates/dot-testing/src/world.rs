//! A world without an outside: what native dots find is given, what they print is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::value::Value;

use crate::interpret::World;

/// Files, variables and arguments by name, and what was printed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FixedWorld {
    /// The files that can be read.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The environment variables.
    pub variables: BTreeMap<String, String>,
    /// The words behind `--` on the command line.
    pub arguments: Vec<String>,
    /// What was printed, each text with a line end behind it.
    pub printed: String,
}

impl World for FixedWorld {
    fn call(&mut self, _: &str, name: &str, args: Vec<Value>) -> Result<Value, Fault> {
        match (name, args.as_slice()) {
            ("print_text", [Value::Text(text)]) => {
                self.printed.push_str(text);
                self.printed.push('\n');
                Ok(Value::Unit)
            }
            ("files.read", [Value::Text(path)]) => {
                let bytes = self.file(path)?;
                let text = std::str::from_utf8(bytes);
                text.map(|text| Value::Text(Arc::from(text)))
                    .map_err(|_| Fault::new(FaultCode::Conversion, format!("{path} is not UTF-8")))
            }
            ("files.read_bytes", [Value::Text(path)]) => Ok(Value::Bytes(Arc::from(self.file(path)?))),
            ("env.get", [Value::Text(name)]) => {
                let value = self.variables.get(&**name).map(|value| Value::Text(Arc::from(value.as_str())));
                Ok(Value::Option(value.map(Box::new)))
            }
            ("args", []) => {
                Ok(Value::List(self.arguments.iter().map(|word| Value::Text(Arc::from(word.as_str()))).collect()))
            }
            _ => Err(Fault::new(FaultCode::Internal, format!("there is no native dot {name} of these arguments"))),
        }
    }
}

impl FixedWorld {
    fn file(&self, path: &str) -> Result<&[u8], Fault> {
        let missing = || Fault::new(FaultCode::Io, format!("there is no file {path}"));
        self.files.get(path).map(Vec::as_slice).ok_or_else(missing)
    }
}
