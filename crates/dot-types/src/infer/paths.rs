//! Names and fields: what they stand for where a value is expected, and in front of a dot.

use dot_syntax::{Span, Symbol, ast};

use super::{Body, Want, expr, unknown};
use crate::messages::{names, types, unavailable};
use crate::modules::{Entity, ModuleId};
use crate::program::{Expr, ExprKind, Type, TypeId, TypeKind};
use crate::suggest;
use crate::types::{UNKNOWN, variable};

/// What stands in front of a dot when it is no value.
#[derive(Clone, Copy)]
pub(super) enum Qualifier {
    Module(ModuleId),
    Type(TypeId),
}

/// What looking for a case gave.
pub(super) enum FoundCase {
    One(TypeId, usize),
    /// Several unions have it, and nothing says which one is meant.
    Several(Vec<TypeId>),
    None,
}

impl Body<'_, '_> {
    /// What a name stands for at the top level.
    pub(super) fn lookup(&mut self, name: Symbol) -> Option<Entity> {
        let module = self.scope.module;
        self.checker.lookup(module, name).map(|named| named.entity)
    }

    /// A name where a value is expected.
    pub(super) fn name(&mut self, name: ast::Name, want: Option<&Want>) -> Expr {
        if let Some(&local) = self.bindings.get(&name.symbol) {
            return self.read_local(local, name.span);
        }
        if name.symbol == self.checker.words.none {
            let ty = match want.map(|want| self.shallow(&want.ty)) {
                Some(ty @ Type::Option(_)) => ty,
                _ => Type::Option(std::sync::Arc::new(self.fresh())),
            };
            return expr(ExprKind::None, ty, name.span);
        }
        if name.symbol == self.checker.words.some {
            return self.some_value(name.span);
        }
        match self.find_case(name.symbol, want) {
            FoundCase::One(union, case) => return self.bare_case(union, case, name, want),
            FoundCase::Several(unions) if self.lookup(name.symbol).is_none() => {
                return self.ambiguous_case(name, &unions);
            }
            _ => {}
        }
        match self.lookup(name.symbol) {
            Some(entity) => self.entity_value(entity, name, want),
            None => self.unknown_name(name),
        }
    }

    fn is_wanted_as_function(&self, id: TypeId, want: Option<&Want>) -> bool {
        let refined = matches!(self.checker.types[id.0 as usize].kind, TypeKind::Refined { .. });
        refined && matches!(self.wanted(want), Some(Type::Function(..)))
    }

    /// `Port` where a function is expected.
    fn refine_value(&mut self, id: TypeId, span: Span) -> Expr {
        let (_, ty) = self.instantiate(id, None, span);
        let Some(base) = self.one_base(&ty) else { return unknown(span) };
        self.wrapped(span, [base].into(), |_, mut values| {
            let value = values.pop().unwrap_or_else(|| unknown(span));
            expr(ExprKind::Refine(Box::new(value)), ty, span)
        })
    }

    /// `Some` where a function is expected.
    fn some_value(&mut self, span: Span) -> Expr {
        let item = self.fresh();
        let ty = Type::Option(std::sync::Arc::new(item.clone()));
        self.wrapped(span, [item].into(), |_, mut values| {
            let value = values.pop().unwrap_or_else(|| unknown(span));
            expr(ExprKind::Some(Box::new(value)), ty, span)
        })
    }

    pub(super) fn ambiguous_case(&mut self, name: ast::Name, unions: &[TypeId]) -> Expr {
        let unions: Vec<String> =
            unions.iter().map(|union| self.checker.types[union.0 as usize].name.to_string()).collect();
        self.wrong(name.span, names::ambiguous_case(name, &unions))
    }

    /// Something of the top level where a value is expected.
    pub(super) fn entity_value(&mut self, entity: Entity, name: ast::Name, want: Option<&Want>) -> Expr {
        match entity {
            Entity::Constant(index) => match self.checker.reach_constant(index, name.span) {
                Some((id, ty)) => expr(ExprKind::Constant(id), ty, name.span),
                None => unknown(name.span),
            },
            Entity::Function(index) => {
                let signature = self.checker.reach(index);
                self.function_value(&signature, name.span, want)
            }
            Entity::Store | Entity::Missing => unknown(name.span),
            Entity::Module(_) => self.wrong(name.span, names::module_as_value(name)),
            Entity::Type(id) if self.is_wanted_as_function(id, want) => self.refine_value(id, name.span),
            Entity::Type(_) | Entity::Alias(_) => self.wrong(name.span, names::type_as_value(name)),
        }
    }

    /// The case that a name means: one of the union that is expected, or the only one in scope.
    pub(super) fn find_case(&mut self, name: Symbol, want: Option<&Want>) -> FoundCase {
        if let Some(Type::Named(id, _)) = self.wanted(want).map(|wanted| self.base(&wanted))
            && let Some(case) = self.case_of(id, name)
        {
            return FoundCase::One(id, case);
        }
        let mut modules = vec![self.scope.module];
        modules.extend(self.checker.std_module("prelude"));
        for module in modules {
            match self.checker.module(module).cases.get(&name).map(|cases| &cases[..]) {
                Some(&[(union, case)]) => return FoundCase::One(union, case),
                Some(several) => return FoundCase::Several(several.iter().map(|(union, _)| *union).collect()),
                None => {}
            }
        }
        FoundCase::None
    }

    /// A case of a union of another module, named behind the module.
    pub(super) fn case_in(&self, id: ModuleId, name: Symbol) -> Option<(TypeId, usize)> {
        let module = self.checker.module(id);
        if module.names.contains_key(&name) {
            return None;
        }
        let seen = |union: TypeId| id == self.scope.module || self.checker.type_infos[union.0 as usize].public;
        match module.cases.get(&name).map(|cases| &cases[..]) {
            Some(&[(union, case)]) if seen(union) => Some((union, case)),
            _ => None,
        }
    }

    /// The index of a case of a union.
    pub(super) fn case_of(&self, union: TypeId, name: Symbol) -> Option<usize> {
        match &self.checker.types[union.0 as usize].kind {
            TypeKind::Union(cases) => cases.iter().position(|case| case.name == name),
            _ => None,
        }
    }

    fn unknown_name(&mut self, name: ast::Name) -> Expr {
        if let Some(diagnostic) = unavailable::value(name) {
            return self.wrong(name.span, diagnostic);
        }
        // What the parser skipped may have declared it.
        if self.checker.module(self.scope.module).lacks_items {
            return unknown(name.span);
        }
        if let Some(here) = suggest::name_elsewhere(name.symbol.as_str()) {
            return self.wrong(name.span, names::unknown_name_elsewhere(name, here));
        }
        let near = self.near_name(name.symbol.as_str());
        let defining = self.defining == Some(name.symbol);
        self.wrong(name.span, names::unknown_name(name, near, defining))
    }

    /// The name in scope that is nearest to one that is not.
    fn near_name(&mut self, name: &str) -> Option<String> {
        if !self.checker.near_names.is_left() {
            return None;
        }
        let mut known: Vec<&'static str> = self.bindings.keys().map(|symbol| symbol.as_str()).collect();
        let mut modules = vec![self.scope.module];
        modules.extend(self.checker.std_module("prelude"));
        for module in modules {
            let module = self.checker.module(module);
            known.extend(module.names.keys().chain(module.cases.keys()).map(|symbol| symbol.as_str()));
        }
        let std = dot_std::MODULES.iter().map(|(file, _)| crate::modules::std_display_name(file));
        let std: Vec<String> = std.filter(|name| !name.is_empty()).collect();
        self.checker.near_names.nearest(name, known.into_iter().chain(std.iter().map(String::as_str)))
    }

    /// What stands in front of a dot, when that is a module or a type. A dotted name reaches through modules.
    pub(super) fn qualifier(&mut self, written: &ast::Expr) -> Option<Qualifier> {
        let entity = match &written.kind {
            ast::ExprKind::Name(name) if !self.bindings.contains_key(&name.symbol) => self.lookup(name.symbol)?,
            ast::ExprKind::Field(base, name) if matches!(base.kind, ast::ExprKind::Name(_)) => {
                let Qualifier::Module(module) = self.qualifier(base)? else { return None };
                let named = *self.checker.module(module).names.get(&name.symbol)?;
                if !named.public && module != self.scope.module {
                    return None;
                }
                named.entity
            }
            _ => return None,
        };
        match entity {
            Entity::Module(module) => Some(Qualifier::Module(module)),
            Entity::Type(id) => Some(Qualifier::Type(id)),
            Entity::Alias(index) => match self.checker.resolve_alias(index, written.span) {
                Type::Named(id, _) => Some(Qualifier::Type(id)),
                ty => self.methods_module(&ty).map(Qualifier::Module),
            },
            _ => None,
        }
    }

    /// `a.b` where a value is expected.
    pub(super) fn field(&mut self, base: &ast::Expr, name: ast::Name, span: Span, want: Option<&Want>) -> Expr {
        if let Some(calls) = self.calls_of(base, name, span) {
            return calls;
        }
        match self.qualifier(base) {
            Some(Qualifier::Module(module)) => {
                if let Some((union, case)) = self.case_in(module, name.symbol) {
                    return self.bare_case(union, case, name, want);
                }
                let from = self.scope.module;
                match self.checker.member(from, module, name) {
                    Some(named) => self.entity_value(named.entity, ast::Name { span, ..name }, want),
                    None => unknown(span),
                }
            }
            Some(Qualifier::Type(union)) => match self.case_of(union, name.symbol) {
                Some(case) => self.bare_case(union, case, name, want),
                None => self.unknown_case(union, name),
            },
            None if self.path_of_other_language(base, name) => unknown(span),
            None => {
                let value = self.infer(base);
                self.field_of(value, name, span)
            }
        }
    }

    pub(super) fn unknown_case(&mut self, union: TypeId, name: ast::Name) -> Expr {
        let def = &self.checker.types[union.0 as usize];
        let diagnostic = match &def.kind {
            TypeKind::Union(cases) => {
                let near =
                    self.checker.near_names.nearest(name.symbol.as_str(), cases.iter().map(|case| case.name.as_str()));
                let all: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
                names::unknown_case(name, &def.name, near, &all)
            }
            _ => names::no_cases(name, &def.name),
        };
        self.wrong(name.span, diagnostic)
    }

    /// A field of a value.
    pub(super) fn field_of(&mut self, value: Expr, name: ast::Name, span: Span) -> Expr {
        let value = self.widened(value);
        let ty = self.shallow(&value.ty);
        if ty == UNKNOWN || ty == Type::Never {
            return unknown(span);
        }
        if variable(&ty).is_some() {
            return self.wrong(span, types::not_known(value.span));
        }
        match self.find_field(&ty, name.symbol) {
            Some((index, field)) => expr(ExprKind::Field(Box::new(value), index), field, span),
            None => self.unknown_field(&ty, name),
        }
    }

    /// The index and type of a field of a record, or of a part of a tuple.
    pub(super) fn find_field(&self, ty: &Type, name: Symbol) -> Option<(usize, Type)> {
        match ty {
            Type::Named(id, args) => match &self.checker.types[id.0 as usize].kind {
                TypeKind::Record(fields) => {
                    let index = fields.iter().position(|field| field.name == name)?;
                    Some((index, fields[index].ty.substitute(args)))
                }
                _ => None,
            },
            Type::Tuple(items) => {
                let index: usize = name.as_str().parse().ok()?;
                Some((index, items.get(index)?.clone()))
            }
            _ => None,
        }
    }

    pub(super) fn unknown_field(&mut self, ty: &Type, name: ast::Name) -> Expr {
        let shown = self.show(ty);
        if self.find_method(ty, name.symbol).is_some() {
            return self.wrong(name.span, names::method_without_call(name, &shown));
        }
        if let Type::Option(_) = ty {
            return self.wrong(name.span, names::field_of_option(name, &shown));
        }
        let fields: Vec<&'static str> = match ty {
            Type::Named(id, _) => match &self.checker.types[id.0 as usize].kind {
                TypeKind::Record(fields) => fields.iter().map(|field| field.name.as_str()).collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        };
        let near = self.checker.near_names.nearest(name.symbol.as_str(), fields.iter().copied()).or_else(|| {
            let methods = self.method_names(ty);
            suggest::method_of_other_language(name.symbol.as_str(), &methods).map(|method| format!("{method}()"))
        });
        self.wrong(name.span, names::unknown_field(name, &shown, near, &fields))
    }
}
