//! The natives that the standard library declares, by what they do.

mod args;
mod env_get;
mod files_list;
mod files_read;
mod files_read_bytes;
mod files_write;
mod log;
mod print_text;
mod process;
mod random;
mod secret;
#[cfg(test)]
mod testing;
mod time_now;

pub use args::Args;
pub use env_get::EnvGet;
pub use files_list::{FilesExists, FilesList};
pub use files_read::FilesRead;
pub use files_read_bytes::FilesReadBytes;
pub use files_write::{FilesAppend, FilesDelete, FilesWrite, FilesWriteBytes};
pub use log::Log;
pub use print_text::PrintText;
pub use process::ProcessRun;
pub use random::{RandomFloat, RandomInt, RandomSeed, RandomUuid};
pub use secret::SecretGet;
pub use time_now::TimeNow;

use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::value::Value;

/// The input of a native with one parameter, a text.
fn text_input(input: Value) -> Result<Arc<str>, Fault> {
    match fields(input)? {
        [Value::Text(text)] => Ok(text),
        _ => Err(unfit()),
    }
}

/// The input of a native, a value for each of so many parameters.
fn fields<const N: usize>(input: Value) -> Result<[Value; N], Fault> {
    match input {
        Value::Record(fields) => fields.try_into().map_err(|_| unfit()),
        _ => Err(unfit()),
    }
}

/// The unit declares the native with other parameters than it has.
pub(crate) fn unfit() -> Fault {
    Fault::new(FaultCode::Internal, "the input of a native dot has not the shape that the native expects")
        .help("compile the program again with this version of dot")
}
