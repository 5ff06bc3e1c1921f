//! Checks whose outcome is known are left out: of indices that lie inside, of objects that nothing else refers to.
//!
//! | module | what it knows |
//! |---|---|
//! | [`ranges`] | what each integer may be, wherever it is; emission asks it for arithmetic that can't overflow |
//! | [`facts`] | what holds at a point |
//!
//! This is a forward analysis over the structure of the code: facts meet where two ways do, and what holds at the head
//! of a loop is what held before it and still holds after each turn. It starts with all that held before the
//! loop and goes over the function until no head loses a fact any more; the last time, checks are left out.
//!
//! # Uniqueness
//!
//! An object becomes shared only by one more reference: by [`Statement::Dup`] of a local, inside of a function or native
//! that gives something with references, or when the object around it is copied. Two names may stand for one
//! object, so what happens to an object of a type is taken to happen to each object that may be [alike](Pass::alike).

mod facts;
pub(crate) mod ranges;

use dot_abi::layout::Repr;
use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef, TypeTable};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::core::{Atom, Block, Comparison, Function, Label, Local, Op, Statement, Unit};
use crate::count::operands::{Takes, Use};
use facts::{Fact, Facts, Slot};
use ranges::Ranges;

/// After so many times over a function nothing is taken to hold at the heads of its loops.
const MOST_ROUNDS: usize = 8;

/// What holds at a point; `None` where control does not come.
type State = Option<Facts>;

/// Leaves out the checks of a unit with counts whose outcome is known.
pub(crate) fn leave_out(unit: &mut Unit) {
    let takes = Takes::of(&unit.functions);
    for function in &mut unit.functions {
        if has_checks(&function.body) {
            let ranges = Ranges::of(&unit.types, function);
            let mut body = std::mem::take(&mut function.body);
            Pass::new(&unit.types, &takes, function, ranges).function(&mut body);
            function.body = body;
        }
    }
}

/// Whether there is anything to leave out.
fn has_checks(block: &[Statement]) -> bool {
    block.iter().any(|statement| match statement {
        Statement::CheckIndex(..) => true,
        Statement::Let(_, op) => matches!(op, Op::MakeUnique(_) | Op::UniqueField(..) | Op::UniqueItem(..)),
        other => crate::count::operands::blocks(other).into_iter().any(has_checks),
    })
}

struct Pass<'u> {
    types: &'u TypeTable,
    takes: &'u Takes,
    function: &'u Function,
    ranges: Ranges,
    /// What holds at the head of each loop, as far as is known.
    heads: FxHashMap<Label, Facts>,
    /// What holds where each block or loop was left.
    behind: FxHashMap<Label, Facts>,
    /// Whether a head has lost a fact this time.
    changed: bool,
    /// Whether this is the last time.
    last: bool,
}

impl<'u> Pass<'u> {
    fn new(types: &'u TypeTable, takes: &'u Takes, function: &'u Function, ranges: Ranges) -> Pass<'u> {
        let (heads, behind) = (FxHashMap::default(), FxHashMap::default());
        Pass { types, takes, function, ranges, heads, behind, changed: false, last: false }
    }

    fn function(&mut self, body: &mut Block) {
        for round in 0.. {
            self.changed = false;
            self.block(body, Some(Facts::default()));
            if round == MOST_ROUNDS {
                self.heads.values_mut().for_each(|head| *head = Facts::default());
            } else if self.changed {
                continue;
            }
            self.last = true;
            self.block(body, Some(Facts::default()));
            return;
        }
    }

    fn block(&mut self, block: &mut Block, mut state: State) -> State {
        block.retain_mut(|statement| match state.take() {
            None => true,
            Some(facts) => {
                let keep = !self.last || !self.is_known(statement, &facts);
                state = self.statement(statement, facts);
                keep
            }
        });
        state
    }

    /// Whether a statement is a check that passes.
    fn is_known(&self, statement: &Statement, facts: &Facts) -> bool {
        matches!(*statement, Statement::CheckIndex(list, index, _) if self.is_inside(facts, list, index))
    }

    fn is_inside(&self, facts: &Facts, list: Local, index: Atom) -> bool {
        let range = self.ranges.atom(index);
        let is_below = |fact| match fact {
            Fact::Length(of, length) if of == list => {
                facts.has(Fact::Less(index, length)) || range.largest < self.ranges.atom(length).least
            }
            _ => false,
        };
        facts.has(Fact::Inside(list, index)) || (range.is_natural() && facts.iter().any(is_below))
    }

    fn statement(&mut self, statement: &mut Statement, mut facts: Facts) -> State {
        let consumed = self.consumed(statement);
        match statement {
            Statement::Let(local, op) => self.assign(*local, op, &consumed, &mut facts),
            Statement::CheckIndex(list, index, _) => facts.add(Fact::Inside(*list, *index)),
            Statement::Dup(local) => self.share(self.type_of(*local), &mut facts),
            Statement::If(condition, then, otherwise) => {
                let then = self.block(then, Some(told(*condition, true, &facts)));
                let otherwise = self.block(otherwise, Some(told(*condition, false, &facts)));
                return join(then, otherwise);
            }
            Statement::Switch { arms, otherwise, .. } => {
                let mut joined = None;
                for block in arms.iter_mut().map(|(_, block)| block).chain(otherwise) {
                    let end = self.block(block, Some(facts.clone()));
                    joined = join(joined, end);
                }
                return joined;
            }
            Statement::Labeled(label, block) => {
                self.behind.remove(label);
                let end = self.block(block, Some(facts));
                return join(end, self.behind.remove(label));
            }
            Statement::Loop(label, block) => return self.endless(*label, block, facts),
            Statement::Break(label) => {
                let met = self.behind.get(label).map_or_else(|| facts.clone(), |known| known.meet(&facts));
                self.behind.insert(*label, met);
                return None;
            }
            Statement::Continue(label) => {
                self.turn(*label, &facts);
                return None;
            }
            Statement::Return(_) | Statement::Fault { .. } | Statement::Raise(..) => return None,
            // What the function owns may come back as a copy, and control may come here from elsewhere.
            Statement::Await(..) | Statement::Wait(..) => facts = Facts::default(),
            Statement::SetField { object, index, .. } => self.change(*object, Some(Slot::Field(*index)), &mut facts),
            Statement::SetItem { list, .. } => self.change(*list, None, &mut facts),
            _ => {}
        }
        if !matches!(statement, Statement::Let(..)) {
            consumed.iter().for_each(|&local| facts.forget(local));
        }
        Some(facts)
    }

    /// The objects whose references pass on.
    fn consumed(&self, statement: &Statement) -> Vec<Local> {
        let mut consumed = Vec::new();
        self.takes.uses(statement, &mut |local, how| {
            if how == Use::Own && self.is_counted(local) {
                consumed.push(local);
            }
        });
        consumed
    }

    fn endless(&mut self, label: Label, block: &mut Block, before: Facts) -> State {
        let head = match self.heads.get(&label) {
            Some(known) => known.meet(&before),
            None => before,
        };
        self.lower_head(label, head.clone());
        self.behind.remove(&label);
        if let Some(end) = self.block(block, Some(head)) {
            self.turn(label, &end);
        }
        self.behind.remove(&label)
    }

    /// Comes to the head of a loop again.
    fn turn(&mut self, label: Label, facts: &Facts) {
        if let Some(known) = self.heads.get(&label) {
            let head = known.meet(facts);
            self.lower_head(label, head);
        }
    }

    fn lower_head(&mut self, label: Label, head: Facts) {
        self.changed |= self.heads.get(&label).is_some_and(|known| *known != head);
        self.heads.insert(label, head);
    }

    fn assign(&self, local: Local, op: &mut Op, consumed: &[Local], facts: &mut Facts) {
        match *op {
            Op::Value(Atom::Local(from)) if self.is_counted(from) => facts.move_to(from, local),
            Op::Value(Atom::Local(from)) => facts.copy_to(from, local),
            Op::MakeUnique(Atom::Local(from)) => {
                let is_known = facts.has(Fact::Unique(from));
                self.become_unique(from, local, facts);
                self.replace(op, is_known, Op::Value(Atom::Local(from)));
            }
            Op::UniqueField(object, index) => {
                let is_known = self.unique_in(object, Slot::Field(index), local, facts);
                self.replace(op, is_known, Op::Field(object, 0, index));
            }
            Op::UniqueItem(list, index) => {
                let is_known = self.unique_in(list, Slot::Item(index), local, facts);
                self.replace(op, is_known, Op::Item(list, index));
            }
            Op::Native(Native::ListPush, _, ref operands, _) if let [Atom::Local(list), _] = operands[..] => {
                consumed.iter().filter(|&&gone| gone != list).for_each(|&gone| facts.forget(gone));
                facts.retain(|fact| !matches!(fact, Fact::Length(of, _) if of == list));
                self.become_unique(list, local, facts);
            }
            _ => {
                let found = self.found(local, op);
                self.lose(op, local, facts);
                consumed.iter().chain([&local]).for_each(|&gone| facts.forget(gone));
                found.into_iter().flatten().for_each(|fact| facts.add(fact));
            }
        }
    }

    /// Puts what does the same without a check, the last time.
    fn replace(&self, op: &mut Op, is_known: bool, unchecked: Op) {
        if self.last && is_known {
            *op = unchecked;
        }
    }

    /// An object goes to another local as one that nothing else refers to: it itself, or a copy.
    fn become_unique(&self, from: Local, to: Local, facts: &mut Facts) {
        if !facts.has(Fact::Unique(from)) {
            facts.retain(|fact| !matches!(fact, Fact::UniqueIn(of, _) if of == from));
            self.share_children(self.type_of(from), facts);
        }
        facts.move_to(from, to);
        facts.add(Fact::Unique(to));
    }

    /// What a slot holds is made unique, and a local borrows it; whether it was so before.
    fn unique_in(&self, object: Local, slot: Slot, borrower: Local, facts: &mut Facts) -> bool {
        let fact = Fact::UniqueIn(object, slot);
        let is_known = facts.has(fact);
        if !is_known {
            self.share_children(self.slot_type(object, slot), facts);
        }
        facts.forget(borrower);
        facts.add(fact);
        is_known
    }

    /// What holds of what an operation gives.
    fn found(&self, local: Local, op: &Op) -> [Option<Fact>; 2] {
        let result = Atom::Local(local);
        let is_other = |atoms: &[Atom]| !atoms.contains(&result);
        match op {
            Op::Length(list) => [Some(Fact::Length(*list, result)), None],
            Op::Native(Native::ListLen, _, operands, _) => match operands[..] {
                [Atom::Local(list)] => [Some(Fact::Length(list, result)), None],
                _ => [None; 2],
            },
            Op::Native(Native::ListRepeat, _, operands, _) => match operands[..] {
                [_, length] if is_other(operands) => [Some(Fact::Unique(local)), Some(Fact::Length(local, length))],
                _ => [None; 2],
            },
            Op::List(_, items) => [Some(Fact::Unique(local)), Some(Fact::Length(local, Atom::Int(items.len() as i64)))],
            Op::Empty(..) | Op::Record(..) | Op::Native(Native::MapInsert | Native::SetInsert, ..) => {
                [Some(Fact::Unique(local)), None]
            }
            Op::Compare(comparison, ty, a, b) if self.types.repr(*ty) == Repr::I64 && is_other(&[*a, *b]) => {
                let tells = match comparison {
                    Comparison::Less => Some((true, *a, *b)),
                    Comparison::Greater => Some((true, *b, *a)),
                    Comparison::GreaterEqual => Some((false, *a, *b)),
                    Comparison::LessEqual => Some((false, *b, *a)),
                    Comparison::Equal | Comparison::NotEqual => None,
                };
                [tells.map(|(when, a, b)| Fact::Tells(local, when, a, b)), None]
            }
            _ => [None; 2],
        }
    }

    /// What an operation may make shared, or take away.
    fn lose(&self, op: &Op, result: Local, facts: &mut Facts) {
        match op {
            // What comes back may hold whatever an operand held.
            Op::Call(..) | Op::CallClosure(..) | Op::Native(..) | Op::AppendList(..) if self.is_counted(result) => {
                facts.retain(|fact| !matches!(fact, Fact::Unique(_) | Fact::UniqueIn(..)));
            }
            Op::TakeField(object, index) => self.change(*object, Some(Slot::Field(*index)), facts),
            Op::TakeItem(list, _) => self.change(*list, None, facts),
            _ => {}
        }
    }

    /// A slot of an object, or of one that it may be, holds something else; some item if no slot is given.
    fn change(&self, object: Local, slot: Option<Slot>, facts: &mut Facts) {
        let ty = self.type_of(object);
        let is_changed = |changed: Slot| slot.map_or(matches!(changed, Slot::Item(_)), |slot| slot == changed);
        facts.retain(|fact| match fact {
            Fact::UniqueIn(of, slot) => !is_changed(slot) || !self.alike(self.type_of(of), ty),
            _ => true,
        });
    }

    /// Some object of a type has one more reference.
    fn share(&self, ty: TypeRef, facts: &mut Facts) {
        facts.retain(|fact| match fact {
            Fact::Unique(object) => !self.alike(self.type_of(object), ty),
            Fact::UniqueIn(object, slot) => !self.alike(self.slot_type(object, slot), ty),
            _ => true,
        });
    }

    /// Whether one object may be of both types: a value of a refined type is one of its base as well, at any depth of
    /// lists, maps, sets and tuples, and no operation stands where it is looked at as such.
    fn alike(&self, a: TypeRef, b: TypeRef) -> bool {
        let (mut waiting, mut seen) = (vec![(a, b)], FxHashSet::default());
        while let Some((a, b)) = waiting.pop() {
            let (a, b) = (self.object_type(a), self.object_type(b));
            if a == b || !seen.insert((a, b)) {
                continue;
            }
            match (self.types.get(a), self.types.get(b)) {
                (TypeDesc::List { item: a }, TypeDesc::List { item: b })
                | (TypeDesc::Set { item: a }, TypeDesc::Set { item: b }) => waiting.push((*a, *b)),
                (TypeDesc::Map { key: a, value: c }, TypeDesc::Map { key: b, value: d }) => {
                    waiting.extend([(*a, *b), (*c, *d)]);
                }
                (TypeDesc::Tuple { items: a }, TypeDesc::Tuple { items: b }) if a.len() == b.len() => {
                    waiting.extend(a.iter().copied().zip(b.iter().copied()));
                }
                _ => return false,
            }
        }
        true
    }

    /// An object of a type may be copied: what it holds is then held twice.
    fn share_children(&self, ty: TypeRef, facts: &mut Facts) {
        let children = match self.types.get(self.object_type(ty)) {
            TypeDesc::List { item } | TypeDesc::Set { item } => vec![*item],
            TypeDesc::Map { key, value } => vec![*key, *value],
            TypeDesc::Tuple { .. } | TypeDesc::Record { .. } => self.places(ty, 0),
            TypeDesc::Union { cases, .. } => (0..cases.len()).flat_map(|case| self.places(ty, case)).collect(),
            _ => Vec::new(),
        };
        for child in children.into_iter().filter(|&child| self.types.is_counted(child)) {
            self.share(child, facts);
        }
    }

    fn places(&self, ty: TypeRef, case: usize) -> Vec<TypeRef> {
        self.types.fields(self.object_type(ty), case).places.iter().map(|place| place.ty).collect()
    }

    fn slot_type(&self, object: Local, slot: Slot) -> TypeRef {
        let ty = self.type_of(object);
        match (slot, self.types.get(ty)) {
            (Slot::Item(_), TypeDesc::List { item }) => *item,
            (Slot::Field(index), _) => self.types.fields(ty, 0).places[index as usize].ty,
            (Slot::Item(_), other) => unreachable!("an item of {other:?}"),
        }
    }

    fn type_of(&self, local: Local) -> TypeRef {
        self.object_type(self.function.locals[local.0 as usize])
    }

    /// The type of the objects of a type: an option may be what it holds.
    fn object_type(&self, ty: TypeRef) -> TypeRef {
        let ty = self.types.base(ty);
        match self.types.get(ty) {
            TypeDesc::Option { item } => self.object_type(*item),
            _ => ty,
        }
    }

    fn is_counted(&self, local: Local) -> bool {
        self.types.is_counted(self.function.locals[local.0 as usize])
    }
}

/// What holds where a condition is this.
fn told(condition: Atom, is: bool, facts: &Facts) -> Facts {
    let mut told = facts.clone();
    for fact in facts.iter() {
        if let Fact::Tells(local, when, a, b) = fact
            && when == is
            && Atom::Local(local) == condition
        {
            told.add(Fact::Less(a, b));
        }
    }
    told
}

/// Two ways to one place.
fn join(a: State, b: State) -> State {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.meet(&b)),
        (a, b) => a.or(b),
    }
}
