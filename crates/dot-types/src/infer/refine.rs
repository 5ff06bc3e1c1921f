//! Values of refined types: `Port(n)`, `Port.of(n)`, and literals, whose condition is checked here and now.

use std::rc::Rc;
use std::sync::Arc;

use dot_syntax::{Span, ast};

use super::{Body, Want, expr, unknown};
use crate::evaluate::{Value, evaluate};
use crate::messages::{calls, types};
use crate::program::{Expr, ExprKind, Type, TypeId};

impl Body<'_, '_> {
    /// `Port(n)`, or `Port.of(n)` if a value that does not fit is to be `None`.
    pub(super) fn refine_call(
        &mut self,
        id: TypeId,
        args: &[ast::Arg],
        span: Span,
        want: Option<&Want>,
        option: bool,
    ) -> Expr {
        let name = self.checker.types[id.0 as usize].name.to_string();
        let [ast::Arg { name: None, value }] = args else {
            self.report(calls::one_argument(&name, args.len(), span));
            return self.skip_call(args, span);
        };
        let (_, ty) = self.instantiate(id, want, span);
        let Some(base) = self.one_base(&ty) else { return unknown(span) };
        let declared = self.checker.types[id.0 as usize].span;
        let written = value.span;
        let value = self.check(value, &Want::because(base, declared, "the type is declared here"));
        if option {
            let ty = Type::Option(Arc::new(ty));
            return expr(ExprKind::RefineOption(Box::new(value)), ty, span);
        }
        match literal_value(&value).map(|literal| self.fulfils(&ty, &literal)) {
            Some(Some(false)) => self.unfulfilled(&ty, written),
            _ => expr(ExprKind::Refine(Box::new(value)), ty, span),
        }
    }

    /// A literal of the base as one of the refined type. Where the condition is too much to evaluate here, the
    /// program does it.
    pub(super) fn refine_literal(&mut self, value: Expr, ty: &Type) -> Expr {
        let span = value.span;
        match literal_value(&value).and_then(|literal| self.fulfils(ty, &literal)) {
            Some(true) => Expr { ty: ty.clone(), ..value },
            Some(false) => self.unfulfilled(ty, span),
            None => match self.one_base(ty) {
                Some(base) => {
                    let base = self.shallow(&base);
                    let value = if self.one_base(&base).is_some() { self.refine_literal(value, &base) } else { value };
                    expr(ExprKind::Refine(Box::new(value)), ty.clone(), span)
                }
                None => value,
            },
        }
    }

    fn unfulfilled(&mut self, ty: &Type, span: Span) -> Expr {
        let Type::Named(id, _) = ty else { return unknown(span) };
        let def = &self.checker.types[id.0 as usize];
        let crate::program::TypeKind::Refined { source, .. } = &def.kind else { return unknown(span) };
        let text = self.checker.text(span).to_owned();
        let diagnostic = types::unfulfilled(span, &text, &def.name, source, def.span);
        self.wrong(span, diagnostic)
    }

    /// Whether a value fulfils the conditions of a type and of its bases; `None` if that can't be said here.
    fn fulfils(&self, ty: &Type, value: &Value) -> Option<bool> {
        let mut all = Some(true);
        let mut ty = self.shallow(ty);
        while let Some(base) = self.one_base(&ty) {
            let Type::Named(id, _) = &ty else { break };
            let condition = self.checker.type_infos[id.0 as usize].condition.as_ref().map(Rc::clone)?;
            match evaluate(&condition, value) {
                Some(Value::Bool(true)) => {}
                Some(Value::Bool(false)) => return Some(false),
                _ => all = None,
            }
            ty = self.shallow(&base);
        }
        all
    }
}

/// The value of a literal, as far as conditions can be asked of it.
fn literal_value(value: &Expr) -> Option<Value> {
    match &value.kind {
        ExprKind::Int(value) => Some(Value::Int(*value)),
        ExprKind::Float(value) => Some(Value::Float(*value)),
        ExprKind::Decimal(value) => Some(Value::Decimal(*value)),
        ExprKind::Duration(value) => Some(Value::Duration(*value)),
        ExprKind::Text(text) => Some(Value::Text(text.to_string())),
        ExprKind::Bool(value) => Some(Value::Bool(*value)),
        ExprKind::List(items) => Some(Value::List(items.len())),
        ExprKind::EmptySet => Some(Value::List(0)),
        ExprKind::Map(entries) if entries.is_empty() => Some(Value::List(0)),
        _ => None,
    }
}
