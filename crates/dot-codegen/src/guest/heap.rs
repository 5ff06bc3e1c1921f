//! The heap: blocks of size classes over linear memory.
//!
//! A block's size is that of its class: steps of 16 bytes up to 256, then four classes per doubling. A freed
//! block goes to the free list of its class and is taken from there again; what the lists don't hold
//! comes from the top of the heap. The class stands in the upper byte of the header, the next free
//! block in place of the count. The heads of the lists lie below `HEAP_START`.

use dot_abi::fault::FaultCode;
use dot_abi::layout::{COUNT, HEADER_SIZE, HEAP_START, META, META_TYPE_MASK, Repr};

use super::{Guest, NO_SITE};
use crate::wasm::{Code, Expr, Func, Global, Module, Operand, Var, args, int, wide};

/// The address of the heads of the free lists, one per class.
const FREE_LISTS: u32 = 64;
/// Up to this size there is a class for each multiple of [`STEP`].
const SMALL: u32 = 256;
const STEP: u32 = 16;
const SMALL_CLASSES: u32 = SMALL / STEP;
/// The largest block.
pub(crate) const MAX_SIZE: u32 = 1 << 31;
/// The class of [`MAX_SIZE`].
const LAST_CLASS: u32 = SMALL_CLASSES + 4 * (31 - 8);
const PAGE_BITS: u32 = 16;
/// Where the heap ends at the latest: the last page stays unused, so that sums don't wrap.
const MAX_LIMIT: u32 = 0xffff_0000;
/// The offset of the size class in a header.
const CLASS: u32 = META + 3;
/// What freed memory is overwritten with in tests.
const POISON: u32 = 0xdb;

const _: () = assert!(FREE_LISTS + 4 * (LAST_CLASS + 1) <= HEAP_START);

/// The heap's globals.
#[derive(Clone, Copy)]
pub(crate) struct Heap {
    /// The start of memory that was never used.
    top: Global,
    /// The end of the memory.
    limit: Global,
    /// The number of live objects.
    live: Global,
    /// Where the heap starts: below lie constants.
    base: Global,
}

impl Heap {
    pub(crate) fn new(module: &Module) -> Heap {
        let narrow = |mutable| module.global(Repr::I32, mutable, 0);
        Heap { top: narrow(true), limit: narrow(true), live: narrow(true), base: narrow(false) }
    }

    /// Fixes where the heap starts, when all static data are there. Gives the pages that the memory starts with.
    pub(crate) fn place(&self, module: &Module) -> u64 {
        let start = module.data_end();
        let pages = (start + STEP).div_ceil(1 << PAGE_BITS);
        module.set_start(self.base, i64::from(start));
        module.set_start(self.top, i64::from(start));
        module.set_start(self.limit, i64::from(pages << PAGE_BITS));
        u64::from(pages)
    }

    /// Whether an address lies in static data.
    pub(crate) fn is_static(&self, f: &Code<'_>, object: Var) -> Expr {
        object.below(f.global(self.base))
    }
}

/// The class of a size.
fn class_of(size: u32) -> u32 {
    if size <= SMALL {
        return size.div_ceil(STEP);
    }
    let log = (size - 1).ilog2();
    SMALL_CLASSES + (log - 8) * 4 + ((size - 1) >> (log - 2) & 3) + 1
}

/// The size of a class.
fn class_size(class: u32) -> u32 {
    if class <= SMALL_CLASSES {
        return class * STEP;
    }
    let step = class - SMALL_CLASSES - 1;
    (step % 4 + 5) << (8 + step / 4 - 2)
}

/// A new object of a size and type that the compiler knows: its count is 1, its fields are not set.
pub(crate) fn new_object(g: &Guest<'_>, f: &Code<'_>, size: u32, ty: u32) -> Expr {
    let class = class_of(size);
    f.call(new_of_class(g, class), args![ty & META_TYPE_MASK | class << 24])
}

/// `(meta) -> object`
fn new_of_class(g: &Guest<'_>, class: u32) -> Func {
    let name = format!("heap.new:{}", class_size(class));
    g.routine(&name, &[Repr::I32], Some(Repr::I32), |f| {
        let [meta] = f.params();
        let block = f.narrow("block");
        let head = FREE_LISTS + class * 4;
        f.when_else(
            block.tee(int(0).load32(head)),
            |f| f.store(0, head, block.load32(COUNT)),
            |f| take_from_top(g, f, block, int(class_size(class))),
        );
        count_live(g, f, 1);
        f.store(block, COUNT, 1);
        f.store(block, META, meta);
        f.ret(block);
    })
}

/// Takes a block from the top of the heap.
fn take_from_top(g: &Guest<'_>, f: &mut Code<'_>, block: Var, size: Expr) {
    f.set(block, f.global(g.heap.top));
    let room = f.global(g.heap.limit) - block;
    f.when(size.clone().above(room), |f| f.run(grow(g), args![size.clone()]));
    f.set_global(g.heap.top, block + size);
}

/// `(size)`: grows the memory so that a block of a size fits behind the top. It grows by an eighth at least, so that
/// a growing heap asks seldom; if that is refused, by what is needed.
fn grow(g: &Guest<'_>) -> Func {
    g.routine("heap.grow", &[Repr::I32], None, |f| {
        let [size] = f.params();
        let missing = f.narrow("missing");
        let step = f.narrow("step");
        let pages = f.narrow("pages");
        f.set(missing, size - (f.global(g.heap.limit) - f.global(g.heap.top)));
        f.set(missing, (missing + ((1 << PAGE_BITS) - 1)).shr(PAGE_BITS));
        f.set(pages, f.memory_pages());
        f.set(step, pages.shr(3));
        f.set(step, step.above(missing).select(step, missing));
        let enough = (pages + missing).not_above(MAX_LIMIT >> PAGE_BITS);
        f.block(|f, done| {
            f.when(enough, |f| {
                f.br_if(done, f.memory_grow(step).differs(-1));
                f.br_if(done, f.memory_grow(missing).differs(-1));
            });
            out_of_memory(g, f);
        });
        f.set(pages, f.memory_pages());
        let limit = pages.above(MAX_LIMIT >> PAGE_BITS).select(int(MAX_LIMIT), pages.shl(PAGE_BITS));
        f.set_global(g.heap.limit, limit);
    })
}

/// Ends the activation because the memory does not suffice.
pub(crate) fn out_of_memory(g: &Guest<'_>, f: &mut Code<'_>) {
    g.fault(f, FaultCode::MemoryLimit, int(NO_SITE as u32), wide(0), wide(0));
}

/// `(size) -> block`: a block that is no object and not counted as one. Its header holds its class.
pub(crate) fn allocate(g: &Guest<'_>) -> Func {
    g.routine("heap.allocate", &[Repr::I32], Some(Repr::I32), |f| {
        let [size] = f.params();
        let block = take_block(g, f, size, META_TYPE_MASK);
        f.ret(block);
    })
}

/// A block of at least a size, whose header holds its class and a type; changes `size`.
fn take_block(g: &Guest<'_>, f: &mut Code<'_>, size: Var, ty: impl Into<Expr>) -> Var {
    f.when(size.above(MAX_SIZE), |f| out_of_memory(g, f));
    let class = f.narrow("class");
    let log = f.narrow("log");
    f.when_else(
        size.not_above(SMALL),
        |f| {
            f.set(class, (size + (STEP - 1)).shr(STEP.ilog2()));
            f.set(size, class.shl(STEP.ilog2()));
        },
        |f| {
            f.set(size, size - 1);
            f.set(log, int(31) - size.leading_zeros());
            let quarter = size.shr(log - 2);
            f.set(class, (log - 8).shl(2) + (quarter.clone() & 3) + (SMALL_CLASSES + 1));
            f.set(size, (quarter + 1).shl(log - 2));
        },
    );
    let block = f.narrow("block");
    let head = f.let_narrow("head", class.shl(2) + FREE_LISTS);
    f.when_else(
        block.tee(head.load32(0)),
        |f| f.store(head, 0, block.load32(COUNT)),
        |f| take_from_top(g, f, block, size.into()),
    );
    f.store(block, META, class.shl(24) | ty);
    block
}

/// `(size, type) -> object`: the export `alloc`.
pub(crate) fn new_sized_object(g: &Guest<'_>) -> Func {
    g.routine("heap.object", &[Repr::I32, Repr::I32], Some(Repr::I32), |f| {
        let [size, ty] = f.params();
        let object = take_object(g, f, size, ty & META_TYPE_MASK);
        f.ret(object);
    })
}

/// A new object of a size that is computed, in place; changes `size`.
pub(crate) fn take_object(g: &Guest<'_>, f: &mut Code<'_>, size: Var, ty: impl Into<Expr>) -> Var {
    let object = take_block(g, f, size, ty);
    count_live(g, f, 1);
    f.store(object, COUNT, 1);
    object
}

/// `(block) -> size`: all bytes that a block has, its header included.
pub(crate) fn block_size(g: &Guest<'_>) -> Func {
    g.routine("heap.block_size", &[Repr::I32], Some(Repr::I32), |f| {
        let [block] = f.params();
        let class = f.let_narrow("class", block.load8(CLASS));
        f.when(class.not_above(SMALL_CLASSES), |f| f.ret(class.shl(STEP.ilog2())));
        f.set(class, class - (SMALL_CLASSES + 1));
        f.ret(((class & 3) + 5).shl(class.shr(2) + (8 - 2)));
    })
}

/// Adds to the number of live objects.
fn count_live(g: &Guest<'_>, f: &mut Code<'_>, difference: i32) {
    let live = f.global(g.heap.live);
    f.set_global(g.heap.live, live + difference);
}

/// Gives the block of a dead object back; nothing that it refers to is touched.
pub(crate) fn free_object(g: &Guest<'_>, f: &mut Code<'_>, object: Var) {
    count_live(g, f, -1);
    free(g, f, object);
}

/// Gives a block back.
pub(crate) fn free(g: &Guest<'_>, f: &mut Code<'_>, block: Var) {
    if g.options.poison {
        let size = f.call(block_size(g), args![block]);
        f.fill(block + HEADER_SIZE, POISON, size - HEADER_SIZE);
    }
    if g.options.reuse {
        let head = f.let_narrow("free list", block.load8(CLASS).shl(2));
        f.store(block, COUNT, head.load32(FREE_LISTS));
        f.store(head, FREE_LISTS, block);
    } else {
        f.store(block, COUNT, POISON * 0x0101_0101);
    }
}

/// `() -> i32`: the export `live`.
pub(crate) fn live(g: &Guest<'_>) -> Func {
    g.routine("heap.live", &[], Some(Repr::I32), |f| f.ret(f.global(g.heap.live)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hold_their_sizes() {
        for size in (1..5000).chain([1 << 20, (1 << 20) + 1, MAX_SIZE - 1, MAX_SIZE]) {
            let class = class_of(size);
            assert!(class_size(class) >= size && class_size(class - 1) < size, "{size}");
            assert!(class <= LAST_CLASS);
        }
    }
}
