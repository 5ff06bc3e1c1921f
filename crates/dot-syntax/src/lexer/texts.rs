//! Texts: `"…"`, `"""…"""`, `r"…"`, their escapes and their indentation.
//!
//! A block text begins behind the line of its opening quotes and ends before the line of its closing quotes. The
//! indentation that all its lines share is not part of it; blank lines don't count. It is removed before
//! escapes are read, so `\n` and `\t` never count as indentation.

use super::{Lexer, MAX_TEXT_NESTING};
use crate::{Diagnostic, Span, Token, codes};

/// What closes a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TextKind {
    /// `"…"`, closed before the end of its line.
    Line,
    /// `"""…"""`
    Block,
}

/// A text that is being read.
pub(super) struct OpenText {
    /// What closes it.
    pub(super) kind: TextKind,
    /// How many `{` are open in the interpolation that is being read.
    pub(super) braces: usize,
    /// The opening quote.
    open: Span,
    /// The pieces read so far.
    pieces: Vec<Piece>,
}

/// A piece of a text: its range in the source and where its value belongs.
struct Piece {
    start: usize,
    end: usize,
    index: usize,
}

/// What ends a piece.
enum PieceEnd {
    Close,
    Interpolation,
    Unclosed,
}

impl Lexer<'_> {
    /// Reads a text from behind its opening quote.
    pub(super) fn open_text(&mut self, kind: TextKind, open: Span) {
        if self.open.len() >= MAX_TEXT_NESTING {
            return self.too_deep(open);
        }
        self.push(Token::TextOpen, open);
        self.read_text(OpenText { kind, braces: 0, open, pieces: Vec::new() });
    }

    fn too_deep(&mut self, open: Span) {
        let message = format!("texts stand in interpolations of texts more than {MAX_TEXT_NESTING} deep");
        let help = "bind the inner texts with `let` and name them in the interpolation";
        self.report(Diagnostic::error(codes::TOO_DEEP, open, message).help(help));
        let rest = self.raw.remainder();
        self.raw.bump(rest.find('\n').unwrap_or(rest.len()));
        self.push(Token::Unknown, open);
    }

    /// Goes on behind the `}` of an interpolation.
    pub(super) fn continue_text(&mut self) {
        if let Some(text) = self.open.pop() {
            self.read_text(text);
        }
    }

    fn read_text(&mut self, mut text: OpenText) {
        let start = self.raw.span().end;
        let (end, what) = find_end(self.text, start, text.kind);
        if start < end {
            let index = self.out.texts.len();
            self.out.texts.push(String::new());
            text.pieces.push(Piece { start, end, index });
            self.push(Token::TextPart(index as u32), Span::new(self.file, start, end));
        }
        let delimiter = match (&what, text.kind) {
            (PieceEnd::Close, TextKind::Line) => 1,
            (PieceEnd::Close, TextKind::Block) => 3,
            (PieceEnd::Interpolation, _) => 2,
            (PieceEnd::Unclosed, _) => 0,
        };
        self.raw.bump(end + delimiter - start);
        let span = Span::new(self.file, end, end + delimiter);
        match what {
            PieceEnd::Close => self.close_text(text, span),
            PieceEnd::Interpolation => {
                self.push(Token::InterpolationOpen, span);
                text.braces = 0;
                self.open.push(text);
            }
            PieceEnd::Unclosed => {
                self.report_unclosed(&text);
                self.close_text(text, span);
            }
        }
    }

    /// Closes the innermost text in whose interpolation the line or the file ended.
    pub(super) fn abandon_text(&mut self) {
        let Some(text) = self.open.pop() else { return };
        let end = self.out.tokens.last().map_or(0, |last| last.span.end as usize);
        let here = Span::new(self.file, end, end);
        let nested = self.open.last().is_some_and(|outer| outer.kind == TextKind::Line);
        if !nested {
            self.report_unclosed(&text);
        }
        self.push(Token::InterpolationClose, here);
        self.close_text(text, here);
    }

    fn report_unclosed(&mut self, text: &OpenText) {
        let (message, help) = match text.kind {
            TextKind::Line => (
                "the text is not closed on its line",
                "close it with `\"`; a text of several lines stands between `\"\"\"` and `\"\"\"`, and an interpolation ends with `}`",
            ),
            TextKind::Block => ("the block text is not closed before the end of the file", "close it with `\"\"\"`"),
        };
        self.report(Diagnostic::error(codes::OPEN_TEXT, text.open, message).label("it begins here").help(help));
    }

    /// Gives the pieces of a text their values.
    fn close_text(&mut self, text: OpenText, span: Span) {
        let blocks = text.kind == TextKind::Block;
        let indentation = if blocks { common_indentation(self.text, &text.pieces) } else { 0 };
        let last = text.pieces.len().wrapping_sub(1);
        for (number, piece) in text.pieces.iter().enumerate() {
            let raw = self.text.get(piece.start..piece.end).unwrap_or_default();
            let first = number == 0 && piece.start == text.open.end as usize;
            let ends = number == last && piece.end == span.start as usize;
            let value = match blocks {
                true => self.unescape(&strip_block(raw, indentation, first, ends), None),
                false => self.unescape(raw, Some(piece.start)),
            };
            if blocks {
                self.check_escapes(raw, piece.start);
            }
            if let Some(slot) = self.out.texts.get_mut(piece.index) {
                *slot = value;
            }
        }
        self.push(Token::TextClose, span);
    }

    fn check_escapes(&mut self, raw: &str, start: usize) {
        if raw.contains('\\') {
            self.unescape(raw, Some(start));
        }
    }

    /// Replaces escapes by what they stand for; with a place, wrong ones are diagnosed.
    fn unescape(&mut self, raw: &str, start: Option<usize>) -> String {
        let mut value = String::with_capacity(raw.len());
        let mut rest = raw;
        while let Some(at) = rest.find('\\') {
            value.push_str(rest.get(..at).unwrap_or_default());
            let escape = rest.get(at..).unwrap_or_default();
            let (length, character) = read_escape(escape);
            match (character, start) {
                (Some(character), _) => value.push(character),
                (None, Some(start)) => {
                    let from = start + raw.len() - escape.len();
                    self.report_escape(escape.get(..length).unwrap_or_default(), from);
                }
                (None, None) => {}
            }
            rest = escape.get(length..).unwrap_or_default();
        }
        value.push_str(rest);
        value
    }

    fn report_escape(&mut self, escape: &str, start: usize) {
        let span = Span::new(self.file, start, start + escape.len());
        let (message, help) = match escape.starts_with("\\u") {
            true => (
                format!("`{escape}` is no Unicode scalar value"),
                "write one to six hexadecimal digits in braces, such as `\\u{1F600}`",
            ),
            false => (
                format!("`{escape}` is no escape"),
                "the escapes are `\\n \\t \\r \\0 \\\\ \\\" \\$ \\u{…}`; in a raw text `r\"…\"` a backslash is a backslash",
            ),
        };
        self.report(Diagnostic::error(codes::ESCAPE, span, message).help(help));
    }

    /// Reads `r"…"` or `r#"…"#` from behind its opening quote.
    pub(super) fn raw_text(&mut self, open: Span) {
        let hashes = open.range().len() - 2;
        let close = format!("\"{}", "#".repeat(hashes));
        let start = open.end as usize;
        let rest = self.raw.remainder();
        let line = || rest.find('\n').unwrap_or(rest.len());
        let found = match hashes {
            0 => rest.find(['"', '\n']).filter(|&at| rest.as_bytes().get(at) == Some(&b'"')),
            _ if self.unclosed_raw.contains(&hashes) => None,
            _ => rest.find(&close),
        };
        let length = found.unwrap_or_else(line);
        let value = rest.get(..length).unwrap_or_default().replace("\r\n", "\n");
        let delimiter = if found.is_some() { close.len() } else { 0 };
        self.raw.bump(length + delimiter);
        if found.is_none() {
            if hashes > 0 {
                self.unclosed_raw.push(hashes);
            }
            let help = match hashes {
                0 => "close it with `\"`; a raw text of several lines stands between `r#\"` and `\"#`".to_owned(),
                _ => format!("close it with `{close}`"),
            };
            let diagnostic = Diagnostic::error(codes::OPEN_TEXT, open, "the raw text is not closed");
            self.report(diagnostic.label("it begins here").help(help));
        }
        let end = start + length;
        self.push_text(open, value, Span::new(self.file, end, end + delimiter));
    }

    /// Adds a text without interpolation.
    pub(super) fn push_text(&mut self, open: Span, value: String, close: Span) {
        self.push(Token::TextOpen, open);
        if !value.is_empty() {
            let index = self.out.texts.len() as u32;
            self.out.texts.push(value);
            let span = Span::new(self.file, open.end as usize, close.start as usize);
            self.push(Token::TextPart(index), span);
        }
        self.push(Token::TextClose, close);
    }
}

/// Where the piece that starts at a place ends, and by what.
fn find_end(text: &str, start: usize, kind: TextKind) -> (usize, PieceEnd) {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if bytes.get(at + 1).is_some_and(|next| *next != b'\n') => at += 2,
            b'$' if bytes.get(at + 1) == Some(&b'{') => return (at, PieceEnd::Interpolation),
            b'"' if kind == TextKind::Line => return (at, PieceEnd::Close),
            b'"' if bytes.get(at..at + 3) == Some(b"\"\"\"") => return (at, PieceEnd::Close),
            b'\n' if kind == TextKind::Line => return (at, PieceEnd::Unclosed),
            _ => at += 1,
        }
    }
    let end = (start..=text.len()).rev().find(|&end| text.is_char_boundary(end));
    (end.unwrap_or(start), PieceEnd::Unclosed)
}

/// The length of an escape and what it stands for.
fn read_escape(escape: &str) -> (usize, Option<char>) {
    let Some(letter) = escape.chars().nth(1) else { return (1, None) };
    let simple = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        '\\' | '"' | '$' => letter,
        'u' => return read_unicode(escape),
        _ => return (1 + letter.len_utf8(), None),
    };
    (2, Some(simple))
}

fn read_unicode(escape: &str) -> (usize, Option<char>) {
    let Some(digits) = escape.strip_prefix("\\u{") else { return (2, None) };
    let length = digits.bytes().take_while(u8::is_ascii_hexdigit).count();
    if digits.as_bytes().get(length) != Some(&b'}') {
        return (3 + length, None);
    }
    let value = digits.get(..length).filter(|digits| digits.len() <= 6);
    let character = value.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
    (4 + length, character)
}

/// The indentation that the lines of a block text share, its first line excepted.
fn common_indentation(text: &str, pieces: &[Piece]) -> usize {
    let mut common = usize::MAX;
    for (number, piece) in pieces.iter().enumerate() {
        let raw = text.get(piece.start..piece.end).unwrap_or_default();
        let mut lines = raw.split('\n').skip(1).peekable();
        while let Some(line) = lines.next() {
            let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
            let interpolates = lines.peek().is_none() && number + 1 < pieces.len();
            let follows = lines.peek().is_none() && text.get(piece.end..).is_some_and(|rest| rest.starts_with("${"));
            if !line.trim().is_empty() || interpolates || follows {
                common = common.min(indentation);
            }
        }
    }
    if common == usize::MAX { 0 } else { common }
}

/// A piece of a block text without the indentation, and without the lines of the quotes.
fn strip_block(raw: &str, indentation: usize, first: bool, last: bool) -> String {
    let mut lines: Vec<&str> = raw.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let opens_line = first && lines.len() > 1 && lines.first().is_some_and(|line| line.trim().is_empty());
    let closes_line = last && lines.len() > 1 && lines.last().is_some_and(|line| line.trim().is_empty());
    if closes_line {
        lines.pop();
    }
    let mut value = String::with_capacity(raw.len());
    for (number, line) in lines.iter().enumerate().skip(usize::from(opens_line)) {
        if number > usize::from(opens_line) {
            value.push('\n');
        }
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        let cut = if number == 0 { 0 } else { blank.min(indentation) };
        value.push_str(line.get(cut..).unwrap_or_default());
    }
    value
}
