//! What an activation may use, and the faults of one that wants more.

use std::time::Duration;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::policy::Policies;
use dot_abi::text::{duration_to_text, size_to_text};
use paradot::schedule::Bounds;
use wasmtime::ResourceLimiter;

/// All that a unit can address.
pub const MOST_MEMORY: u64 = 4 << 30;

/// What an activation may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Linear memory. At most 4 GB, which is all that a unit can address.
    pub memory_bytes: u64,
    /// Time on the processor, measured on the activation's thread.
    pub cpu: Duration,
    /// The size of a value that enters or leaves: its texts and bytes, and for each part the
    /// [`PART_SIZE`](dot_abi::value::PART_SIZE) that it takes outside of a guest.
    pub value_size_bytes: u64,
    /// What a run may print.
    pub output_bytes: u64,
    /// The most calls of dots that one activation may make.
    pub calls: u64,
    /// How deep dots may call each other.
    pub depth: u32,
    /// The most calls of dots that a run may make.
    pub run_calls: u64,
    /// What inputs and results that wait to be used may take in a run.
    pub run_memory_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            memory_bytes: 1 << 30,
            cpu: Duration::from_secs(60),
            value_size_bytes: 256 << 20,
            output_bytes: 64 << 20,
            calls: Bounds::default().calls,
            depth: Bounds::default().depth,
            run_calls: Bounds::default().run_calls,
            run_memory_bytes: Bounds::default().run_memory_bytes,
        }
    }
}

impl Limits {
    /// The memory that there can be, whatever was asked for.
    pub(crate) fn usable_memory(&self) -> u64 {
        self.memory_bytes.min(MOST_MEMORY)
    }

    /// The same as the scheduler keeps it.
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds {
            calls: self.calls,
            depth: self.depth,
            notes_bytes: self.output_bytes,
            run_calls: self.run_calls,
            run_memory_bytes: self.run_memory_bytes,
            ..Bounds::default()
        }
    }

    /// The limits of a dot that declares its own.
    pub(crate) fn declared(self, policies: &Policies) -> Limits {
        Limits {
            memory_bytes: policies.memory_bytes.unwrap_or(self.memory_bytes),
            cpu: policies.cpu_ns.map_or(self.cpu, Duration::from_nanos),
            ..self
        }
    }

    pub(crate) fn memory_fault(&self) -> Fault {
        let bytes = self.usable_memory();
        let help = if bytes == MOST_MEMORY {
            "keep less at once: this is the largest memory that a dot can have".to_owned()
        } else {
            format!("raise it if the dot needs more: --memory {}", size_to_text((bytes * 2).min(MOST_MEMORY)))
        };
        let message = format!("the dot reached the memory limit of {}", size_to_text(bytes));
        Fault::new(FaultCode::MemoryLimit, message).help(help)
    }

    pub(crate) fn cpu_fault(&self) -> Fault {
        let text = |duration: Duration| duration_to_text(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX));
        let message = format!("the dot reached the limit on CPU time of {}", text(self.cpu));
        let help = format!("raise it if the dot needs more: --cpu {}", text(self.cpu.saturating_mul(5)));
        Fault::new(FaultCode::CpuLimit, message).help(help)
    }

    pub(crate) fn value_fault(&self) -> Fault {
        let limit = size_to_text(self.value_size_bytes);
        let help = format!("raise it if the value must be so large: --value-size {}", double(self.value_size_bytes));
        Fault::new(FaultCode::ValueLimit, format!("a value is larger than the limit of {limit}")).help(help)
    }
}

/// The fault of an activation that needs an instance when there are as many as there can be.
pub(crate) fn instance_fault(most: usize) -> Fault {
    let message = format!("{most} activations keep their memory while they wait, which is the limit of this process");
    Fault::new(FaultCode::CallLimit, message).help("call dots where no function value is needed behind the call")
}

/// The fault of an activation whose calls are nested too deeply.
pub(crate) fn stack_fault(stack_bytes: u64) -> Fault {
    let message = format!("the calls are nested deeper than the stack limit of {} allows", size_to_text(stack_bytes));
    Fault::new(FaultCode::StackLimit, message)
        .help(format!("look for a recursion without an end, or raise the limit: --stack {}", double(stack_bytes)))
}

fn double(bytes: u64) -> String {
    size_to_text(bytes.saturating_mul(2))
}

/// The fault of an activation that asked for memory within its limit and did not get it.
fn system_fault() -> Fault {
    Fault::new(FaultCode::MemoryLimit, "the system has no more memory to give to the dot")
        .help("run less beside it, or keep less at once")
}

/// Tells the engine what memory it may give, and why it did not.
#[derive(Debug)]
pub(crate) struct Limiter {
    limits: Limits,
    /// The fault of the last request that was not granted.
    refused: Option<Fault>,
}

impl Limiter {
    pub(crate) fn new(limits: Limits) -> Limiter {
        Limiter { limits, refused: None }
    }

    /// Why memory was not granted, if it was asked for in vain.
    pub(crate) fn refused(&self) -> Option<Fault> {
        self.refused.clone()
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let granted = desired as u64 <= self.limits.usable_memory();
        if !granted {
            self.refused = Some(self.limits.memory_fault());
        }
        Ok(granted)
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.refused.get_or_insert_with(system_fault);
        Ok(())
    }

    fn table_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum))
    }
}
