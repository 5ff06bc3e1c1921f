//! Smaller programs with the same failure.

use super::layout::balance;

/// Removes items, statements and arms from a source as long as `fails` holds of what remains.
///
/// A candidate is any run of lines whose brackets are balanced, longest first: a function, a loop,
/// a line. `fails` must say no to programs that the checker refuses.
pub fn minimise(source: &str, fails: &dyn Fn(&str) -> bool) -> String {
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    loop {
        let before = lines.len();
        let mut start = 0;
        while start < lines.len() {
            if !remove_at(&mut lines, start, fails) {
                start += 1;
            }
        }
        if lines.len() == before {
            return lines.join("\n") + "\n";
        }
    }
}

/// Removes a block that starts at a line, or only its first and last line, or the line.
fn remove_at(lines: &mut Vec<String>, start: usize, fails: &dyn Fn(&str) -> bool) -> bool {
    let Some(end) = block_end(lines, start) else { return false };
    let without = |removed: &dyn Fn(usize) -> bool| -> Vec<String> {
        lines.iter().enumerate().filter(|(index, _)| !removed(*index)).map(|(_, line)| line.clone()).collect()
    };
    let whole = without(&|index| (start..=end).contains(&index));
    let shell = without(&|index| index == start || index == end);
    for candidate in [whole, shell] {
        if candidate.len() < lines.len() && fails(&(candidate.join("\n") + "\n")) {
            *lines = candidate;
            return true;
        }
    }
    false
}

/// The line with which the brackets that a line opens are closed.
fn block_end(lines: &[String], start: usize) -> Option<usize> {
    let mut open = 0;
    for (index, line) in lines.iter().enumerate().skip(start) {
        open += balance(line);
        if open <= 0 {
            return (open == 0).then_some(index);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::minimise;

    #[test]
    fn keeps_what_fails_and_nothing_else() {
        let source = "fn f() {\n  a\n}\n\nfn g() {\n  if c {\n    bug\n    b\n  }\n}\n";
        let small = minimise(source, &|source| source.contains("bug") && source.contains("fn g() {"));
        assert_eq!(small, "fn g() {\n    bug\n}\n");
    }
}
