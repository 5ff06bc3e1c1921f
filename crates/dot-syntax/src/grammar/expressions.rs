//! What stands alone in an expression: literals, names, brackets, and constructs that begin with a keyword.

use super::habits::{self, habit};
use super::operators::Level;
use super::{Failed, Parse, Parser, begins_expression};
use crate::ast::{Arg, Block, Expr, ExprKind, Name};
use crate::{Diagnostic, Span, Token, codes};

impl Parser<'_> {
    /// Any expression.
    pub(super) fn expression(&mut self) -> Parse<Expr> {
        self.nested(|p| {
            let value = p.operators(Level::Or)?;
            match p.peek() {
                Token::Question if p.is_ternary() => p.ternary(value),
                Token::If if p.is_conditional() => p.conditional(value),
                _ => Ok(value),
            }
        })
    }

    /// An expression, or a node that says that there was none.
    pub(super) fn expression_or_error(&mut self, stop: impl Fn(Token) -> bool) -> Expr {
        let start = self.span();
        self.expression().unwrap_or_else(|Failed| {
            self.skip_until(|token| token == Token::Newline || stop(token));
            error_expr(self.since(start))
        })
    }

    /// What stands alone: a literal, a name, a bracket, or a construct that begins with a keyword.
    pub(super) fn primary(&mut self) -> Parse<Expr> {
        let start = self.span();
        let kind = match self.peek() {
            Token::Int(value) => self.leaf(ExprKind::Int(value)),
            Token::Float(value) => self.leaf(ExprKind::Float(value)),
            Token::Duration(value) => self.leaf(ExprKind::Duration(value)),
            Token::Size(value) => self.leaf(ExprKind::Size(value)),
            Token::True => self.leaf(ExprKind::Bool(true)),
            Token::False => self.leaf(ExprKind::Bool(false)),
            Token::Break => self.leaf(ExprKind::Break),
            Token::Continue => self.leaf(ExprKind::Continue),
            Token::TextOpen => ExprKind::Text(self.text()?.0),
            Token::Name(_) => return self.name_expression(),
            Token::ParenOpen => self.parentheses()?,
            Token::LambdaOpen if self.arrow_ends => self.parentheses()?,
            Token::LambdaOpen => self.lambda()?,
            Token::BracketOpen => self.list_expression()?,
            Token::LiteralOpen => self.brace_literal(None)?,
            Token::BlockOpen => ExprKind::Block(self.block("of the expression")?),
            Token::If => return self.if_expression(),
            Token::Match => return self.match_expression(),
            _ => self.keyword_expression()?,
        };
        Ok(Expr { kind, span: self.since(start) })
    }

    fn leaf(&mut self, kind: ExprKind) -> ExprKind {
        self.advance();
        kind
    }

    #[inline(never)]
    fn keyword_expression(&mut self) -> Parse<ExprKind> {
        match self.peek() {
            Token::Return => {
                self.advance();
                let value = if begins_expression(self.peek()) { Some(Box::new(self.expression()?)) } else { None };
                Ok(ExprKind::Return(value))
            }
            Token::Fail => self.fail(),
            Token::Fn if matches!(self.ahead(1), Token::ParenOpen | Token::LambdaOpen) => self.function_expression(),
            Token::Try => self.try_expression(),
            Token::Parallel => self.parallel(),
            Token::Race => {
                self.advance();
                Ok(ExprKind::Race(Box::new(self.postfix()?)))
            }
            Token::Transaction => {
                self.advance();
                Ok(ExprKind::Transaction(self.block("of the transaction")?))
            }
            Token::Pipe if matches!(self.ahead(2), Token::Pipe | Token::Comma) => self.pipe_lambda(),
            Token::DotDot => {
                let help = "lists are joined with `+`; `..` spreads a record into a literal with fields".to_owned();
                Err(self.unexpected_with("an expression", Some(help)))
            }
            _ => Err(self.unexpected("an expression")),
        }
    }

    /// `fail e`, `fail retry e`
    #[inline(never)]
    fn fail(&mut self) -> Parse<ExprKind> {
        self.advance();
        let next = self.ahead(1);
        let value = begins_expression(next)
            && !matches!(next, Token::ParenOpen | Token::BracketOpen | Token::LiteralOpen | Token::Minus | Token::Not);
        let retry = self.at_word("retry") && value;
        if retry {
            self.advance();
        }
        Ok(ExprKind::Fail { retry, value: Box::new(self.expression()?) })
    }

    #[inline(never)]
    fn try_expression(&mut self) -> Parse<ExprKind> {
        let start = self.advance().span;
        if matches!(self.peek(), Token::BlockOpen | Token::Colon) {
            let message = "`try { … } catch` is not written in Dot: `try` stands before one call, and gives a `Result`";
            let help = "write `match try call(…) { Ok(value) => … Err(fault) => … }`";
            self.report(Diagnostic::error(codes::HABIT, start, message).help(help));
            if self.at(Token::Colon) {
                self.skip_indented();
            } else {
                self.block("of `try`")?;
            }
            self.skip_catch();
            return Ok(ExprKind::Error);
        }
        self.nested(|p| Ok(ExprKind::Try(Box::new(p.postfix()?))))
    }

    /// The `catch` and `finally` behind a `try` block.
    fn skip_catch(&mut self) {
        let words = ["catch", "except", "rescue", "finally"];
        let is_catch = |token| matches!(token, Token::Name(name) if words.contains(&name.as_str()));
        while is_catch(self.peek()) || self.at(Token::Newline) && is_catch(self.ahead(1)) {
            self.eat(Token::Newline);
            self.advance();
            self.skip_until(|token| {
                matches!(token, Token::Newline | Token::BlockOpen | Token::LiteralOpen | Token::Colon)
            });
            if self.at(Token::Colon) {
                self.skip_indented();
            } else if self.peek().opens() {
                self.advance();
                self.skip_bracket();
            }
        }
    }

    /// A name, the lambda `x => e`, or a word of another language.
    #[inline(never)]
    fn name_expression(&mut self) -> Parse<Expr> {
        if let Some(expression) = self.foreign_expression() {
            return expression;
        }
        let name = self.name("a name")?;
        if name.symbol == "each" && self.at(Token::BracketOpen) && self.previous.end < self.span().start {
            return self.each(name);
        }
        if self.at(Token::FatArrow) && !self.arrow_ends || self.at(Token::Arrow) {
            return self.name_lambda(name);
        }
        Ok(Expr { kind: ExprKind::Name(name), span: name.span })
    }

    /// `each [a, b]`: a call with the list as its argument.
    #[inline(never)]
    fn each(&mut self, name: Name) -> Parse<Expr> {
        let list = self.span();
        let kind = self.list_expression()?;
        let value = Expr { kind, span: self.since(list) };
        let callee = Box::new(Expr { kind: ExprKind::Name(name), span: name.span });
        let args = vec![Arg { name: None, value }];
        Ok(Expr { kind: ExprKind::Call { callee, type_args: Vec::new(), args }, span: self.since(name.span) })
    }

    /// `null`, `True`, `lambda x: e`, `await e`
    #[inline(never)]
    fn foreign_expression(&mut self) -> Option<Parse<Expr>> {
        let Token::Name(word) = self.peek() else { return None };
        let span = self.span();
        if let Some((spelling, why)) = habits::value_word(word) {
            self.advance();
            self.report(habit(span, &format!("`{word}` is not written in Dot: {why}"), spelling));
            let kind = match spelling {
                "None" => ExprKind::Name(Name { symbol: crate::Symbol::new(spelling), span }),
                spelling => ExprKind::Bool(spelling == "true"),
            };
            return Some(Ok(Expr { kind, span }));
        }
        let operand_follows = matches!(self.ahead(1), Token::Name(_));
        match word.as_str() {
            "lambda" if operand_follows && matches!(self.ahead(2), Token::Colon | Token::Comma) => {
                Some(self.foreign_lambda())
            }
            "function" | "func"
                if matches!(self.ahead(1), Token::ParenOpen | Token::LambdaOpen) && self.is_function() =>
            {
                let kind = self.function_expression();
                Some(kind.map(|kind| Expr { kind, span: self.since(span) }))
            }
            "await" | "new" | "async" if operand_follows => {
                self.advance();
                let removed = Span { end: self.span().start, ..span };
                let message = format!("`{word}` is not written in Dot: {}", needless(word.as_str()));
                self.report(Diagnostic::error(codes::HABIT, span, message).help("remove it").fix(removed, ""));
                Some(self.postfix())
            }
            _ => None,
        }
    }

    /// `(e)`, `()`, `(a, b)`, and what looks like the parameters of a lambda with `->`
    #[inline(never)]
    fn parentheses(&mut self) -> Parse<ExprKind> {
        self.advance();
        let mut parts = self.list(Token::ParenClose, "an expression", Self::expression);
        if self.at(Token::Arrow) {
            self.report(habit(self.span(), "the arrow of a lambda is `=>`; `->` stands before a result type", "=>"));
            self.advance();
            self.expression()?;
            return Ok(ExprKind::Error);
        }
        match parts.pop() {
            Some(single) if parts.is_empty() => Ok(ExprKind::Paren(Box::new(single))),
            last => {
                parts.extend(last);
                Ok(ExprKind::Tuple(parts))
            }
        }
    }

    /// `parallel (…)`, `parallel […]`, `parallel(limit: 8) […]`
    #[inline(never)]
    fn parallel(&mut self) -> Parse<ExprKind> {
        self.advance();
        let options = match (self.peek(), self.ahead(2)) {
            (Token::ParenOpen, Token::Colon) => {
                self.advance();
                self.list(Token::ParenClose, "an option", Self::argument)
            }
            _ => Vec::new(),
        };
        if !matches!(self.peek(), Token::ParenOpen | Token::BracketOpen) {
            return Err(self.unexpected("`(` or `[` behind `parallel`"));
        }
        let body = Box::new(self.primary()?);
        Ok(ExprKind::Parallel { options, body })
    }

    /// The block of a construct.
    #[inline(never)]
    pub(super) fn block(&mut self, of: &str) -> Parse<Block> {
        let start = self.span();
        match self.peek() {
            Token::BlockOpen => {}
            Token::Colon => return self.colon_block(),
            _ if self.at_bare_branch() => return self.bare_branch(),
            _ => {
                let help = "blocks stand in braces, also those of one statement".to_owned();
                return Err(self.unexpected_with(&format!("the block `{{ … }}` {of}"), Some(help)));
            }
        }
        self.nested(|p| {
            p.advance();
            let dedent = p.dedent.take();
            let statements = p.bracketed(Self::statements);
            p.dedent = dedent;
            p.eat(Token::BraceClose);
            Ok(Block { statements, span: p.since(start) })
        })
        .inspect_err(|Failed| {
            self.advance();
            self.skip_bracket();
        })
    }
}

fn needless(word: &str) -> &'static str {
    match word {
        "new" => "a value is made by its type's name alone",
        _ => "calls overlap and are awaited by themselves",
    }
}

pub(super) fn error_expr(span: Span) -> Expr {
    Expr { kind: ExprKind::Error, span }
}
