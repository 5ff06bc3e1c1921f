//! One generated program in both engines.

use dot_abi::fault::FaultCode;
use dot_runtime::Plan;

use crate::engines::{self, Observation, Units};
use crate::generate::{Generated, minimise};

/// What comparing the engines on a program gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// They agree: how many runs gave a value, and how many a fault.
    Same {
        /// Runs that gave a value.
        values: usize,
        /// Runs that gave a fault.
        faults: usize,
    },
    /// The interpreter gave up on a run, the others agree.
    GaveUp,
    /// The checker refuses the program.
    Refused(String),
    /// They differ, and how.
    Different(String),
}

/// Compares the engines on a program and its inputs. With `poison` the unit overwrites what it frees,
/// so that counting mistakes show; without it the unit is the one that users run.
pub fn compare(units: &Units, program: &Generated, poison: bool) -> Verdict {
    let checked = match engines::checked(&program.source) {
        Ok(checked) => checked,
        Err(problem) => return Verdict::Refused(problem),
    };
    let Some(dot) = engines::dot(&checked, "main") else {
        return Verdict::Refused("there is no dot main".to_owned());
    };
    let unit = match units.load(&checked, dot, poison) {
        Ok(unit) => unit,
        Err(problem) => return Verdict::Different(format!("it does not compile: {problem}")),
    };
    let (mut values, mut faults, mut gave_up) = (0, 0, false);
    for input in &program.inputs {
        let Some(wanted) = engines::interpreted(&checked, dot, input) else {
            gave_up = true;
            continue;
        };
        match units.run(&unit, input, Plan::sequential()) {
            Err(problem) => return Verdict::Different(format!("{problem}\non {input:?}")),
            Ok(found) if found != wanted => {
                return Verdict::Different(format!("{}\non {input:?}", difference(&wanted, &found)));
            }
            Ok(_) if wanted.end.is_ok() => values += 1,
            Ok(_) => faults += 1,
        }
    }
    if gave_up { Verdict::GaveUp } else { Verdict::Same { values, faults } }
}

fn difference(wanted: &Observation, found: &Observation) -> String {
    let end = |seen: &Observation| match &seen.end {
        Ok(value) => value.clone(),
        Err(fault) => format!("fault {fault} at {:?}", fault.at.as_ref().map(|at| (at.start, at.end))),
    };
    if wanted.printed == found.printed {
        format!("interpreter: {}\nunit:        {}", end(wanted), end(found))
    } else {
        format!("interpreter printed: {:?}\nunit printed:        {:?}", wanted.printed, found.printed)
    }
}

/// The smallest program that fails like this one: in the same kind of way, so that one mistake does not lead to another.
pub fn smallest(units: &Units, program: &Generated, poison: bool, verdict: &Verdict) -> String {
    let kind = kind(verdict);
    let fails = |source: &str| {
        let candidate = Generated { source: source.to_owned(), inputs: program.inputs.clone() };
        self::kind(&compare(units, &candidate, poison)) == kind
    };
    minimise(&program.source, &fails)
}

/// The first words of how a program fails: what minimising keeps.
fn kind(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Same { .. } | Verdict::GaveUp => None,
        Verdict::Refused(problem) => Some(format!("refused {}", problem.get(..5).unwrap_or_default())),
        Verdict::Different(problem) => {
            let internal = FaultCode::Internal.as_str();
            let internal = problem.lines().any(|line| line.contains(&format!("fault {internal}")));
            let words = problem.chars().take_while(|c| c.is_alphabetic() || *c == ' ').collect::<String>();
            Some(format!("different {internal} {words}"))
        }
    }
}
