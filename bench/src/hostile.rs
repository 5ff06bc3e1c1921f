//! A run that only computes, beside runs that want everything for themselves, in one engine.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use dot_abi::value::Value;
use dot_runtime::{Bundle, Engine, EngineConfig, Host, Limits, Plan, RunError};
use dot_types::NoSources;
use dot_types::program::{Program, SourceFile};
use paradot::Captured;

use crate::{Tools, timing};

const ROUNDS: usize = 9;
const SOURCE: &str = "bench/programs/hostile.dot";
/// What a hostile run may use: it is started again and again while the other one is timed.
const LIMITS: fn() -> Limits =
    || Limits { cpu: Duration::from_millis(500), memory_bytes: 256 << 20, depth: 1000, ..Limits::default() };

pub(crate) fn run(tools: &Tools) -> Result<(), String> {
    let program = program(tools.source(SOURCE))?;
    let engine = Engine::new(EngineConfig::default()).map_err(|error| error.to_string())?;
    let victim = bundle(&engine, &program, "victim")?;
    println!("hostile: a run of some tens of milliseconds beside another one in the same engine, median of {ROUNDS}\n");
    println!("{:<10} {:>12} {:>7}  how the hostile run ends", "beside", "time", "ratio");
    for name in ["endless", "deep", "below", "bomb", "million", "pattern", "nested", "many"] {
        let hostile = bundle(&engine, &program, name)?;
        let alone = victim_time(&victim)?;
        let (beside, end) = beside(&hostile, name, &victim)?;
        let ratio = beside.as_secs_f64() / alone.as_secs_f64();
        println!("{name:<10} {:>9.1} ms {ratio:>7.2}  {end}", beside.as_secs_f64() * 1000.0);
    }
    println!();
    Ok(())
}

/// The program of a file that imports nothing.
pub(crate) fn program(path: impl AsRef<Path>) -> Result<Program, String> {
    let name = path.as_ref().display().to_string();
    let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    let checked = dot_types::check(SourceFile { name: name.clone(), text: text.into() }, &NoSources);
    checked.program.ok_or_else(|| format!("{name} has errors: {:?}", checked.diagnostics.first()))
}

/// A dot of a program with all that it calls.
pub(crate) fn bundle(engine: &Engine, program: &Program, name: &str) -> Result<Bundle, String> {
    let dot = program.dots.iter().copied().find(|&dot| &*program.function(dot).name == name);
    let dot = dot.ok_or_else(|| format!("there is no dot {name}"))?;
    let units = dot_codegen::compile_all(program, dot).map_err(|diagnostic| diagnostic.message)?;
    let mut units = units.into_iter();
    let root = units.next().ok_or("the compiler gave no unit")?;
    let others = units.map(|unit| (unit.manifest.name, unit.wasm));
    Bundle::new(engine, &root.wasm, others).map_err(|error| error.to_string())
}

/// The median time of the run that only computes.
fn victim_time(victim: &Bundle) -> Result<Duration, String> {
    let host = Host::new(Arc::new(Captured::default()));
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        victim.run(Value::Record(Vec::new()), &host, Plan::default()).end.map_err(|error| error.to_string())?;
        times.push(start.elapsed());
    }
    Ok(timing::median(times.into_iter()))
}

/// The same while a hostile run goes on, again and again; and how that ended.
fn beside(hostile: &Bundle, name: &str, victim: &Bundle) -> Result<(Duration, String), String> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let harm = scope.spawn(|| {
            let host = Host { limits: LIMITS(), ..Host::new(Arc::new(Captured::default())) };
            let input = || Value::Record(if name == "below" { vec![Value::Int(0)] } else { Vec::new() });
            let mut end = String::new();
            while end.is_empty() || !over.load(Ordering::Relaxed) {
                end = match hostile.run(input(), &host, Plan::default()).end {
                    Ok(_) => "with a value".to_owned(),
                    Err(RunError::Fault(fault)) => fault.code.as_str().to_owned(),
                    Err(error) => error.to_string(),
                };
            }
            end
        });
        let time = victim_time(victim);
        over.store(true, Ordering::Relaxed);
        let end = harm.join().map_err(|_| format!("the hostile run of {name} panicked"))?;
        Ok((time?, end))
    })
}
