//! A program that embeds Dot: it registers a native dot of its own, permits what that needs, sets limits, and runs
//! `gallery.dot`, which declares the native dot and calls it once for each width, all calls at once.
//!
//! ```text
//! cargo run --release -p dot-embed --example host -- '{"widths": [4, 8, 16]}'
//! ```

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use dot_embed::paradot::{Context, Descriptor, Kind, ParaDot, WriterOutput};
use dot_embed::{CheckedProgram, Class, Engine, EngineConfig, Error, Fault, FaultCode, Host, Value};

/// Makes an image smaller: each pixel of the result is one of the original.
struct Thumbnail;

impl ParaDot for Thumbnail {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "thumbnail", class: Class::Pure, uses: &["images"], is_ordered: false }
    }

    fn signature(&self) -> Option<&str> {
        Some("(image: Bytes, width: Int) -> Bytes")
    }

    fn kind(&self) -> Kind {
        Kind::Cpu
    }

    fn run(&self, _: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let Value::Record(fields) = input else { return Err(other_types()) };
        let [Value::Bytes(image), Value::Int(width)] = fields.as_slice() else { return Err(other_types()) };
        let width = usize::try_from(*width).map_err(|_| other_types())?;
        let made = thumbnail(image, width)
            .ok_or_else(|| Fault::new(FaultCode::Argument, "the image is not a PPM with one byte for each colour"))?;
        Ok(Value::Bytes(made.into()))
    }
}

/// The runtime has compared the types, so nothing leads here.
fn other_types() -> Fault {
    Fault::new(FaultCode::Internal, "thumbnail got arguments of other types than it is registered with")
}

/// An image of the format PPM, at most so wide; `None` if it is none.
fn thumbnail(image: &[u8], most: usize) -> Option<Vec<u8>> {
    let end = image.iter().position(|&byte| byte == b'\n')?;
    let header = std::str::from_utf8(image.get(..end)?).ok()?;
    let ["P6", width, height, "255"] = header.split(' ').collect::<Vec<_>>()[..] else { return None };
    let (width, height): (usize, usize) = (width.parse().ok()?, height.parse().ok()?);
    let pixels = image.get(end + 1..)?;
    let is_whole = width.checked_mul(height)?.checked_mul(3)? == pixels.len();
    if !is_whole || width == 0 || height == 0 {
        return None;
    }
    let wide = width.min(most.max(1));
    let high = (height * wide / width).max(1);
    let mut made = format!("P6 {wide} {high} 255\n").into_bytes();
    for y in 0..high {
        for x in 0..wide {
            let at = 3 * ((y * height / high) * width + x * width / wide);
            made.extend_from_slice(pixels.get(at..at + 3)?);
        }
    }
    Some(made)
}

fn run(input: &str) -> Result<String, Error> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/gallery.dot");
    let engine = Engine::new(EngineConfig::default())?;
    let main = CheckedProgram::of_file(&file)?.compile("main")?.load(&engine)?;
    let mut host = Host::new(Arc::new(WriterOutput::new(std::io::stderr())));
    host.register(Thumbnail);
    host.grants_mut().allow_capability("images");
    host.limits.cpu = Duration::from_secs(5);
    host.limits.memory_bytes = 64 << 20;
    main.run_json(input, &host)
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the program's result, and why there is none")]
fn main() -> ExitCode {
    let input = std::env::args().nth(1).unwrap_or_else(|| r#"{"widths": [4, 8, 16]}"#.to_owned());
    match run(&input) {
        Ok(result) => {
            println!("{result}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_calls_what_is_registered() {
        // Headers of 11, 11 and 12 bytes, and three bytes for each of 4 × 2, 8 × 4 and 16 × 8 pixels.
        assert_eq!(run(r#"{"widths": [4, 8, 16]}"#).map_err(|error| error.to_string()), Ok("[35,107,396]".to_owned()));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let said = run(r#"{"widths": ["wide"]}"#).expect_err("a text is no number").to_string();
        assert!(said.starts_with("the input does not fit: "), "{said}");
    }
}
