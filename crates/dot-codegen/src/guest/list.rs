//! Lists: contiguous items, changed in place when nothing else refers to the list.
//!
//! Routines are made for the shape of the items. What "consumes" a list gives it back or gives it up.

use dot_abi::fault::{FaultCode, texts};
use dot_abi::layout::{COUNT, LENGTH, LIST_CAPACITY, LIST_DATA, META, META_TYPE_MASK, Repr};

use super::count::{drop, dup, dup_items, dup_many};
use super::heap::{MAX_SIZE, block_size, free_object, new_sized_object, out_of_memory};
use super::{Counted, Guest, Item};
use crate::wasm::{Code, Expr, Func, Operand, Var, args, wide};

/// The address of an item, but for [`LIST_DATA`].
pub(crate) fn address(item: Item, list: Var, index: impl Operand) -> Expr {
    list + item.bytes(index)
}

/// `(type, capacity: i64) -> list`: an empty list with room for so many items; a negative capacity is none.
pub(crate) fn new(g: &Guest<'_>, item: Item) -> Func {
    let shift = item.size.trailing_zeros();
    g.routine(&format!("list.new:{}", item.size), &[Repr::I32, Repr::I64], Some(Repr::I32), |f| {
        let [ty, capacity] = f.params();
        f.set(capacity, capacity.less(0).select(wide(0), capacity));
        f.when(capacity.greater(i64::from(MAX_SIZE - LIST_DATA) >> shift), |f| out_of_memory(g, f));
        let bytes = item.bytes(capacity.wrap()) + LIST_DATA;
        let list = f.let_narrow("list", f.call(new_sized_object(g), args![bytes, ty]));
        f.store(list, LENGTH, 0);
        f.store(list, LIST_CAPACITY, (f.call(block_size(g), args![list]) - LIST_DATA).shr(shift));
        f.ret(list);
    })
}

/// `(list, extra) -> list`: consumes a list and gives it back referred to once and with room for more items.
pub(crate) fn reserve(g: &Guest<'_>, item: Item) -> Func {
    let params = [Repr::I32, Repr::I32];
    g.routine(&format!("list.reserve:{item}"), &params, Some(Repr::I32), |f| {
        let [list, extra] = f.params();
        let count = f.let_narrow("count", list.load32(COUNT));
        let length = f.let_narrow("length", list.load32(LENGTH));
        let room = list.load32(LIST_CAPACITY) - length;
        f.when(count.equals(1).and_then(room.not_below(extra)), |f| f.ret(list));
        let capacity = f.let_long("capacity", length.extend() + extra.extend());
        f.when(count.equals(1), |f| {
            let double = f.let_long("double", length.extend() + length.extend());
            f.set(capacity, double.greater(capacity).select(double, capacity));
        });
        let ty = list.load32(META) & META_TYPE_MASK;
        let copy = f.let_narrow("copy", f.call(new(g, item), args![ty, capacity]));
        f.store(copy, LENGTH, length);
        f.copy(copy + LIST_DATA, list + LIST_DATA, item.bytes(length));
        f.when_else(
            count.equals(1),
            |f| free_object(g, f, list),
            |f| {
                f.store(list, COUNT, count - 1);
                dup_items(g, f, copy, item);
            },
        );
        f.ret(copy);
    })
}

/// A list, consumed, as one that is referred to once.
pub(crate) fn make_unique(g: &Guest<'_>, f: &Code<'_>, item: Item, list: impl Into<Expr>) -> Expr {
    f.call(reserve(g, item), args![list.into(), 0])
}

/// `(list, item) -> list`: consumes both.
pub(crate) fn push(g: &Guest<'_>, item: Item) -> Func {
    g.routine(&format!("list.push:{item}"), &[Repr::I32, item.repr], Some(Repr::I32), |f| {
        let [list, value] = f.params();
        let length = f.let_narrow("length", list.load32(LENGTH));
        let in_place = list.load32(COUNT).equals(1).and_then(length.below(list.load32(LIST_CAPACITY)));
        f.when(in_place.is_zero(), |f| f.set(list, f.call(reserve(g, item), args![list, 1])));
        item.store(f, address(item, list, length), LIST_DATA, value);
        f.store(list, LENGTH, length + 1);
        f.ret(list);
    })
}

/// `(list, other) -> list`: the items of both; consumes both.
pub(crate) fn append(g: &Guest<'_>, item: Item) -> Func {
    g.routine(&format!("list.append:{item}"), &[Repr::I32, Repr::I32], Some(Repr::I32), |f| {
        let [list, other] = f.params();
        let length = f.let_narrow("length", list.load32(LENGTH));
        f.when(length.is_zero(), |f| {
            drop(g, f, list, Counted::Always);
            f.ret(other);
        });
        let more = f.let_narrow("more", other.load32(LENGTH));
        f.set(list, f.call(reserve(g, item), args![list, more]));
        f.copy(address(item, list, length) + LIST_DATA, other + LIST_DATA, item.bytes(more));
        f.store(list, LENGTH, length + more);
        let count = f.let_narrow("count", other.load32(COUNT));
        f.when_else(
            count.equals(1),
            |f| free_object(g, f, other),
            |f| {
                f.store(other, COUNT, count - 1);
                dup_items(g, f, other, item);
            },
        );
        f.ret(list);
    })
}

/// Brings a range into `0..=length`; what is negative counts from the end. The start and end are variables of 64 bits.
pub(crate) fn clamp_range(f: &mut Code<'_>, start: Var, end: Var, length: Var) {
    for bound in [start, end] {
        f.when(bound.less(0), |f| f.add(bound, length));
        f.set(bound, bound.less(0).select(wide(0), bound));
        f.set(bound, bound.greater(length).select(length, bound));
    }
    f.set(end, end.less(start).select(start, end));
}

/// `(list, start, end) -> list`: consumes the list.
pub(crate) fn slice(g: &Guest<'_>, item: Item) -> Func {
    let params = [Repr::I32, Repr::I64, Repr::I64];
    g.routine(&format!("list.slice:{item}"), &params, Some(Repr::I32), |f| {
        let [list, start, end] = f.params();
        let length = f.let_long("length", list.load32_wide(LENGTH));
        clamp_range(f, start, end, length);
        let from = f.let_narrow("from", start.wrap());
        let to = f.let_narrow("to", end.wrap());
        let size = f.let_narrow("size", to - from);
        f.when(list.load32(COUNT).equals(1), |f| {
            drop_range(g, f, item, list, crate::wasm::int(0), from.into());
            drop_range(g, f, item, list, to.into(), length.wrap());
            f.copy(list + LIST_DATA, address(item, list, from) + LIST_DATA, item.bytes(size));
            f.store(list, LENGTH, size);
            f.ret(list);
        });
        let ty = list.load32(META) & META_TYPE_MASK;
        let copy = f.let_narrow("copy", f.call(new(g, item), args![ty, size.extend()]));
        f.store(copy, LENGTH, size);
        f.copy(copy + LIST_DATA, address(item, list, from) + LIST_DATA, item.bytes(size));
        dup_items(g, f, copy, item);
        drop(g, f, list, Counted::Always);
        f.ret(copy);
    })
}

/// Gives up the items of a range.
fn drop_range(g: &Guest<'_>, f: &mut Code<'_>, item: Item, list: Var, from: Expr, to: Expr) {
    if item.is_counted() {
        let index = f.let_narrow("index", from);
        let value = f.narrow("value");
        f.count_up(index, to, |f| {
            f.set(value, item.load(address(item, list, index), LIST_DATA));
            drop(g, f, value, item.counted);
        });
    }
}

/// `(list) -> list`: consumes it.
pub(crate) fn reverse(g: &Guest<'_>, item: Item) -> Func {
    g.routine(&format!("list.reverse:{item}"), &[Repr::I32], Some(Repr::I32), |f| {
        let [list] = f.params();
        f.set(list, make_unique(g, f, item, list));
        let low = f.let_narrow("low", list + LIST_DATA);
        let high = f.let_narrow("high", low + item.bytes(list.load32(LENGTH)));
        let value = f.var("value", item.repr);
        f.while_((high - item.size).above(low), |f| {
            f.set(high, high - item.size);
            f.set(value, item.load(low, 0));
            item.store(f, low, 0, item.load(high, 0));
            item.store(f, high, 0, value);
            f.add(low, item.size);
        });
        f.ret(list);
    })
}

/// `(type, item, times, site) -> list`: consumes the item.
pub(crate) fn repeat(g: &Guest<'_>, item: Item) -> Func {
    let params = [Repr::I32, item.repr, Repr::I64, Repr::I32];
    g.routine(&format!("list.repeat:{item}"), &params, Some(Repr::I32), |f| {
        let [ty, value, times, site] = f.params();
        f.when(times.less(0), |f| g.fault_with(f, FaultCode::Argument, site.into(), texts::REPEAT_NEGATIVE));
        let list = f.let_narrow("list", f.call(new(g, item), args![ty, times]));
        let length = f.let_narrow("length", times.wrap());
        f.store(list, LENGTH, length);
        if item.size == 1 {
            f.fill(list + LIST_DATA, value, length);
        } else {
            let at = f.let_narrow("at", list + LIST_DATA);
            let end = f.let_narrow("end", at + item.bytes(length));
            f.while_(at.below(end), |f| {
                item.store(f, at, 0, value);
                f.add(at, item.size);
            });
        }
        if item.is_counted() {
            f.when_else(
                length,
                |f| {
                    let more = f.let_narrow("more", length - 1);
                    dup_many(g, f, value, item.counted, more);
                },
                |f| drop(g, f, value, item.counted),
            );
        }
        f.ret(list);
    })
}

/// Ends the activation when an index lies outside of a list, text or bytes of a length.
pub(crate) fn check_index(g: &Guest<'_>, f: &mut Code<'_>, index: Var, length: Expr, site: Expr) {
    f.when(index.not_below(length.clone()), |f| {
        f.run(index_fault(g), args![site, index, length]);
        f.unreachable();
    });
}

/// `(site, index, length)`
fn index_fault(g: &Guest<'_>) -> Func {
    g.routine("fault.index", &[Repr::I32, Repr::I64, Repr::I64], None, |f| {
        let [site, index, length] = f.params();
        g.fault(f, FaultCode::Index, site.into(), index.into(), length.into());
    })
}

/// `(list, index) -> option` for items of a type.
pub(crate) fn get(g: &Guest<'_>, option: dot_abi::types::TypeRef, item_type: dot_abi::types::TypeRef) -> Func {
    let item = Item::of(g.types, item_type);
    let name = format!("list.get:{}", option.0);
    g.routine(&name, &[Repr::I32, Repr::I64], Some(Repr::I32), |f| {
        let [list, index] = f.params();
        f.when(index.not_below(list.load32_wide(LENGTH)), |f| f.ret(0));
        let value = f.var("value", item.repr);
        f.set(value, item.load(address(item, list, index.wrap()), LIST_DATA));
        dup_if_counted(g, f, value, item);
        let some = g.some(f, option, item_type, value);
        f.ret(some);
    })
}

/// One more reference of an item.
pub(crate) fn dup_if_counted(g: &Guest<'_>, f: &mut Code<'_>, value: Var, item: Item) {
    if item.is_counted() {
        dup(g, f, value, item.counted);
    }
}
