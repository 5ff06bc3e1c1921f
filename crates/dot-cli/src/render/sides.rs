//! The two sides of a failed `assert a == b`: where they are long, what differs between them line by line.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use dot_abi::fault::{Fault, FaultCode, texts};
use similar::{ChangeTag, TextDiff};

use super::text::harmless;

/// From how many characters on a side is long.
const LONG: usize = 60;
/// How many equal lines stand around those that differ.
const CONTEXT: usize = 3;

/// The fault's message, and what is shown below it: the difference of its sides if they are long, which the message then lacks.
pub(super) fn difference(fault: &Fault, colour: bool) -> (&str, String) {
    let Some((message, left, right)) = sides(fault) else { return (&fault.message, String::new()) };
    let (left, right) = (lines(left), lines(right));
    let is_long = |side: &str| side.contains('\n') || side.chars().count() > LONG;
    if left == right || !(is_long(&left) && is_long(&right)) {
        return (&fault.message, String::new());
    }
    (message, render(&left, &right, colour))
}

/// The parts of the message of an `assert` with two sides, where they can be told apart.
fn sides(fault: &Fault) -> Option<(&str, &str, &str)> {
    if fault.code != FaultCode::Assert {
        return None;
    }
    let (before_left, before_right, _) = texts::ASSERT_SIDES;
    let (message, both) = fault.message.split_once(before_left)?;
    let (left, right) = both.split_once(before_right)?;
    let is_clear = ![left, right].iter().any(|side| side.contains(before_left) || side.contains(before_right));
    is_clear.then_some((message, left, right))
}

/// A side for comparing line by line: lists, records and maps with a line for each part.
fn lines(side: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(side).ok();
    let parts = value.filter(|value| value.is_array() || value.is_object());
    let pretty = parts.and_then(|value| serde_json::to_string_pretty(&value).ok());
    pretty.unwrap_or_else(|| side.to_owned())
}

fn render(left: &str, right: &str, colour: bool) -> String {
    let painted = |style: Style| if colour { style } else { Style::new() };
    let (red, green) = (painted(AnsiColor::Red.on_default()), painted(AnsiColor::Green.on_default()));
    let diff = TextDiff::from_lines(left, right);
    let mut shown = format!("{red}- left{red:#}, {green}+ right{green:#}\n");
    let mut end = 0;
    for group in diff.grouped_ops(CONTEXT) {
        let begins = group.first().map_or(end, |op| op.old_range().start);
        if begins > end {
            shown.push_str("  …\n");
        }
        for op in &group {
            end = op.old_range().end;
            for change in diff.iter_inline_changes(op) {
                let (sign, style) = match change.tag() {
                    ChangeTag::Delete => ('-', red),
                    ChangeTag::Insert => ('+', green),
                    ChangeTag::Equal => (' ', Style::new()),
                };
                let _ = write!(shown, "{style}{sign} {style:#}");
                for (differs, part) in change.iter_strings_lossy() {
                    let style = if differs && colour { style.underline() } else { style };
                    let part = harmless(part.trim_end_matches('\n'));
                    let _ = write!(shown, "{style}{part}{style:#}");
                }
                shown.push('\n');
            }
        }
    }
    if end < left.lines().count() {
        shown.push_str("  …\n");
    }
    shown
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(left: &str, right: &str, expect: Expect) {
        let (before_left, before_right, _) = texts::ASSERT_SIDES;
        let message = format!("assertion failed: a == b{before_left}{left}{before_right}{right}");
        let fault = Fault::new(FaultCode::Assert, message);
        let (message, difference) = difference(&fault, false);
        expect.assert_eq(&format!("{message}\n{difference}"));
    }

    #[test]
    fn short_sides_stay_in_the_message() {
        check(
            "1",
            "2",
            expect![[r"
                assertion failed: a == b
                  left:  1
                  right: 2
            "]],
        );
        check(
            "a text",
            "a text\nof two lines",
            expect![[r#"
                assertion failed: a == b
                  left:  a text
                  right: a text
                of two lines
            "#]],
        );
    }

    #[test]
    fn lists_are_compared_part_by_part() {
        let left = format!("{:?}", (1..=20).collect::<Vec<_>>());
        check(
            &left,
            &left.replace(" 9,", " 90,"),
            expect![[r#"
                assertion failed: a == b
                - left, + right
                  …
                    6,
                    7,
                    8,
                -   9,
                +   90,
                    10,
                    11,
                    12,
                  …
            "#]],
        );
    }

    #[test]
    fn texts_are_compared_line_by_line() {
        check(
            "one\ntwo\nthree",
            "one\ntwo \u{1b}[31m\nthree",
            expect![[r#"
                assertion failed: a == b
                - left, + right
                  one
                - two
                + two �[31m
                  three
            "#]],
        );
    }

    #[test]
    fn colours_are_only_for_terminals() {
        let fault = Fault::new(FaultCode::Assert, "x\n  left:  a\nb\n  right: a\nc");
        assert!(difference(&fault, true).1.contains("\u{1b}[31m"));
        assert!(!difference(&fault, false).1.contains('\u{1b}'));
    }
}
