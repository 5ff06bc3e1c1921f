//! Numbers and texts, which take the type that is expected of them.

use dot_syntax::{Span, ast};

use super::{Body, Want, expr};
use crate::messages::types;
use crate::program::{Expr, ExprKind, Type};
use crate::types::UNKNOWN;

impl Body<'_, '_> {
    /// An integer as it is written; a Float where one is expected.
    pub(super) fn int(&mut self, magnitude: u64, negative: bool, span: Span, want: Option<&Want>) -> Expr {
        if let Some(wanted) = self.wanted(want)
            && self.base(&wanted) == Type::Float
        {
            let float = if negative { -(magnitude as f64) } else { magnitude as f64 };
            return self.literal(ExprKind::Float(float), Type::Float, span, want);
        }
        let value = if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
        match value {
            Some(value) => self.literal(ExprKind::Int(value), Type::Int, span, want),
            None => self.wrong(span, types::int_too_large(span)),
        }
    }

    /// A literal; one of the refined type that is wanted, if it fulfils the condition.
    pub(super) fn literal(&mut self, kind: ExprKind, ty: Type, span: Span, want: Option<&Want>) -> Expr {
        let value = expr(kind, ty, span);
        match self.wanted(want) {
            Some(wanted) if self.one_base(&wanted).is_some() && self.base(&wanted) == value.ty => {
                self.refine_literal(value, &wanted)
            }
            _ => value,
        }
    }

    /// A text, with what is interpolated.
    pub(super) fn text(&mut self, parts: &[ast::TextPart], span: Span, want: Option<&Want>) -> Expr {
        match parts {
            [] => self.literal(ExprKind::Text("".into()), Type::Text, span, want),
            [ast::TextPart::Literal(text)] => {
                self.literal(ExprKind::Text(text.as_str().into()), Type::Text, span, want)
            }
            parts => {
                let values = parts.iter().map(|part| match part {
                    ast::TextPart::Literal(text) => expr(ExprKind::Text(text.as_str().into()), Type::Text, span),
                    ast::TextPart::Interpolation(inner) => self.interpolated(inner),
                });
                let values = values.collect();
                expr(ExprKind::Concat(values), Type::Text, span)
            }
        }
    }

    fn interpolated(&mut self, inner: &ast::Expr) -> Expr {
        let value = self.infer(inner);
        match self.shallow(&value.ty) {
            Type::Unit => self.wrong(inner.span, types::interpolated_unit(inner.span)),
            ty if ty == UNKNOWN => value,
            _ => self.text_of(value),
        }
    }
}

/// Whether an expression gets its type from the place where it stands, so that its neighbour is to be read first.
pub(super) fn needs_hint(written: &ast::Expr) -> bool {
    match &written.kind {
        ast::ExprKind::Int(_) | ast::ExprKind::EmptyBraces | ast::ExprKind::Lambda { .. } => true,
        ast::ExprKind::Paren(inner) | ast::ExprKind::Unary(ast::UnaryOp::Negate, inner) => needs_hint(inner),
        ast::ExprKind::List(items) => items.iter().all(needs_hint),
        ast::ExprKind::Tuple(items) => items.iter().any(needs_hint),
        ast::ExprKind::Binary { op, left, right, .. } => is_arithmetic(*op) && needs_hint(left) && needs_hint(right),
        ast::ExprKind::Name(name) => name.symbol == "None",
        _ => false,
    }
}

pub(super) fn is_arithmetic(op: ast::BinaryOp) -> bool {
    use ast::BinaryOp::{Add, Divide, Multiply, Remainder, Subtract};
    matches!(op, Add | Subtract | Multiply | Divide | Remainder)
}
