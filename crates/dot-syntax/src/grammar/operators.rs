//! Operators by precedence.
//!
//! From tight to loose: postfix and `try`; `-`; `??`; `* / %`; `+ -`; `..`; comparison, which does not associate; `not`;
//! `and`; `or`; lambda. `a ?? b ?? c` is `a ?? (b ?? c)`. Chains that associate to the left are read in a loop, so only
//! their height is bounded.

use super::habits::habit;
use super::{Failed, Parse, Parser};
use crate::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
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

impl Parser<'_> {
    /// Operators that bind at least as tightly as a level.
    pub(super) fn operators(&mut self, level: Level) -> Parse<Expr> {
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
            Token::Question if self.is_elvis() => (BinaryOp::Coalesce, Level::Coalesce),
            Token::Is => return Some((Infix::Is, Level::Comparison)),
            Token::Name(word) if word == "instanceof" && matches!(self.ahead(1), Token::Name(_)) => {
                return Some((Infix::Is, Level::Comparison));
            }
            Token::DotDot => return Some((Infix::Range { inclusive: false }, Level::Range)),
            Token::DotDotEqual => return Some((Infix::Range { inclusive: true }, Level::Range)),
            _ => return None,
        };
        Some((Infix::Binary(op), level))
    }

    /// An operator and its right operand.
    #[inline(never)]
    fn operation(&mut self, start: Span, left: Expr, infix: Infix, level: Level) -> Parse<Expr> {
        let operator = self.advance();
        if operator.token == Token::StarStar {
            let message = "`**` is not written in Dot: powers are a function";
            let help = "write `Math.pow(a, b)` for `Float`, or a product";
            self.report(Diagnostic::error(codes::HABIT, operator.span, message).help(help));
        }
        if operator.token == Token::Question {
            let colon = self.advance().span;
            let diagnostic = habit(
                operator.span.to(colon),
                "`?:` is not written in Dot: what holds without a value stands behind `??`",
                "??",
            );
            self.report(diagnostic);
        } else if matches!(operator.token, Token::Name(_)) {
            self.report(habit(
                operator.span,
                "`instanceof` is not written in Dot: `is` asks whether a value is of a case",
                "is",
            ));
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
    #[inline(never)]
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
    #[inline(never)]
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

    #[inline(never)]
    fn report_comparison_chain(&mut self, left: &Expr) {
        let message = "a comparison gives a truth value, which can't be compared further";
        let diagnostic = Diagnostic::error(codes::COMPARISON_CHAIN, self.span(), message);
        let (middle, is_simple) = match &left.kind {
            ExprKind::Binary { right, .. } => (self.slice(right.span), is_simple(&right.kind)),
            _ => ("", false),
        };
        let diagnostic = match middle.is_empty() {
            true => diagnostic.help("put one comparison into parentheses, or join two with `and`"),
            false => diagnostic.help("write `a < b and b < c`").fix(self.behind(), format!(" and {middle}")),
        };
        // What is written twice is done twice.
        self.report(if is_simple { diagnostic } else { diagnostic.guess() });
    }

    #[inline(never)]
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
            Token::Star if self.is_dereference() => self.dereference(),
            Token::Not => {
                let help = "put it into parentheses: `(not x)`".to_owned();
                Err(self.unexpected_with("an operand", Some(help)))
            }
            _ => self.postfix(),
        }
    }

    /// Whether a `*` touches what stands behind it, as that of a pointer does.
    fn is_dereference(&self) -> bool {
        let next = self.tokens.get(self.position + 1);
        next.is_some_and(|next| {
            next.span.start == self.span().end && matches!(next.token, Token::Name(_) | Token::ParenOpen | Token::Star)
        })
    }

    /// `*x`
    #[inline(never)]
    fn dereference(&mut self) -> Parse<Expr> {
        let star = self.advance().span;
        let message = "`*` is not written before a value in Dot: there are no pointers";
        self.report(Diagnostic::error(codes::HABIT, star, message).help("remove it").fix(star, ""));
        self.nested(Self::unary)
    }

    /// `++x`
    #[inline(never)]
    fn prefix_step(&mut self) -> Failed {
        let operator = self.advance();
        let sign = if operator.token == Token::PlusPlus { '+' } else { '-' };
        let message = format!("`{sign}{sign}` is not written in Dot: a variable is stepped by an assignment");
        let diagnostic = Diagnostic::error(codes::HABIT, operator.span, message).help(format!("write `x {sign}= 1`"));
        let begins = self.begins_statement(operator.span);
        if self.postfix().is_err() {
            self.report(diagnostic);
            return Failed;
        }
        let behind = self.behind();
        let ends = matches!(self.peek(), Token::Newline | Token::End) || self.peek().closes();
        self.report(match begins && ends {
            true => diagnostic.fix(operator.span, "").fix(behind, format!(" {sign}= 1")),
            false => diagnostic,
        });
        Failed
    }

    /// Whether a statement begins at a place that has been read.
    pub(super) fn begins_statement(&self, span: Span) -> bool {
        let before = self.tokens.get(..self.position).unwrap_or_default().iter().rev();
        let mut before = before.skip_while(|token| token.span.start >= span.start && token.token != Token::Newline);
        before.next().is_none_or(|token| matches!(token.token, Token::Newline | Token::BlockOpen))
    }
}

/// Whether an operand costs nothing and does nothing.
fn is_simple(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Name(_) | ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Duration(_) | ExprKind::Size(_)
    )
}

fn negate(operand: Expr, span: Span) -> Expr {
    Expr { kind: ExprKind::Unary(UnaryOp::Negate, Box::new(operand)), span }
}
