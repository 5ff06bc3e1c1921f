//! The signatures of functions, and the types of top-level `let`s.

use std::rc::Rc;
use std::sync::Arc;

use dot_abi::manifest::Class;
use dot_abi::native::Native;
use dot_syntax::{Span, Symbol, ast};

use super::{ConstantState, Parameter, Signature, TypeScope};
use crate::checker::{Checker, Hidden, Work};
use crate::class::narrowings;
use crate::instances::{Obligation, Owner};
use crate::messages::{dots, names, types, unavailable};
use crate::modules::ModuleId;
use crate::program::{
    Bound, Constant, ConstantId, Function, FunctionId, FunctionKind, Generic, Local, LocalId, Param, Type,
};
use crate::types::MAX_PARAMETERS;

/// Constants whose type is inferred may refer to each other this deep.
const CONSTANT_DEPTH_LIMIT: u32 = 50;
/// A constant is inferred from inside of an expression that stands at most this deep: the two heights add up.
const EXPRESSION_DEPTH_LIMIT: usize = 200;

impl Checker<'_> {
    /// Declares the functions, constants and tests of a module of the program.
    pub(crate) fn declare_functions(&mut self, module: ModuleId) {
        for index in 0..self.declarations.len() {
            if self.declarations[index].module == module {
                self.reach(index);
            }
        }
        for index in 0..self.constant_infos.len() {
            if self.constant_infos[index].module == module {
                let span = self.constant_infos[index].name.span;
                self.reach_constant(index, span);
            }
        }
        if module != ModuleId::ROOT {
            return;
        }
        let tree = Rc::clone(&self.module(module).tree);
        for (index, item) in tree.items.iter().enumerate() {
            if let ast::ItemKind::Test(test) = &item.kind {
                self.declare_test(module, index, test);
            }
        }
    }

    fn declare_test(&mut self, module: ModuleId, item: usize, test: &ast::TestDecl) {
        let tests = self.tests.iter();
        let earlier = tests.map(|id| &self.functions[id.0 as usize]).find(|other| *other.name == *test.name.text);
        if let Some(earlier) = earlier.map(|function| function.span) {
            self.report(names::test_declared_twice(&test.name, earlier));
        }
        let id = self.add_hidden_function(Hidden {
            name: test.name.text.clone(),
            module,
            generics: Rc::from([]),
            params: Vec::new(),
            locals: Vec::new(),
            result: Type::Unit,
            span: test.name.span,
        });
        self.functions[id.0 as usize].kind = FunctionKind::Test;
        self.tests.push(id);
        self.queue.push_back(Work::Test(id, module, item));
    }

    /// The signature of a declared function. Whoever asks for it reaches the function: its body will be checked.
    pub(crate) fn reach(&mut self, index: usize) -> Rc<Signature> {
        if let Some(signature) = &self.declarations[index].signature {
            return Rc::clone(signature);
        }
        let (module, item) = (self.declarations[index].module, self.declarations[index].item);
        let tree = Rc::clone(&self.module(module).tree);
        let item = &tree.items[item];
        let ast::ItemKind::Function(decl) = &item.kind else { unreachable!("a declaration is a function") };
        let signature = Rc::new(self.signature(module, item, decl));
        self.declarations[index].signature = Some(Rc::clone(&signature));
        if decl.body.is_some() && decl.native.is_none() {
            self.queue.push_back(Work::Function(index));
        }
        signature
    }

    fn signature(&mut self, module: ModuleId, item: &ast::Item, decl: &ast::FunctionDecl) -> Signature {
        let kind = self.function_kind(module, item, decl);
        let generics = self.resolve_generics(&decl.generics);
        let name = self.module(module).qualify(decl.name.symbol);
        let policies = self.policies(module, kind, decl);
        let id = self.add_function(
            Function {
                name: name.as_str().into(),
                docs: Arc::from(item.docs.as_deref().unwrap_or("")),
                kind,
                public: item.public.is_some(),
                generics: generics.to_vec(),
                params: Vec::new(),
                result: Type::Unit,
                class: declared_class(decl),
                uses: declared_uses(decl),
                narrowed: narrowings(decl.uses.as_deref().unwrap_or_default()),
                policies,
                alternatives: Vec::new(),
                locals: Vec::new(),
                body: None,
                span: decl.name.span,
            },
            module,
        );
        let scope = TypeScope { module, generics: Rc::clone(&generics), owner: Owner::Function(id) };
        self.report_repeated_names(&decl.params);
        if decl.params.len() > MAX_PARAMETERS {
            let what = format!("`{}`", decl.name.symbol);
            self.report(types::too_many_parameters(decl.name.span, &what, decl.params.len()));
        }
        let (mut params, mut locals, mut parameters) = (Vec::new(), Vec::new(), Vec::new());
        for (index, param) in decl.params.iter().enumerate() {
            let field = self.field(&scope, &name, param);
            let span = param.name.span;
            locals.push(Local { name: field.name, ty: field.ty.clone(), mutable: false, span });
            parameters.push(Parameter {
                name: field.name,
                ty: field.ty.clone(),
                default: field.default.as_ref().map(|default| default.function),
                span,
            });
            params.push(Param { field, local: LocalId(index as u32) });
        }
        let result = decl.result.as_ref().map_or(Type::Unit, |result| self.resolve_type(&scope, result));
        if decl.kind == ast::FunctionKind::Dot {
            self.check_dot_header(decl, &parameters, &result, &generics);
        } else if let Some(first) = decl.uses.as_ref().and_then(|uses| uses.first()) {
            self.report(dots::uses_on_function(decl.name, first.span));
        }
        let function = &mut self.functions[id.0 as usize];
        (function.params, function.locals, function.result) = (params, locals, result.clone());
        Signature {
            id,
            kind,
            class: declared_class(decl),
            module,
            name: decl.name,
            generics,
            params: parameters,
            result,
            result_span: decl.result.as_ref().map(|result| result.span),
        }
    }

    fn function_kind(&mut self, module: ModuleId, item: &ast::Item, decl: &ast::FunctionDecl) -> FunctionKind {
        let is_dot = decl.kind == ast::FunctionKind::Dot;
        let Some(native) = decl.native else {
            return if is_dot { FunctionKind::Dot } else { FunctionKind::Fn };
        };
        // Whether the host provides a native dot is found out when it runs.
        if is_dot {
            return FunctionKind::NativeDot;
        }
        if !self.module(module).is_std() {
            self.report(unavailable::native_function(item.span.to(native)));
            return FunctionKind::Fn;
        }
        let name = self.module(module).qualify(decl.name.symbol);
        match Native::from_name(&name) {
            Some(native) => FunctionKind::Native(native),
            None => {
                self.report(names::unknown_native(decl.name, &name));
                FunctionKind::Fn
            }
        }
    }

    /// What holds of dots only: no type parameters, data in and out.
    fn check_dot_header(
        &mut self,
        decl: &ast::FunctionDecl,
        params: &[Parameter],
        result: &Type,
        generics: &Rc<[Generic]>,
    ) {
        if let Some(generic) = decl.generics.first() {
            self.report(dots::generic_dot(decl.name, generic.name.span));
            return;
        }
        let mut require = |ty: &Type, span: Span| {
            let why = Some(dots::CROSSES_BORDER);
            let obligation =
                Obligation { ty: ty.clone(), bound: Bound::Data, span, generics: Rc::clone(generics), why };
            self.obligations.push(obligation);
        };
        for param in params {
            require(&param.ty, param.span);
        }
        if let Some(written) = &decl.result {
            require(result, written.span);
        }
    }

    /// The number and type of a constant; `None` when it has no type, which has been reported.
    pub(crate) fn reach_constant(&mut self, index: usize, span: Span) -> Option<(ConstantId, Type)> {
        match &self.constant_infos[index].state {
            ConstantState::Typed(id, ty) => return Some((*id, ty.clone())),
            ConstantState::Inferring => {
                let name = self.constant_infos[index].name;
                self.report(types::constant_cycle(name.symbol, span, name.span));
                return None;
            }
            ConstantState::Pending => {}
        }
        let (module, item) = (self.constant_infos[index].module, self.constant_infos[index].item);
        let tree = Rc::clone(&self.module(module).tree);
        let ast::ItemKind::Constant(decl) = &tree.items[item].kind else { return None };
        let name = self.module(module).qualify(decl.name.symbol);
        let function = self.add_hidden_function(Hidden {
            name: name.clone(),
            module,
            generics: Rc::from([]),
            params: Vec::new(),
            locals: Vec::new(),
            result: Type::Unit,
            span: decl.name.span,
        });
        let ty = match &decl.ty {
            Some(written) => {
                let scope = TypeScope { module, generics: Rc::from([]), owner: Owner::Function(function) };
                let ty = self.resolve_type(&scope, written);
                self.functions[function.0 as usize].result = ty.clone();
                self.queue.push_back(Work::Constant(index));
                ty
            }
            None => {
                if self.constant_depth >= CONSTANT_DEPTH_LIMIT || self.expression_depth > EXPRESSION_DEPTH_LIMIT {
                    self.report(types::constants_too_deep(decl.name, CONSTANT_DEPTH_LIMIT));
                    return None;
                }
                self.constant_infos[index].state = ConstantState::Inferring;
                self.constant_depth += 1;
                let ty = self.infer_constant(function, module, decl);
                self.constant_depth -= 1;
                ty
            }
        };
        let id = ConstantId(self.constants.len() as u32);
        self.constants.push(Constant { name: name.into(), function, ty: ty.clone() });
        self.constant_infos[index].state = ConstantState::Typed(id, ty.clone());
        Some((id, ty))
    }

    /// A function of a standard module by name.
    pub(crate) fn std_function(&mut self, module: &str, name: &str) -> Option<Rc<Signature>> {
        let id = self.std_module(module)?;
        match self.module(id).names.get(&Symbol::new(name))?.entity {
            crate::modules::Entity::Function(index) => Some(self.reach(index)),
            _ => None,
        }
    }

    /// A parameter or field as a caller sees it.
    pub(crate) fn parameter_of(field: &crate::program::Field, span: Span) -> Parameter {
        let default = field.default.as_ref().map(|default| default.function);
        Parameter { name: field.name, ty: field.ty.clone(), default, span }
    }

    /// The function of a program's declaration.
    pub(crate) fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }
}

fn declared_class(decl: &ast::FunctionDecl) -> Class {
    match decl.class.map(|class| class.symbol.as_str()) {
        Some("note") => Class::Note,
        Some("read") => Class::Read,
        Some("wait") => Class::Wait,
        Some("write") => Class::Write,
        _ => Class::Pure,
    }
}

fn declared_uses(decl: &ast::FunctionDecl) -> Vec<Symbol> {
    let uses = decl.uses.iter().flatten();
    let mut names: Vec<Symbol> = uses.filter_map(|one| one.path.first()).map(|name| name.symbol).collect();
    names.sort();
    names.dedup();
    names
}
