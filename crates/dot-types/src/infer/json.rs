//! `Json` where it is written out: what is a literal of another type elsewhere is a case of `Json` where one is expected.

use std::sync::Arc;

use dot_abi::json::any;
use dot_syntax::{Span, ast};

use super::{Body, Want, expr};
use crate::program::{Expr, ExprKind, Part, Type};

impl Body<'_, '_> {
    /// `Json`, if the place asks for it.
    pub(super) fn wanted_json(&self, want: Option<&Want>) -> Option<Type> {
        let json = self.checker.json_type()?;
        self.wanted(want).filter(|wanted| matches!(wanted, Type::Named(id, _) if *id == json))
    }

    /// A literal as a `Json`; `None` for what is none.
    pub(super) fn json(&mut self, written: &ast::Expr, json: &Type, want: Option<&Want>) -> Option<Expr> {
        let span = written.span;
        let items = || Want::new(Type::List(Arc::new(json.clone())));
        let object = || Want::new(Type::Map(Arc::new(Type::Text), Arc::new(json.clone())));
        let (case, value) = match &written.kind {
            // `None` is that of the option where one is expected.
            ast::ExprKind::Name(name) if name.symbol == self.checker.words.none && !self.is_bound(name.symbol) => {
                let optional = want.is_some_and(|want| matches!(self.shallow(&want.ty), Type::Option(_)));
                return (!optional).then(|| json_case(any::NULL, None, json, span));
            }
            ast::ExprKind::Bool(_) => (any::BOOL, self.infer(written)),
            ast::ExprKind::Int(_) | ast::ExprKind::Size(_) => (any::INT, self.infer(written)),
            ast::ExprKind::Float(_) => (any::FLOAT, self.infer(written)),
            ast::ExprKind::Unary(ast::UnaryOp::Negate, operand) => match operand.kind {
                ast::ExprKind::Int(_) => (any::INT, self.infer(written)),
                ast::ExprKind::Float(_) => (any::FLOAT, self.infer(written)),
                _ => return None,
            },
            ast::ExprKind::Text(_) => (any::TEXT, self.infer(written)),
            ast::ExprKind::List(_) | ast::ExprKind::Comprehension(_) => (any::LIST, self.check(written, &items())),
            ast::ExprKind::Map(_) | ast::ExprKind::EmptyBraces => (any::OBJECT, self.check(written, &object())),
            _ => return None,
        };
        Some(json_case(case, Some(value), json, span))
    }
}

fn json_case(case: u32, value: Option<Expr>, json: &Type, span: Span) -> Expr {
    let fields = value.into_iter().map(|value| Part { index: 0, value }).collect();
    expr(ExprKind::Case { case: case as usize, fields }, json.clone(), span)
}
