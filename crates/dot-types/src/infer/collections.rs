//! Lists, maps, comprehensions, indices, and what can be walked.

use std::sync::Arc;

use dot_syntax::{Span, ast};

use super::{Body, Want, expr, unknown};
use crate::messages::{operators, steps, types};
use crate::program::{Bound, Clause, Expr, ExprKind, FanOut, Type};
use crate::types::{UNKNOWN, variable};

impl Body<'_, '_> {
    pub(super) fn list(&mut self, items: &[ast::Expr], span: Span, want: Option<&Want>) -> Expr {
        let wanted = self.wanted(want);
        let base = wanted.as_ref().map(|wanted| self.base(wanted));
        let (item, values) = match (&base, want) {
            (Some(Type::List(item)), Some(want)) if !want.soft => {
                let want = want.part((**item).clone());
                let values = items.iter().map(|value| self.check(value, &want)).collect();
                ((**item).clone(), values)
            }
            (Some(Type::List(item)), Some(want)) => {
                let hint = want.part((**item).clone());
                self.joined(items, Some(&hint))
            }
            _ => self.joined(items, None),
        };
        let list = expr(ExprKind::List(values), Type::List(Arc::new(item)), span);
        match wanted {
            Some(wanted) if self.one_base(&wanted).is_some() && matches!(base, Some(Type::List(_))) => {
                self.refine_literal(list, &wanted)
            }
            _ => self.limit(list),
        }
    }

    /// Values of one type, found among them.
    fn joined(&mut self, items: &[ast::Expr], hint: Option<&Want>) -> (Type, Vec<Expr>) {
        let mut values: Vec<Expr> = Vec::with_capacity(items.len());
        let mut learned: Option<Want> = hint.cloned();
        for item in items {
            let value = self.expression(item, learned.as_ref());
            if learned.is_none() && value.ty != Type::Never && value.ty != UNKNOWN {
                learned = Some(Want::soft(value.ty.clone()));
            }
            values.push(value);
        }
        if values.is_empty() {
            return (self.fresh(), values);
        }
        self.hinted_values(values, hint)
    }

    /// Values of the type that the place would like, if all of them convert to it; otherwise of one found among them.
    fn hinted_values(&mut self, values: Vec<Expr>, hint: Option<&Want>) -> (Type, Vec<Expr>) {
        let liked = hint.filter(|hint| values.iter().all(|value| self.fits(&value.ty, &hint.ty)));
        match liked {
            Some(liked) => {
                let ty = liked.ty.clone();
                (ty, values.into_iter().map(|value| self.coerce(value, liked)).collect())
            }
            None => {
                let (ty, values) = self.joined_values(values);
                // Nobody has an item that never comes.
                (if ty == Type::Never { Type::Unit } else { ty }, values)
            }
        }
    }

    /// Converts values to the type that fits all of them, or reports the first that does not fit.
    pub(super) fn joined_values(&mut self, values: Vec<Expr>) -> (Type, Vec<Expr>) {
        match self.join(&values) {
            Ok(ty) => {
                let want = Want::new(ty.clone());
                let values = values.into_iter().map(|value| self.coerce(value, &want)).collect();
                (ty, values)
            }
            Err(index) => {
                let first = values.iter().find(|value| value.ty != Type::Never && value.ty != UNKNOWN);
                let first = first.map(|first| (first.ty.clone(), tail(first).span));
                if let Some((ty, span)) = first {
                    let want = Want::because(ty, span, "the first one has this type");
                    let found = values[index].ty.clone();
                    self.report_mismatch(tail(&values[index]).span, &found, &want);
                }
                (UNKNOWN, values)
            }
        }
    }

    pub(super) fn map(&mut self, entries: &[(ast::Expr, ast::Expr)], span: Span, want: Option<&Want>) -> Expr {
        let wanted = self.wanted(want).map(|wanted| self.base(&wanted));
        if let Some(Type::Map(key, value)) = &wanted {
            let hints = want.map(|want| (want.part((**key).clone()), want.part((**value).clone())));
            if let Some((key_want, value_want)) = hints.filter(|(key, _)| !key.soft) {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (self.check(key, &key_want), self.check(value, &value_want)))
                    .collect();
                let ty = Type::Map(Arc::clone(key), Arc::clone(value));
                return expr(ExprKind::Map(entries), ty, span);
            }
        }
        let hints = match wanted {
            Some(Type::Map(key, value)) => Some((Want::soft((*key).clone()), Want::soft((*value).clone()))),
            _ => None,
        };
        let keys: Vec<Expr> =
            entries.iter().map(|(key, _)| self.expression(key, hints.as_ref().map(|(key, _)| key))).collect();
        let values: Vec<&ast::Expr> = entries.iter().map(|(_, value)| value).collect();
        let mut checked = Vec::with_capacity(values.len());
        let mut learned = hints.as_ref().map(|(_, value)| value.clone());
        for value in values {
            let value = self.expression(value, learned.as_ref());
            if learned.is_none() && value.ty != Type::Never && value.ty != UNKNOWN {
                learned = Some(Want::soft(value.ty.clone()));
            }
            checked.push(value);
        }
        let (key_hint, value_hint) = hints.unzip();
        let (key, keys) = self.hinted_values(keys, key_hint.as_ref());
        let (value, values) = self.hinted_values(checked, value_hint.as_ref());
        self.require(&key, Bound::Key, span, None);
        let entries = keys.into_iter().zip(values).collect();
        expr(ExprKind::Map(entries), Type::Map(Arc::new(key), Arc::new(value)), span)
    }

    /// `{}`: empty, of the type that is expected.
    pub(super) fn empty_braces(&mut self, span: Span, want: Option<&Want>) -> Expr {
        let Some(wanted) = self.wanted(want) else {
            return self.wrong(span, types::empty_braces(span));
        };
        let base = self.base(&wanted);
        let empty = match &base {
            Type::Map(..) => expr(ExprKind::Map(Vec::new()), base.clone(), span),
            Type::Set(_) => expr(ExprKind::EmptySet, base.clone(), span),
            Type::Named(..) => return self.record(None, &[], None, span, want),
            Type::Unit => return expr(ExprKind::Unit, Type::Unit, span),
            ty if *ty == UNKNOWN => return unknown(span),
            ty if variable(ty).is_some() => return self.wrong(span, types::empty_braces(span)),
            ty => {
                let shown = self.show(ty);
                return self.wrong(span, types::no_empty_value(span, &shown));
            }
        };
        if self.one_base(&wanted).is_some() { self.refine_literal(empty, &wanted) } else { empty }
    }

    pub(super) fn comprehension(
        &mut self,
        comprehension: &ast::Comprehension,
        is_parallel: bool,
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        let item = match (self.wanted(want), want) {
            (Some(Type::List(item)), Some(want)) => Some(want.part((*item).clone())),
            _ => None,
        };
        self.scoped(|body| {
            // A loop around the comprehension can't be left from inside of it.
            let loops = std::mem::take(&mut body.frame().loops);
            let copied = body.frame().copied;
            let mut clauses = Vec::with_capacity(comprehension.clauses.len());
            for clause in &comprehension.clauses {
                clauses.push(body.clause(clause, clauses.is_empty()));
            }
            let turn = |body: &mut Self| match &item {
                Some(item) if !item.soft => body.check(&comprehension.body, item),
                item => body.expression(&comprehension.body, item.as_ref()),
            };
            let value = match is_parallel {
                true => body.step("parallel", comprehension.body.span, turn),
                false => turn(body),
            };
            (body.frame().loops, body.frame().copied) = (loops, copied);
            let item = match (&item, body.shallow(&value.ty)) {
                (Some(item), _) if !item.soft => item.ty.clone(),
                (_, Type::Never) => Type::Unit,
                (_, ty) => ty,
            };
            if is_parallel {
                body.require(&item, Bound::Data, comprehension.body.span, Some(steps::RESULT));
            }
            let fan_out = if is_parallel { FanOut::Parallel } else { FanOut::InOrder };
            let kind = ExprKind::Comprehension { clauses, body: Box::new(value), fan_out };
            body.limit(expr(kind, Type::List(Arc::new(item)), span))
        })
    }

    /// What is walked first is evaluated around the comprehension, everything behind it inside.
    fn clause(&mut self, clause: &ast::Clause, is_first: bool) -> Clause {
        match clause {
            ast::Clause::For(pattern, iterable) => {
                let (iterable, item) = self.iterable(iterable);
                if is_first {
                    let copied = self.locals.len();
                    self.frame().copied = copied;
                }
                let pattern = self.bound_pattern(pattern, &item, false);
                Clause::For(pattern, iterable)
            }
            ast::Clause::If(condition) => Clause::If(self.check(condition, &Want::new(Type::Bool))),
        }
    }

    /// What is walked, and the type of what each turn gets.
    pub(super) fn iterable(&mut self, written: &ast::Expr) -> (Expr, Type) {
        let value = self.infer(written);
        let value = self.widened(value);
        let item = match self.shallow(&value.ty) {
            Type::List(item) | Type::Set(item) => (*item).clone(),
            Type::Map(key, item) => Type::Tuple([(*key).clone(), (*item).clone()].into()),
            Type::Text => Type::Text,
            Type::Bytes => Type::Int,
            Type::Never => UNKNOWN,
            ty if ty == UNKNOWN => UNKNOWN,
            ty if variable(&ty).is_some() => {
                self.report(types::not_known(written.span));
                UNKNOWN
            }
            ty => {
                let shown = self.show(&ty);
                self.report(types::not_iterable(written.span, &shown));
                UNKNOWN
            }
        };
        (value, item)
    }

    pub(super) fn index(&mut self, base: &ast::Expr, index: &ast::Expr, span: Span) -> Expr {
        let base_value = self.infer(base);
        let base_value = self.widened(base_value);
        let ty = self.shallow(&base_value.ty);
        let (key, item) = match self.indexed(&ty) {
            Some(types) => types,
            None => {
                self.infer(index);
                return self.not_indexed(base.span, &ty, span);
            }
        };
        let index = self.check(index, &Want::because(key, base.span, "this is what is indexed"));
        if ty == Type::Bytes {
            return match self.checker.std_function("bytes", "at") {
                Some(signature) => self.plain_call(&signature, Vec::new(), vec![base_value, index], span),
                None => self.wrong(span, types::missing_in_std("Bytes.at", span)),
            };
        }
        expr(ExprKind::Index(Box::new(base_value), Box::new(index)), item, span)
    }

    /// The type of an index into a type, and of what is there.
    pub(super) fn indexed(&self, ty: &Type) -> Option<(Type, Type)> {
        match ty {
            Type::List(item) => Some((Type::Int, (**item).clone())),
            Type::Map(key, value) => Some(((**key).clone(), (**value).clone())),
            Type::Bytes => Some((Type::Int, Type::Int)),
            _ => None,
        }
    }

    pub(super) fn not_indexed(&mut self, base: Span, ty: &Type, span: Span) -> Expr {
        if *ty == UNKNOWN || *ty == Type::Never {
            return unknown(span);
        }
        if variable(ty).is_some() {
            return self.wrong(span, types::not_known(base));
        }
        let shown = self.show(ty);
        self.wrong(span, operators::not_indexable(base, &shown))
    }
}

/// The expression that gives the value of a block.
fn tail(value: &Expr) -> &Expr {
    match &value.kind {
        ExprKind::Block(_, Some(last)) => tail(last),
        _ => value,
    }
}
