//! Operators and conditions.

use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_syntax::Span;
use dot_types::program::{BinaryOp, Expr, ExprKind};

use super::functions::{Body, Dest};
use crate::core::{Atom, Comparison, Label, Local, Op, Scalar};

impl<'p> Body<'_, 'p> {
    /// A binary operator.
    pub(super) fn lower_binary(&mut self, expr: &'p Expr, op: BinaryOp, a: &'p Expr, b: &'p Expr) -> Op {
        if op == BinaryOp::In
            && let ExprKind::Range { start, end, inclusive } = &b.kind
        {
            return self.lower_in_range(a, start, end, *inclusive);
        }
        let (left, right) = (self.closed(&a.ty), self.closed(&b.ty));
        let (a, b) = self.pair(a, b);
        self.binary(expr.span, op, (a, left), (b, right))
    }

    /// A binary operator on values that are there.
    pub(super) fn binary(&mut self, span: Span, op: BinaryOp, a: (Atom, TypeRef), b: (Atom, TypeRef)) -> Op {
        if let Some(comparison) = comparison(op) {
            return Op::Compare(comparison, self.unit.types.table().base(a.1), a.0, b.0);
        }
        let site = self.site(span);
        if op == BinaryOp::In {
            return self.lower_in(span, a, b);
        }
        let scalar = match (op, self.unit.types.desc(a.1), self.unit.types.desc(b.1)) {
            (BinaryOp::Add, TypeDesc::Text, _) => return Op::Append(a.0, b.0),
            (BinaryOp::Add, TypeDesc::List { .. }, _) => return Op::AppendList(a.0, b.0),
            (BinaryOp::Add, TypeDesc::Bytes, _) => {
                return Op::Native(Native::BytesConcat, Vec::new(), vec![a.0, b.0], site);
            }
            (op, TypeDesc::Decimal, _) => {
                return Op::Native(decimal_native(op), Vec::new(), vec![a.0, b.0], site);
            }
            (BinaryOp::Add, TypeDesc::Float, _) => Scalar::AddFloat,
            (BinaryOp::Subtract, TypeDesc::Float, _) => Scalar::SubtractFloat,
            (BinaryOp::Multiply, TypeDesc::Float, _) => Scalar::MultiplyFloat,
            (BinaryOp::Divide, TypeDesc::Float, _) => Scalar::DivideFloat,
            (BinaryOp::Remainder, TypeDesc::Float, _) => Scalar::RemainderFloat,
            (BinaryOp::Divide, TypeDesc::Duration, TypeDesc::Duration) => Scalar::DivideDuration,
            (BinaryOp::Add, ..) => Scalar::AddInt,
            (BinaryOp::Subtract, ..) => Scalar::SubtractInt,
            (BinaryOp::Multiply, ..) => Scalar::MultiplyInt,
            (BinaryOp::Divide, ..) => Scalar::DivideInt,
            _ => Scalar::RemainderInt,
        };
        Op::Scalar(scalar, a.0, b.0, site)
    }

    /// `if`, whose condition jumps instead of being computed where it has parts.
    pub(super) fn lower_if(&mut self, condition: &'p Expr, then: &'p Expr, otherwise: Option<&'p Expr>, dest: Dest) {
        if !is_jumping(condition) && !self.jumps_when_inlined(condition) {
            let condition = self.atom(condition);
            self.branch(condition, |body| body.deliver(then, dest), |body| body.deliver_else(otherwise, dest));
            return;
        }
        self.labeled(|body, end| {
            body.labeled(|body, no| {
                body.jump_unless(condition, no);
                body.deliver(then, dest);
                body.leave(end);
            });
            body.deliver_else(otherwise, dest);
        });
    }

    fn deliver_else(&mut self, otherwise: Option<&'p Expr>, dest: Dest) {
        match (otherwise, dest) {
            (Some(otherwise), _) => self.deliver(otherwise, dest),
            (None, Dest::Return) => self.give_back(Atom::Unit),
            (None, Dest::Local(local)) => self.assign(local, Op::Value(Atom::Unit)),
            (None, Dest::Ignore) => {}
        }
    }

    /// `and`, `or` and `is` where their value is wanted.
    pub(super) fn lower_truth(&mut self, expr: &'p Expr, dest: Dest) {
        self.labeled(|body, end| {
            body.labeled(|body, no| {
                body.jump_unless(expr, no);
                body.put(expr, Op::Value(Atom::Bool(true)), dest);
                body.leave(end);
            });
            body.put(expr, Op::Value(Atom::Bool(false)), dest);
        });
    }

    /// Jumps to the label if a condition does not hold.
    pub(super) fn jump_unless(&mut self, condition: &'p Expr, label: Label) {
        match &condition.kind {
            ExprKind::And(a, b) => {
                self.jump_unless(a, label);
                self.jump_unless(b, label);
            }
            ExprKind::Or(a, b) => self.labeled(|body, yes| {
                body.jump_if(a, yes);
                body.jump_unless(b, label);
            }),
            ExprKind::Not(value) => self.jump_if(value, label),
            ExprKind::Is(value, pattern) => self.labeled(|body, yes| {
                body.jump_if_matches(value, pattern, yes);
                body.leave(label);
            }),
            ExprKind::Call { .. } if self.jumps_when_inlined(condition) => {
                self.jump_inlined(condition, |body, inner| body.jump_unless(inner, label));
            }
            _ => {
                let condition = self.atom(condition);
                self.branch(condition, |_| {}, |body| body.leave(label));
            }
        }
    }

    /// Jumps to the label if a condition holds.
    pub(super) fn jump_if(&mut self, condition: &'p Expr, label: Label) {
        match &condition.kind {
            ExprKind::Or(a, b) => {
                self.jump_if(a, label);
                self.jump_if(b, label);
            }
            ExprKind::And(a, b) => self.labeled(|body, no| {
                body.jump_unless(a, no);
                body.jump_if(b, label);
            }),
            ExprKind::Not(value) => self.jump_unless(value, label),
            ExprKind::Is(value, pattern) => self.jump_if_matches(value, pattern, label),
            ExprKind::Call { .. } if self.jumps_when_inlined(condition) => {
                self.jump_inlined(condition, |body, inner| body.jump_if(inner, label));
            }
            _ => {
                let condition = self.atom(condition);
                self.branch(condition, |body| body.leave(label), |_| {});
            }
        }
    }

    /// `x in a..b`, without the list.
    fn lower_in_range(&mut self, item: &'p Expr, start: &'p Expr, end: &'p Expr, inclusive: bool) -> Op {
        let (int, bool) = (self.int(), self.bool());
        let atoms = self.atoms([item, start, end]);
        let upper = if inclusive { Comparison::LessEqual } else { Comparison::Less };
        let above = self.let_(bool, Op::Compare(Comparison::GreaterEqual, int, atoms[0], atoms[1]));
        let result = self.local(bool);
        self.branch(
            Atom::Local(above),
            |body| body.assign(result, Op::Compare(upper, int, atoms[0], atoms[2])),
            |body| body.assign(result, Op::Value(Atom::Bool(false))),
        );
        Op::Value(Atom::Local(result))
    }

    /// `x in xs`
    fn lower_in(&mut self, span: Span, item: (Atom, TypeRef), items: (Atom, TypeRef)) -> Op {
        let site = self.site(span);
        let operands = vec![items.0, item.0];
        match *self.unit.types.desc(items.1) {
            TypeDesc::Text => Op::Native(Native::TextContains, Vec::new(), operands, site),
            TypeDesc::Map { key, value } => Op::Native(Native::MapHas, vec![key, value], operands, site),
            TypeDesc::Set { item } => Op::Native(Native::SetHas, vec![item], operands, site),
            TypeDesc::List { item: ty } => {
                let list = self.local_of(items.0, items.1);
                self.lower_in_list(item.0, list, ty)
            }
            _ => {
                self.unit.internal(span, "`in` of something that has no items");
                Op::Value(Atom::Bool(false))
            }
        }
    }

    fn lower_in_list(&mut self, wanted: Atom, list: Local, item: TypeRef) -> Op {
        let bool = self.bool();
        let found = self.local(bool);
        self.assign(found, Op::Value(Atom::Bool(false)));
        let base = self.unit.types.table().base(item);
        self.walk_list(list, item, |body, value, leave| {
            let equal = body.let_(bool, Op::Compare(Comparison::Equal, base, value, wanted));
            body.branch(
                Atom::Local(equal),
                |body| {
                    body.assign(found, Op::Value(Atom::Bool(true)));
                    body.leave(leave);
                },
                |_| {},
            );
        });
        Op::Value(Atom::Local(found))
    }
}

/// Whether a condition is made of jumps.
pub(super) fn is_jumping(condition: &Expr) -> bool {
    match &condition.kind {
        ExprKind::And(..) | ExprKind::Or(..) | ExprKind::Is(..) => true,
        ExprKind::Not(value) => is_jumping(value),
        _ => false,
    }
}

/// The native that an arithmetic operator of decimals is.
fn decimal_native(op: BinaryOp) -> Native {
    match op {
        BinaryOp::Add => Native::DecimalAdd,
        BinaryOp::Subtract => Native::DecimalSubtract,
        BinaryOp::Multiply => Native::DecimalMultiply,
        BinaryOp::Divide => Native::DecimalDivide,
        _ => Native::DecimalRemainder,
    }
}

fn comparison(op: BinaryOp) -> Option<Comparison> {
    Some(match op {
        BinaryOp::Equal => Comparison::Equal,
        BinaryOp::NotEqual => Comparison::NotEqual,
        BinaryOp::Less => Comparison::Less,
        BinaryOp::LessEqual => Comparison::LessEqual,
        BinaryOp::Greater => Comparison::Greater,
        BinaryOp::GreaterEqual => Comparison::GreaterEqual,
        _ => return None,
    })
}
