//! Very many dots in one run: what each costs, what memory they need, and how they share the cores.

use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use dot_abi::value::Value;
use dot_runtime::{Bundle, Engine, EngineConfig, Host, Limits, Plan};
use paradot::Captured;

use crate::{Tools, hostile, native, system, timing};

const SOURCE: &str = "bench/programs/fan_out.dot";
const ROUNDS: usize = 5;
const MANY: u32 = 1_000_000;
/// A tenth of them: what a dot keeps would show in the difference.
const FEWER: u32 = MANY / 10;
/// Long computations, and the turns of each.
const LONG: u32 = 64;
const TURNS: u32 = 10_000_000;

pub(crate) fn run(tools: &Tools) -> Result<(), String> {
    println!("many: {SOURCE} in one run, medians of {ROUNDS} processes\n");
    let (fewer, many) = (memory(tools, FEWER)?, memory(tools, MANY)?);
    let again = cost(tools, "squares")?;
    let fresh = cost(tools, "fresh")?;
    let megabytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    println!(
        "each of {MANY} small pure dots: {again:.2} µs of CPU; each in a fresh instance, on all cores: {fresh:.2} µs"
    );
    println!(
        "peak memory beyond that of the list: {:.1} MB with {FEWER}, {:.1} MB with {MANY}: {:+.1} %",
        megabytes(fewer),
        megabytes(many),
        (many as f64 / fewer as f64 - 1.0) * 100.0
    );
    let (dots, threads) = (speedup_of_dots(tools)?, speedup_of_threads());
    println!(
        "{LONG} long dots are {dots:.2} times as fast as in order, {LONG} loops on native threads {threads:.2} times: {:.2}\n",
        dots / threads
    );
    Ok(())
}

/// A process of its own that runs a part and tells what it used.
fn measured(tools: &Tools, part: &str, count: u32) -> Result<(f64, u64), String> {
    let mut command = Command::new(&tools.own);
    command.args(["measure", part, &count.to_string()]).arg(tools.source(SOURCE));
    let (text, _) = timing::run(&mut command)?;
    let mut words = text.split_whitespace();
    let mut next = || words.next().ok_or_else(|| format!("it told {text:?}"));
    let (cpu, memory) = (next()?, next()?);
    let wrong = |_| format!("it told {text:?}");
    Ok((cpu.parse().map_err(|_| wrong(()))?, memory.parse().map_err(|_| wrong(()))?))
}

/// The time on the processor of one small dot, in microseconds.
fn cost(tools: &Tools, part: &str) -> Result<f64, String> {
    let mut each = Vec::new();
    for _ in 0..ROUNDS {
        let (dots, plain) = (measured(tools, part, MANY)?.0, measured(tools, "inline", MANY)?.0);
        each.push(Duration::from_secs_f64((dots - plain).max(0.0)));
    }
    Ok(timing::median(each.into_iter()).as_secs_f64() * 1e6 / f64::from(MANY))
}

/// The memory of a process that starts so many dots; without that of one which only makes their results, beyond that of one
/// that makes a single result.
fn memory(tools: &Tools, count: u32) -> Result<u64, String> {
    let mut peaks = Vec::new();
    for _ in 0..ROUNDS {
        let list = measured(tools, "inline", count)?.1 - measured(tools, "inline", 1)?.1;
        peaks.push(measured(tools, "squares", count)?.1 - list);
    }
    peaks.sort_unstable();
    Ok(peaks[peaks.len() / 2])
}

/// What the process does that [`measured`] starts: `measure PART COUNT SOURCE`.
pub(crate) fn measure(args: &[String]) -> Result<(), String> {
    let [part, count, source] = args else { return Err("`measure` takes a part, a count and a source".to_owned()) };
    let count: i64 = count.parse().map_err(|_| format!("{count:?} is no count"))?;
    let engine = Engine::new(EngineConfig::default()).map_err(|error| error.to_string())?;
    let dot = if part == "inline" { "inline" } else { "squares" };
    let bundle = hostile::bundle(&engine, &hostile::program(source)?, dot)?;
    let runs = if part == "fresh" { thread::available_parallelism().map_or(1, usize::from) as i64 } else { 1 };
    let plan = Plan { fresh_always: part == "fresh", ..Plan::default() };
    let begin = system::cpu_time();
    thread::scope(|scope| {
        let run = |_| scope.spawn(|| outcome(&bundle, vec![Value::Int(count / runs)], plan));
        let running: Vec<_> = (0..runs).map(run).collect();
        running.into_iter().try_for_each(|run| run.join().map_err(|_| "a run panicked".to_owned())?)
    })?;
    println!("{} {}", (system::cpu_time() - begin).as_secs_f64(), system::peak_memory()?);
    Ok(())
}

fn outcome(bundle: &Bundle, input: Vec<Value>, plan: Plan) -> Result<(), String> {
    let host = Host { limits: Limits::default(), ..Host::new(Arc::new(Captured::default())) };
    bundle.run(Value::Record(input), &host, plan).end.map(drop).map_err(|error| error.to_string())
}

/// How much faster dots are beside each other than one behind the other.
fn speedup_of_dots(tools: &Tools) -> Result<f64, String> {
    let dot = |name: &str| {
        let mut command = Command::new(&tools.dot);
        command.arg("run").arg(tools.source(SOURCE)).args([name, "--count", &LONG.to_string()]);
        command.args(["--rounds", &TURNS.to_string()]);
        command
    };
    Ok(timing::pair(ROUNDS, &mut dot("in_order"), &mut dot("spread"))?.ratio)
}

/// The same of the computation in Rust, on threads that take the next one as soon as they are free.
fn speedup_of_threads() -> f64 {
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let in_order = native::spin::in_order(LONG, TURNS);
        let alone = start.elapsed();
        let start = Instant::now();
        let beside = native::spin::beside(LONG, TURNS);
        let together = start.elapsed();
        assert_eq!(in_order, beside, "both compute the same");
        ratios.push(Duration::from_secs_f64(alone.as_secs_f64() / together.as_secs_f64()));
    }
    timing::median(ratios.into_iter()).as_secs_f64()
}
