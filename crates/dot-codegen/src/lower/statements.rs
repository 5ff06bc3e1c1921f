//! Statements, blocks and `assert`.

use dot_abi::fault::{FaultCode, texts};
use dot_syntax::Span;
use dot_types::program::{Assert, Expr, ExprKind, Pattern, PatternKind, Statement as Source, StatementKind};

use super::functions::{Body, Dest, Targets};
use crate::core::{Atom, Op};

impl<'p> Body<'_, 'p> {
    /// A block: its statements, then its value.
    pub(super) fn lower_block(&mut self, statements: &'p [Source], value: Option<&'p Expr>, dest: Dest) {
        let outer = self.pending.len();
        self.lower_statements(statements);
        match (value, dest) {
            (Some(value), _) => self.deliver(value, dest),
            (None, Dest::Return) => self.give_back(Atom::Unit),
            (None, Dest::Local(local)) => self.assign(local, Op::Value(Atom::Unit)),
            (None, Dest::Ignore) => {}
        }
        self.end_scope(outer);
    }

    /// A block whose value is used.
    pub(super) fn block_atom(&mut self, statements: &'p [Source], value: &'p Expr) -> Atom {
        let outer = self.pending.len();
        self.lower_statements(statements);
        let atom = self.atom(value);
        self.end_scope(outer);
        atom
    }

    /// Statements one after the other.
    pub(super) fn lower_statements(&mut self, statements: &'p [Source]) {
        for statement in statements {
            // What is behind a jump is never reached, and its variables may not exist.
            if self.is_dead() {
                return;
            }
            self.lower_statement(statement);
        }
    }

    fn lower_statement(&mut self, statement: &'p Source) {
        match &statement.kind {
            StatementKind::Let { pattern, value, pending: true, .. } => match pattern.kind {
                PatternKind::Bind(id) => self.lower_pending(id, value),
                _ => self.unit.internal(statement.span, "a pending variable without a name"),
            },
            StatementKind::Let { pattern, value, otherwise, .. } => self.lower_let(pattern, value, otherwise.as_ref()),
            StatementKind::Assign { place, value } => self.lower_assign(place, value),
            StatementKind::AssignOp { place, op, value } => self.lower_assign_op(statement.span, place, *op, value),
            StatementKind::AssignTuple { places, value } => self.lower_assign_tuple(places, value),
            StatementKind::For { pattern, iterable, body } => self.lower_for(pattern, iterable, body),
            StatementKind::While { condition, body } => self.lower_while(condition, body),
            StatementKind::Assert(assert) => self.lower_assert(statement.span, assert),
            StatementKind::Mock { target, with } => self.lower_mock(*target, with),
            StatementKind::Expr(expr) => self.deliver(expr, Dest::Ignore),
        }
    }

    fn lower_let(&mut self, pattern: &'p Pattern, value: &'p Expr, otherwise: Option<&'p Expr>) {
        let subjects = self.subjects(value, std::iter::once(pattern));
        if let (None, PatternKind::Bind(id), [subject]) = (otherwise, &pattern.kind, &subjects[..]) {
            return self.bind(*id, *subject);
        }
        self.labeled(|body, matched| {
            body.try_pattern(&subjects, pattern, &mut |body| body.leave(matched));
            match otherwise {
                Some(otherwise) => body.deliver(otherwise, Dest::Ignore),
                None => body.unreachable(pattern.span),
            }
        });
    }

    fn lower_while(&mut self, condition: &'p Expr, turn: &'p Expr) {
        self.enter_loop(&[condition, turn]);
        self.looped(|body, leave| {
            if !matches!(condition.kind, ExprKind::Bool(true)) {
                body.jump_unless(condition, leave);
            }
            let pending = body.pending.len();
            body.loops.push(Targets { leave, next: super::functions::Next::Head(leave), pending });
            body.deliver(turn, Dest::Ignore);
            body.loops.pop();
        });
    }

    /// `break` or `continue`
    pub(super) fn lower_jump(&mut self, expr: &'p Expr) {
        let Some(&targets) = self.loops.last() else {
            return self.unit.internal(expr.span, "a `break` or `continue` outside of a loop");
        };
        self.settle_to(targets.pending);
        match expr.kind {
            ExprKind::Break => self.leave(targets.leave),
            _ => self.next(targets.next),
        }
    }

    fn lower_assert(&mut self, span: Span, assert: &'p Assert) {
        let (holds, sides) = match &assert.comparison {
            Some((op, a, b)) => {
                let types = (self.closed(&a.ty), self.closed(&b.ty));
                let values = self.pair(a, b);
                let op = self.binary(assert.condition.span, *op, (values.0, types.0), (values.1, types.1));
                let bool = self.bool();
                (Atom::Local(self.let_(bool, op)), Some([(values.0, a), (values.1, b)]))
            }
            None => (self.atom(&assert.condition), None),
        };
        self.branch(holds, |_| {}, |body| body.fail_assert(span, assert, sides));
    }

    /// Says what did not hold.
    fn fail_assert(&mut self, span: Span, assert: &'p Assert, sides: Option<[(Atom, &'p Expr); 2]>) {
        let mut parts = Vec::new();
        let (before, behind) = texts::ASSERT;
        let condition = format!("{before}{}{behind}", assert.source);
        match &assert.message {
            Some(message) => {
                parts.push(Atom::Text(self.text(&(condition + texts::ASSERT_MESSAGE))));
                parts.push(self.shown(message));
            }
            None => parts.push(Atom::Text(self.text(&condition))),
        }
        if let Some([(a, left), (b, right)]) = sides {
            let (open, between, close) = texts::ASSERT_SIDES;
            parts.push(Atom::Text(self.text(open)));
            parts.push(self.text_of(a, left));
            parts.push(Atom::Text(self.text(between)));
            parts.push(self.text_of(b, right));
            if !close.is_empty() {
                parts.push(Atom::Text(self.text(close)));
            }
        }
        let message = match parts[..] {
            [message] => message,
            _ => {
                let text = self.text_type();
                Atom::Local(self.let_(text, Op::Concat(parts)))
            }
        };
        self.fault(FaultCode::Assert, span, Some(message), None);
    }
}
