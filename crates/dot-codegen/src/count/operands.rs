//! What each statement does with its operands: the one place that the count pass and the balance
//! check both read, straight from the documentation of [`core`](crate::core).

use crate::core::{Atom, Function, Local, Op, Statement, Take, native_takes};

/// What becomes of an operand's reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Use {
    /// It passes on.
    Own,
    /// It stays; the object is looked at.
    Borrow,
    /// It stays; the object is changed, so what borrows from it may be gone.
    Change,
}

/// What an operation gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Gives {
    /// A reference.
    Owned,
    /// The operand itself: its reference passes on, or it is lent.
    Moved(Local),
    /// Something that another local keeps alive.
    From(Local),
    /// Something that lives as long as the call: what a closure holds, a constant.
    Lasting,
}

/// What the functions of a unit take.
pub(crate) struct Takes(Vec<Vec<Take>>);

impl Takes {
    /// Those of functions as they are.
    pub(crate) fn of(functions: &[Function]) -> Takes {
        Takes(functions.iter().map(|function| function.takes.clone()).collect())
    }

    /// The takes of all functions.
    pub(crate) fn into_all(self) -> Vec<Vec<Take>> {
        self.0
    }

    /// Those of a function.
    pub(crate) fn get(&self, function: usize) -> &[Take] {
        self.0.get(function).map_or(&[], |takes| takes)
    }

    /// Makes a function consume a parameter.
    pub(crate) fn own(&mut self, function: usize, param: usize) {
        self.0[function][param] = Take::Own;
    }

    /// Calls `each` with every local that a statement itself (not the blocks in it) uses, in order.
    pub(crate) fn uses(&self, statement: &Statement, each: &mut impl FnMut(Local, Use)) {
        let mut atom = |atom: &Atom, how| {
            if let Atom::Local(local) = atom {
                each(*local, how);
            }
        };
        match statement {
            Statement::Let(_, op) => self.op_uses(op, each),
            Statement::Dup(local) => each(*local, Use::Borrow),
            Statement::Drop(local) => each(*local, Use::Own),
            Statement::Await(handle, _) | Statement::Wait(handle, _) | Statement::Settle(handle) => {
                atom(handle, Use::Borrow);
            }
            Statement::Raise(fault, _) => atom(fault, Use::Borrow),
            Statement::Mock(_, captures) => captures.iter().for_each(|capture| atom(capture, Use::Own)),
            Statement::Group(limit) => atom(limit, Use::Borrow),
            Statement::Labeled(..) | Statement::Loop(..) | Statement::Break(_) | Statement::Continue(_) => {}
            Statement::If(condition, ..) => atom(condition, Use::Borrow),
            Statement::Switch { on, .. } | Statement::SortMap(on) => each(*on, Use::Borrow),
            Statement::Return(value) => atom(value, Use::Own),
            Statement::Fault { a, b, .. } => {
                for operand in [a, b].into_iter().flatten() {
                    atom(operand, Use::Borrow);
                }
            }
            Statement::SetField { object, value, .. } => {
                atom(value, Use::Own);
                each(*object, Use::Change);
            }
            Statement::CheckIndex(list, index, _) => {
                atom(index, Use::Borrow);
                each(*list, Use::Borrow);
            }
            Statement::SetItem { list, index, value, .. } => {
                atom(index, Use::Borrow);
                atom(value, Use::Own);
                each(*list, Use::Change);
            }
            Statement::PutEntry { map, key, value } => {
                atom(key, Use::Borrow);
                atom(value, Use::Own);
                each(*map, Use::Change);
            }
        }
    }

    fn op_uses(&self, op: &Op, each: &mut impl FnMut(Local, Use)) {
        let mut all = |atoms: &[Atom], takes: &[Take]| {
            for (index, atom) in atoms.iter().enumerate() {
                if let Atom::Local(local) = atom {
                    let own = takes.get(index).is_none_or(|take| *take == Take::Own);
                    each(*local, if own { Use::Own } else { Use::Borrow });
                }
            }
        };
        const BORROW: &[Take] = &[Take::Borrow; 3];
        match op {
            Op::Value(a) | Op::Some(_, a) | Op::MakeUnique(a) => all(&[*a], &[]),
            Op::Scalar(_, a, b, _) | Op::Compare(_, _, a, b) => all(&[*a, *b], BORROW),
            Op::Unary(_, a, _) | Op::Empty(_, a) | Op::Take(a) | Op::Enter(a, _) => all(&[*a], BORROW),
            Op::Call(function, atoms) => all(atoms, self.get(function.0 as usize)),
            Op::CallClosure(callee, atoms) => {
                all(atoms, &[]);
                each(*callee, Use::Borrow);
            }
            Op::Native(native, _, atoms, _) => all(atoms, native_takes(*native)),
            Op::Note(_, atoms)
            | Op::Start(_, atoms)
            | Op::List(_, atoms)
            | Op::Record(_, atoms)
            | Op::Case(_, _, atoms)
            | Op::Closure(_, _, atoms) => all(atoms, &[]),
            Op::Concat(atoms) => atoms.iter().for_each(|atom| all(&[*atom], BORROW)),
            Op::Append(a, b) => all(&[*a, *b], &[Take::Own, Take::Borrow]),
            Op::AppendList(a, b) => all(&[*a, *b], &[]),
            Op::Capture(_) | Op::Constant(_) => {}
            Op::Alias(local) | Op::Field(local, ..) | Op::IsSome(local) | Op::SomeValue(local) | Op::Length(local) => {
                each(*local, Use::Borrow)
            }
            Op::Item(local, index)
            | Op::Entry(local, index, _)
            | Op::FindEntry(local, index)
            | Op::EntryKey(local, index)
            | Op::EntryValue(local, index)
            | Op::CharAt(local, index)
            | Op::CharEnd(local, index)
            | Op::Byte(local, index) => {
                all(&[*index], BORROW);
                each(*local, Use::Borrow);
            }
            Op::TakeField(local, _) | Op::UniqueField(local, _) => each(*local, Use::Change),
            Op::TakeItem(local, index) | Op::UniqueItem(local, index) | Op::TakeEntry(local, index, _) => {
                all(&[*index], BORROW);
                each(*local, Use::Change);
            }
        }
    }
}

/// What an operation gives.
pub(crate) fn gives(op: &Op) -> Gives {
    match op {
        Op::Value(Atom::Local(local)) => Gives::Moved(*local),
        Op::Capture(_) | Op::Constant(_) => Gives::Lasting,
        Op::Alias(local)
        | Op::Field(local, ..)
        | Op::SomeValue(local)
        | Op::Item(local, ..)
        | Op::UniqueField(local, _)
        | Op::UniqueItem(local, ..)
        | Op::Entry(local, ..)
        | Op::EntryKey(local, _)
        | Op::EntryValue(local, _) => Gives::From(*local),
        _ => Gives::Owned,
    }
}

/// The blocks in a statement.
pub(crate) fn blocks(statement: &Statement) -> Vec<&[Statement]> {
    match statement {
        Statement::If(_, then, otherwise) => vec![then, otherwise],
        Statement::Switch { arms, otherwise, .. } => {
            arms.iter().map(|(_, block)| block.as_slice()).chain(otherwise.as_deref()).collect()
        }
        Statement::Labeled(_, block) | Statement::Loop(_, block) => vec![block],
        _ => Vec::new(),
    }
}
