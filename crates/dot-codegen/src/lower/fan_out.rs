//! Comprehensions whose turns overlap: a window of calls that are started and not taken.
//!
//! The handles of such calls follow each other, since nothing else is started between them: two numbers are the window, and no
//! handle is stored. When the window is full the oldest call is taken before the next is started, so results come in order.

use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_types::program::{Clause, Expr};

use super::functions::Body;
use super::loops::Ahead;
use super::steps::NO_GROUP;
use crate::core::{Atom, Comparison, Local, Op, Statement};

/// How many calls of a comprehension are started and not taken, at most.
const WINDOW: i64 = 1_024;

/// The calls that are started and not taken: `oldest..next`.
struct Window<'p> {
    oldest: Local,
    next: Local,
    /// What each turn gives.
    body: &'p Expr,
    result: Local,
    item: TypeRef,
}

impl<'p> Body<'_, 'p> {
    /// A comprehension whose body is a call; with a limit its calls are parts of one `parallel`.
    pub(super) fn lower_fan_out(
        &mut self,
        expr: &'p Expr,
        clauses: &'p [Clause],
        body: &'p Expr,
        group: Option<Atom>,
    ) -> Op {
        let (ty, int) = (self.closed(&expr.ty), self.int());
        let &TypeDesc::List { item } = self.unit.types.desc(ty) else {
            self.unit.internal(expr.span, "a comprehension that gives no list");
            return Op::Value(Atom::Unit);
        };
        let (oldest, next) = (self.let_(int, Op::Value(Atom::Int(0))), self.let_(int, Op::Value(Atom::Int(0))));
        let result = self.local(ty);
        let window = Window { oldest, next, body, result, item };
        let ahead = Ahead { list: Some(result), group };
        self.lower_clauses(clauses, body, ahead, &mut |this| this.start_turn(&window));
        self.looped(|this, leave| {
            let some = this.is_in_window(&window, Comparison::Less);
            this.branch(some, |_| {}, |this| this.leave(leave));
            this.take_oldest(&window);
        });
        if group.is_some() {
            self.emit(Statement::Group(NO_GROUP));
        }
        Op::Value(Atom::Local(result))
    }

    /// Starts the call of a turn; takes the oldest if the window is full.
    fn start_turn(&mut self, window: &Window<'p>) {
        let Some(handle) = self.start_operand(window.body) else {
            return self.unit.internal(window.body.span, "a comprehension that overlaps without a call");
        };
        let is_first = self.is_in_window(window, Comparison::Equal);
        self.branch(is_first, |this| this.assign(window.oldest, Op::Value(Atom::Local(handle))), |_| {});
        let int = self.int();
        let next = self.wrapping(Native::IntWrappingAdd, Atom::Local(handle), Atom::Int(1));
        self.assign(window.next, next);
        let size = self.wrapping(Native::IntWrappingSub, Atom::Local(window.next), Atom::Local(window.oldest));
        let size = Atom::Local(self.let_(int, size));
        let bool = self.bool();
        let is_full = self.let_(bool, Op::Compare(Comparison::GreaterEqual, int, size, Atom::Int(WINDOW)));
        self.branch(Atom::Local(is_full), |this| this.take_oldest(window), |_| {});
    }

    /// Compares the ends of the window.
    fn is_in_window(&mut self, window: &Window<'p>, comparison: Comparison) -> Atom {
        let (int, bool) = (self.int(), self.bool());
        let ends = [window.oldest, window.next].map(Atom::Local);
        Atom::Local(self.let_(bool, Op::Compare(comparison, int, ends[0], ends[1])))
    }

    fn take_oldest(&mut self, window: &Window<'p>) {
        let value = self.outcome(window.body, window.oldest);
        let site = self.site(window.body.span);
        let (list, ty) = (window.result, self.type_of(window.result));
        let longer = Op::Native(Native::ListPush, vec![window.item], vec![Atom::Local(list), value], site);
        let longer = self.let_(ty, longer);
        self.assign(list, Op::Value(Atom::Local(longer)));
        let oldest = self.wrapping(Native::IntWrappingAdd, Atom::Local(window.oldest), Atom::Int(1));
        self.assign(window.oldest, oldest);
    }

    fn wrapping(&mut self, native: Native, a: Atom, b: Atom) -> Op {
        let site = self.site(self.source.span);
        Op::Native(native, Vec::new(), vec![a, b], site)
    }
}
