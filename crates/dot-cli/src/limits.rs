//! `[limits]` in `dot.toml`: what a run of the project may use. The keys are the flags of `dot run` with `_`; flags win.

use std::time::Duration;

use dot_runtime::Limits;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::commands::options;

/// What runs of the project may use, in place of the defaults.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// The most memory that a dot may use, such as "64MB".
    #[serde(default, deserialize_with = "memory")]
    #[schemars(with = "Option<String>")]
    pub memory: Option<u64>,
    /// The most CPU time that a dot may use, such as "10s".
    #[serde(default, deserialize_with = "duration")]
    #[schemars(with = "Option<String>")]
    pub cpu: Option<Duration>,
    /// The largest value that may enter or leave a dot, such as "256MB".
    #[serde(default, deserialize_with = "size")]
    #[schemars(with = "Option<String>")]
    pub value_size: Option<u64>,
    /// The most that a run may print, such as "16MB".
    #[serde(default, deserialize_with = "size")]
    #[schemars(with = "Option<String>")]
    pub output_size: Option<u64>,
    /// The most calls of dots that a dot may make, such as 1000.
    #[serde(default, deserialize_with = "calls")]
    #[schemars(with = "Option<u64>")]
    pub calls: Option<u64>,
    /// How deep dots may call each other, such as 100.
    #[serde(default, deserialize_with = "depth")]
    #[schemars(with = "Option<u32>")]
    pub depth: Option<u32>,
    /// The most calls of dots that a whole run may make, such as 1000000.
    #[serde(default, deserialize_with = "calls")]
    #[schemars(with = "Option<u64>")]
    pub run_calls: Option<u64>,
    /// The most memory that inputs and results of a run may take which wait to be used, such as "4GB".
    #[serde(default, deserialize_with = "size")]
    #[schemars(with = "Option<String>")]
    pub run_memory: Option<u64>,
}

impl LimitSettings {
    /// The defaults, with what is said here in their place.
    pub fn limits(&self) -> Limits {
        let defaults = Limits::default();
        Limits {
            memory_bytes: self.memory.unwrap_or(defaults.memory_bytes),
            cpu: self.cpu.unwrap_or(defaults.cpu),
            value_size_bytes: self.value_size.unwrap_or(defaults.value_size_bytes),
            output_bytes: self.output_size.unwrap_or(defaults.output_bytes),
            calls: self.calls.unwrap_or(defaults.calls),
            depth: self.depth.unwrap_or(defaults.depth),
            run_calls: self.run_calls.unwrap_or(defaults.run_calls),
            run_memory_bytes: self.run_memory.unwrap_or(defaults.run_memory_bytes),
        }
    }
}

fn memory<'de, D: Deserializer<'de>>(toml: D) -> Result<Option<u64>, D::Error> {
    options::memory(&String::deserialize(toml)?).map(Some).map_err(D::Error::custom)
}

fn size<'de, D: Deserializer<'de>>(toml: D) -> Result<Option<u64>, D::Error> {
    options::size(&String::deserialize(toml)?).map(Some).map_err(D::Error::custom)
}

fn duration<'de, D: Deserializer<'de>>(toml: D) -> Result<Option<Duration>, D::Error> {
    options::duration(&String::deserialize(toml)?).map(Some).map_err(D::Error::custom)
}

fn calls<'de, D: Deserializer<'de>>(toml: D) -> Result<Option<u64>, D::Error> {
    match u64::deserialize(toml)? {
        0 => Err(D::Error::custom("the number of calls is above 0")),
        calls => Ok(Some(calls)),
    }
}

fn depth<'de, D: Deserializer<'de>>(toml: D) -> Result<Option<u32>, D::Error> {
    let depth = u32::deserialize(toml)?;
    match (1..=options::MOST_DEPTH).contains(&i64::from(depth)) {
        true => Ok(Some(depth)),
        false => Err(D::Error::custom(format!("the depth lies between 1 and {}", options::MOST_DEPTH))),
    }
}
