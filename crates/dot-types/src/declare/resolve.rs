//! Written types: from names to types.

use std::rc::Rc;
use std::sync::Arc;

use dot_syntax::{Span, ast};

use super::collect::BUILTIN_TYPES;
use super::{Alias, AliasState, TypeScope};
use crate::checker::Checker;
use crate::instances::{Instance, Obligation, Owner};
use crate::messages::{names, types};
use crate::modules::{Entity, ModuleId, Named};
use crate::program::{Bound, Type};
use crate::suggest;
use crate::types::{SIZE_LIMIT, UNKNOWN, exceeds};

/// Aliases may stand for aliases this deep.
const ALIAS_DEPTH_LIMIT: usize = 100;

impl Checker<'_> {
    /// The type that is written; [`UNKNOWN`] after a diagnostic.
    pub(crate) fn resolve_type(&mut self, scope: &TypeScope, written: &ast::TypeExpr) -> Type {
        match &written.kind {
            ast::TypeExprKind::Named { path, args } => self.resolve_named(scope, path, args, written.span),
            ast::TypeExprKind::Option(inner) => {
                let inner = self.resolve_type(scope, inner);
                self.option_of(inner, written.span)
            }
            ast::TypeExprKind::Tuple(items) => match &items[..] {
                [] => Type::Unit,
                [single] => self.resolve_type(scope, single),
                items => {
                    let items: Arc<[Type]> = items.iter().map(|item| self.resolve_type(scope, item)).collect();
                    self.limited(Type::Tuple(items), written.span)
                }
            },
            ast::TypeExprKind::Function(params, result) => {
                let params: Arc<[Type]> = params.iter().map(|param| self.resolve_type(scope, param)).collect();
                let result = Arc::new(self.resolve_type(scope, result));
                self.limited(Type::Function(params, result), written.span)
            }
            ast::TypeExprKind::Error => UNKNOWN,
        }
    }

    fn option_of(&mut self, inner: Type, span: Span) -> Type {
        if matches!(inner, Type::Option(_)) {
            self.report(types::nested_option(span));
            return inner;
        }
        Type::Option(Arc::new(inner))
    }

    fn resolve_named(&mut self, scope: &TypeScope, path: &[ast::Name], args: &[ast::TypeExpr], span: Span) -> Type {
        let (name, module) = match path {
            [name] => (*name, None),
            [module, name] => (*name, Some(*module)),
            _ => {
                self.report(names::type_path_too_long(span));
                return UNKNOWN;
            }
        };
        if module.is_none() {
            if let Some(index) = scope.generics.iter().position(|generic| generic.name == name.symbol) {
                self.expect_arity(name, 0, args.len(), span);
                return Type::Param(index as u32);
            }
            if BUILTIN_TYPES.contains(&name.symbol.as_str()) {
                return self.resolve_builtin(scope, name, args, span);
            }
        }
        let named = match module {
            None => self.lookup(scope.module, name.symbol),
            Some(module) => match self.lookup(scope.module, module.symbol).map(|named| named.entity) {
                Some(Entity::Module(id)) => self.member(scope.module, id, name),
                Some(Entity::Missing) => return UNKNOWN,
                _ => {
                    let near = self.near_modules(scope.module, module.symbol.as_str());
                    self.report(names::unknown_module(module, near));
                    return UNKNOWN;
                }
            },
        };
        let named = named.map(|named| match named.entity {
            Entity::Module(id) => match self.type_of_module(id) {
                Some(ty) => Named { entity: Entity::Type(ty), ..named },
                None => named,
            },
            _ => named,
        });
        let args_types: Vec<Type> = args.iter().map(|arg| self.resolve_type(scope, arg)).collect();
        match named.map(|named| named.entity) {
            Some(Entity::Type(id)) => {
                let arity = self.arity(Entity::Type(id));
                if !self.expect_arity(name, arity, args.len(), span) {
                    return UNKNOWN;
                }
                let args: Arc<[Type]> = args_types.into();
                self.add_instance(scope, Owner::Type(id), &args, span);
                self.limited(Type::Named(id, args), span)
            }
            Some(Entity::Alias(index)) => {
                let arity = self.arity(Entity::Alias(index));
                let body = self.resolve_alias(index, span);
                if !self.expect_arity(name, arity, args.len(), span) {
                    return UNKNOWN;
                }
                self.limited(body.substitute(&args_types), span)
            }
            Some(_) => {
                self.report(names::not_a_type(name));
                UNKNOWN
            }
            None => {
                if module.is_none() {
                    self.report_unknown_type(scope, name);
                }
                UNKNOWN
            }
        }
    }

    fn report_unknown_type(&mut self, scope: &TypeScope, name: ast::Name) {
        let case = self.module(scope.module).cases.get(&name.symbol).and_then(|cases| cases.first()).copied();
        let of_case = case.map(|(union, _)| self.types[union.0 as usize].name.to_string());
        let mut known: Vec<&'static str> = BUILTIN_TYPES.to_vec();
        known.extend(scope.generics.iter().map(|generic| generic.name.as_str()));
        let names = self.module(scope.module).names.iter();
        known.extend(
            names
                .filter(|(_, named)| matches!(named.entity, Entity::Type(_) | Entity::Alias(_)))
                .map(|(name, _)| name.as_str()),
        );
        known.push("Result");
        let near = suggest::type_of_other_language(name.symbol.as_str())
            .map(str::to_owned)
            .or_else(|| self.near_names.nearest(name.symbol.as_str(), known));
        self.report(names::unknown_type(name, near, of_case));
    }

    fn resolve_builtin(&mut self, scope: &TypeScope, name: ast::Name, args: &[ast::TypeExpr], span: Span) -> Type {
        let arity = match name.symbol.as_str() {
            "List" | "Set" | "Option" => 1,
            "Map" => 2,
            _ => 0,
        };
        let types: Vec<Type> = args.iter().map(|arg| self.resolve_type(scope, arg)).collect();
        if !self.expect_arity(name, arity, args.len(), span) {
            return UNKNOWN;
        }
        let ty = match (name.symbol.as_str(), &types[..]) {
            ("Bool", _) => Type::Bool,
            ("Int", _) => Type::Int,
            ("Float", _) => Type::Float,
            ("Decimal", _) => Type::Decimal,
            ("Duration", _) => Type::Duration,
            ("Time", _) => Type::Time,
            ("Date", _) => Type::Date,
            ("Text", _) => Type::Text,
            ("Bytes", _) => Type::Bytes,
            ("Never", _) => Type::Never,
            ("List", [item]) => Type::List(Arc::new(item.clone())),
            ("Option", [item]) => self.option_of(item.clone(), span),
            ("Set", [item]) => {
                self.require(scope, item, Bound::Key, span);
                Type::Set(Arc::new(item.clone()))
            }
            ("Map", [key, value]) => {
                self.require(scope, key, Bound::Key, args[0].span);
                Type::Map(Arc::new(key.clone()), Arc::new(value.clone()))
            }
            _ => UNKNOWN,
        };
        self.limited(ty, span)
    }

    /// Asks for a bound when all types are known.
    pub(crate) fn require(&mut self, scope: &TypeScope, ty: &Type, bound: Bound, span: Span) {
        let generics = Rc::clone(&scope.generics);
        self.obligations.push(Obligation { ty: ty.clone(), bound, span, generics, why: None });
    }

    fn add_instance(&mut self, scope: &TypeScope, target: Owner, args: &Arc<[Type]>, span: Span) {
        if !args.is_empty() {
            let generics = Rc::clone(&scope.generics);
            self.instances.push(Instance { target, args: Arc::clone(args), span, owner: scope.owner, generics });
        }
    }

    /// The number of type parameters of a type or alias, which may not have been declared yet.
    pub(crate) fn arity(&self, entity: Entity) -> usize {
        let (module, item) = match entity {
            Entity::Type(id) => (self.type_infos[id.0 as usize].module, self.type_infos[id.0 as usize].item),
            Entity::Alias(index) => (self.aliases[index].module, Some(self.aliases[index].item)),
            _ => return 0,
        };
        match item.and_then(|item| self.module(module).tree.items.get(item)).map(|item| &item.kind) {
            Some(ast::ItemKind::Type(decl)) => decl.generics.len(),
            _ => 0,
        }
    }

    fn expect_arity(&mut self, name: ast::Name, expected: usize, found: usize, span: Span) -> bool {
        if expected != found {
            self.report(types::type_arguments(name, expected, found, span));
        }
        expected == found
    }

    /// What an alias stands for, with its own parameters inside.
    pub(crate) fn resolve_alias(&mut self, index: usize, span: Span) -> Type {
        match &self.aliases[index].state {
            AliasState::Done(ty) => return ty.clone(),
            AliasState::Resolving => {
                self.report(types::alias_cycle(span));
                return UNKNOWN;
            }
            AliasState::Pending => {}
        }
        if self.alias_depth > ALIAS_DEPTH_LIMIT {
            self.report(types::alias_too_deep(span, ALIAS_DEPTH_LIMIT));
            return UNKNOWN;
        }
        let Alias { module, item, .. } = self.aliases[index];
        let tree = Rc::clone(&self.module(module).tree);
        let ast::ItemKind::Type(decl) = &tree.items[item].kind else { return UNKNOWN };
        let ast::TypeBody::Alias { base, .. } = &decl.body else { return UNKNOWN };
        self.aliases[index].state = AliasState::Resolving;
        let generics = self.resolve_generics(&decl.generics);
        let scope = TypeScope { module, generics, owner: Owner::Alias };
        self.alias_depth += 1;
        let ty = self.resolve_type(&scope, base);
        self.alias_depth -= 1;
        self.aliases[index].state = AliasState::Done(ty.clone());
        ty
    }

    /// What a module names, if another one may see it. Says what is wrong otherwise.
    pub(crate) fn member(&mut self, from: ModuleId, module: ModuleId, name: ast::Name) -> Option<Named> {
        let label = self.module_label(module);
        match self.module(module).names.get(&name.symbol).copied() {
            Some(named) if named.public || from == module => Some(named),
            Some(named) => {
                self.report(names::not_public(name, &label, named.span));
                None
            }
            None => {
                if let Some(here) = suggest::path_elsewhere(&label, name.symbol.as_str()) {
                    self.report(names::unknown_member_elsewhere(name, &label, here));
                    return None;
                }
                let names = self.module(module).names.iter();
                let visible = names.filter(|(_, named)| named.public).map(|(name, _)| name.as_str());
                let near = self.near_names.nearest(name.symbol.as_str(), visible);
                self.report(names::unknown_member(name, &label, self.module(module).is_std(), near));
                None
            }
        }
    }

    pub(crate) fn near_modules(&self, module: ModuleId, name: &str) -> Option<String> {
        let names = self.module(module).names.iter();
        let imported = names.filter(|(_, named)| matches!(named.entity, Entity::Module(_)));
        let mut known: Vec<String> = imported.map(|(name, _)| name.to_string()).collect();
        known.extend(dot_std::MODULES.iter().map(|(file, _)| crate::modules::std_display_name(file)));
        self.near_names.nearest(name, known.iter().map(String::as_str))
    }

    /// The type, unless it is larger than what is worked with.
    pub(crate) fn limited(&mut self, ty: Type, span: Span) -> Type {
        if exceeds(&ty, SIZE_LIMIT) {
            self.report(types::type_too_large(span, SIZE_LIMIT));
            return UNKNOWN;
        }
        ty
    }
}
