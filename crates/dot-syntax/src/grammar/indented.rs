//! Blocks that other languages mark by a colon and an indentation: diagnosed, and read as what they are.

use super::{Failed, Parse, Parser};
use crate::ast::Block;
use crate::{Diagnostic, Span, Token, codes};

impl Parser<'_> {
    /// `:` with the statements of its line, or with the lines below it that stand further right.
    #[inline(never)]
    pub(super) fn colon_block(&mut self) -> Parse<Block> {
        self.nested(|p| {
            let colon = p.span();
            let margin = p.indentation(colon);
            p.advance();
            let is_one_line = !p.current.starts_line;
            let outer = p.dedent.replace(if is_one_line { usize::MAX } else { margin });
            let statements = p.bracketed(Self::statements);
            p.dedent = outer;
            let end = p.behind();
            let mut diagnostic = p.colon_habit(colon);
            if !statements.is_empty() {
                let close = if is_one_line { " }".to_owned() } else { format!("\n{}}}", " ".repeat(margin)) };
                let spaced = colon.start > 0 && p.slice(Span { start: colon.start - 1, ..colon }).starts_with(' ');
                diagnostic = diagnostic.fix(colon, if spaced { "{" } else { " {" }).fix(end, close);
            }
            p.report(diagnostic);
            Ok(Block { statements, span: p.since(colon) })
        })
    }

    fn colon_habit(&self, colon: Span) -> Diagnostic {
        let message = "`:` does not begin a block in Dot: blocks stand in braces, and indentation means nothing";
        Diagnostic::error(codes::HABIT, colon, message).help("write `{` here, and `}` behind the block")
    }

    /// A colon whose lines are too unlike Dot to be read: they are skipped.
    #[inline(never)]
    pub(super) fn unread_colon_block(&mut self) -> Failed {
        let colon = self.span();
        self.report(self.colon_habit(colon));
        self.skip_indented();
        Failed
    }

    /// Skips a colon, and the lines below it that stand further right than its own.
    pub(super) fn skip_indented(&mut self) {
        let margin = self.indentation(self.span());
        self.advance();
        let margin = if self.current.starts_line { margin } else { usize::MAX };
        while !self.at(Token::End) && !self.peek().closes() {
            if self.at(Token::Newline) && self.next_is_dedented(margin) || self.is_dedented(margin) {
                return;
            }
            if self.peek().opens() {
                self.advance();
                self.skip_bracket();
            } else {
                self.advance();
            }
        }
    }

    /// Whether an indented block has ended before the token that is looked at.
    pub(super) fn at_dedent(&self) -> bool {
        self.dedent.is_some_and(|margin| self.is_dedented(margin))
    }

    /// Whether it ends with the newline that is looked at.
    pub(super) fn dedents_next(&self) -> bool {
        self.dedent.is_some_and(|margin| self.next_is_dedented(margin))
    }

    fn is_dedented(&self, margin: usize) -> bool {
        self.current.starts_line && self.indentation(self.current.span) <= margin
    }

    fn next_is_dedented(&self, margin: usize) -> bool {
        self.tokens
            .get(self.position + 1)
            .is_none_or(|next| next.token == Token::End || next.starts_line && self.indentation(next.span) <= margin)
    }

    /// How many characters of white space begin the line of a place; no line is looked at for longer than this.
    fn indentation(&self, span: Span) -> usize {
        const LONGEST: usize = 4096;
        let before = self.text.as_bytes().get(..span.start as usize).unwrap_or_default();
        let first = before.len().saturating_sub(LONGEST);
        let line = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1).max(first);
        before.get(line..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }
}
