//! How much one run may start, and the faults of one that starts more.

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::text::size_to_text;

/// How much one run may start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// The most calls of one activation that are started and not yet taken.
    pub in_flight: usize,
    /// The most calls of one activation in all.
    pub calls: u64,
    /// The most activations between the root and a call.
    pub depth: u32,
    /// The most bytes of notes that wait to be shown.
    pub notes_bytes: u64,
    /// The most calls of the whole run.
    pub run_calls: u64,
    /// The most calls of the whole run that are started and not yet taken.
    pub run_in_flight: u64,
    /// The most bytes that the run holds outside of its activations: what calls that have not begun are given, results that are not
    /// taken, and what is kept for further attempts. Above a quarter of it calls begin one at a time while results wait.
    pub run_memory_bytes: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            in_flight: 16_384,
            calls: 10_000_000,
            depth: 10_000,
            notes_bytes: 64 << 20,
            run_calls: 1_000_000_000,
            run_in_flight: 1_000_000,
            run_memory_bytes: 4 << 30,
        }
    }
}

impl Bounds {
    pub(super) fn in_flight_fault(&self) -> Fault {
        let message = format!("the dot has {} calls in flight, which is the limit", self.in_flight);
        Fault::new(FaultCode::CallLimit, message)
            .help("use the results of earlier calls before more are started: this limit is fixed")
    }

    pub(super) fn calls_fault(&self) -> Fault {
        let message = format!("the dot made {} calls, which is the limit for one dot", self.calls);
        Fault::new(FaultCode::CallLimit, message).help(format!(
            "let dots that it calls make a part of the calls, or raise the limit: --calls {}",
            self.calls.saturating_mul(2)
        ))
    }

    pub(super) fn depth_fault(&self) -> Fault {
        let message = format!("dots call each other deeper than the limit of {} levels", self.depth);
        Fault::new(FaultCode::CallLimit, message).help(format!(
            "look for a recursion without an end, or raise the limit: --depth {}",
            self.depth.saturating_mul(2)
        ))
    }

    pub(super) fn notes_fault(&self) -> Fault {
        let limit = size_to_text(self.notes_bytes);
        let message = format!("what was printed behind calls that have not ended is larger than the limit of {limit}");
        Fault::new(FaultCode::OutputLimit, message).help("print less, or print it before the calls are started")
    }

    pub(super) fn run_calls_fault(&self) -> Fault {
        let message = format!("the run made {} calls, which is the limit for one run", self.run_calls);
        Fault::new(FaultCode::CallLimit, message)
            .help(format!("do more in each dot, or raise the limit: --run-calls {}", self.run_calls.saturating_mul(2)))
    }

    pub(super) fn run_in_flight_fault(&self) -> Fault {
        let message = format!("the run has {} calls in flight, which is the limit", self.run_in_flight);
        Fault::new(FaultCode::CallLimit, message).help(
            "let fewer dots start calls beside each other, with concurrency or parallel(limit: …): this limit is fixed",
        )
    }

    pub(super) fn run_memory_fault(&self) -> Fault {
        let limit = size_to_text(self.run_memory_bytes);
        let message =
            format!("inputs and results that wait to be used are larger than the run's memory limit of {limit}");
        Fault::new(FaultCode::MemoryLimit, message).help(format!(
            "use results before more is started, return less, or raise the limit: --run-memory {}",
            size_to_text(self.run_memory_bytes.saturating_mul(2))
        ))
    }
}
