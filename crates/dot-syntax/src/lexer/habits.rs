//! Tokens of other languages: diagnosed with Dot's spelling, then read as what was meant.

use super::Lexer;
use super::raw::Habit;
use super::texts::TextKind;
use crate::{Comment, CommentKind, Diagnostic, Span, Token, codes};

impl Lexer<'_> {
    pub(super) fn habit(&mut self, habit: Habit, span: Span) {
        match habit {
            Habit::And => self.operator(span, Token::And, "and", "the operator is the word `and`"),
            Habit::Or => self.operator(span, Token::Or, "or", "the operator is the word `or`"),
            Habit::Not if self.follows_operand(span) => self.bang(span),
            Habit::Not => self.operator(span, Token::Not, "not ", "the operator is the word `not`"),
            Habit::Equal => {
                self.operator(span, Token::Equal, "==", "values are compared with `==`, always by structure")
            }
            Habit::NotEqual => {
                self.operator(span, Token::NotEqual, "!=", "values are compared with `!=`, always by structure")
            }
            Habit::Spread => self.operator(span, Token::DotDot, "..", "a spread and a rest have two dots"),
            Habit::HalfOpen => {
                self.operator(span, Token::DotDot, "..", "`a..b` leaves out its end, and `a..=b` has it")
            }
            Habit::HashComment => self.hash_comment(span),
            Habit::BlockComment => self.block_comment(span),
            Habit::FormatQuote => self.format_text(span),
            Habit::SingleQuote => self.foreign_quote(span, '\''),
            Habit::Backtick => self.foreign_quote(span, '`'),
            Habit::TripleSingleQuote => self.triple_quote(span),
            Habit::Ampersand => self.ampersand(span),
            Habit::Path => self.path(span),
        }
    }

    fn operator(&mut self, span: Span, token: Token, spelling: &str, why: &str) {
        let found = self.slice(span).to_owned();
        let spaced = spelling.starts_with(char::is_alphabetic) && spelling != "not ";
        let letter = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        let before = self.text.get(..span.start as usize).and_then(|text| text.chars().next_back());
        let after = self.text.get(span.end as usize..).and_then(|text| text.chars().next());
        let left = if spaced && letter(before) { " " } else { "" };
        let right = if spaced && letter(after) { " " } else { "" };
        let diagnostic = Diagnostic::error(codes::HABIT, span, format!("`{found}` is not written in Dot: {why}"))
            .help(format!("write `{}`", spelling.trim()))
            .fix(span, format!("{left}{spelling}{right}"));
        self.report(diagnostic);
        self.push(token, span);
    }

    fn hash_comment(&mut self, span: Span) {
        let hash = Span::new(self.file, span.start as usize, span.start as usize + 1);
        let text = self.slice(span);
        let shebang = span.start == 0 && text.starts_with("#!");
        if text.starts_with("#[") || text.starts_with("#![") && !shebang {
            self.attribute(span);
        } else if !shebang {
            let message = "`#` does not begin a comment in Dot: comments begin with `//`";
            let diagnostic = Diagnostic::error(codes::HABIT, hash, message);
            self.report(match self.slice(span).starts_with("#include") || self.slice(span).starts_with("#define") {
                true => diagnostic.help("other files are named with `import`, and constants with `let`"),
                false => diagnostic.help("write `//`").fix(hash, "//"),
            });
        }
        self.out.comments.push(Comment { kind: CommentKind::Line, span, trailing: !self.starts_line });
    }

    fn block_comment(&mut self, open: Span) {
        let rest = self.raw.remainder();
        let length = rest.find("*/").map_or(rest.len(), |at| at + 2);
        self.raw.bump(length);
        let span = Span::new(self.file, open.start as usize, open.end as usize + length);
        let message = "`/* … */` is not written in Dot: a comment begins with `//` and ends with its line";
        let mut diagnostic = Diagnostic::error(codes::HABIT, span, message).help("begin each line of it with `//`");
        let behind = self.text.get(span.end as usize..).unwrap_or_default();
        if behind.chars().find(|c| *c == '\n' || !c.is_whitespace()).is_none_or(|c| c == '\n') {
            diagnostic = diagnostic.fix(span, line_comments(self.slice(span)));
        }
        self.report(diagnostic);
        self.out.comments.push(Comment { kind: CommentKind::Line, span, trailing: !self.starts_line });
        self.starts_line |= self.slice(span).contains('\n');
    }

    /// `f"…"`: the prefix is diagnosed, the text is read as it stands.
    fn format_text(&mut self, open: Span) {
        let start = open.end as usize;
        let rest = self.raw.remainder();
        let message = "`f\"…\"` is not written in Dot: every text takes `${…}`";
        let mut diagnostic =
            Diagnostic::error(codes::HABIT, open, message).help("drop the `f` and write `${…}` for `{…}`");
        if let Some(length) = closing_quote(rest, '"') {
            let content = rest.get(..length).unwrap_or_default();
            let span = Span::new(self.file, open.start as usize, start + length + 1);
            let (text, is_sure) = interpolated(content);
            diagnostic = diagnostic.fix(span, format!("\"{text}\""));
            diagnostic = if is_sure { diagnostic } else { diagnostic.guess() };
        }
        self.report(diagnostic);
        self.open_text(TextKind::Line, Span::new(self.file, start - 1, start));
    }

    /// A text of one line in quotes of another language, read without interpolation.
    fn foreign_quote(&mut self, open: Span, quote: char) {
        let Some(length) = closing_quote(self.raw.remainder(), quote) else {
            let message = format!("`{quote}` means nothing in Dot: texts stand in double quotes");
            self.report(Diagnostic::error(codes::UNKNOWN_CHARACTER, open, message).help("write `\"…\"`"));
            return self.push(Token::Unknown, open);
        };
        let content = self.raw.remainder().get(..length).unwrap_or_default().to_owned();
        self.raw.bump(length + 1);
        let close = Span::new(self.file, open.end as usize + length, open.end as usize + length + 1);
        let escaped = in_double_quotes(&content, quote);
        let message = format!("`{quote}…{quote}` is not written in Dot: texts stand in double quotes");
        let diagnostic = Diagnostic::error(codes::HABIT, open.to(close), message).help("write `\"…\"`");
        self.report(diagnostic.fix(open.to(close), format!("\"{escaped}\"")));
        self.push_text(open, content, close);
    }
}

/// The content of an `f"…"` as that of a text, and whether it can mean nothing else: Dot has no formats behind a `:`.
fn interpolated(content: &str) -> (String, bool) {
    let mut text = String::with_capacity(content.len() + 8);
    let mut is_sure = !content.contains('$');
    let mut inside = false;
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '{' | '}' if !inside && characters.peek() == Some(&character) => {
                characters.next();
                text.push(character);
            }
            '{' if !inside => {
                inside = true;
                text.push_str("${");
            }
            _ => {
                is_sure &= !(inside && matches!(character, ':' | '!' | '=' | '{'));
                inside &= character != '}';
                text.push(character);
            }
        }
    }
    (text, is_sure)
}

/// The content of a text in other quotes as it stands in double ones; what is escaped there stays so.
fn in_double_quotes(content: &str, quote: char) -> String {
    let mut text = String::with_capacity(content.len() + 8);
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek().copied()) {
            ('\\', Some(escaped)) => {
                characters.next();
                if escaped != quote {
                    text.push('\\');
                }
                text.push(escaped);
            }
            ('"', _) => text.push_str("\\\""),
            ('$', Some('{')) if quote == '\'' => text.push_str("\\$"),
            _ => text.push(character),
        }
    }
    text
}

/// Where a text ends that is closed by a quote on its line.
fn closing_quote(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    rest.char_indices().take_while(|(_, c)| *c != '\n').find_map(|(at, c)| {
        let closes = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at)
    })
}

/// A block comment as comments of one line each.
fn line_comments(comment: &str) -> String {
    let content = comment.trim_start_matches("/*").trim_end_matches("*/").trim();
    let lines: Vec<String> = content
        .lines()
        .map(|line| format!("// {}", line.trim().trim_start_matches('*').trim_start()).trim_end().to_owned())
        .collect();
    lines.join("\n")
}
