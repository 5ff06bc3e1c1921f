//! What is a step of its own inside of a body: what stands behind `try`, and the parts of `parallel`.
//!
//! Such code becomes an anonymous dot when the whole program is known (see `steps`). Until then a call of [`UNMADE`]
//! holds its body as the first argument, and behind it the values that were taken out of the body, each with the index of the
//! variable that stands for it there, plus one.

use dot_syntax::{Diagnostic, Span, ast};

use super::{Body, Frame, FrameKind, Host, Want, expr, unknown};
use crate::messages::{dots, steps};
use crate::program::{Bound, DotCall, Expr, ExprKind, LocalId, Part, Type};
use crate::steps::{RACE, UNMADE};
use crate::types::UNKNOWN;

/// The call behind `try`: its arguments are evaluated in front of it, in the caller.
pub(super) struct Core {
    span: Span,
    /// Whether nothing stands around the call.
    whole: bool,
    /// The arguments that were taken out, each with the index of the variable that stands for it, plus one.
    lifted: Vec<Part>,
}

impl Body<'_, '_> {
    /// Whether the place is in the body of a dot or test itself, where steps may stand.
    pub(super) fn may_call_dots(&self) -> bool {
        !self.in_lambda() && matches!(self.host, Host::Dot | Host::Test)
    }

    /// Checks something that will be a step of its own: it has copies of what it mentions, and control does not leave it.
    pub(super) fn step<T>(&mut self, word: &'static str, span: Span, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.frames.push(Frame::new(FrameKind::Step(word), UNKNOWN));
        let result = inside(self);
        let captures = self.frames.pop().map(|frame| frame.captures).unwrap_or_default();
        for local in captures {
            let ty = self.local(local).ty.clone();
            self.require(&ty, Bound::Data, span, Some(steps::CAPTURED));
        }
        result
    }

    /// `try e`: a `Result` of what the step gives or its fault.
    pub(super) fn try_call(&mut self, operand: &ast::Expr, span: Span, want: Option<&Want>) -> Expr {
        if !self.may_call_dots() {
            self.infer(operand);
            return self.wrong(span, dots::only_in_dots("try", span));
        }
        if let ast::ExprKind::Question(inner) = &operand.kind {
            self.infer(inner);
            return self.wrong(span, steps::question_behind_try(span, operand.span));
        }
        let (Some(result), Some(fault)) = (self.checker.prelude_type("Result"), self.checker.fault_type()) else {
            return unknown(span);
        };
        let hint = match (want, want.map(|want| self.shallow(&want.ty))) {
            (Some(want), Some(Type::Named(id, args))) if id == result => {
                args.first().map(|item| want.part(item.clone()))
            }
            _ => None,
        };
        let (value, lifted) = self.step("try", operand.span, |body| {
            let outer = std::mem::replace(&mut body.core, core_call(operand));
            let value = match &hint {
                Some(hint) if !hint.soft => body.check(operand, hint),
                hint => body.expression(operand, hint.as_ref()),
            };
            let core = std::mem::replace(&mut body.core, outer);
            (value, core.map(|core| core.lifted).unwrap_or_default())
        });
        let item = match self.shallow(&value.ty) {
            Type::Never => Type::Unit,
            ty => ty,
        };
        self.require(&item, Bound::Data, operand.span, Some(steps::RESULT));
        let ty = Type::Named(result, [item, Type::Named(fault, [].into())].into());
        let mut call = step_call(value, true);
        if let ExprKind::CallDot(call) = &mut call {
            call.args.extend(lifted);
        }
        self.limit(expr(call, ty, span))
    }

    /// Takes the arguments of the call behind `try` out of the step, if this is that call. Functions stay, since they can't
    /// enter it, and so does what can't fail.
    pub(super) fn lift_arguments(&mut self, core: Option<Core>, is_step: bool, parts: &mut [Part]) {
        let Some(mut core) = core else { return };
        if !(core.whole && is_step) {
            for part in parts.iter_mut().filter(|part| !is_plain(&part.value)) {
                let ty = self.shallow(&part.value.ty);
                if matches!(ty, Type::Function(..) | Type::Never) || ty == UNKNOWN {
                    continue;
                }
                let span = part.value.span;
                self.require(&ty, Bound::Data, span, Some(steps::CAPTURED));
                let local = self.lifted_local(ty.clone(), span);
                let value = std::mem::replace(&mut part.value, expr(ExprKind::Local(local), ty, span));
                core.lifted.push(Part { index: local.0 as usize + 1, value });
            }
        }
        self.core = Some(core);
    }

    /// A variable of the body around the step that is being checked.
    fn lifted_local(&mut self, ty: Type, span: Span) -> LocalId {
        let local = self.invent_local("$argument", ty, span);
        self.depths[local.0 as usize] -= 1;
        local
    }

    /// The core of the `try` that is being checked, if it is the call at a place. What follows is not its business.
    pub(super) fn take_core(&mut self, span: Span) -> Option<Core> {
        self.core.take_if(|core| core.span == span)
    }

    /// Runs something outside of the step that is being checked.
    pub(super) fn outside_step<T>(&mut self, inside: impl FnOnce(&mut Self) -> T) -> T {
        let frame = self.frames.pop();
        let result = inside(self);
        self.frames.extend(frame);
        result
    }

    /// `parallel (…)` and `parallel […]`
    pub(super) fn parallel(
        &mut self,
        options: &[ast::Arg],
        written: &ast::Expr,
        span: Span,
        want: Option<&Want>,
    ) -> Expr {
        if !self.may_call_dots() {
            self.infer(written);
            return self.wrong(span, dots::only_in_dots("parallel", span));
        }
        let limit = self.parallel_limit(options);
        let parts = match &written.kind {
            ast::ExprKind::Comprehension(comprehension) => self.comprehension(comprehension, true, written.span, want),
            ast::ExprKind::Tuple(parts) if parts.len() > 1 => self.parallel_parts(parts, span, want),
            _ => {
                self.infer(written);
                return self.wrong(span, steps::not_parallel(written.span));
            }
        };
        match limit {
            Some(limit) => {
                let ty = parts.ty.clone();
                expr(ExprKind::Limited(Box::new(limit), Box::new(parts)), ty, span)
            }
            None => parts,
        }
    }

    /// How many parts may be under way at once, if that is written.
    fn parallel_limit(&mut self, options: &[ast::Arg]) -> Option<Expr> {
        let mut limit = None;
        for option in options {
            let is_limit = option.name.is_some_and(|name| name.symbol == "limit");
            if !is_limit || limit.is_some() {
                let place = option.name.map_or(option.value.span, |name| name.span);
                self.infer(&option.value);
                self.report(steps::parallel_option(place, is_limit));
                continue;
            }
            limit = Some(self.check(&option.value, &Want::new(Type::Int)));
        }
        limit
    }

    /// `race (a, b)`: parts of one type, of which the first one to end decides.
    pub(super) fn race(&mut self, written: &ast::Expr, span: Span, want: Option<&Want>) -> Expr {
        if !self.may_call_dots() {
            self.infer(written);
            return self.wrong(span, dots::only_in_dots("race", span));
        }
        let parts = match &written.kind {
            ast::ExprKind::Tuple(parts) if parts.len() > 1 => parts,
            _ => {
                self.infer(written);
                return self.wrong(span, steps::not_a_race(written.span));
            }
        };
        let want = self.strict(want).cloned();
        let values: Vec<Expr> = parts
            .iter()
            .map(|part| {
                self.step("race", part.span, |body| match &want {
                    Some(want) => body.check(part, want),
                    None => body.infer(part),
                })
            })
            .collect();
        let (ty, values) = self.branches(values, want.as_ref());
        let item = if ty == Type::Never { Type::Unit } else { ty };
        self.require(&item, Bound::Data, span, Some(steps::RESULT));
        let args = values.into_iter().enumerate().map(|(index, value)| Part { index, value }).collect();
        let call = DotCall { function: RACE, args, number: 0, is_try: false };
        self.limit(expr(ExprKind::CallDot(Box::new(call)), item, span))
    }

    fn parallel_parts(&mut self, parts: &[ast::Expr], span: Span, want: Option<&Want>) -> Expr {
        let wanted = match self.wanted(want) {
            Some(Type::Tuple(wanted)) if wanted.len() == parts.len() => Some(wanted),
            _ => None,
        };
        let mut values = Vec::with_capacity(parts.len());
        for (index, part) in parts.iter().enumerate() {
            let hint = match (&wanted, want) {
                (Some(wanted), Some(want)) => Some(want.part(wanted[index].clone())),
                _ => None,
            };
            let mut value = self.step("parallel", part.span, |body| match &hint {
                Some(hint) if !hint.soft => body.check(part, hint),
                hint => body.expression(part, hint.as_ref()),
            });
            if self.shallow(&value.ty) == Type::Never {
                value = self.wrong(part.span, steps::part_never_ends(part.span));
            }
            let ty = value.ty.clone();
            self.require(&ty, Bound::Data, part.span, Some(steps::RESULT));
            values.push(expr(step_call(value, false), ty, part.span));
        }
        let types = values.iter().map(|value| value.ty.clone()).collect();
        self.limit(expr(ExprKind::Parallel(values), Type::Tuple(types), span))
    }

    /// What is wrong with control that leaves the innermost function, if it would leave a step.
    pub(super) fn leaves_step(&mut self, word: &str, span: Span) -> Option<Diagnostic> {
        match self.frame().kind {
            FrameKind::Step(step) => Some(steps::leaves(word, step, span)),
            _ => None,
        }
    }
}

/// Something as a step: a call of a dot as it is, everything else as the body of an anonymous dot.
pub(super) fn step_call(value: Expr, is_try: bool) -> ExprKind {
    match value.kind {
        ExprKind::CallDot(call) if !(is_try && call.is_try) => {
            let is_try = is_try || call.is_try;
            ExprKind::CallDot(Box::new(DotCall { is_try, ..*call }))
        }
        kind => unmade(Expr { kind, ..value }, is_try),
    }
}

/// A call of the anonymous dot that an expression will be.
pub(super) fn unmade(value: Expr, is_try: bool) -> ExprKind {
    let args = vec![Part { index: 0, value }];
    ExprKind::CallDot(Box::new(DotCall { function: UNMADE, args, number: 0, is_try }))
}

/// Whether a value can be computed inside of the step just as well: it can't fail.
fn is_plain(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Unit
        | ExprKind::Bool(_)
        | ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::Duration(_)
        | ExprKind::Text(_)
        | ExprKind::None
        | ExprKind::Local(_) => true,
        ExprKind::Some(inner) | ExprKind::Widen(inner) | ExprKind::Field(inner, _) => is_plain(inner),
        _ => false,
    }
}

/// The innermost call of a chain of fields and methods.
fn core_call(operand: &ast::Expr) -> Option<Core> {
    let mut at = operand;
    let mut found = None;
    loop {
        at = match &at.kind {
            ast::ExprKind::Field(base, _) | ast::ExprKind::Index(base, _) => base,
            ast::ExprKind::Call { callee, .. } => {
                found = Some(at.span);
                callee
            }
            _ => break,
        };
    }
    found.map(|span| Core { span, whole: span == operand.span, lifted: Vec::new() })
}

/// Whether the value of a `let` is a call with fields and at least one method behind it.
pub(super) fn is_call_with_methods(written: &ast::Expr) -> bool {
    match &written.kind {
        ast::ExprKind::Call { callee, .. } => match &callee.kind {
            ast::ExprKind::Field(base, _) => ends_in_call(base),
            _ => false,
        },
        ast::ExprKind::Field(base, _) => is_call_with_methods(base),
        _ => false,
    }
}

fn ends_in_call(written: &ast::Expr) -> bool {
    match &written.kind {
        ast::ExprKind::Call { .. } => true,
        ast::ExprKind::Field(base, _) => ends_in_call(base),
        _ => false,
    }
}
