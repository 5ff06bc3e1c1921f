//! A source text as people count it: lines and columns in characters, and a form of it that is
//! safe to show on a terminal.

/// Where a byte of a text stands for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// The line, from 1. Lines end at `\n`.
    pub line: usize,
    /// The column in characters (Unicode scalar values), from 1.
    pub column: usize,
}

/// A text with an index of its lines.
pub struct LineIndex<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> LineIndex<'t> {
    /// Indexes a text.
    pub fn new(text: &'t str) -> LineIndex<'t> {
        let behind_breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at + 1);
        LineIndex { text, starts: std::iter::once(0).chain(behind_breaks).collect() }
    }

    /// The position of a byte. One behind the end is that of the end, one inside a character that of the character.
    pub fn position(&self, byte: usize) -> Position {
        let byte = self.text.floor_char_boundary(byte);
        let line = self.starts.partition_point(|&start| start <= byte);
        let start = self.starts.get(line.wrapping_sub(1)).copied().unwrap_or_default();
        Position { line, column: self.text[start..byte].chars().count() + 1 }
    }

    /// The text of the line that a byte is in, without its end.
    pub fn line(&self, byte: usize) -> &'t str {
        let byte = self.text.floor_char_boundary(byte);
        let line = self.starts.partition_point(|&start| start <= byte);
        let start = self.starts.get(line.wrapping_sub(1)).copied().unwrap_or_default();
        self.text[start..].lines().next().unwrap_or_default()
    }

    /// How many characters stand before a byte.
    pub fn characters_before(&self, byte: usize) -> usize {
        let byte = self.text.floor_char_boundary(byte);
        self.text[..byte].chars().count()
    }
}

/// The text for a terminal, character for character: what could move the cursor, turn the
/// direction of writing or start a line for the renderer, but not for us, is replaced.
///
/// A space is added at the end, so that the place behind the last line break has a line too.
pub fn displayable(text: &str) -> String {
    let mut shown: String = with_line_breaks(text).collect();
    shown.push(' ');
    shown
}

/// A message for a terminal: as [`displayable`], without the space.
pub fn harmless(message: &str) -> String {
    with_line_breaks(message).collect()
}

fn with_line_breaks(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut following = text.chars().skip(1);
    text.chars().map(move |character| match (character, following.next()) {
        ('\n' | '\t', _) | ('\r', Some('\n')) => character,
        _ if is_hazard(character) => char::REPLACEMENT_CHARACTER,
        _ => character,
    })
}

fn is_hazard(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let text = "a\näöü 🙂x\r\n\nend";
        let index = LineIndex::new(text);
        let at = |part: &str| {
            let Position { line, column } = index.position(text.find(part).expect("is in the text"));
            (line, column)
        };
        assert_eq!(at("a"), (1, 1));
        assert_eq!(at("ä"), (2, 1));
        assert_eq!(at("🙂"), (2, 5));
        assert_eq!(at("x"), (2, 6));
        assert_eq!(at("end"), (4, 1));
        assert_eq!(index.characters_before(text.find('x').expect("is in the text")), 7);
    }

    #[test]
    fn places_outside_of_the_text_are_brought_inside() {
        let index = LineIndex::new("ä\n");
        assert_eq!(index.position(1), Position { line: 1, column: 1 });
        assert_eq!(index.position(3), Position { line: 2, column: 1 });
        assert_eq!(index.position(99), Position { line: 2, column: 1 });
        assert_eq!(LineIndex::new("").position(0), Position { line: 1, column: 1 });
    }

    #[test]
    fn terminals_are_not_driven_by_sources() {
        assert_eq!(
            displayable("a\u{1b}[31m\u{202e}\rb\r\nc\u{2028}\t"),
            "a\u{fffd}[31m\u{fffd}\u{fffd}b\r\nc\u{fffd}\t "
        );
        assert_eq!(harmless("two\nlines\u{7}"), "two\nlines\u{fffd}");
    }
}
