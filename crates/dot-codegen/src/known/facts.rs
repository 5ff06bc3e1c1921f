//! What holds at a point of a function.

use crate::core::{Atom, Local};

/// More is forgotten, the oldest first.
const MOST_FACTS: usize = 48;

/// Something that holds of locals. A local in it is what the local has now.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Fact {
    /// Nothing else refers to the object that the local owns.
    Unique(Local),
    /// Nothing else refers to what a slot of an object holds.
    UniqueIn(Local, Slot),
    /// The Int is an index of the list.
    Inside(Local, Atom),
    /// The list has so many items.
    Length(Local, Atom),
    /// One Int is less than another.
    Less(Atom, Atom),
    /// When the Bool is this, one Int is less than another.
    Tells(Local, bool, Atom, Atom),
}

/// A place in an object.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Slot {
    /// A field of a record or tuple.
    Field(u32),
    /// An item of a list, at an index that lies inside.
    Item(Atom),
}

impl Fact {
    /// The same of other locals.
    fn of(self, local: impl Fn(Local) -> Local) -> Fact {
        let atom = |atom: Atom| match atom {
            Atom::Local(known) => Atom::Local(local(known)),
            other => other,
        };
        match self {
            Fact::Unique(object) => Fact::Unique(local(object)),
            Fact::UniqueIn(object, Slot::Item(index)) => Fact::UniqueIn(local(object), Slot::Item(atom(index))),
            Fact::UniqueIn(object, field) => Fact::UniqueIn(local(object), field),
            Fact::Inside(list, index) => Fact::Inside(local(list), atom(index)),
            Fact::Length(list, length) => Fact::Length(local(list), atom(length)),
            Fact::Less(a, b) => Fact::Less(atom(a), atom(b)),
            Fact::Tells(told, when, a, b) => Fact::Tells(local(told), when, atom(a), atom(b)),
        }
    }

    /// The same of what has gone from one local to another.
    fn moved(self, from: Local, to: Local) -> Fact {
        self.of(|local| if local == from { to } else { local })
    }

    fn mentions(self, local: Local) -> bool {
        // Two names that are no locals: what differs between them mentions the local.
        self.moved(local, Local(u32::MAX)) != self
    }
}

/// What is known at a point, in the order in which it was found.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Facts(Vec<Fact>);

impl Facts {
    pub(super) fn has(&self, fact: Fact) -> bool {
        self.0.contains(&fact)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Fact> {
        self.0.iter().copied()
    }

    pub(super) fn add(&mut self, fact: Fact) {
        if !self.has(fact) {
            if self.0.len() == MOST_FACTS {
                self.0.remove(0);
            }
            self.0.push(fact);
        }
    }

    pub(super) fn retain(&mut self, keep: impl Fn(Fact) -> bool) {
        self.0.retain(|&fact| keep(fact));
    }

    /// A local is assigned, or what it had is gone.
    pub(super) fn forget(&mut self, local: Local) {
        self.retain(|fact| !fact.mentions(local));
    }

    /// What one local had goes to another.
    pub(super) fn move_to(&mut self, from: Local, to: Local) {
        if from != to {
            self.forget(to);
            self.0.iter_mut().for_each(|fact| *fact = fact.moved(from, to));
        }
    }

    /// A scalar is copied.
    pub(super) fn copy_to(&mut self, from: Local, to: Local) {
        if from != to {
            self.forget(to);
            let copies: Vec<Fact> = self.iter().filter(|fact| fact.mentions(from)).collect();
            copies.into_iter().for_each(|fact| self.add(fact.moved(from, to)));
        }
    }

    /// What holds here and there.
    pub(super) fn meet(&self, other: &Facts) -> Facts {
        Facts(self.iter().filter(|&fact| other.has(fact)).collect())
    }
}
