//! Runs the conformance suite, `cases/*.dot`, in both engines.

use dot_runtime::Plan;
use paradot::schedule::Schedule;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use dot_testing::cases::{self, Case, Ending};
use dot_testing::engines::{self, Observation, Units};
use dot_types::program::Program;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, trials()).exit_code()
}

fn trials() -> Vec<Trial> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of cases is there")
        .map(|entry| entry.expect("an entry can be read").path())
        .collect();
    files.sort();
    let units = Arc::new(Units::new().expect("the system gives what the runtime needs"));
    files.iter().flat_map(|file| trials_of(file, &units)).collect()
}

/// A trial for each case of a file, and one for the file itself if it can't be used.
fn trials_of(file: &Path, units: &Arc<Units>) -> Vec<Trial> {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let source: Arc<str> = std::fs::read_to_string(file).expect("a case file is UTF-8").into();
    let program = engines::checked(&source);
    match (program, cases::read(&source)) {
        (Ok(program), Ok(cases)) => {
            let program = Arc::new(program);
            let trial = |case: Case| {
                let (program, source, units) = (program.clone(), source.clone(), units.clone());
                Trial::test(format!("{name}::{}", case.name), move || run(&units, &program, &source, &case))
            };
            let trials: Vec<Trial> = cases.into_iter().map(trial).collect();
            assert!(!trials.is_empty(), "{name} has no case: a dot is one when a comment says what it gives");
            trials
        }
        (Err(problem), _) | (_, Err(problem)) => vec![Trial::test(name, move || Err(Failed::from(problem)))],
    }
}

fn run(units: &Units, program: &Program, source: &str, case: &Case) -> Result<(), Failed> {
    let dot = engines::dot(program, &case.name).ok_or("the program has no such dot")?;
    let interpreted = engines::interpreted(program, dot, &[]).ok_or("the interpreter gave up")?;
    expect(&interpreted, source, case).map_err(|difference| format!("interpreter: {difference}"))?;
    let unit = units.load(program, dot, true)?;
    for plan in plans() {
        let observed = units.run(&unit, &[], plan)?;
        expect(&observed, source, case).map_err(|difference| format!("unit, {plan:?}: {difference}"))?;
        if observed.end.as_ref().err().map(|fault| &fault.step)
            != interpreted.end.as_ref().err().map(|fault| &fault.step)
        {
            return Err(format!("unit, {plan:?}: another step: {:?} and {:?}", observed.end, interpreted.end).into());
        }
    }
    Ok(())
}

/// The plans under which each case shows the same.
fn plans() -> Vec<Plan> {
    let schedules = [Schedule::Sequential, Schedule::NewestFirst, Schedule::Adversarial, Schedule::Random(1)];
    let ways = [(false, false), (true, false), (true, true)];
    let plan = |(schedule, (suspend_always, park_always))| Plan {
        schedule,
        suspend_always,
        park_always,
        fresh_always: suspend_always,
    };
    schedules.into_iter().flat_map(|schedule| ways.map(|way| (schedule, way))).map(plan).collect()
}

/// Compares what was observed with what the case says.
fn expect(seen: &Observation, source: &str, case: &Case) -> Result<(), String> {
    let printed: String = case.prints.iter().map(|line| format!("{line}\n")).collect();
    if seen.printed != printed {
        return Err(format!("it printed {:?} instead of {printed:?}", seen.printed));
    }
    let wanted = match &case.end {
        Ending::Value(value) => value.clone(),
        Ending::Fault { fault, .. } => format!("fault {fault}"),
    };
    let found = match &seen.end {
        Ok(value) => value.clone(),
        Err(fault) => format!("fault {fault}"),
    };
    if found != wanted {
        return Err(format!("it gave\n  {found}\ninstead of\n  {wanted}"));
    }
    let (Ending::Fault { at, step, .. }, Err(fault)) = (&case.end, &seen.end) else { return Ok(()) };
    let place = fault.at.as_ref().and_then(|at| source.get(at.start as usize..at.end as usize));
    if at.is_some() && at.as_deref() != place {
        return Err(format!("the fault stands at {place:?} instead of {at:?}"));
    }
    if step.is_some() && *step != fault.step {
        return Err(format!("the step that failed is {:?} instead of {step:?}", fault.step));
    }
    Ok(())
}
