//! Marks of other languages that stand for nothing in Dot: references, macros, paths, attributes.

use super::Lexer;
use crate::{Diagnostic, Span, Token, codes};

impl Lexer<'_> {
    /// Whether an operand ends right before a place.
    pub(super) fn follows_operand(&self, span: Span) -> bool {
        self.out.tokens.last().is_some_and(|last| last.span.end == span.start && last.token.ends_operand())
    }

    fn next(&self, span: Span) -> Option<char> {
        self.text.get(span.end as usize..).and_then(|text| text.chars().next())
    }

    fn habit_of_mark(&self, span: Span, message: &str, help: &str) -> Diagnostic {
        Diagnostic::error(codes::HABIT, span, message).help(help)
    }

    /// `name!(…)` and `value!`
    pub(super) fn bang(&mut self, span: Span) {
        let last = self.out.tokens.last().copied();
        let name = match last {
            Some(last) if matches!(last.token, Token::Name(_)) => self.slice(last.span).to_owned(),
            _ => String::new(),
        };
        let diagnostic = match self.next(span) {
            Some('[') if name == "vec" => {
                let whole = self.out.tokens.pop().map_or(span, |last| last.span.to(span));
                let message = "`vec![…]` is not written in Dot: a list stands in brackets alone";
                self.habit_of_mark(whole, message, "write `[…]`").fix(whole, "")
            }
            Some('(' | '[' | '{') if !name.is_empty() => {
                let message = format!("`{name}!` is not written in Dot: there are no macros, and a call has no `!`");
                self.habit_of_mark(span, &message, "remove the `!`").fix(span, "")
            }
            _ => {
                let message = "`value!` is not written in Dot: whether a value is absent is always looked at";
                self.habit_of_mark(span, message, "write `value ?? fail \"…\"`, or say with `??` what holds without it")
            }
        };
        self.report(diagnostic);
    }

    /// `&x`, `&mut x`, `&str`
    pub(super) fn ampersand(&mut self, span: Span) {
        let starts_name = self.next(span).is_some_and(|next| next.is_alphabetic() || matches!(next, '_' | '\''));
        let behind_operand = !self.starts_line && self.out.tokens.last().is_some_and(|last| last.token.ends_operand());
        if !starts_name || behind_operand {
            return self.unknown(span);
        }
        let rest = self.raw.remainder();
        let mutable = rest.strip_prefix("mut ").map_or(0, |behind| 4 + behind.len() - behind.trim_start().len());
        self.raw.bump(mutable);
        let span = Span { end: span.end + mutable as u32, ..span };
        let message = "`&` is not written in Dot: a value is passed as it is, and nobody can change another's";
        let diagnostic = self.habit_of_mark(span, message, "remove it").fix(span, "");
        self.report(diagnostic);
    }

    /// `module::name`; the colons of `xs[::2]` stay what they are.
    pub(super) fn path(&mut self, span: Span) {
        let next = self.next(span);
        let joins = next.is_some_and(|next| next.is_alphabetic() || matches!(next, '_' | '<' | '{' | '*'));
        if !joins || !self.follows_operand(span) {
            let middle = span.start as usize + 1;
            self.push(Token::Colon, Span::new(self.file, span.start as usize, middle));
            return self.push(Token::Colon, Span::new(self.file, middle, span.end as usize));
        }
        let generic = next == Some('<');
        let (spelling, help) = if generic { ("", "remove it") } else { (".", "write `.`") };
        let message = "`::` is not written in Dot: what is in a module or type stands behind a `.`";
        let diagnostic = self.habit_of_mark(span, message, help).fix(span, spelling);
        self.report(diagnostic);
        if !generic {
            self.push(Token::Dot, span);
        } else if let Some(last) = self.out.tokens.last_mut() {
            // The `<` touches the name once the colons are gone.
            last.span.end = span.end;
        }
    }

    /// `#[derive(…)]`
    pub(super) fn attribute(&mut self, span: Span) {
        let text = self.slice(span).trim_end().to_owned();
        let message = "`#[…]` is not written in Dot: there are no attributes";
        let diagnostic = match text.get(2..).unwrap_or_default() {
            name if name.starts_with("derive") && text.ends_with(']') => {
                let help = "remove it: data has `==`, an order and JSON by itself";
                self.habit_of_mark(span, message, help).fix(span, "")
            }
            name if name.starts_with("test") => {
                self.habit_of_mark(span, message, "write `test \"what holds\" { … }` instead of a function")
            }
            _ => self.habit_of_mark(span, message, "remove it; policies of a dot stand behind `with`"),
        };
        self.report(diagnostic);
    }

    /// A text in three single quotes, read without interpolation.
    pub(super) fn triple_quote(&mut self, open: Span) {
        let rest = self.raw.remainder();
        let (length, behind) = match rest.find("'''") {
            Some(length) => (length, length + 3),
            None => (rest.len(), rest.len()),
        };
        let content = rest.get(..length).unwrap_or_default().to_owned();
        self.raw.bump(behind);
        let close = Span::new(self.file, open.end as usize + length, open.end as usize + behind);
        let message = "`'''…'''` is not written in Dot: a text of several lines stands in `\"\"\"`";
        let help = "write `\"\"\"`, the lines of the text, and `\"\"\"` on a line of its own";
        let diagnostic = self.habit_of_mark(open.to(close), message, help);
        self.report(diagnostic);
        self.push_text(open, content, close);
    }
}
