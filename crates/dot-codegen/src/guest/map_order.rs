//! Maps and sets in the order of their keys, and what the host needs of them.

use dot_abi::layout::map::{ENTRIES, ENTRY_KEY, ENTRY_SIZE, ENTRY_STATE, ENTRY_VALUE, FLAGS, LENGTH, SORTED, USED};
use dot_abi::layout::{LIST_DATA, META, META_TYPE_MASK, Repr};
use dot_abi::types::{TypeDesc, TypeRef};

use super::heap::new_object;
use super::list::dup_if_counted;
use super::map::{Shape, copy_entry, insert, reindex};
use super::sort::{Element, elements};
use super::{Guest, Item, list};
use crate::wasm::{Code, Func, Operand, Var, args};

/// `(map)`: puts the entries in the order of their keys and closes gaps.
pub(crate) fn sort(g: &Guest<'_>, ty: TypeRef) -> Func {
    let key = Shape::of(g, ty).key;
    g.routine(&format!("map.sort:{}", key.0), &[Repr::I32], None, |f| {
        let [map] = f.params();
        f.when(map.load32(FLAGS), |f| f.leave());
        close_gaps(f, map);
        let element = Element { size: ENTRY_SIZE, key: ENTRY_KEY, ty: key };
        f.run(elements(g, element), args![map.load32(ENTRIES), map.load32(LENGTH)]);
        f.run(reindex(g), args![map]);
        f.store(map, FLAGS, SORTED);
    })
}

fn close_gaps(f: &mut Code<'_>, map: Var) {
    let from = f.let_narrow("from", map.load32(ENTRIES));
    let to = f.let_narrow("to", from);
    let end = f.let_narrow("end", from + map.load32(USED) * ENTRY_SIZE);
    f.when(map.load32(USED).differs(map.load32(LENGTH)), |f| {
        f.while_(from.below(end), |f| {
            f.when(from.load32(ENTRY_STATE), |f| {
                copy_entry(f, to, from);
                f.add(to, ENTRY_SIZE);
            });
            f.add(from, ENTRY_SIZE);
        });
        f.store(map, USED, map.load32(LENGTH));
    });
}

/// What a list of a map's entries holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    Keys,
    Values,
    Pairs,
}

/// `(map) -> list`: keys, values or pairs in the order of the keys; the map is borrowed.
pub(crate) fn to_list(g: &Guest<'_>, map_type: TypeRef, list_type: TypeRef, listed: Listed) -> Func {
    let TypeDesc::List { item: item_type } = *g.types.get(g.types.base(list_type)) else {
        unreachable!("the result is a list")
    };
    let name = match listed {
        Listed::Keys => "keys",
        Listed::Values => "values",
        Listed::Pairs => "entries",
    };
    let (map_type, list_type) = (g.header_type(map_type), g.header_type(list_type));
    g.routine(&format!("map.{name}:{map_type}:{list_type}"), &[Repr::I32], Some(Repr::I32), |f| {
        let [map] = f.params();
        let shape = Shape::of(g, TypeRef(map_type));
        f.run(sort(g, TypeRef(map_type)), args![map]);
        let length = f.let_narrow("length", map.load32(LENGTH));
        let item = Item::of(g.types, item_type);
        let list = f.let_narrow("list", f.call(list::new(g, item), args![list_type, length.extend()]));
        f.store(list, LENGTH, length);
        let entry = f.let_narrow("entry", map.load32(ENTRIES));
        let end = f.let_narrow("end", entry + length * ENTRY_SIZE);
        let to = f.let_narrow("to", list);
        let key = f.var("key", shape.key_item.repr);
        let value = f.var("value", shape.value_item.repr);
        f.while_(entry.below(end), |f| {
            if listed != Listed::Values {
                f.set(key, entry.load(key.ty, ENTRY_KEY));
                dup_if_counted(g, f, key, shape.key_item);
            }
            if listed != Listed::Keys {
                f.set(value, entry.load(value.ty, ENTRY_VALUE));
                dup_if_counted(g, f, value, shape.value_item);
            }
            match listed {
                Listed::Keys => item.store(f, to, LIST_DATA, key),
                Listed::Values => item.store(f, to, LIST_DATA, value),
                Listed::Pairs => {
                    let layout = g.types.fields(item_type, 0);
                    let pair = f.let_narrow("pair", new_object(g, f, layout.size, g.header_type(item_type)));
                    f.store(pair, layout.places[0].offset, key);
                    f.store(pair, layout.places[1].offset, value);
                    item.store(f, to, LIST_DATA, pair);
                }
            }
            f.add(entry, ENTRY_SIZE);
            f.add(to, item.size);
        });
        f.ret(list);
    })
}

/// Runs the arm of an object's type for each type of map and set of the table.
fn by_map_type(g: &Guest<'_>, f: &mut Code<'_>, map: Var, mut write: impl FnMut(&mut Code<'_>, TypeRef)) {
    let all = (0..g.types.types.len() as u32).map(TypeRef);
    let maps: Vec<TypeRef> =
        all.clone().filter(|&ty| matches!(g.types.get(ty), TypeDesc::Map { .. } | TypeDesc::Set { .. })).collect();
    let arm_of: Vec<usize> =
        all.map(|ty| maps.iter().position(|&map| map == g.types.base(ty)).unwrap_or(maps.len())).collect();
    f.switch(map.load32(META) & META_TYPE_MASK, &arm_of, maps.len(), |f, arm, _| write(f, maps[arm]));
}

/// `(map)`: the export `sort_map`.
pub(crate) fn sort_any(g: &Guest<'_>) -> Func {
    g.routine("map.sort_any", &[Repr::I32], None, |f| {
        let [map] = f.params();
        by_map_type(g, f, map, |f, ty| f.run(sort(g, ty), args![map]));
    })
}

/// `(map, key: i64, value: i64)`: the export `map_insert`.
pub(crate) fn insert_any(g: &Guest<'_>) -> Func {
    g.routine("map.insert_any", &[Repr::I32, Repr::I64, Repr::I64], None, |f| {
        let [map, key, value] = f.params();
        by_map_type(g, f, map, |f, ty| {
            let shape = Shape::of(g, ty);
            let entry = args![map, key.narrowed(shape.key_item.repr), value.narrowed(shape.value_item.repr)];
            f.discard(f.call(insert(g, shape), entry));
        });
    })
}
