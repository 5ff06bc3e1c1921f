//! Statements of other languages: diagnosed, and read as what they mean.

use super::habits::{self, habit};
use super::{Parse, Parser, begins_expression};
use crate::ast::{Expr, ExprKind, Pattern, PatternKind, StatementKind};
use crate::{Diagnostic, Span, Symbol, Token, codes};

impl Parser<'_> {
    /// A statement that begins with a word of another language.
    #[inline(never)]
    pub(super) fn foreign_statement(&mut self) -> Option<Parse<StatementKind>> {
        let Token::Name(word) = self.peek() else { return None };
        let next = self.ahead(1);
        let same_line = self.tokens.get(self.position + 1).is_some_and(|next| !next.starts_line);
        if !same_line {
            return self.lone_word(word);
        }
        if word == "do" && next == Token::BlockOpen {
            return Some(self.do_while());
        }
        if habits::type_name(word).is_some() && matches!(next, Token::Name(_)) && self.ahead(2) == Token::Assign {
            return Some(self.typed_local());
        }
        if let Some(statement) = self.printing(word, next).or_else(|| self.unlike_statement(word, next)) {
            return Some(statement);
        }
        if matches!(word.as_str(), "assert_eq" | "assert_ne") && next == Token::ParenOpen {
            return Some(self.assert_call(word));
        }
        self.respelled_statement(word, next)
    }

    /// A statement that differs from Dot's by its first word.
    fn respelled_statement(&mut self, word: Symbol, next: Token) -> Option<Parse<StatementKind>> {
        let (spelling, why) = habits::statement_word(word)?;
        let operand_follows = match word.as_str() {
            "loop" => next == Token::BlockOpen,
            "switch" | "foreach" | "unless" | "until" | "throw" | "raise" | "panic" => {
                matches!(next, Token::Name(_) | Token::ParenOpen | Token::TextOpen | Token::Not)
            }
            "const" | "final" | "val" => {
                matches!(next, Token::Name(_) | Token::LiteralOpen | Token::BracketOpen | Token::ParenOpen)
            }
            _ => matches!(next, Token::Name(_) | Token::Let | Token::Var | Token::For),
        };
        if !operand_follows {
            return None;
        }
        let span = self.advance().span;
        let message = format!("`{word}` is not written in Dot: {why}");
        if spelling == "fail" {
            return Some(self.foreign_fail(span, &message));
        }
        let removed = Span { end: self.span().start, ..span };
        if matches!(word.as_str(), "unless" | "until") {
            return Some(self.denied(span, &message, spelling));
        }
        self.report(match spelling {
            "" => Diagnostic::error(codes::HABIT, span, message).help("remove it").fix(removed, ""),
            _ => habit(span, &message, spelling),
        });
        Some(self.foreign_rest(spelling, span))
    }

    /// `unless a and b { … }`: what is denied is the whole condition.
    fn denied(&mut self, word: Span, message: &str, spelling: &str) -> Parse<StatementKind> {
        let begin = self.span();
        self.expression()?;
        let condition = self.since(begin);
        let diagnostic = Diagnostic::error(codes::HABIT, word, message).help(format!("write `{spelling} …`"));
        let is_word = self.slice(condition).chars().all(|c| c.is_alphanumeric() || c == '_');
        self.report(match is_word {
            true => diagnostic.fix(word, spelling),
            false => diagnostic
                .fix(Span { end: condition.start, ..word }, format!("{spelling} ("))
                .fix(Span { start: condition.end, ..condition }, ")"),
        });
        self.block("of the statement")?;
        Ok(StatementKind::Error)
    }

    /// What stands behind a foreign word, read as what Dot's word begins.
    fn foreign_rest(&mut self, spelling: &str, span: Span) -> Parse<StatementKind> {
        match spelling {
            "let" => match self.var_rest()? {
                StatementKind::Var { pattern, ty, value } => {
                    Ok(StatementKind::Let { pattern, ty, value, otherwise: None })
                }
                other => Ok(other),
            },
            "match" => {
                let subject = Box::new(self.expression()?);
                if !self.at(Token::BlockOpen) {
                    self.block("of `match`")?;
                }
                let arms = self.arms()?;
                let kind = ExprKind::Match { subject, arms };
                Ok(StatementKind::Expr(Expr { kind, span: self.since(span) }))
            }
            "" => self.statement(),
            _ => {
                self.skip_until(|token| matches!(token, Token::BlockOpen | Token::Newline | Token::Colon));
                self.block("of the loop")?;
                Ok(StatementKind::Error)
            }
        }
    }

    /// `throw new Error("…")`, `raise ValueError("…")`, `panic("…")`: what fails is a text.
    fn foreign_fail(&mut self, word: Span, message: &str) -> Parse<StatementKind> {
        let begin = self.span();
        let is_panic = self.at(Token::ParenOpen);
        let new = self.eat_word("new");
        let named = matches!(self.peek(), Token::Name(name) if habits::is_error_name(name));
        if named && self.ahead(1) == Token::ParenOpen {
            self.advance();
        }
        let open = self.span();
        let count = self.diagnostics.len();
        let value = Box::new(self.expression()?);
        let span = self.since(word);
        let (inner, is_single) = match &value.kind {
            ExprKind::Paren(inner) => (inner.span, named || new || is_panic),
            _ => (value.span, false),
        };
        let mut diagnostic = habit(word, message, "fail");
        if is_single && open.start == value.span.start && self.diagnostics.len() == count {
            // Also over the `!` of a macro, which is diagnosed by itself.
            diagnostic = diagnostic.fix(Span { start: word.end, end: inner.start, ..begin }, " ");
            diagnostic = diagnostic.fix(Span { start: inner.end, end: value.span.end, ..begin }, "");
        }
        self.report(diagnostic);
        Ok(StatementKind::Expr(Expr { kind: ExprKind::Fail { retry: false, value }, span }))
    }

    /// `pass` alone in its line, in a block that a colon began.
    fn lone_word(&mut self, word: Symbol) -> Option<Parse<StatementKind>> {
        if word != "pass" || self.dedent.is_none() {
            return None;
        }
        let span = self.advance().span;
        let message = "`pass` is not written in Dot: an empty block is `{}`";
        self.report(Diagnostic::error(codes::HABIT, span, message).help("remove it").fix(span, ""));
        Some(Ok(StatementKind::Error))
    }

    /// `int x = 1`
    fn typed_local(&mut self) -> Parse<StatementKind> {
        let ty = self.advance().span;
        let message = "a local begins with `let`, or with `var` if it is rebound, and its type is inferred";
        self.report(habit(ty, message, "let"));
        let Ok(StatementKind::Var { pattern, value, .. }) = self.var_rest() else { return Err(super::Failed) };
        // It may be rebound, as in its language; whoever does so is told to write `var`.
        Ok(StatementKind::Let { pattern, ty: None, value, otherwise: None })
    }

    /// `print x`, `echo "x"`
    fn printing(&mut self, word: Symbol, next: Token) -> Option<Parse<StatementKind>> {
        let prints = matches!(word.as_str(), "print" | "println" | "echo" | "puts");
        if !prints || !matches!(next, Token::Name(_) | Token::TextOpen | Token::Int(_) | Token::Float(_)) {
            return None;
        }
        let span = self.advance().span;
        let begin = self.span();
        Some(self.expression().map(|value| {
            let message = "a call has parentheses in Dot, that of `print` too";
            let gap = Span { start: span.start, end: begin.start, ..span };
            let end = Span { start: value.span.end, ..value.span };
            let diagnostic = Diagnostic::error(codes::HABIT, span, message).help("write `print(…)`");
            self.report(diagnostic.fix(gap, "print(").fix(end, ")"));
            StatementKind::Error
        }))
    }

    /// A statement for which Dot has something else altogether.
    fn unlike_statement(&mut self, word: Symbol, next: Token) -> Option<Parse<StatementKind>> {
        let operand = matches!(next, Token::Name(_) | Token::TextOpen) || word == "guard" && next == Token::Let;
        let (why, help) = habits::unlike_word(word).filter(|_| operand)?;
        let span = self.advance().span;
        let message = format!("`{word}` is not written in Dot: {why}");
        let mut diagnostic = Diagnostic::error(codes::HABIT, span, message).help(help);
        if word == "go" {
            diagnostic = diagnostic.fix(Span { end: self.span().start, ..span }, "");
        }
        self.report(diagnostic);
        if word == "go" {
            return Some(self.statement());
        }
        self.skip_until(|token| matches!(token, Token::Newline | Token::BlockOpen | Token::Colon));
        match self.peek() {
            Token::BlockOpen => {
                self.advance();
                self.skip_bracket();
                Some(Ok(StatementKind::Error))
            }
            Token::Colon => {
                self.skip_indented();
                Some(Ok(StatementKind::Error))
            }
            _ => Some(Ok(StatementKind::Error)),
        }
    }

    /// `assert_eq(a, b)`
    fn assert_call(&mut self, word: Symbol) -> Parse<StatementKind> {
        let name = self.advance().span;
        let open = self.advance().span;
        let args = self.list(Token::ParenClose, "an argument", Self::argument);
        let close = self.previous;
        let operator = if word == "assert_eq" { "==" } else { "!=" };
        let message =
            format!("`{word}` is not written in Dot: `assert` is a statement, and shows both sides by itself");
        let mut diagnostic =
            Diagnostic::error(codes::HABIT, name, message).help(format!("write `assert a {operator} b`"));
        if let [left, right] = args.as_slice() {
            let (left, right) = (left.value.span, right.value.span);
            diagnostic = diagnostic
                .fix(Span { start: name.start, end: left.start.max(open.end), ..name }, "assert ")
                .fix(Span { start: left.end, end: right.start, ..name }, format!(" {operator} "))
                .fix(Span { start: right.end, end: close.end, ..name }, "");
        }
        self.report(diagnostic);
        Ok(StatementKind::Error)
    }

    /// The further names of `let a, b = pair`.
    #[inline(never)]
    pub(super) fn bare_tuple(&mut self, first: Pattern) -> Parse<Pattern> {
        let start = first.span;
        let mut parts = vec![first];
        while self.eat(Token::Comma) {
            parts.push(self.pattern()?);
        }
        let span = self.since(start);
        let message = "the names of a pair stand in parentheses in Dot";
        let (before, behind) = (Span { end: span.start, ..span }, self.behind());
        let diagnostic = Diagnostic::error(codes::HABIT, span, message).help("write `let (a, b) = …`");
        self.report(diagnostic.fix(before, "(").fix(behind, ")"));
        Ok(Pattern { kind: PatternKind::Tuple(parts), span })
    }

    /// A statement in the place of a block: `if (x) return`.
    #[inline(never)]
    pub(super) fn bare_branch(&mut self) -> Parse<crate::ast::Block> {
        let start = self.span();
        let kind = self.statement()?;
        let span = self.since(start);
        let message = "the branches of `if` and the bodies of loops stand in braces, also those of one statement";
        let (before, behind) = (Span { end: start.start, ..start }, self.behind());
        let diagnostic = Diagnostic::error(codes::HABIT, start, message).help("write `{ … }` around it");
        self.report(diagnostic.fix(before, "{ ").fix(behind, " }"));
        Ok(crate::ast::Block { statements: vec![crate::ast::Statement { kind, span }], span })
    }

    /// Whether a statement that leaves its block stands where a block is expected.
    pub(super) fn at_bare_branch(&self) -> bool {
        let leaves = match self.peek() {
            Token::Return | Token::Break | Token::Continue | Token::Fail => true,
            Token::Name(word) => matches!(word.as_str(), "throw" | "raise") && begins_expression(self.ahead(1)),
            _ => false,
        };
        leaves && !self.current.starts_line
    }
}
