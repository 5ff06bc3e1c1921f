//! Texts that are nearly right: pieces of a corpus, changed as given bytes decide.
//!
//! Random bytes hardly ever get past the lexer. Whole tokens that are moved, doubled or taken from elsewhere do, and reach
//! what expects them least. The same bytes give the same text, so a fuzzer may guide, repeat and shrink them.

/// The largest text that comes out, in bytes.
const LARGEST: usize = 32 << 10;
/// The most changes of one text.
const CHANGES: usize = 12;
/// How often a piece is repeated at most: deeper than anything may nest.
const REPEATED: usize = 3000;

/// What a text may hold that the corpus rarely does.
const ODDITIES: &[&str] = &[
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\r",
    "\r\n",
    "\t",
    "\u{a0}",
    "é",
    "😀",
    "\u{301}",
    "“",
    "\\",
    "$",
    "${",
    "\"",
    "\"\"\"",
    "r#\"",
    "//",
    "/*",
    "'",
    "`",
    "#",
    "@",
    ";",
    "::",
    "=>",
    "->",
    "..",
    "..=",
    "?",
    "??",
    "9223372036854775808",
    "-9223372036854775808",
    "1e999",
    "0x",
    "1_",
    "1.",
    ".5",
    "10ms",
    "99999999999d",
    "64MB",
    "0b2",
    "_",
    "it",
    "self",
    "null",
    "true",
    "4294967295",
    "-1",
    "1e9",
    "[]",
    "{}",
    "()",
    "((",
    "[[",
    "{{",
    "<<",
    "T?",
    "T??",
    "native",
    "dot",
    "parallel",
    "try",
    "mock",
    "each",
    "race",
    "transaction",
];

/// Texts to take pieces from.
pub struct Corpus {
    texts: Vec<String>,
}

impl Corpus {
    /// A corpus of texts, at least one of which is not empty.
    pub fn new(texts: Vec<String>) -> Corpus {
        assert!(texts.iter().any(|text| !text.is_empty()), "a corpus holds something");
        Corpus { texts }
    }

    /// The texts.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// The text that some bytes decide on.
    pub fn text(&self, entropy: &[u8]) -> String {
        let mut choices = Choices { entropy };
        let base = self.pick(&mut choices);
        let mut pieces = pieces(base).map(str::to_owned).collect::<Vec<_>>();
        keep_part(&mut pieces, &mut choices);
        for _ in 0..1 + choices.below(CHANGES) {
            self.change(&mut pieces, &mut choices);
        }
        let mut text = String::new();
        for piece in pieces {
            text.push_str(&piece);
            if text.len() > LARGEST {
                break;
            }
        }
        text.truncate(text.floor_char_boundary(LARGEST));
        text
    }

    fn pick(&self, choices: &mut Choices<'_>) -> &str {
        self.texts.get(choices.below(self.texts.len())).map(String::as_str).unwrap_or_default()
    }

    /// One change.
    fn change(&self, pieces: &mut Vec<String>, choices: &mut Choices<'_>) {
        let (start, end) = choices.range(pieces.len());
        match choices.below(10) {
            0 => drop(pieces.drain(start..end)),
            1 => pieces.extend(pieces.clone().drain(start..end)),
            2 => {
                let moved: Vec<String> = pieces.drain(start..end).collect();
                let place = choices.below(pieces.len() + 1);
                pieces.splice(place..place, moved);
            }
            3 => {
                let doubled = pieces[start..end].to_vec();
                pieces.splice(end..end, doubled);
            }
            4 | 5 => {
                let other: Vec<String> = self::pieces(self.pick(choices)).map(str::to_owned).collect();
                let (first, last) = choices.range(other.len());
                pieces.splice(start..start, other[first..last].iter().cloned());
            }
            6 => {
                let oddity = ODDITIES[choices.below(ODDITIES.len())];
                pieces.splice(start..start, [oddity.to_owned()]);
            }
            7 => {
                let oddity = ODDITIES[choices.below(ODDITIES.len())];
                let replaced = pieces.get(start).is_some();
                pieces.splice(start..start + usize::from(replaced), [oddity.to_owned()]);
            }
            8 => {
                let end = end.min(start + 3);
                let repeated = pieces[start..end].concat();
                let count = choices.below(REPEATED).min(LARGEST / repeated.len().max(1));
                pieces.splice(start..end, [repeated.repeat(count)]);
            }
            _ => {
                let character = char::from_u32(choices.number() as u32 % 0x11_0000).unwrap_or('\u{fffd}');
                pieces.splice(start..start, [character.to_string()]);
            }
        }
    }
}

/// Most of the time only some lines: what goes wrong in few is found sooner and understood better.
fn keep_part(pieces: &mut Vec<String>, choices: &mut Choices<'_>) {
    if choices.below(4) == 0 {
        return;
    }
    let lines = pieces.iter().filter(|piece| piece.contains('\n')).count();
    let first = choices.below(lines + 1);
    let count = 1 + choices.below(40);
    let mut line = 0;
    pieces.retain(|piece| {
        let kept = (first..first + count).contains(&line);
        line += usize::from(piece.contains('\n'));
        kept
    });
}

/// Words, white space and single characters, in a row.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let like = |c: char| match first {
            first if first.is_alphanumeric() || first == '_' => c.is_alphanumeric() || c == '_',
            first if first.is_whitespace() => c.is_whitespace(),
            _ => false,
        };
        let length = rest.find(|c| !like(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (piece, behind) = rest.split_at(length);
        rest = behind;
        Some(piece)
    })
}

/// Bytes as decisions; when none are left, the first possibility is taken.
struct Choices<'e> {
    entropy: &'e [u8],
}

impl Choices<'_> {
    fn number(&mut self) -> usize {
        let (taken, rest) = self.entropy.split_at(self.entropy.len().min(4));
        self.entropy = rest;
        taken.iter().fold(0, |number, &byte| number << 8 | usize::from(byte))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.number() % bound.max(1)
    }

    /// A short range of that many things.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let start = self.below(length);
        let longest = if self.below(4) == 0 { 60 } else { 6 };
        let end = (start + 1 + self.below(longest)).min(length);
        (start, end.max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::{Corpus, pieces};

    #[test]
    fn pieces_are_the_whole_text() {
        let text = "fn f(é: Int)\n  { \"a\" }";
        assert_eq!(pieces(text).collect::<String>(), text);
        assert_eq!(pieces("ab  (c)").collect::<Vec<_>>(), ["ab", "  ", "(", "c", ")"]);
    }

    #[test]
    fn any_bytes_give_a_text_and_the_same_one_again() {
        let corpus = Corpus::new(vec!["fn f() {\n  1\n}\n".to_owned(), String::new()]);
        for seed in 0..2000u32 {
            let entropy: Vec<u8> =
                (0..seed % 97).flat_map(|n| (seed ^ n).wrapping_mul(2_654_435_761).to_le_bytes()).collect();
            assert_eq!(corpus.text(&entropy), corpus.text(&entropy));
        }
    }
}
