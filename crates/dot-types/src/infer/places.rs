//! Assignments: variables, and places inside of them.

use dot_syntax::{Span, ast};

use super::operators::binary_op;
use super::{Body, FrameKind, Want, expr};
use crate::messages::{assign, operators};
use crate::program::{Expr, ExprKind, Pattern, PatternKind, Place, Statement, StatementKind, Step, StepKind, Type};
use crate::types::{UNKNOWN, variable};

impl Body<'_, '_> {
    pub(super) fn assign(
        &mut self,
        target: &ast::Expr,
        op: Option<(ast::BinaryOp, Span)>,
        value: &ast::Expr,
        span: Span,
    ) -> Option<StatementKind> {
        if !is_place(target) {
            // The parser has said so.
            self.infer(value);
            return None;
        }
        if let (ast::ExprKind::Tuple(targets), None) = (&target.kind, op) {
            return self.assign_tuple(targets, value);
        }
        let Some(place) = self.place(target) else {
            self.infer(value);
            return None;
        };
        let Some((op, op_span)) = op else {
            let value = self.check(value, &self.place_want(&place));
            return Some(StatementKind::Assign { place, value });
        };
        if op == ast::BinaryOp::Coalesce {
            return self.assign_missing(op_span, place, value, span);
        }
        self.assign_with(op, op_span, place, value, span)
    }

    fn place_want(&self, place: &Place) -> Want {
        let local = self.local(place.local);
        Want::because(place.ty.clone(), local.span, "the variable is declared here")
    }

    /// `x += e`: the operation is checked as `x + e`, whose result must fit the place.
    fn assign_with(
        &mut self,
        op: ast::BinaryOp,
        op_span: Span,
        place: Place,
        value: &ast::Expr,
        span: Span,
    ) -> Option<StatementKind> {
        let current = expr(ExprKind::Local(place.local), place.ty.clone(), place.span);
        let hint = self.base(&place.ty);
        // The other side of a number is of its type: what ends in branches or a block gets it from here.
        let value = match hint {
            Type::Int | Type::Float | Type::Decimal if has_branches(value) => self.check(value, &Want::new(hint)),
            Type::Duration | Type::Time => self.infer(value),
            _ => self.expression(value, Some(&Want::soft(hint))),
        };
        let combined = self.arithmetic(op, op_span, current, value, span);
        if combined.ty == UNKNOWN {
            return None;
        }
        let same = self.unify(&combined.ty, &place.ty);
        let ExprKind::Binary(_, _, value) = combined.kind else { return None };
        if !same {
            let (place_ty, result) = (self.show(&place.ty), self.show(&combined.ty));
            self.report(assign::result_does_not_fit(op, op_span, &place_ty, &result));
            return None;
        }
        Some(StatementKind::AssignOp { place, op: binary_op(op), value: *value })
    }

    /// `x ??= e` is `x = x ?? e` with the indices of the place evaluated once.
    fn assign_missing(
        &mut self,
        op_span: Span,
        mut place: Place,
        value: &ast::Expr,
        span: Span,
    ) -> Option<StatementKind> {
        let ty = self.base(&place.ty);
        if !matches!(ty, Type::Option(_)) {
            self.infer(value);
            if ty != UNKNOWN {
                let shown = self.show(&ty);
                self.report(assign::nothing_to_fill(op_span, &shown));
            }
            return None;
        }
        let mut statements = Vec::new();
        for step in &mut place.steps {
            let StepKind::Index(index) = &mut step.kind else { continue };
            let (ty, place) = (index.ty.clone(), index.span);
            let local = self.invent_local("$index", ty.clone(), place);
            let value = std::mem::replace(index, expr(ExprKind::Local(local), ty.clone(), place));
            let pattern = Pattern { kind: PatternKind::Bind(local), ty, span: place };
            let kind = StatementKind::Let { pattern, value, otherwise: None, pending: false };
            statements.push(Statement { kind, span: place });
        }
        let current = self.read(&place);
        let value = self.coalesce_with(current, value, span);
        let value = self.coerce(value, &self.place_want(&place));
        let assignment = StatementKind::Assign { place, value };
        if statements.is_empty() {
            return Some(assignment);
        }
        statements.push(Statement { kind: assignment, span });
        Some(StatementKind::Expr(expr(ExprKind::Block(statements, None), Type::Unit, span)))
    }

    /// The value of a place.
    fn read(&mut self, place: &Place) -> Expr {
        let ty = self.local(place.local).ty.clone();
        let mut value = expr(ExprKind::Local(place.local), ty, place.span);
        for step in &place.steps {
            let object = Box::new(self.widened(value));
            let kind = match &step.kind {
                StepKind::Field(index) => ExprKind::Field(object, *index),
                StepKind::Index(index) => ExprKind::Index(object, Box::new(index.clone())),
            };
            value = expr(kind, step.ty.clone(), step.span);
        }
        value
    }

    fn assign_tuple(&mut self, targets: &[ast::Expr], value: &ast::Expr) -> Option<StatementKind> {
        let places: Vec<Option<Place>> = targets.iter().map(|target| self.place(target)).collect();
        let types = places.iter().map(|place| place.as_ref().map_or(UNKNOWN, |place| place.ty.clone())).collect();
        let value = self.check(value, &Want::new(Type::Tuple(types)));
        Some(StatementKind::AssignTuple { places: places.into_iter().collect::<Option<_>>()?, value })
    }

    /// A place that can be assigned: a variable and the way into it.
    fn place(&mut self, target: &ast::Expr) -> Option<Place> {
        match &target.kind {
            ast::ExprKind::Name(name) => self.variable_place(*name),
            ast::ExprKind::Paren(inner) => self.place(inner),
            ast::ExprKind::Field(base, name) => {
                if self.qualifier(base).is_some() {
                    self.report(assign::not_assignable(target.span));
                    return None;
                }
                let place = self.place(base)?;
                self.field_place(place, *name, target.span)
            }
            ast::ExprKind::Index(base, index) => {
                let Some(place) = self.place(base) else {
                    self.infer(index);
                    return None;
                };
                self.index_place(place, index, base.span, target.span)
            }
            _ => {
                self.report(assign::not_assignable(target.span));
                None
            }
        }
    }

    fn variable_place(&mut self, name: ast::Name) -> Option<Place> {
        let Some(&id) = self.bindings.get(&name.symbol) else {
            match self.lookup(name.symbol) {
                Some(_) => self.report(assign::not_a_local(name)),
                None => {
                    self.report(assign::unknown_variable(name));
                }
            }
            return None;
        };
        let local = self.local(id);
        let (ty, declared, mutable) = (local.ty.clone(), local.span, local.mutable);
        if !mutable {
            let keyword = self.let_keyword(declared);
            self.report(assign::not_a_var(name, declared, keyword));
            return None;
        }
        let copied = self.frame().copied;
        if self.depths[id.0 as usize] + 1 < self.frames.len() || (id.0 as usize) < copied {
            let what = match self.frame().kind {
                _ if (id.0 as usize) < copied => "a comprehension",
                FrameKind::Step(_) => "a step of its own",
                _ => "a lambda",
            };
            self.report(assign::captured(name, what, declared));
            return None;
        }
        Some(Place { local: id, steps: Vec::new(), ty, span: name.span })
    }

    /// The place of the `let` in front of a name, if the name stands right behind it.
    fn let_keyword(&self, declared: Span) -> Option<Span> {
        let file = self.checker.files.get(declared.file.0 as usize)?;
        let before = file.text.get(..declared.start as usize)?;
        let start = before.trim_end().strip_suffix("let")?.len();
        Some(Span { file: declared.file, start: start as u32, end: start as u32 + 3 })
    }

    fn field_place(&mut self, mut place: Place, name: ast::Name, span: Span) -> Option<Place> {
        let ty = self.shallow(&place.ty);
        if ty == UNKNOWN {
            return None;
        }
        if variable(&ty).is_some() {
            self.report(crate::messages::types::not_known(place.span));
            return None;
        }
        if matches!(ty, Type::Tuple(_)) {
            self.report(assign::part_of_tuple(span));
            return None;
        }
        let Some((index, field)) = self.find_field(&ty, name.symbol) else {
            self.unknown_field(&ty, name);
            return None;
        };
        place.steps.push(Step { kind: StepKind::Field(index), ty: field.clone(), span: name.span });
        (place.ty, place.span) = (field, span);
        Some(place)
    }

    fn index_place(&mut self, mut place: Place, index: &ast::Expr, base: Span, span: Span) -> Option<Place> {
        let ty = self.shallow(&place.ty);
        let types = match &ty {
            Type::Bytes => None,
            ty => self.indexed(ty),
        };
        let Some((key, item)) = types else {
            self.infer(index);
            if ty == Type::Bytes {
                self.report(operators::bytes_not_assignable(span));
            } else {
                self.not_indexed(base, &ty, span);
            }
            return None;
        };
        let index: Expr = self.check(index, &Want::because(key, base, "this is what is indexed"));
        place.steps.push(Step { kind: StepKind::Index(index), ty: item.clone(), span });
        (place.ty, place.span) = (item, span);
        Some(place)
    }
}

/// Whether the value is that of a block, or of one of several.
fn has_branches(value: &ast::Expr) -> bool {
    match &value.kind {
        ast::ExprKind::Paren(inner) => has_branches(inner),
        kind => matches!(kind, ast::ExprKind::Block(_) | ast::ExprKind::If { .. } | ast::ExprKind::Match { .. }),
    }
}

/// Whether a target has the shape of a place, down to its parts.
fn is_place(target: &ast::Expr) -> bool {
    match &target.kind {
        ast::ExprKind::Name(_) | ast::ExprKind::Field(..) | ast::ExprKind::Index(..) => true,
        ast::ExprKind::Tuple(parts) => parts.iter().all(is_place),
        ast::ExprKind::Paren(inner) => is_place(inner),
        _ => false,
    }
}
