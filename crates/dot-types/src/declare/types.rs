//! What the types of a module are: records, unions, refined types, and the fields of all of them.

use std::rc::Rc;
use std::sync::Arc;

use dot_abi::layout::MAX_CASES;
use dot_syntax::{Span, Symbol, ast};
use rustc_hash::FxHashMap;

use super::{TypeInfo, TypeScope};
use crate::checker::{Checker, Hidden, Work, it};
use crate::instances::Owner;
use crate::messages::{names, types};
use crate::modules::{Entity, ModuleId};
use crate::program::{
    Bound, Case, Default, Field, FunctionId, Generic, Local, LocalId, Param, Type, TypeDef, TypeId, TypeKind,
};

impl Checker<'_> {
    /// Gives the types of a module their definitions.
    pub(crate) fn declare_types(&mut self, module: ModuleId) {
        let tree = Rc::clone(&self.module(module).tree);
        for item in &tree.items {
            let ast::ItemKind::Type(decl) = &item.kind else { continue };
            let Some(named) = self.module(module).names.get(&decl.name.symbol).copied() else { continue };
            match named.entity {
                _ if named.span != decl.name.span => {}
                Entity::Type(id) => self.declare_type(module, id, decl),
                Entity::Alias(index) => {
                    self.resolve_alias(index, decl.name.span);
                }
                _ => {}
            }
        }
    }

    fn declare_type(&mut self, module: ModuleId, id: TypeId, decl: &ast::TypeDecl) {
        let generics = self.resolve_generics(&decl.generics);
        self.types[id.0 as usize].generics = generics.to_vec();
        let scope = TypeScope { module, generics, owner: Owner::Type(id) };
        let name = self.types[id.0 as usize].name.to_string();
        let kind = match &decl.body {
            ast::TypeBody::Record(fields) => TypeKind::Record(self.fields(&scope, &name, fields)),
            ast::TypeBody::Union(cases) => TypeKind::Union(self.cases(&scope, &name, decl.name.span, cases)),
            ast::TypeBody::Alias { base, refinement: Some(condition) } => {
                let base = self.resolve_type(&scope, base);
                self.type_infos[id.0 as usize].condition = Some(Rc::new(condition.clone()));
                self.refined(&scope, &name, base, condition)
            }
            ast::TypeBody::Alias { .. } | ast::TypeBody::Native | ast::TypeBody::Error => return,
        };
        self.types[id.0 as usize].kind = kind;
    }

    fn cases(&mut self, scope: &TypeScope, union: &str, span: Span, cases: &[ast::Case]) -> Vec<Case> {
        if cases.len() > MAX_CASES {
            self.report(types::too_many_cases(span, cases.len(), MAX_CASES));
        }
        let mut seen: FxHashMap<Symbol, Span> = FxHashMap::default();
        let mut declared = Vec::with_capacity(cases.len());
        for case in cases {
            if let Some(&earlier) = seen.get(&case.name.symbol) {
                self.report(names::declared_twice(case.name, earlier));
                continue;
            }
            seen.insert(case.name.symbol, case.name.span);
            declared.push(Case {
                name: case.name.symbol,
                tag: case.tag.as_ref().map(|tag| Arc::from(&*tag.text)),
                docs: Arc::from(case.docs.as_deref().unwrap_or("")),
                fields: self.fields(scope, &format!("{union}.{}", case.name.symbol), &case.fields),
            });
        }
        declared
    }

    fn fields(&mut self, scope: &TypeScope, owner: &str, params: &[ast::Param]) -> Vec<Field> {
        self.report_repeated_names(params);
        params.iter().map(|param| self.field(scope, owner, param)).collect()
    }

    pub(crate) fn report_repeated_names(&mut self, params: &[ast::Param]) {
        let mut seen: FxHashMap<Symbol, Span> = FxHashMap::default();
        for param in params {
            match seen.get(&param.name.symbol) {
                Some(&earlier) => self.report(names::declared_twice(param.name, earlier)),
                None => {
                    seen.insert(param.name.symbol, param.name.span);
                }
            }
        }
    }

    /// A field of a record or case, or a parameter.
    pub(crate) fn field(&mut self, scope: &TypeScope, owner: &str, param: &ast::Param) -> Field {
        let written = self.resolve_type(scope, &param.ty);
        let ty = match &param.refinement {
            Some(condition) => self.anonymous_refined(scope, written, condition, param.span),
            None => written,
        };
        let default = self.default(scope, owner, param, &ty);
        Field {
            name: param.name.symbol,
            rename: param.rename.as_ref().map(|rename| Arc::from(&*rename.text)),
            docs: Arc::from(param.docs.as_deref().unwrap_or("")),
            ty,
            default,
        }
    }

    fn default(&mut self, scope: &TypeScope, owner: &str, param: &ast::Param, ty: &Type) -> Option<Default> {
        let hidden = |span| Hidden {
            name: format!("{owner}.{}.default", param.name.symbol),
            module: scope.module,
            generics: Rc::clone(&scope.generics),
            params: Vec::new(),
            locals: Vec::new(),
            result: ty.clone(),
            span,
        };
        match &param.default {
            Some(value) => {
                let function = self.add_hidden_function(hidden(value.span));
                self.queue.push_back(Work::Expression(function, scope.module, Rc::new(value.clone())));
                Some(Default { function, source: Arc::from(self.text(value.span)) })
            }
            None if matches!(ty, Type::Option(_)) => {
                let function = self.add_none_default(hidden(param.span));
                Some(Default { function, source: Arc::from("None") })
            }
            None => None,
        }
    }

    fn refined(&mut self, scope: &TypeScope, name: &str, base: Type, condition: &ast::Expr) -> TypeKind {
        let source = Arc::from(self.text(condition.span));
        let condition = self.condition_function(scope, name, &base, condition);
        TypeKind::Refined { base, condition, source }
    }

    /// The type of a parameter or field with a condition behind its type.
    fn anonymous_refined(&mut self, scope: &TypeScope, base: Type, condition: &ast::Expr, span: Span) -> Type {
        let id = TypeId(self.types.len() as u32);
        let name = self.show(&base, &scope.generics);
        let generics = scope.generics.to_vec();
        let docs = Arc::from("");
        let kind = TypeKind::Record(Vec::new());
        self.types.push(TypeDef { name: name.as_str().into(), docs, generics, kind, span });
        self.type_infos.push(TypeInfo {
            module: scope.module,
            item: None,
            public: true,
            anonymous: true,
            condition: Some(Rc::new(condition.clone())),
            bound: Bound::Key,
        });
        self.types[id.0 as usize].kind = self.refined(scope, &name, base, condition);
        Type::Named(id, (0..scope.generics.len() as u32).map(Type::Param).collect())
    }

    fn condition_function(&mut self, scope: &TypeScope, name: &str, base: &Type, condition: &ast::Expr) -> FunctionId {
        let local = Local { name: it(), ty: base.clone(), mutable: false, span: condition.span };
        let field = Field { name: it(), rename: None, docs: Arc::from(""), ty: base.clone(), default: None };
        let function = self.add_hidden_function(Hidden {
            name: format!("{name}.where"),
            module: scope.module,
            generics: Rc::clone(&scope.generics),
            params: vec![Param { field, local: LocalId(0) }],
            locals: vec![local],
            result: Type::Bool,
            span: condition.span,
        });
        self.queue.push_back(Work::Expression(function, scope.module, Rc::new(condition.clone())));
        function
    }

    pub(crate) fn resolve_generics(&mut self, generics: &[ast::Generic]) -> Rc<[Generic]> {
        let mut resolved: Vec<Generic> = Vec::with_capacity(generics.len());
        for (index, generic) in generics.iter().enumerate() {
            if let Some(earlier) = generics[..index].iter().find(|other| other.name.symbol == generic.name.symbol) {
                self.report(names::declared_twice(generic.name, earlier.name.span));
            }
            let bound = match generic.bound.map(|bound| (bound, bound.symbol.as_str())) {
                None => Bound::Any,
                Some((_, "data")) => Bound::Data,
                Some((_, "key")) => Bound::Key,
                Some((name, _)) => {
                    self.report(types::unknown_bound(name));
                    Bound::Any
                }
            };
            resolved.push(Generic { name: generic.name.symbol, bound });
        }
        resolved.into()
    }
}
