//! Generated programs give the same in the interpreter and as units.
//!
//! The short form runs always. The long form:
//!
//! ```sh
//! DOT_PROGRAMS=200000 cargo test --release -p dot-testing --test differential
//! ```
//!
//! `DOT_FIRST=n` starts at another seed than 0. A failure names its seed; `DOT_SEED=n` runs that
//! one alone and shows its whole source.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

use dot_testing::differential::{Verdict, compare, smallest};
use dot_testing::engines::Units;
use dot_testing::generate;
use rayon::prelude::*;

/// The programs of the short form; without optimisation they would take too long.
const PROGRAMS: u64 = if cfg!(debug_assertions) { 500 } else { 10_000 };
/// How many failures are shown.
const SHOWN: usize = 5;

#[test]
fn interpreter_and_units_agree() {
    let units = Units::new().expect("the system gives what the runtime needs");
    if let Some(seed) = variable("DOT_SEED") {
        let program = generate::program(seed);
        say(&program.source);
        let verdict = compare(&units, &program, poison(seed));
        say(&format!("{verdict:?}"));
        return fail(&units, &[(seed, verdict)]);
    }
    let count = variable("DOT_PROGRAMS").unwrap_or(PROGRAMS);
    let first = variable("DOT_FIRST").unwrap_or(0);
    let start = Instant::now();
    let verdicts: Vec<(u64, Verdict)> = (first..first + count)
        .into_par_iter()
        .map(|seed| (seed, compare(&units, &generate::program(seed), poison(seed))))
        .collect();
    let (mut values, mut faults, mut gave_up) = (0, 0, 0u64);
    for (_, verdict) in &verdicts {
        match verdict {
            Verdict::Same { values: some, faults: others } => (values, faults) = (values + some, faults + others),
            Verdict::GaveUp => gave_up += 1,
            Verdict::Refused(_) | Verdict::Different(_) => {}
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let rate = count as f64 / seconds;
    say(&format!(
        "{count} programs in {seconds:.1} s ({rate:.0} a second): {values} values, {faults} faults, {gave_up} given up"
    ));
    let failed: Vec<_> = verdicts.into_iter().filter(|(_, verdict)| is_failure(verdict)).collect();
    fail(&units, &failed);
    assert!(values > faults / 2, "most programs should come to their end");
    assert!(gave_up * 20 <= count, "the interpreter gives up on too many programs");
}

/// Every other program runs in memory that shows mistakes, the others in that of the product.
fn poison(seed: u64) -> bool {
    seed.is_multiple_of(2)
}

fn is_failure(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refused(_) | Verdict::Different(_))
}

/// Fails with the smallest forms of the first failures, if there are any.
fn fail(units: &Units, failed: &[(u64, Verdict)]) {
    let mut report = String::new();
    for (seed, verdict) in failed.iter().filter(|(_, verdict)| is_failure(verdict)).take(SHOWN) {
        let source = smallest(units, &generate::program(*seed), poison(*seed), verdict);
        let (Verdict::Refused(problem) | Verdict::Different(problem)) = verdict else { continue };
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
