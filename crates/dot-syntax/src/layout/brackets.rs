//! Gives every bracket its partner.
//!
//! A closing bracket that fits none is dropped; an opening one that is not closed is closed where a bracket around
//! it closes, where a statement begins inside parentheses, or where a declaration begins at the left margin.
//! What is added has an empty span, by which the parser knows that it has been diagnosed.

use crate::{Diagnostic, Span, Spanned, Token, codes};

/// The four kinds of brackets.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Paren,
    Bracket,
    Brace,
    Interpolation,
}

fn kind_of(token: Token) -> Option<Kind> {
    match token {
        Token::ParenOpen | Token::ParenClose => Some(Kind::Paren),
        Token::BracketOpen | Token::BracketClose => Some(Kind::Bracket),
        Token::BraceOpen | Token::BraceClose => Some(Kind::Brace),
        Token::InterpolationOpen | Token::InterpolationClose => Some(Kind::Interpolation),
        _ => None,
    }
}

impl Kind {
    fn close(self) -> Token {
        match self {
            Kind::Paren => Token::ParenClose,
            Kind::Bracket => Token::BracketClose,
            Kind::Brace => Token::BraceClose,
            Kind::Interpolation => Token::InterpolationClose,
        }
    }
}

/// A bracket that is open.
struct Open {
    kind: Kind,
    token: Token,
    span: Span,
    /// The indentation of the line that it stands on.
    indentation: usize,
    /// The number of that line among those with tokens.
    line: usize,
    /// How many brackets of each kind are open from the innermost interpolation on, this one included.
    counts: [u32; 4],
}

/// The tokens with balanced brackets.
pub(super) fn balance(tokens: Vec<Spanned>, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Spanned> {
    let mut balancer = Balancer {
        text,
        out: Vec::with_capacity(tokens.len() + 8),
        open: Vec::new(),
        indentation: 0,
        line: 0,
        interpolations: 0,
        suspect: None,
        diagnostics,
    };
    for (at, spanned) in tokens.iter().enumerate() {
        balancer.step(*spanned, tokens.get(at + 1).map_or(Token::End, |next| next.token));
    }
    balancer.out
}

struct Balancer<'a> {
    text: &'a str,
    out: Vec<Spanned>,
    open: Vec<Open>,
    /// How many of them are interpolations.
    interpolations: usize,
    /// The indentation of the line that is read.
    indentation: usize,
    /// Its number among the lines with tokens.
    line: usize,
    /// A `{` whose `}` stands further left than its line: where another one is not closed, it is rather this one.
    suspect: Option<Span>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Balancer<'_> {
    fn step(&mut self, spanned: Spanned, next: Token) {
        if spanned.starts_line {
            self.indentation = indentation(self.text, spanned.span);
            self.line += 1;
        }
        if self.open.is_empty() {
            self.suspect = None;
        }
        if spanned.token == Token::End {
            self.close_until(0, spanned.span);
        } else if spanned.starts_line && !self.open.is_empty() {
            self.close_at_line(spanned, next);
        }
        match kind_of(spanned.token) {
            Some(kind) if spanned.token.opens() => {
                self.open(kind, spanned);
                self.out.push(spanned);
            }
            Some(kind) => self.close(kind, spanned),
            None => self.out.push(spanned),
        }
        if spanned.token == Token::TextClose && spanned.span.start == spanned.span.end {
            self.close_line(spanned.span);
        }
    }

    fn open(&mut self, kind: Kind, spanned: Spanned) {
        let mut counts = match self.open.last() {
            Some(last) if kind != Kind::Interpolation => last.counts,
            _ => [0; 4],
        };
        counts[kind as usize] += 1;
        self.interpolations += usize::from(kind == Kind::Interpolation);
        let Spanned { token, span, .. } = spanned;
        self.open.push(Open { kind, token, span, indentation: self.indentation, line: self.line, counts });
    }

    fn close(&mut self, kind: Kind, spanned: Spanned) {
        let reachable = self.open.last().is_some_and(|last| last.counts[kind as usize] > 0);
        if !reachable {
            return self.stray(spanned);
        }
        let position = self.open.iter().rposition(|open| open.kind == kind).unwrap_or_default();
        // An empty `}` of an interpolation belongs to a text that is not closed, and that has been said.
        let said = spanned.span.start == spanned.span.end;
        if !said {
            self.report_unclosed(position + 1, spanned.span);
        }
        self.close_silently(position + 1, spanned.span);
        if let Some(open) = self.pop()
            && spanned.starts_line
            && self.indentation < open.indentation
        {
            self.suspect.get_or_insert(open.span);
        }
        self.out.push(spanned);
    }

    fn pop(&mut self) -> Option<Open> {
        let open = self.open.pop()?;
        self.interpolations -= usize::from(open.kind == Kind::Interpolation);
        Some(open)
    }

    fn stray(&mut self, spanned: Spanned) {
        let spelling = spanned.token.spelling().unwrap_or("}");
        let message = format!("`{spelling}` closes nothing: no bracket of its kind is open here");
        let help = "remove it, or add the opening bracket";
        self.diagnostics.push(Diagnostic::error(codes::BRACKET, spanned.span, message).help(help));
    }

    /// Closes the brackets above a number of them, and reports the innermost.
    fn close_until(&mut self, length: usize, at: Span) {
        self.report_unclosed(length, at);
        self.close_silently(length, at);
    }

    fn report_unclosed(&mut self, length: usize, at: Span) {
        let here = Span { end: at.start, ..at };
        let unclosed = self.open.len().saturating_sub(length);
        if let Some(last) = self.open.last()
            && unclosed > 0
        {
            let spelling = last.token.spelling().unwrap_or("${");
            let close = last.kind.close().spelling().unwrap_or("}");
            let message = match unclosed {
                1 => format!("`{spelling}` is not closed"),
                _ => format!("`{spelling}` is not closed, nor are {} brackets around it", unclosed - 1),
            };
            let suspect = self.suspect.take().filter(|_| last.kind == Kind::Brace);
            let diagnostic = Diagnostic::error(codes::BRACKET, suspect.unwrap_or(last.span), message)
                .label("opened here")
                .related(here, "it should be closed before this")
                .help(format!("add the missing `{close}`"));
            self.diagnostics.push(diagnostic);
        }
    }

    fn close_silently(&mut self, length: usize, at: Span) {
        let here = Span { end: at.start, ..at };
        while self.open.len() > length
            && let Some(open) = self.pop()
        {
            self.out.push(Spanned { token: open.kind.close(), span: here, starts_line: false });
        }
    }

    /// Closes the parentheses of a line behind a text that is not closed: the text has taken their partners.
    fn close_line(&mut self, at: Span) {
        let line = self.line;
        let belongs = |open: &Open| open.line == line && matches!(open.kind, Kind::Paren | Kind::Bracket);
        let kept = self.open.iter().rposition(|open| !belongs(open)).map_or(0, |position| position + 1);
        self.close_silently(kept, at);
    }

    /// Closes what can't go on over the beginning of this line.
    fn close_at_line(&mut self, spanned: Spanned, next: Token) {
        let word = spanned.token.is_keyword() || matches!(spanned.token, Token::Name(_));
        if !word || next == Token::Colon {
            return;
        }
        let margin = self.text.get(..spanned.span.start as usize).is_some_and(|before| before.ends_with('\n'));
        if margin && begins_item(spanned.token, next) && self.interpolations == 0 {
            return self.close_until(0, spanned.span);
        }
        let statement = matches!(spanned.token, Token::Let | Token::Var | Token::While | Token::Assert);
        if statement || begins_item(spanned.token, next) {
            let position = self.open.iter().rposition(|open| !matches!(open.kind, Kind::Paren | Kind::Bracket));
            self.close_until(position.map_or(0, |position| position + 1), spanned.span);
        }
    }
}

/// How many characters of white space stand before the first token of a line; lines are not looked at for longer than this.
fn indentation(text: &str, span: Span) -> usize {
    const LONGEST: usize = 256;
    let before = text.as_bytes().get(..span.start as usize).unwrap_or_default();
    before.iter().rev().take(LONGEST).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn begins_item(token: Token, next: Token) -> bool {
    let name = matches!(next, Token::Name(_));
    match token {
        Token::Fn | Token::DotWord | Token::Type | Token::Import => name,
        Token::Pub => next.is_keyword(),
        Token::Name(word) if word == "test" => next == Token::TextOpen,
        _ => false,
    }
}

/// For each opening bracket the index of its closing one; for other tokens their own.
pub(super) fn partners(tokens: &[Spanned]) -> Vec<u32> {
    let mut partners: Vec<u32> = (0..tokens.len() as u32).collect();
    let mut open = Vec::new();
    for (at, spanned) in tokens.iter().enumerate() {
        if spanned.token.opens() {
            open.push(at);
        } else if spanned.token.closes()
            && let Some(partner) = open.pop()
        {
            partners[partner] = at as u32;
        }
    }
    partners
}
