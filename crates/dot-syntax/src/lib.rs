//! Tokens, layout, syntax tree and parser of Dot.
//!
//! ```text
//! text ──lex──▶ tokens ──layout──▶ tokens with newlines and braces settled ──parse──▶ ast::Module
//! ```
//!
//! This crate knows no types and no files: it is given text and gives back a tree and diagnostics.
//! Whatever the text, it gives a tree: what could not be understood is a node named `Error`, and a
//! diagnostic says why. Trees are at most [`MAX_HEIGHT`] nodes high, so that whoever walks one may recurse.

pub mod ast;
pub mod codes;
mod diagnostic;
mod grammar;
mod layout;
mod lexer;
mod span;
mod symbol;
mod token;

pub use diagnostic::{Applicability, Code, Diagnostic, Edit, Severity};
pub use grammar::{MAX_HEIGHT, MAX_NESTING};
pub use lexer::{MAX_FILE_BYTES, MAX_TEXT_NESTING};
pub use span::{FileId, Span};
pub use symbol::Symbol;
pub use token::{Comment, CommentKind, Spanned, Token, Tokens};

/// What the parser makes of a file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// The tree, whole also where the text is wrong.
    pub module: ast::Module,
    /// What is wrong with the text, in the order of the places.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a file: any text gives a tree, and a diagnostic for each place that is not Dot.
pub fn parse(file: FileId, text: &str) -> Parsed {
    let tokens = tokens(file, text);
    let mut parsed = grammar::parse(file, text, &tokens);
    parsed.diagnostics.extend(tokens.diagnostics);
    parsed.diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.span.end));
    for diagnostic in &mut parsed.diagnostics {
        diagnostic.help = diagnostic.help.take().map(sentence);
    }
    parsed
}

/// Words of help as a sentence. Where they are found they are small and without a full stop, since some are put together.
fn sentence(words: String) -> String {
    let mut characters = words.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if words.ends_with(['.', '?', '…']) { "" } else { "." };
    format!("{first}{}{stop}", characters.as_str())
}

/// The settled tokens of a file, as the parser sees them, with the comments kept aside.
pub fn tokens(file: FileId, text: &str) -> Tokens {
    layout::settle(lexer::lex(file, text), text)
}
