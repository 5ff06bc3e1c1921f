//! One function: its locals, its operands, and the dispatch over statements and operations.

use std::cell::RefCell;

use dot_abi::types::{TypeRef, TypeTable};
use rustc_hash::FxHashMap;

use super::Emitter;
use crate::core::{self, Atom, Local, Op, SiteRef, Statement};
use crate::guest::{Counted, Guest, Item, count};
use crate::known::ranges::Ranges;
use crate::wasm::{self, Code, Expr, Operand, Var, float, int, wide};

/// Where a core label goes: behind its block, and to the start of its loop.
#[derive(Clone, Copy)]
pub(super) struct Target {
    pub(super) end: wasm::Label,
    pub(super) start: Option<wasm::Label>,
}

/// A function while it is written.
pub(super) struct FunctionEmitter<'e, 'u> {
    pub(super) emitter: &'e Emitter<'u>,
    pub(super) core: &'u core::Function,
    locals: Vec<Var>,
    pub(super) targets: RefCell<FxHashMap<core::Label, Target>>,
    pub(super) ranges: Ranges,
}

impl<'e, 'u> FunctionEmitter<'e, 'u> {
    pub(super) fn new(emitter: &'e Emitter<'u>, core: &'u core::Function, f: &mut Code<'_>) -> Self {
        // The closure object comes before the parameters, or the number of the wait to go on at.
        let hidden = usize::from(core.closure.is_some() || !core.waits.is_empty());
        let local = |(index, &ty): (usize, &TypeRef)| {
            if index < core.takes.len() { f.param(index + hidden) } else { f.fresh(emitter.unit.types.repr(ty)) }
        };
        let locals = core.locals.iter().enumerate().map(local).collect();
        let ranges = Ranges::of(&emitter.unit.types, core);
        FunctionEmitter { emitter, core, locals, targets: RefCell::default(), ranges }
    }

    pub(super) fn write(&self, f: &mut Code<'_>) {
        if !self.core.waits.is_empty() {
            self.restore(f);
        }
        self.block(f, &self.core.body);
    }

    pub(super) fn guest(&self) -> &'e Guest<'u> {
        &self.emitter.guest
    }

    pub(super) fn types(&self) -> &'u TypeTable {
        &self.emitter.unit.types
    }

    pub(super) fn local(&self, local: Local) -> Var {
        self.locals[local.0 as usize]
    }

    /// The base type of a local.
    pub(super) fn type_of(&self, local: Local) -> TypeRef {
        self.types().base(self.core.locals[local.0 as usize])
    }

    /// The shape of a type.
    pub(super) fn item(&self, ty: TypeRef) -> Item {
        Item::of(self.types(), ty)
    }

    pub(super) fn counted(&self, ty: TypeRef) -> Counted {
        Counted::of(self.types(), ty)
    }

    /// The value of an operand.
    pub(super) fn atom(&self, atom: Atom) -> Expr {
        match atom {
            Atom::Local(local) => self.local(local).into(),
            Atom::Unit | Atom::None => int(0),
            Atom::Bool(value) => int(u32::from(value)),
            Atom::Int(value) => wide(value),
            Atom::Float(value) => float(value),
            Atom::Decimal(value) => int(self.guest().decimal(value)),
            Atom::Text(text) => int(self.guest().text(&self.emitter.unit.texts[text.0 as usize])),
            Atom::BareCase(case) => int(case + 1),
        }
    }

    /// An operand that is used more than once, as a variable.
    pub(super) fn operand(&self, f: &mut Code<'_>, name: &str, atom: Atom) -> Var {
        if let Atom::Local(local) = atom {
            return self.local(local);
        }
        let value = self.atom(atom);
        let var = f.var(name, value.ty());
        f.set(var, value);
        var
    }

    pub(super) fn atoms(&self, atoms: &[Atom]) -> Vec<Expr> {
        atoms.iter().map(|&atom| self.atom(atom)).collect()
    }

    pub(super) fn block(&self, f: &mut Code<'_>, block: &[Statement]) {
        for statement in block {
            self.statement(f, statement);
        }
    }

    fn statement(&self, f: &mut Code<'_>, statement: &Statement) {
        match statement {
            Statement::Let(local, op) => {
                let value = self.op(f, op, self.type_of(*local));
                f.set(self.local(*local), value);
            }
            Statement::Dup(local) => {
                count::dup(self.guest(), f, self.local(*local), self.counted(self.type_of(*local)))
            }
            Statement::Drop(local) => {
                count::drop(self.guest(), f, self.local(*local), self.counted(self.type_of(*local)));
            }
            Statement::If(condition, then, otherwise) => self.if_(f, *condition, then, otherwise),
            Statement::Switch { on, arms, otherwise } => self.switch(f, *on, arms, otherwise.as_deref()),
            Statement::Labeled(label, body) => self.labeled(f, *label, body),
            Statement::Loop(label, body) => self.loop_(f, *label, body),
            Statement::Break(label) => self.break_(f, *label),
            Statement::Continue(label) => self.continue_(f, *label),
            Statement::Return(atom) => self.return_(f, *atom),
            Statement::Fault { code, site, a, b } => self.fault(f, *code, *site, *a, *b),
            Statement::SetField { object, index, value, drop_old } => {
                self.set_field(f, *object, *index, *value, *drop_old);
            }
            Statement::CheckIndex(list, index, site) => self.check_index(f, *list, *index, *site),
            Statement::SetItem { list, index, value, drop_old } => self.set_item(f, *list, *index, *value, *drop_old),
            Statement::PutEntry { map, key, value } => self.put_entry(f, *map, *key, *value),
            Statement::SortMap(map) => self.sort_map(f, *map),
            Statement::Await(..) => unreachable!("every await became a wait"),
            Statement::Wait(handle, number) => self.wait(f, *handle, *number),
            Statement::Settle(handle) => self.settle(f, *handle),
            Statement::Raise(fault, site) => self.raise(f, *fault, *site),
            Statement::Group(limit) => self.group(f, *limit),
            Statement::Mock(mock, captures) => self.mock(f, *mock, captures),
        }
    }

    /// The value of an operation; `result` is the type of the local that it goes to.
    fn op(&self, f: &mut Code<'_>, op: &Op, result: TypeRef) -> Expr {
        match op {
            Op::Value(atom) => self.atom(*atom),
            Op::Alias(local) => self.local(*local).into(),
            Op::Scalar(scalar, a, b, site) => self.scalar(f, *scalar, *a, *b, *site),
            Op::Unary(unary, a, site) => self.unary(f, *unary, *a, *site),
            Op::Compare(comparison, ty, a, b) => self.compare(f, *comparison, *ty, *a, *b),
            Op::Call(function, atoms) => f.call(self.emitter.function(*function), self.atoms(atoms)),
            Op::CallClosure(closure, atoms) => self.call_closure(f, *closure, atoms, result),
            Op::Native(native, types, atoms, site) => self.native(f, *native, types, atoms, *site, result),
            Op::Note(call, atoms) => self.note(f, *call, atoms),
            Op::Start(call, atoms) => self.start_call(f, *call, atoms),
            Op::Take(handle) => self.take_outcome(f, *handle, result),
            Op::Enter(condition, waits) => self.enter(f, *condition, waits),
            Op::Concat(atoms) => self.concat(f, atoms),
            Op::Append(a, b) => self.append(f, *a, *b),
            Op::AppendList(a, b) => self.append_list(f, *a, *b, result),
            Op::List(ty, items) => self.list(f, *ty, items),
            Op::Empty(ty, capacity) => self.empty(f, *ty, *capacity),
            Op::Record(ty, fields) => self.record(f, *ty, fields),
            Op::Case(ty, case, fields) => self.case(f, *ty, *case, fields),
            Op::Some(ty, value) => self.some(f, *ty, *value),
            Op::Closure(ty, function, captures) => self.closure(f, *ty, *function, captures),
            Op::Field(object, case, index) => self.field(*object, *case, *index),
            Op::IsSome(option) => self.local(*option).differs(0),
            Op::SomeValue(option) => self.some_value(*option),
            Op::Capture(index) => self.capture(f, *index),
            Op::Constant(constant) => self.constant(f, *constant),
            Op::Item(list, index) => self.item_at(*list, *index),
            Op::Entry(map, key, site) => self.entry(f, *map, *key, *site),
            Op::FindEntry(map, key) => self.find_entry(f, *map, *key),
            Op::EntryKey(map, number) => self.entry_key(*map, *number),
            Op::EntryValue(map, number) => self.entry_value(*map, *number),
            Op::Length(value) => self.local(*value).load32_wide(dot_abi::layout::LENGTH),
            Op::CharAt(text, offset) => self.char_at(f, *text, *offset),
            Op::CharEnd(text, offset) => self.char_end(f, *text, *offset),
            Op::Byte(bytes, index) => self.byte_at(*bytes, *index),
            Op::MakeUnique(atom) => self.make_unique(f, *atom, result),
            Op::UniqueField(object, index) => self.unique_field(f, *object, *index),
            Op::UniqueItem(list, index) => self.unique_item(f, *list, *index),
            Op::TakeField(object, index) => self.take_field(f, *object, *index),
            Op::TakeItem(list, index) => self.take_item(f, *list, *index),
            Op::TakeEntry(map, key, site) => self.take_entry(f, *map, *key, *site),
        }
    }

    /// A place in the source as an operand of routines.
    pub(super) fn site(&self, site: SiteRef) -> Expr {
        int(site.0)
    }
}
