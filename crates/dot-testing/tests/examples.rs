//! Runs the examples of the standard library in both engines; a public item without an example fails.

use dot_runtime::Plan;
use std::process::ExitCode;
use std::sync::Arc;

use dot_testing::engines::{self, Units};
use dot_testing::examples::{self, Documented, Example};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let units = Arc::new(Units::new().expect("the system gives what the runtime needs"));
    let trials = dot_std::MODULES.iter().flat_map(|(module, source)| trials_of(module, source, &units)).collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A trial for each public item of a module, or one for the module if it can't be read.
fn trials_of(module: &str, source: &str, units: &Arc<Units>) -> Vec<Trial> {
    match examples::of_module(module, source) {
        Ok(items) => items.into_iter().map(|item| trial(item, units.clone())).collect(),
        Err(problem) => vec![Trial::test(module, || Err(Failed::from(problem)))],
    }
}

fn trial(item: Documented, units: Arc<Units>) -> Trial {
    let Documented { name, examples } = item;
    Trial::test(name, move || {
        if examples.is_empty() {
            return Err("its documentation has no example: write a ```dot block of assertions".into());
        }
        examples.iter().try_for_each(|example| judge(example, &units))
    })
}

fn judge(example: &Example, units: &Units) -> Result<(), Failed> {
    let source = example.program();
    let failed = |engine: &str, problem: &dyn std::fmt::Display| Failed::from(format!("{engine}: {problem}\n{source}"));
    let program = engines::checked(&source).map_err(|problem| failed("checker", &problem))?;
    let &[test] = program.tests.as_slice() else { return Err(failed("checker", &"the example is not one test")) };
    if !example.is_run {
        return Ok(());
    }
    let interpreted = engines::interpreted(&program, test, &[]).ok_or("the interpreter gave up")?;
    interpreted.end.map_err(|fault| failed("interpreter", &fault))?;
    let unit = units.load(&program, test, true).map_err(|problem| failed("compiler", &problem))?;
    let observed = units.run(&unit, &[], Plan::sequential()).map_err(|problem| failed("unit", &problem))?;
    if observed.printed != interpreted.printed {
        return Err(failed("unit", &format!("it printed {:?}", observed.printed)));
    }
    observed.end.map(drop).map_err(|fault| failed("unit", &fault))
}
