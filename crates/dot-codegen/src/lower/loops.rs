//! Loops over lists, maps, sets, texts, bytes and ranges: `for`, comprehensions, and whatever else walks.
//!
//! What is walked is held by a local of its own, so an assignment to the variable it came from does
//! not change it (the variable's object is then shared, and the assignment copies). A range is never built.

use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_types::program::{Clause, Expr, ExprKind, Pattern, PatternKind};

use super::functions::{Body, Dest, Next, Targets};
use crate::core::{Atom, Comparison, Label, Local, Op, Scalar, Statement};

/// A comprehension takes so many items of room at once, at most.
const MAX_ROOM: i64 = 65_536;

/// What is done between the evaluation of what is walked first and the first turn.
#[derive(Clone, Copy, Default)]
pub(super) struct Ahead {
    /// A list to make, with room for as many items as there will be turns if their number is known.
    pub(super) list: Option<Local>,
    /// The limit of the group that begins, if one does: what is evaluated once is not of it.
    pub(super) group: Option<Atom>,
}

/// What a turn of a loop is about: one value, or both parts of a pair that need not be built.
#[derive(Clone, Copy)]
enum Turn {
    One(Atom),
    Pair(Local, Local),
}

impl<'p> Body<'_, 'p> {
    /// `for`
    pub(super) fn lower_for(&mut self, pattern: &'p Pattern, iterable: &'p Expr, turn: &'p Expr) {
        self.walk(pattern, iterable, &[turn], &mut |body, targets| {
            body.loops.push(targets);
            body.deliver(turn, Dest::Ignore);
            body.loops.pop();
        });
    }

    /// A comprehension.
    pub(super) fn lower_comprehension(&mut self, expr: &'p Expr, clauses: &'p [Clause], body: &'p Expr) -> Op {
        let ty = self.closed(&expr.ty);
        let &TypeDesc::List { item } = self.unit.types.desc(ty) else {
            self.unit.internal(expr.span, "a comprehension that gives no list");
            return Op::Value(Atom::Unit);
        };
        let result = self.local(ty);
        self.lower_clauses(clauses, body, Ahead { list: Some(result), group: None }, &mut |this| {
            let value = this.atom(body);
            let site = this.site(body.span);
            let longer =
                this.let_(ty, Op::Native(Native::ListPush, vec![item], vec![Atom::Local(result), value], site));
            this.assign(result, Op::Value(Atom::Local(longer)));
        });
        Op::Value(Atom::Local(result))
    }

    /// Runs `each` for every turn.
    pub(super) fn lower_clauses(
        &mut self,
        clauses: &'p [Clause],
        inside: &'p Expr,
        ahead: Ahead,
        each: &mut dyn FnMut(&mut Self),
    ) {
        let list = ahead.list.filter(|_| matches!(clauses, [Clause::For(..)]));
        if let (Some(list), None) = (ahead.list, list) {
            let ty = self.type_of(list);
            self.assign(list, Op::Empty(ty, Atom::Int(0)));
        }
        match clauses.split_first() {
            None => each(self),
            Some((Clause::If(condition), rest)) => self.labeled(|body, skip| {
                body.jump_unless(condition, skip);
                body.lower_clauses(rest, inside, Ahead::default(), each);
            }),
            Some((Clause::For(pattern, iterable), rest)) => {
                let clauses = rest.iter().map(|(Clause::For(_, expr) | Clause::If(expr))| expr);
                let turn: Vec<&Expr> = clauses.chain([inside]).collect();
                self.walk_with(pattern, iterable, &turn, Ahead { list, ..ahead }, &mut |body, _| {
                    body.lower_clauses(rest, inside, Ahead::default(), each);
                });
            }
        }
    }

    /// Runs `turn` for each item that the pattern matches; `inside` are the expressions of a turn.
    fn walk(
        &mut self,
        pattern: &'p Pattern,
        iterable: &'p Expr,
        inside: &[&'p Expr],
        turn: &mut dyn FnMut(&mut Self, Targets),
    ) {
        self.walk_with(pattern, iterable, inside, Ahead::default(), turn);
    }

    /// As [`walk`](Self::walk), with something to do ahead of the turns.
    fn walk_with(
        &mut self,
        pattern: &'p Pattern,
        iterable: &'p Expr,
        inside: &[&'p Expr],
        ahead: Ahead,
        turn: &mut dyn FnMut(&mut Self, Targets),
    ) {
        let mut each = |body: &mut Self, item: Turn, targets: Targets| {
            let subjects = body.turn_subjects(item, pattern);
            body.try_pattern(&subjects, pattern, &mut |body| turn(body, targets));
        };
        if let ExprKind::Range { start, end, inclusive } = &iterable.kind {
            return self.walk_range((start, end, *inclusive), inside, ahead, &mut each);
        }
        let ty = self.closed(&iterable.ty);
        let desc = self.unit.types.desc(ty).clone();
        let walked = self.atom(iterable);
        let walked = self.stable(walked);
        let walked = self.local_of(walked, ty);
        if matches!(desc, TypeDesc::Map { .. } | TypeDesc::Set { .. }) {
            self.emit(Statement::SortMap(walked));
        }
        let int = self.int();
        let length = self.let_(int, Op::Length(walked));
        self.go_ahead(ahead, Atom::Local(length), inside);
        if matches!(desc, TypeDesc::Text) {
            return self.walk_text(walked, length, &mut each);
        }
        self.count_up(Atom::Int(0), Atom::Local(length), false, &mut |body, index, targets| {
            let item = match desc {
                TypeDesc::List { item } => Turn::One(Atom::Local(body.let_(item, Op::Item(walked, index)))),
                TypeDesc::Set { item } => Turn::One(Atom::Local(body.let_(item, Op::EntryKey(walked, index)))),
                TypeDesc::Map { key, value } => {
                    let key = body.let_(key, Op::EntryKey(walked, index));
                    Turn::Pair(key, body.let_(value, Op::EntryValue(walked, index)))
                }
                TypeDesc::Bytes => Turn::One(Atom::Local(body.let_(int, Op::Byte(walked, index)))),
                _ => {
                    body.unit.internal(iterable.span, "a loop over something that has no items");
                    Turn::One(Atom::Unit)
                }
            };
            each(body, item, targets);
        });
    }

    /// The atoms that a pattern looks at in a turn.
    fn turn_subjects(&mut self, item: Turn, pattern: &Pattern) -> Vec<Atom> {
        match (item, &pattern.kind) {
            (Turn::One(atom), _) => vec![atom],
            (Turn::Pair(key, value), PatternKind::Tuple(_) | PatternKind::Wildcard) => {
                vec![Atom::Local(key), Atom::Local(value)]
            }
            (Turn::Pair(key, value), _) => {
                let ty = self.closed(&pattern.ty);
                vec![Atom::Local(self.let_(ty, Op::Record(ty, vec![Atom::Local(key), Atom::Local(value)])))]
            }
        }
    }

    fn walk_range(
        &mut self,
        (start, end, inclusive): (&'p Expr, &'p Expr, bool),
        inside: &[&'p Expr],
        ahead: Ahead,
        each: &mut dyn FnMut(&mut Self, Turn, Targets),
    ) {
        let int = self.int();
        let (start, end) = self.pair(start, end);
        let end = self.stable(end);
        let mut length = Atom::Int(0);
        if ahead.list.is_some() {
            let site = self.site(self.source.span);
            length =
                Atom::Local(self.let_(int, Op::Native(Native::IntWrappingSub, Vec::new(), vec![end, start], site)));
        }
        self.go_ahead(ahead, length, inside);
        self.count_up(start, end, inclusive, &mut |body, index, targets| each(body, Turn::One(index), targets));
    }

    /// Does what comes ahead of so many turns, in which `inside` is evaluated.
    fn go_ahead(&mut self, ahead: Ahead, turns: Atom, inside: &[&'p Expr]) {
        if let Some(list) = ahead.list {
            self.make_room(list, turns);
        }
        self.enter_loop(inside);
        if let Some(limit) = ahead.group {
            self.emit(Statement::Group(limit));
        }
    }

    /// Makes an empty list with room for so many items, within reason.
    fn make_room(&mut self, list: Local, length: Atom) {
        let (int, bool, ty) = (self.int(), self.bool(), self.type_of(list));
        let room = self.local(int);
        let fits = self.let_(bool, Op::Compare(Comparison::LessEqual, int, length, Atom::Int(MAX_ROOM)));
        self.branch(
            Atom::Local(fits),
            |body| {
                let some = body.let_(bool, Op::Compare(Comparison::Greater, int, length, Atom::Int(0)));
                body.branch(
                    Atom::Local(some),
                    |body| body.assign(room, Op::Value(length)),
                    |body| body.assign(room, Op::Value(Atom::Int(0))),
                );
            },
            |body| body.assign(room, Op::Value(Atom::Int(MAX_ROOM))),
        );
        self.assign(list, Op::Empty(ty, Atom::Local(room)));
    }

    /// Runs `turn` for each character.
    fn walk_text(&mut self, text: Local, length: Local, each: &mut dyn FnMut(&mut Self, Turn, Targets)) {
        let (int, bool, ty) = (self.int(), self.bool(), self.text_type());
        let offset = self.local(int);
        self.assign(offset, Op::Value(Atom::Int(0)));
        self.looped(|body, leave| {
            let more = Op::Compare(Comparison::Less, int, Atom::Local(offset), Atom::Local(length));
            let more = body.let_(bool, more);
            body.branch(Atom::Local(more), |_| {}, |body| body.leave(leave));
            let character = body.let_(ty, Op::CharAt(text, Atom::Local(offset)));
            body.assign(offset, Op::CharEnd(text, Atom::Local(offset)));
            let targets = Targets { leave, next: Next::Head(leave), pending: body.pending.len() };
            each(body, Turn::One(Atom::Local(character)), targets);
        });
    }

    /// Runs `turn` for each item of a list, with the label that leaves the loop.
    pub(super) fn walk_list(&mut self, list: Local, item: TypeRef, mut turn: impl FnMut(&mut Self, Atom, Label)) {
        let int = self.int();
        let length = self.let_(int, Op::Length(list));
        self.count_up(Atom::Int(0), Atom::Local(length), false, &mut |body, index, targets| {
            let value = body.let_(item, Op::Item(list, index));
            turn(body, Atom::Local(value), targets.leave);
        });
    }

    /// Runs `turn` for each number from `start` up to `end`, without overflow at either end.
    fn count_up(&mut self, start: Atom, end: Atom, inclusive: bool, turn: &mut dyn FnMut(&mut Self, Atom, Targets)) {
        let (int, bool) = (self.int(), self.bool());
        let site = self.site(self.source.span);
        let counter = self.let_(int, Op::Value(start));
        let number = Atom::Local(counter);
        self.looped(|body, leave| {
            let within = if inclusive { Comparison::LessEqual } else { Comparison::Less };
            let more = body.let_(bool, Op::Compare(within, int, number, end));
            body.branch(Atom::Local(more), |_| {}, |body| body.leave(leave));
            body.labeled(|body, next| {
                let targets = Targets { leave, next: Next::Step(next), pending: body.pending.len() };
                turn(body, number, targets);
            });
            if inclusive {
                let last = body.let_(bool, Op::Compare(Comparison::Equal, int, number, end));
                body.branch(Atom::Local(last), |body| body.leave(leave), |_| {});
            }
            body.assign(counter, Op::Scalar(Scalar::NextInt, number, end, site));
        });
    }

    /// A range that is wanted as a list.
    pub(super) fn lower_range(&mut self, expr: &'p Expr, start: &'p Expr, end: &'p Expr, inclusive: bool) -> Op {
        let ty = self.closed(&expr.ty);
        let int = self.int();
        let result = self.local(ty);
        let (start, end) = self.pair(start, end);
        let (start, end) = (self.stable(start), self.stable(end));
        let site = self.site(expr.span);
        let length = self.let_(int, Op::Native(Native::IntWrappingSub, Vec::new(), vec![end, start], site));
        self.make_room(result, Atom::Local(length));
        self.count_up(start, end, inclusive, &mut |body, number, _| {
            let operands = vec![Atom::Local(result), number];
            let longer = body.let_(ty, Op::Native(Native::ListPush, vec![int], operands, site));
            body.assign(result, Op::Value(Atom::Local(longer)));
        });
        Op::Value(Atom::Local(result))
    }
}
