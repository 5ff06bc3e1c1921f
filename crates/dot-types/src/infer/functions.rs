//! Calls of declared functions, and functions as values.

use std::rc::Rc;
use std::sync::Arc;

use dot_syntax::{Span, ast};

use super::{Body, Want, expr, unknown};
use crate::declare::Signature;
use crate::instances::Owner;
use crate::messages::{dots, types};
use crate::program::{DotCall, Expr, ExprKind, FunctionId, FunctionKind, Lambda, Part, Type};
use crate::types::variable;

impl Body<'_, '_> {
    /// A call of a declared function; of a method the receiver is there already.
    #[allow(clippy::too_many_arguments, reason = "a call has these parts")]
    pub(super) fn call_function(
        &mut self,
        signature: &Rc<Signature>,
        receiver: Option<Expr>,
        type_args: &[ast::TypeExpr],
        args: &[ast::Arg],
        callee: Span,
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        self.check_callable(signature, callee);
        let given = self.type_arguments(signature, type_args, callee);
        let result = signature.result.substitute(&given);
        let what = signature.name.symbol.as_str();
        let first = usize::from(receiver.is_some());
        let Some(places) = self.place_arguments(what, &signature.params, first, args, span) else {
            self.skip_call(args, span);
            self.poison(&result);
            return Expr { ty: result, ..unknown(span) };
        };
        let mut parts = Vec::with_capacity(signature.params.len());
        if let Some(receiver) = receiver {
            let want = self.parameter_want(signature, 0, &given);
            parts.push(Part { index: 0, value: self.coerce(receiver, &want) });
        }
        self.learn_from_result(&result, want);
        let core = self.take_core(span);
        parts.extend(match core {
            Some(_) => self.outside_step(|body| body.arguments(signature, &given, args, &places)),
            None => self.arguments(signature, &given, args, &places),
        });
        self.check_pattern_argument(signature, &parts);
        self.lift_arguments(core, signature.is_step(), &mut parts);
        for (index, parameter) in signature.params.iter().enumerate() {
            if let Some(default) = parameter.default.filter(|_| parts.iter().all(|part| part.index != index)) {
                let ty = parameter.ty.substitute(&given);
                parts.push(Part { index, value: default_call(default, &given, ty, span) });
            }
        }
        self.used(Owner::Function(signature.id), &given, span);
        let kind = match signature.is_step() {
            true => {
                let call = DotCall { function: signature.id, args: parts, number: 0, is_try: false };
                ExprKind::CallDot(Box::new(call))
            }
            false => ExprKind::Call { function: signature.id, type_args: given.to_vec(), args: parts },
        };
        let call = expr(kind, result, span);
        if given.is_empty() { call } else { self.limit(call) }
    }

    fn parameter_want(&self, signature: &Signature, index: usize, given: &[Type]) -> Want {
        let parameter = &signature.params[index];
        Want::because(parameter.ty.substitute(given), parameter.span, "the parameter is declared here")
    }

    /// The arguments in the order of the source. Those that say their type by themselves are looked at first:
    /// lambdas learn from them.
    fn arguments(&mut self, signature: &Signature, given: &[Type], args: &[ast::Arg], places: &[usize]) -> Vec<Part> {
        let mut values: Vec<Option<Expr>> = args.iter().map(|_| None).collect();
        for waiting in [false, true] {
            for (index, arg) in args.iter().enumerate() {
                if is_lambda(&arg.value) == waiting {
                    let want = self.parameter_want(signature, places[index], given);
                    values[index] = Some(self.check(&arg.value, &want));
                }
            }
        }
        let placed = places.iter().zip(values);
        placed.filter_map(|(&index, value)| Some(Part { index, value: value? })).collect()
    }

    /// What is wanted of a generic result says something of the type arguments.
    fn learn_from_result(&mut self, result: &Type, want: Option<&Want>) {
        let Some(want) = want.filter(|want| !want.soft) else { return };
        let (result, wanted) = (self.shallow(result), self.shallow(&want.ty));
        match (&result, &wanted) {
            (result, Type::Option(_)) if variable(result).is_some() => {}
            (Type::Option(_), _) | (_, Type::Unit) => {
                self.unify(&result, &wanted);
            }
            (result, Type::Option(item)) => {
                self.unify(result, item);
            }
            _ => {
                self.unify(&result, &wanted);
            }
        }
    }

    fn type_arguments(&mut self, signature: &Signature, written: &[ast::TypeExpr], callee: Span) -> Arc<[Type]> {
        let count = signature.generics.len();
        if written.is_empty() {
            return self.fresh_types(count);
        }
        if written.len() != count {
            self.report(types::type_arguments(signature.name, count, written.len(), callee));
            return self.fresh_types(count);
        }
        written.iter().map(|written| self.resolve_type(written)).collect()
    }

    /// Remembers the use of something generic, for the questions that are asked at the end.
    pub(super) fn used(&mut self, owner: Owner, args: &Arc<[Type]>, span: Span) {
        if !args.is_empty() {
            self.instances.push((owner, Arc::clone(args), span));
        }
    }

    /// A call that the compiler makes, with every argument there.
    pub(super) fn plain_call(
        &mut self,
        signature: &Signature,
        type_args: Vec<Type>,
        args: Vec<Expr>,
        span: Span,
    ) -> Expr {
        let ty = signature.result.substitute(&type_args);
        let args = args.into_iter().enumerate().map(|(index, value)| Part { index, value }).collect();
        expr(ExprKind::Call { function: signature.id, type_args, args }, ty, span)
    }

    /// Whether this place may call a function at all.
    fn check_callable(&mut self, signature: &Signature, span: Span) {
        if signature.kind == FunctionKind::Dot && !self.may_call_dots() {
            self.report(dots::called_by_function(signature.name.symbol, self.in_lambda(), span));
        }
    }

    /// A declared function where a value is expected: the lambda that calls it.
    pub(super) fn function_value(&mut self, signature: &Rc<Signature>, span: Span, want: Option<&Want>) -> Expr {
        if signature.is_step() {
            let name = self.checker.functions[signature.id.0 as usize].name.to_string();
            return self.wrong(span, dots::dot_as_value(&name, span));
        }
        let given = self.fresh_types(signature.generics.len());
        let wanted = self.wanted(want);
        let count = match &wanted {
            // Parameters with a default may be left to it.
            Some(Type::Function(params, _)) => {
                let needed = signature.params.iter().filter(|param| param.default.is_none()).count();
                if (needed..=signature.params.len()).contains(&params.len()) {
                    params.len()
                } else {
                    signature.params.len()
                }
            }
            _ => signature.params.len(),
        };
        let params: Arc<[Type]> =
            signature.params.iter().take(count).map(|param| param.ty.substitute(&given)).collect();
        let result = signature.result.substitute(&given);
        let ty = Type::Function(Arc::clone(&params), Arc::new(result.clone()));
        if let (Some(wanted @ Type::Function(..)), Some(want)) = (&wanted, want)
            && !self.unify(&ty, wanted)
        {
            self.report_mismatch(span, &ty, want);
            return unknown(span);
        }
        self.used(Owner::Function(signature.id), &given, span);
        self.wrapped(span, params, |body, values| {
            let mut parts: Vec<Part> =
                values.into_iter().enumerate().map(|(index, value)| Part { index, value }).collect();
            for (index, param) in signature.params.iter().enumerate().skip(count) {
                if let Some(default) = param.default {
                    let ty = body.shallow(&param.ty.substitute(&given));
                    parts.push(Part { index, value: default_call(default, &given, ty, span) });
                }
            }
            let kind = ExprKind::Call { function: signature.id, type_args: given.to_vec(), args: parts };
            expr(kind, result, span)
        })
    }

    /// A lambda around something that is made of its parameters.
    pub(super) fn wrapped(
        &mut self,
        span: Span,
        params: Arc<[Type]>,
        inside: impl FnOnce(&mut Self, Vec<Expr>) -> Expr,
    ) -> Expr {
        let mut locals = Vec::with_capacity(params.len());
        for param in params.iter() {
            let local = self.invent_local("$argument", param.clone(), span);
            self.depths[local.0 as usize] += 1;
            locals.push(local);
        }
        let values = locals.iter().zip(params.iter());
        let values = values.map(|(&local, ty)| expr(ExprKind::Local(local), ty.clone(), span)).collect();
        let body = inside(self, values);
        let ty = Type::Function(params, Arc::new(body.ty.clone()));
        let lambda = Lambda { params: locals, captures: Vec::new(), body };
        expr(ExprKind::Lambda(Box::new(lambda)), ty, span)
    }
}

/// The value of a parameter or field that was left out.
pub(super) fn default_call(function: FunctionId, given: &[Type], ty: Type, span: Span) -> Expr {
    expr(ExprKind::Call { function, type_args: given.to_vec(), args: Vec::new() }, ty, span)
}

/// Whether an argument learns its type from the others.
fn is_lambda(written: &ast::Expr) -> bool {
    match &written.kind {
        ast::ExprKind::Lambda { .. } => true,
        ast::ExprKind::Paren(inner) => is_lambda(inner),
        _ => false,
    }
}
