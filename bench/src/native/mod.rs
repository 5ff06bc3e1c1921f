//! The same programs in idiomatic Rust, as a reference. Each is run as a process of its own, so
//! that both sides pay for their start.

mod nbody;
mod sieve;
mod spectral;
pub(crate) mod spin;
mod trees;
mod words;

/// Runs a program by its name with its arguments and gives what it prints.
pub(crate) fn run(name: &str, args: &[String]) -> Result<String, String> {
    match name {
        "sieve" => Ok(sieve::run(number(args, 0)?, number(args, 1)?).to_string()),
        "nbody" => Ok(nbody::run(number(args, 0)?)),
        "spectral" => Ok(spectral::run(number(args, 0)?)),
        "trees" => Ok(trees::run(number(args, 0)? as u32).to_string()),
        "words" => words::run(args.first().ok_or("a file is missing")?, number(args, 1)?),
        other => Err(format!("there is no native program {other:?}")),
    }
}

fn number(args: &[String], index: usize) -> Result<usize, String> {
    let text = args.get(index).ok_or_else(|| format!("argument {index} is missing"))?;
    text.parse().map_err(|error| format!("argument {text:?}: {error}"))
}
