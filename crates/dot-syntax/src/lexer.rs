//! From text to tokens.
//!
//! logos finds tokens of code. Texts are read by hand ([`texts`]) because they nest: `"a ${f("b")} c"` is
//! `TextOpen TextPart InterpolationOpen … InterpolationClose TextPart TextClose`, and the code inside is lexed like
//! any other. The stack of open interpolations says to which text a `}` returns.

mod habits;
mod marks;
mod numbers;
mod raw;
mod texts;

use logos::Logos;

use crate::{Comment, CommentKind, Diagnostic, FileId, Span, Spanned, Symbol, Token, Tokens, codes};
use raw::Raw;
use texts::{OpenText, TextKind};

/// The size of the largest file that is read.
pub const MAX_FILE_BYTES: usize = 16 << 20;
/// How deep texts may stand in interpolations of texts.
pub const MAX_TEXT_NESTING: usize = 32;

/// Reads a file into tokens; newlines and braces are not settled yet.
pub(crate) fn lex(file: FileId, text: &str) -> Tokens {
    if text.len() > MAX_FILE_BYTES {
        return too_large(file, text.len());
    }
    let mut lexer = Lexer {
        file,
        text,
        raw: Raw::lexer(text),
        out: Tokens::default(),
        open: Vec::new(),
        starts_line: true,
        unclosed_raw: Vec::new(),
    };
    lexer.out.tokens.reserve(text.len() / 4);
    while let Some(raw) = lexer.raw.next() {
        lexer.token(raw);
    }
    lexer.finish()
}

fn too_large(file: FileId, size: usize) -> Tokens {
    let message = format!("the file has {size} bytes, and the largest that is read has {MAX_FILE_BYTES}");
    let diagnostic = Diagnostic::error(codes::FILE_SIZE, Span::new(file, 0, 0), message)
        .help("split it into several files and `import` them");
    let end = Spanned { token: Token::End, span: Span::new(file, 0, 0), starts_line: true };
    Tokens { tokens: vec![end], diagnostics: vec![diagnostic], ..Tokens::default() }
}

/// The lexer's state.
struct Lexer<'text> {
    file: FileId,
    text: &'text str,
    raw: logos::Lexer<'text, Raw>,
    out: Tokens,
    /// The texts whose interpolation is being read, outermost first.
    open: Vec<OpenText>,
    /// Whether the next token is the first of its line.
    starts_line: bool,
    /// The numbers of hashes for which no raw text is closed in the rest of the file: each is looked for once.
    unclosed_raw: Vec<usize>,
}

impl Lexer<'_> {
    fn token(&mut self, raw: Result<Raw, ()>) {
        let span = self.span();
        match raw {
            Ok(Raw::Newline) => self.newline(),
            Ok(Raw::Name) => self.name(span),
            Ok(Raw::Number) => self.number(span),
            Ok(Raw::Comment) => self.comment(span),
            Ok(Raw::Quote) => self.open_text(TextKind::Line, span),
            Ok(Raw::TripleQuote) => self.open_text(TextKind::Block, span),
            Ok(Raw::VerbatimQuote) => self.raw_text(span),
            Ok(Raw::BraceOpen) => {
                if let Some(open) = self.open.last_mut() {
                    open.braces += 1;
                }
                self.push(Token::BraceOpen, span);
            }
            Ok(Raw::BraceClose) => self.brace_close(span),
            Ok(Raw::Habit(habit)) => self.habit(habit, span),
            Ok(Raw::Mark(token)) => self.push(token, span),
            Err(()) => self.unknown(span),
        }
    }

    fn span(&self) -> Span {
        let range = self.raw.span();
        Span::new(self.file, range.start, range.end)
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn push(&mut self, token: Token, span: Span) {
        self.out.tokens.push(Spanned { token, span, starts_line: self.starts_line });
        self.starts_line = false;
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.out.diagnostics.push(diagnostic);
    }

    fn newline(&mut self) {
        while self.open.last().is_some_and(|open| open.kind == TextKind::Line) {
            self.abandon_text();
        }
        self.starts_line = true;
    }

    fn name(&mut self, span: Span) {
        let text = self.slice(span);
        let token = Token::keyword(text).unwrap_or_else(|| Token::Name(Symbol::new(text)));
        self.push(token, span);
    }

    fn number(&mut self, span: Span) {
        match numbers::parse(self.slice(span)) {
            Ok(token) => self.push(token, span),
            Err(problem) => {
                self.report(problem.diagnostic(span));
                self.push(Token::Int(0), span);
            }
        }
    }

    fn comment(&mut self, span: Span) {
        let text = self.slice(span);
        let kind = match text {
            _ if text.starts_with("//!") => CommentKind::ModuleDoc,
            _ if text.starts_with("///") && !text.starts_with("////") => CommentKind::Doc,
            _ => CommentKind::Line,
        };
        let length = text.trim_end().len();
        let span = Span::new(self.file, span.start as usize, span.start as usize + length);
        self.out.comments.push(Comment { kind, span, trailing: !self.starts_line });
    }

    fn brace_close(&mut self, span: Span) {
        match self.open.last_mut() {
            Some(open) if open.braces == 0 => {
                self.push(Token::InterpolationClose, span);
                self.continue_text();
            }
            Some(open) => {
                open.braces -= 1;
                self.push(Token::BraceClose, span);
            }
            None => self.push(Token::BraceClose, span),
        }
    }

    /// Diagnoses a run of characters that are no token, and goes on behind it.
    fn unknown(&mut self, span: Span) {
        let start = span.start as usize;
        let rest = self.text.get(span.end as usize..).unwrap_or_default();
        let more: usize = rest.chars().take_while(|&c| is_unknown(c)).map(char::len_utf8).sum();
        self.raw.bump(more);
        let span = Span::new(self.file, start, span.end as usize + more);
        let shown: String = self.slice(span).chars().take(20).collect();
        let message = format!("`{}` means nothing in Dot", shown.escape_debug());
        let diagnostic = Diagnostic::error(codes::UNKNOWN_CHARACTER, span, message).help(unknown_help(&shown));
        self.report(diagnostic);
        self.push(Token::Unknown, span);
    }

    fn finish(mut self) -> Tokens {
        while !self.open.is_empty() {
            self.abandon_text();
        }
        let end = Span::new(self.file, self.text.len(), self.text.len());
        self.starts_line = true;
        self.push(Token::End, end);
        self.out
    }
}

/// Whether a character can only begin what is no token, so that it belongs to a run of such.
fn is_unknown(c: char) -> bool {
    matches!(c, '@' | '^' | '~' | '\\' | '$')
        || (c.is_control() && !c.is_whitespace())
        || (!c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace() && c != '\u{FEFF}')
}

fn unknown_help(shown: &str) -> &'static str {
    match shown.chars().next() {
        Some('^' | '~' | '&') => "remove it; for bits there are `a.bit_and(b)`, `a.bit_or(b)` and `a.bit_xor(b)`",
        Some('@') => "remove it; Dot has no annotations, policies stand behind `with`",
        Some('$') => "remove it; `${…}` stands only inside a text, and names have no `$`",
        Some('“' | '”' | '‘' | '’') => "write texts in straight double quotes",
        _ => "remove it, or put it into a text",
    }
}
