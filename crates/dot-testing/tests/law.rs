//! Generated programs keep the law of overlap: whatever the schedule, they give what the order of the source gives.
//!
//! The short form runs always. The long form:
//!
//! ```sh
//! DOT_PROGRAMS=100000 cargo test --release -p dot-testing --test law
//! ```
//!
//! `DOT_FIRST=n` starts at another seed than 0. A failure names its seed; `DOT_SEED=n` runs that one alone and shows its
//! whole source.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

use dot_runtime::Engine;
use dot_testing::engines::Units;
use dot_testing::law::{Case, Verdict, smallest};
use rayon::prelude::*;

/// The programs of the short form; without optimisation they would take too long.
const PROGRAMS: u64 = if cfg!(debug_assertions) { 200 } else { 10_000 };
/// How many failures are shown.
const SHOWN: usize = 5;

#[test]
fn every_schedule_gives_what_the_order_of_the_source_gives() {
    let units = Units::new().expect("the system gives what the runtime needs");
    let engine = units.engine();
    if let Some(seed) = variable("DOT_SEED") {
        let case = Case::of_seed(seed);
        say(&case.source);
        let verdict = case.examine(engine);
        say(&format!("{verdict:?}"));
        return fail(engine, &[(seed, verdict)]);
    }
    let count = variable("DOT_PROGRAMS").unwrap_or(PROGRAMS);
    let first = variable("DOT_FIRST").unwrap_or(0);
    let start = Instant::now();
    let verdicts: Vec<(u64, Verdict)> =
        (first..first + count).into_par_iter().map(|seed| (seed, Case::of_seed(seed).examine(engine))).collect();
    let seconds = start.elapsed().as_secs_f64();
    let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, verdict) in &verdicts {
        let mut add = |name, number| *seen.entry(name).or_default() += number;
        match verdict {
            Verdict::Lawful { is_value, operations, second } => {
                add(if *is_value { "values" } else { "faults" }, 1);
                add("operations", *operations as u64);
                add("in the second engine", u64::from(*second));
            }
            Verdict::GaveUp => add("given up", 1),
            Verdict::Refused(_) => add("refused", 1),
            Verdict::Broken(_) => add("broken", 1),
        }
    }
    say(&format!("{count} programs in {seconds:.1} s ({:.0} a second): {seen:?}", count as f64 / seconds));
    let failed: Vec<_> = verdicts.into_iter().filter(|(_, verdict)| is_failure(verdict)).collect();
    fail(engine, &failed);
    let of = |name: &str| seen.get(name).copied().unwrap_or(0);
    assert!(
        of("values") > count / 3 && of("faults") > count / 10,
        "programs should give values, and some should fault"
    );
    assert!(of("operations") > count * 3, "programs should do something");
    assert!(of("given up") * 20 <= count, "too many programs are given up");
}

fn is_failure(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refused(_) | Verdict::Broken(_))
}

/// Fails with the smallest forms of the first failures, if there are any.
fn fail(engine: &Engine, failed: &[(u64, Verdict)]) {
    let mut report = String::new();
    for (seed, verdict) in failed.iter().filter(|(_, verdict)| is_failure(verdict)).take(SHOWN) {
        let source = smallest(engine, &Case::of_seed(*seed), verdict);
        let (Verdict::Refused(problem) | Verdict::Broken(problem)) = verdict else { continue };
        let _ = writeln!(report, "DOT_SEED={seed}\n{problem}\n\n{source}");
    }
    assert!(report.is_empty(), "{} of the programs fail\n\n{report}", failed.len());
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Shows a line, also where the test passes.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
