//! Expressions: a dispatch, then a function for each construct.
//!
//! An expression either *delivers* its value to a destination, which constructs with several ends
//! pass on to each of them, or it is one [`Op`] behind the evaluation of its operands.

use dot_abi::fault::FaultCode;
use dot_abi::native::Native;
use dot_abi::types::TypeDesc;
use dot_types::program::{Expr, ExprKind, FanOut, Part, Type};

use super::functions::{Body, Dest};
use super::steps::UNLIMITED;
use crate::core::{Atom, Op, Statement, Unary};

impl<'p> Body<'_, 'p> {
    /// Evaluates an expression and passes its value on.
    pub(super) fn deliver(&mut self, expr: &'p Expr, dest: Dest) {
        match &expr.kind {
            ExprKind::Block(statements, value) => self.lower_block(statements, value.as_deref(), dest),
            ExprKind::If { condition, then, otherwise } => {
                self.lower_if(condition, then, otherwise.as_deref(), dest);
            }
            ExprKind::Match { subject, arms } => self.lower_match(expr, subject, arms, dest),
            ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Is(..) => self.lower_truth(expr, dest),
            ExprKind::RefineOption(value) => self.lower_refine_option(expr, value, dest),
            ExprKind::Widen(value) => self.deliver(value, dest),
            ExprKind::Return(value) => self.lower_return(value),
            ExprKind::Break | ExprKind::Continue => self.lower_jump(expr),
            ExprKind::Fail(message) => self.lower_fail(expr, message),
            ExprKind::FailRetry(message) => {
                let message = self.shown(message);
                self.fault(FaultCode::FailRetry, expr.span, Some(message), None);
            }
            _ => {
                let op = self.op(expr);
                self.put(expr, op, dest);
            }
        }
        if expr.ty == Type::Never {
            self.unreachable(expr.span);
        }
    }

    /// Leaves the function, or what was put here in the place of its call.
    fn lower_return(&mut self, value: &'p Expr) {
        match self.returns {
            Some((dest, end)) => {
                self.deliver(value, dest);
                self.leave(end);
            }
            None => self.deliver(value, Dest::Return),
        }
    }

    /// Ends the activation with a text, or with a fault that there was.
    fn lower_fail(&mut self, expr: &'p Expr, message: &'p Expr) {
        let is_fault = matches!(&message.ty, Type::Named(id, _) if Some(*id) == self.unit.program.well_known.fault);
        if is_fault {
            let fault = self.atom(message);
            let site = self.site(expr.span);
            return self.emit(Statement::Raise(fault, site));
        }
        let message = self.shown(message);
        self.fault(FaultCode::Fail, expr.span, Some(message), None);
    }

    /// Leaves the function with a value, when all that it started has ended.
    pub(super) fn give_back(&mut self, value: Atom) {
        self.settle_to(0);
        self.emit(Statement::Return(value));
    }

    /// Passes the result of an operation on.
    pub(super) fn put(&mut self, expr: &Expr, op: Op, dest: Dest) {
        match (dest, op) {
            (Dest::Local(local), op) => self.assign(local, op),
            (Dest::Return, Op::Value(atom)) => self.give_back(atom),
            (Dest::Return, op) => {
                let ty = self.closed(&expr.ty);
                let value = self.let_(ty, op);
                self.give_back(Atom::Local(value));
            }
            (Dest::Ignore, Op::Value(_)) => {}
            (Dest::Ignore, Op::Take(handle)) => self.emit(Statement::Settle(handle)),
            (Dest::Ignore, op) => {
                let ty = self.closed(&expr.ty);
                self.let_(ty, op);
            }
        }
    }

    /// Evaluates an expression whose value is used.
    pub(super) fn atom(&mut self, expr: &'p Expr) -> Atom {
        match &expr.kind {
            ExprKind::Widen(value) => self.atom(value),
            _ if matches!(expr.ty, Type::Unit | Type::Never) => {
                self.deliver(expr, Dest::Ignore);
                Atom::Unit
            }
            _ if !has_many_ends(&expr.kind) => {
                let op = self.op(expr);
                self.atom_of(expr, op)
            }
            ExprKind::Block(statements, Some(value)) => self.block_atom(statements, value),
            _ => {
                let ty = self.closed(&expr.ty);
                let local = self.local(ty);
                self.deliver(expr, Dest::Local(local));
                Atom::Local(local)
            }
        }
    }

    fn atom_of(&mut self, expr: &Expr, op: Op) -> Atom {
        match op {
            Op::Value(atom) => atom,
            op => {
                let ty = self.closed(&expr.ty);
                Atom::Local(self.let_(ty, op))
            }
        }
    }

    /// A text of parts, some at a time: a compiler of machine code takes quadratic time for thousands of
    /// operands of one operation.
    fn lower_concat(&mut self, parts: &'p [Expr]) -> Op {
        let mut chunks = parts.chunks(64);
        let mut op = Op::Concat(self.atoms(chunks.next().unwrap_or_default()));
        for chunk in chunks {
            let text = self.closed(&Type::Text);
            let before = self.let_(text, op);
            let parts = self.atoms(chunk);
            let behind = self.let_(text, Op::Concat(parts));
            op = Op::Append(Atom::Local(before), Atom::Local(behind));
        }
        op
    }

    /// Evaluates operands left to right. What a later one assigns does not change an earlier one. Calls of dots are
    /// started as they are reached, and awaited when all operands were.
    pub(super) fn atoms(&mut self, exprs: impl IntoIterator<Item = &'p Expr>) -> Vec<Atom> {
        let mut atoms = Vec::new();
        let mut seen = Vec::new();
        let mut started = Vec::new();
        for expr in exprs {
            let atom = match self.start_operand(expr) {
                Some(handle) => {
                    started.push((atoms.len(), expr, handle));
                    Atom::Unit
                }
                None => self.atom(expr),
            };
            atoms.push(atom);
            seen.push((self.position(), self.version(atom)));
        }
        self.keep(&mut atoms, &seen);
        for (index, expr, handle) in started {
            atoms[index] = self.outcome(expr, handle);
        }
        atoms
    }

    /// Puts copies where operands were evaluated that were assigned since.
    pub(super) fn keep(&mut self, atoms: &mut [Atom], seen: &[(usize, u32)]) {
        for (atom, &(position, version)) in atoms.iter_mut().zip(seen).rev() {
            if let Atom::Local(local) = *atom
                && self.version(*atom) != version
            {
                *atom = self.copy_at(position, local);
            }
        }
    }

    /// Evaluates two operands.
    pub(super) fn pair(&mut self, a: &'p Expr, b: &'p Expr) -> (Atom, Atom) {
        let atoms = self.atoms([a, b]);
        (atoms[0], atoms[1])
    }

    /// Evaluates parts in the order of the source; gives them by index.
    pub(super) fn parts(&mut self, parts: &'p [Part]) -> Vec<Atom> {
        let atoms = self.atoms(parts.iter().map(|part| &part.value));
        let mut by_index: Vec<(usize, Atom)> = parts.iter().map(|part| part.index).zip(atoms).collect();
        by_index.sort_by_key(|(index, _)| *index);
        by_index.into_iter().map(|(_, atom)| atom).collect()
    }

    /// Evaluates an expression and gives its value as `Text.of` does.
    pub(super) fn shown(&mut self, expr: &'p Expr) -> Atom {
        let value = self.atom(expr);
        self.text_of(value, expr)
    }

    /// The text of a value of an expression.
    pub(super) fn text_of(&mut self, value: Atom, expr: &Expr) -> Atom {
        let ty = self.closed(&expr.ty);
        if matches!(self.unit.types.desc(ty), TypeDesc::Text) {
            return value;
        }
        let (text, site) = (self.text_type(), self.site(expr.span));
        Atom::Local(self.let_(text, Op::Native(Native::TextOf, vec![ty], vec![value], site)))
    }

    /// Evaluates the operands of an expression with one end; what is left is its operation.
    pub(super) fn op(&mut self, expr: &'p Expr) -> Op {
        if let Some(atom) = self.literal(&expr.kind) {
            return Op::Value(atom);
        }
        match &expr.kind {
            ExprKind::Concat(parts) => self.lower_concat(parts),
            ExprKind::Local(id) => Op::Value(self.variable(*id, expr.span)),
            ExprKind::Constant(id) => self.constant(*id),
            ExprKind::List(items) => {
                let items = self.atoms(items);
                Op::List(self.closed(&expr.ty), items)
            }
            ExprKind::Map(entries) => self.lower_map(expr, entries),
            ExprKind::EmptySet => Op::Empty(self.closed(&expr.ty), Atom::Int(0)),
            ExprKind::Tuple(items) => {
                let items = self.atoms(items);
                Op::Record(self.closed(&expr.ty), items)
            }
            ExprKind::Record(fields) => {
                let fields = self.parts(fields);
                Op::Record(self.closed(&expr.ty), fields)
            }
            ExprKind::Update { before, base, fields } => self.lower_update(expr, *before, base, fields),
            ExprKind::Case { case, fields } => {
                let fields = self.parts(fields);
                match fields.is_empty() {
                    true => Op::Value(Atom::BareCase(*case as u32)),
                    false => Op::Case(self.closed(&expr.ty), *case as u32, fields),
                }
            }
            ExprKind::Some(value) => {
                let value = self.atom(value);
                Op::Some(self.closed(&expr.ty), value)
            }
            ExprKind::Field(object, index) => {
                let object_type = self.closed(&object.ty);
                let object = self.atom(object);
                Op::Field(self.local_of(object, object_type), 0, *index as u32)
            }
            ExprKind::Index(object, index) => self.lower_index(expr, object, index),
            ExprKind::Negate(value) => self.lower_negate(expr, value),
            ExprKind::Not(value) => {
                let value = self.atom(value);
                Op::Unary(Unary::Not, value, self.site(expr.span))
            }
            ExprKind::Binary(op, a, b) => self.lower_binary(expr, *op, a, b),
            ExprKind::Range { start, end, inclusive } => self.lower_range(expr, start, end, *inclusive),
            ExprKind::Call { function, type_args, args } => self.lower_call(expr, *function, type_args, args),
            ExprKind::CallDot(call) => self.lower_dot_call(expr, call),
            ExprKind::Parallel(parts) => self.lower_parallel(expr, parts, UNLIMITED),
            ExprKind::Limited(limit, inner) => self.lower_limited(limit, inner),
            ExprKind::CallsOf(function) => self.lower_calls_of(expr, *function),
            ExprKind::CallValue { callee, args } => self.lower_call_value(callee, args),
            ExprKind::Lambda(lambda) => self.lower_lambda(expr, lambda),
            ExprKind::Comprehension { clauses, body, fan_out: FanOut::InOrder } => {
                self.lower_comprehension(expr, clauses, body)
            }
            ExprKind::Comprehension { clauses, body, fan_out } => {
                let group = (*fan_out == FanOut::Parallel).then_some(UNLIMITED);
                self.lower_fan_out(expr, clauses, body, group)
            }
            ExprKind::Refine(value) => self.lower_refine(expr, value),
            // The rest has many ends.
            _ => Op::Value(self.atom(expr)),
        }
    }

    /// The atom of a literal.
    pub(super) fn literal(&mut self, kind: &ExprKind) -> Option<Atom> {
        Some(match kind {
            ExprKind::Unit => Atom::Unit,
            ExprKind::Bool(value) => Atom::Bool(*value),
            ExprKind::Int(value) | ExprKind::Duration(value) => Atom::Int(*value),
            ExprKind::Float(value) => Atom::Float(*value),
            ExprKind::Decimal(value) => self.decimal(*value),
            ExprKind::Text(text) => Atom::Text(self.text(text)),
            ExprKind::None => Atom::None,
            _ => return None,
        })
    }

    fn lower_map(&mut self, expr: &'p Expr, entries: &'p [(Expr, Expr)]) -> Op {
        let ty = self.closed(&expr.ty);
        let &TypeDesc::Map { key, value } = self.unit.types.desc(ty) else {
            self.unit.internal(expr.span, "a map literal of another type");
            return Op::Value(Atom::Unit);
        };
        let site = self.site(expr.span);
        let mut op = Op::Empty(ty, Atom::Int(entries.len() as i64));
        let calls = |(key, value): &(Expr, Expr)| is_operand_call(key) || is_operand_call(value);
        // Calls overlap, so all are started first; otherwise nothing need be kept.
        let all = if entries.iter().any(calls) { entries.len() } else { 1 };
        for entries in entries.chunks(all.max(1)) {
            let operands = self.atoms(entries.iter().flat_map(|(key, value)| [key, value]));
            for entry in operands.chunks(2) {
                let map = Atom::Local(self.let_(ty, op));
                op = Op::Native(Native::MapInsert, vec![key, value], [&[map], entry].concat(), site);
            }
        }
        op
    }

    /// A copy of the base, or the base itself if nothing else refers to it, with other fields.
    fn lower_update(&mut self, expr: &'p Expr, before: usize, base: &'p Expr, fields: &'p [Part]) -> Op {
        let ty = self.closed(&expr.ty);
        let mut exprs: Vec<&Expr> = fields.iter().map(|part| &part.value).collect();
        exprs.insert(before, base);
        let mut values = self.atoms(exprs);
        let base = values.remove(before);
        let object = self.let_(ty, Op::MakeUnique(base));
        for (part, value) in fields.iter().zip(values) {
            self.emit(Statement::SetField { object, index: part.index as u32, value, drop_old: true });
        }
        Op::Value(Atom::Local(object))
    }

    fn lower_index(&mut self, expr: &'p Expr, object: &'p Expr, index: &'p Expr) -> Op {
        let ty = self.closed(&object.ty);
        let (object, index) = self.pair(object, index);
        let site = self.site(expr.span);
        match self.unit.types.desc(ty) {
            TypeDesc::List { .. } => {
                let list = self.local_of(object, ty);
                self.emit(Statement::CheckIndex(list, index, site));
                Op::Item(list, index)
            }
            TypeDesc::Map { .. } => Op::Entry(self.local_of(object, ty), index, site),
            TypeDesc::Bytes => Op::Native(Native::BytesAt, Vec::new(), vec![object, index], site),
            _ => {
                self.unit.internal(expr.span, "an index of something that has no items");
                Op::Value(Atom::Unit)
            }
        }
    }

    fn lower_negate(&mut self, expr: &'p Expr, value: &'p Expr) -> Op {
        let desc = self.desc(&expr.ty);
        let value = self.atom(value);
        match (desc, value) {
            (TypeDesc::Float, Atom::Float(value)) => Op::Value(Atom::Float(-value)),
            (TypeDesc::Float, value) => Op::Unary(Unary::NegateFloat, value, self.site(expr.span)),
            (TypeDesc::Decimal, Atom::Decimal(value)) => Op::Value(Atom::Decimal(value.negate())),
            (TypeDesc::Decimal, value) => {
                Op::Native(Native::DecimalNegate, Vec::new(), vec![value], self.site(expr.span))
            }
            (_, Atom::Int(value)) if value != i64::MIN => Op::Value(Atom::Int(-value)),
            (_, value) => Op::Unary(Unary::NegateInt, value, self.site(expr.span)),
        }
    }
}

/// Whether an operand is started and awaited later.
pub(super) fn is_operand_call(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::CallDot(_) => true,
        ExprKind::Field(inner, _) | ExprKind::Some(inner) | ExprKind::Widen(inner) => is_operand_call(inner),
        _ => false,
    }
}

/// Whether an expression delivers its value from several places, or none.
fn has_many_ends(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Block(..)
            | ExprKind::If { .. }
            | ExprKind::Match { .. }
            | ExprKind::And(..)
            | ExprKind::Or(..)
            | ExprKind::Is(..)
            | ExprKind::RefineOption(..)
            | ExprKind::Return(..)
            | ExprKind::Break
            | ExprKind::Continue
            | ExprKind::Fail(..)
            | ExprKind::FailRetry(..)
    )
}
