//! Maps and sets: a dense array of entries and an open-addressing index of it (see
//! [`layout::map`](dot_abi::layout::map)).
//!
//! Blocks of entries and index are no objects: a map owns them. The index has two buckets per
//! entry of the capacity, which is a power of two. A removed entry stays, marked, until the entries are
//! moved. A set is a map whose values are 0.

use dot_abi::layout::map::{
    CAPACITY, ENTRIES, ENTRY_KEY, ENTRY_SIZE, ENTRY_STATE, ENTRY_VALUE, FLAGS, INDEX, LENGTH, MASK, SIZE, SORTED, USED,
};
use dot_abi::layout::{COUNT, HEADER_SIZE, META, META_TYPE_MASK, Repr, TEXT_HASH};
use dot_abi::types::{TypeDesc, TypeRef};

use super::count::{drop, dup};
use super::heap::{allocate, free, new_object, out_of_memory};
use super::{Counted, Guest, Item, compare, text};
use crate::wasm::{Code, Expr, Func, Operand, Var, args, int};

/// The capacity of the first entries.
const FIRST_CAPACITY: u32 = 4;
/// The largest capacity: its entries fill half of the memory.
const MAX_CAPACITY: u32 = 1 << 26;

/// The types of a map's keys and values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// The base type of the keys.
    pub(crate) key: TypeRef,
    /// The keys' slots.
    pub(crate) key_item: Item,
    /// The values' slots; those of a set hold 0.
    pub(crate) value_item: Item,
}

impl Shape {
    /// The shape of a map or set.
    pub(crate) fn of(g: &Guest<'_>, ty: TypeRef) -> Shape {
        match g.types.get(g.types.base(ty)) {
            TypeDesc::Map { key, value } => Shape::new(g, *key, Item::of(g.types, *value)),
            TypeDesc::Set { item } => Shape::new(g, *item, Item { repr: Repr::I32, size: 4, counted: Counted::Never }),
            other => unreachable!("{other:?} has no entries"),
        }
    }

    fn new(g: &Guest<'_>, key: TypeRef, value_item: Item) -> Shape {
        Shape { key: g.types.base(key), key_item: Item::of(g.types, key), value_item }
    }

    /// What a routine of this shape is called.
    fn name(self, what: &str) -> String {
        format!("map.{what}:{}:{}", self.key.0, self.value_item)
    }
}

/// `(type, capacity) -> map`: an empty map with room for so many entries.
pub(crate) fn new(g: &Guest<'_>) -> Func {
    g.routine("map.new", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [ty, capacity] = f.params();
        let map = f.let_narrow("map", new_object(g, f, SIZE, 0));
        f.store(map, META, map.load32(META) | (ty & META_TYPE_MASK));
        f.store(map, LENGTH, 0);
        f.store(map, FLAGS, SORTED);
        for field in [ENTRIES, USED, CAPACITY, INDEX, MASK] {
            f.store(map, field, 0);
        }
        f.when(capacity, |f| {
            f.when(capacity.above(MAX_CAPACITY), |f| out_of_memory(g, f));
            let smallest = capacity.below(FIRST_CAPACITY).select(int(FIRST_CAPACITY), capacity);
            f.set(capacity, int(1).shl(int(32) - (smallest - 1).leading_zeros()));
            f.run(resize(g), args![map, capacity]);
        });
        f.ret(map);
    })
}

/// The address of an entry by its number.
pub(crate) fn entry_at(map: Var, number: impl Operand) -> Expr {
    map.load32(ENTRIES) + number.into() * ENTRY_SIZE
}

/// `(map, capacity)`: moves the live entries into blocks of a capacity (a power of two).
fn resize(g: &Guest<'_>) -> Func {
    g.routine("map.resize", &[Repr::I32; 2], None, |f| {
        let [map, capacity] = f.params();
        f.when(capacity.above(MAX_CAPACITY), |f| out_of_memory(g, f));
        let block = f.let_narrow("block", f.call(allocate(g), args![capacity * ENTRY_SIZE + HEADER_SIZE]));
        let index = f.let_narrow("index", f.call(allocate(g), args![capacity * 8 + HEADER_SIZE]));
        let from = f.let_narrow("from", map.load32(ENTRIES));
        let end = f.let_narrow("end", from + map.load32(USED) * ENTRY_SIZE);
        let to = f.let_narrow("to", block + HEADER_SIZE);
        f.when(from, |f| {
            let old = f.let_narrow("old", from - HEADER_SIZE);
            f.while_(from.below(end), |f| {
                f.when(from.load32(ENTRY_STATE), |f| {
                    copy_entry(f, to, from);
                    f.add(to, ENTRY_SIZE);
                });
                f.add(from, ENTRY_SIZE);
            });
            free(g, f, old);
            f.set(old, map.load32(INDEX) - HEADER_SIZE);
            free(g, f, old);
        });
        f.store(map, ENTRIES, block + HEADER_SIZE);
        f.store(map, INDEX, index + HEADER_SIZE);
        f.store(map, CAPACITY, capacity);
        f.store(map, MASK, capacity.shl(1) - 1);
        f.store(map, USED, map.load32(LENGTH));
        f.run(reindex(g), args![map]);
    })
}

/// Copies an entry.
pub(crate) fn copy_entry(f: &mut Code<'_>, to: Var, from: Var) {
    for offset in (0..ENTRY_SIZE).step_by(8) {
        f.store(to, offset, from.load64(offset));
    }
}

/// `(map)`: makes the index of the entries, which have no gaps.
pub(crate) fn reindex(g: &Guest<'_>) -> Func {
    g.routine("map.reindex", &[Repr::I32], None, |f| {
        let [map] = f.params();
        let index = f.let_narrow("index", map.load32(INDEX));
        let mask = f.let_narrow("mask", map.load32(MASK));
        f.when(index.is_zero(), |f| f.leave());
        f.fill(index, 0, (mask + 1).shl(2));
        let number = f.narrow("number");
        let entry = f.let_narrow("entry", map.load32(ENTRIES));
        f.count_up(number, map.load32(USED), |f| {
            let bucket = free_bucket(f, index, mask, entry.load32(0));
            f.store(bucket, 0, number + 1);
            f.add(entry, ENTRY_SIZE);
        });
    })
}

/// The address of the first empty bucket for a hash.
fn free_bucket(f: &mut Code<'_>, index: Var, mask: Var, hash: Expr) -> Var {
    let bucket = f.let_narrow("bucket", hash & mask);
    let at = f.let_narrow("bucket address", index + bucket.shl(2));
    f.while_(at.load32(0), |f| {
        f.set(bucket, (bucket + 1) & mask);
        f.set(at, index + bucket.shl(2));
    });
    at
}

/// The hash of a key: never 0 for texts, any number otherwise.
fn hash_of_key(g: &Guest<'_>, f: &mut Code<'_>, shape: Shape, key: Var) -> Expr {
    match compare::Leaf::of(g, shape.key) {
        Some(compare::Leaf::Text) => {
            let known = f.let_narrow("hash of text", key.load32(TEXT_HASH));
            f.when(known.is_zero(), |f| f.set(known, f.call(text::hash(g), args![key])));
            known.into()
        }
        Some(compare::Leaf::Int) => {
            // The product's upper half depends on all bits below it.
            let folded = key ^ key.shr(32);
            (folded * 0x9e37_79b9_7f4a_7c15_u64 as i64).shr(32).wrap()
        }
        _ => {
            let hash = f.long("hash");
            let mixed = compare::hash(g, f, shape.key, key, crate::wasm::wide(0));
            f.set(hash, mixed);
            text::finish_hash(f, hash)
        }
    }
}

/// `(map, key, hash) -> entry`: the entry of a key, or 0.
fn find_hashed(g: &Guest<'_>, shape: Shape) -> Func {
    let key_repr = shape.key_item.repr;
    let name = format!("map.find_hashed:{}", shape.key.0);
    g.routine(&name, &[Repr::I32, key_repr, Repr::I32], Some(Repr::I32), |f| {
        let [map, key, hash] = f.params();
        let entries = f.narrow("entries");
        f.when(entries.tee(map.load32(ENTRIES)).is_zero(), |f| f.ret(0));
        let index = f.let_narrow("index", map.load32(INDEX));
        let mask = f.let_narrow("mask", map.load32(MASK));
        let bucket = f.let_narrow("bucket", hash & mask);
        let [number, entry] = ["number", "entry"].map(|name| f.narrow(name));
        let other = f.var("other", key_repr);
        f.repeat(|f, again| {
            f.when(number.tee((index + bucket.shl(2)).load32(0)).is_zero(), |f| f.ret(0));
            f.set(entry, entries + (number - 1) * ENTRY_SIZE);
            f.when(entry.load32(0).equals(hash).and_then(entry.load32(ENTRY_STATE)), |f| {
                f.set(other, entry.load(key_repr, ENTRY_KEY));
                let equal = compare::equal(g, f, shape.key, other, key);
                f.when(equal, |f| f.ret(entry));
            });
            f.set(bucket, (bucket + 1) & mask);
            f.br(again);
        });
    })
}

/// `(map, key) -> entry`: the entry of a borrowed key, or 0.
pub(crate) fn find(g: &Guest<'_>, shape: Shape) -> Func {
    let name = format!("map.find:{}", shape.key.0);
    g.routine(&name, &[Repr::I32, shape.key_item.repr], Some(Repr::I32), |f| {
        let [map, key] = f.params();
        let hash = hash_of_key(g, f, shape, key);
        f.ret(f.call(find_hashed(g, shape), args![map, key, hash]));
    })
}

/// `(map) -> map`: consumes a map and gives it back referred to once.
pub(crate) fn unique(g: &Guest<'_>, shape: Shape) -> Func {
    g.routine(&shape.name("unique"), &[Repr::I32], Some(Repr::I32), |f| {
        let [map] = f.params();
        let count = f.let_narrow("count", map.load32(COUNT));
        f.when(count.equals(1), |f| f.ret(map));
        f.store(map, COUNT, count - 1);
        let ty = map.load32(META) & META_TYPE_MASK;
        let copy = f.let_narrow("copy", f.call(new(g), args![ty, map.load32(LENGTH)]));
        let from = f.let_narrow("from", map.load32(ENTRIES));
        let end = f.let_narrow("end", from + map.load32(USED) * ENTRY_SIZE);
        let to = f.let_narrow("to", copy.load32(ENTRIES));
        f.while_(from.below(end), |f| {
            f.when(from.load32(ENTRY_STATE), |f| {
                copy_entry(f, to, from);
                for (item, offset) in [(shape.key_item, ENTRY_KEY), (shape.value_item, ENTRY_VALUE)] {
                    if item.is_counted() {
                        let part = f.let_narrow("part", to.load32(offset));
                        dup(g, f, part, item.counted);
                    }
                }
                f.add(to, ENTRY_SIZE);
            });
            f.add(from, ENTRY_SIZE);
        });
        for field in [LENGTH, USED] {
            f.store(copy, field, map.load32(LENGTH));
        }
        f.store(copy, FLAGS, map.load32(FLAGS));
        f.run(reindex(g), args![copy]);
        f.ret(copy);
    })
}

/// `(map, key, value) -> map`: consumes all three. A key that is there stays, with the new value.
pub(crate) fn insert(g: &Guest<'_>, shape: Shape) -> Func {
    let Shape { key_item, value_item, .. } = shape;
    let params = [Repr::I32, key_item.repr, value_item.repr];
    g.routine(&shape.name("insert"), &params, Some(Repr::I32), |f| {
        let [map, key, value] = f.params();
        f.when(map.load32(COUNT).differs(1), |f| f.set(map, f.call(unique(g, shape), args![map])));
        let hash = hash_of_key(g, f, shape, key);
        let hash = f.let_narrow("hash of key", hash);
        let entry = f.let_narrow("entry", f.call(find_hashed(g, shape), args![map, key, hash]));
        f.when(entry, |f| {
            let old = f.var("old", value_item.repr);
            f.set(old, entry.load(value_item.repr, ENTRY_VALUE));
            f.store(entry, ENTRY_VALUE, value.widened());
            if value_item.is_counted() {
                drop(g, f, old, value_item.counted);
            }
            if key_item.is_counted() {
                drop(g, f, key, key_item.counted);
            }
            f.ret(map);
        });
        f.run(append(g, shape), args![map, key, hash, value.widened()]);
        f.ret(map);
    })
}

/// `(map, key, hash, value: i64)`: adds an entry for a key that is not there.
fn append(g: &Guest<'_>, shape: Shape) -> Func {
    let repr = shape.key_item.repr;
    let params = [Repr::I32, repr, Repr::I32, Repr::I64];
    g.routine(&format!("map.append:{}", shape.key.0), &params, None, |f| {
        let [map, key, hash, value] = f.params();
        let used = f.let_narrow("used", map.load32(USED));
        let capacity = f.let_narrow("capacity", map.load32(CAPACITY));
        f.when(used.equals(capacity), |f| {
            // If half of the entries were removed, their place suffices.
            let length = map.load32(LENGTH);
            let grown = length.shl(1).above(capacity).select(capacity.shl(1), capacity);
            f.set(capacity, capacity.is_zero().select(int(FIRST_CAPACITY), grown));
            f.run(resize(g), args![map, capacity]);
            f.set(used, map.load32(USED));
        });
        let entry = f.let_narrow("entry", entry_at(map, used));
        f.when(map.load32(FLAGS).differs(0).and_then(used), |f| {
            let last = f.var("last", repr);
            f.set(last, (entry - ENTRY_SIZE).load(repr, ENTRY_KEY));
            let order = compare::order(g, f, shape.key, last, key);
            f.when(order.greater(0), |f| f.store(map, FLAGS, 0));
        });
        f.store(entry, 0, hash);
        f.store(entry, ENTRY_STATE, 1);
        f.store(entry, ENTRY_KEY, key.widened());
        f.store(entry, ENTRY_VALUE, value);
        let index = f.let_narrow("index", map.load32(INDEX));
        let mask = f.let_narrow("mask", map.load32(MASK));
        let bucket = free_bucket(f, index, mask, hash.into());
        f.store(map, USED, used + 1);
        f.store(bucket, 0, used + 1);
        f.store(map, LENGTH, map.load32(LENGTH) + 1);
    })
}

/// `(map, key) -> map`: consumes the map, borrows the key.
pub(crate) fn remove(g: &Guest<'_>, shape: Shape) -> Func {
    g.routine(&shape.name("remove"), &[Repr::I32, shape.key_item.repr], Some(Repr::I32), |f| {
        let [map, key] = f.params();
        let entry = f.narrow("entry");
        f.when(f.call(find(g, shape), args![map, key]).is_zero(), |f| f.ret(map));
        f.set(map, f.call(unique(g, shape), args![map]));
        f.set(entry, f.call(find(g, shape), args![map, key]));
        f.store(entry, ENTRY_STATE, 0);
        f.store(map, FLAGS, 0);
        f.store(map, LENGTH, map.load32(LENGTH) - 1);
        f.when(map.load32(LENGTH).is_zero(), |f| {
            f.store(map, USED, 0);
            f.store(map, FLAGS, SORTED);
            f.run(reindex(g), args![map]);
        });
        // Last, because the key may be the one that the entry holds.
        for (item, offset) in [(shape.value_item, ENTRY_VALUE), (shape.key_item, ENTRY_KEY)] {
            if item.is_counted() {
                let part = f.let_narrow("part", entry.load32(offset));
                drop(g, f, part, item.counted);
            }
        }
        f.ret(map);
    })
}

/// `(map, key) -> option`: the value of a borrowed key.
pub(crate) fn get(g: &Guest<'_>, shape: Shape, option: TypeRef, value_type: TypeRef) -> Func {
    let name = format!("map.get:{}:{}", shape.key.0, option.0);
    g.routine(&name, &[Repr::I32, shape.key_item.repr], Some(Repr::I32), |f| {
        let [map, key] = f.params();
        let entry = f.narrow("entry");
        f.when(entry.tee(f.call(find(g, shape), args![map, key])).is_zero(), |f| f.ret(0));
        let value = f.var("value", shape.value_item.repr);
        f.set(value, entry.load(shape.value_item.repr, ENTRY_VALUE));
        super::list::dup_if_counted(g, f, value, shape.value_item);
        let some = g.some(f, option, value_type, value);
        f.ret(some);
    })
}
