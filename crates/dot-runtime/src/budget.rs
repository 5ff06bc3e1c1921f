//! What one value may still take while it is lifted or lowered: bytes, and time on the processor.

use dot_abi::fault::Fault;
use dot_abi::value::PART_SIZE;

use crate::activation::Activation;

/// The bytes after which the clock is looked at again.
const CHECK_EVERY: u64 = 64 << 10;

/// The limits on a value, counted down.
pub(crate) struct Budget {
    left_bytes: u64,
    /// The bytes counted since the clock was looked at.
    unchecked_bytes: u64,
}

impl Budget {
    /// All that one value may take.
    pub(crate) fn new(activation: &Activation) -> Budget {
        Budget { left_bytes: activation.limits.value_size_bytes, unchecked_bytes: 0 }
    }

    /// Counts bytes, before they are taken.
    pub(crate) fn charge(&mut self, activation: &Activation, bytes: u64) -> Result<(), Fault> {
        self.left_bytes = self.left_bytes.checked_sub(bytes).ok_or_else(|| activation.limits.value_fault())?;
        self.pass(activation, bytes)
    }

    /// Counts so many parts, before room is made for them.
    pub(crate) fn charge_parts(&mut self, activation: &Activation, parts: u64) -> Result<(), Fault> {
        self.charge(activation, parts.saturating_mul(PART_SIZE as u64))
    }

    /// Looks at the clock now and then: work that was charged before counts towards the next look.
    pub(crate) fn pass(&mut self, activation: &Activation, bytes: u64) -> Result<(), Fault> {
        self.unchecked_bytes = self.unchecked_bytes.saturating_add(bytes);
        if self.unchecked_bytes >= CHECK_EVERY {
            self.unchecked_bytes = 0;
            activation.check_cpu()?;
        }
        Ok(())
    }
}
