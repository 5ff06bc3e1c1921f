//! Statements.

use super::habits::{self, habit};
use super::{Failed, Parse, Parser, begins_expression};
use crate::ast::{BinaryOp, Expr, ExprKind, Pattern, PatternKind, Statement, StatementKind, TypeExpr};
use crate::{Diagnostic, Span, Token, codes};

impl Parser<'_> {
    /// Statements up to the end of the block.
    pub(super) fn statements(&mut self) -> Vec<Statement> {
        let mut statements = Vec::new();
        loop {
            while self.at(Token::Newline) && !self.dedents_next() {
                self.advance();
            }
            if self.peek().closes() || self.at(Token::End) || self.at(Token::Newline) || self.at_dedent() {
                return statements;
            }
            statements.push(self.recovered_statement());
        }
    }

    /// A statement; a wrong one is skipped up to the end of its line.
    fn recovered_statement(&mut self) -> Statement {
        let start = self.span();
        let kind = match self.statement() {
            Ok(kind) => {
                if !self.at(Token::Newline) && !self.peek().closes() && !self.at_dedent() {
                    self.behind_statement(&kind);
                    self.skip_until(|token| token == Token::Newline);
                }
                kind
            }
            Err(Failed) => {
                self.skip_until(|token| token == Token::Newline);
                StatementKind::Error
            }
        };
        Statement { kind, span: self.since(start) }
    }

    /// Something stands behind a statement on its line.
    #[inline(never)]
    fn behind_statement(&mut self, kind: &StatementKind) {
        let call_without_parentheses = match kind {
            StatementKind::Expr(Expr { kind: ExprKind::Name(name), .. }) => Some(name.symbol),
            _ => None,
        };
        if matches!(kind, StatementKind::Expr(Expr { kind: ExprKind::Text(_), .. })) && self.at(Token::Colon) {
            let message = "the key of a map literal is a text without interpolation, so this is no map literal";
            let help = "make the map of pairs: `Map.from([(key, value)])`";
            self.report(Diagnostic::error(codes::UNEXPECTED, self.span(), message).help(help));
            return;
        }
        let help = match call_without_parentheses {
            Some(name) if habits::type_name(name).is_some() && matches!(self.peek(), Token::Name(_)) => Some(
                "a local is declared with `let name = value`, and its type, if it is written, stands behind `:`".into(),
            ),
            Some(name) if begins_expression(self.peek()) => {
                habits::word_help(Token::Name(name)).or(Some(format!("to call `{name}`, write `{name}(…)`")))
            }
            _ if self.peek().is_assignment() => {
                Some("an assignment is a statement and gives no value: write each on a line of its own".into())
            }
            _ => habits::word_help(self.peek()).or(Some("write the next statement on a line of its own".into())),
        };
        self.unexpected_with("the end of the statement", help);
    }

    #[inline(never)]
    pub(super) fn statement(&mut self) -> Parse<StatementKind> {
        match self.peek() {
            Token::Let => self.let_statement(),
            Token::Var => self.var_statement(),
            Token::For => self.for_statement(),
            Token::While => self.while_statement(),
            Token::Assert => self.assert_statement(),
            Token::Fn | Token::DotWord if matches!(self.ahead(1), Token::Name(_)) => self.inner_item(),
            Token::Type | Token::Import | Token::Pub => self.inner_item(),
            Token::Name(word) if word == "on" && matches!(self.ahead(1), Token::Name(next) if next == "fault") => {
                self.advance();
                self.advance();
                Ok(StatementKind::OnFault(self.block("of `on fault`")?))
            }
            Token::Name(word) if word == "mock" && matches!(self.ahead(1), Token::Name(_)) => self.mock_statement(),
            Token::Name(_) => match self.foreign_statement() {
                Some(statement) => statement,
                None => self.expression_statement(),
            },
            _ => self.expression_statement(),
        }
    }

    fn let_statement(&mut self) -> Parse<StatementKind> {
        let keyword = self.advance().span;
        if self.at_word("mut") && matches!(self.ahead(1), Token::Name(_) | Token::ParenOpen) {
            let mutable = self.advance().span;
            self.report(habit(keyword.to(mutable), "a local that is rebound is declared with `var`", "var"));
            return self.var_rest();
        }
        let pattern = self.names()?;
        let ty = self.local_type(&pattern)?;
        self.equals("behind the pattern")?;
        let value = self.expression()?;
        let otherwise = if self.eat(Token::Else) { Some(self.block("of `else`")?) } else { None };
        Ok(StatementKind::Let { pattern, ty, value, otherwise })
    }

    fn var_statement(&mut self) -> Parse<StatementKind> {
        self.advance();
        self.var_rest()
    }

    pub(super) fn var_rest(&mut self) -> Parse<StatementKind> {
        let pattern = self.names()?;
        let ty = self.local_type(&pattern)?;
        self.equals("behind the name, because every variable has a value")?;
        Ok(StatementKind::Var { pattern, ty, value: self.expression()? })
    }

    /// The pattern of a `let` or `var`.
    fn names(&mut self) -> Parse<Pattern> {
        let first = self.pattern()?;
        if self.at(Token::Comma) { self.bare_tuple(first) } else { Ok(first) }
    }

    /// The type of a local, also without its colon: `var x int = 1`.
    fn local_type(&mut self, pattern: &Pattern) -> Parse<Option<TypeExpr>> {
        if matches!(self.peek(), Token::Name(_)) && self.ahead(1) == Token::Assign && !self.current.starts_line {
            let end = self.behind();
            let message = "the type of a local stands behind a `:` in Dot";
            let diagnostic = Diagnostic::error(codes::HABIT, self.span(), message).help("write `name: T`");
            if matches!(pattern.kind, PatternKind::Bind(name) if habits::type_name(name.symbol).is_some()) {
                self.report(diagnostic);
                return Err(Failed);
            }
            self.report(diagnostic.fix(end, ":"));
            return self.type_expr().map(Some);
        }
        self.written_type()
    }

    /// `: T`, if it is there.
    pub(super) fn written_type(&mut self) -> Parse<Option<TypeExpr>> {
        if self.eat(Token::Colon) { self.type_expr().map(Some) } else { Ok(None) }
    }

    /// `=`, also written `:=`.
    pub(super) fn equals(&mut self, why: &str) -> Parse<()> {
        if self.at(Token::ColonAssign) {
            self.report(habit(self.span(), "a value is bound with `=`", "="));
            self.advance();
            return Ok(());
        }
        self.expect(Token::Assign, why).map(|_| ())
    }

    fn assert_statement(&mut self) -> Parse<StatementKind> {
        self.advance();
        let value = self.expression()?;
        let fails = if self.eat_word("fails") { Some(self.expression()?) } else { None };
        let message = if self.eat(Token::Comma) { Some(self.expression()?) } else { None };
        Ok(StatementKind::Assert { value, message, fails })
    }

    fn mock_statement(&mut self) -> Parse<StatementKind> {
        self.advance();
        let target = self.postfix()?;
        self.expect(Token::Assign, "behind the operation that is mocked")?;
        Ok(StatementKind::Mock { target, value: self.expression()? })
    }

    /// An expression, or an assignment to one.
    fn expression_statement(&mut self) -> Parse<StatementKind> {
        let target = self.expression()?;
        if !self.peek().is_assignment() {
            return Ok(StatementKind::Expr(target));
        }
        let operator = self.advance();
        let op = match operator.token {
            Token::AddAssign => Some(BinaryOp::Add),
            Token::SubtractAssign => Some(BinaryOp::Subtract),
            Token::MultiplyAssign => Some(BinaryOp::Multiply),
            Token::DivideAssign => Some(BinaryOp::Divide),
            Token::RemainderAssign => Some(BinaryOp::Remainder),
            Token::CoalesceAssign => Some(BinaryOp::Coalesce),
            _ => None,
        };
        if operator.token == Token::ColonAssign {
            self.report_walrus(&target, operator.span);
            if let ExprKind::Name(name) = target.kind {
                let pattern = Pattern { kind: PatternKind::Bind(name), span: name.span };
                return Ok(StatementKind::Let { pattern, ty: None, value: self.expression()?, otherwise: None });
            }
        } else if !is_assignable(&target) {
            self.report_not_assignable(&target);
        }
        let value = self.expression()?;
        Ok(StatementKind::Assign { target, op: op.map(|op| (op, operator.span)), value })
    }

    /// `x := 1`
    fn report_walrus(&mut self, target: &Expr, operator: Span) {
        let message =
            "`:=` is not written in Dot: a new local is declared with `let`, and one that is rebound with `var`";
        let before = Span { end: target.span.start, ..target.span };
        let diagnostic = Diagnostic::error(codes::HABIT, operator, message).help("write `let x = …`");
        self.report(diagnostic.fix(before, "let ").fix(operator, "="));
    }

    fn report_not_assignable(&mut self, target: &Expr) {
        let message = "this is a value, and only a variable, a field or an element can be assigned to";
        let help = "to compare, write `==`; to bind a name, write `let name = …`";
        self.report(Diagnostic::error(codes::NOT_ASSIGNABLE, target.span, message).help(help));
    }

    /// A declaration inside a block.
    fn inner_item(&mut self) -> Parse<StatementKind> {
        let start = self.span();
        let word = self.peek().spelling().unwrap_or_default();
        let message = format!("`{word}` declares something of the whole file, so it can't stand in a block");
        let help = "move it to the top level; a local function is a lambda: `let f = x => …`";
        self.report(Diagnostic::error(codes::ITEM_INSIDE, start, message).help(help));
        // What it declares is read, so that what is wrong in it is said, too.
        self.item()?;
        Ok(StatementKind::Error)
    }
}

/// Whether an expression can stand before `=`.
fn is_assignable(target: &Expr) -> bool {
    match &target.kind {
        ExprKind::Name(_) | ExprKind::Field(..) | ExprKind::Index(..) | ExprKind::Error => true,
        ExprKind::Tuple(parts) => parts.iter().all(is_assignable),
        ExprKind::Paren(inner) => is_assignable(inner),
        _ => false,
    }
}
