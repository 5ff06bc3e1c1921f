//! What stands behind an operand: fields, calls, indices, `?`.

use super::habits::habit;
use super::{Failed, Parse, Parser};
use crate::ast::{Arg, Expr, ExprKind, Name, TypeExpr, TypeExprKind};
use crate::{Diagnostic, Span, Token, codes};

impl Parser<'_> {
    /// An operand with everything behind it.
    pub(super) fn postfix(&mut self) -> Parse<Expr> {
        let start = self.span();
        let mut operand = self.primary()?;
        loop {
            operand = match self.peek() {
                Token::Dot => self.field(start, operand)?,
                Token::ParenOpen => self.call(start, operand, Vec::new())?,
                Token::BracketOpen => self.index(start, operand)?,
                Token::TypeArgsOpen => self.generic(start, operand)?,
                Token::LiteralOpen => match type_path(&operand) {
                    Some(path) => self.record_of(start, path, Vec::new())?,
                    None => return Ok(operand),
                },
                Token::Question if self.is_ternary() || self.is_elvis() => return Ok(operand),
                Token::Question => {
                    self.advance();
                    Expr { kind: ExprKind::Question(Box::new(operand)), span: self.since(start) }
                }
                Token::PlusPlus | Token::MinusMinus => return Err(self.postfix_step(&operand)),
                Token::Name(word) if word == "as" && self.casts() => self.cast(operand)?,
                _ => return Ok(operand),
            };
            self.grow()?;
        }
    }

    #[inline(never)]
    fn field(&mut self, start: Span, operand: Expr) -> Parse<Expr> {
        self.advance();
        if let Token::Int(_) | Token::Float(_) = self.peek() {
            let help = "take the tuple apart: `let (a, b) = pair`".to_owned();
            return Err(self.unexpected_with("the name of a field", Some(help)));
        }
        let name = self.name("the name of a field or function")?;
        if name.symbol == "await" && !self.at(Token::ParenOpen) {
            let dot = Span { start: operand.span.end, end: name.span.end, ..name.span };
            let message = "`.await` is not written in Dot: calls are awaited where their results are used";
            self.report(Diagnostic::error(codes::HABIT, dot, message).help("remove it").fix(dot, ""));
            return Ok(operand);
        }
        Ok(Expr { kind: ExprKind::Field(Box::new(operand), name), span: self.since(start) })
    }

    #[inline(never)]
    fn call(&mut self, start: Span, callee: Expr, type_args: Vec<TypeExpr>) -> Parse<Expr> {
        self.advance();
        let args = self.list(Token::ParenClose, "an argument", Self::argument);
        let kind = ExprKind::Call { callee: Box::new(callee), type_args, args };
        Ok(Expr { kind, span: self.since(start) })
    }

    /// `e` or `name: e`
    pub(super) fn argument(&mut self) -> Parse<Arg> {
        let named = matches!(self.peek(), Token::Name(_));
        let name = match (named, self.ahead(1)) {
            (true, Token::Colon) => Some(self.argument_name(false)?),
            (true, Token::Assign) => Some(self.argument_name(true)?),
            _ => None,
        };
        let value = self.expression()?;
        let value = if self.at(Token::For) { self.generator(value)? } else { value };
        Ok(Arg { name, value })
    }

    /// Whether a type follows an `as` on its line.
    fn casts(&self) -> bool {
        let next = self.tokens.get(self.position + 1);
        next.is_some_and(|next| matches!(next.token, Token::Name(_)) && !next.starts_line) && !self.current.starts_line
    }

    #[inline(never)]
    fn argument_name(&mut self, assigned: bool) -> Parse<Name> {
        let name = self.name("the name of an argument")?;
        let mark = self.advance().span;
        if assigned {
            let span = Span { start: name.span.end, ..mark };
            self.report(habit(span, "a named argument has a `:` behind its name", ":"));
        }
        Ok(name)
    }

    #[inline(never)]
    fn index(&mut self, start: Span, operand: Expr) -> Parse<Expr> {
        let open = self.advance().span;
        let index = match self.peek() {
            Token::Colon => super::expressions::error_expr(open),
            _ => self.bracketed(|p| p.expression_or_error(|token| token == Token::Colon)),
        };
        if self.at(Token::Colon) {
            let first = (index.span.start != open.start).then_some(index.span);
            self.bracketed(|p| p.slice_index(open, first));
            self.skip_bracket();
            return Ok(super::expressions::error_expr(self.since(start)));
        }
        if !self.at(Token::BracketClose) {
            self.unexpected("`]` behind the index");
        }
        self.skip_bracket();
        let kind = ExprKind::Index(Box::new(operand), Box::new(index));
        Ok(Expr { kind, span: self.since(start) })
    }

    /// `f<T>(…)` or `Type<T> { … }`
    #[inline(never)]
    fn generic(&mut self, start: Span, operand: Expr) -> Parse<Expr> {
        let type_args = self.type_args();
        match (self.peek(), type_path(&operand)) {
            (Token::ParenOpen, _) => self.call(start, operand, type_args),
            (Token::LiteralOpen, Some(path)) => self.record_of(start, path, type_args),
            _ => {
                let help = "to compare, write a space before `<`".to_owned();
                Err(self.unexpected_with("a call `(…)` behind type arguments", Some(help)))
            }
        }
    }

    #[inline(never)]
    fn record_of(&mut self, start: Span, path: Vec<Name>, args: Vec<TypeExpr>) -> Parse<Expr> {
        let ty = TypeExpr { kind: TypeExprKind::Named { path, args }, span: self.since(start) };
        let kind = self.brace_literal(Some(ty))?;
        Ok(Expr { kind, span: self.since(start) })
    }

    /// `x++`
    #[inline(never)]
    fn postfix_step(&mut self, operand: &Expr) -> Failed {
        let operator = self.advance();
        let sign = if operator.token == Token::PlusPlus { '+' } else { '-' };
        let message = format!("`{sign}{sign}` is not written in Dot: a variable is stepped by an assignment");
        let diagnostic = Diagnostic::error(codes::HABIT, operator.span, message);
        let span = Span { start: operand.span.end, ..operator.span };
        let ends = matches!(self.peek(), Token::Newline | Token::End) || self.peek().closes();
        let ends = ends && self.begins_statement(operand.span);
        self.report(match ends {
            true => diagnostic.help(format!("write `{sign}= 1`")).fix(span, format!(" {sign}= 1")),
            false => diagnostic.help(format!("write `x {sign}= 1` as a statement of its own")),
        });
        self.skip_until(|token| token == Token::Newline);
        Failed
    }
}

/// The path of an expression that may name a type: `User`, `module.User`.
fn type_path(expression: &Expr) -> Option<Vec<Name>> {
    match &expression.kind {
        ExprKind::Name(name) => Some(vec![*name]),
        ExprKind::Field(module, name) => match module.kind {
            ExprKind::Name(module) => Some(vec![module, *name]),
            _ => None,
        },
        _ => None,
    }
}
