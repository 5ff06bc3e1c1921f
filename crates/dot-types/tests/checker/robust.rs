//! Whatever the text, checking ends and does not panic.

use crate::checked;

/// Programs that use much of the language.
const SOURCES: &[&str] = &[
    include_str!("../../../../examples/calc.dot"),
    include_str!("../../../../examples/words.dot"),
    include_str!("../../../../examples/queens.dot"),
    include_str!("../../../../examples/nbody.dot"),
    include_str!("../../../dot-testing/cases/assignment.dot"),
    include_str!("../../../dot-testing/cases/closures.dot"),
    include_str!("../../../dot-testing/cases/patterns.dot"),
    include_str!("../../../dot-testing/cases/records.dot"),
    include_str!("../../../dot-testing/cases/refined.dot"),
    include_str!("../../../dot-testing/cases/results.dot"),
    include_str!("../../../dot-testing/cases/unions.dot"),
];

/// A small generator of numbers: the tests must do the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

/// The words and signs of a text.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let end = if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

#[test]
fn programs_with_words_removed_swapped_and_repeated() {
    let mut numbers = Numbers(7);
    for source in SOURCES {
        let pieces = pieces(source);
        for _ in 0..60 {
            let mut changed = pieces.clone();
            for _ in 0..=numbers.below(3) {
                let (a, b) = (numbers.below(changed.len()), numbers.below(changed.len()));
                match numbers.below(4) {
                    0 => drop(changed.remove(a)),
                    1 => changed.swap(a, b),
                    2 => changed.insert(a, changed[b]),
                    _ => changed[a] = changed[b],
                }
            }
            checked(&changed.concat(), &[]);
        }
    }
}

#[test]
fn nesting_as_deep_as_the_parser_allows() {
    let shapes: [(&str, &str, &str); 8] = [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("(x => ", "1", ")"),
        ("{ ", "1", " }"),
        ("if true { ", "1", " } else { 2 }"),
        ("match 1 { _ => ", "1", " }"),
        ("Some(", "1", ")"),
        ("not ", "true", ""),
    ];
    for (open, middle, close) in shapes {
        for depth in [20, 60, 120, 250] {
            checked(&format!("fn f() {{ let a = {}{middle}{} }}\n", open.repeat(depth), close.repeat(depth)), &[]);
        }
    }
    for (middle, link) in [("1", " + 1"), ("xs", ".reverse()"), ("o", " ?? o"), ("xs", "[0]")] {
        for length in [50, 200, 450, 2000] {
            let chain = link.repeat(length);
            checked(&format!("fn f(xs: List<Int>, o: Int?) {{ let a = {middle}{chain} }}\n"), &[]);
        }
    }
}
