//! The most frequent words of a file.

use std::collections::HashMap;
use std::fmt::Write;

pub(super) fn run(path: &str, top: usize) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let mut counts: HashMap<&[u8], u64> = HashMap::new();
    for word in bytes.split(|byte| !byte.is_ascii_alphabetic()).filter(|word| !word.is_empty()) {
        *counts.entry(word).or_insert(0) += 1;
    }
    let mut ranking: Vec<(&[u8], u64)> = counts.into_iter().collect();
    ranking.sort_by(|(a, x), (b, y)| y.cmp(x).then_with(|| a.cmp(b)));
    let mut report = String::new();
    for (word, count) in ranking.into_iter().take(top) {
        let _ = writeln!(report, "{count:7} {}", String::from_utf8_lossy(word));
    }
    Ok(report.trim_end().to_owned())
}
