//! Policies: what a dot declares behind `with` about how it is run.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, FaultCode};
use crate::text::{duration_to_text, size_to_text};

/// What a dot, or the declaration of a native dot, says behind `with`. All times are nanoseconds.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Policies {
    /// How many attempts may follow one that failed in a way that may pass.
    #[serde(skip_serializing_if = "is_zero")]
    pub retry: u32,
    /// Before attempt n + 1 it waits a random time of up to this times 2ⁿ⁻¹, [`LONGEST_BACKOFF_NS`] at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_ns: Option<u64>,
    /// How long an attempt may take by the clock on the wall, counted from when it may begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ns: Option<u64>,
    /// How many of its activations may be under way at once; others wait for their turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// How many attempts may begin in any stretch of time of a length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// The memory of an activation, in place of the host's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// The time on the processor of an activation, in place of the host's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ns: Option<u64>,
    /// What is done about a write of which nobody knows whether it happened.
    #[serde(skip_serializing_if = "OnUnknown::is_default")]
    pub on_unknown: OnUnknown,
}

/// `rate: 10 per 1s`
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// How many attempts.
    pub count: u32,
    /// In how much time.
    pub per_ns: u64,
}

/// What is done about a write of which nobody knows whether it happened.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnUnknown {
    /// It is a fault `unknown`, which no `retry` repeats.
    #[default]
    Fail,
    /// A `retry` repeats it, with the same key and bytes.
    Resend,
}

/// The `backoff` of a dot that says `retry` and nothing about it.
pub const DEFAULT_BACKOFF_NS: u64 = 200_000_000;
/// No wait between two attempts is longer, unless the other side asks for it.
pub const LONGEST_BACKOFF_NS: u64 = 300_000_000_000;

impl OnUnknown {
    fn is_default(&self) -> bool {
        *self == OnUnknown::default()
    }
}

impl Policies {
    /// Whether nothing is declared.
    pub fn is_default(&self) -> bool {
        *self == Policies::default()
    }

    /// Whether another attempt may follow a fault, as far as its kind is concerned.
    pub fn repeats(&self, fault: &Fault) -> bool {
        fault.may_pass() || (fault.code == FaultCode::Unknown && self.on_unknown == OnUnknown::Resend)
    }
}

/// As the source writes them: `retry: 3, backoff: 200ms, rate: 10 per 1s`.
impl fmt::Display for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let duration = |nanos: u64| duration_to_text(i64::try_from(nanos).unwrap_or(i64::MAX));
        let rate = |rate: Rate| format!("{} per {}", rate.count, duration(rate.per_ns));
        let written = [
            ("retry", (self.retry > 0).then(|| self.retry.to_string())),
            ("backoff", self.backoff_ns.map(duration)),
            ("timeout", self.timeout_ns.map(duration)),
            ("concurrency", self.concurrency.map(|most| most.to_string())),
            ("rate", self.rate.map(rate)),
            ("memory", self.memory_bytes.map(size_to_text)),
            ("cpu", self.cpu_ns.map(duration)),
            ("on_unknown", (self.on_unknown == OnUnknown::Resend).then(|| "resend".to_owned())),
        ];
        let mut separator = "";
        for (name, value) in written.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            write!(f, "{separator}{name}: {value}")?;
            separator = ", ";
        }
        Ok(())
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}
