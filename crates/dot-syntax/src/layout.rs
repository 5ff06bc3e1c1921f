//! Layout: settles what a token alone does not say, so that the parser never has to guess.
//!
//! - where statements end: a newline becomes [`Token::Newline`] unless the statement goes on;
//! - whether `{` opens a block or a literal;
//! - whether `(` opens the parameters of a lambda, by looking at what stands behind its partner;
//! - whether `<` opens type arguments or compares;
//! - whether a keyword is a name (behind `.` and before the `:` of a field or argument).
//!
//! Before that, [`brackets`] gives every bracket its partner: brackets that have none are diagnosed, and dropped or
//! closed. So behind this pass the brackets of any file are balanced.

mod angles;
mod brackets;

use crate::{Diagnostic, Span, Spanned, Symbol, Token, Tokens, codes};

/// Settles the tokens of a file.
pub(crate) fn settle(lexed: Tokens, text: &str) -> Tokens {
    let Tokens { tokens, comments, texts, mut diagnostics } = lexed;
    let mut tokens = brackets::balance(tokens, text, &mut diagnostics);
    angles::settle(&mut tokens, &mut diagnostics);
    let partners = brackets::partners(&tokens);
    let mut layout = Layout {
        text,
        out: Vec::with_capacity(tokens.len() + tokens.len() / 4),
        tokens,
        partners,
        starts_line: false,
        frames: vec![Frame::new(FrameKind::Block)],
        diagnostics,
    };
    for at in 0..layout.tokens.len() {
        layout.step(at);
    }
    Tokens { tokens: layout.out, comments, texts, diagnostics: layout.diagnostics }
}

/// Whether newlines end statements in a bracket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum FrameKind {
    /// A block or the file: newlines end statements.
    Block,
    /// `(`, `[`, a literal's `{` and `${`: newlines mean nothing.
    Inline,
}

/// A bracket that is open, and what is pending in it.
#[derive(Clone, Copy, Debug)]
struct Frame {
    kind: FrameKind,
    /// How many heads of `if while for match` wait for their block.
    heads: u32,
    /// Whether the header of a `fn`, `dot` or `test` waits for its body.
    header: bool,
    /// Whether a `type` waits for its body.
    declares_type: bool,
}

impl Frame {
    fn new(kind: FrameKind) -> Frame {
        Frame { kind, heads: 0, header: false, declares_type: false }
    }
}

struct Layout<'text> {
    text: &'text str,
    tokens: Vec<Spanned>,
    /// For each opening bracket the index of its closing one.
    partners: Vec<u32>,
    out: Vec<Spanned>,
    /// Whether the token that is settled is the first of its line.
    starts_line: bool,
    frames: Vec<Frame>,
    diagnostics: Vec<Diagnostic>,
}

impl Layout<'_> {
    /// Settles one token.
    fn step(&mut self, at: usize) {
        let Spanned { mut token, span, starts_line } = self.token(at);
        self.starts_line = starts_line;
        if starts_line && self.ends_statement(at) {
            self.newline();
        }
        if token.is_keyword() && self.is_name(at) {
            token = Token::Name(Symbol::new(self.slice(span)));
        }
        match token {
            Token::ParenOpen => self.open_paren(at),
            Token::BracketOpen | Token::InterpolationOpen => self.open(token, span, FrameKind::Inline),
            Token::BraceOpen => self.open_brace(at),
            _ if token.closes() => {
                if self.frames.len() > 1 {
                    self.frames.pop();
                }
                self.push(token, span);
            }
            // The head of a loop with a counter goes on behind its `;`.
            Token::Semicolon if self.frame().kind == FrameKind::Block && self.frame().heads == 0 => {
                self.newline_at(span)
            }
            Token::End => {
                self.newline();
                self.push(token, span);
            }
            Token::Name(symbol) => self.name(at, symbol),
            _ => {
                self.keyword(at, token);
                self.push(token, span);
            }
        }
    }

    fn token(&self, at: usize) -> Spanned {
        let end = Span::default();
        self.tokens.get(at).copied().unwrap_or(Spanned { token: Token::End, span: end, starts_line: true })
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::new(FrameKind::Block));
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// The settled token before the next one; [`Token::Newline`] at the start.
    fn previous(&self) -> Token {
        self.out.last().map_or(Token::Newline, |last| last.token)
    }

    fn push(&mut self, token: Token, span: Span) {
        let starts_line = std::mem::take(&mut self.starts_line);
        self.out.push(Spanned { token, span, starts_line });
    }

    fn open(&mut self, token: Token, span: Span, kind: FrameKind) {
        self.push(token, span);
        self.frames.push(Frame::new(kind));
    }

    /// Ends the statement behind the last token.
    fn newline(&mut self) {
        let end = self.out.last().map(|last| Span { start: last.span.end, ..last.span });
        if let Some(span) = end {
            self.newline_at(span);
        }
    }

    fn newline_at(&mut self, span: Span) {
        let frame = self.frame();
        *frame = Frame::new(frame.kind);
        if !matches!(self.previous(), Token::Newline | Token::BlockOpen) {
            self.out.push(Spanned { token: Token::Newline, span, starts_line: false });
        }
    }

    /// Whether the newline before a token ends the statement.
    fn ends_statement(&mut self, at: usize) -> bool {
        let frame = *self.frame();
        if frame.kind == FrameKind::Inline {
            return false;
        }
        let previous = self.previous();
        let goes_on = previous.is_binary() || previous.is_assignment();
        let goes_on = goes_on || matches!(previous, Token::Dot | Token::TypeArgsOpen);
        if goes_on || matches!(previous, Token::FatArrow | Token::Arrow | Token::Colon | Token::Comma) {
            return false;
        }
        match self.token(at).token {
            Token::Dot | Token::Else | Token::TypeArgsClose => false,
            Token::Minus => true,
            Token::Not => self.token(at + 1).token != Token::In,
            Token::BraceOpen => !(frame.header || frame.heads > 0 || frame.declares_type || previous == Token::Else),
            Token::Name(name) if frame.header && (name == "uses" || name == "with") => false,
            Token::Name(name) if is_else_if(name) => !self.begins_else_if(at, previous),
            token => !token.is_binary(),
        }
    }

    /// Whether a keyword stands in the place of a name.
    fn is_name(&self, at: usize) -> bool {
        let previous = self.previous();
        let begins_field = matches!(previous, Token::ParenOpen | Token::LambdaOpen | Token::LiteralOpen | Token::Comma);
        previous == Token::Dot || (begins_field && self.token(at + 1).token == Token::Colon)
    }

    fn is_name_like(&self, at: usize) -> bool {
        let token = self.token(at).token;
        matches!(token, Token::Name(_)) || token.is_keyword()
    }

    /// Notes what a keyword makes pending.
    fn keyword(&mut self, at: usize, token: Token) {
        let operand_before = self.previous().ends_operand();
        let next_is_name = self.is_name_like(at + 1);
        let frame = self.frame();
        match token {
            Token::If | Token::While | Token::For | Token::Match if !operand_before => frame.heads += 1,
            Token::Fn | Token::DotWord if next_is_name => frame.header = true,
            Token::Type if next_is_name => frame.declares_type = true,
            Token::Comma if frame.kind == FrameKind::Inline => frame.heads = 0,
            _ => {}
        }
    }

    /// A name: those that other languages use for heads make a block pending, too.
    fn name(&mut self, at: usize, name: Symbol) {
        let span = self.token(at).span;
        let previous = self.previous();
        if is_else_if(name) && self.begins_else_if(at, previous) {
            return self.else_if(span);
        }
        let next = self.token(at + 1);
        let begins = !previous.ends_operand() && previous != Token::Dot || is_modifier(previous);
        if begins && !next.starts_line {
            let operand = matches!(next.token, Token::Name(_) | Token::ParenOpen | Token::Int(_) | Token::Not);
            let word = name.as_str();
            let frame = self.frame();
            match word {
                "test" if next.token == Token::TextOpen => frame.header = true,
                "def" | "func" | "function" if operand => frame.header = true,
                "class" | "struct" | "interface" | "enum" | "record" if operand => frame.declares_type = true,
                "switch" | "unless" | "until" | "foreach" if operand => frame.heads += 1,
                "digraph" | "graph" | "subgraph" if operand => frame.heads += 1,
                _ => {}
            }
        }
        self.push(Token::Name(name), span);
    }

    /// Whether an `elif` is one: behind a block, or as the first of a line with its condition behind it.
    fn begins_else_if(&self, at: usize, previous: Token) -> bool {
        let next = self.token(at + 1);
        let condition = matches!(next.token, Token::Name(_) | Token::Int(_) | Token::Not | Token::True | Token::False);
        previous == Token::BraceClose || self.token(at).starts_line && condition && !next.starts_line
    }

    /// `elif` becomes `else if`; the `if` stands behind the word and is empty.
    fn else_if(&mut self, span: Span) {
        let found = self.slice(span).to_owned();
        let message = format!("`{found}` is not written in Dot: it is two words");
        let diagnostic = Diagnostic::error(codes::HABIT, span, message).help("write `else if`").fix(span, "else if");
        self.diagnostics.push(diagnostic);
        self.push(Token::Else, span);
        self.frame().heads += 1;
        self.push(Token::If, Span { start: span.end, ..span });
    }

    fn open_paren(&mut self, at: usize) {
        let behind = self.token(self.partner(at) + 1).token;
        let lambda = behind == Token::FatArrow && !self.previous().ends_operand();
        let token = if lambda { Token::LambdaOpen } else { Token::ParenOpen };
        self.open(token, self.token(at).span, FrameKind::Inline);
    }

    fn open_brace(&mut self, at: usize) {
        let span = self.token(at).span;
        match self.is_literal(at) {
            true => self.open(Token::LiteralOpen, span, FrameKind::Inline),
            false => self.open(Token::BlockOpen, span, FrameKind::Block),
        }
    }

    /// Whether a `{` opens a literal; what waits for a block in this bracket gets it.
    fn is_literal(&mut self, at: usize) -> bool {
        let previous = self.previous();
        let word = self.out.last().map_or("", |last| self.text.get(last.span.range()).unwrap_or_default());
        let after_type = previous == Token::TypeArgsClose
            || matches!(previous, Token::Name(_)) && word.starts_with(char::is_uppercase);
        let block_word = previous == Token::Transaction || matches!(previous, Token::Name(name) if name == "fault");
        let frame = self.frame();
        if frame.heads > 0 {
            frame.heads -= 1;
            return false;
        }
        if frame.header {
            frame.header = false;
            return false;
        }
        if frame.declares_type {
            frame.declares_type = false;
            return true;
        }
        match previous {
            Token::Else => false,
            _ if after_type => true,
            _ if block_word => false,
            Token::Let | Token::Var | Token::For | Token::Import => true,
            Token::Name(name) if matches!(name.as_str(), "const" | "val" | "final") => true,
            previous if previous.ends_operand() => false,
            _ => self.looks_like_literal(at),
        }
    }

    /// Whether what stands in a `{` where a value is expected is that of a literal.
    fn looks_like_literal(&self, at: usize) -> bool {
        let second = self.token(at + 2).token;
        match self.token(at + 1).token {
            Token::BraceClose => self.previous() != Token::FatArrow,
            Token::DotDot => true,
            Token::TextOpen => {
                let close = if matches!(second, Token::TextPart(_)) { at + 3 } else { at + 2 };
                let behind = self.token(close + 1).token;
                self.token(close).token == Token::TextClose && matches!(behind, Token::Colon | Token::FatArrow)
            }
            _ if self.is_name_like(at + 1) && matches!(second, Token::Colon | Token::Comma) => true,
            Token::Name(_) if second == Token::For => true,
            // Nothing but a pattern has an arrow behind its closing brace.
            _ => self.token(self.partner(at) + 1).token == Token::FatArrow,
        }
    }

    fn partner(&self, at: usize) -> usize {
        self.partners.get(at).map_or(at, |&partner| partner as usize)
    }
}

/// Whether other languages write a word before a declaration.
fn is_modifier(token: Token) -> bool {
    let words =
        ["abstract", "async", "default", "export", "final", "internal", "private", "protected", "public", "static"];
    matches!(token, Token::Name(name) if words.contains(&name.as_str()))
}

fn is_else_if(name: Symbol) -> bool {
    matches!(name.as_str(), "elif" | "elsif" | "elseif")
}
