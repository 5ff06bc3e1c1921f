//! A stable merge sort of contiguous elements: insertion into short runs, then merges of runs between
//! two buffers. Runs that are in order already are copied, not merged.

use dot_abi::layout::{HEADER_SIZE, LENGTH, LIST_DATA, Repr};
use dot_abi::types::TypeRef;

use super::heap::{allocate, free};
use super::{Guest, Item, compare};
use crate::wasm::{Code, Expr, Func, Operand, Var, args};

/// Runs up to this length are sorted by insertion.
const RUN: u32 = 8;

/// What is sorted: elements of a size, by the value of a type at an offset.
#[derive(Clone, Copy)]
pub(crate) struct Element {
    /// The bytes of an element.
    pub(crate) size: u32,
    /// The offset of the value that decides.
    pub(crate) key: u32,
    /// The value's type.
    pub(crate) ty: TypeRef,
}

impl Element {
    fn key(self, g: &Guest<'_>, at: Expr) -> Expr {
        let item = Item::of(g.types, self.ty);
        if self.size == item.size { item.load(at, self.key) } else { at.load(item.repr, self.key) }
    }

    fn copy(self, f: &mut Code<'_>, to: impl Operand, from: impl Operand) {
        let (to, from): (Expr, Expr) = (to.into(), from.into());
        match self.size {
            1 => f.store8(to, 0, from.load8(0)),
            4 => f.store(to, 0, from.load32(0)),
            size => {
                for offset in (0..size).step_by(8) {
                    f.store(to.clone(), offset, from.clone().load64(offset));
                }
            }
        }
    }

    /// Whether the first of two elements comes after the second.
    fn is_after(self, g: &Guest<'_>, f: &mut Code<'_>, a: Expr, b: Expr) -> Expr {
        let repr = g.types.repr(self.ty);
        let (left, right) = (f.var("left key", repr), f.var("right key", repr));
        f.set(left, self.key(g, a));
        f.set(right, self.key(g, b));
        match compare::Leaf::of(g, self.ty) {
            Some(compare::Leaf::Int) => left.greater(right),
            Some(compare::Leaf::Small) => left.above(right),
            _ => compare::order(g, f, self.ty, left, right).greater(0),
        }
    }
}

/// `(list) -> list`: sorts a list that is referred to once.
pub(crate) fn list(g: &Guest<'_>, item_type: TypeRef) -> Func {
    let ty = g.types.base(item_type);
    g.routine(&format!("list.sort:{}", ty.0), &[Repr::I32], Some(Repr::I32), |f| {
        let [list] = f.params();
        let element = Element { size: g.types.item_size(ty), key: 0, ty };
        f.run(elements(g, element), args![list + LIST_DATA, list.load32(LENGTH)]);
        f.ret(list);
    })
}

/// `(start, count)`: sorts elements in place.
pub(crate) fn elements(g: &Guest<'_>, element: Element) -> Func {
    let size = element.size;
    g.routine(&format!("sort:{size}:{}", element.ty.0), &[Repr::I32; 2], None, |f| {
        let [start, count] = f.params();
        f.run(short_runs(g, element), args![start, start + count * size]);
        f.when(count.not_above(RUN), |f| f.leave());
        let bytes = f.let_narrow("bytes", count * size);
        let block = f.let_narrow("block", f.call(allocate(g), args![bytes + HEADER_SIZE]));
        let from = f.let_narrow("from", start);
        let to = f.let_narrow("to", block + HEADER_SIZE);
        let width = f.let_narrow("width", RUN * size);
        let swap = f.narrow("swap");
        f.while_(width.below(bytes), |f| {
            f.run(merge_pass(g, element), args![from, to, bytes, width]);
            f.set(swap, from);
            f.set(from, to);
            f.set(to, swap);
            f.set(width, width.shl(1));
        });
        f.when(from.differs(start), |f| f.copy(start, from, bytes));
        free(g, f, block);
    })
}

/// `(start, end)`: sorts each run by insertion. One element behind the run is kept in variables.
fn short_runs(g: &Guest<'_>, element: Element) -> Func {
    let size = element.size;
    g.routine(&format!("sort.runs:{size}:{}", element.ty.0), &[Repr::I32; 2], None, |f| {
        let [start, end] = f.params();
        let [run_end, next, at] = ["run end", "next", "at"].map(|name| f.narrow(name));
        f.while_(start.below(end), |f| {
            let left = end - start;
            f.set(run_end, start + left.clone().below(RUN * size).select(left, RUN * size));
            f.set(next, start + size);
            f.while_(next.below(run_end), |f| {
                f.set(at, next);
                f.block(|f, placed| {
                    f.while_(at.above(start), |f| {
                        let is_after = element.is_after(g, f, at - size, at.into());
                        f.br_if(placed, is_after.is_zero());
                        swap_elements(f, element, at);
                        f.set(at, at - size);
                    });
                });
                f.add(next, size);
            });
            f.set(start, run_end);
        });
    })
}

/// Swaps an element with the one before.
fn swap_elements(f: &mut Code<'_>, element: Element, at: Var) {
    let size = element.size;
    let (repr, step) = if size < 8 { (Repr::I32, size) } else { (Repr::I64, 8) };
    let held = f.var("held", repr);
    for offset in (0..size).step_by(step as usize) {
        let (before, here) = (at - size, Expr::from(at));
        if size == 1 {
            f.set(held, here.clone().load8(0));
            f.store8(here, 0, before.clone().load8(0));
            f.store8(before, 0, held);
        } else {
            f.set(held, here.clone().load(repr, offset));
            f.store(here, offset, before.clone().load(repr, offset));
            f.store(before, offset, held);
        }
    }
}

/// `(from, to, bytes, width)`: merges pairs of runs of a width from one buffer into the other.
fn merge_pass(g: &Guest<'_>, element: Element) -> Func {
    g.routine(&format!("sort.pass:{}:{}", element.size, element.ty.0), &[Repr::I32; 4], None, |f| {
        let [from, to, bytes, width] = f.params();
        let end = f.let_narrow("end", from + bytes);
        let [middle, last] = ["middle", "last"].map(|name| f.narrow(name));
        f.while_(from.below(end), |f| {
            let left = end - from;
            f.set(middle, left.clone().below(width).select(end, from + width));
            let right = end - middle;
            f.set(last, right.clone().below(width).select(end, middle + width));
            f.run(merge(g, element), args![from, middle, last, to]);
            f.set(to, to + last - from);
            f.set(from, last);
        });
    })
}

/// `(left, middle, end, to)`: merges `left..middle` and `middle..end`; of equals the left comes first.
fn merge(g: &Guest<'_>, element: Element) -> Func {
    let size = element.size;
    g.routine(&format!("sort.merge:{size}:{}", element.ty.0), &[Repr::I32; 4], None, |f| {
        let [left, middle, end, to] = f.params();
        let right = f.let_narrow("right", middle);
        f.when(middle.below(end), |f| {
            let is_after = element.is_after(g, f, middle - size, middle.into());
            f.when(is_after, |f| {
                f.while_(left.below(middle) & right.below(end), |f| {
                    let is_after = element.is_after(g, f, left.into(), right.into());
                    f.when_else(
                        is_after,
                        |f| {
                            element.copy(f, to, right);
                            f.add(right, size);
                        },
                        |f| {
                            element.copy(f, to, left);
                            f.add(left, size);
                        },
                    );
                    f.add(to, size);
                });
            });
        });
        f.copy(to, left, middle - left);
        f.copy(to + middle - left, right, end - right);
    })
}
