//! Tokens, layout, syntax tree and parser of Dot.
//!
//! ```text
//! text ──lex──▶ tokens ──layout──▶ tokens with newlines and braces settled ──parse──▶ ast::Module
//! ```
//!
//! This crate knows no types and no files: it is given text and gives back a tree and diagnostics.

pub mod ast;
mod diagnostic;
mod span;
mod symbol;

pub use diagnostic::{Code, Diagnostic, Edit, Severity};
pub use span::{FileId, Span};
pub use symbol::Symbol;
