//! Options that several commands share.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use dot_abi::json::DecodeLimits;
use dot_abi::text::{parse_size, size_to_text};
use dot_runtime::{Engine, EngineConfig, Host, Limits, MOST_MEMORY, MOST_STACK};
use etcetera::BaseStrategy;
use paradot::{Grant, GrantError, Grants, Output};

use crate::arguments::Complaint;
use crate::limits::LimitSettings;
use crate::project::Project;
use crate::stop::Stop;

/// What a run may use at most, and what it may touch.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Limits and permissions")]
pub struct RunOptions {
    /// Permits reading (or with files.write writing) a file or everything below a folder, reading an environment variable,
    /// speaking to a host, using a secret, or starting a program
    #[arg(long = "allow", value_name = "files=PATH|files.write=PATH|env=NAME|http=HOST|secret=NAME|process=COMMAND", value_parser = Grant::from_str)]
    pub grants: Vec<Grant>,

    /// The most memory that a dot may use, such as 64MB; 1GB unless said
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    pub memory: Option<u64>,

    /// The most CPU time that a dot may use, such as 10s; 1m unless said
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub cpu: Option<Duration>,

    /// The largest stack that a dot may use, such as 1MB; 64MB unless said
    #[arg(long, value_name = "SIZE", value_parser = stack)]
    pub stack: Option<u64>,

    /// The largest value that may enter or leave a dot, such as 16MB; 256MB unless said
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub value_size: Option<u64>,

    /// The most that a dot may print, such as 16MB; 64MB unless said
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub output_size: Option<u64>,

    /// The most calls of dots that a dot may make, such as 1000; 10000000 unless said
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub calls: Option<u64>,

    /// How deep dots may call each other, such as 100; 10000 unless said
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=MOST_DEPTH))]
    pub depth: Option<u32>,

    /// The most calls of dots that the whole run may make, such as 1000000
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub run_calls: Option<u64>,

    /// The most memory that inputs and results may take which wait to be used, such as 4GB
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub run_memory: Option<u64>,
}

/// The deepest that dots can be asked to call each other: each that waits takes memory outside of the limits.
pub(crate) const MOST_DEPTH: i64 = 1_000_000;

impl RunOptions {
    /// An engine with these limits and the user's cache of compiled units.
    pub fn engine(&self) -> Result<Engine, Stop> {
        let cache = etcetera::choose_base_strategy().ok().map(|folders| folders.cache_dir().join("dot"));
        let defaults = EngineConfig::default();
        let stack_bytes = self.stack.unwrap_or(defaults.stack_bytes);
        Engine::new(EngineConfig { stack_bytes, cache, ..defaults }).map_err(Stop::internal)
    }

    /// What a run meets outside of itself: these limits, these permissions and those of the project, and reading exactly
    /// the paths given.
    pub fn host(&self, project: &Project, notes: Arc<dyn Output>, files: &[PathBuf]) -> Result<Host, Stop> {
        let mut grants = Grants::none();
        grants.written_in(project.grant_file());
        let refused = |error: GrantError| Stop::complaint(Complaint::new(error.to_string()));
        for path in files {
            grants.allow_exactly(path).map_err(refused)?;
        }
        for grant in project.grants().iter().chain(&self.grants) {
            grants.allow(grant).map_err(refused)?;
        }
        Ok(Host { grants: Arc::new(grants), limits: self.limits(project), ..Host::new(notes) })
    }

    /// The limits of the flags, of the project where there is no flag, and the defaults where there is neither.
    fn limits(&self, project: &Project) -> Limits {
        let settings = project.settings.as_ref().map(|settings| settings.limits.clone()).unwrap_or_default();
        let flags = LimitSettings {
            memory: self.memory.or(settings.memory),
            cpu: self.cpu.or(settings.cpu),
            value_size: self.value_size.or(settings.value_size),
            output_size: self.output_size.or(settings.output_size),
            calls: self.calls.or(settings.calls),
            depth: self.depth.or(settings.depth),
            run_calls: self.run_calls.or(settings.run_calls),
            run_memory: self.run_memory.or(settings.run_memory),
        };
        flags.limits()
    }

    /// The limits for JSON that comes in.
    pub fn json_limits(&self, project: &Project) -> DecodeLimits {
        let size_bytes = usize::try_from(self.limits(project).value_size_bytes).unwrap_or(usize::MAX);
        DecodeLimits { size_bytes, ..DecodeLimits::default() }
    }
}

pub(crate) fn size(text: &str) -> Result<u64, String> {
    let has_unit = text.ends_with('B');
    parse_size(text).filter(|&size| has_unit && size > 0).ok_or_else(|| {
        "a size is a whole number above 0 with one of the units B, KB, MB, GB, TB, such as 64MB".to_owned()
    })
}

pub(crate) fn memory(text: &str) -> Result<u64, String> {
    at_most(MOST_MEMORY, "memory", text)
}

fn stack(text: &str) -> Result<u64, String> {
    at_most(MOST_STACK, "stack", text)
}

fn at_most(most: u64, what: &str, text: &str) -> Result<u64, String> {
    match size(text)? {
        size if size > most => Err(format!("a dot can have at most {} of {what}", size_to_text(most))),
        size => Ok(size),
    }
}

pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let nanos =
        dot_abi::text::parse_duration(text).and_then(|nanos| u64::try_from(nanos).ok()).filter(|&nanos| nanos > 0);
    nanos
        .map(Duration::from_nanos)
        .ok_or_else(|| "a duration is above 0 and has a unit, such as 90s, 250ms or 1h30m".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_above_zero() {
        assert_eq!(size("64MB"), Ok(64 << 20));
        for wrong in ["", "0MB", "1XB", "3"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn memory_and_stack_are_what_a_unit_can_have() {
        assert_eq!(memory("4GB"), Ok(4 << 30));
        assert_eq!(memory("5GB"), Err("a dot can have at most 4GB of memory".to_owned()));
        assert_eq!(stack("4GB"), Ok(4 << 30));
        assert_eq!(stack("100GB"), Err("a dot can have at most 4GB of stack".to_owned()));
    }

    #[test]
    fn durations_are_above_zero() {
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        for wrong in ["", "10", "0s", "-1s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
