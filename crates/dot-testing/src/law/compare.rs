//! One program under every schedule.

use dot_abi::fault::FaultCode;
use dot_abi::json::{self, Style};
use dot_codegen::emit::Options;
use dot_runtime::{Engine, Plan};
use dot_syntax::Diagnostic;
use dot_types::program::{FunctionId, Program};
use paradot::schedule::Schedule;

use super::product::Product;
use super::{Faults, Groups, Recorder, Run, WithWorld, in_source_order, program, violation};
use crate::engines;
use crate::generate::minimise;
use crate::second::{Mode, Second};

/// A program and what the world decides about its run.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// The source.
    pub source: String,
    /// The faults.
    pub plan: Faults,
}

/// What comparing the runs of a program gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The law holds.
    Lawful {
        /// Whether the program gave a value.
        is_value: bool,
        /// How many operations of the world it asked for.
        operations: usize,
        /// Whether the second engine ran it too.
        second: bool,
    },
    /// The interpreter gave up, or a limit was reached.
    GaveUp,
    /// The checker refuses the program.
    Refused(String),
    /// The law is broken: by which engine, and how.
    Broken(String),
}

/// How many of a hundred steps fault, in turn.
const FAULTS: [u64; 4] = [0, 0, 2, 7];

impl Case {
    /// The case of a seed.
    pub fn of_seed(seed: u64) -> Case {
        let faults = FAULTS[(seed % FAULTS.len() as u64) as usize];
        Case { source: program(seed), plan: Faults { seed, percent: faults } }
    }

    /// Runs the program in the order of the source and under every schedule.
    pub fn examine(&self, engine: &Engine) -> Verdict {
        let program = match engines::checked_with(&self.source, &WithWorld) {
            Ok(program) => program,
            Err(problem) => return Verdict::Refused(problem),
        };
        let Some(dot) = engines::dot(&program, "main") else {
            return Verdict::Refused("there is no dot main".to_owned());
        };
        match in_source_order(&program, dot, self.plan) {
            None => Verdict::GaveUp,
            Some(law) => self.compared(engine, &program, dot, &law).unwrap_or_else(Verdict::Broken),
        }
    }

    fn compared(&self, engine: &Engine, program: &Program, dot: FunctionId, law: &Run) -> Result<Verdict, String> {
        let groups = Groups::of(program);
        let options = Options { poison: true, ..Options::default() };
        let failed = |problem: Box<Diagnostic>| format!("it does not compile: {}", problem.message);
        let units = engines::all_compiled(program, dot, options).map_err(failed)?;
        let second = Second::new(&units).map_err(|problem| format!("it does not load: {problem}"))?;
        if let Some(second) = &second {
            for (mode, schedule) in self.schedules() {
                let by = format!("the second engine, {mode:?}, {schedule:?}");
                let found = self.in_second(second, mode, schedule).map_err(|problem| format!("{by}: {problem}"))?;
                violation(&groups, law, &found).map_or(Ok(()), |problem| Err(format!("{by}: {problem}")))?;
            }
        }
        let product = Product::new(engine, units).map_err(|problem| format!("it does not load: {problem}"))?;
        for plan in self.plans() {
            let by = format!("the engine, {plan:?}");
            let found = product.run(plan, &Recorder::new(self.plan)).map_err(|problem| format!("{by}: {problem}"))?;
            violation(&groups, law, &found).map_or(Ok(()), |problem| Err(format!("{by}: {problem}")))?;
        }
        let operations = law.recorded.operations.len();
        Ok(Verdict::Lawful { is_value: law.end.is_ok(), operations, second: second.is_some() })
    }

    /// Every way in which the engine goes about a run.
    fn plans(&self) -> Vec<Plan> {
        let seed = self.plan.seed;
        let schedules = [Schedule::NewestFirst, Schedule::Random(seed), Schedule::Random(!seed), Schedule::Adversarial];
        let both = |schedule| {
            [false, true].map(|suspend_always| Plan {
                schedule,
                suspend_always,
                park_always: false,
                fresh_always: suspend_always,
            })
        };
        let parked = [Schedule::NewestFirst, Schedule::Random(seed)].map(|schedule| Plan {
            schedule,
            suspend_always: true,
            park_always: true,
            ..Plan::default()
        });
        [Plan::sequential()].into_iter().chain(schedules.into_iter().flat_map(both)).chain(parked).collect()
    }

    /// How guests are told that they wait, and in which order calls run.
    fn schedules(&self) -> [(Mode, Schedule); 5] {
        let seed = self.plan.seed;
        [
            (Mode::Straight, Schedule::NewestFirst),
            (Mode::Suspended, Schedule::Adversarial),
            (Mode::Parked, Schedule::NewestFirst),
            (Mode::Straight, Schedule::Random(seed)),
            (Mode::Parked, Schedule::Random(!seed)),
        ]
    }

    fn in_second(&self, second: &Second, mode: Mode, schedule: Schedule) -> Result<Run, String> {
        let recorder = Recorder::new(self.plan);
        let manifest = second.manifest("main").ok_or("there is no unit main")?;
        let end = second.run("main", mode, schedule, &recorder);
        if let Err(fault) = &end
            && fault.code == FaultCode::Internal
        {
            return Err(fault.to_string());
        }
        let end = end.and_then(|value| json::encode(&manifest.types, manifest.output, &value, Style::Compact));
        Ok(Run { end, recorded: recorder.recorded() })
    }
}

/// The smallest program that fails like this one.
pub fn smallest(engine: &Engine, case: &Case, verdict: &Verdict) -> String {
    let wanted = kind(verdict);
    let fails = |source: &str| kind(&Case { source: source.to_owned(), plan: case.plan }.examine(engine)) == wanted;
    minimise(&case.source, &fails)
}

/// How a program fails, without what changes while it gets smaller.
fn kind(verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Lawful { .. } | Verdict::GaveUp => None,
        Verdict::Refused(problem) => Some(problem.chars().take(5).collect()),
        Verdict::Broken(problem) => {
            Some(problem.chars().take_while(|c| !c.is_ascii_digit() && *c != '/' && *c != '\n').collect())
        }
    }
}
