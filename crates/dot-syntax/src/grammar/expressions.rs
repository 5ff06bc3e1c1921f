//! Expressions: operators by precedence, then what stands between them.
//!
//! From tight to loose: postfix and `try`; `-`; `??`; `* / %`; `+ -`; `..`; comparison, which does not associate; `not`;
//! `and`; `or`; lambda. `a ?? b ?? c` is `a ?? (b ?? c)`. Chains that associate to the left are read in a loop, so only their height is bounded.

use super::habits::{self, habit};
use super::{Failed, Parse, Parser, begins_expression};
use crate::ast::{Arg, BinaryOp, Block, Expr, ExprKind, LambdaParam, Name, Pattern, PatternKind, UnaryOp};
use crate::{Diagnostic, Span, Token, codes};

/// How tightly an operator binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Level {
    Or,
    And,
    Not,
    Comparison,
    Range,
    Sum,
    Product,
    Coalesce,
    Unary,
}

impl Level {
    /// The level of the right operand of an operator that associates to the left, as all but `??` do.
    fn tighter(self) -> Level {
        match self {
            Level::Or => Level::And,
            Level::And => Level::Not,
            Level::Not => Level::Comparison,
            Level::Comparison => Level::Range,
            Level::Range => Level::Sum,
            Level::Sum => Level::Product,
            Level::Product => Level::Coalesce,
            Level::Coalesce | Level::Unary => Level::Unary,
        }
    }
}

/// What stands between two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Infix {
    Binary(BinaryOp),
    Range { inclusive: bool },
    Is,
}

impl Parser<'_, '_, '_> {
    /// Any expression.
    pub(super) fn expression(&mut self) -> Parse<Expr> {
        self.nested(|p| p.operators(Level::Or))
    }

    /// An expression, or a node that says that there was none.
    pub(super) fn expression_or_error(&mut self, stop: impl Fn(Token) -> bool) -> Expr {
        let start = self.span();
        self.expression().unwrap_or_else(|Failed| {
            self.skip_until(|token| token == Token::Newline || stop(token));
            error_expr(self.since(start))
        })
    }

    /// Operators that bind at least as tightly as a level.
    fn operators(&mut self, level: Level) -> Parse<Expr> {
        let start = self.span();
        let mut left = if self.at(Token::Not) && level <= Level::Not { self.not()? } else { self.unary()? };
        while let Some((infix, found)) = self.infix() {
            if found < level {
                break;
            }
            left = self.operation(start, left, infix, found)?;
            self.grow()?;
            if found == Level::Comparison {
                left = self.comparison_chain(start, left)?;
            }
        }
        Ok(left)
    }

    /// The operator that is looked at.
    fn infix(&self) -> Option<(Infix, Level)> {
        let (op, level) = match self.peek() {
            Token::Or => (BinaryOp::Or, Level::Or),
            Token::And => (BinaryOp::And, Level::And),
            Token::Equal => (BinaryOp::Equal, Level::Comparison),
            Token::NotEqual => (BinaryOp::NotEqual, Level::Comparison),
            Token::Less => (BinaryOp::Less, Level::Comparison),
            Token::LessEqual => (BinaryOp::LessEqual, Level::Comparison),
            Token::Greater => (BinaryOp::Greater, Level::Comparison),
            Token::GreaterEqual => (BinaryOp::GreaterEqual, Level::Comparison),
            Token::In => (BinaryOp::In, Level::Comparison),
            Token::Not if self.ahead(1) == Token::In => (BinaryOp::NotIn, Level::Comparison),
            Token::Plus => (BinaryOp::Add, Level::Sum),
            Token::Minus => (BinaryOp::Subtract, Level::Sum),
            Token::Star | Token::StarStar => (BinaryOp::Multiply, Level::Product),
            Token::Slash => (BinaryOp::Divide, Level::Product),
            Token::Percent => (BinaryOp::Remainder, Level::Product),
            Token::Coalesce => (BinaryOp::Coalesce, Level::Coalesce),
            Token::Is => return Some((Infix::Is, Level::Comparison)),
            Token::DotDot => return Some((Infix::Range { inclusive: false }, Level::Range)),
            Token::DotDotEqual => return Some((Infix::Range { inclusive: true }, Level::Range)),
            _ => return None,
        };
        Some((Infix::Binary(op), level))
    }

    /// An operator and its right operand.
    fn operation(&mut self, start: Span, left: Expr, infix: Infix, level: Level) -> Parse<Expr> {
        let operator = self.advance();
        if operator.token == Token::StarStar {
            let message = "`**` is not written in Dot: powers are a function";
            let help = "write `Math.pow(a, b)` for `Float`, or a product";
            self.report(Diagnostic::error(codes::HABIT, operator.span, message).help(help));
        }
        let kind = match infix {
            Infix::Binary(op) => {
                if op == BinaryOp::NotIn {
                    self.advance();
                }
                let op_span = self.since(operator.span);
                let right = match level {
                    Level::Coalesce => self.nested(|p| p.operators(level))?,
                    _ => self.operators(level.tighter())?,
                };
                let right = Box::new(right);
                ExprKind::Binary { op, op_span, left: Box::new(left), right }
            }
            Infix::Range { inclusive } => {
                let end = Box::new(self.operators(level.tighter())?);
                ExprKind::Range { start: Box::new(left), end, inclusive }
            }
            Infix::Is => self.is_pattern(left)?,
        };
        Ok(Expr { kind, span: self.since(start) })
    }

    /// The pattern behind `is`.
    fn is_pattern(&mut self, left: Expr) -> Parse<ExprKind> {
        if self.at(Token::Not) {
            let not = self.advance().span;
            let message = "`is not` is not written in Dot: `not` stands before the whole question";
            let diagnostic = Diagnostic::error(codes::HABIT, not, message).help("write `not x is P`");
            let before = Span { end: left.span.start, ..left.span };
            let after = Span { start: self.span().start, ..not };
            let removed = Span { start: not.start, end: after.start, ..not };
            self.report(diagnostic.fix(before, "not ").fix(removed, ""));
        }
        Ok(ExprKind::Is(Box::new(left), self.pattern()?))
    }

    /// `a < b < c`: diagnosed, and read as `a < b and b < c`.
    fn comparison_chain(&mut self, start: Span, mut left: Expr) -> Parse<Expr> {
        let mut reported = false;
        while let Some((infix, Level::Comparison)) = self.infix() {
            if !reported {
                reported = true;
                self.report_comparison_chain(&left);
            }
            left = self.operation(start, left, infix, Level::Comparison)?;
            self.grow()?;
        }
        Ok(left)
    }

    fn report_comparison_chain(&mut self, left: &Expr) {
        let message = "a comparison gives a truth value, which can't be compared further";
        let diagnostic = Diagnostic::error(codes::COMPARISON_CHAIN, self.span(), message);
        let middle = match &left.kind {
            ExprKind::Binary { right, .. } => self.slice(right.span),
            _ => "",
        };
        let diagnostic = match middle.is_empty() {
            true => diagnostic.help("put one comparison into parentheses, or join two with `and`"),
            false => diagnostic.help("write `a < b and b < c`").fix(self.behind(), format!(" and {middle}")),
        };
        self.report(diagnostic);
    }

    fn not(&mut self) -> Parse<Expr> {
        self.nested(|p| {
            let start = p.advance().span;
            let operand = p.operators(Level::Not)?;
            Ok(Expr { kind: ExprKind::Unary(UnaryOp::Not, Box::new(operand)), span: p.since(start) })
        })
    }

    /// `-a`
    fn unary(&mut self) -> Parse<Expr> {
        match self.peek() {
            Token::Minus => self.nested(|p| {
                let start = p.advance().span;
                let operand = p.unary()?;
                Ok(negate(operand, p.since(start)))
            }),
            Token::MinusMinus | Token::PlusPlus => Err(self.prefix_step()),
            Token::Not => {
                let help = "put it into parentheses: `(not x)`".to_owned();
                Err(self.unexpected_with("an operand", Some(help)))
            }
            _ => self.postfix(),
        }
    }

    /// `++x`
    fn prefix_step(&mut self) -> Failed {
        let operator = self.advance();
        let sign = if operator.token == Token::PlusPlus { '+' } else { '-' };
        let message = format!("`{sign}{sign}` is not written in Dot: a variable is stepped by an assignment");
        self.report(Diagnostic::error(codes::HABIT, operator.span, message).help(format!("write `x {sign}= 1`")));
        Failed
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

    fn keyword_expression(&mut self) -> Parse<ExprKind> {
        match self.peek() {
            Token::Return => {
                self.advance();
                let value = if begins_expression(self.peek()) { Some(Box::new(self.expression()?)) } else { None };
                Ok(ExprKind::Return(value))
            }
            Token::Fail => self.fail(),
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
            Token::DotDot => {
                let help = "lists are joined with `+`; `..` spreads a record into a literal with fields".to_owned();
                Err(self.unexpected_with("an expression", Some(help)))
            }
            _ => Err(self.unexpected("an expression")),
        }
    }

    /// `fail e`, `fail retry e`
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

    fn try_expression(&mut self) -> Parse<ExprKind> {
        let start = self.advance().span;
        if self.at(Token::BlockOpen) {
            let message = "`try { … } catch` is not written in Dot: `try` stands before one call, and gives a `Result`";
            let help = "write `match try call(…) { Ok(value) => … Err(fault) => … }`";
            self.report(Diagnostic::error(codes::HABIT, start, message).help(help));
            self.block("of `try`")?;
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
            self.advance();
            self.skip_until(|token| matches!(token, Token::Newline | Token::BlockOpen | Token::LiteralOpen));
            if self.peek().opens() {
                self.advance();
                self.skip_bracket();
            }
        }
    }

    /// A name, the lambda `x => e`, or a word of another language.
    fn name_expression(&mut self) -> Parse<Expr> {
        let start = self.span();
        if let Some(expression) = self.foreign_expression() {
            return expression;
        }
        let name = self.name("a name")?;
        if name.symbol == "each" && self.at(Token::BracketOpen) && self.previous.end < self.span().start {
            return self.each(name);
        }
        if self.at(Token::FatArrow) && !self.arrow_ends {
            let params = vec![LambdaParam { pattern: bind(name), ty: None }];
            let kind = self.lambda_body(params)?;
            return Ok(Expr { kind, span: self.since(start) });
        }
        if self.at(Token::Arrow) {
            self.report(habit(self.span(), "the arrow of a lambda is `=>`; `->` stands before a result type", "=>"));
            let params = vec![LambdaParam { pattern: bind(name), ty: None }];
            let kind = self.lambda_body(params)?;
            return Ok(Expr { kind, span: self.since(start) });
        }
        Ok(Expr { kind: ExprKind::Name(name), span: name.span })
    }

    /// `each [a, b]`: a call with the list as its argument.
    fn each(&mut self, name: Name) -> Parse<Expr> {
        let list = self.span();
        let kind = self.list_expression()?;
        let value = Expr { kind, span: self.since(list) };
        let callee = Box::new(Expr { kind: ExprKind::Name(name), span: name.span });
        let args = vec![Arg { name: None, value }];
        Ok(Expr { kind: ExprKind::Call { callee, type_args: Vec::new(), args }, span: self.since(name.span) })
    }

    /// `null`, `True`, `lambda x: e`, `await e`
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

    /// `lambda a, b: e`
    fn foreign_lambda(&mut self) -> Parse<Expr> {
        let start = self.advance().span;
        let mut params = vec![self.name("a parameter")?];
        while self.eat(Token::Comma) {
            params.push(self.name("a parameter")?);
        }
        let head = self.since(start);
        let colon = self.expect(Token::Colon, "of a lambda")?;
        let names: Vec<&str> = params.iter().map(|name| name.symbol.as_str()).collect();
        let spelling = match names.as_slice() {
            [single] => format!("{single} =>"),
            names => format!("({}) =>", names.join(", ")),
        };
        self.report(habit(head.to(colon), "a lambda is written with an arrow", &spelling));
        let body = Box::new(self.expression()?);
        let params = params.into_iter().map(|name| LambdaParam { pattern: bind(name), ty: None }).collect();
        Ok(Expr { kind: ExprKind::Lambda { params, body }, span: self.since(start) })
    }

    /// `(a, b: T) => e`
    fn lambda(&mut self) -> Parse<ExprKind> {
        self.advance();
        let params = self.list(Token::ParenClose, "a parameter", |p| {
            let pattern = p.pattern()?;
            let ty = if p.eat(Token::Colon) { Some(p.type_expr()?) } else { None };
            Ok(LambdaParam { pattern, ty })
        });
        self.lambda_body(params)
    }

    /// The arrow and what follows it.
    fn lambda_body(&mut self, params: Vec<LambdaParam>) -> Parse<ExprKind> {
        self.advance();
        let body = Box::new(self.expression()?);
        if self.peek().is_assignment() {
            self.report_assignment_as_value("the body of a lambda");
            return Err(Failed);
        }
        Ok(ExprKind::Lambda { params, body })
    }

    pub(super) fn report_assignment_as_value(&mut self, place: &str) {
        let message = format!("an assignment is a statement, and {place} is an expression");
        let help = "put the assignment into braces: `=> { x = e }`";
        self.report(Diagnostic::error(codes::UNEXPECTED, self.span(), message).help(help));
    }

    /// `(e)`, `()`, `(a, b)`, and what looks like the parameters of a lambda with `->`
    fn parentheses(&mut self) -> Parse<ExprKind> {
        self.advance();
        let mut parts = self.list(Token::ParenClose, "an expression", Self::expression);
        let comma = self.tokens.get(self.position.wrapping_sub(2)).is_some_and(|token| token.token == Token::Comma);
        if self.at(Token::Arrow) {
            self.report(habit(self.span(), "the arrow of a lambda is `=>`; `->` stands before a result type", "=>"));
            self.advance();
            self.expression()?;
            return Ok(ExprKind::Error);
        }
        match parts.pop() {
            Some(single) if parts.is_empty() && !comma => Ok(ExprKind::Paren(Box::new(single))),
            last => {
                parts.extend(last);
                Ok(ExprKind::Tuple(parts))
            }
        }
    }

    /// `parallel (…)`, `parallel […]`, `parallel(limit: 8) […]`
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
    pub(super) fn block(&mut self, of: &str) -> Parse<Block> {
        let start = self.span();
        match self.peek() {
            Token::BlockOpen => {}
            Token::Colon => return Err(self.colon_block()),
            _ => {
                let help = "blocks stand in braces, also those of one statement".to_owned();
                return Err(self.unexpected_with(&format!("the block `{{ … }}` {of}"), Some(help)));
            }
        }
        self.nested(|p| {
            p.advance();
            let statements = p.bracketed(Self::statements);
            p.eat(Token::BraceClose);
            Ok(Block { statements, span: p.since(start) })
        })
        .inspect_err(|Failed| {
            self.advance();
            self.skip_bracket();
        })
    }

    /// `if x:`
    fn colon_block(&mut self) -> Failed {
        let message = "`:` does not begin a block in Dot: blocks stand in braces";
        self.report(
            Diagnostic::error(codes::HABIT, self.span(), message).help("write `{` here, and `}` behind the block"),
        );
        Failed
    }
}

fn needless(word: &str) -> &'static str {
    match word {
        "new" => "a value is made by its type's name alone",
        _ => "calls overlap and are awaited by themselves",
    }
}

fn negate(operand: Expr, span: Span) -> Expr {
    Expr { kind: ExprKind::Unary(UnaryOp::Negate, Box::new(operand)), span }
}

pub(super) fn bind(name: Name) -> Pattern {
    Pattern { kind: PatternKind::Bind(name), span: name.span }
}

pub(super) fn error_expr(span: Span) -> Expr {
    Expr { kind: ExprKind::Error, span }
}
