//! Patterns.

use std::sync::Arc;

use dot_syntax::{Span, Symbol, ast};

use super::paths::{FoundCase, Qualifier};
use super::{Body, Want};
use crate::declare::Parameter;
use crate::messages::patterns as messages;
use crate::messages::{names, records};
use crate::modules::Entity;
use crate::program::{ExprKind, LocalId, Pattern, PatternKind, Type, TypeId, TypeKind};
use crate::types::{UNKNOWN, variable};

/// The variables of a pattern, while it is read.
struct Bindings {
    found: Vec<(Symbol, LocalId, Span)>,
    /// What the first alternative of an or-pattern binds: the others must bind the same.
    known: Option<Vec<(Symbol, LocalId, Span)>>,
    mutable: bool,
}

impl Body<'_, '_> {
    /// A pattern, whose variables come into scope.
    pub(super) fn bound_pattern(&mut self, written: &ast::Pattern, ty: &Type, mutable: bool) -> Pattern {
        let (pattern, found) = self.pattern_with_names(written, ty, mutable);
        for (name, local, _) in found {
            self.bind(name, local);
        }
        pattern
    }

    /// A pattern that may not bind anything (`x is P`).
    pub(super) fn bare_pattern(&mut self, written: &ast::Pattern, ty: &Type) -> Pattern {
        let (pattern, found) = self.pattern_with_names(written, ty, false);
        if let Some((name, _, span)) = found.first() {
            self.report(messages::is_binds(*name, *span));
        }
        pattern
    }

    fn pattern_with_names(
        &mut self,
        written: &ast::Pattern,
        ty: &Type,
        mutable: bool,
    ) -> (Pattern, Vec<(Symbol, LocalId, Span)>) {
        let mut bindings = Bindings { found: Vec::new(), known: None, mutable };
        let pattern = self.pattern(written, ty, &mut bindings);
        (pattern, bindings.found)
    }

    fn pattern(&mut self, written: &ast::Pattern, ty: &Type, bindings: &mut Bindings) -> Pattern {
        let span = written.span;
        let ty = self.shallow(ty);
        let kind = match &written.kind {
            ast::PatternKind::Wildcard | ast::PatternKind::Error => PatternKind::Wildcard,
            ast::PatternKind::Bind(name) => self.bind_name(*name, &ty, bindings),
            ast::PatternKind::Literal(literal) => self.literal_pattern(literal, &ty),
            ast::PatternKind::Tuple(items) => self.tuple_pattern(items, &ty, span, bindings),
            ast::PatternKind::Case { path, args, rest } => {
                self.case_pattern(path, args.as_deref(), *rest, &ty, span, bindings)
            }
            ast::PatternKind::Record { path, fields, rest } => {
                self.record_pattern(path, fields, *rest, &ty, span, bindings)
            }
            ast::PatternKind::Or(alternatives) => self.or_pattern(alternatives, &ty, bindings),
        };
        Pattern { kind, ty, span }
    }

    fn bind_name(&mut self, name: ast::Name, ty: &Type, bindings: &mut Bindings) -> PatternKind {
        if let Some((_, _, earlier)) = bindings.found.iter().find(|(other, ..)| *other == name.symbol) {
            let earlier = *earlier;
            self.report(messages::bound_twice(name, earlier));
            return PatternKind::Wildcard;
        }
        let known = bindings.known.as_ref();
        let local = match known.map(|known| known.iter().find(|(other, ..)| *other == name.symbol).copied()) {
            Some(Some((_, local, first))) => {
                let expected = self.local(local).ty.clone();
                if !self.unify(&expected, ty) {
                    let facts = (self.show(&expected), self.show(ty));
                    self.report(messages::alternatives_differ_in_type(name, first, &facts.0, &facts.1));
                }
                local
            }
            Some(None) => {
                self.report(messages::not_in_first_alternative(name));
                return PatternKind::Wildcard;
            }
            None => self.add_local(name.symbol, ty.clone(), bindings.mutable, name.span),
        };
        bindings.found.push((name.symbol, local, name.span));
        PatternKind::Bind(local)
    }

    fn or_pattern(&mut self, alternatives: &[ast::Pattern], ty: &Type, bindings: &mut Bindings) -> PatternKind {
        let mut patterns = Vec::with_capacity(alternatives.len());
        let mut first: Option<Vec<(Symbol, LocalId, Span)>> = None;
        for alternative in alternatives {
            let known = first.clone().or_else(|| bindings.known.clone());
            let mut inner = Bindings { found: Vec::new(), known, mutable: bindings.mutable };
            patterns.push(self.pattern(alternative, ty, &mut inner));
            match &first {
                None => first = Some(inner.found),
                Some(first) => {
                    let missing = first.iter().find(|(name, ..)| inner.found.iter().all(|(other, ..)| other != name));
                    if let Some((name, _, declared)) = missing.copied() {
                        self.report(messages::missing_in_alternative(name, alternative.span, declared));
                    }
                }
            }
        }
        for (name, local, span) in first.into_iter().flatten() {
            match bindings.found.iter().find(|(other, ..)| *other == name) {
                Some((_, _, earlier)) => {
                    let earlier = *earlier;
                    self.report(messages::bound_twice(ast::Name { symbol: name, span }, earlier));
                }
                None => bindings.found.push((name, local, span)),
            }
        }
        PatternKind::Or(patterns)
    }

    fn literal_pattern(&mut self, literal: &ast::Expr, ty: &Type) -> PatternKind {
        if let (ast::ExprKind::Text(_), Type::Option(_)) | (ast::ExprKind::Int(_), Type::Option(_)) =
            (&literal.kind, ty)
        {
            let shown = self.show(ty);
            let text = self.checker.text(literal.span).to_owned();
            self.report(messages::value_for_option(literal.span, &text, &shown));
            return PatternKind::Wildcard;
        }
        let want = Want::because(self.base(ty), literal.span, "the value that is looked at has this type");
        let value = self.check(literal, &Want { origin: None, ..want });
        match value.kind {
            ExprKind::Bool(value) => PatternKind::Bool(value),
            ExprKind::Int(value) => PatternKind::Int(value),
            ExprKind::Float(value) => PatternKind::Float(value),
            ExprKind::Decimal(value) => PatternKind::Decimal(value),
            ExprKind::Duration(value) => PatternKind::Duration(value),
            ExprKind::Text(text) => PatternKind::Text(text),
            ExprKind::Unit if value.ty == UNKNOWN => PatternKind::Wildcard,
            _ => {
                self.report(messages::not_a_literal(literal.span));
                PatternKind::Wildcard
            }
        }
    }

    fn tuple_pattern(&mut self, items: &[ast::Pattern], ty: &Type, span: Span, bindings: &mut Bindings) -> PatternKind {
        let wanted = match items.len() {
            0 => Type::Unit,
            count => Type::Tuple(self.fresh_types(count)),
        };
        let base = self.base(ty);
        if !self.unify(&wanted, &base) {
            let shown = self.show(ty);
            self.report(messages::not_a_tuple(span, items.len(), &shown));
            self.skip_patterns(items.iter(), bindings);
            return PatternKind::Wildcard;
        }
        let Type::Tuple(types) = wanted else { return PatternKind::Tuple(Vec::new()) };
        let patterns = items.iter().zip(types.iter()).map(|(item, ty)| self.pattern(item, ty, bindings));
        PatternKind::Tuple(patterns.collect())
    }

    /// Binds the names of patterns that can't be checked, so that their uses are not reported too.
    fn skip_patterns<'p>(&mut self, patterns: impl Iterator<Item = &'p ast::Pattern>, bindings: &mut Bindings) {
        for pattern in patterns {
            self.pattern(pattern, &UNKNOWN, bindings);
        }
    }

    fn case_pattern(
        &mut self,
        path: &[ast::Name],
        args: Option<&[ast::PatternArg]>,
        rest: bool,
        ty: &Type,
        span: Span,
        bindings: &mut Bindings,
    ) -> PatternKind {
        let Some(name) = path.last().copied() else { return PatternKind::Wildcard };
        if path.len() == 1 && (name.symbol == self.checker.words.none || name.symbol == self.checker.words.some) {
            return self.option_pattern(name, args, ty, span, bindings);
        }
        let Some((union, case)) = self.pattern_case(path, name, ty, span) else {
            self.skip_patterns(args.into_iter().flatten().map(|arg| &arg.pattern), bindings);
            return PatternKind::Wildcard;
        };
        let count = self.checker.types[union.0 as usize].generics.len();
        let given = self.fresh_types(count);
        let base = self.base(ty);
        if !self.unify(&Type::Named(union, Arc::clone(&given)), &base) {
            let (shown, union) = (self.show(ty), self.checker.types[union.0 as usize].name.to_string());
            self.report(messages::case_of_other_type(name, &union, &shown));
            self.skip_patterns(args.into_iter().flatten().map(|arg| &arg.pattern), bindings);
            return PatternKind::Wildcard;
        }
        let fields = self.fields_of(union, case);
        let parts = match args {
            Some(args) => self.pattern_parts(name, &fields, &given, args, rest, span, bindings),
            None => {
                if !fields.is_empty() {
                    self.report(messages::case_without_fields(name, span));
                }
                Vec::new()
            }
        };
        PatternKind::Case(case, parts)
    }

    /// The case that a pattern names.
    fn pattern_case(&mut self, path: &[ast::Name], name: ast::Name, ty: &Type, span: Span) -> Option<(TypeId, usize)> {
        if let [_] = path {
            let want = Want::soft(ty.clone());
            let want = (!matches!(ty, Type::Option(_))).then_some(&want);
            return match self.find_case(name.symbol, want) {
                FoundCase::One(union, case) => Some((union, case)),
                FoundCase::Several(unions) => {
                    self.ambiguous_case(name, &unions);
                    None
                }
                FoundCase::None => {
                    self.unknown_pattern_case(name, ty);
                    None
                }
            };
        }
        let qualifier = self.pattern_qualifier(&path[..path.len() - 1]);
        match qualifier {
            Some(Qualifier::Type(union)) => {
                let case = self.case_of(union, name.symbol);
                if case.is_none() {
                    self.unknown_case(union, name);
                }
                Some((union, case?))
            }
            Some(Qualifier::Module(module)) => {
                let found = self.case_in(module, name.symbol);
                if found.is_none() {
                    self.unknown_pattern_case(name, ty);
                }
                found
            }
            None => {
                self.report_unknown_path(path, span);
                None
            }
        }
    }

    fn report_unknown_path(&mut self, path: &[ast::Name], span: Span) {
        let head = path.first().and_then(|name| self.lookup(name.symbol));
        if head != Some(Entity::Missing) {
            self.report(messages::unknown_path(span));
        }
    }

    /// What stands in front of a case: names joined by dots, as an expression has them.
    fn pattern_qualifier(&mut self, path: &[ast::Name]) -> Option<Qualifier> {
        let (first, others) = path.split_first()?;
        let mut written = ast::Expr { kind: ast::ExprKind::Name(*first), span: first.span };
        for name in others {
            let span = first.span.to(name.span);
            written = ast::Expr { kind: ast::ExprKind::Field(Box::new(written), *name), span };
        }
        self.qualifier(&written)
    }

    fn unknown_pattern_case(&mut self, name: ast::Name, ty: &Type) {
        if *ty == UNKNOWN {
            return;
        }
        if let Type::Named(id, _) = self.base(ty)
            && matches!(self.checker.types[id.0 as usize].kind, TypeKind::Union(_))
        {
            self.unknown_case(id, name);
            return;
        }
        let shown = self.show(ty);
        self.report(names::unknown_case_in_pattern(name, &shown));
    }

    fn option_pattern(
        &mut self,
        name: ast::Name,
        args: Option<&[ast::PatternArg]>,
        ty: &Type,
        span: Span,
        bindings: &mut Bindings,
    ) -> PatternKind {
        let item = self.fresh();
        let base = self.base(ty);
        if !self.unify(&Type::Option(Arc::new(item.clone())), &base) {
            let shown = self.show(ty);
            self.report(messages::not_an_option(name, &shown));
            self.skip_patterns(args.into_iter().flatten().map(|arg| &arg.pattern), bindings);
            return PatternKind::Wildcard;
        }
        match (name.symbol.as_str(), args) {
            ("None", None) => PatternKind::None,
            ("Some", Some([ast::PatternArg { name: None, pattern }])) => {
                PatternKind::Some(Box::new(self.pattern(pattern, &item, bindings)))
            }
            (word, _) => {
                self.report(messages::option_parts(word, span));
                self.skip_patterns(args.into_iter().flatten().map(|arg| &arg.pattern), bindings);
                PatternKind::Wildcard
            }
        }
    }

    fn record_pattern(
        &mut self,
        path: &[ast::Name],
        fields: &[ast::PatternArg],
        rest: bool,
        ty: &Type,
        span: Span,
        bindings: &mut Bindings,
    ) -> PatternKind {
        let base = self.base(ty);
        let record = match path {
            [] => base.clone(),
            path => self.named_record(path, span),
        };
        let is_record = matches!(&record, Type::Named(id, _) if matches!(self.checker.types[id.0 as usize].kind, TypeKind::Record(_)));
        if !is_record || !self.unify(&record, &base) {
            if record != UNKNOWN && base != UNKNOWN {
                let diagnostic = match variable(&record) {
                    Some(_) => crate::messages::types::not_known(span),
                    None => messages::not_this_record(span, &self.show(&record), &self.show(ty), is_record),
                };
                self.report(diagnostic);
            }
            self.skip_patterns(fields.iter().map(|field| &field.pattern), bindings);
            return PatternKind::Wildcard;
        }
        let Type::Named(id, args) = self.shallow(&record) else { return PatternKind::Wildcard };
        let declared = self.fields_of(id, 0);
        let def = &self.checker.types[id.0 as usize];
        let name = ast::Name { symbol: Symbol::new(&def.name), span };
        PatternKind::Record(self.pattern_parts(name, &declared, &args, fields, rest, span, bindings))
    }

    /// The type in front of a record pattern, with arguments that are still to be found.
    fn named_record(&mut self, path: &[ast::Name], span: Span) -> Type {
        match self.pattern_qualifier(path) {
            Some(Qualifier::Type(id)) => {
                let count = self.checker.types[id.0 as usize].generics.len();
                Type::Named(id, self.fresh_types(count))
            }
            _ => {
                self.report_unknown_path(path, span);
                UNKNOWN
            }
        }
    }

    /// The parts of a case or record pattern, by position or name.
    #[allow(clippy::too_many_arguments, reason = "a pattern has these parts")]
    fn pattern_parts(
        &mut self,
        of: ast::Name,
        fields: &[Parameter],
        given: &[Type],
        args: &[ast::PatternArg],
        rest: bool,
        span: Span,
        bindings: &mut Bindings,
    ) -> Vec<(usize, Pattern)> {
        let mut parts: Vec<(usize, Pattern)> = Vec::with_capacity(args.len());
        for (position, arg) in args.iter().enumerate() {
            let index = match arg.name {
                Some(name) => fields.iter().position(|field| field.name == name.symbol),
                None => Some(position).filter(|position| *position < fields.len()),
            };
            let Some(index) = index else {
                self.unknown_part(of, fields, arg, args.len());
                self.skip_patterns(std::iter::once(&arg.pattern), bindings);
                continue;
            };
            if let (None, ast::PatternKind::Bind(name)) = (arg.name, &arg.pattern.kind)
                && let Some(other) = fields.iter().position(|field| field.name == name.symbol)
                && other != index
            {
                self.report(records::name_of_other_field(*name, fields[index].name));
            }
            if parts.iter().any(|(other, _)| *other == index) {
                self.report(messages::part_twice(fields[index].name, arg.pattern.span));
            }
            let ty = fields[index].ty.substitute(given);
            parts.push((index, self.pattern(&arg.pattern, &ty, bindings)));
        }
        let missing: Vec<&str> = fields
            .iter()
            .enumerate()
            .filter(|(index, _)| parts.iter().all(|(other, _)| other != index))
            .map(|(_, field)| field.name.as_str())
            .collect();
        if !rest && !missing.is_empty() && args.len() <= fields.len() {
            self.report(messages::missing_parts(of.symbol.as_str(), &missing, span));
        }
        parts
    }

    fn unknown_part(&mut self, of: ast::Name, fields: &[Parameter], arg: &ast::PatternArg, count: usize) {
        match arg.name {
            Some(name) => {
                let known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                let near = self.checker.near_names.nearest(name.symbol.as_str(), known.iter().copied());
                self.report(names::unknown_field(name, of.symbol.as_str(), near, &known));
            }
            None => self.report(messages::too_many_parts(of, fields.len(), count, arg.pattern.span)),
        }
    }
}
