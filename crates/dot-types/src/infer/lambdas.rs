//! Lambdas.

use std::sync::Arc;

use dot_syntax::{Span, ast};

use super::{Body, Frame, FrameKind, Want, expr};
use crate::messages::{calls, patterns, types};
use crate::program::{Expr, ExprKind, Lambda, LocalId, Pattern, PatternKind, Statement, StatementKind, Type};
use crate::types::{MAX_PARAMETERS, UNKNOWN, variable};

/// The parameters of a lambda: its locals, and the patterns that take them apart.
pub(super) struct Parameters {
    pub(super) locals: Vec<LocalId>,
    types: Arc<[Type]>,
    pub(super) lets: Vec<Statement>,
}

impl Body<'_, '_> {
    pub(super) fn lambda(
        &mut self,
        params: &[ast::LambdaParam],
        body: &ast::Expr,
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        let (expected, result) = match self.wanted(want) {
            Some(Type::Function(params, result)) => (Some(params), (*result).clone()),
            _ => (None, self.fresh()),
        };
        self.frames.push(Frame::new(FrameKind::Lambda, result.clone()));
        let lambda = self.scoped(|inner| {
            let parameters = inner.lambda_parameters(params, expected.as_deref(), span);
            let value = inner.lambda_body(body, &result, want);
            let value = match parameters.lets.is_empty() {
                true => value,
                false => {
                    let ty = value.ty.clone();
                    expr(ExprKind::Block(parameters.lets, Some(Box::new(value))), ty, body.span)
                }
            };
            let ty = Type::Function(parameters.types, Arc::new(result.clone()));
            (parameters.locals, value, ty)
        });
        let captures = self.frames.pop().map(|frame| frame.captures).unwrap_or_default();
        let (params, body, ty) = lambda;
        expr(ExprKind::Lambda(Box::new(Lambda { params, captures, body })), ty, span)
    }

    fn lambda_body(&mut self, body: &ast::Expr, result: &Type, want: Option<&Want>) -> Expr {
        let known = self.shallow(result);
        if variable(&known).is_none() {
            let origin = want.and_then(|want| want.origin);
            return self.check(body, &Want { ty: known, origin, soft: false });
        }
        let value = self.infer(body);
        if value.ty == Type::Never {
            self.never_results.push(result.clone());
            return value;
        }
        self.coerce(value, &Want::new(result.clone()))
    }

    pub(super) fn lambda_parameters(
        &mut self,
        params: &[ast::LambdaParam],
        expected: Option<&[Type]>,
        span: Span,
    ) -> Parameters {
        self.report_repeated_parameters(params);
        if params.len() > MAX_PARAMETERS {
            self.report(types::too_many_parameters(span, "the lambda", params.len()));
        }
        let mut declared: Option<&[Type]> = None;
        let expected: Vec<Type> = match expected {
            Some(expected) if expected.len() == params.len() => expected.to_vec(),
            Some([pair]) if params.len() > 1 => return self.pair_parameters(params, pair, span),
            Some(expected) => {
                self.report(calls::lambda_parameters(span, expected.len(), params.len()));
                declared = Some(expected);
                params.iter().map(|_| UNKNOWN).collect()
            }
            None => params.iter().map(|_| self.fresh()).collect(),
        };
        let mut parameters = Parameters { locals: Vec::new(), types: Arc::from([]), lets: Vec::new() };
        for (param, expected) in params.iter().zip(&expected) {
            let ty = self.lambda_parameter_type(param, expected);
            self.lambda_parameter(param, &ty, &mut parameters);
        }
        parameters.types = declared.map_or(expected.into(), Arc::from);
        parameters
    }

    fn report_repeated_parameters(&mut self, params: &[ast::LambdaParam]) {
        for (index, param) in params.iter().enumerate() {
            let ast::PatternKind::Bind(name) = param.pattern.kind else { continue };
            let earlier = params[..index].iter().find_map(|other| match other.pattern.kind {
                ast::PatternKind::Bind(other) if other.symbol == name.symbol => Some(other.span),
                _ => None,
            });
            if let Some(earlier) = earlier {
                self.report(patterns::bound_twice(name, earlier));
            }
        }
    }

    /// `(k, v) => …` where a function of one pair is expected.
    fn pair_parameters(&mut self, params: &[ast::LambdaParam], pair: &Type, span: Span) -> Parameters {
        let base = self.base(pair);
        let parts: Arc<[Type]> = match base {
            Type::Tuple(parts) if parts.len() == params.len() => parts,
            ty if variable(&ty).is_some() => {
                let parts = self.fresh_types(params.len());
                self.unify(&ty, &Type::Tuple(Arc::clone(&parts)));
                parts
            }
            ty if ty == UNKNOWN => params.iter().map(|_| UNKNOWN).collect(),
            ty => {
                let shown = self.show(&ty);
                self.report(calls::lambda_of_pair(span, &shown, params.len()));
                params.iter().map(|_| UNKNOWN).collect()
            }
        };
        let tuple = Type::Tuple(Arc::clone(&parts));
        let local = self.invent_local("$pair", pair.clone(), span);
        let patterns = params.iter().zip(parts.iter()).map(|(param, part)| {
            let ty = self.lambda_parameter_type(param, part);
            self.bound_pattern(&param.pattern, &ty, false)
        });
        let patterns = patterns.collect();
        let pattern = Pattern { kind: PatternKind::Tuple(patterns), ty: tuple, span };
        let value = expr(ExprKind::Local(local), pair.clone(), span);
        let value = self.widened(value);
        let kind = StatementKind::Let { pattern, value, otherwise: None, pending: false };
        Parameters { locals: vec![local], types: [pair.clone()].into(), lets: vec![Statement { kind, span }] }
    }

    fn lambda_parameter_type(&mut self, param: &ast::LambdaParam, expected: &Type) -> Type {
        let Some(written) = &param.ty else { return expected.clone() };
        let ty = self.resolve_type(written);
        if !self.unify(&ty, expected) {
            let want = Want::because(expected.clone(), param.pattern.span, "the lambda is called with this type");
            self.report_mismatch(written.span, &ty, &want);
        }
        ty
    }

    fn lambda_parameter(&mut self, param: &ast::LambdaParam, ty: &Type, parameters: &mut Parameters) {
        let span = param.pattern.span;
        if let ast::PatternKind::Bind(name) = &param.pattern.kind {
            let local = self.add_local(name.symbol, ty.clone(), false, span);
            self.bind(name.symbol, local);
            parameters.locals.push(local);
            return;
        }
        let local = self.invent_local("$argument", ty.clone(), span);
        parameters.locals.push(local);
        let pattern = self.bound_pattern(&param.pattern, ty, false);
        if matches!(pattern.kind, PatternKind::Wildcard) {
            return;
        }
        let value = expr(ExprKind::Local(local), ty.clone(), span);
        let kind = StatementKind::Let { pattern, value, otherwise: None, pending: false };
        parameters.lets.push(Statement { kind, span });
    }
}
