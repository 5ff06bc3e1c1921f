//! Numbers and texts, which take the type that is expected of them.

use dot_abi::decimal::Decimal;
use dot_syntax::{Span, ast};

use super::{Body, Want, expr};
use crate::messages::types;
use crate::program::{Expr, ExprKind, Type};
use crate::types::UNKNOWN;

impl Body<'_, '_> {
    /// An integer as it is written; a Float or Decimal where one is expected.
    pub(super) fn int(&mut self, magnitude: u64, negative: bool, span: Span, want: Option<&Want>) -> Expr {
        if let Some(wanted) = self.wanted(want)
            && self.base(&wanted) == Type::Float
        {
            let float = if negative { -(magnitude as f64) } else { magnitude as f64 };
            return self.literal(ExprKind::Float(float), Type::Float, span, want);
        }
        if self.wants_decimal(want) {
            let decimal = Decimal::of_magnitude(magnitude);
            let decimal = if negative { decimal.negate() } else { decimal };
            return self.literal(ExprKind::Decimal(decimal), Type::Decimal, span, want);
        }
        let value = if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() };
        match value {
            Some(value) => self.literal(ExprKind::Int(value), Type::Int, span, want),
            None => self.wrong(span, types::int_too_large(span)),
        }
    }

    /// A number with a point or exponent; a Decimal of just these digits where one is expected.
    pub(super) fn float(&mut self, value: f64, negative: bool, digits: Span, span: Span, want: Option<&Want>) -> Expr {
        if !self.wants_decimal(want) {
            let value = if negative { -value } else { value };
            return self.literal(ExprKind::Float(value), Type::Float, span, want);
        }
        match Decimal::parse(&self.checker.text(digits).replace('_', "")) {
            Some(decimal) => {
                let decimal = if negative { decimal.negate() } else { decimal };
                self.literal(ExprKind::Decimal(decimal), Type::Decimal, span, want)
            }
            None => self.wrong(span, types::decimal_too_long(span)),
        }
    }

    fn wants_decimal(&self, want: Option<&Want>) -> bool {
        self.wanted(want).is_some_and(|wanted| self.base(&wanted) == Type::Decimal)
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

/// How far the type of an expression is decided by the place where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Openness {
    /// It has a type of its own.
    Decided,
    /// A number with a point: a Float unless a Decimal is expected.
    Fraction,
    /// It takes the type that is expected.
    Open,
}

/// How far the place decides the type of an expression.
pub(super) fn openness(written: &ast::Expr) -> Openness {
    use Openness::{Decided, Fraction, Open};
    match &written.kind {
        ast::ExprKind::Int(_) | ast::ExprKind::EmptyBraces | ast::ExprKind::Lambda { .. } => Open,
        ast::ExprKind::Float(_) => Fraction,
        ast::ExprKind::Paren(inner) | ast::ExprKind::Unary(ast::UnaryOp::Negate, inner) => openness(inner),
        ast::ExprKind::List(items) => items.iter().map(openness).min().unwrap_or(Open),
        ast::ExprKind::Tuple(items) => items.iter().map(openness).max().unwrap_or(Decided),
        ast::ExprKind::Binary { op, left, right, .. } if is_arithmetic(*op) => openness(left).min(openness(right)),
        ast::ExprKind::Name(name) if name.symbol == "None" => Open,
        _ => Decided,
    }
}

/// Whether an expression gets its type from the place where it stands, so that its neighbour is to be read first.
pub(super) fn needs_hint(written: &ast::Expr) -> bool {
    openness(written) == Openness::Open
}

pub(super) fn is_arithmetic(op: ast::BinaryOp) -> bool {
    use ast::BinaryOp::{Add, Divide, Multiply, Remainder, Subtract};
    matches!(op, Add | Subtract | Multiply | Divide | Remainder)
}
