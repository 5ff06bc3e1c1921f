//! Cases of unions as values.

use std::sync::Arc;

use dot_syntax::{Span, Symbol, ast};

use super::functions::default_call;
use super::{Body, Want, expr, unknown};
use crate::checker::Checker;
use crate::declare::Parameter;
use crate::instances::Owner;
use crate::messages::{calls, records};
use crate::program::{Expr, ExprKind, Part, Type, TypeId, TypeKind};

impl Body<'_, '_> {
    /// The fields of a case, or of a record, as parameters.
    pub(super) fn fields_of(&self, id: TypeId, case: usize) -> Vec<Parameter> {
        let def = &self.checker.types[id.0 as usize];
        let fields = match &def.kind {
            TypeKind::Record(fields) => fields,
            TypeKind::Union(cases) => match cases.get(case) {
                Some(case) => &case.fields,
                None => return Vec::new(),
            },
            TypeKind::Refined { .. } => return Vec::new(),
        };
        fields.iter().map(|field| Checker::parameter_of(field, def.span)).collect()
    }

    fn case_name(&self, union: TypeId, case: usize) -> Symbol {
        match &self.checker.types[union.0 as usize].kind {
            TypeKind::Union(cases) if case < cases.len() => cases[case].name,
            _ => Symbol::new("_"),
        }
    }

    /// A declared type with arguments that are still to be found; what is wanted says some of them.
    pub(super) fn instantiate(&mut self, id: TypeId, want: Option<&Want>, span: Span) -> (Arc<[Type]>, Type) {
        let count = self.checker.types[id.0 as usize].generics.len();
        let args = self.fresh_types(count);
        let ty = Type::Named(id, Arc::clone(&args));
        if let Some(wanted) = self.wanted(want) {
            let wanted = self.base(&wanted);
            if !args.is_empty() {
                self.unify(&ty, &wanted);
            }
        }
        self.used(Owner::Type(id), &args, span);
        (args, ty)
    }

    /// `Cash`, or `Card` where a function is expected.
    pub(super) fn bare_case(&mut self, union: TypeId, case: usize, name: ast::Name, want: Option<&Want>) -> Expr {
        let fields = self.fields_of(union, case);
        if fields.iter().all(|field| field.default.is_some()) {
            return self.construct_case(union, case, &[], name.span, name.span, want);
        }
        if let Some(Type::Function(params, _)) = self.wanted(want)
            && params.len() == fields.len()
        {
            let (args, ty) = self.instantiate(union, None, name.span);
            let params: Arc<[Type]> = fields.iter().map(|field| field.ty.substitute(&args)).collect();
            return self.wrapped(name.span, params, |_, values| {
                let fields = values.into_iter().enumerate().map(|(index, value)| Part { index, value }).collect();
                expr(ExprKind::Case { case, fields }, ty, name.span)
            });
        }
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        self.wrong(name.span, records::case_needs_fields(name, &names))
    }

    /// `Card("…", cvc: "…")`
    pub(super) fn construct_case(
        &mut self,
        union: TypeId,
        case: usize,
        args: &[ast::Arg],
        callee: Span,
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        let fields = self.fields_of(union, case);
        let name = self.case_name(union, case);
        let (given, ty) = self.instantiate(union, want, span);
        if fields.is_empty() && !args.is_empty() {
            self.report(calls::bare_case_called(name, callee));
            self.skip_call(args, span);
            self.poison(&ty);
            return Expr { ty, ..unknown(span) };
        }
        let Some(places) = self.place_arguments(name.as_str(), &fields, 0, args, span) else {
            self.skip_call(args, span);
            self.poison(&ty);
            return Expr { ty, ..unknown(span) };
        };
        let mut parts = Vec::with_capacity(fields.len());
        for (arg, &index) in args.iter().zip(&places) {
            if arg.name.is_none() {
                self.check_positional(&arg.value, &fields, index);
            }
            let field = fields[index].ty.substitute(&given);
            let want = Want::because(field, fields[index].span, "the case is declared here");
            parts.push(Part { index, value: self.check(&arg.value, &want) });
        }
        for (index, field) in fields.iter().enumerate() {
            if let Some(default) = field.default.filter(|_| !places.contains(&index)) {
                let value = default_call(default, &given, field.ty.substitute(&given), span);
                parts.push(Part { index, value });
            }
        }
        expr(ExprKind::Case { case, fields: parts }, ty, span)
    }

    /// A variable by position that is named like another field is a mistake: `Card(cvc, number)`.
    fn check_positional(&mut self, value: &ast::Expr, fields: &[Parameter], index: usize) {
        let ast::ExprKind::Name(name) = &value.kind else { return };
        if let Some(other) = fields.iter().position(|field| field.name == name.symbol)
            && other != index
        {
            self.report(records::name_of_other_field(*name, fields[index].name));
        }
    }
}
