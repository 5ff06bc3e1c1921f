//! The names of a module.

use std::rc::Rc;
use std::sync::Arc;

use dot_syntax::{Symbol, ast};

use super::{Alias, AliasState, ConstantInfo, ConstantState, Declaration, TypeInfo};
use crate::checker::Checker;
use crate::messages::{names, unavailable};
use crate::modules::{Entity, ModuleId, Named};
use crate::program::{Bound, TypeDef, TypeId, TypeKind};

/// Types that the compiler knows without a declaration.
pub(crate) const BUILTIN_TYPES: &[&str] = &[
    "Bool", "Int", "Float", "Decimal", "Duration", "Time", "Date", "Text", "Bytes", "Never", "List", "Map", "Set",
    "Option",
];

impl Checker<'_> {
    /// Puts what a module declares into its scope.
    pub(crate) fn collect(&mut self, module: ModuleId) {
        let tree = Rc::clone(&self.module(module).tree);
        for (index, item) in tree.items.iter().enumerate() {
            let public = item.public.is_some();
            let (name, entity) = match &item.kind {
                ast::ItemKind::Type(decl) => match self.collect_type(module, index, item, decl) {
                    Some(entity) => (decl.name, entity),
                    None => continue,
                },
                ast::ItemKind::Function(decl) => {
                    self.declarations.push(Declaration { module, item: index, signature: None });
                    (decl.name, Entity::Function(self.declarations.len() - 1))
                }
                ast::ItemKind::Constant(decl) => {
                    let state = ConstantState::Pending;
                    self.constant_infos.push(ConstantInfo { module, item: index, name: decl.name, state });
                    (decl.name, Entity::Constant(self.constant_infos.len() - 1))
                }
                ast::ItemKind::Store(decl) => {
                    self.report(unavailable::store(item.span));
                    (decl.name, Entity::Store)
                }
                ast::ItemKind::Import(_) | ast::ItemKind::Test(_) | ast::ItemKind::Error => continue,
            };
            self.add_name(module, name, Named { entity, public, span: name.span });
        }
    }

    fn collect_type(
        &mut self,
        module: ModuleId,
        index: usize,
        item: &ast::Item,
        decl: &ast::TypeDecl,
    ) -> Option<Entity> {
        let is_std = self.module(module).is_std();
        if BUILTIN_TYPES.contains(&decl.name.symbol.as_str()) && !is_std {
            self.report(names::language_name(decl.name));
            return None;
        }
        if let ast::TypeBody::Alias { refinement: None, .. } = &decl.body {
            self.aliases.push(Alias { module, item: index, state: AliasState::Pending });
            return Some(Entity::Alias(self.aliases.len() - 1));
        }
        if matches!(decl.body, ast::TypeBody::Native) {
            if !is_std {
                self.report(unavailable::native_type(item.span));
            }
            return None;
        }
        let id = TypeId(self.types.len() as u32);
        self.types.push(TypeDef {
            name: self.module(module).qualify(decl.name.symbol).into(),
            docs: Arc::from(item.docs.as_deref().unwrap_or("")),
            generics: Vec::new(),
            kind: TypeKind::Record(Vec::new()),
            span: decl.name.span,
        });
        let info = TypeInfo {
            module,
            item: Some(index),
            public: item.public.is_some(),
            anonymous: false,
            condition: None,
            bound: Bound::Key,
        };
        self.type_infos.push(info);
        if let ast::TypeBody::Union(cases) = &decl.body {
            for (case, declared) in cases.iter().enumerate() {
                self.add_case(module, declared.name.symbol, (id, case));
            }
        }
        Some(Entity::Type(id))
    }

    fn add_case(&mut self, module: ModuleId, name: Symbol, case: (TypeId, usize)) {
        self.modules[module.0 as usize].cases.entry(name).or_default().push(case);
    }
}
