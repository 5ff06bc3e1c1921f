//! Options that several commands share.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use dot_abi::json;
use dot_runtime::{Engine, EngineConfig, Host, Limits};
use etcetera::BaseStrategy;
use paradot::{Grants, Output};

use crate::arguments::Complaint;
use crate::stop::Stop;

/// What a run may use at most, and what it may touch.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Limits and permissions")]
pub struct RunOptions {
    /// Permits reading a file, or everything below a folder, or an environment variable
    #[arg(long = "allow", value_name = "files=PATH|env=NAME", value_parser = grant)]
    pub grants: Vec<Grant>,

    /// The most memory that a dot may use, such as 64MB
    #[arg(long, value_name = "SIZE", value_parser = memory)]
    pub memory: Option<u64>,

    /// The most CPU time that a dot may use, such as 10s
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub cpu: Option<Duration>,

    /// The largest stack that a dot may use, such as 1MB
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub stack: Option<u64>,

    /// The largest value that may enter or leave a dot, such as 256MB
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub value_size: Option<u64>,

    /// The most that a dot may print, such as 16MB
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub output_size: Option<u64>,
}

impl RunOptions {
    /// An engine with these limits and the user's cache of compiled units.
    pub fn engine(&self) -> Result<Engine, Stop> {
        let cache = etcetera::choose_base_strategy().ok().map(|folders| folders.cache_dir().join("dot"));
        let defaults = EngineConfig::default();
        let stack_bytes = self.stack.unwrap_or(defaults.stack_bytes);
        Engine::new(EngineConfig { stack_bytes, cache, ..defaults }).map_err(Stop::internal)
    }

    /// What a run meets outside of itself: these limits, these permissions, and reading exactly the paths given.
    pub fn host(&self, notes: Arc<dyn Output>, files: &[PathBuf]) -> Result<Host, Stop> {
        let mut grants = Grants::none();
        let unresolved = |path: &Path, error: std::io::Error| {
            let message = format!("the path \"{}\" can't be resolved: {}", path.display(), error.kind());
            Stop::complaint(Complaint::new(message))
        };
        for path in files {
            grants.allow_exactly(path).map_err(|error| unresolved(path, error))?;
        }
        for grant in &self.grants {
            match grant {
                Grant::Env(name) => grants.allow_env(name),
                Grant::Files(path) => grants.allow_file(path).map_err(|error| unresolved(path, error))?,
            }
        }
        Ok(Host { grants: Arc::new(grants), limits: self.limits(), ..Host::new(notes) })
    }

    fn limits(&self) -> Limits {
        let defaults = Limits::default();
        Limits {
            memory_bytes: self.memory.unwrap_or(defaults.memory_bytes),
            cpu: self.cpu.unwrap_or(defaults.cpu),
            value_size_bytes: self.value_size.unwrap_or(defaults.value_size_bytes),
            output_bytes: self.output_size.unwrap_or(defaults.output_bytes),
        }
    }

    /// The limits for JSON that comes in.
    pub fn json_limits(&self) -> json::Limits {
        let size_bytes = usize::try_from(self.limits().value_size_bytes).unwrap_or(usize::MAX);
        json::Limits { size_bytes, ..json::Limits::default() }
    }
}

/// A permission.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Grant {
    /// `files=PATH`
    Files(PathBuf),
    /// `env=NAME`
    Env(String),
}

fn grant(text: &str) -> Result<Grant, String> {
    match text.split_once('=') {
        Some(("files", path)) if !path.is_empty() => Ok(Grant::Files(path.into())),
        Some(("env", name)) if !name.is_empty() => Ok(Grant::Env(name.to_owned())),
        Some((capability, _)) if !matches!(capability, "files" | "env") => {
            Err(format!("there is no capability {capability:?}: write files=PATH or env=NAME"))
        }
        _ => Err("a permission says what it is for: write files=PATH or env=NAME".to_owned()),
    }
}

/// The units of sizes, as in the source language; `B` is the end of the others and stands last.
const SIZES: [(&str, u64); 5] = [("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)];

fn size(text: &str) -> Result<u64, String> {
    let split = SIZES.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit)));
    let (digits, unit) = split.unwrap_or((text, 1));
    let size = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).filter(|&size| size > 0);
    size.ok_or_else(|| {
        "a size is a whole number above 0 with one of the units B, KB, MB, GB, TB, such as 64MB".to_owned()
    })
}

/// All that a unit can address.
const MAX_MEMORY_BYTES: u64 = 4 << 30;

fn memory(text: &str) -> Result<u64, String> {
    match size(text)? {
        size if size > MAX_MEMORY_BYTES => Err("a dot can have at most 4GB of memory".to_owned()),
        size => Ok(size),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
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
    fn sizes_have_the_units_of_the_language() {
        assert_eq!(size("64MB"), Ok(64 << 20));
        assert_eq!(size("100B"), Ok(100));
        assert_eq!(size("100"), Ok(100));
        for wrong in ["", "MB", "0MB", "-1MB", "1.5MB", "1XB", "99999999999TB"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn memory_is_what_a_unit_can_address() {
        assert_eq!(memory("4GB"), Ok(4 << 30));
        assert!(memory("5GB").is_err());
    }

    #[test]
    fn durations_are_above_zero() {
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        for wrong in ["", "10", "0s", "-1s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn permissions_name_their_capability() {
        assert_eq!(grant("files=a=b"), Ok(Grant::Files("a=b".into())));
        assert_eq!(grant("env=HOME"), Ok(Grant::Env("HOME".into())));
        for wrong in ["files", "files=", "http=x", ""] {
            assert!(grant(wrong).is_err(), "{wrong}");
        }
    }
}
