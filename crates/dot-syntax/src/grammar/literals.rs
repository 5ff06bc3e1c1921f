//! Literals with parts: texts, lists, comprehensions, records and maps.

use super::{Failed, Parse, Parser};
use crate::ast::{Clause, Comprehension, Expr, ExprKind, FieldInit, Spread, TextPart, TypeExpr};
use crate::{Diagnostic, Span, Token, codes};

/// An entry of a literal in braces.
enum Entry {
    Spread(Expr),
    Field(FieldInit),
    Pair(Expr, Expr),
}

impl Parser<'_> {
    /// A text in its pieces, and its place with the quotes.
    #[inline(never)]
    pub(super) fn text(&mut self) -> Parse<(Vec<TextPart>, Span)> {
        let start = self.advance().span;
        let mut parts = Vec::new();
        loop {
            match self.peek() {
                Token::TextPart(index) => {
                    self.advance();
                    let value = self.texts.get(index as usize).cloned().unwrap_or_default();
                    if !value.is_empty() {
                        parts.push(TextPart::Literal(value));
                    }
                }
                Token::InterpolationOpen => parts.push(TextPart::Interpolation(self.interpolation())),
                Token::TextClose => {
                    self.advance();
                    return Ok((parts, self.since(start)));
                }
                _ => return Err(self.unexpected("the end of the text")),
            }
        }
    }

    /// `${e}`
    #[inline(never)]
    fn interpolation(&mut self) -> Expr {
        let open = self.advance().span;
        if self.at(Token::InterpolationClose) {
            let close = self.advance().span;
            if close.start < close.end {
                let message = "`${}` has no expression, so there is nothing to put into the text";
                let diagnostic = Diagnostic::error(codes::EMPTY_INTERPOLATION, open.to(close), message);
                self.report(diagnostic.help("write an expression in it, or `\\${}` for the characters themselves"));
            }
            return Expr { kind: ExprKind::Error, span: open.to(close) };
        }
        let value = self.bracketed(|p| p.expression_or_error(|_| false));
        if !self.at(Token::InterpolationClose) && !matches!(value.kind, ExprKind::Error) {
            self.unexpected("`}` behind the expression in the text");
        }
        self.skip_bracket();
        value
    }

    /// `[a, b]` or `[e for p in xs if c]`
    #[inline(never)]
    pub(super) fn list_expression(&mut self) -> Parse<ExprKind> {
        let start = self.advance().span;
        let mut comprehension = None;
        let mut count = 0;
        let parts = self.list(Token::BracketClose, "an element", |p| {
            count += 1;
            if p.at(Token::DotDot) {
                return p.spread_item(start, count == 1).map(Some);
            }
            if p.at(Token::For) && count == 1 {
                let (clauses, body) = p.comprehension_backwards()?;
                comprehension = Some(Comprehension { body, clauses });
                return Ok(None);
            }
            let body = p.expression()?;
            if p.at(Token::For) && comprehension.is_none() {
                let clauses = p.clauses()?;
                comprehension = Some(Comprehension { body, clauses });
                return Ok(None);
            }
            Ok(Some(body))
        });
        let elements: Vec<Expr> = parts.into_iter().flatten().collect();
        match comprehension {
            Some(comprehension) => {
                if !elements.is_empty() {
                    let message = "a comprehension stands alone in its brackets";
                    let help = "join two lists with `+`";
                    self.report(Diagnostic::error(codes::UNEXPECTED, self.since(start), message).help(help));
                }
                Ok(ExprKind::Comprehension(Box::new(comprehension)))
            }
            None => Ok(ExprKind::List(elements)),
        }
    }

    /// `for p in xs if c …`
    #[inline(never)]
    pub(super) fn clauses(&mut self) -> Parse<Vec<Clause>> {
        let mut clauses = Vec::new();
        loop {
            if self.eat(Token::For) {
                let pattern = self.pattern()?;
                self.in_word()?;
                clauses.push(Clause::For(pattern, self.expression()?));
            } else if self.eat(Token::If) {
                clauses.push(Clause::If(self.expression()?));
            } else {
                return Ok(clauses);
            }
        }
    }

    /// `{ … }` of a record or map, with the type in front of it if there is one.
    #[inline(never)]
    pub(super) fn brace_literal(&mut self, ty: Option<TypeExpr>) -> Parse<ExprKind> {
        let start = self.advance().span;
        let entries = self.list(Token::BraceClose, "a field", |p| p.entry(start));
        if entries.is_empty() && ty.is_none() {
            return Ok(ExprKind::EmptyBraces);
        }
        let mut fields = Vec::new();
        let mut pairs = Vec::new();
        let mut spread: Option<Box<Spread>> = None;
        for entry in entries {
            match entry {
                Entry::Spread(value) => {
                    if spread.is_some() {
                        let message = "a record literal has one `..`, because the second would replace all fields";
                        let diagnostic = Diagnostic::error(codes::UNEXPECTED, value.span, message);
                        self.report(diagnostic.help("name the fields that should differ"));
                    }
                    spread = Some(Box::new(Spread { before: fields.len(), value }));
                }
                Entry::Field(field) => fields.push(field),
                Entry::Pair(key, value) => pairs.push((key, value)),
            }
        }
        if pairs.is_empty() {
            return Ok(ExprKind::Record { ty, fields, spread });
        }
        if ty.is_some() || spread.is_some() || !fields.is_empty() {
            let message = "a literal has either fields, which are names, or keys, which are texts";
            let help = "write every field without quotes for a record, and every key with quotes for a map";
            self.report(Diagnostic::error(codes::MIXED_LITERAL, self.since(start), message).help(help));
            return Ok(ExprKind::Error);
        }
        Ok(ExprKind::Map(pairs))
    }

    #[inline(never)]
    fn entry(&mut self, open: Span) -> Parse<Entry> {
        match self.peek() {
            Token::DotDot => {
                self.advance();
                Ok(Entry::Spread(self.expression()?))
            }
            Token::TextOpen => {
                let (parts, span) = self.text()?;
                if self.at(Token::FatArrow) {
                    self.report(super::habits::habit(self.span(), "a key has a `:` before its value", ":"));
                    self.advance();
                } else {
                    self.expect(Token::Colon, "between a key and its value")?;
                }
                let key = Expr { kind: ExprKind::Text(parts), span };
                Ok(Entry::Pair(key, self.expression()?))
            }
            Token::Name(_) => {
                let name = self.name("a field")?;
                if self.at(Token::Assign) {
                    let span = self.span();
                    self.report(super::habits::habit(span, "a field has a `:` before its value", ":"));
                    self.advance();
                    return Ok(Entry::Field(FieldInit { name, value: Some(self.expression()?) }));
                }
                let value = if self.eat(Token::Colon) { Some(self.expression()?) } else { None };
                if self.at(Token::For) {
                    return Err(self.brace_comprehension(open, name, value.map(|value| value.span)));
                }
                Ok(Entry::Field(FieldInit { name, value }))
            }
            _ => {
                self.unexpected("a field `name: value`, a key `\"text\": value` or `..`");
                Err(Failed)
            }
        }
    }
}
