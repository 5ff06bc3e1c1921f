//! `dot run examples/hello.dot` from the start of the process to its end.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::{Tools, timing};

const ROUNDS: usize = 21;

/// With a warm compile cache, with an empty one, and `true` as a reference for a process that does nothing.
pub(crate) fn run(tools: &Tools) -> Result<(), String> {
    let cache = std::env::temp_dir().join(format!("dot-bench-cache-{}", std::process::id()));
    let outcome = measure(tools, &cache);
    if cache.exists() {
        fs::remove_dir_all(&cache).map_err(|error| format!("{}: {error}", cache.display()))?;
    }
    outcome
}

fn measure(tools: &Tools, cache: &std::path::Path) -> Result<(), String> {
    let hello = || {
        let mut command = Command::new(&tools.dot);
        command.arg("run").arg(tools.source("examples/hello.dot")).args(["--name", "Ada"]).env("XDG_CACHE_HOME", cache);
        command
    };
    let mut cold = Vec::new();
    let mut warm = Vec::new();
    let mut nothing = Vec::new();
    for _ in 0..ROUNDS {
        if cache.exists() {
            fs::remove_dir_all(cache).map_err(|error| format!("{}: {error}", cache.display()))?;
        }
        cold.push(timing::run(&mut hello())?.1);
        warm.push(timing::run(&mut hello())?.1);
        nothing.push(timing::run(&mut Command::new("true"))?.1);
    }
    println!("start: `dot run examples/hello.dot --name Ada` as a process, median of {ROUNDS}\n");
    for (name, times) in [("cold", cold), ("warm", warm), ("true", nothing)] {
        println!("{name:<10} {:>8.1} ms", milliseconds(timing::median(times.into_iter())));
    }
    println!();
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
