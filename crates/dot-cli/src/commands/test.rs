//! `dot test`
//!
//! This thread checks and compiles the files in order; workers run the tests as they are ready, and what is said about
//! them comes out in the order of the sources.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use dot_runtime::{Engine, Plan};
use dot_types::program::{FunctionId, Program, SourceFile};
use paradot::Captured;

use super::options::RunOptions;
use crate::arguments::{Complaint, Start};
use crate::pipeline::{self, CompiledUnits};
use crate::project::Project;
use crate::render::{self, TestEntry, TestStatus};
use crate::sources;
use crate::stop::Stop;
use crate::terminal::{Status, Terminal};

/// Runs the tests of files.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Runs only the tests whose name contains this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,

    /// Prints what became of the tests as one JSON document on standard output
    #[arg(long)]
    pub json: bool,

    /// Files, and folders of which every .dot file is tested; without any the whole project
    #[arg(value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,

    /// Limits and permissions.
    #[command(flatten)]
    pub options: RunOptions,
}

/// The stack of a worker in bytes: it compiles units to the machine's code. It is address space until it is used.
const WORKER_STACK_BYTES: usize = 64 << 20;

/// Runs the tests of every file, each test as a run of its own, and counts them.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    let prepared =
        sources::named_files(&arguments.paths, "test").and_then(|paths| Ok((paths, arguments.options.engine()?)));
    let (paths, engine) = match prepared {
        Ok(prepared) => prepared,
        Err(stop) => return stop.tell(terminal),
    };
    let mut session = Session { arguments, terminal, next: 0, early: BTreeMap::new(), tally: Tally::default() };
    session.run_all(&paths, &engine);
    let Tally { passed, failed, status, entries } = session.tally;
    if let (Some(filter), 0, Status::Done) = (&arguments.filter, passed + failed, status) {
        let complaint = Complaint::new(format!("no test has \"{filter}\" in its name"));
        return Stop::complaint(complaint.help("leave --filter out to run all tests")).tell(terminal);
    }
    status.max(match arguments.json {
        true => terminal.write(format_args!("{}\n", render::tests_json(passed, failed, &entries))),
        false => terminal.write(format_args!("{passed} passed, {failed} failed\n")),
    })
}

/// A test that is ready to run.
struct Job {
    number: usize,
    test: Named,
    unit: CompiledUnits,
    project: Arc<Project>,
}

/// Which test it is.
struct Named {
    name: String,
    file: SourceFile,
    start: u32,
    end: u32,
}

/// What there is to say, at its place in the order of the sources.
enum Event {
    /// A file that holds no program.
    Refused(Stop),
    /// A test that ran, or could not.
    Ended { test: Named, outcome: Result<(), Stop>, notes: String, took: Duration },
}

/// What was counted.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    status: Status,
    entries: Vec<TestEntry>,
}

struct Session<'a> {
    arguments: &'a Arguments,
    terminal: &'a Terminal,
    /// The number of the event that is told next.
    next: usize,
    /// Events that came before those in front of them.
    early: BTreeMap<usize, Event>,
    tally: Tally,
}

impl Session<'_> {
    fn run_all(&mut self, paths: &[PathBuf], engine: &Engine) {
        let (jobs, queue) = mpsc::channel::<Job>();
        let (events, results) = mpsc::channel::<(usize, Event)>();
        let queue = Mutex::new(queue);
        let options = &self.arguments.options;
        thread::scope(|scope| {
            let mut workers = 0;
            for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
                let (events, queue) = (events.clone(), &queue);
                let work = move || {
                    while let Some(job) = take(queue) {
                        let number = job.number;
                        if events.send((number, perform(job, engine, options))).is_err() {
                            return;
                        }
                    }
                };
                let stack = thread::Builder::new().stack_size(WORKER_STACK_BYTES);
                workers += usize::from(stack.spawn_scoped(scope, work).is_ok());
            }
            let mut number = 0;
            for path in paths {
                if let Err(stop) = self.prepare(path, &mut number, &jobs, &events) {
                    // Only this thread listens, so it can't be gone.
                    let _ = events.send((number, Event::Refused(stop)));
                    number += 1;
                }
                while let Ok((number, event)) = results.try_recv() {
                    self.take_in(number, event);
                }
            }
            drop(jobs);
            // Where the system gives no further thread, this one has to do.
            while let Some(job) = (workers == 0).then(|| take(&queue)).flatten() {
                let number = job.number;
                self.take_in(number, perform(job, engine, options));
            }
            drop(events);
            for (number, event) in results {
                self.take_in(number, event);
            }
        });
    }

    /// Compiles the tests of a file and hands them to the workers.
    fn prepare(
        &self,
        path: &Path,
        number: &mut usize,
        jobs: &mpsc::Sender<Job>,
        events: &mpsc::Sender<(usize, Event)>,
    ) -> Result<(), Stop> {
        let project = Arc::new(Project::of_file(path)?);
        let checked = pipeline::check(pipeline::read(path, &project)?)?;
        let program = &checked.program;
        for &test in program.tests.iter().filter(|&&test| self.is_wanted(program, test)) {
            let named = name_of(program, test);
            // Only this thread listens to events, and the queue of jobs lives as long as it does.
            let _ = match pipeline::compile(&checked, test) {
                Ok(unit) => {
                    let job = Job { number: *number, test: named, unit, project: Arc::clone(&project) };
                    jobs.send(job).is_ok()
                }
                Err(stop) => {
                    let (notes, took) = (String::new(), Duration::ZERO);
                    events.send((*number, Event::Ended { test: named, outcome: Err(stop), notes, took })).is_ok()
                }
            };
            *number += 1;
        }
        Ok(())
    }

    fn is_wanted(&self, program: &Program, test: FunctionId) -> bool {
        self.arguments.filter.as_ref().is_none_or(|filter| program.function(test).name.contains(filter))
    }

    /// Tells an event, and those that waited for it.
    fn take_in(&mut self, number: usize, event: Event) {
        self.early.insert(number, event);
        while let Some(event) = self.early.remove(&self.next) {
            self.next += 1;
            self.tell(event);
        }
    }

    fn tell(&mut self, event: Event) {
        match event {
            Event::Refused(stop) => self.tally.status = self.tally.status.max(stop.tell(self.terminal)),
            Event::Ended { test, outcome, notes, took } => {
                let status = if outcome.is_ok() { TestStatus::Passed } else { TestStatus::Failed };
                if !self.arguments.json {
                    let word = if outcome.is_ok() { "ok    " } else { "FAILED" };
                    self.terminal.write(format_args!("{word} {}: {}\n", test.file.name, test.name));
                    if let Err(stop) = &outcome {
                        self.terminal.say(&notes);
                        stop.tell(self.terminal);
                    }
                }
                match outcome {
                    Ok(()) => self.tally.passed += 1,
                    Err(_) => {
                        self.tally.failed += 1;
                        self.tally.status = self.tally.status.max(Status::Failed);
                    }
                }
                if self.arguments.json {
                    let Named { name, file, start, end } = test;
                    let entry = TestEntry::new(name, (&file, start, end), status, took);
                    self.tally.entries.push(entry.ended(outcome.err(), notes));
                }
            }
        }
    }
}

fn name_of(program: &Program, test: FunctionId) -> Named {
    let function = program.function(test);
    let file = program.files.get(usize::from(function.span.file.0)).cloned();
    let file = file.unwrap_or_else(|| SourceFile { name: String::new(), text: Arc::from("") });
    Named { name: function.name.to_string(), file, start: function.span.start, end: function.span.end }
}

/// The next job, or nothing when there will be none.
fn take(queue: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    // A worker that panicked while it held the queue has left it whole.
    let queue = queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    queue.recv().ok()
}

/// Runs a test to its end.
fn perform(job: Job, engine: &Engine, options: &RunOptions) -> Event {
    let Job { test, unit, project, .. } = job;
    let notes = Arc::new(Captured::default());
    let began = Instant::now();
    let outcome = pipeline::load(engine, unit)
        .and_then(|loaded| Ok((loaded, options.host(&project, notes.clone(), &[])?.for_tests())))
        .and_then(|(loaded, host)| pipeline::start(&loaded, &host, Start::empty(), Plan::sequential()).map(drop));
    Event::Ended { test, outcome, notes: notes.text(), took: began.elapsed() }
}
