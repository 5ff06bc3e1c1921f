//! Methods: functions of the module that declares the type of the value in front of the dot.

use std::rc::Rc;

use dot_syntax::{Diagnostic, Edit, Span, Symbol, ast};

use super::{Body, Want, expr};
use crate::declare::Signature;
use crate::messages::{dots, names, types};
use crate::modules::{Entity, ModuleId};
use crate::program::{Expr, ExprKind, Type, TypeId};
use crate::suggest;
use crate::types::{UNKNOWN, variable};

impl Body<'_, '_> {
    pub(super) fn method_call(
        &mut self,
        base: &ast::Expr,
        name: ast::Name,
        type_args: &[ast::TypeExpr],
        args: &[ast::Arg],
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        let receiver = self.infer(base);
        let ty = self.shallow(&receiver.ty);
        if ty == UNKNOWN || ty == Type::Never {
            return self.skip_call(args, span);
        }
        if variable(&ty).is_some() {
            self.report(types::not_known(base.span));
            return self.skip_call(args, span);
        }
        let record = self.base(&ty);
        if let Some((index, field @ Type::Function(..))) = self.find_field(&record, name.symbol) {
            let receiver = self.widened(receiver);
            let callee = expr(ExprKind::Field(Box::new(receiver), index), field, name.span);
            return self.call_value(callee, args, span);
        }
        if let Some(diagnostic) = self.dot_in_map(&ty, base, name, args, span) {
            return self.wrong(span, diagnostic);
        }
        match self.find_method(&ty, name.symbol) {
            Some(signature) => {
                let before = self.checker.diagnostics.len();
                let call = self.call_function(&signature, Some(receiver), type_args, args, name.span, span, want);
                self.offer_comprehension(before, &ty, base, name, args, span);
                call
            }
            None => {
                self.unknown_method(&ty, name, base, args);
                self.skip_call(args, span)
            }
        }
    }

    /// What is wrong with `xs.map(f)` of a dot `f`: a dot is no value.
    fn dot_in_map(
        &mut self,
        ty: &Type,
        base: &ast::Expr,
        name: ast::Name,
        args: &[ast::Arg],
        span: Span,
    ) -> Option<Diagnostic> {
        let [ast::Arg { name: None, value }] = args else { return None };
        if name.symbol != "map" || !matches!(self.base(ty), Type::List(_) | Type::Set(_)) {
            return None;
        }
        let signature = self.operation(value).filter(|signature| signature.is_step())?;
        let (called, list) = (self.checker.text(value.span), self.checker.text(base.span));
        let comprehension = format!("[{called}(x) for x in {list}]");
        let name = &self.checker.function(signature.id).name;
        Some(dots::dot_as_value(name, value.span).fix(span, comprehension))
    }

    /// `xs.map(x => f(x))` of a dot `f`: what was said of the call gets the comprehension as its fix.
    fn offer_comprehension(
        &mut self,
        before: usize,
        ty: &Type,
        base: &ast::Expr,
        name: ast::Name,
        args: &[ast::Arg],
        span: Span,
    ) {
        let [ast::Arg { name: None, value }] = args else { return };
        let ast::ExprKind::Lambda { params, body } = &value.kind else { return };
        let [param] = &params[..] else { return };
        let is_map = name.symbol == "map" && matches!(self.base(ty), Type::List(_) | Type::Set(_));
        if !is_map || !self.may_call_dots() || matches!(body.kind, ast::ExprKind::Block(_)) {
            return;
        }
        let text = |span: Span| self.checker.text(span);
        let comprehension = format!("[{} for {} in {}]", text(body.span), text(param.pattern.span), text(base.span));
        let said = self.checker.diagnostics.iter_mut().skip(before);
        let mut said = said.filter(|one| one.code.0 == dots::CALLED_BY_FUNCTION && one.fix.is_empty());
        if let Some(diagnostic) = said.next() {
            diagnostic.fix.push(Edit { span, text: comprehension });
        }
    }

    /// The module whose functions are the methods of a type.
    pub(super) fn methods_module(&mut self, ty: &Type) -> Option<ModuleId> {
        let file = match ty {
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Float => "float",
            Type::Decimal => "decimal",
            Type::Duration => "duration",
            Type::Time => "instant",
            Type::Date => "date",
            Type::Text => "text",
            Type::Bytes => "bytes",
            Type::List(_) => "list",
            Type::Map(..) => "map",
            Type::Set(_) => "set",
            Type::Option(_) => "option",
            Type::Named(id, _) => match self.prelude_methods(*id) {
                Some(file) => file,
                None => return Some(self.checker.type_infos[id.0 as usize].module),
            },
            _ => return None,
        };
        self.checker.std_module(file)
    }

    /// The standard module with the methods of a type of the prelude.
    pub(super) fn prelude_methods(&self, id: TypeId) -> Option<&'static str> {
        let of = |name: &str| Some(id) == self.checker.prelude_type(name);
        match id {
            _ if of("Result") => Some("result"),
            _ if of("Fault") => Some("fault"),
            _ => None,
        }
    }

    /// The method of a type, or of the base of a refined type.
    pub(super) fn find_method(&mut self, ty: &Type, name: Symbol) -> Option<Rc<Signature>> {
        let mut ty = self.shallow(ty);
        loop {
            if let Some(module) = self.methods_module(&ty)
                && let Some(named) = self.checker.module(module).names.get(&name).copied()
                && let Entity::Function(index) = named.entity
                && (named.public || module == self.scope.module)
                && self.takes(index, &ty)
            {
                return Some(self.checker.reach(index));
            }
            ty = self.shallow(&self.one_base(&ty)?);
        }
    }

    /// Whether the first parameter of a function takes values of a declared type. Functions of standard modules all
    /// do; a module of the program may declare several types.
    fn takes(&mut self, index: usize, ty: &Type) -> bool {
        let module = self.checker.declarations[index].module;
        if self.checker.module(module).is_std() {
            return true;
        }
        let signature = self.checker.reach(index);
        let first = signature.params.first().map(|param| match &param.ty {
            Type::Option(item) => (**item).clone(),
            ty => ty.clone(),
        });
        match (first, ty) {
            (Some(Type::Named(first, _)), Type::Named(id, _)) => first == *id,
            _ => false,
        }
    }

    /// The names of the methods of a type, as this module sees them.
    pub(super) fn method_names(&mut self, ty: &Type) -> Vec<&'static str> {
        let mut found: Vec<&'static str> = Vec::new();
        let mut ty = self.shallow(ty);
        loop {
            if let Some(module) = self.methods_module(&ty) {
                let own = module == self.scope.module;
                let names = self.checker.module(module).names.iter();
                let functions = names.filter_map(|(name, named)| match named.entity {
                    Entity::Function(index) if named.public || own => Some((*name, index)),
                    _ => None,
                });
                let functions: Vec<(Symbol, usize)> = functions.collect();
                found.extend(
                    functions.iter().filter(|(_, index)| self.takes(*index, &ty)).map(|(name, _)| name.as_str()),
                );
            }
            match self.one_base(&ty) {
                Some(base) => ty = self.shallow(&base),
                None => break,
            }
        }
        found.sort_unstable();
        found
    }

    fn unknown_method(&mut self, ty: &Type, name: ast::Name, base: &ast::Expr, args: &[ast::Arg]) {
        let shown = self.show(ty);
        let word = name.symbol.as_str();
        if let Some((_, field)) = self.find_field(&self.base(ty), name.symbol) {
            let field = self.show(&field);
            return self.report(names::field_called(name, &shown, &field));
        }
        if let Type::Option(item) = ty
            && self.find_method(item, name.symbol).is_some()
        {
            return self.report(names::method_of_option(name, &shown));
        }
        let methods = self.method_names(ty);
        if let Some(Entity::Function(_)) = self.lookup(name.symbol)
            && suggest::method_of_other_language(word, &methods).is_none()
        {
            let call = format!("{word}({}{})", self.checker.text(base.span), if args.is_empty() { "" } else { ", …" });
            return self.report(names::function_not_method(name, &shown, &call));
        }
        let help = suggest::method_help(word, ty);
        let near = suggest::method_of_other_language(word, &methods)
            .map(str::to_owned)
            .or_else(|| self.checker.near_names.nearest(word, methods.iter().copied()));
        self.report(names::unknown_method(name, &shown, near, help));
    }
}
