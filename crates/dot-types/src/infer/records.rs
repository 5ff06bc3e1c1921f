//! Records as values.

use dot_syntax::{Span, ast};

use super::functions::default_call;
use super::{Body, Want, expr, unknown};
use crate::messages::records;
use crate::program::{Expr, ExprKind, Part, Type, TypeId, TypeKind};
use crate::types::UNKNOWN;

impl Body<'_, '_> {
    /// `User { ..base, name, id: 1 }`, `{ id: 1 }`
    pub(super) fn record(
        &mut self,
        ty: Option<&ast::TypeExpr>,
        fields: &[ast::FieldInit],
        spread: Option<&ast::Spread>,
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        let base = spread.map(|spread| {
            let hint = ty.is_none().then_some(want).flatten();
            let value = self.expression(&spread.value, hint);
            self.widened(value)
        });
        let Some(record) = self.record_type(ty, base.as_ref(), fields, span, want) else {
            self.skip_fields(fields);
            return unknown(span);
        };
        let Type::Named(id, args) = &record else { return unknown(span) };
        let declared = self.fields_of(*id, 0);
        let mut parts: Vec<Part> = Vec::with_capacity(declared.len());
        for field in fields {
            let Some(index) = declared.iter().position(|declared| declared.name == field.name.symbol) else {
                self.unknown_record_field(*id, field, &record);
                continue;
            };
            let want =
                Want::because(declared[index].ty.substitute(args), declared[index].span, "the record is declared here");
            let value = match &field.value {
                Some(value) => self.check(value, &want),
                None => {
                    let value = self.name(field.name, Some(&want));
                    self.coerce(value, &want)
                }
            };
            if parts.iter().any(|part| part.index == index) {
                self.report(records::field_twice(field.name));
                continue;
            }
            parts.push(Part { index, value });
        }
        if let (Some(base), Some(spread)) = (base, spread) {
            let base = self.coerce(base, &Want::because(record.clone(), span, "the record that is made here"));
            // Fields that were refused are not among the parts.
            let before = spread.before.min(parts.len());
            let kind = ExprKind::Update { before, base: Box::new(base), fields: parts };
            return expr(kind, record, span);
        }
        let mut missing: Vec<&str> = Vec::new();
        for (index, field) in declared.iter().enumerate() {
            if fields.iter().any(|given| given.name.symbol == field.name) {
                continue;
            }
            match field.default {
                Some(default) => {
                    let value = default_call(default, args, field.ty.substitute(args), span);
                    parts.push(Part { index, value });
                }
                None => missing.push(field.name.as_str()),
            }
        }
        if !missing.is_empty() {
            let name = self.checker.types[id.0 as usize].name.to_string();
            let declared = self.checker.types[id.0 as usize].span;
            self.report(records::missing_fields(&name, &missing, span, declared));
        }
        expr(ExprKind::Record(parts), record, span)
    }

    /// The type of a record literal: written, of the base, or wanted.
    fn record_type(
        &mut self,
        written: Option<&ast::TypeExpr>,
        base: Option<&Expr>,
        fields: &[ast::FieldInit],
        span: Span,
        want: Option<&Want>,
    ) -> Option<Type> {
        let ty = match (written, base) {
            (Some(written), _) => self.written_record_type(written, want),
            (None, Some(base)) => self.shallow(&base.ty),
            (None, None) => match self.wanted(want) {
                Some(wanted) => self.base(&wanted),
                None => {
                    let near = self.record_with(fields);
                    self.report(records::type_not_known(span, near.as_deref()));
                    return None;
                }
            },
        };
        if ty == UNKNOWN || ty == Type::Never {
            return None;
        }
        if let Type::Named(id, _) = &ty
            && matches!(self.checker.types[id.0 as usize].kind, TypeKind::Record(_))
        {
            return Some(ty);
        }
        let diagnostic = match crate::types::variable(&ty) {
            Some(_) => records::type_not_known(span, self.record_with(fields).as_deref()),
            None => records::not_a_record(span, &self.show(&ty)),
        };
        self.report(diagnostic);
        None
    }

    /// The type in front of a literal; its arguments may be left out.
    fn written_record_type(&mut self, written: &ast::TypeExpr, want: Option<&Want>) -> Type {
        if let ast::TypeExprKind::Named { path, args } = &written.kind
            && args.is_empty()
            && let Some(id) = self.generic_record(path)
        {
            let (_, ty) = self.instantiate(id, want, written.span);
            return ty;
        }
        let ty = self.resolve_type(written);
        self.base(&ty)
    }

    /// The record that a path names, if it has type parameters.
    fn generic_record(&mut self, path: &[ast::Name]) -> Option<TypeId> {
        use crate::modules::Entity;
        let entity = match path {
            [name] => self.lookup(name.symbol)?,
            [module, name] => match self.lookup(module.symbol)? {
                Entity::Module(id) => {
                    let named = *self.checker.module(id).names.get(&name.symbol)?;
                    named.public.then_some(named.entity)?
                }
                _ => return None,
            },
            _ => return None,
        };
        match entity {
            Entity::Type(id) if !self.checker.types[id.0 as usize].generics.is_empty() => Some(id),
            _ => None,
        }
    }

    /// The only record of this module that has the fields of a literal.
    fn record_with(&self, fields: &[ast::FieldInit]) -> Option<String> {
        let own = self.checker.types.iter().zip(&self.checker.type_infos);
        let mut found = own.filter(|(def, info)| match &def.kind {
            TypeKind::Record(declared) if info.module == self.scope.module && !fields.is_empty() => {
                fields.iter().all(|field| declared.iter().any(|one| one.name == field.name.symbol))
            }
            _ => false,
        });
        match (found.next(), found.next()) {
            (Some((def, _)), None) => Some(def.name.to_string()),
            _ => None,
        }
    }

    fn unknown_record_field(&mut self, id: TypeId, field: &ast::FieldInit, record: &Type) {
        if let Some(value) = &field.value {
            self.infer(value);
        }
        let declared = self.fields_of(id, 0);
        let known: Vec<&str> = declared.iter().map(|declared| declared.name.as_str()).collect();
        let near = self.checker.near_names.nearest(field.name.symbol.as_str(), known.iter().copied());
        let shown = self.show(record);
        self.report(crate::messages::names::unknown_field(field.name, &shown, near, &known));
    }

    fn skip_fields(&mut self, fields: &[ast::FieldInit]) {
        for value in fields.iter().filter_map(|field| field.value.as_ref()) {
            if !matches!(value.kind, ast::ExprKind::Lambda { .. }) {
                self.infer(value);
            }
        }
    }
}
