//! Operators.

use std::sync::Arc;

use dot_syntax::{Span, ast};

use super::literals::{Openness, is_arithmetic, needs_hint, openness};
use super::{Body, Want, expr, unknown};
use crate::messages::{operators, types};
use crate::program::{BinaryOp, Bound, Expr, ExprKind, Type};
use crate::types::{UNKNOWN, variable};

impl Body<'_, '_> {
    pub(super) fn unary(&mut self, op: ast::UnaryOp, operand: &ast::Expr, span: Span, want: Option<&Want>) -> Expr {
        match op {
            ast::UnaryOp::Not => {
                let value = self.check(operand, &Want::new(Type::Bool));
                expr(ExprKind::Not(Box::new(value)), Type::Bool, span)
            }
            ast::UnaryOp::Negate => self.negate(operand, span, want),
        }
    }

    fn negate(&mut self, operand: &ast::Expr, span: Span, want: Option<&Want>) -> Expr {
        match &operand.kind {
            ast::ExprKind::Int(magnitude) => return self.int(*magnitude, true, span, want),
            ast::ExprKind::Float(value) => return self.float(*value, true, operand.span, span, want),
            _ => {}
        }
        let hint = self.base_hint(want);
        let value = self.expression(operand, hint.as_ref());
        let value = self.widened(value);
        match self.shallow(&value.ty) {
            Type::Never => value,
            ty if ty == UNKNOWN => value,
            ty @ (Type::Int | Type::Float | Type::Decimal | Type::Duration) => {
                expr(ExprKind::Negate(Box::new(value)), ty, span)
            }
            ty if variable(&ty).is_some() => self.wrong(span, types::not_known(operand.span)),
            ty => {
                let shown = self.show(&ty);
                self.wrong(span, operators::negate(span, &shown))
            }
        }
    }

    /// What is wanted of an operand whose operator gives the base: conditions don't pass it.
    fn base_hint(&self, want: Option<&Want>) -> Option<Want> {
        let base = self.base(&self.wanted(want)?);
        (base != UNKNOWN && variable(&base).is_none()).then(|| Want::soft(base))
    }

    pub(super) fn binary(
        &mut self,
        op: ast::BinaryOp,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        use ast::BinaryOp as Op;
        match op {
            Op::And | Op::Or => {
                let want = Want::new(Type::Bool);
                let (left, right) = (Box::new(self.check(left, &want)), Box::new(self.check(right, &want)));
                let kind = if op == Op::And { ExprKind::And(left, right) } else { ExprKind::Or(left, right) };
                expr(kind, Type::Bool, span)
            }
            Op::Coalesce => self.coalesce(left, right, span, want),
            Op::In => self.contains(left, right, span),
            Op::NotIn => {
                let inside = self.contains(left, right, span);
                expr(ExprKind::Not(Box::new(inside)), Type::Bool, span)
            }
            _ if is_arithmetic(op) => {
                let hint = self.base_hint(want);
                let (left, right) = self.operands(left, right, hint.as_ref());
                self.arithmetic(op, op_span, left, right, span)
            }
            _ => {
                let is_chain = is_comparison(left);
                let (left, right) = self.operands(left, right, None);
                match is_chain {
                    true => unknown(span),
                    false => self.comparison(op, op_span, left, right, span),
                }
            }
        }
    }

    /// Both sides, each helping to read the other.
    fn operands(&mut self, left: &ast::Expr, right: &ast::Expr, hint: Option<&Want>) -> (Expr, Expr) {
        if needs_hint(left) && !needs_hint(right) {
            let right = self.expression(right, hint);
            let hint = self.hint_beside(&right, hint);
            let left = self.expression(left, hint.as_ref());
            return (left, right);
        }
        let mut first = self.expression(left, hint);
        let beside = self.hint_beside(&first, hint);
        let right = self.expression(right, beside.as_ref());
        // Literals with a point were read as floats; beside a decimal they are decimals.
        if openness(left) == Openness::Fraction && self.base(&right.ty) == Type::Decimal {
            first = self.expression(left, Some(&Want::soft(Type::Decimal)));
        }
        (first, right)
    }

    /// What one side says of the other; else what is expected of the result, unless a duration or time stands
    /// there: what goes with one is not of the result's type.
    fn hint_beside(&self, side: &Expr, hint: Option<&Want>) -> Option<Want> {
        let is_mixed = matches!(self.base(&side.ty), Type::Duration | Type::Time);
        self.hint_of(side).or_else(|| hint.filter(|_| !is_mixed).cloned())
    }

    fn hint_of(&self, value: &Expr) -> Option<Want> {
        let base = self.base(&value.ty);
        let is_mixed = matches!(base, Type::Duration | Type::Time);
        let says = base != UNKNOWN && base != Type::Never && !is_mixed && variable(&base).is_none();
        says.then(|| Want::soft(base))
    }

    pub(super) fn arithmetic(&mut self, op: ast::BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        use ast::BinaryOp as Op;
        let (left, right) = (self.widened(left), self.widened(right));
        if self.settle_operands(&left, &right) {
            return unknown(span);
        }
        let (left_ty, right_ty) = (self.shallow(&left.ty), self.shallow(&right.ty));
        let ty = match (op, &left_ty, &right_ty) {
            (_, Type::Int, Type::Int) => Type::Int,
            (_, Type::Float, Type::Float) => Type::Float,
            (_, Type::Decimal, Type::Decimal) => Type::Decimal,
            (Op::Add | Op::Subtract, Type::Duration, Type::Duration) => Type::Duration,
            (Op::Multiply, Type::Duration, Type::Int) | (Op::Multiply, Type::Int, Type::Duration) => Type::Duration,
            (Op::Divide, Type::Duration, Type::Int) => Type::Duration,
            (Op::Divide, Type::Duration, Type::Duration) => Type::Float,
            (Op::Subtract, Type::Time, Type::Time) => Type::Duration,
            (Op::Add | Op::Subtract, Type::Time, Type::Duration) | (Op::Add, Type::Duration, Type::Time) => Type::Time,
            (Op::Add, Type::Text, Type::Text) => Type::Text,
            (Op::Add, Type::Bytes, Type::Bytes) => Type::Bytes,
            (Op::Add, Type::List(_), Type::List(_)) => {
                return self.add_lists(op_span, left, right, span);
            }
            _ => {
                let diagnostic = operators::no_operator(op, op_span, &self.show(&left_ty), &self.show(&right_ty));
                return self.wrong(span, diagnostic);
            }
        };
        let kind = ExprKind::Binary(binary_op(op), Box::new(left), Box::new(right));
        expr(kind, ty, span)
    }

    fn add_lists(&mut self, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        match self.join_types(&left.ty, &right.ty) {
            Some(ty) => {
                let want = Want::new(ty.clone());
                let (left, right) = (self.coerce(left, &want), self.coerce(right, &want));
                expr(ExprKind::Binary(BinaryOp::Add, Box::new(left), Box::new(right)), ty, span)
            }
            None => {
                let (left, right) = (self.show(&left.ty), self.show(&right.ty));
                self.wrong(span, operators::no_operator(ast::BinaryOp::Add, op_span, &left, &right))
            }
        }
    }

    /// Gives an operand of unknown type the other one's; true if nothing more can be said of the operation.
    fn settle_operands(&mut self, left: &Expr, right: &Expr) -> bool {
        let (left_ty, right_ty) = (self.shallow(&left.ty), self.shallow(&right.ty));
        let skip = |ty: &Type| *ty == UNKNOWN || *ty == Type::Never;
        if skip(&left_ty) || skip(&right_ty) {
            return true;
        }
        match (variable(&left_ty), variable(&right_ty)) {
            (Some(_), Some(_)) => {
                self.report(types::not_known(left.span));
                true
            }
            (Some(_), None) | (None, Some(_)) => !self.unify(&left_ty, &right_ty),
            (None, None) => false,
        }
    }

    fn comparison(&mut self, op: ast::BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        let Some(ty) = self.join_types_of(&left, &right) else {
            let diagnostic = operators::no_operator(op, op_span, &self.show(&left.ty), &self.show(&right.ty));
            self.report(diagnostic);
            return expr(ExprKind::Bool(false), Type::Bool, span);
        };
        self.require(&ty, Bound::Data, op_span, Some(types::COMPARED));
        let want = Want::new(ty);
        let (left, right) = (self.coerce(left, &want), self.coerce(right, &want));
        expr(ExprKind::Binary(binary_op(op), Box::new(left), Box::new(right)), Type::Bool, span)
    }

    fn join_types_of(&mut self, left: &Expr, right: &Expr) -> Option<Type> {
        let (left, right) = (self.shallow(&left.ty), self.shallow(&right.ty));
        let skip = |ty: &Type| *ty == UNKNOWN || *ty == Type::Never;
        match (skip(&left), skip(&right)) {
            (true, true) => Some(UNKNOWN),
            (true, false) => Some(right),
            (false, true) => Some(left),
            (false, false) => self.join_types(&left, &right),
        }
    }

    /// `x in xs`: what `xs` holds says what `x` must be.
    fn contains(&mut self, item: &ast::Expr, whole: &ast::Expr, span: Span) -> Expr {
        let whole_is_literal = matches!(whole.kind, ast::ExprKind::List(_)) && !needs_hint(item);
        let early = whole_is_literal.then(|| self.infer(item));
        let hint = early.as_ref().map(|item| Want::soft(Type::List(Arc::new(self.base(&item.ty)))));
        let whole_span = whole.span;
        let whole = self.expression(whole, hint.as_ref());
        let whole = self.widened(whole);
        let wanted = match self.shallow(&whole.ty) {
            Type::List(item) | Type::Set(item) => (*item).clone(),
            Type::Map(key, _) => (*key).clone(),
            Type::Text => Type::Text,
            Type::Bytes => Type::Int,
            Type::Never => UNKNOWN,
            ty if ty == UNKNOWN => UNKNOWN,
            ty if variable(&ty).is_some() => {
                self.report(types::not_known(whole_span));
                UNKNOWN
            }
            ty => {
                let shown = self.show(&ty);
                self.report(operators::not_a_container(whole_span, &shown));
                UNKNOWN
            }
        };
        self.require(&wanted, Bound::Data, span, Some(types::COMPARED));
        let want = Want::because(wanted, whole_span, "this is what is looked in");
        let item = match early {
            Some(item) => self.coerce(item, &want),
            None => self.check(item, &want),
        };
        expr(ExprKind::Binary(BinaryOp::In, Box::new(item), Box::new(whole)), Type::Bool, span)
    }
}

/// Whether an expression is a comparison without parentheses. To the left of another one the parser has answered it.
fn is_comparison(expr: &ast::Expr) -> bool {
    use ast::BinaryOp as Op;
    let compares =
        |op| matches!(op, Op::Equal | Op::NotEqual | Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual);
    matches!(expr.kind, ast::ExprKind::Binary { op, .. } if compares(op))
}

/// The operator of the typed tree. Operators that don't evaluate both sides never come here.
pub(super) fn binary_op(op: ast::BinaryOp) -> BinaryOp {
    match op {
        ast::BinaryOp::Add => BinaryOp::Add,
        ast::BinaryOp::Subtract => BinaryOp::Subtract,
        ast::BinaryOp::Multiply => BinaryOp::Multiply,
        ast::BinaryOp::Divide => BinaryOp::Divide,
        ast::BinaryOp::Remainder => BinaryOp::Remainder,
        ast::BinaryOp::NotEqual => BinaryOp::NotEqual,
        ast::BinaryOp::Less => BinaryOp::Less,
        ast::BinaryOp::LessEqual => BinaryOp::LessEqual,
        ast::BinaryOp::Greater => BinaryOp::Greater,
        ast::BinaryOp::GreaterEqual => BinaryOp::GreaterEqual,
        ast::BinaryOp::In | ast::BinaryOp::NotIn => BinaryOp::In,
        ast::BinaryOp::Equal | ast::BinaryOp::And | ast::BinaryOp::Or | ast::BinaryOp::Coalesce => BinaryOp::Equal,
    }
}
