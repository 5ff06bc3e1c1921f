//! Measures the parser: `cargo run --release -p dot-syntax --example parse_speed [LINES]`.
//!
//! The source is the fixture of workflows, types and expressions over and over, up to the number of lines.

use std::io::Write;
use std::time::{Duration, Instant};

use dot_syntax::{FileId, parse, tokens};

const FIXTURES: [&str; 3] = [
    include_str!("../tests/valid/workflows.dot"),
    include_str!("../tests/valid/types.dot"),
    include_str!("../tests/valid/expressions.dot"),
];
const ROUNDS: usize = 5;

fn main() -> std::io::Result<()> {
    let lines: usize = std::env::args().nth(1).and_then(|argument| argument.parse().ok()).unwrap_or(100_000);
    let once = FIXTURES.concat();
    let copies = lines.div_ceil(once.lines().count());
    let text = once.repeat(copies);
    let lines = text.lines().count();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{lines} lines, {} bytes, best of {ROUNDS}", text.len())?;
    let lexed = best(|| drop(tokens(FileId(0), &text)));
    let parsed = best(|| assert!(parse(FileId(0), &text).diagnostics.is_empty()));
    for (what, time) in [("tokens and layout", lexed), ("whole", parsed)] {
        let rate = lines as f64 / time.as_secs_f64();
        writeln!(out, "{what}: {:.1} ms, {rate:.0} lines a second", time.as_secs_f64() * 1e3)?;
    }
    Ok(())
}

fn best(mut work: impl FnMut()) -> Duration {
    let round = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..ROUNDS).map(round).min().unwrap_or_default()
}
