//! `dot test`

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dot_runtime::Engine;
use dot_types::program::{FunctionId, Program};
use paradot::Captured;

use super::options::RunOptions;
use crate::arguments::{Complaint, Start};
use crate::pipeline::{self, CheckedProgram};
use crate::sources;
use crate::stop::Stop;
use crate::terminal::{Status, Terminal};

/// Runs the tests of files.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// Runs only the tests whose name contains this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,

    /// Files, and folders of which every .dot file is tested
    #[arg(value_name = "FILE|DIR", required = true)]
    pub paths: Vec<PathBuf>,

    /// Limits and permissions.
    #[command(flatten)]
    pub options: RunOptions,
}

/// Runs the tests of every file, each test as a unit of its own, and counts them.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    let prepared = sources::dot_files(&arguments.paths).and_then(|paths| Ok((paths, arguments.options.engine()?)));
    let (paths, engine) = match prepared {
        Ok(prepared) => prepared,
        Err(stop) => return stop.tell(terminal),
    };
    let mut session = Session { arguments, engine, terminal, passed: 0, failed: 0, status: Status::Done };
    for path in &paths {
        if let Err(stop) = session.file(path) {
            session.status = session.status.max(stop.tell(terminal));
        }
    }
    let Session { passed, failed, status, .. } = session;
    if let (Some(filter), 0, Status::Done) = (&arguments.filter, passed + failed, status) {
        let complaint = Complaint::new(format!("no test has \"{filter}\" in its name"));
        return Stop::complaint(complaint.help("leave --filter out to run all tests")).tell(terminal);
    }
    status.max(terminal.write(format_args!("{passed} passed, {failed} failed\n")))
}

struct Session<'a> {
    arguments: &'a Arguments,
    engine: Engine,
    terminal: &'a Terminal,
    passed: usize,
    failed: usize,
    status: Status,
}

impl Session<'_> {
    fn file(&mut self, path: &Path) -> Result<(), Stop> {
        let checked = pipeline::check(pipeline::read(path)?)?;
        let program = &checked.program;
        for &test in &program.tests {
            if !self.is_wanted(program, test) {
                continue;
            }
            let name = format!("{}: {}", path.display(), program.function(test).name);
            let notes = Arc::new(Captured::default());
            match self.test(&checked, test, notes.clone()) {
                Ok(()) => {
                    self.passed += 1;
                    self.terminal.write(format_args!("ok     {name}\n"));
                }
                Err(stop) => {
                    self.failed += 1;
                    self.status = self.status.max(Status::Failed);
                    self.terminal.write(format_args!("FAILED {name}\n"));
                    self.terminal.say(notes.text());
                    stop.tell(self.terminal);
                }
            }
        }
        Ok(())
    }

    fn is_wanted(&self, program: &Program, test: FunctionId) -> bool {
        self.arguments.filter.as_ref().is_none_or(|filter| program.function(test).name.contains(filter))
    }

    fn test(&self, checked: &CheckedProgram, test: FunctionId, notes: Arc<Captured>) -> Result<(), Stop> {
        let compiled = pipeline::compile(checked, test)?;
        let loaded = pipeline::load(&self.engine, compiled)?;
        let host = self.arguments.options.host(notes, &[])?.for_tests();
        pipeline::start(&loaded, &host, Start::empty()).map(drop)
    }
}
