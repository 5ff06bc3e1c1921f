//! The dispatch over expressions.

use std::sync::Arc;

use dot_syntax::{Span, ast};

use super::{Body, Host, Want, expr, unknown};
use crate::messages::{flow, types, unavailable};
use crate::program::{Bound, Expr, ExprKind, Type};

impl Body<'_, '_> {
    /// An expression that must have a type, or one that converts to it.
    pub(super) fn check(&mut self, written: &ast::Expr, want: &Want) -> Expr {
        let value = self.expression(written, Some(want));
        self.coerce(value, want)
    }

    /// An expression of whatever type it has.
    pub(super) fn infer(&mut self, written: &ast::Expr) -> Expr {
        self.expression(written, None)
    }

    /// An expression. What is wanted helps to read it; it need not have that type.
    pub(super) fn expression(&mut self, written: &ast::Expr, want: Option<&Want>) -> Expr {
        self.checker.expression_depth += 1;
        let value = self.expression_inside(written, want);
        self.checker.expression_depth -= 1;
        value
    }

    fn expression_inside(&mut self, written: &ast::Expr, want: Option<&Want>) -> Expr {
        let span = written.span;
        if let Some(json) = self.wanted_json(want)
            && let Some(value) = self.json(written, &json, want)
        {
            return value;
        }
        match &written.kind {
            ast::ExprKind::Int(value) => self.int(*value, false, span, want),
            ast::ExprKind::Float(value) => self.float(*value, false, span, span, want),
            ast::ExprKind::Bool(value) => expr(ExprKind::Bool(*value), Type::Bool, span),
            ast::ExprKind::Duration(value) => self.literal(ExprKind::Duration(*value), Type::Duration, span, want),
            ast::ExprKind::Size(value) => self.literal(ExprKind::Int(*value), Type::Int, span, want),
            ast::ExprKind::Text(parts) => self.text(parts, span, want),
            ast::ExprKind::Name(name) => self.name(*name, want),
            ast::ExprKind::Paren(inner) => self.expression(inner, want),
            ast::ExprKind::Tuple(items) => self.tuple(items, span, want),
            ast::ExprKind::List(items) => self.list(items, span, want),
            ast::ExprKind::Comprehension(comprehension) => self.comprehension(comprehension, false, span, want),
            ast::ExprKind::Record { ty, fields, spread } => {
                self.record(ty.as_ref(), fields, spread.as_deref(), span, want)
            }
            ast::ExprKind::Map(entries) => self.map(entries, span, want),
            ast::ExprKind::EmptyBraces => self.empty_braces(span, want),
            ast::ExprKind::Unary(op, operand) => self.unary(*op, operand, span, want),
            ast::ExprKind::Binary { op, op_span, left, right } => self.binary(*op, *op_span, left, right, span, want),
            ast::ExprKind::Range { start, end, inclusive } => self.range(start, end, *inclusive, span),
            ast::ExprKind::Is(value, pattern) => self.is(value, pattern, span),
            ast::ExprKind::Field(base, name) => self.field(base, *name, span, want),
            ast::ExprKind::Index(base, index) => self.index(base, index, span),
            ast::ExprKind::Call { callee, type_args, args } => self.call(callee, type_args, args, span, want),
            ast::ExprKind::Question(value) => self.question(value, span),
            ast::ExprKind::Lambda { params, body } => self.lambda(params, body, span, want),
            ast::ExprKind::Block(block) => self.block(block, want),
            ast::ExprKind::If { condition, then, otherwise } => {
                self.if_else(condition, then, otherwise.as_deref(), span, want)
            }
            ast::ExprKind::Match { subject, arms } => self.match_arms(subject, arms, span, want),
            ast::ExprKind::Return(value) => self.return_from(value.as_deref(), span),
            ast::ExprKind::Break => self.break_loop(span),
            ast::ExprKind::Continue => self.continue_loop(span),
            ast::ExprKind::Fail { retry, value } => self.fail(*retry, value, span),
            ast::ExprKind::Try(operand) => self.try_call(operand, span, want),
            ast::ExprKind::Parallel { options, body } => self.parallel(options, body, span, want),
            ast::ExprKind::Race(parts) => self.race(parts, span, want),
            ast::ExprKind::Transaction(_) => self.wrong(span, unavailable::transaction(span)),
            ast::ExprKind::Error => unknown(span),
        }
    }

    /// The type that is wanted without `?`, since a `T` is accepted there too.
    pub(super) fn wanted(&self, want: Option<&Want>) -> Option<Type> {
        match self.shallow(&want?.ty) {
            Type::Option(item) => Some(self.shallow(&item)),
            ty => Some(ty),
        }
    }

    /// What is wanted, if other types are wrong and it says something.
    pub(super) fn strict<'w>(&self, want: Option<&'w Want>) -> Option<&'w Want> {
        want.filter(|want| !want.soft && crate::types::variable(&self.shallow(&want.ty)).is_none())
    }

    fn tuple(&mut self, items: &[ast::Expr], span: Span, want: Option<&Want>) -> Expr {
        if items.is_empty() {
            return expr(ExprKind::Unit, Type::Unit, span);
        }
        let wanted = match self.wanted(want) {
            Some(Type::Tuple(wanted)) if wanted.len() == items.len() => Some(wanted),
            _ => None,
        };
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            values.push(match (&wanted, want) {
                (Some(wanted), Some(want)) if want.soft => {
                    let hint = want.part(wanted[index].clone());
                    let value = self.expression(item, Some(&hint));
                    if self.fits(&value.ty, &hint.ty) { self.coerce(value, &hint) } else { value }
                }
                (Some(wanted), Some(want)) => self.check(item, &want.part(wanted[index].clone())),
                _ => self.infer(item),
            });
        }
        if values.iter().any(|value| value.ty == Type::Never) {
            return expr(ExprKind::Tuple(values), Type::Never, span);
        }
        let types: Arc<[Type]> = values.iter().map(|value| value.ty.clone()).collect();
        self.limit(expr(ExprKind::Tuple(values), Type::Tuple(types), span))
    }

    fn range(&mut self, start: &ast::Expr, end: &ast::Expr, inclusive: bool, span: Span) -> Expr {
        let want = Want::new(Type::Int);
        let (start, end) = (self.check(start, &want), self.check(end, &want));
        let kind = ExprKind::Range { start: Box::new(start), end: Box::new(end), inclusive };
        expr(kind, Type::List(Arc::new(Type::Int)), span)
    }

    fn return_from(&mut self, value: Option<&ast::Expr>, span: Span) -> Expr {
        if let Some(diagnostic) = self.leaves_step("return", span) {
            return self.wrong(span, diagnostic);
        }
        if !self.in_lambda() && !matches!(self.host, Host::Fn | Host::Dot | Host::Test) {
            return self.wrong(span, flow::return_outside(span));
        }
        let frame = self.frame();
        let want = Want {
            ty: frame.result.clone(),
            origin: frame.result_span.map(|span| (span, "the result's type is written here")),
            soft: false,
        };
        let value = match value {
            Some(value) => self.check(value, &want),
            None => self.coerce(expr(ExprKind::Unit, Type::Unit, span), &want),
        };
        expr(ExprKind::Return(Box::new(value)), Type::Never, span)
    }

    fn break_loop(&mut self, span: Span) -> Expr {
        match self.frame().loops.last_mut() {
            Some(broken) => {
                *broken = true;
                expr(ExprKind::Break, Type::Never, span)
            }
            None => self.no_loop("break", span),
        }
    }

    fn continue_loop(&mut self, span: Span) -> Expr {
        match self.frame().loops.last() {
            Some(_) => expr(ExprKind::Continue, Type::Never, span),
            None => self.no_loop("continue", span),
        }
    }

    fn no_loop(&mut self, word: &str, span: Span) -> Expr {
        let diagnostic = self.leaves_step(word, span).unwrap_or_else(|| flow::outside_loop(word, span));
        self.wrong(span, diagnostic)
    }

    fn fail(&mut self, retry: bool, value: &ast::Expr, span: Span) -> Expr {
        let value = self.infer(value);
        if retry {
            let value = self.text_of(value);
            return expr(ExprKind::FailRetry(Box::new(value)), Type::Never, span);
        }
        let is_fault = matches!(self.shallow(&value.ty), Type::Named(id, _) if self.checker.fault_type() == Some(id));
        let value = if is_fault { value } else { self.text_of(value) };
        expr(ExprKind::Fail(Box::new(value)), Type::Never, span)
    }

    /// A value as a text, as interpolation and `fail` show it.
    pub(super) fn text_of(&mut self, value: Expr) -> Expr {
        let value = self.widened(value);
        let ty = self.shallow(&value.ty);
        if matches!(ty, Type::Text | Type::Never) || ty == crate::types::UNKNOWN {
            return value;
        }
        let span = value.span;
        self.require(&ty, Bound::Data, span, Some(types::SHOWN));
        match self.checker.std_function("text", "of") {
            Some(signature) => self.plain_call(&signature, vec![ty], vec![value], span),
            None => self.wrong(span, types::missing_in_std("Text.of", span)),
        }
    }
}
