//! Lambdas, also as other languages write them.

use super::habits::habit;
use super::{Failed, Parse, Parser};
use crate::ast::{Expr, ExprKind, LambdaParam, Name, Pattern, PatternKind};
use crate::{Diagnostic, Token, codes};

impl Parser<'_> {
    /// `x => e`, behind the name.
    #[inline(never)]
    pub(super) fn name_lambda(&mut self, name: Name) -> Parse<Expr> {
        if self.at(Token::Arrow) {
            self.report(habit(self.span(), "the arrow of a lambda is `=>`; `->` stands before a result type", "=>"));
        }
        let kind = self.lambda_body(vec![parameter(name)])?;
        Ok(Expr { kind, span: self.since(name.span) })
    }

    /// `(a, b: T) => e`
    #[inline(never)]
    pub(super) fn lambda(&mut self) -> Parse<ExprKind> {
        self.advance();
        let params = self.list(Token::ParenClose, "a parameter", |p| {
            let pattern = p.pattern()?;
            let ty = if p.eat(Token::Colon) { Some(p.type_expr()?) } else { None };
            Ok(LambdaParam { pattern, ty })
        });
        self.lambda_body(params)
    }

    /// The arrow and what follows it.
    #[inline(never)]
    fn lambda_body(&mut self, params: Vec<LambdaParam>) -> Parse<ExprKind> {
        self.advance();
        let body = Box::new(self.expression()?);
        if self.peek().is_assignment() {
            self.report_assignment_as_value("the body of a lambda");
            return Err(Failed);
        }
        Ok(ExprKind::Lambda { params, body })
    }

    /// `lambda a, b: e`
    #[inline(never)]
    pub(super) fn foreign_lambda(&mut self) -> Parse<Expr> {
        let start = self.advance().span;
        let mut params = vec![self.name("a parameter")?];
        while self.eat(Token::Comma) {
            params.push(self.name("a parameter")?);
        }
        let head = self.since(start);
        let colon = self.expect(Token::Colon, "of a lambda")?;
        let spelling = parameter_list(&params);
        self.report(habit(head.to(colon), "a lambda is written with an arrow", &spelling));
        let body = Box::new(self.expression()?);
        let params = params.into_iter().map(parameter).collect();
        Ok(Expr { kind: ExprKind::Lambda { params, body }, span: self.since(start) })
    }

    /// `|a, b| e`
    #[inline(never)]
    pub(super) fn pipe_lambda(&mut self) -> Parse<ExprKind> {
        let start = self.advance().span;
        let mut params = vec![self.name("a parameter")?];
        while self.eat(Token::Comma) {
            params.push(self.name("a parameter")?);
        }
        let close = self.expect(Token::Pipe, "behind the parameters")?;
        let message = "a lambda is written with an arrow, as in `x => e` and `(a, b) => e`";
        let spelling = parameter_list(&params);
        self.report(habit(start.to(close), message, &spelling));
        let body = Box::new(self.expression()?);
        Ok(ExprKind::Lambda { params: params.into_iter().map(parameter).collect(), body })
    }

    #[inline(never)]
    pub(super) fn report_assignment_as_value(&mut self, place: &str) {
        let message = format!("an assignment is a statement, and {place} is an expression");
        let help = "put the assignment into braces: `=> { x = e }`";
        self.report(Diagnostic::error(codes::UNEXPECTED, self.span(), message).help(help));
    }
}

/// Names as the parameters of a lambda, with its arrow.
fn parameter_list(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.symbol.as_str()).collect();
    match names.as_slice() {
        [single] => format!("{single} =>"),
        names => format!("({}) =>", names.join(", ")),
    }
}

fn parameter(name: Name) -> LambdaParam {
    let kind = if name.symbol == "_" { PatternKind::Wildcard } else { PatternKind::Bind(name) };
    LambdaParam { pattern: Pattern { kind, span: name.span }, ty: None }
}
