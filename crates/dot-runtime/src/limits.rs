//! What an activation may use, and the faults of one that wants more.

use std::time::Duration;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::text::{duration_to_text, size_to_text};
use wasmtime::ResourceLimiter;

/// What an activation may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Linear memory. At most 4 GB, which is all that a unit can address.
    pub memory_bytes: u64,
    /// Time on the processor, measured on the activation's thread.
    pub cpu: Duration,
    /// The size of a value that enters or leaves: its texts and bytes, and 8 bytes for each part.
    pub value_size_bytes: u64,
    /// What it may print.
    pub output_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            memory_bytes: 1 << 30,
            cpu: Duration::from_secs(60),
            value_size_bytes: 256 << 20,
            output_bytes: 64 << 20,
        }
    }
}

impl Limits {
    pub(crate) fn memory_fault(&self) -> Fault {
        let limit = size_to_text(self.memory_bytes);
        let help = match self.memory_bytes {
            // 4 GB is all that there is.
            bytes if bytes >= 4 << 30 => "keep less at once: this is the largest memory that a dot can have".to_owned(),
            bytes => format!("raise it if the dot needs more: --memory {}", size_to_text((bytes * 2).min(4 << 30))),
        };
        Fault::new(FaultCode::MemoryLimit, format!("the dot reached the memory limit of {limit}")).help(help)
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

/// The fault of an activation whose calls are nested too deeply.
pub(crate) fn stack_fault(stack_bytes: u64) -> Fault {
    let message = format!("the calls are nested deeper than the stack limit of {} allows", size_to_text(stack_bytes));
    Fault::new(FaultCode::StackLimit, message)
        .help(format!("look for a recursion without an end, or raise the limit: --stack {}", double(stack_bytes)))
}

fn double(bytes: u64) -> String {
    size_to_text(bytes.saturating_mul(2))
}

/// Tells the engine what memory it may give.
#[derive(Debug)]
pub(crate) struct Limiter {
    memory_bytes: u64,
    /// Whether the guest asked for more, so that what comes of it has a cause.
    pub(crate) denied: bool,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits) -> Limiter {
        Limiter { memory_bytes: limits.memory_bytes, denied: false }
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let granted = desired as u64 <= self.memory_bytes;
        self.denied |= !granted;
        Ok(granted)
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.denied = true;
        Ok(())
    }

    fn table_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum))
    }
}
