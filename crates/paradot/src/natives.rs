//! The natives that the standard library declares, a file each.

mod args;
mod env_get;
mod files_read;
mod files_read_bytes;
mod print_text;
#[cfg(test)]
mod testing;

pub use args::Args;
pub use env_get::EnvGet;
pub use files_read::FilesRead;
pub use files_read_bytes::FilesReadBytes;
pub use print_text::PrintText;

use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::value::Value;

/// The input of a native with one parameter, a text.
fn text_input(input: Value) -> Result<Arc<str>, Fault> {
    match input {
        Value::Record(fields) => match <[Value; 1]>::try_from(fields) {
            Ok([Value::Text(text)]) => Ok(text),
            _ => Err(unfit()),
        },
        _ => Err(unfit()),
    }
}

/// The unit declares the native with other parameters than it has.
fn unfit() -> Fault {
    Fault::new(FaultCode::Internal, "the input of a native dot has not the shape that the native expects")
        .help("compile the program again with this version of dot")
}
