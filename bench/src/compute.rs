//! Programs that compute, beside the same program in Rust.

use std::fs;
use std::process::Command;

use crate::{Tools, timing};

const ROUNDS: usize = 5;

/// Sieve, n-body, spectral norm and binary trees.
pub(crate) fn programs(tools: &Tools) -> Result<(), String> {
    println!("compute: whole processes, median of {ROUNDS} pairs\n");
    println!("{:<10} {:>10} {:>10} {:>7}", "program", "dot", "rust", "ratio");
    let programs: [(&str, &str, &[&str]); 4] = [
        ("sieve", "bench/programs/sieve.dot", &["5000000", "20"]),
        ("nbody", "bench/programs/nbody.dot", &["5000000"]),
        ("spectral", "bench/programs/spectral.dot", &["2000"]),
        ("trees", "bench/programs/trees.dot", &["18"]),
    ];
    let mut product = 1.0;
    for (name, path, args) in programs {
        let mut dot = Command::new(&tools.dot);
        dot.arg("run").arg(tools.source(path)).args(args);
        let mut rust = Command::new(&tools.own);
        rust.args(["native", name]).args(args);
        product *= line(name, &timing::pair(ROUNDS, &mut dot, &mut rust)?);
    }
    println!("{:<10} {:>29.2}\n", "geometric", f64::powf(product, 0.25));
    Ok(())
}

/// The most frequent words of a text of 50 MB, beside a Rust program with a HashMap.
pub(crate) fn words(tools: &Tools) -> Result<(), String> {
    let path = std::env::temp_dir().join(format!("dot-bench-words-{}.txt", std::process::id()));
    fs::write(&path, text(50_000_000)).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("words: the 20 most frequent words of 50 MB, median of {ROUNDS} pairs\n");
    let mut dot = Command::new(&tools.dot);
    dot.arg("run").arg(tools.source("examples/words.dot")).arg(&path).args(["--top", "20"]);
    let mut rust = Command::new(&tools.own);
    rust.args(["native", "words"]).arg(&path).arg("20");
    let outcome = timing::pair(ROUNDS, &mut dot, &mut rust);
    fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{:<10} {:>10} {:>10} {:>7}", "program", "dot", "rust", "ratio");
    line("words", &outcome?);
    println!();
    Ok(())
}

fn line(name: &str, pair: &timing::Pair) -> f64 {
    let (dot, rust) = (pair.first.as_secs_f64(), pair.second.as_secs_f64());
    println!("{name:<10} {dot:>9.3}s {rust:>9.3}s {:>7.2}", pair.ratio);
    pair.ratio
}

/// A text of so many bytes out of 30,000 words whose frequencies fall as in real texts, the same every time.
fn text(size_bytes: usize) -> String {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move || {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random
    };
    let vocabulary: Vec<String> =
        (0..30_000).map(|_| (0..3 + next() % 8).map(|_| char::from(b'a' + (next() % 26) as u8)).collect()).collect();
    let mut text = String::with_capacity(size_bytes + 16);
    while text.len() < size_bytes {
        let uniform = (next() >> 11) as f64 / (1u64 << 53) as f64;
        let rank = (vocabulary.len() as f64).powf(uniform) as usize - 1;
        text.push_str(&vocabulary[rank.min(vocabulary.len() - 1)]);
        text.push_str(if next().is_multiple_of(12) { ".\n" } else { " " });
    }
    text
}
