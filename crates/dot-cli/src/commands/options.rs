//! Options that several commands share.

use std::path::PathBuf;

/// What a run may use at most, and what it may touch.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Limits and permissions")]
pub struct RunOptions {
    /// Permits reading a file, or everything below a folder, or an environment variable
    #[arg(long = "allow", value_name = "files=PATH|env=NAME", value_parser = grant)]
    pub grants: Vec<Grant>,

    /// The most memory that a dot may use, such as 64MB
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub memory: Option<u64>,

    /// The most CPU time that a dot may use, such as 10s
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub cpu: Option<std::time::Duration>,

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

/// The units of sizes, as in the source language.
const SIZES: [(&str, u64); 5] = [("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)];

fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) = SIZES
        .iter()
        .find_map(|(name, unit)| text.strip_suffix(name).map(|digits| (digits, *unit)))
        .unwrap_or((text, 1));
    let size = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).filter(|&size| size > 0);
    size.ok_or_else(|| {
        "a size is a whole number above 0 with one of the units B, KB, MB, GB, TB, such as 64MB".to_owned()
    })
}

fn duration(text: &str) -> Result<std::time::Duration, String> {
    let nanos =
        dot_abi::text::parse_duration(text).and_then(|nanos| u64::try_from(nanos).ok()).filter(|&nanos| nanos > 0);
    nanos
        .map(std::time::Duration::from_nanos)
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
    fn durations_are_above_zero() {
        assert_eq!(duration("1m30s"), Ok(std::time::Duration::from_secs(90)));
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
