//! What became of tests as one JSON document, for editors and scripts.

use std::time::Duration;

use dot_abi::fault::Fault;
use dot_types::program::SourceFile;
use serde::Serialize;

use super::json::{Entry, Place, entries, place_in};
use crate::stop::Stop;

/// What became of a test.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TestStatus {
    /// All that it asserts holds.
    Passed,
    /// It ended in a fault, or could not run.
    Failed,
}

/// A test, and what became of it.
#[derive(Serialize)]
pub struct TestEntry {
    name: String,
    #[serde(flatten)]
    place: Place,
    status: TestStatus,
    duration_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<Entry>,
    #[serde(skip_serializing_if = "String::is_empty")]
    notes: String,
}

/// A fault; `place` is where it was, in lines and columns.
#[derive(Serialize)]
struct FaultEntry {
    #[serde(flatten)]
    fault: Fault,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

#[derive(Serialize)]
struct Document<'e> {
    passed: usize,
    failed: usize,
    tests: &'e [TestEntry],
}

impl TestEntry {
    /// A test by its name and the place of it.
    pub fn new(
        name: String,
        (file, start, end): (&SourceFile, u32, u32),
        status: TestStatus,
        took: Duration,
    ) -> TestEntry {
        TestEntry {
            name,
            place: place_in(file, start, end),
            status,
            duration_ms: (took.as_secs_f64() * 1e6).round() / 1e3,
            fault: None,
            diagnostics: Vec::new(),
            notes: String::new(),
        }
    }

    /// Adds why it failed, and what it printed.
    pub fn ended(mut self, stop: Option<Stop>, notes: String) -> TestEntry {
        self.notes = notes;
        match stop {
            Some(Stop::Fault { files, fault }) => self.fault = Some(fault_entry(&files, *fault)),
            Some(Stop::Source { files, diagnostics }) => self.diagnostics = entries(&files, &diagnostics),
            Some(other) => self.fault = Some(fault_entry(&[], other.into_fault())),
            None => {}
        }
        self
    }
}

fn fault_entry(files: &[SourceFile], mut fault: Fault) -> FaultEntry {
    let place = fault.at.take().and_then(|at| {
        let file = files.iter().find(|file| file.name == at.file)?;
        Some(place_in(file, at.start, at.end))
    });
    FaultEntry { fault, place }
}

/// The document that `dot test --json` prints, pretty, without a newline at the end.
pub fn tests_json(passed: usize, failed: usize, tests: &[TestEntry]) -> String {
    super::json::to_text(&Document { passed, failed, tests })
}
