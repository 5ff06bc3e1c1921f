//! `if`, `match`, `for` and `while`: heads and blocks.

use super::habits::habit;
use super::{Failed, Parse, Parser};
use crate::ast::{Arm, Expr, ExprKind, Pattern, PatternArg, PatternKind, StatementKind};
use crate::{Diagnostic, Span, Token, codes};

impl Parser<'_> {
    #[inline(never)]
    pub(super) fn if_expression(&mut self) -> Parse<Expr> {
        self.nested(|p| {
            let start = p.advance().span;
            let condition = p.condition()?;
            if p.at_word("then") {
                return p.then_branches(condition, start);
            }
            let condition = Box::new(condition);
            let then = p.block("of `if`")?;
            let otherwise = if p.eat(Token::Else) { Some(Box::new(p.else_branch()?)) } else { None };
            Ok(Expr { kind: ExprKind::If { condition, then, otherwise }, span: p.since(start) })
        })
    }

    fn else_branch(&mut self) -> Parse<Expr> {
        if self.at(Token::If) {
            return self.if_expression();
        }
        let start = self.span();
        let block = self.block("of `else`")?;
        Ok(Expr { kind: ExprKind::Block(block), span: self.since(start) })
    }

    /// The condition of `if` or `while`.
    fn condition(&mut self) -> Parse<Expr> {
        if self.at(Token::Let) {
            return self.let_condition();
        }
        let condition = self.expression()?;
        if self.at(Token::Assign) {
            let why = "`=` assigns, and a condition compares";
            self.report(habit(self.span(), why, "==").guess());
            self.advance();
            let right = self.expression()?;
            return Ok(super::expressions::error_expr(condition.span.to(right.span)));
        }
        self.warn_of_parentheses(&condition);
        Ok(condition)
    }

    /// `if let P = e`: read as `e is P`.
    #[inline(never)]
    fn let_condition(&mut self) -> Parse<Expr> {
        let start = self.advance().span;
        let pattern = self.pattern()?;
        self.expect(Token::Assign, "behind the pattern")?;
        let value = self.expression()?;
        let span = self.since(start);
        if binds(&pattern) {
            let message = "`let` is no condition in Dot, and `is` binds nothing";
            let help = "take what the pattern binds with `match`, or with `let … else { … }`";
            self.report(Diagnostic::error(codes::HABIT, span, message).help(help));
            return Ok(super::expressions::error_expr(span));
        }
        let spelling = format!("{} is {}", self.slice(value.span), self.slice(pattern.span));
        self.report(habit(span, "`let` is no condition in Dot: `is` asks whether a pattern matches", &spelling));
        Ok(Expr { kind: ExprKind::Is(Box::new(value), pattern), span })
    }

    fn warn_of_parentheses(&mut self, condition: &Expr) {
        let ExprKind::Paren(inner) = &condition.kind else { return };
        if self.at(Token::BlockOpen) && matches!(inner.kind, ExprKind::Error) {
            return;
        }
        if self.at(Token::BlockOpen) {
            let message = "a condition stands without parentheses in Dot";
            let diagnostic = Diagnostic::warning(codes::CONDITION_PARENTHESES, condition.span, message);
            let diagnostic = diagnostic.help("remove them");
            let open = Span { end: inner.span.start, ..condition.span };
            let close = Span { start: inner.span.end, ..condition.span };
            // Outside of them a brace would open the block, and a line end could end the condition.
            let is_plain = !self.slice(inner.span).contains(['{', '\n']);
            self.report(if is_plain { diagnostic.fix(open, "").fix(close, "") } else { diagnostic });
        }
    }

    #[inline(never)]
    pub(super) fn match_expression(&mut self) -> Parse<Expr> {
        let start = self.advance().span;
        let subject = Box::new(self.expression()?);
        if self.at(Token::Colon) {
            return Err(self.unread_colon_block());
        }
        if !self.at(Token::BlockOpen) {
            self.block("of `match`")?;
        }
        let arms = self.arms()?;
        Ok(Expr { kind: ExprKind::Match { subject, arms }, span: self.since(start) })
    }

    /// The arms in braces.
    #[inline(never)]
    pub(super) fn arms(&mut self) -> Parse<Vec<Arm>> {
        self.nested(|p| {
            p.advance();
            let arms = p.bracketed(|p| {
                let mut arms = Vec::new();
                loop {
                    while p.at(Token::Newline) || p.at(Token::Comma) {
                        p.advance();
                    }
                    if p.peek().closes() || p.at(Token::End) {
                        return arms;
                    }
                    arms.extend(p.recovered_arm());
                }
            });
            p.eat(Token::BraceClose);
            Ok(arms)
        })
        .inspect_err(|Failed| {
            self.advance();
            self.skip_bracket();
        })
    }

    #[inline(never)]
    fn recovered_arm(&mut self) -> Option<Arm> {
        let arm = self.arm();
        let ends = |token: Token| matches!(token, Token::Newline | Token::Comma);
        // `else => e` of other languages may stand on a line of its own, which the layout joins to the one before.
        let foreign_else = self.at(Token::Else) && self.ahead(1) == Token::FatArrow;
        match arm {
            Ok(arm) if foreign_else => Some(arm),
            Ok(arm) => {
                // A line that begins with `|` goes on in the layout's eyes; here it begins the next arm.
                if !ends(self.peek()) && !self.at(Token::Pipe) && !self.peek().closes() {
                    self.unexpected("the end of the arm");
                    self.skip_until(ends);
                }
                Some(arm)
            }
            Err(Failed) => {
                self.skip_until(ends);
                None
            }
        }
    }

    /// `PATTERN if GUARD => BODY`
    #[inline(never)]
    fn arm(&mut self) -> Parse<Arm> {
        let start = self.span();
        let pattern = self.arm_pattern()?;
        let guard = if self.eat(Token::If) { Some(self.guard()?) } else { None };
        match self.peek() {
            Token::FatArrow => {}
            Token::Arrow | Token::Colon => {
                let touches = self.previous.end == self.span().start;
                let spelling = if touches { " =>" } else { "=>" };
                self.report(habit(self.span(), "an arm has `=>` between its pattern and its value", spelling));
            }
            _ => return Err(self.unexpected("`=>` of the arm")),
        }
        self.advance();
        let body = self.expression()?;
        if self.peek().is_assignment() {
            self.report_assignment_as_value("the value of an arm");
            return Err(Failed);
        }
        Ok(Arm { pattern, guard, body, span: self.since(start) })
    }

    /// The pattern of an arm, also behind the `case` and as the `default` of other languages.
    fn arm_pattern(&mut self) -> Parse<Pattern> {
        let span = self.span();
        if self.at_word("case") && super::begins_expression(self.ahead(1)) {
            self.advance();
            let removed = Span { end: self.span().start, ..span };
            let message = "an arm begins with its pattern, without `case`";
            self.report(Diagnostic::error(codes::HABIT, span, message).help("remove it").fix(removed, ""));
        }
        let default = self.at_word("default") && matches!(self.ahead(1), Token::Colon | Token::FatArrow | Token::Arrow);
        if (default && self.ahead(1) != Token::FatArrow) || self.at(Token::Else) {
            self.advance();
            self.report(habit(span, "the arm for everything else has the pattern `_`", "_"));
            return Ok(Pattern { kind: PatternKind::Wildcard, span });
        }
        self.pattern()
    }

    fn guard(&mut self) -> Parse<Expr> {
        let arrow_ends = std::mem::replace(&mut self.arrow_ends, true);
        let guard = self.expression();
        self.arrow_ends = arrow_ends;
        guard
    }

    pub(super) fn while_statement(&mut self) -> Parse<StatementKind> {
        self.advance();
        let condition = self.condition()?;
        let body = self.block("of `while`")?;
        Ok(StatementKind::While { condition, body })
    }

    pub(super) fn for_statement(&mut self) -> Parse<StatementKind> {
        let start = self.advance().span;
        if let Some(statement) = self.foreign_for(start) {
            return statement;
        }
        let pattern = self.pattern()?;
        self.in_word()?;
        let iterable = self.expression()?;
        let body = self.block("of `for`")?;
        Ok(StatementKind::For { pattern, iterable, body })
    }

    /// `in`, or the `of` and `:` of other languages.
    pub(super) fn in_word(&mut self) -> Parse<()> {
        if self.at_word("of") || self.at(Token::Colon) {
            let why = "the elements of a list are walked by `for x in xs`";
            let spelling = if self.at(Token::Colon) { " in" } else { "in" };
            self.report(habit(self.span(), why, spelling));
            self.advance();
            return Ok(());
        }
        self.expect(Token::In, "behind the pattern of `for`").map(|_| ())
    }
}

/// Whether a pattern gives a name to a part of what it matches.
fn binds(pattern: &Pattern) -> bool {
    let in_args = |args: &[PatternArg]| args.iter().any(|arg| binds(&arg.pattern));
    match &pattern.kind {
        PatternKind::Bind(_) => true,
        PatternKind::Tuple(parts) | PatternKind::Or(parts) => parts.iter().any(binds),
        PatternKind::Case { args, .. } => args.as_deref().is_some_and(in_args),
        PatternKind::Record { fields, .. } => in_args(fields),
        PatternKind::Wildcard | PatternKind::Literal(_) | PatternKind::Error => false,
    }
}
