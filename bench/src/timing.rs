//! Times of whole processes.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs a command to its end; gives its standard output and how long it took.
pub(crate) fn run(command: &mut Command) -> Result<(String, Duration), String> {
    let shown = format!("{command:?}");
    let start = Instant::now();
    let output =
        command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(|error| format!("{shown}: {error}"))?;
    let taken = start.elapsed();
    if !output.status.success() {
        return Err(format!("{shown} ended with {}", output.status));
    }
    Ok((String::from_utf8_lossy(&output.stdout).trim_end().to_owned(), taken))
}

/// What two commands took, run in turn.
pub(crate) struct Pair {
    /// The median of the first one.
    pub(crate) first: Duration,
    /// The median of the second one.
    pub(crate) second: Duration,
    /// The median of first / second, pair by pair.
    pub(crate) ratio: f64,
}

/// Runs two commands alternately after one run of each that isn't counted; they must print the same.
pub(crate) fn pair(rounds: usize, first: &mut Command, second: &mut Command) -> Result<Pair, String> {
    let (a, b) = (run(first)?.0, run(second)?.0);
    if a != b {
        return Err(format!("{first:?} and {second:?} differ:\n{a}\n--\n{b}"));
    }
    let mut times = Vec::new();
    for _ in 0..rounds {
        times.push((run(first)?.1, run(second)?.1));
    }
    Ok(Pair {
        first: median(times.iter().map(|time| time.0)),
        second: median(times.iter().map(|time| time.1)),
        ratio: median(times.iter().map(|(a, b)| Duration::from_secs_f64(a.as_secs_f64() / b.as_secs_f64())))
            .as_secs_f64(),
    })
}

/// The median of some times; the upper one of two in the middle.
pub(crate) fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<Duration> = times.collect();
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
