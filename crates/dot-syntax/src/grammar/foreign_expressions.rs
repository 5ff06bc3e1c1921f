//! Expressions of other languages: diagnosed, and read as what they mean.

use super::operators::Level;
use super::{Failed, Parse, Parser};
use crate::ast::{Block, Clause, Expr, ExprKind, Name, Statement, StatementKind};
use crate::{Diagnostic, Span, Token, codes};

impl Parser<'_> {
    /// Whether a `?` is that of `c ? a : b`: it does not touch its operand, and another one follows.
    pub(super) fn is_ternary(&self) -> bool {
        self.previous.end < self.span().start && super::begins_expression(self.ahead(1))
    }

    /// Whether a `?` begins `?:`.
    pub(super) fn is_elvis(&self) -> bool {
        let next = self.tokens.get(self.position + 1);
        next.is_some_and(|next| next.token == Token::Colon && next.span.start == self.span().end)
    }

    /// `c ? a : b`
    #[inline(never)]
    pub(super) fn ternary(&mut self, condition: Expr) -> Parse<Expr> {
        let question = self.advance().span;
        let value = self.expression()?;
        let message = "`c ? a : b` is not written in Dot: `if` is an expression";
        let diagnostic = Diagnostic::error(codes::HABIT, question, message).help("write `if c { a } else { b }`");
        if !self.at(Token::Colon) {
            self.report(diagnostic);
            return Err(Failed);
        }
        let colon = self.advance().span;
        let otherwise = self.expression()?;
        let span = condition.span.to(otherwise.span);
        let diagnostic = diagnostic.fix(Span { end: span.start, ..span }, "if ").fix(question, "{");
        self.report(diagnostic.fix(colon, "} else {").fix(Span { start: span.end, ..span }, " }"));
        Ok(branches(condition, value, otherwise, span))
    }

    /// Whether the `if` that is looked at has an `else` in its line and no block: `a if c else b`.
    pub(super) fn is_conditional(&self) -> bool {
        /// How many tokens are looked at.
        const FARTHEST: usize = 256;
        let mut depth = 0usize;
        for spanned in self.tokens.iter().skip(self.position + 1).take(FARTHEST) {
            match spanned.token {
                Token::Else if depth == 0 => return true,
                Token::Newline | Token::BlockOpen | Token::Comma | Token::For | Token::If | Token::End
                    if depth == 0 =>
                {
                    return false;
                }
                token if token.opens() => depth += 1,
                token if token.closes() => match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => return false,
                },
                _ => {}
            }
        }
        false
    }

    /// `a if c else b`
    #[inline(never)]
    pub(super) fn conditional(&mut self, value: Expr) -> Parse<Expr> {
        let word = self.advance().span;
        let condition = self.operators(Level::Or)?;
        let otherwise_word = self.expect(Token::Else, "of `a if c else b`")?;
        let otherwise = self.expression()?;
        let span = value.span.to(otherwise.span);
        let message = "`a if c else b` is not written in Dot: `if` comes first, and its branches stand in braces";
        let before = format!("if {} {{ ", self.slice(condition.span));
        let middle = Span { start: value.span.end, end: otherwise.span.start, ..word };
        self.report(
            Diagnostic::error(codes::HABIT, word.to(otherwise_word), message)
                .help("write `if c { a } else { b }`")
                .fix(Span { end: span.start, ..span }, before)
                .fix(middle, " } else { ")
                .fix(Span { start: span.end, ..span }, " }"),
        );
        Ok(branches(condition, value, otherwise, span))
    }

    /// `then a else b` behind a condition.
    #[inline(never)]
    pub(super) fn then_branches(&mut self, condition: Expr, start: Span) -> Parse<Expr> {
        let then = self.advance().span;
        let value = self.expression()?;
        let message = "`then` is not written in Dot: the branches of `if` stand in braces";
        let diagnostic = Diagnostic::error(codes::HABIT, then, message).help("write `if c { a } else { b }`");
        if !self.at(Token::Else) {
            let behind = self.behind();
            self.report(diagnostic.fix(then, "{").fix(behind, " }"));
            return Ok(super::expressions::error_expr(self.since(start)));
        }
        let word = self.advance().span;
        let otherwise = self.expression()?;
        let behind = self.behind();
        self.report(diagnostic.fix(then, "{").fix(word, "} else {").fix(behind, " }"));
        Ok(branches(condition, value, otherwise, self.since(start)))
    }

    /// `x as T`
    #[inline(never)]
    pub(super) fn cast(&mut self, operand: Expr) -> Parse<Expr> {
        let word = self.advance().span;
        let ty = self.span();
        let spelling = match self.peek() {
            Token::Name(name) => match super::habits::type_name(name).unwrap_or(name.as_str()) {
                "Float" => Some(".to_float()"),
                "Int" => Some(".to_int()"),
                "Text" => Some(".to_text()"),
                _ => None,
            },
            _ => None,
        };
        let count = self.diagnostics.len();
        self.type_expr()?;
        self.diagnostics.truncate(count);
        let message = "`as` does not convert in Dot: a value is converted by a function, and one that can fail says so";
        let diagnostic = Diagnostic::error(codes::HABIT, word, message);
        let gap = Span { start: operand.span.end, end: self.since(ty).end, ..word };
        self.report(match spelling {
            Some(spelling) => diagnostic.help(format!("write `x{spelling}`")).fix(gap, spelling).guess(),
            None => diagnostic.help("write `x.to_float()`, `x.to_text()`, or `T.parse(text)`"),
        });
        Ok(super::expressions::error_expr(self.since(operand.span)))
    }

    /// Whether `function (…)` is that of a function without a name, and not the call of one with this name.
    pub(super) fn is_function(&self) -> bool {
        let mut depth = 0usize;
        for (at, spanned) in self.tokens.iter().enumerate().skip(self.position + 1) {
            if spanned.token.opens() {
                depth += 1;
            } else if spanned.token.closes() {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let behind = self.tokens.get(at + 1).map_or(Token::End, |behind| behind.token);
                    return matches!(behind, Token::BlockOpen | Token::Name(_));
                }
            }
        }
        false
    }

    /// `fn(x) { … }`, `function(x) { … }` where a value is expected.
    #[inline(never)]
    pub(super) fn function_expression(&mut self) -> Parse<ExprKind> {
        let word = self.advance().span;
        let name = matches!(self.peek(), Token::Name(_)).then(|| self.advance().span);
        let open = self.span();
        let mut is_simple = name.is_none();
        self.expect(Token::ParenOpen, "of the parameters")?;
        let parts = self.list(Token::ParenClose, "a parameter", |p| {
            let pattern = p.pattern()?;
            let typed = p.eat(Token::Colon);
            let ty = if typed || matches!(p.peek(), Token::Name(_)) { Some(p.type_expr()?) } else { None };
            is_simple &= ty.is_none() || typed;
            Ok(crate::ast::LambdaParam { pattern, ty })
        });
        let behind = self.behind();
        if !self.at(Token::BlockOpen) {
            is_simple = false;
            self.skip_until(|token| matches!(token, Token::BlockOpen | Token::Newline | Token::Comma));
        }
        let body = self.span();
        let block = self.block("of the function")?;
        let message = "a function without a name is a lambda in Dot, and has an arrow";
        let diagnostic = Diagnostic::error(codes::HABIT, word, message).help("write `(x) => { … }`");
        let removed = Span { start: word.start, end: open.start, ..word };
        self.report(match is_simple {
            true => diagnostic.fix(removed, "").fix(behind, " =>"),
            false => diagnostic,
        });
        let body = Box::new(Expr { kind: ExprKind::Block(block), span: self.since(body) });
        Ok(ExprKind::Lambda { params: parts, body })
    }

    /// `[1:2]` behind a value; the first bound has been read.
    #[inline(never)]
    pub(super) fn slice_index(&mut self, open: Span, first: Option<Span>) {
        let colon = self.advance().span;
        let second = if self.at(Token::BracketClose) { None } else { self.expression().ok().map(|end| end.span) };
        let close = self.span();
        let message = "`[a:b]` is not written in Dot: a part of a list or text is taken by `slice`";
        let diagnostic = Diagnostic::error(codes::HABIT, open.to(close), message).help("write `.slice(a, b)`");
        if !self.at(Token::BracketClose) {
            self.report(diagnostic);
            return self.skip_until(|_| false);
        }
        let opening = if first.is_some() { ".slice(" } else { ".slice(0" };
        let middle = if second.is_some() { ", " } else { "" };
        let gap = Span {
            start: first.map_or(open.end, |first| first.end),
            end: second.map_or(colon.end, |second| second.start),
            ..colon
        };
        self.report(diagnostic.fix(open, opening).fix(gap, middle).fix(close, ")"));
    }

    /// `[for x in xs: e]`
    #[inline(never)]
    pub(super) fn comprehension_backwards(&mut self) -> Parse<(Vec<Clause>, Expr)> {
        let start = self.span();
        let clauses = self.clauses()?;
        let heads = self.since(start);
        let mark = self.span();
        if !matches!(self.peek(), Token::Colon | Token::FatArrow | Token::Arrow) {
            return Err(self.unexpected("an expression before `for`"));
        }
        self.advance();
        let body = self.expression()?;
        let message = "the item of a comprehension stands before its `for`";
        let before = format!("{} ", self.slice(body.span));
        let rest = Span { start: heads.end, end: body.span.end, ..mark };
        let diagnostic = Diagnostic::error(codes::HABIT, heads, message).help("write `[e for x in xs]`");
        self.report(diagnostic.fix(Span { end: start.start, ..start }, before).fix(rest, ""));
        Ok((clauses, body))
    }

    /// `{x for x in xs}` and `{k: v for x in xs}`, behind what stands before `for`.
    #[inline(never)]
    pub(super) fn brace_comprehension(&mut self, open: Span, key: Name, value: Option<Span>) -> Failed {
        let clauses = self.clauses().is_ok();
        let close = self.span();
        let message = "a comprehension makes a list in Dot: a set or map is made of it";
        let help = "write `Set.from([x for x in xs])` or `Map.from([(key, value) for x in xs])`";
        let diagnostic = Diagnostic::error(codes::HABIT, open, message).help(help);
        if !clauses || !self.at(Token::BraceClose) || close.start == close.end {
            self.report(diagnostic);
            return Failed;
        }
        let diagnostic = match value {
            Some(value) => diagnostic
                .fix(open, "Map.from([(")
                .fix(Span { start: key.span.end, end: value.start, ..value }, ", ")
                .fix(Span { start: value.end, ..value }, ")"),
            None => diagnostic.fix(open, "Set.from(["),
        };
        self.report(diagnostic.fix(close, "])"));
        Failed
    }

    /// `f(e for x in xs)`, behind `e`.
    #[inline(never)]
    pub(super) fn generator(&mut self, body: Expr) -> Parse<Expr> {
        let word = self.span();
        let clauses = self.clauses()?;
        let span = self.since(body.span);
        let message = "a comprehension stands in brackets in Dot";
        let diagnostic = Diagnostic::error(codes::HABIT, word, message).help("write `[e for x in xs]`");
        self.report(diagnostic.fix(Span { end: span.start, ..span }, "[").fix(Span { start: span.end, ..span }, "]"));
        let comprehension = crate::ast::Comprehension { body, clauses };
        Ok(Expr { kind: ExprKind::Comprehension(Box::new(comprehension)), span })
    }

    /// `[..xs, a]`
    #[inline(never)]
    pub(super) fn spread_item(&mut self, open: Span, is_first: bool) -> Parse<Expr> {
        let dots = self.advance().span;
        let list = self.expression()?;
        let message = "a list is not spread into another one in Dot: lists are joined with `+`";
        let mut diagnostic = Diagnostic::error(codes::HABIT, dots, message).help("write `xs + [a, b]`");
        let spreads_more = self.tokens.iter().skip(self.position).take_while(|next| !next.token.closes());
        let is_only_spread = !spreads_more.clone().any(|next| next.token == Token::DotDot || next.token.opens());
        if is_first && is_only_spread && self.at(Token::Comma) && self.ahead(1) != Token::BracketClose {
            let next = self.tokens.get(self.position + 1).map_or(dots, |next| next.span);
            let gap = Span { start: list.span.end, end: next.start, ..dots };
            diagnostic = diagnostic.fix(open.to(dots), "").fix(gap, " + [");
        }
        self.report(diagnostic);
        Ok(super::expressions::error_expr(list.span))
    }
}

/// The node of an `if` with two values.
fn branches(condition: Expr, value: Expr, otherwise: Expr, span: Span) -> Expr {
    let block = |value: Expr| {
        let span = value.span;
        Block { statements: vec![Statement { kind: StatementKind::Expr(value), span }], span }
    };
    let then = block(value);
    let otherwise = Expr { span: otherwise.span, kind: ExprKind::Block(block(otherwise)) };
    let kind = ExprKind::If { condition: Box::new(condition), then, otherwise: Some(Box::new(otherwise)) };
    Expr { kind, span }
}
