//! The parser: from settled tokens to the tree.
//!
//! Each production is a function. They are functions rather than combinators for four reasons: an error can say what
//! was meant, the depth of the recursion and the height of the trees are bounded in one place ([`Parser::nested`],
//! [`Parser::grow`]), nothing is ever read twice, and it is several times as fast (see `docs/decisions.md`).
//!
//! A production that meets what it can't read reports it and answers [`Failed`]. Recovery relies on the layout, behind
//! which brackets are balanced: whoever has opened a bracket skips to its end, so a production that fails leaves the parser in
//! the bracket in which it began. Lists go on behind the next comma, blocks behind the next newline, the file at the
//! next declaration. So each mistake is reported once, and mistakes don't hide each other.
//!
//! Productions beside the main path are not inlined. Their locals would make the frames of those that call themselves
//! several times as large, and the deepest nesting that is allowed must fit into the stack of a thread.

mod calls;
mod control;
mod expressions;
mod foreign_expressions;
mod foreign_items;
mod foreign_loops;
mod foreign_statements;
mod habits;
mod indented;
mod items;
mod lambdas;
mod literals;
mod operators;
mod patterns;
mod statements;
mod types;

use crate::ast::{Literal, Name, TextPart};
use crate::{Comment, CommentKind, Diagnostic, FileId, Parsed, Span, Spanned, Symbol, Token, Tokens, codes};

/// How deep expressions, patterns, types and blocks may stand in each other.
pub const MAX_NESTING: usize = 256;
/// How many expressions, patterns, types and blocks may lie between the root of a tree and its leaves.
pub const MAX_HEIGHT: usize = 512;

/// A production failed, and a diagnostic has been given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Failed;

type Parse<T> = Result<T, Failed>;

/// Parses the settled tokens of a file.
pub(crate) fn parse(file: FileId, text: &str, tokens: &Tokens) -> Parsed {
    let mut parser = Parser::new(file, text, tokens);
    let module = parser.module();
    Parsed { module, diagnostics: parser.diagnostics }
}

/// The tokens with what the productions share.
struct Parser<'src> {
    tokens: &'src [Spanned],
    comments: &'src [Comment],
    texts: &'src [String],
    text: &'src str,
    /// The token that is looked at.
    current: Spanned,
    /// Its index.
    position: usize,
    /// Where the last token that was read lies.
    previous: Span,
    diagnostics: Vec<Diagnostic>,
    /// How many nested productions are being read.
    depth: usize,
    /// The height of the highest tree read so far in the production that is being read.
    height: usize,
    /// Whether a bound was reached in this declaration: whoever has one such place has many.
    bound_reached: bool,
    /// Whether `=>` ends the expression: in the guard of an arm.
    arrow_ends: bool,
    /// The indentation up to which a line ends the block that is read, where a colon began it.
    dedent: Option<usize>,
}

impl<'src> Parser<'src> {
    fn new(file: FileId, text: &'src str, tokens: &'src Tokens) -> Self {
        let end = Spanned { token: Token::End, span: Span::new(file, 0, 0), starts_line: true };
        Parser {
            current: tokens.tokens.first().copied().unwrap_or(end),
            position: 0,
            previous: Span::new(file, 0, 0),
            tokens: &tokens.tokens,
            comments: &tokens.comments,
            texts: &tokens.texts,
            text,
            diagnostics: Vec::new(),
            depth: 0,
            height: 0,
            bound_reached: false,
            arrow_ends: false,
            dedent: None,
        }
    }

    // Looking and reading.

    fn peek(&self) -> Token {
        self.current.token
    }

    /// The token some places behind the one that is looked at.
    fn ahead(&self, count: usize) -> Token {
        self.tokens.get(self.position + count).map_or(Token::End, |spanned| spanned.token)
    }

    fn span(&self) -> Span {
        self.current.span
    }

    /// From a place to the last token that was read.
    fn since(&self, start: Span) -> Span {
        Span { end: self.previous.end.max(start.end), ..start }
    }

    /// The empty place behind the last token that was read.
    fn behind(&self) -> Span {
        Span { start: self.previous.end, ..self.previous }
    }

    fn slice(&self, span: Span) -> &'src str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Reads a token; the end of the file stays.
    fn advance(&mut self) -> Spanned {
        let read = self.current;
        if let Some(next) = self.tokens.get(self.position + 1) {
            self.position += 1;
            self.current = *next;
            self.previous = read.span;
        }
        read
    }

    fn at(&self, token: Token) -> bool {
        self.current.token == token
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(self.current.token, Token::Name(name) if name == word)
    }

    fn eat(&mut self, token: Token) -> bool {
        let found = self.at(token);
        if found {
            self.advance();
        }
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, token: Token, why: &str) -> Parse<Span> {
        if self.at(token) {
            return Ok(self.advance().span);
        }
        let spelling = token.spelling().unwrap_or_default();
        Err(self.unexpected(&format!("`{spelling}` {why}")))
    }

    fn name(&mut self, what: &str) -> Parse<Name> {
        match self.peek() {
            Token::Name(symbol) => Ok(Name { symbol, span: self.advance().span }),
            token if token.is_keyword() => Err(self.keyword_for_name(what)),
            _ => Err(self.unexpected(what)),
        }
    }

    #[inline(never)]
    fn keyword_for_name(&mut self, what: &str) -> Failed {
        let word = self.peek().spelling().unwrap_or_default();
        let message = format!("expected {what}, but found the keyword `{word}`");
        let help = format!("choose another name, such as `{word}_`");
        self.report(Diagnostic::error(codes::UNEXPECTED, self.span(), message).help(help));
        Failed
    }

    /// A text without interpolation.
    fn literal(&mut self, what: &str) -> Parse<Literal> {
        if !self.at(Token::TextOpen) {
            return Err(self.unexpected(what));
        }
        let (parts, span) = self.text()?;
        match parts.as_slice() {
            [] => Ok(Literal { text: String::new(), span }),
            [TextPart::Literal(text)] => Ok(Literal { text: text.clone(), span }),
            _ => {
                let message = format!("{what} can't have an interpolation, because it is known before anything runs");
                self.report(Diagnostic::error(codes::UNEXPECTED, span, message).help("write the text out"));
                Err(Failed)
            }
        }
    }

    // Reporting.

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports that something else was expected, unless the token is one that has been diagnosed before.
    fn unexpected(&mut self, expected: &str) -> Failed {
        self.unexpected_with(expected, None)
    }

    #[inline(never)]
    fn unexpected_with(&mut self, expected: &str, help: Option<String>) -> Failed {
        let added = self.current.token.closes() && self.current.span.start == self.current.span.end;
        if !added && !self.at(Token::Unknown) {
            let found = self.peek().describe();
            let message = format!("expected {expected}, but found {found}");
            let mut diagnostic = Diagnostic::error(codes::UNEXPECTED, self.span(), message);
            diagnostic.help = help.or_else(|| habits::word_help(self.peek()));
            self.report(diagnostic);
        }
        Failed
    }

    // Bounds.

    /// Reads a production that can stand in itself: counts how deep it stands and how high its tree is.
    fn nested<T>(&mut self, production: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth >= MAX_NESTING {
            return Err(self.too_deep());
        }
        self.depth += 1;
        let outer = std::mem::take(&mut self.height);
        let result = production(self);
        self.depth -= 1;
        let result = if result.is_ok() && self.height >= MAX_HEIGHT { Err(self.too_high()) } else { result };
        // What failed is thrown away, and its height with it.
        self.height = if result.is_ok() { outer.max(self.height + 1) } else { outer };
        result
    }

    fn too_deep(&mut self) -> Failed {
        let message = format!("expressions stand in each other more than {MAX_NESTING} deep");
        self.report_bound(message, "bind the inner ones with `let`, or move them into functions")
    }

    /// Notes that the tree read so far becomes part of one that is a node higher, as in a chain of operators.
    fn grow(&mut self) -> Parse<()> {
        self.height += 1;
        if self.height < MAX_HEIGHT { Ok(()) } else { Err(self.too_high()) }
    }

    fn too_high(&mut self) -> Failed {
        let message = format!("the expression has a chain of more than {MAX_HEIGHT} operators or calls");
        self.report_bound(message, "split it with `let`, or put its parts into a list and fold that")
    }

    #[inline(never)]
    fn report_bound(&mut self, message: String, help: &str) -> Failed {
        if !self.bound_reached {
            self.report(Diagnostic::error(codes::TOO_DEEP, self.span(), message).help(help));
        }
        self.bound_reached = true;
        Failed
    }

    // Recovery.

    /// Skips to a token of this bracket, or to the bracket's end.
    fn skip_until(&mut self, stop: impl Fn(Token) -> bool) {
        let mut depth = 0usize;
        loop {
            let token = self.peek();
            if token == Token::End || depth == 0 && (token.closes() || stop(token)) {
                return;
            }
            if token.opens() {
                depth += 1;
            } else if token.closes() {
                depth -= 1;
            }
            self.advance();
        }
    }

    /// Skips to the end of the bracket that was opened, and reads its closing token.
    fn skip_bracket(&mut self) {
        self.skip_until(|_| false);
        self.advance();
    }

    /// Reads parts with commas between them, and the bracket's closing token.
    fn list<T>(&mut self, close: Token, what: &str, mut part: impl FnMut(&mut Self) -> Parse<T>) -> Vec<T> {
        let mut parts = Vec::new();
        let arrow_ends = std::mem::replace(&mut self.arrow_ends, false);
        let stops = |token| matches!(token, Token::Comma | Token::Newline) || token == close;
        let mut added = None;
        while !self.at(close) && !self.at(Token::End) && !self.peek().closes() {
            match part(self) {
                Ok(value) => parts.push(value),
                Err(Failed) => self.skip_until(stops),
            }
            if self.at(Token::Semicolon) && close == Token::BraceClose {
                self.report(habits::habit(self.span(), "fields have a `,` between them in Dot", ","));
                self.current.token = Token::Comma;
            }
            if !self.at(Token::Comma) && !self.at(close) {
                if *added.get_or_insert_with(|| self.closes_by_layout()) {
                    // The bracket is not closed, which has been said: what follows does not belong to it.
                    self.skip_until(|token| token == close);
                    break;
                }
                self.missing_comma(close, what);
                self.skip_until(stops);
            }
            if !self.eat(Token::Comma) {
                break;
            }
        }
        self.eat(close);
        self.arrow_ends = arrow_ends;
        parts
    }

    /// Whether the bracket that is read was closed by the layout.
    fn closes_by_layout(&self) -> bool {
        let mut depth = 0usize;
        for spanned in self.tokens.iter().skip(self.position) {
            if spanned.token.closes() && depth == 0 {
                return spanned.span.start == spanned.span.end;
            } else if spanned.token.closes() {
                depth -= 1;
            } else if spanned.token.opens() {
                depth += 1;
            }
        }
        false
    }

    #[inline(never)]
    fn missing_comma(&mut self, close: Token, what: &str) {
        let spelling = close.spelling().unwrap_or("}");
        let behind = self.behind();
        let count = self.diagnostics.len();
        let help = format!("write a `,` before what follows, or `{spelling}` before it");
        self.unexpected_with(&format!("`,` or `{spelling}` behind {what}"), Some(help));
        let field_follows = close == Token::BraceClose && matches!(self.peek(), Token::Name(_));
        if field_follows && let Some(reported) = self.diagnostics.get_mut(count) {
            reported.fix.push(crate::Edit { span: behind, text: ",".into() });
        }
    }

    /// Reads what stands in brackets, where an arrow begins the body of a lambda again.
    fn bracketed<T>(&mut self, production: impl FnOnce(&mut Self) -> T) -> T {
        let arrow_ends = std::mem::replace(&mut self.arrow_ends, false);
        let result = production(self);
        self.arrow_ends = arrow_ends;
        result
    }

    // Documentation.

    /// The `///` lines before the token that is looked at.
    fn docs_before(&self) -> Option<String> {
        let first = self.comments.partition_point(|comment| comment.span.start < self.previous.end);
        let end = self.span().start;
        let near = self.comments.get(first..)?.iter().take_while(|comment| comment.span.start < end);
        let own = near.filter(|comment| comment.kind == CommentKind::Doc && !comment.trailing);
        let lines: Vec<&str> = own.map(|comment| self.doc_text(comment)).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The `///` behind a field or case on its line, also behind its comma.
    fn docs_behind(&self) -> Option<String> {
        let first = self.comments.partition_point(|comment| comment.span.start < self.previous.end);
        let comment = self.comments.get(first)?;
        let between = self.text.get(self.previous.end as usize..comment.span.start as usize)?;
        let alone = between.chars().all(|c| matches!(c, ',' | ' ' | '\t'));
        (alone && comment.kind == CommentKind::Doc && comment.trailing).then(|| self.doc_text(comment).to_owned())
    }

    /// A line of documentation without its marker.
    fn doc_text(&self, comment: &Comment) -> &'src str {
        let text = self.slice(comment.span).get(3..).unwrap_or_default();
        text.strip_prefix(' ').unwrap_or(text)
    }
}

/// Whether a name is written with a capital letter, as those of types and cases are.
fn is_capitalised(name: Symbol) -> bool {
    name.as_str().starts_with(char::is_uppercase)
}

/// Whether an expression can begin with a token.
fn begins_expression(token: Token) -> bool {
    use Token::*;
    let value = matches!(token, Name(_) | Int(_) | Float(_) | Duration(_) | Size(_) | True | False | TextOpen);
    let bracket = matches!(token, ParenOpen | LambdaOpen | BracketOpen | LiteralOpen | BlockOpen);
    let word = matches!(token, If | Match | Return | Break | Continue | Fail | Try | Parallel | Race | Transaction);
    value || bracket || word || matches!(token, Minus | MinusMinus | Not)
}
