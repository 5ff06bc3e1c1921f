//! Options that need not be made: `xs.get(i)` and `m.get(k)` that are matched at once.
//!
//! `m.get(k) ?? 0` asks for an entry and takes its value; the option, which for a number would be an
//! object of its own, is never built.

use dot_abi::native::Native;
use dot_abi::types::TypeRef;
use dot_types::program::{Expr, ExprKind, FunctionKind, Pattern, PatternKind};

use super::functions::Body;
use crate::core::{Atom, Comparison, Local, Op};

/// An option that is known by where its value would come from.
#[derive(Clone, Copy)]
pub(super) struct Found {
    /// Whether it is `Some`, a Bool.
    is_some: Local,
    /// The list or map.
    container: Local,
    /// The index of the item or the number of the entry.
    index: Atom,
    is_map: bool,
}

impl<'p> Body<'_, 'p> {
    /// A local that stands for the option that `get` would give, if the patterns look at no more than
    /// whether there is a value and at the value.
    pub(super) fn found(&mut self, value: &'p Expr, mut patterns: impl Iterator<Item = &'p Pattern>) -> Option<Local> {
        let ExprKind::Call { function, args, .. } = &value.kind else { return None };
        let is_map = match self.unit.program.function(*function).kind {
            FunctionKind::Native(Native::MapGet) => true,
            FunctionKind::Native(Native::ListGet) => false,
            _ => return None,
        };
        if args.len() != 2 || !patterns.all(looks_inside) {
            return None;
        }
        let container_type = args.iter().find(|part| part.index == 0).map(|part| self.closed(&part.value.ty))?;
        let atoms = self.parts(args);
        let (container, index) = (self.stable(atoms[0]), self.stable(atoms[1]));
        let container = self.local_of(container, container_type);
        let found = if is_map { self.find_entry(container, index) } else { self.find_item(container, index) };
        let ty = self.closed(&value.ty);
        let option = self.local(ty);
        self.options.insert(option, found);
        Some(option)
    }

    fn find_entry(&mut self, map: Local, key: Atom) -> Found {
        let (int, bool) = (self.int(), self.bool());
        let number = Atom::Local(self.let_(int, Op::FindEntry(map, key)));
        let is_some = self.let_(bool, Op::Compare(Comparison::GreaterEqual, int, number, Atom::Int(0)));
        Found { is_some, container: map, index: number, is_map: true }
    }

    fn find_item(&mut self, list: Local, index: Atom) -> Found {
        let (int, bool) = (self.int(), self.bool());
        let not_before = self.let_(bool, Op::Compare(Comparison::GreaterEqual, int, index, Atom::Int(0)));
        let is_some = self.local(bool);
        self.branch(
            Atom::Local(not_before),
            |body| {
                let length = body.let_(int, Op::Length(list));
                body.assign(is_some, Op::Compare(Comparison::Less, int, index, Atom::Local(length)));
            },
            |body| body.assign(is_some, Op::Value(Atom::Bool(false))),
        );
        Found { is_some, container: list, index, is_map: false }
    }

    /// Whether an option is `Some`.
    pub(super) fn is_some(&mut self, option: Local) -> Local {
        match self.options.get(&option) {
            Some(found) => found.is_some,
            None => {
                let bool = self.bool();
                self.let_(bool, Op::IsSome(option))
            }
        }
    }

    /// What is in an option that is `Some`.
    pub(super) fn some_value(&mut self, option: Local, ty: TypeRef) -> Local {
        let op = match self.options.get(&option) {
            Some(Found { container, index, is_map: true, .. }) => Op::EntryValue(*container, *index),
            Some(Found { container, index, .. }) => Op::Item(*container, *index),
            None => Op::SomeValue(option),
        };
        self.let_(ty, op)
    }
}

/// Whether a pattern needs no more of an option than whether there is a value, and the value.
fn looks_inside(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Wildcard | PatternKind::None | PatternKind::Some(_) => true,
        PatternKind::Or(alternatives) => alternatives.iter().all(looks_inside),
        _ => false,
    }
}
