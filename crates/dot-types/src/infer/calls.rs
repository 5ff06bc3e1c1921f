//! Calls: what is called, and which argument goes to which parameter.

use std::rc::Rc;

use dot_syntax::{Span, ast};

use super::paths::{FoundCase, Qualifier};
use super::{Body, Want, expr, unknown};
use crate::declare::{Parameter, Signature};
use crate::messages::{calls, names, types, unavailable};
use crate::modules::Entity;
use crate::program::{Expr, ExprKind, Type, TypeId, TypeKind};
use crate::suggest;
use crate::types::{MAX_PARAMETERS, UNKNOWN, variable};

/// What stands in front of the parentheses.
pub(super) enum Callee {
    Function(Rc<Signature>),
    Case(TypeId, usize),
    /// `Port(n)`
    Refine(TypeId),
    /// `Port.of(n)`
    RefineOption(TypeId),
    /// `Some(x)`
    Some,
    Value(Expr),
    /// What is wrong has been reported.
    Wrong,
}

impl Body<'_, '_> {
    pub(super) fn call(
        &mut self,
        callee: &ast::Expr,
        type_args: &[ast::TypeExpr],
        args: &[ast::Arg],
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        match &callee.kind {
            ast::ExprKind::Field(base, name) if self.path_of_other_language(base, *name) => {
                return self.skip_call(args, span);
            }
            ast::ExprKind::Name(name) => {
                if let Some(call) = self.call_of_other_language(*name, args, span) {
                    return call;
                }
            }
            _ => {}
        }
        if let ast::ExprKind::Field(base, name) = &callee.kind
            && self.qualifier(base).is_none()
            && unavailable_head(base).is_none_or(|head| self.is_known(head))
        {
            return self.method_call(base, *name, type_args, args, span, want);
        }
        let found = self.callee(callee, want);
        if let Some(first) = type_args.first()
            && !matches!(found, Callee::Function(_) | Callee::Wrong)
        {
            self.report(calls::type_arguments_here(first.span));
        }
        match found {
            Callee::Function(signature) => {
                self.call_function(&signature, None, type_args, args, callee.span, span, want)
            }
            Callee::Case(union, case) => self.construct_case(union, case, args, callee.span, span, want),
            Callee::Refine(id) => self.refine_call(id, args, span, want, false),
            Callee::RefineOption(id) => self.refine_call(id, args, span, want, true),
            Callee::Some => self.some(args, span, want),
            Callee::Value(callee) => self.call_value(callee, args, span),
            Callee::Wrong => self.skip_call(args, span),
        }
    }

    fn is_known(&mut self, name: ast::Name) -> bool {
        self.bindings.contains_key(&name.symbol) || self.lookup(name.symbol).is_some()
    }

    /// Looks at the arguments of a call that can't be checked, for what is wrong inside of them.
    pub(super) fn skip_call(&mut self, args: &[ast::Arg], span: Span) -> Expr {
        for arg in args {
            if !matches!(arg.value.kind, ast::ExprKind::Lambda { .. }) {
                self.infer(&arg.value);
            }
        }
        unknown(span)
    }

    fn callee(&mut self, callee: &ast::Expr, want: Option<&Want>) -> Callee {
        match &callee.kind {
            ast::ExprKind::Name(name) => self.named_callee(*name, want),
            ast::ExprKind::Field(base, name) => match self.qualifier(base) {
                Some(Qualifier::Module(module)) => self.member_callee(module, *name),
                Some(Qualifier::Type(id)) => self.type_member_callee(id, *name),
                None => Callee::Value(self.infer(callee)),
            },
            _ => Callee::Value(self.infer(callee)),
        }
    }

    pub(super) fn named_callee(&mut self, name: ast::Name, want: Option<&Want>) -> Callee {
        if let Some(&local) = self.bindings.get(&name.symbol) {
            return Callee::Value(self.read_local(local, name.span));
        }
        if name.symbol == self.checker.words.some {
            return Callee::Some;
        }
        match self.find_case(name.symbol, want) {
            FoundCase::One(union, case) => return Callee::Case(union, case),
            FoundCase::Several(unions) if self.lookup(name.symbol).is_none() => {
                self.ambiguous_case(name, &unions);
                return Callee::Wrong;
            }
            _ => {}
        }
        match self.lookup(name.symbol) {
            Some(entity) => self.entity_callee(entity, name),
            None => {
                // The name itself says what is wrong with it.
                self.name(name, None);
                Callee::Wrong
            }
        }
    }

    fn entity_callee(&mut self, entity: Entity, name: ast::Name) -> Callee {
        match entity {
            Entity::Function(index) => Callee::Function(self.checker.reach(index)),
            Entity::Type(id) => match self.checker.types[id.0 as usize].kind {
                TypeKind::Refined { .. } => Callee::Refine(id),
                TypeKind::Record(_) => {
                    self.report(calls::record_called(name));
                    Callee::Wrong
                }
                TypeKind::Union(_) => {
                    self.report(calls::union_called(name));
                    Callee::Wrong
                }
            },
            Entity::Alias(index) => match self.checker.resolve_alias(index, name.span) {
                Type::Named(id, _) => self.entity_callee(Entity::Type(id), name),
                _ => {
                    self.report(names::type_as_value(name));
                    Callee::Wrong
                }
            },
            Entity::Module(_) => {
                let near = suggest::conversion_function(name.symbol.as_str());
                self.report(calls::module_called(name, near));
                Callee::Wrong
            }
            Entity::Constant(_) | Entity::Store | Entity::Missing => {
                Callee::Value(self.entity_value(entity, name, None))
            }
        }
    }

    fn member_callee(&mut self, module: crate::modules::ModuleId, name: ast::Name) -> Callee {
        if let Some((union, case)) = self.case_in(module, name.symbol) {
            return Callee::Case(union, case);
        }
        let from = self.scope.module;
        match self.checker.member(from, module, name) {
            Some(named) => self.entity_callee(named.entity, name),
            None => Callee::Wrong,
        }
    }

    fn type_member_callee(&mut self, id: TypeId, name: ast::Name) -> Callee {
        let refined = matches!(self.checker.types[id.0 as usize].kind, TypeKind::Refined { .. });
        if refined && name.symbol == "of" {
            return Callee::RefineOption(id);
        }
        if let Some(case) = self.case_of(id, name.symbol) {
            return Callee::Case(id, case);
        }
        if let Some(file) = self.prelude_methods(id)
            && let Some(module) = self.checker.std_module(file)
        {
            return self.member_callee(module, name);
        }
        self.unknown_case(id, name);
        Callee::Wrong
    }

    fn some(&mut self, args: &[ast::Arg], span: Span, want: Option<&Want>) -> Expr {
        let [ast::Arg { name: None, value }] = args else {
            return self.wrong(span, calls::one_argument("Some", args.len(), span));
        };
        let item = match want.map(|want| (want, self.shallow(&want.ty))) {
            Some((want, Type::Option(item))) => Some(want.part((*item).clone())),
            _ => None,
        };
        let value = match &item {
            Some(item) if !item.soft => self.check(value, item),
            item => self.expression(value, item.as_ref()),
        };
        let ty = match (&item, self.shallow(&value.ty)) {
            (_, Type::Never) => return value,
            (_, Type::Option(_)) => return self.wrong(span, types::nested_option(span)),
            (Some(item), _) if !item.soft => item.ty.clone(),
            (_, ty) => ty,
        };
        expr(ExprKind::Some(Box::new(value)), Type::Option(std::sync::Arc::new(ty)), span)
    }

    /// A call of a value of a function type.
    pub(super) fn call_value(&mut self, callee: Expr, args: &[ast::Arg], span: Span) -> Expr {
        let ty = self.shallow(&callee.ty);
        let (params, result) = match ty {
            Type::Function(params, result) => (params, result),
            ty if ty == UNKNOWN || ty == Type::Never => return self.skip_call(args, span),
            ty if variable(&ty).is_some() => {
                let params = self.fresh_types(args.len());
                let result = std::sync::Arc::new(self.fresh());
                self.unify(&ty, &Type::Function(std::sync::Arc::clone(&params), std::sync::Arc::clone(&result)));
                (params, result)
            }
            ty => {
                let shown = self.show(&ty);
                self.report(calls::not_callable(callee.span, &shown));
                return self.skip_call(args, span);
            }
        };
        if let Some(name) = args.iter().find_map(|arg| arg.name) {
            self.report(calls::named_for_value(name));
        }
        if params.len() != args.len() {
            self.report(calls::wrong_count(span, params.len(), args.len()));
            return self.skip_call(args, span);
        }
        if params.len() > MAX_PARAMETERS {
            self.report(types::too_many_parameters(callee.span, "the function", params.len()));
        }
        let values = args.iter().zip(&*params).map(|(arg, param)| self.check(&arg.value, &Want::new(param.clone())));
        let args = values.collect();
        expr(ExprKind::CallValue { callee: Box::new(callee), args }, (*result).clone(), span)
    }

    /// Says which parameter each argument goes to; `None` after a diagnostic.
    pub(super) fn place_arguments(
        &mut self,
        what: &str,
        params: &[Parameter],
        first: usize,
        args: &[ast::Arg],
        span: Span,
    ) -> Option<Vec<usize>> {
        let mut taken: Vec<Option<Span>> = vec![None; params.len()];
        let mut places = Vec::with_capacity(args.len());
        let mut position = first;
        let mut failed = false;
        for taken in taken.iter_mut().take(first) {
            *taken = Some(span);
        }
        for arg in args {
            let place = match arg.name {
                Some(name) => params.iter().position(|param| param.name == name.symbol),
                None => {
                    position += 1;
                    Some(position - 1).filter(|place| *place < params.len())
                }
            };
            match (place, arg.name) {
                (Some(place), _) if taken[place].is_some() => {
                    let earlier = taken[place].unwrap_or(span);
                    self.report(calls::given_twice(params[place].name, arg.value.span, earlier));
                    failed = true;
                }
                (Some(place), _) => {
                    taken[place] = Some(arg.value.span);
                    places.push(place);
                }
                (None, Some(name)) => {
                    let known: Vec<&str> = params.iter().skip(first).map(|param| param.name.as_str()).collect();
                    let near = self.checker.near_names.nearest(name.symbol.as_str(), known.iter().copied());
                    self.report(calls::unknown_parameter(what, name, near, &known));
                    failed = true;
                }
                (None, None) => {
                    self.report(calls::too_many(what, params.len() - first, args.len(), arg.value.span));
                    return None;
                }
            }
        }
        let missing: Vec<&str> = params
            .iter()
            .zip(&taken)
            .filter(|(param, taken)| taken.is_none() && param.default.is_none())
            .map(|(param, _)| param.name.as_str())
            .collect();
        if !missing.is_empty() && !failed {
            let related = params.iter().find(|param| param.name == missing[0]).map(|param| param.span);
            self.report(calls::missing(what, &missing, span, related));
            failed = true;
        }
        (!failed).then_some(places)
    }
}

/// The name at the head of a callee that may be a capability of a later version.
fn unavailable_head(base: &ast::Expr) -> Option<ast::Name> {
    match &base.kind {
        ast::ExprKind::Name(name) if unavailable::value(*name).is_some() => Some(*name),
        _ => None,
    }
}
