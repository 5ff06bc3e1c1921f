//! Statements.

use std::sync::Arc;

use dot_syntax::{Span, ast};

use super::steps::is_call_with_methods;
use super::{Body, Want, expr};
use crate::messages::{flow, types, unavailable};
use crate::program::{Assert, BinaryOp, Expr, ExprKind, Statement, StatementKind, Type};
use crate::types::UNKNOWN;

impl Body<'_, '_> {
    /// A statement; `None` when nothing is left of it but diagnostics.
    pub(super) fn statement(&mut self, written: &ast::Statement) -> Option<Statement> {
        let span = written.span;
        let kind = match &written.kind {
            ast::StatementKind::Let { pattern, ty, value, otherwise } => {
                Some(self.let_statement(pattern, ty.as_ref(), value, otherwise.as_ref(), false))
            }
            ast::StatementKind::Var { pattern, ty, value } => {
                Some(self.let_statement(pattern, ty.as_ref(), value, None, true))
            }
            ast::StatementKind::Assign { target, op, value } => self.assign(target, *op, value, span),
            ast::StatementKind::For { pattern, iterable, body } => Some(self.for_loop(pattern, iterable, body)),
            ast::StatementKind::While { condition, body } => Some(self.while_loop(condition, body)),
            ast::StatementKind::Assert { value, message, fails } => {
                self.assert(value, message.as_ref(), fails.as_ref(), span)
            }
            ast::StatementKind::Mock { target, value } => self.mock(target, value, span),
            ast::StatementKind::OnFault(_) => self.not_available(unavailable::on_fault(span)),
            ast::StatementKind::Expr(value) => Some(StatementKind::Expr(self.discarded(value))),
            ast::StatementKind::Error => None,
        };
        Some(Statement { kind: kind?, span })
    }

    fn not_available(&mut self, diagnostic: dot_syntax::Diagnostic) -> Option<StatementKind> {
        self.report(diagnostic);
        None
    }

    fn let_statement(
        &mut self,
        pattern: &ast::Pattern,
        ty: Option<&ast::TypeExpr>,
        value: &ast::Expr,
        otherwise: Option<&ast::Block>,
        mutable: bool,
    ) -> StatementKind {
        let is_call = is_call_with_methods(value);
        let outer = self.defining;
        if let (ast::PatternKind::Bind(name), ast::ExprKind::Lambda { .. }) = (&pattern.kind, &value.kind) {
            self.defining = Some(name.symbol);
        }
        let written = ty.map(|written| (self.resolve_type(written), written.span));
        let value = match &written {
            Some((ty, span)) => {
                let value = self.check(value, &Want::because(ty.clone(), *span, "the type is written here"));
                if value.ty == Type::Never { value } else { Expr { ty: ty.clone(), ..value } }
            }
            None => self.infer(value),
        };
        self.defining = outer;
        let value = self.limit(value);
        let otherwise = otherwise.map(|block| self.let_else(block));
        let ty = match written.map_or_else(|| self.shallow(&value.ty), |(ty, _)| ty) {
            Type::Never if !matches!(pattern.kind, ast::PatternKind::Bind(_)) => UNKNOWN,
            ty => ty,
        };
        let pattern = self.bound_pattern(pattern, &ty, mutable);
        // Asked again when the whole program is known.
        let pending = !mutable && self.may_call_dots() && is_call;
        StatementKind::Let { pattern, value, otherwise, pending }
    }

    /// The block behind `else`, which must leave.
    fn let_else(&mut self, block: &ast::Block) -> Expr {
        let value = self.block(block, Some(&Want::new(Type::Unit)));
        if value.ty != Type::Never && value.ty != UNKNOWN {
            self.report(flow::else_goes_on(block.span));
        }
        value
    }

    fn for_loop(&mut self, pattern: &ast::Pattern, iterable: &ast::Expr, body: &ast::Block) -> StatementKind {
        let (iterable, item) = self.iterable(iterable);
        self.scoped(|inner| {
            let pattern = inner.bound_pattern(pattern, &item, false);
            inner.frame().loops.push(false);
            let body = inner.block(body, Some(&Want::new(Type::Unit)));
            inner.frame().loops.pop();
            StatementKind::For { pattern, iterable, body }
        })
    }

    fn while_loop(&mut self, condition: &ast::Expr, body: &ast::Block) -> StatementKind {
        let condition = self.check(condition, &Want::new(Type::Bool));
        self.frame().loops.push(false);
        let body = self.block(body, Some(&Want::new(Type::Unit)));
        let broken = self.frame().loops.pop().unwrap_or(false);
        let endless = matches!(condition.kind, ExprKind::Bool(true)) && !broken;
        self.endless = endless;
        StatementKind::While { condition, body }
    }

    fn assert(
        &mut self,
        value: &ast::Expr,
        message: Option<&ast::Expr>,
        fails: Option<&ast::Expr>,
        span: Span,
    ) -> Option<StatementKind> {
        if let Some(fails) = fails {
            return self.assert_fails(value, fails, message, span);
        }
        let condition = self.check(value, &Want::new(Type::Bool));
        let source = Arc::from(self.checker.text(value.span));
        let message = message.map(|message| {
            let message = self.infer(message);
            self.text_of(message)
        });
        let place = condition.span;
        let (condition, comparison) = match condition.kind {
            ExprKind::Binary(op, left, right) if is_comparison(op) => {
                (expr(ExprKind::Bool(true), Type::Bool, place), Some((op, *left, *right)))
            }
            kind => (Expr { kind, ..condition }, None),
        };
        Some(StatementKind::Assert(Assert { condition, source, comparison, message }))
    }

    /// An expression for what it does. A result that nobody uses is a mistake.
    pub(super) fn discarded(&mut self, written: &ast::Expr) -> Expr {
        if let ast::ExprKind::If { .. } | ast::ExprKind::Match { .. } | ast::ExprKind::Block(_) = written.kind {
            return self.expression(written, Some(&Want::new(Type::Unit)));
        }
        let value = self.infer(written);
        match self.shallow(&value.ty) {
            Type::Unit | Type::Never => value,
            ty if ty == UNKNOWN => value,
            // Nothing is known of the result, so nothing can be missed.
            ty if crate::types::variable(&ty).is_some() => {
                self.unify(&ty, &Type::Unit);
                value
            }
            ty => {
                self.unused_result(written, &ty);
                expr(ExprKind::Unit, UNKNOWN, written.span)
            }
        }
    }

    /// Reports a result that is not used; where a `var` was meant to change, with the assignment as the fix.
    pub(super) fn unused_result(&mut self, written: &ast::Expr, ty: &Type) {
        let receiver = match &written.kind {
            ast::ExprKind::Call { callee, .. } => match &callee.kind {
                ast::ExprKind::Field(base, _) => Some(base),
                _ => None,
            },
            _ => None,
        };
        let variable = receiver.and_then(|receiver| match &receiver.kind {
            ast::ExprKind::Name(name) => Some((*self.bindings.get(&name.symbol)?, *name)),
            _ => None,
        });
        let changed = variable.and_then(|(id, name)| {
            let local = self.local(id);
            let (known, mutable) = (self.resolve(&local.ty), local.mutable);
            (known == self.resolve(ty)).then_some((name.symbol, mutable))
        });
        let shown = self.show(ty);
        self.report(types::unused_result(written.span, &shown, changed));
    }
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    matches!(op, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual)
}
