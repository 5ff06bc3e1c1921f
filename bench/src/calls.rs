//! Calls of dots: what one costs in a fan-out, and what two that are independent save.

use std::process::Command;

use crate::{Tools, timing};

const ROUNDS: usize = 5;
/// The dots of a fan-out.
const COUNT: u32 = 100_000;
/// The turns of a computation that takes a good part of a second.
const TURNS: u32 = 100_000_000;

pub(crate) fn run(tools: &Tools) -> Result<(), String> {
    let dot = |name: &str, option: &str, number: u32| {
        let mut command = Command::new(&tools.dot);
        command.arg("run").arg(tools.source("bench/programs/fan_out.dot"));
        command.args([name, option, &number.to_string()]);
        command
    };
    println!("calls: bench/programs/fan_out.dot as a process, median of {ROUNDS}\n");
    let fan_out = timing::pair(ROUNDS, &mut dot("squares", "--count", COUNT), &mut dot("inline", "--count", COUNT))?;
    let each = fan_out.first.saturating_sub(fan_out.second).as_secs_f64() * 1e6 / f64::from(COUNT);
    println!("fan-out of {COUNT} pure dots: {each:.2} µs of the clock for each");
    let two = timing::pair(ROUNDS, &mut dot("beside", "--rounds", TURNS), &mut dot("behind", "--rounds", TURNS))?;
    println!("two beside each other: {:.2} of the time of one behind the other\n", two.ratio);
    Ok(())
}
