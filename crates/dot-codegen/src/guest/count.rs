//! References: one more, one less, and what happens when none is left.
//!
//! Counting is inline. [`release`] gives a dead object back and with it everything that only it
//! referred to. It never recurses: dead objects that wait for their turn are linked through their counts.

use dot_abi::layout::{
    CASE_INDEX, COUNT, HEAP_START, LENGTH, LIST_DATA, META, META_TYPE_MASK, Place, Repr, STATIC_COUNT, map,
};
use dot_abi::types::{TypeDesc, TypeRef};
use indexmap::IndexSet;

use super::heap::{free, free_object};
use super::{Counted, Guest, Item};
use crate::wasm::{Code, Func, Label, Operand, Var, args};

/// Counts above this are none: in tests, freed memory looks like this.
const LARGEST_COUNT: u32 = 3 << 30;

/// Runs the statements if a slot holds an object.
pub(crate) fn when_object(f: &mut Code<'_>, value: Var, counted: Counted, then: impl FnOnce(&mut Code<'_>)) {
    match counted {
        Counted::Never => {}
        Counted::Always => then(f),
        Counted::Maybe => f.when(value.not_below(HEAP_START), then),
    }
}

/// One more reference.
pub(crate) fn dup(g: &Guest<'_>, f: &mut Code<'_>, value: Var, counted: Counted) {
    when_object(f, value, counted, |f| {
        check(g, f, value);
        f.store(value, COUNT, value.load32(COUNT) + 1);
    });
}

/// So many more references.
pub(crate) fn dup_many(g: &Guest<'_>, f: &mut Code<'_>, value: Var, counted: Counted, more: Var) {
    when_object(f, value, counted, |f| {
        check(g, f, value);
        f.store(value, COUNT, value.load32(COUNT) + more);
    });
}

/// One reference less.
pub(crate) fn drop(g: &Guest<'_>, f: &mut Code<'_>, value: Var, counted: Counted) {
    when_object(f, value, counted, |f| {
        check(g, f, value);
        let count = f.narrow("references");
        f.when_else(
            count.tee(value.load32(COUNT)).equals(1),
            |f| f.run(release(g), args![value]),
            |f| f.store(value, COUNT, count - 1),
        );
    });
}

/// In tests: traps when an object is dead.
fn check(g: &Guest<'_>, f: &mut Code<'_>, object: Var) {
    if g.options.poison {
        f.when((object.load32(COUNT) - 1).not_below(LARGEST_COUNT), |f| f.unreachable());
    }
}

/// What a dead object gives up. Types that agree in it share their code.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Children {
    /// Nothing.
    None,
    /// Nothing, but it may be a constant whose count ran down.
    Constant,
    /// Fields.
    Fields(Vec<(u32, Counted)>),
    /// The fields of cases with fields.
    Cases(Vec<(u32, Vec<(u32, Counted)>)>),
    /// Items.
    Items(Counted),
    /// Keys and values.
    Entries(Counted, Counted),
}

impl Children {
    fn of(g: &Guest<'_>, ty: TypeRef) -> Children {
        let types = g.types;
        let ty = types.base(ty);
        let counted = |ty| Counted::of(types, ty);
        let fields = |places: Vec<Place>| -> Vec<(u32, Counted)> {
            let slots = places.iter().map(|place| (place.offset, counted(place.ty)));
            slots.filter(|(_, counted)| *counted != Counted::Never).collect()
        };
        let children = match types.get(ty) {
            TypeDesc::Text | TypeDesc::Decimal => Children::Constant,
            TypeDesc::List { item } => Children::Items(counted(*item)),
            TypeDesc::Map { key, value } => Children::Entries(counted(*key), counted(*value)),
            TypeDesc::Set { item } => Children::Entries(counted(*item), Counted::Never),
            TypeDesc::Tuple { .. } | TypeDesc::Record { .. } | TypeDesc::Closure { .. } => {
                Children::Fields(fields(types.fields(ty, 0).places))
            }
            TypeDesc::Union { cases, .. } => {
                let of_case = |index| (index as u32, fields(types.fields(ty, index).places));
                Children::Cases((0..cases.len()).map(of_case).filter(|(_, fields)| !fields.is_empty()).collect())
            }
            _ => Children::None,
        };
        let nothing = match &children {
            Children::Fields(fields) => fields.is_empty(),
            Children::Cases(cases) => cases.is_empty(),
            Children::Items(counted) => *counted == Counted::Never,
            _ => false,
        };
        if nothing { Children::None } else { children }
    }
}

/// The variables of [`release`].
#[derive(Clone, Copy)]
struct Release {
    object: Var,
    /// The first of the dead objects that wait.
    rest: Var,
}

/// `(object)`: frees an object that nothing refers to any more, and all that only it referred to.
pub(crate) fn release(g: &Guest<'_>) -> Func {
    g.routine("count.release", &[Repr::I32], None, |f| {
        let [object] = f.params();
        let vars = Release { object, rest: f.narrow("rest") };
        let mut kinds: IndexSet<Children> = IndexSet::new();
        let of_type: Vec<Children> = (0..g.types.types.len()).map(|ty| Children::of(g, TypeRef(ty as u32))).collect();
        kinds.extend(of_type.iter().filter(|children| **children != Children::None).cloned());
        let arm_of: Vec<usize> =
            of_type.iter().map(|children| kinds.get_index_of(children).unwrap_or(kinds.len())).collect();
        f.repeat(|f, next| {
            f.block(|f, skip| {
                f.switch(object.load32(META) & META_TYPE_MASK, &arm_of, kinds.len(), |f, arm, _| {
                    vars.give_up(g, f, &kinds[arm], skip);
                });
                free_object(g, f, object);
            });
            f.set(object, vars.rest);
            f.when(object, |f| {
                f.set(vars.rest, object.load32(COUNT));
                f.br(next);
            });
        });
    })
}

impl Release {
    fn give_up(self, g: &Guest<'_>, f: &mut Code<'_>, children: &Children, skip: Label) {
        match children {
            Children::None => {}
            Children::Constant => f.when(g.heap.is_static(f, self.object), |f| {
                f.store(self.object, COUNT, STATIC_COUNT);
                f.br(skip);
            }),
            Children::Fields(fields) => self.give_up_fields(g, f, fields),
            Children::Cases(cases) => {
                let case = f.let_narrow("case", self.object.load32(CASE_INDEX));
                for (index, fields) in cases {
                    f.when(case.equals(*index), |f| self.give_up_fields(g, f, fields));
                }
            }
            Children::Items(counted) => {
                let item = f.let_narrow("item", self.object + LIST_DATA);
                let end = f.let_narrow("end", item + self.object.load32(LENGTH).shl(2));
                f.while_(item.below(end), |f| {
                    self.give_up_slot(g, f, item, 0, *counted);
                    f.add(item, 4);
                });
            }
            Children::Entries(key, value) => self.give_up_entries(g, f, *key, *value),
        }
    }

    fn give_up_fields(self, g: &Guest<'_>, f: &mut Code<'_>, fields: &[(u32, Counted)]) {
        for (offset, counted) in fields {
            self.give_up_slot(g, f, self.object, *offset, *counted);
        }
    }

    fn give_up_slot(self, g: &Guest<'_>, f: &mut Code<'_>, at: Var, offset: u32, counted: Counted) {
        if counted == Counted::Never {
            return;
        }
        let child = f.let_narrow("child", at.load32(offset));
        when_object(f, child, counted, |f| {
            check(g, f, child);
            let count = f.narrow("references");
            f.when_else(
                count.tee(child.load32(COUNT)).equals(1),
                |f| {
                    f.store(child, COUNT, self.rest);
                    f.set(self.rest, child);
                },
                |f| f.store(child, COUNT, count - 1),
            );
        });
    }

    fn give_up_entries(self, g: &Guest<'_>, f: &mut Code<'_>, key: Counted, value: Counted) {
        let entries = f.let_narrow("entries", self.object.load32(map::ENTRIES));
        f.when(entries, |f| {
            if key != Counted::Never || value != Counted::Never {
                let entry = f.let_narrow("entry", entries);
                let end = f.let_narrow("end", entry + self.object.load32(map::USED) * map::ENTRY_SIZE);
                f.while_(entry.below(end), |f| {
                    f.when(entry.load32(map::ENTRY_STATE), |f| {
                        self.give_up_slot(g, f, entry, map::ENTRY_KEY, key);
                        self.give_up_slot(g, f, entry, map::ENTRY_VALUE, value);
                    });
                    f.add(entry, map::ENTRY_SIZE);
                });
            }
            let block = f.let_narrow("block", entries - dot_abi::layout::HEADER_SIZE);
            free(g, f, block);
            f.set(block, self.object.load32(map::INDEX) - dot_abi::layout::HEADER_SIZE);
            free(g, f, block);
        });
    }
}

/// `(type, value)`: the export `drop`.
pub(crate) fn drop_of_type(g: &Guest<'_>) -> Func {
    g.routine("count.drop", &[Repr::I32, Repr::I64], None, |f| {
        let [ty, value] = f.params();
        let flags: Vec<u8> =
            (0..g.types.types.len()).map(|index| u8::from(g.types.is_counted(TypeRef(index as u32)))).collect();
        let flags = g.module.data(&flags);
        f.when(ty.load8(flags), |f| {
            let object = f.let_narrow("object", value.wrap());
            drop(g, f, object, Counted::Maybe);
        });
    })
}

/// Counts one more reference for each item of a list.
pub(crate) fn dup_items(g: &Guest<'_>, f: &mut Code<'_>, list: Var, item: Item) {
    if item.is_counted() {
        let at = f.let_narrow("at", list + LIST_DATA);
        let end = f.let_narrow("end", at + list.load32(LENGTH).shl(2));
        let value = f.narrow("value");
        f.while_(at.below(end), |f| {
            f.set(value, at.load32(0));
            dup(g, f, value, item.counted);
            f.add(at, 4);
        });
    }
}
