//! Dot beside native Rust: whole processes, timed in turn, as ratios.
//!
//! `cargo run --release -p dot-bench` runs everything; words behind it choose (`compute`, `words`,
//! `start`, `check`, `calls`, `many`, `hostile`). Absolute times say little on a shared machine, ratios of the same run say more:
//! each pair of commands runs alternately, and the median of the pairs' ratios is printed.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command that prints a report")]

mod calls;
mod check;
mod compute;
mod hostile;
mod many;
mod native;
mod start;
mod system;
mod timing;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A part of the benchmark.
type Part = fn(&Tools) -> Result<(), String>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [first, name, rest @ ..] = args.as_slice()
        && first == "native"
    {
        return finish(native::run(name, rest).map(|text| println!("{text}")));
    }
    if let [first, rest @ ..] = args.as_slice()
        && first == "measure"
    {
        return finish(many::measure(rest));
    }
    finish(report(&args))
}

fn report(chosen: &[String]) -> Result<(), String> {
    let parts: [(&str, Part); 7] = [
        ("calls", calls::run),
        ("many", many::run),
        ("hostile", hostile::run),
        ("compute", compute::programs),
        ("words", compute::words),
        ("start", start::run),
        ("check", check::run),
    ];
    if let Some(unknown) = chosen.iter().find(|name| !parts.iter().any(|(part, _)| part == name)) {
        let known: Vec<&str> = parts.iter().map(|(part, _)| *part).collect();
        return Err(format!("there is no benchmark {unknown:?}; there are {}", known.join(", ")));
    }
    let tools = Tools::find()?;
    for (name, part) in parts {
        if chosen.is_empty() || chosen.iter().any(|choice| choice == name) {
            part(&tools)?;
        }
    }
    Ok(())
}

fn finish(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("dot-bench: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The two programs that are timed and where the sources lie.
struct Tools {
    dot: PathBuf,
    own: PathBuf,
    root: PathBuf,
}

impl Tools {
    /// `dot` is expected beside this program, where `cargo build --release` puts it.
    fn find() -> Result<Tools, String> {
        let own = std::env::current_exe().map_err(|error| format!("this program's own path: {error}"))?;
        let dot = own.with_file_name("dot");
        if !dot.is_file() {
            return Err(format!("{} is missing: run `cargo build --release` first", dot.display()));
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned();
        Ok(Tools { dot, own, root })
    }

    fn source(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }
}
