//! Secrets: a program holds their names, and only natives ever see what they are.

use std::ffi::OsString;
use std::path::PathBuf;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::value::Value;

use crate::context::OwnedContext;
use crate::grants::Grants;
use crate::natives::unfit;

/// The largest secret, in bytes.
const LARGEST: u64 = 64 << 10;

/// A secret as a program has it: the record `Secret` of `std/prelude.dot`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Secret {
    pub(crate) name: String,
    /// What stands in front of it where it is used: `Bearer `.
    prefix: String,
}

/// Where a secret is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Keeper {
    /// The environment variable of its name.
    Environment,
    /// A file; one line end at its end is not part of it.
    File(PathBuf),
}

impl Secret {
    /// The secret that a value of a program stands for.
    pub(crate) fn from_value(value: &Value) -> Result<Secret, Fault> {
        let Value::Record(fields) = value else { return Err(unfit()) };
        let [Value::Text(name), Value::Text(prefix)] = fields.as_slice() else { return Err(unfit()) };
        Ok(Secret { name: name.to_string(), prefix: prefix.to_string() })
    }

    /// The value of a program that stands for a secret.
    pub(crate) fn to_value(name: &str) -> Value {
        Value::Record(vec![Value::Text(name.into()), Value::Text("".into())])
    }

    /// The secret as it is used.
    pub(crate) fn prefixed(&self, plain: &str) -> String {
        format!("{}{plain}", self.prefix)
    }
}

impl OwnedContext {
    /// What a secret is, if it is granted and there.
    pub(crate) fn reveal(&self, secret: &Secret) -> Result<String, Fault> {
        let name = &secret.name;
        self.scope.as_ref().map_or(Ok(()), |scope| scope.check_secret(name))?;
        let bytes = match self.grants.keeper_of(name)? {
            Keeper::Environment => self.environment.get(name).map(OsString::into_encoded_bytes).ok_or_else(|| {
                let message =
                    format!("the secret \"{name}\" is granted, and no environment variable of its name is set");
                Fault::new(FaultCode::Io, message)
                    .help(format!("set {name}, or name its file: --allow secret.{name}=PATH"))
            })?,
            Keeper::File(path) => read(name, &path)?,
        };
        let text = String::from_utf8(bytes).map_err(|_| {
            let message = format!("the secret \"{name}\" is not UTF-8");
            Fault::new(FaultCode::Conversion, message).help("store it as a text in UTF-8")
        })?;
        match text.is_empty() {
            true => {
                Err(Fault::new(FaultCode::Io, format!("the secret \"{name}\" is empty")).help("store a value for it"))
            }
            false => Ok(text),
        }
    }
}

fn read(name: &str, path: &std::path::Path) -> Result<Vec<u8>, Fault> {
    use std::io::Read;
    let fault = |why: String| Fault::new(FaultCode::Io, format!("the file of the secret \"{name}\" {why}"));
    let file = std::fs::File::open(path).map_err(|error| fault(format!("can't be read: {}", error.kind())))?;
    let mut bytes = Vec::new();
    let read = file.take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| fault(format!("can't be read: {}", error.kind())))?;
    if bytes.len() as u64 > LARGEST {
        return Err(
            fault("is larger than 64 KB".to_owned()).help("name the file that holds the secret and nothing else")
        );
    }
    let end = bytes.strip_suffix(b"\n").map(|line| line.strip_suffix(b"\r").unwrap_or(line).len());
    bytes.truncate(end.unwrap_or(bytes.len()));
    Ok(bytes)
}

/// A fault of which no text shows a secret.
pub(crate) fn hide(hidden: &[String], mut fault: Fault) -> Fault {
    // A short one would tear texts apart that have nothing to do with it, and say by that what it is.
    for secret in hidden.iter().filter(|secret| secret.len() >= 4) {
        fault.message = fault.message.replace(secret.as_str(), "***");
        if let Some(answer) = &mut fault.answer {
            answer.body = answer.body.replace(secret.as_str(), "***");
        }
    }
    fault
}

impl Grants {
    /// Where a secret is kept, if it is granted.
    fn keeper_of(&self, name: &str) -> Result<Keeper, Fault> {
        self.keeper(name).cloned().ok_or_else(|| {
            let message = format!("the secret \"{name}\" is not permitted");
            Fault::new(FaultCode::Capability, message).help(self.how_to_permit("secret", name))
        })
    }
}
