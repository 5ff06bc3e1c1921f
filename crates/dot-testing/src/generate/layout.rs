//! Indentation of generated source.

/// Indents each line by the brackets that are open in front of it. Generated texts hold no brackets
/// other than those of interpolations, which close on their line.
pub(crate) fn indent(source: &str) -> String {
    let mut depth: usize = 0;
    let mut lines = Vec::new();
    for line in source.lines() {
        let line = line.trim();
        let leading = line.chars().take_while(|c| matches!(c, ')' | ']' | '}')).count();
        let extra = usize::from(line.starts_with("| ") && depth == 0);
        let width = 2 * (depth.saturating_sub(leading) + extra);
        lines.push(format!("{:width$}{line}", "").trim_end().to_owned());
        depth = (depth as i64 + balance(line)).max(0) as usize;
    }
    lines.join("\n") + "\n"
}

/// How many more brackets a line opens than it closes.
pub(super) fn balance(line: &str) -> i64 {
    line.chars()
        .map(|c| match c {
            '(' | '[' | '{' => 1,
            ')' | ']' | '}' => -1,
            _ => 0,
        })
        .sum()
}
