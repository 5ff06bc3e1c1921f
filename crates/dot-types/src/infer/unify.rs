//! Variables, unification, and the conversions that the language does by itself.

use std::sync::Arc;

use super::{Body, Want, expr, unknown};
use crate::messages::mismatch;
use crate::program::{Expr, ExprKind, Type, TypeKind};
use crate::types::{FIRST_VARIABLE, SIZE_LIMIT, UNKNOWN, variable};
use dot_syntax::Span;

impl Body<'_, '_> {
    /// A type that is not known yet.
    pub(super) fn fresh(&mut self) -> Type {
        self.variables.push(None);
        Type::Param(FIRST_VARIABLE + self.variables.len() as u32 - 1)
    }

    pub(super) fn fresh_types(&mut self, count: usize) -> Arc<[Type]> {
        (0..count).map(|_| self.fresh()).collect()
    }

    /// The type with its outermost variable replaced.
    pub(super) fn shallow(&self, ty: &Type) -> Type {
        let mut ty = ty;
        while let Some(index) = variable(ty)
            && let Some(bound) = &self.variables[index]
        {
            ty = bound;
        }
        ty.clone()
    }

    /// The type with every known variable replaced; [`UNKNOWN`] where that would be too large.
    pub(super) fn resolve(&self, ty: &Type) -> Type {
        let mut budget = SIZE_LIMIT;
        self.resolve_within(ty, &mut budget)
    }

    fn resolve_within(&self, ty: &Type, budget: &mut usize) -> Type {
        if *budget == 0 {
            return UNKNOWN;
        }
        *budget -= 1;
        let mut one = |ty: &Type| Arc::new(self.resolve_within(ty, budget));
        match ty {
            Type::List(item) => Type::List(one(item)),
            Type::Set(item) => Type::Set(one(item)),
            Type::Option(item) => Type::Option(one(item)),
            Type::Map(key, value) => Type::Map(one(key), one(value)),
            Type::Tuple(items) => Type::Tuple(items.iter().map(|item| self.resolve_within(item, budget)).collect()),
            Type::Named(id, args) => {
                Type::Named(*id, args.iter().map(|arg| self.resolve_within(arg, budget)).collect())
            }
            Type::Function(params, result) => {
                let params = params.iter().map(|param| self.resolve_within(param, budget)).collect();
                Type::Function(params, Arc::new(self.resolve_within(result, budget)))
            }
            Type::Param(_) => match self.shallow(ty) {
                Type::Param(number) => Type::Param(number),
                known => self.resolve_within(&known, budget),
            },
            _ => ty.clone(),
        }
    }

    /// Makes two types one; when they can't be, nothing is bound.
    pub(super) fn unify(&mut self, a: &Type, b: &Type) -> bool {
        let mark = self.trail.len();
        let same = self.unify_parts(a, b);
        if !same {
            self.unbind(mark);
        }
        same
    }

    fn unify_parts(&mut self, a: &Type, b: &Type) -> bool {
        let (a, b) = (self.shallow(a), self.shallow(b));
        if a == UNKNOWN || b == UNKNOWN {
            self.poison(&a);
            self.poison(&b);
            return true;
        }
        match (variable(&a), variable(&b)) {
            (Some(left), Some(right)) if left == right => return true,
            (Some(index), _) => return self.assign_variable(index, b),
            (_, Some(index)) => return self.assign_variable(index, a),
            _ => {}
        }
        match (&a, &b) {
            (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Option(a), Type::Option(b)) => {
                self.unify_parts(a, b)
            }
            (Type::Map(a, c), Type::Map(b, d)) => self.unify_parts(a, b) && self.unify_parts(c, d),
            (Type::Tuple(a), Type::Tuple(b)) => self.unify_all(a, b),
            (Type::Named(a, c), Type::Named(b, d)) => a == b && self.unify_all(c, d),
            (Type::Function(a, c), Type::Function(b, d)) => self.unify_all(a, b) && self.unify_parts(c, d),
            _ => a == b,
        }
    }

    /// What is open in a type becomes the type of what is wrong, so that nobody asks for it again.
    pub(super) fn poison(&mut self, ty: &Type) {
        let ty = self.resolve(ty);
        self.poison_resolved(&ty);
    }

    fn poison_resolved(&mut self, ty: &Type) {
        if let Some(index) = variable(ty) {
            if self.variables[index].is_none() {
                self.variables[index] = Some(UNKNOWN);
                self.trail.push(index);
            }
            return;
        }
        for part in crate::types::parts(ty) {
            self.poison_resolved(part);
        }
    }

    fn unify_all(&mut self, a: &[Type], b: &[Type]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.unify_parts(a, b))
    }

    fn assign_variable(&mut self, index: usize, ty: Type) -> bool {
        let mut budget = SIZE_LIMIT;
        if self.occurs(index, &ty, &mut budget) {
            return false;
        }
        self.variables[index] = Some(ty);
        self.trail.push(index);
        true
    }

    /// Whether a variable is inside of a type, or the type is too large to say.
    fn occurs(&self, index: usize, ty: &Type, budget: &mut usize) -> bool {
        if *budget == 0 {
            return true;
        }
        *budget -= 1;
        match variable(ty) {
            Some(other) if other == index => true,
            Some(other) => self.variables[other].as_ref().is_some_and(|bound| self.occurs(index, bound, budget)),
            None => crate::types::parts(ty).any(|part| self.occurs(index, part, budget)),
        }
    }

    /// The type below a refined one, one step down.
    pub(super) fn one_base(&self, ty: &Type) -> Option<Type> {
        let Type::Named(id, args) = ty else { return None };
        match &self.checker.types[id.0 as usize].kind {
            TypeKind::Refined { base, .. } => Some(base.substitute(args)),
            _ => None,
        }
    }

    /// The type without its outermost conditions.
    pub(super) fn base(&self, ty: &Type) -> Type {
        let mut ty = self.shallow(ty);
        // A circle of refined types has been reported and has no base.
        for _ in 0..SIZE_LIMIT {
            match self.one_base(&ty) {
                Some(base) => ty = self.shallow(&base),
                None => return ty,
            }
        }
        UNKNOWN
    }

    /// The expression without the outermost conditions of its type.
    pub(super) fn widened(&mut self, value: Expr) -> Expr {
        let from = self.shallow(&value.ty);
        let base = self.base(&from);
        if base == from || base == UNKNOWN {
            return value;
        }
        let span = value.span;
        expr(ExprKind::Widen(Box::new(value)), base, span)
    }

    /// Whether a value of one type is a value of the other without any operation. Binds variables.
    fn widens(&mut self, from: &Type, to: &Type) -> bool {
        let (from, to) = (self.shallow(from), self.shallow(to));
        if self.unify(&from, &to) {
            return true;
        }
        if let Some(base) = self.one_base(&from)
            && self.widens(&base, &to)
        {
            return true;
        }
        match (&from, &to) {
            (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Option(a), Type::Option(b)) => {
                self.widens(a, b)
            }
            (Type::Map(a, c), Type::Map(b, d)) => self.widens(a, b) && self.widens(c, d),
            (Type::Tuple(a), Type::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| self.widens(a, b))
            }
            _ => false,
        }
    }

    #[allow(clippy::result_large_err, reason = "the value goes back to whoever reports it")]
    /// Converts a value as the language does it by itself; gives the value back where there is no way.
    pub(super) fn convert(&mut self, value: Expr, to: &Type) -> Result<Expr, Expr> {
        let (from, to) = (self.shallow(&value.ty), self.shallow(to));
        if from == Type::Never || self.unify(&from, &to) {
            return Ok(value);
        }
        let span = value.span;
        if let Type::Option(item) = &to
            && !matches!(from, Type::Option(_))
        {
            let value = self.convert(value, item)?;
            return Ok(expr(ExprKind::Some(Box::new(value)), to, span));
        }
        if self.widens(&from, &to) {
            return Ok(expr(ExprKind::Widen(Box::new(value)), to, span));
        }
        if self.is_anonymous(&to)
            && let Some(base) = self.one_base(&to)
        {
            let value = self.convert(value, &base)?;
            return Ok(expr(ExprKind::Refine(Box::new(value)), to, span));
        }
        Err(value)
    }

    /// Whether a value of one type converts to the other. Binds nothing.
    pub(super) fn fits(&mut self, from: &Type, to: &Type) -> bool {
        let mark = self.trail.len();
        let fits = self.fits_binding(from, to);
        self.unbind(mark);
        fits
    }

    fn fits_binding(&mut self, from: &Type, to: &Type) -> bool {
        let (from, to) = (self.shallow(from), self.shallow(to));
        if from == Type::Never || self.widens(&from, &to) {
            return true;
        }
        match &to {
            Type::Option(item) if !matches!(from, Type::Option(_)) => self.fits_binding(&from, item),
            to if self.is_anonymous(to) => self.one_base(to).is_some_and(|base| self.fits_binding(&from, &base)),
            _ => false,
        }
    }

    /// Takes bindings back.
    fn unbind(&mut self, mark: usize) {
        for index in self.trail.drain(mark..) {
            self.variables[index] = None;
        }
    }

    /// Whether a type is a condition behind a parameter's or field's type: its values are made where they enter.
    fn is_anonymous(&self, ty: &Type) -> bool {
        matches!(ty, Type::Named(id, _) if self.checker.type_infos[id.0 as usize].anonymous)
    }

    /// Converts a value to what is wanted, or reports the difference.
    pub(super) fn coerce(&mut self, value: Expr, want: &Want) -> Expr {
        match self.convert(value, &want.ty) {
            Ok(value) => value,
            Err(value) => {
                // What is written as a text is not to be parsed.
                let literal = matches!(value.kind, ExprKind::Text(_));
                self.report_difference(value.span, &value.ty, want, literal);
                unknown(value.span)
            }
        }
    }

    pub(super) fn report_mismatch(&mut self, span: Span, found: &Type, want: &Want) {
        self.report_difference(span, found, want, false);
    }

    fn report_difference(&mut self, span: Span, found: &Type, want: &Want, literal: bool) {
        let (expected, found) = (self.resolve(&want.ty), self.resolve(found));
        let facts = mismatch::Mismatch {
            span,
            expected: self.show(&expected),
            found: self.show(&found),
            origin: want.origin,
            hint: if literal { mismatch::Hint::None } else { self.conversion_hint(&expected, &found) },
        };
        self.report(mismatch::wrong_type(&facts));
    }

    fn conversion_hint(&self, expected: &Type, found: &Type) -> mismatch::Hint {
        use mismatch::Hint;
        match (expected, found) {
            (Type::Float, found) if self.base(found) == Type::Int => Hint::IntToFloat,
            (Type::Int, Type::Float) => Hint::FloatToInt,
            (Type::Text, found) if !matches!(found, Type::Option(_) | Type::Function(..)) => Hint::ToText,
            (Type::Int, Type::Text) => Hint::ParseInt,
            (Type::Float, Type::Text) => Hint::ParseFloat,
            (Type::Decimal, Type::Int) => Hint::IntToDecimal,
            (Type::Decimal | Type::Time | Type::Date, Type::Text) => Hint::Parse(self.show(expected)),
            (expected, Type::Option(inner)) if **inner == *expected => Hint::Unwrap,
            (Type::Named(id, _), found)
                if self.one_base(expected).is_some_and(|_| self.base(expected) == self.base(found)) =>
            {
                Hint::Refine(self.checker.types[id.0 as usize].name.to_string())
            }
            (Type::Named(id, args), found) if Some(*id) == self.checker.prelude_type("Result") => {
                match args.first() == Some(found) {
                    true => Hint::WrapOk,
                    false => Hint::None,
                }
            }
            (Type::Named(id, _), found)
                if Some(*id) == self.checker.json_type() && !matches!(found, Type::Function(..)) =>
            {
                Hint::ToJson
            }
            (Type::Unit, _) => Hint::NoResult,
            _ => Hint::None,
        }
    }

    /// One type for several values: the first one's, unless a later one is wider. Gives the type, or the index of
    /// the value that does not fit.
    pub(super) fn join(&mut self, values: &[Expr]) -> Result<Type, usize> {
        let mut joined: Option<Type> = None;
        for (index, value) in values.iter().enumerate() {
            let ty = self.shallow(&value.ty);
            joined = match joined {
                _ if ty == Type::Never || ty == UNKNOWN => joined,
                None => Some(ty),
                Some(before) => Some(self.join_types(&before, &ty).ok_or(index)?),
            };
        }
        let all_never = || values.iter().all(|value| value.ty == Type::Never);
        Ok(joined.unwrap_or(if !values.is_empty() && all_never() { Type::Never } else { UNKNOWN }))
    }

    pub(super) fn join_types(&mut self, a: &Type, b: &Type) -> Option<Type> {
        let (a, b) = (self.shallow(a), self.shallow(b));
        if self.unify(&a, &b) {
            return Some(a);
        }
        match (&a, &b) {
            (Type::Option(left), right) | (right, Type::Option(left))
                if !matches!((&a, &b), (Type::Option(_), Type::Option(_))) =>
            {
                return Some(Type::Option(Arc::new(self.join_types(left, right)?)));
            }
            _ => {}
        }
        if self.widens(&a, &b) {
            return Some(b);
        }
        if self.widens(&b, &a) {
            return Some(a);
        }
        match (self.one_base(&a), self.one_base(&b)) {
            (Some(base), _) => self.join_types(&base, &b),
            (None, Some(base)) => self.join_types(&a, &base),
            (None, None) => None,
        }
    }

    /// Reports a type that has grown past what is worked with, and replaces it.
    pub(super) fn limit(&mut self, value: Expr) -> Expr {
        let mut budget = SIZE_LIMIT;
        if !self.within(&value.ty, &mut budget) {
            return self.wrong(value.span, crate::messages::types::type_too_large(value.span, SIZE_LIMIT));
        }
        value
    }

    fn within(&self, ty: &Type, budget: &mut usize) -> bool {
        if *budget == 0 {
            return false;
        }
        *budget -= 1;
        match variable(ty) {
            Some(index) => self.variables[index].as_ref().is_none_or(|bound| self.within(bound, budget)),
            None => crate::types::parts(ty).all(|part| self.within(part, budget)),
        }
    }
}
