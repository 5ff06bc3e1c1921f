//! `?` and `??`: matches on `Option` and `Result`.

use std::sync::Arc;

use dot_syntax::{Span, ast};

use super::{Body, Host, Want, expr, unknown};
use crate::messages::{flow, types};
use crate::program::{Arm, Expr, ExprKind, Part, Pattern, PatternKind, Type, TypeId};
use crate::types::{UNKNOWN, variable};

/// What may hold a value.
enum Wrapper {
    Option(Type),
    /// `Result<T, E>`: its number, `T` and `E`.
    Result(TypeId, Type, Type),
}

impl Body<'_, '_> {
    fn wrapper(&self, ty: &Type) -> Option<Wrapper> {
        match self.base(ty) {
            Type::Option(item) => Some(Wrapper::Option((*item).clone())),
            Type::Named(id, args) if Some(id) == self.checker.prelude_type("Result") => match &args[..] {
                [value, error] => Some(Wrapper::Result(id, value.clone(), error.clone())),
                _ => None,
            },
            _ => None,
        }
    }

    /// `e?`: the value, or the function returns what came instead of it.
    pub(super) fn question(&mut self, written: &ast::Expr, span: Span) -> Expr {
        let subject = self.infer(written);
        let subject = self.widened(subject);
        let ty = self.shallow(&subject.ty);
        if ty == UNKNOWN || ty == Type::Never {
            return unknown(span);
        }
        let Some(wrapper) = self.wrapper(&ty) else {
            let shown = self.show(&ty);
            let known = variable(&ty).is_none();
            let diagnostic = if known { flow::question_on_value(span, &shown) } else { types::not_known(written.span) };
            return self.wrong(span, diagnostic);
        };
        if let Some(diagnostic) = self.leaves_step("?", span) {
            return self.wrong(span, diagnostic);
        }
        if !self.in_lambda() && !matches!(self.host, Host::Fn | Host::Dot | Host::Test) {
            return self.wrong(span, flow::return_outside(span));
        }
        match wrapper {
            Wrapper::Option(item) => self.question_option(subject, item, span),
            Wrapper::Result(id, value, error) => self.question_result(subject, id, value, error, span),
        }
    }

    /// The type that `?` returns must fit the function's result. A lambda's result may still be open.
    fn question_result_type(&mut self, wanted: Type, span: Span) -> Option<Type> {
        let result = self.frame().result.clone();
        let result = self.shallow(&result);
        if result == UNKNOWN {
            return None;
        }
        if variable(&result).is_some() {
            self.unify(&result, &wanted);
            return Some(wanted);
        }
        match (&result, &wanted) {
            (Type::Option(_), Type::Option(_)) => Some(result),
            (Type::Named(a, _), Type::Named(b, _)) if a == b => Some(result),
            _ => {
                let shown = self.show(&result);
                let origin = self.frame().result_span;
                let is_option = matches!(wanted, Type::Option(_));
                self.report(flow::question_does_not_fit(span, is_option, &shown, origin));
                None
            }
        }
    }

    fn question_option(&mut self, subject: Expr, item: Type, span: Span) -> Expr {
        let wanted = Type::Option(Arc::new(self.fresh()));
        let Some(result) = self.question_result_type(wanted, span) else { return unknown(span) };
        let leave = expr(ExprKind::Return(Box::new(expr(ExprKind::None, result, span))), Type::Never, span);
        self.unwrap_option(subject, item, leave, span)
    }

    fn question_result(&mut self, subject: Expr, id: TypeId, value: Type, error: Type, span: Span) -> Expr {
        let open = Type::Named(id, [self.fresh(), error.clone()].into());
        let Some(result) = self.question_result_type(open, span) else { return unknown(span) };
        let Type::Named(_, args) = &result else { return unknown(span) };
        let local = self.invent_local("$error", error.clone(), span);
        let read = self.read_local(local, span);
        let expected = args.get(1).cloned().unwrap_or(UNKNOWN);
        let error_value = match self.convert(read, &expected) {
            Ok(value) => value,
            Err(_) => {
                let origin = self.frame().result_span;
                let (found, expected) = (self.show(&error), self.show(&expected));
                return self.wrong(span, flow::errors_differ(span, &found, &expected, origin));
            }
        };
        let fields = vec![Part { index: 0, value: error_value }];
        let failed = expr(ExprKind::Case { case: 1, fields }, result.clone(), span);
        let leave = expr(ExprKind::Return(Box::new(failed)), Type::Never, span);
        self.unwrap_result(subject, value, (error, Some(local)), leave, span)
    }

    /// `match subject { Some(value) => value, None => otherwise }`
    fn unwrap_option(&mut self, subject: Expr, item: Type, otherwise: Expr, span: Span) -> Expr {
        let ty = item.clone();
        self.unwrap_option_to(subject, item, otherwise, ty, span)
    }

    fn unwrap_option_to(&mut self, subject: Expr, item: Type, otherwise: Expr, ty: Type, span: Span) -> Expr {
        let local = self.invent_local("$value", item.clone(), span);
        let value = self.read_local(local, span);
        let value = self.coerce(value, &Want::new(ty.clone()));
        let bind = Pattern { kind: PatternKind::Bind(local), ty: item, span };
        let some = Pattern { kind: PatternKind::Some(Box::new(bind)), ty: subject.ty.clone(), span };
        let none = Pattern { kind: PatternKind::None, ty: subject.ty.clone(), span };
        let arms =
            vec![Arm { pattern: some, guard: None, body: value }, Arm { pattern: none, guard: None, body: otherwise }];
        expr(ExprKind::Match { subject: Box::new(subject), arms }, ty, span)
    }

    /// `match subject { Ok(value) => value, Err(error) => otherwise }`
    fn unwrap_result(
        &mut self,
        subject: Expr,
        item: Type,
        error: (Type, Option<crate::program::LocalId>),
        otherwise: Expr,
        span: Span,
    ) -> Expr {
        let local = self.invent_local("$value", item.clone(), span);
        let value = self.read_local(local, span);
        let pattern = |kind, ty: &Type| Pattern { kind, ty: ty.clone(), span };
        let bind = pattern(PatternKind::Bind(local), &item);
        let (error_ty, error_local) = error;
        let error = pattern(error_local.map_or(PatternKind::Wildcard, PatternKind::Bind), &error_ty);
        let ok = pattern(PatternKind::Case(0, vec![(0, bind)]), &subject.ty);
        let err = pattern(PatternKind::Case(1, vec![(0, error)]), &subject.ty);
        let arms =
            vec![Arm { pattern: ok, guard: None, body: value }, Arm { pattern: err, guard: None, body: otherwise }];
        expr(ExprKind::Match { subject: Box::new(subject), arms }, item, span)
    }

    /// `a ?? b`
    pub(super) fn coalesce(&mut self, left: &ast::Expr, right: &ast::Expr, span: Span, want: Option<&Want>) -> Expr {
        let hint = want.filter(|want| !want.soft).map(|want| self.coalesce_hint(want));
        let subject = self.expression(left, hint.as_ref());
        self.coalesce_with(subject, right, span)
    }

    /// `a ?? b` of a value that is there.
    pub(super) fn coalesce_with(&mut self, subject: Expr, right: &ast::Expr, span: Span) -> Expr {
        let subject = self.widened(subject);
        let place = subject.span;
        let ty = self.shallow(&subject.ty);
        if ty == UNKNOWN || ty == Type::Never {
            self.infer(right);
            return unknown(span);
        }
        let Some(wrapper) = self.wrapper(&ty) else {
            self.infer(right);
            let shown = self.show(&ty);
            let known = variable(&ty).is_none();
            let diagnostic = if known { flow::nothing_to_coalesce(place, &shown) } else { types::not_known(place) };
            return self.wrong(span, diagnostic);
        };
        match wrapper {
            Wrapper::Option(item) => {
                let right = self.expression(right, Some(&Want::soft(item.clone())));
                let optional = matches!(self.shallow(&right.ty), Type::Option(_));
                let to = if optional { Type::Option(Arc::new(item.clone())) } else { item.clone() };
                let origin = Want::because(to.clone(), place, "this is what may be absent");
                // The right side may be wider than the left: `port ?? 80` is an Int.
                let to = match self.join_types(&to, &right.ty) {
                    Some(joined) if right.ty != Type::Never && right.ty != UNKNOWN => joined,
                    _ => to,
                };
                let right = self.coerce(right, &origin.part(to.clone()));
                self.unwrap_option_to(subject, item, right, to, span)
            }
            Wrapper::Result(_, item, error) => {
                let right = self.check(right, &Want::because(item.clone(), place, "this is what may be absent"));
                self.unwrap_result(subject, item, (error, None), right, span)
            }
        }
    }

    /// Where a `T` is wanted of `a ?? b`, a `T?` helps to read `a`.
    fn coalesce_hint(&self, want: &Want) -> Want {
        match self.shallow(&want.ty) {
            ty @ Type::Option(_) => Want::soft(ty),
            ty => Want::soft(Type::Option(Arc::new(ty))),
        }
    }
}
