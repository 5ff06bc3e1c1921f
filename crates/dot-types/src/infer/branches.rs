//! `if`, `match` and `is`.

use dot_syntax::{Span, ast};

use super::{Body, Want, expr};
use crate::messages::flow;
use crate::program::{Arm, Expr, ExprKind, Type};
use crate::types::UNKNOWN;

impl Body<'_, '_> {
    pub(super) fn if_else(
        &mut self,
        condition: &ast::Expr,
        then: &ast::Block,
        otherwise: Option<&ast::Expr>,
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        let condition = Box::new(self.check(condition, &Want::new(Type::Bool)));
        let Some(otherwise) = otherwise else {
            if let Some(want) = self.strict(want)
                && !matches!(self.shallow(&want.ty), Type::Unit)
                && want.ty != UNKNOWN
            {
                self.branch_block(then, want);
                let shown = self.show(&want.ty);
                return self.wrong(span, flow::if_without_else(span, &shown));
            }
            let then = self.block(then, Some(&Want::new(Type::Unit)));
            let kind = ExprKind::If { condition, then: Box::new(then), otherwise: None };
            return expr(kind, Type::Unit, span);
        };
        let want = self.strict(want);
        let (then, otherwise) = match want {
            Some(want) => (self.branch_block(then, want), self.branch(otherwise, want)),
            None => (self.block(then, None), self.infer(otherwise)),
        };
        let (ty, values) = self.branches(vec![then, otherwise], want);
        let mut values = values.into_iter();
        let (Some(then), Some(otherwise)) = (values.next(), values.next()) else { return super::unknown(span) };
        let kind = ExprKind::If { condition, then: Box::new(then), otherwise: Some(Box::new(otherwise)) };
        expr(kind, ty, span)
    }

    /// A branch that must have the wanted type. A branch in whose place `()` is wanted is a statement.
    fn branch(&mut self, written: &ast::Expr, want: &Want) -> Expr {
        if self.shallow(&want.ty) == Type::Unit {
            return self.discarded(written);
        }
        self.check(written, want)
    }

    fn branch_block(&mut self, written: &ast::Block, want: &Want) -> Expr {
        let value = self.block(written, Some(want));
        self.coerce(value, want)
    }

    /// The type of a construct with branches, and the branches converted to it.
    pub(super) fn branches(&mut self, values: Vec<Expr>, want: Option<&Want>) -> (Type, Vec<Expr>) {
        if values.iter().all(|value| value.ty == Type::Never) {
            return (Type::Never, values);
        }
        match want {
            Some(want) => (want.ty.clone(), values),
            None => self.joined_values(values),
        }
    }

    pub(super) fn match_arms(
        &mut self,
        subject: &ast::Expr,
        arms: &[ast::Arm],
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        let subject = Box::new(self.infer(subject));
        let ty = match self.shallow(&subject.ty) {
            Type::Never => UNKNOWN,
            ty => ty,
        };
        let want = self.strict(want);
        let mut heads = Vec::with_capacity(arms.len());
        let mut values = Vec::with_capacity(arms.len());
        for arm in arms {
            self.scoped(|body| {
                let pattern = body.bound_pattern(&arm.pattern, &ty, false);
                let guard = arm.guard.as_ref().map(|guard| body.check(guard, &Want::new(Type::Bool)));
                heads.push((pattern, guard));
                values.push(match want {
                    Some(want) => body.branch(&arm.body, want),
                    None => body.infer(&arm.body),
                });
            });
        }
        if arms.is_empty() && subject.ty != Type::Never {
            return self.wrong(span, flow::match_without_arms(span));
        }
        let (ty, values) = self.branches(values, want);
        let arms = heads.into_iter().zip(values).map(|((pattern, guard), body)| Arm { pattern, guard, body });
        let ty = if subject.ty == Type::Never { Type::Never } else { ty };
        expr(ExprKind::Match { subject, arms: arms.collect() }, ty, span)
    }

    pub(super) fn is(&mut self, value: &ast::Expr, pattern: &ast::Pattern, span: Span) -> Expr {
        let value = self.infer(value);
        let ty = match self.shallow(&value.ty) {
            Type::Never => UNKNOWN,
            ty => ty,
        };
        let pattern = self.bare_pattern(pattern, &ty);
        expr(ExprKind::Is(Box::new(value), pattern), Type::Bool, span)
    }
}
