//! Routines that walk two values of one type (or one, to hash it) part by part.
//!
//! A type that does not contain itself gets a plain routine: its calls are as deep as the type. A
//! recursive type gets a machine: a loop over states with a stack of frames in memory, so that no
//! value is too deep for it. Both are written by the same code: at a part of a recursive type the machine pushes where
//! to go on and turns to the part.

use dot_abi::layout::{BOX_DATA, CASE_INDEX, HEADER_SIZE, HEAP_START, LENGTH, LIST_DATA, Repr, map};
use dot_abi::types::{TypeDesc, TypeRef, TypeTable};
use indexmap::IndexSet;

use super::heap::{allocate, free};
use super::{Guest, Item, compare, map_order, text};
use crate::wasm::{Code, Expr, Func, Label, Operand, Var, args, int};

/// What is done on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Walk {
    /// `(a, b) -> Bool`
    Equal,
    /// `(a, b) -> -1, 0 or 1`
    Order,
    /// `(a, hash) -> hash`
    Hash,
}

/// Where a machine is: at the start of a value, or behind a part of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum State {
    Enter(TypeRef),
    Fields { ty: TypeRef, case: usize, from: usize },
    Items(TypeRef),
    Entries { ty: TypeRef, from: usize },
}

/// The bytes of a frame: state, a, b, index.
const FRAME: u32 = 16;
/// The bytes that a stack starts with.
const FIRST_STACK: u32 = 64 * FRAME;

/// A part of a value: a slot behind an address.
#[derive(Clone, Copy)]
struct Part {
    offset: u32,
    ty: TypeRef,
    /// An item of a list, which may be narrower than its slot.
    is_item: bool,
}

impl Part {
    fn slot(offset: u32, ty: TypeRef) -> Part {
        Part { offset, ty, is_item: false }
    }
}

/// The types that the values of a type consist of.
fn parts_of(types: &TypeTable, ty: TypeRef) -> Vec<TypeRef> {
    match types.get(types.base(ty)) {
        TypeDesc::List { item } | TypeDesc::Set { item } | TypeDesc::Option { item } => vec![*item],
        TypeDesc::Map { key, value } => vec![*key, *value],
        TypeDesc::Tuple { items } => items.clone(),
        TypeDesc::Record { fields, .. } => fields.iter().map(|field| field.ty).collect(),
        TypeDesc::Union { cases, .. } => cases.iter().flat_map(|case| &case.fields).map(|field| field.ty).collect(),
        _ => Vec::new(),
    }
}

/// The base types that values of a type can contain, itself only if it is recursive.
fn contained(types: &TypeTable, ty: TypeRef) -> IndexSet<TypeRef> {
    let mut found = IndexSet::new();
    let mut next = vec![types.base(ty)];
    while let Some(ty) = next.pop() {
        let parts = parts_of(types, ty).into_iter().map(|part| types.base(part));
        next.extend(parts.filter(|part| found.insert(*part)));
    }
    found
}

fn is_recursive(types: &TypeTable, ty: TypeRef) -> bool {
    contained(types, ty).contains(&types.base(ty))
}

/// The routine of a type that has parts.
pub(super) fn routine(g: &Guest<'_>, walk: Walk, ty: TypeRef) -> Func {
    let ty = g.types.base(ty);
    let (name, second, result) = match walk {
        Walk::Equal => ("equal", Repr::I32, Repr::I32),
        Walk::Order => ("order", Repr::I32, Repr::I32),
        Walk::Hash => ("hash", Repr::I64, Repr::I64),
    };
    g.routine(&format!("walk.{name}:{}", ty.0), &[Repr::I32, second], Some(result), |f| {
        let [a, second] = f.params();
        let b = if walk == Walk::Hash { a } else { second };
        let result_var = f.var("result", result);
        match walk {
            Walk::Equal => f.set(result_var, 1),
            Walk::Order => {}
            Walk::Hash => f.set(result_var, second),
        }
        let index = f.narrow("index of part");
        let walker = Walker { g, walk, a, b, index, result: result_var };
        if is_recursive(g.types, ty) {
            walker.machine(f, ty);
        } else {
            f.block(|f, done| {
                let at = Position { done, finished: done, machine: None };
                walker.state(f, State::Enter(ty), at);
            });
        }
        f.ret(result_var);
    })
}

/// The variables of a routine.
#[derive(Clone, Copy)]
struct Walker<'g, 't> {
    g: &'g Guest<'t>,
    walk: Walk,
    a: Var,
    b: Var,
    /// The number of the item or entry that is next.
    index: Var,
    result: Var,
}

/// What a machine has beside them.
#[derive(Clone, Copy)]
struct Machine<'s> {
    states: &'s IndexSet<State>,
    state: Var,
    stack: Var,
    depth: Var,
    room: Var,
    /// Starts the next turn.
    next: Label,
}

/// Where code of a state goes from.
#[derive(Clone, Copy)]
struct Position<'s> {
    /// The result is known.
    done: Label,
    /// The value is walked, nothing was found.
    finished: Label,
    machine: Option<Machine<'s>>,
}

impl Walker<'_, '_> {
    /// All states that a machine for a type can be in.
    fn states(self, ty: TypeRef) -> IndexSet<State> {
        let types = self.g.types;
        let mut states = IndexSet::from([State::Enter(ty)]);
        let recursive = contained(types, ty).into_iter().filter(|&ty| is_recursive(types, ty));
        for ty in recursive {
            states.insert(State::Enter(ty));
            match types.get(ty) {
                TypeDesc::List { .. } => {
                    states.insert(State::Items(ty));
                }
                TypeDesc::Map { .. } | TypeDesc::Set { .. } => {
                    states.extend([0, 1].map(|from| State::Entries { ty, from }));
                }
                TypeDesc::Union { cases, .. } => {
                    let froms = |case: usize| (1..=cases[case].fields.len()).map(move |from| (case, from));
                    let froms = (0..cases.len()).flat_map(froms);
                    states.extend(froms.map(|(case, from)| State::Fields { ty, case, from }));
                }
                TypeDesc::Record { .. } | TypeDesc::Tuple { .. } => {
                    let count = types.fields(ty, 0).places.len();
                    states.extend((1..=count).map(|from| State::Fields { ty, case: 0, from }));
                }
                _ => {}
            }
        }
        states
    }

    fn machine(self, f: &mut Code<'_>, ty: TypeRef) {
        let states = self.states(ty);
        let [state, stack, depth, room] = ["state", "stack", "depth", "room"].map(|name| f.narrow(name));
        f.block(|f, done| {
            f.repeat(|f, next| {
                let machine = Machine { states: &states, state, stack, depth, room, next };
                let arm_of: Vec<usize> = (0..states.len()).collect();
                f.switch(state, &arm_of, states.len(), |f, arm, finished| {
                    let at = Position { done, finished, machine: Some(machine) };
                    self.state(f, states[arm], at);
                });
                f.br_if(done, depth.is_zero());
                f.set(depth, depth - FRAME);
                let frame = f.let_narrow("frame", stack + depth + HEADER_SIZE);
                f.set(state, frame.load32(0));
                f.set(self.a, frame.load32(4));
                if self.walk != Walk::Hash {
                    f.set(self.b, frame.load32(8));
                }
                f.set(self.index, frame.load32(12));
                f.br(next);
            });
        });
        f.when(stack, |f| free(self.g, f, stack));
    }

    fn state(self, f: &mut Code<'_>, state: State, at: Position<'_>) {
        match state {
            State::Enter(ty) => self.enter(f, ty, at),
            State::Fields { ty, case, from } => self.fields(f, ty, case, from, at),
            State::Items(ty) => self.items(f, ty, at),
            State::Entries { ty, from } => self.entries(f, ty, from, at),
        }
    }

    fn enter(self, f: &mut Code<'_>, ty: TypeRef, at: Position<'_>) {
        let types = self.g.types;
        match types.get(ty) {
            TypeDesc::List { .. } => {
                self.lengths(f, at);
                f.set(self.index, 0);
                self.items(f, ty, at);
            }
            TypeDesc::Map { .. } | TypeDesc::Set { .. } => {
                let sort = map_order::sort(self.g, ty);
                f.run(sort, args![self.a]);
                if self.walk != Walk::Hash {
                    f.run(sort, args![self.b]);
                }
                self.lengths(f, at);
                f.set(self.index, 0);
                self.entries(f, ty, 0, at);
            }
            TypeDesc::Option { item } => self.option(f, *item, at),
            TypeDesc::Union { cases, .. } => {
                self.cases(f, ty, at);
                for case in (0..cases.len()).filter(|&case| !cases[case].fields.is_empty()) {
                    f.when(self.a.load32(CASE_INDEX).equals(case as u32), |f| {
                        self.fields(f, ty, case, 0, at);
                        f.br(at.finished);
                    });
                }
            }
            TypeDesc::Record { .. } | TypeDesc::Tuple { .. } => self.fields(f, ty, 0, 0, at),
            other => unreachable!("{other:?} is no data with parts"),
        }
    }

    /// Two numbers that come before everything else: the result is known if they differ.
    fn heads(self, f: &mut Code<'_>, a: Expr, b: Expr, at: Position<'_>) {
        match self.walk {
            Walk::Equal => f.when(a.differs(b), |f| {
                f.set(self.result, 0);
                f.br(at.done);
            }),
            Walk::Order => f.when(a.clone().differs(b.clone()), |f| {
                f.set(self.result, a.below(b).select(-1, 1));
                f.br(at.done);
            }),
            Walk::Hash => f.set(self.result, text::mix(self.result, a.extend())),
        }
    }

    /// Lists of different lengths differ, but their order is that of the first items that differ.
    fn lengths(self, f: &mut Code<'_>, at: Position<'_>) {
        if self.walk != Walk::Order {
            self.heads(f, self.a.load32(LENGTH), self.b.load32(LENGTH), at);
        }
    }

    /// Behind the last common item, the shorter list comes first.
    fn lengths_behind(self, f: &mut Code<'_>, at: Position<'_>) {
        if self.walk == Walk::Order {
            self.heads(f, self.a.load32(LENGTH), self.b.load32(LENGTH), at);
        }
    }

    fn common_length(self) -> Expr {
        let (a, b) = (self.a.load32(LENGTH), self.b.load32(LENGTH));
        match self.walk {
            Walk::Order => a.clone().below(b.clone()).select(a, b),
            _ => a,
        }
    }

    fn items(self, f: &mut Code<'_>, ty: TypeRef, at: Position<'_>) {
        let TypeDesc::List { item: item_type } = self.g.types.get(ty) else { unreachable!("no list") };
        let item = Item::of(self.g.types, *item_type);
        f.while_(self.index.below(self.common_length()), |f| {
            // The index is that of the next item from here on.
            f.add(self.index, 1);
            let [a, b] = [self.a, self.b].map(|list| list + item.bytes(self.index) - item.size);
            let part = Part { offset: LIST_DATA, ty: *item_type, is_item: true };
            self.parts(f, &[part], 0, [a, b], Some(&|_| State::Items(ty)), at);
        });
        self.lengths_behind(f, at);
    }

    fn entries(self, f: &mut Code<'_>, ty: TypeRef, from: usize, at: Position<'_>) {
        let mut parts = Vec::new();
        match self.g.types.get(ty) {
            TypeDesc::Map { key, value } => {
                parts.push(Part::slot(map::ENTRY_KEY, *key));
                parts.push(Part::slot(map::ENTRY_VALUE, *value));
            }
            TypeDesc::Set { item } => parts.push(Part::slot(map::ENTRY_KEY, *item)),
            other => unreachable!("{other:?} has no entries"),
        }
        let resume = |from| State::Entries { ty, from: from % parts.len() };
        // The index is that of the next entry while the parts of one are looked at.
        let entries = [self.a, self.b].map(|map| map.load32(map::ENTRIES) + self.index * map::ENTRY_SIZE);
        let bases = || entries.clone().map(|next| next - map::ENTRY_SIZE);
        if from > 0 {
            self.parts(f, &parts, from, bases(), Some(&resume), at);
        }
        f.while_(self.index.below(self.common_length()), |f| {
            f.add(self.index, 1);
            self.parts(f, &parts, 0, bases(), Some(&resume), at);
        });
        self.lengths_behind(f, at);
    }

    fn option(self, f: &mut Code<'_>, item: TypeRef, at: Position<'_>) {
        let both = if self.walk == Walk::Hash { self.a.is_zero() } else { self.a.is_zero() | self.b.is_zero() };
        self.heads(f, self.a.differs(0), self.b.differs(0), at);
        f.br_if(at.finished, both);
        if self.g.types.is_boxed_option(item) {
            let bases = [self.a.into(), self.b.into()];
            self.parts(f, &[Part::slot(BOX_DATA, item)], 0, bases, None, at);
        } else if let Some(machine) = at.machine.filter(|_| is_recursive(self.g.types, item)) {
            self.turn_to(f, item, machine);
        } else {
            self.part(f, item, self.a, self.b, at);
        }
    }

    /// The cases of two unions; of what follows only fields are left.
    fn cases(self, f: &mut Code<'_>, ty: TypeRef, at: Position<'_>) {
        let mixed = self.g.types.may_be_immediate(ty);
        let case = |union: Var| {
            let boxed = union.load32(CASE_INDEX);
            if mixed { union.below(HEAP_START).choose(union - 1, boxed) } else { boxed }
        };
        let a = f.let_narrow("case of a", case(self.a));
        let b = if self.walk == Walk::Hash { a } else { f.let_narrow("case of b", case(self.b)) };
        self.heads(f, a.into(), b.into(), at);
        if mixed {
            f.br_if(at.finished, self.a.below(HEAP_START));
        }
    }

    fn fields(self, f: &mut Code<'_>, ty: TypeRef, case: usize, from: usize, at: Position<'_>) {
        let places = self.g.types.fields(ty, case).places;
        let parts: Vec<Part> = places.iter().map(|place| Part::slot(place.offset, place.ty)).collect();
        let resume = |from| State::Fields { ty, case, from };
        let is_last = |from: usize| from == parts.len();
        let resume = |from: usize| (!is_last(from)).then(|| resume(from));
        self.parts_or_last(f, &parts, from, [self.a.into(), self.b.into()], &resume, at);
    }

    /// Parts at two addresses, from the one of a number on; `resume` is the state behind a part.
    fn parts(
        self,
        f: &mut Code<'_>,
        parts: &[Part],
        from: usize,
        bases: [Expr; 2],
        resume: Option<&dyn Fn(usize) -> State>,
        at: Position<'_>,
    ) {
        self.parts_or_last(f, parts, from, bases, &|from| resume.map(|resume| resume(from)), at);
    }

    fn parts_or_last(
        self,
        f: &mut Code<'_>,
        parts: &[Part],
        from: usize,
        bases: [Expr; 2],
        resume: &dyn Fn(usize) -> Option<State>,
        at: Position<'_>,
    ) {
        let [base_a, base_b] = bases;
        for (number, part) in parts.iter().enumerate().skip(from) {
            let item = Item::of(self.g.types, part.ty);
            let load = |base: &Expr| match part.is_item {
                true => item.load(base.clone(), part.offset),
                false => base.clone().load(item.repr, part.offset),
            };
            let machine = at.machine.filter(|_| is_recursive(self.g.types, part.ty));
            let Some(machine) = machine else {
                let a = f.var("part of a", item.repr);
                f.set(a, load(&base_a));
                let b = if self.walk == Walk::Hash { a } else { f.var("part of b", item.repr) };
                if self.walk != Walk::Hash {
                    f.set(b, load(&base_b));
                }
                self.part(f, part.ty, a, b, at);
                continue;
            };
            let a = f.let_narrow("part of a", load(&base_a));
            let b = if self.walk == Walk::Hash { a } else { f.let_narrow("part of b", load(&base_b)) };
            if let Some(state) = resume(number + 1) {
                self.push(f, state, machine);
            }
            f.set(self.a, a);
            if self.walk != Walk::Hash {
                f.set(self.b, b);
            }
            self.turn_to(f, part.ty, machine);
            return;
        }
    }

    /// Compares two parts that are not of a recursive type.
    fn part(self, f: &mut Code<'_>, ty: TypeRef, a: Var, b: Var, at: Position<'_>) {
        match self.walk {
            Walk::Equal => {
                let equal = compare::equal(self.g, f, ty, a, b);
                f.when(equal.is_zero(), |f| {
                    f.set(self.result, 0);
                    f.br(at.done);
                });
            }
            Walk::Order => {
                let order = compare::order(self.g, f, ty, a, b);
                f.set(self.result, order);
                f.br_if(at.done, self.result);
            }
            Walk::Hash => {
                let hash = compare::hash(self.g, f, ty, a, self.result.into());
                f.set(self.result, hash);
            }
        }
    }

    /// Goes on with the values in the variables.
    fn turn_to(self, f: &mut Code<'_>, ty: TypeRef, machine: Machine<'_>) {
        f.set(machine.state, machine.number(State::Enter(self.g.types.base(ty))));
        f.br(machine.next);
    }

    /// Remembers where to go on.
    fn push(self, f: &mut Code<'_>, state: State, machine: Machine<'_>) {
        let Machine { stack, depth, room, .. } = machine;
        f.when(depth.equals(room), |f| {
            f.set(room, room.is_zero().select(int(FIRST_STACK), room.shl(1)));
            let larger = f.let_narrow("larger", f.call(allocate(self.g), args![room + HEADER_SIZE]));
            f.when(stack, |f| {
                f.copy(larger + HEADER_SIZE, stack + HEADER_SIZE, depth);
                free(self.g, f, stack);
            });
            f.set(stack, larger);
        });
        let frame = f.let_narrow("frame", stack + depth + HEADER_SIZE);
        f.store(frame, 0, machine.number(state));
        f.store(frame, 4, self.a);
        f.store(frame, 8, self.b);
        f.store(frame, 12, self.index);
        f.add(depth, FRAME);
    }
}

impl Machine<'_> {
    fn number(self, state: State) -> u32 {
        self.states.get_index_of(&state).unwrap_or_else(|| unreachable!("{state:?} is no state")) as u32
    }
}
