//! Texts: made, joined, compared, hashed.

use dot_abi::layout::{
    COUNT, LENGTH, LIST_DATA, META_TYPE_MASK, Repr, STATIC_COUNT, TEXT_DATA, TEXT_HASH, TEXT_SCALARS,
};

use super::count::drop;
use super::heap::{MAX_SIZE, block_size, out_of_memory, take_object};
use super::{Counted, Guest, memory};
use crate::wasm::{Code, Expr, Func, Operand, Var, args, int, wide};

/// The field that is always zero.
const TEXT_ZERO: u32 = TEXT_HASH + 4;

/// `(bytes: i64) -> text`: a new text whose bytes are not set.
pub(crate) fn new(g: &Guest<'_>) -> Func {
    with_room(g, "text.new", |f, text, bytes| f.store(text, LENGTH, bytes.wrap()))
}

/// `(room: i64) -> text`: an empty text with room for so many bytes.
fn new_with_room(g: &Guest<'_>) -> Func {
    with_room(g, "text.room", |f, text, _| f.store(text, LENGTH, 0))
}

fn with_room(g: &Guest<'_>, name: &str, set_length: impl FnOnce(&mut Code<'_>, Var, Var)) -> Func {
    g.routine(name, &[Repr::I64], Some(Repr::I32), |f| {
        let [bytes] = f.params();
        f.when(bytes.above(i64::from(MAX_SIZE - TEXT_DATA)), |f| out_of_memory(g, f));
        let size = f.let_narrow("size", bytes.wrap() + TEXT_DATA);
        let text = take_object(g, f, size, g.text_type().0 & META_TYPE_MASK);
        set_length(f, text, bytes);
        f.store(text, TEXT_SCALARS, 0);
        f.store(text, TEXT_HASH, 0);
        f.store(text, TEXT_ZERO, 0);
        f.ret(text);
    })
}

/// The length in bytes, widened.
pub(crate) fn byte_length(text: impl Operand) -> Expr {
    text.load32_wide(LENGTH)
}

/// `(at, text) -> behind`: copies the bytes of a text to an address.
fn copy_text(g: &Guest<'_>) -> Func {
    g.routine("text.copy", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [at, text] = f.params();
        let bytes = f.let_narrow("bytes", text.load32(LENGTH));
        f.run(memory::copy(g), args![at, text + TEXT_DATA, bytes]);
        f.ret(at + bytes);
    })
}

/// A new text of several texts, all borrowed.
pub(crate) fn concat(g: &Guest<'_>, f: &mut Code<'_>, parts: Vec<Expr>) -> Expr {
    let length = parts.iter().cloned().map(byte_length).reduce(|a, b| a + b).unwrap_or_else(|| wide(0));
    let text = f.narrow("text");
    f.set(text, f.call(new(g), args![length]));
    let at = f.let_narrow("end of text", text + TEXT_DATA);
    for part in parts {
        f.set(at, f.call(copy_text(g), args![at, part]));
    }
    text.into()
}

/// `(a, b) -> text`: consumes a, which grows in place if nothing else refers to it; borrows b.
pub(crate) fn append(g: &Guest<'_>) -> Func {
    g.routine("text.append", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [a, b] = f.params();
        let old = f.let_narrow("old", a.load32(LENGTH));
        let more = f.let_narrow("more", b.load32(LENGTH));
        f.when(more.is_zero(), |f| f.ret(a));
        let unique = f.let_narrow("unique", a.load32(COUNT).equals(1) & g.heap.is_static(f, a).is_zero());
        f.when(unique, |f| {
            let room = f.call(block_size(g), args![a]) - TEXT_DATA - old;
            f.when(room.not_below(more), |f| {
                f.run(memory::copy(g), args![a + old + TEXT_DATA, b + TEXT_DATA, more]);
                append_lengths(f, a, a, b);
                f.ret(a);
            });
        });
        let total = f.let_long("total", old.extend() + more.extend());
        let double = f.let_long("double", old.extend().shl(1));
        let room = (unique & double.greater(total)).select(double, total);
        let copy = f.let_narrow("copy", f.call(new_with_room(g), args![room]));
        f.run(memory::copy(g), args![copy + TEXT_DATA, a + TEXT_DATA, old]);
        f.run(memory::copy(g), args![copy + old + TEXT_DATA, b + TEXT_DATA, more]);
        append_lengths(f, copy, a, b);
        drop(g, f, a, Counted::Always);
        f.ret(copy);
    })
}

/// Sets the lengths of a text of the bytes of a, then b.
fn append_lengths(f: &mut Code<'_>, text: Var, a: Var, b: Var) {
    let (left, right) = (f.narrow("left scalars"), f.narrow("right scalars"));
    f.set(left, a.load32(TEXT_SCALARS));
    f.set(right, b.load32(TEXT_SCALARS));
    let known = left.differs(0) & right.differs(0);
    f.store(text, TEXT_SCALARS, known.select(left + right - 1, int(0)));
    f.store(text, LENGTH, a.load32(LENGTH) + b.load32(LENGTH));
    f.store(text, TEXT_HASH, 0);
}

/// `(list, separator) -> text`: both borrowed.
pub(crate) fn join(g: &Guest<'_>) -> Func {
    g.routine("text.join", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [list, separator] = f.params();
        let count = f.let_narrow("count", list.load32(LENGTH));
        let length = f.long("length");
        f.when(count, |f| f.set(length, (count - 1).extend() * byte_length(separator)));
        let at = f.let_narrow("at", list + LIST_DATA);
        let end = f.let_narrow("end", at + count.shl(2));
        f.while_(at.below(end), |f| {
            f.set(length, length + byte_length(at.load32(0)));
            f.add(at, 4);
        });
        let text = f.let_narrow("text", f.call(new(g), args![length]));
        let to = f.let_narrow("to", text + TEXT_DATA);
        f.set(at, list + LIST_DATA);
        f.while_(at.below(end), |f| {
            f.set(to, f.call(copy_text(g), args![to, at.load32(0)]));
            f.add(at, 4);
            f.when(at.below(end), |f| f.set(to, f.call(copy_text(g), args![to, separator])));
        });
        f.ret(text);
    })
}

/// `(a, b) -> Bool`
pub(crate) fn equal(g: &Guest<'_>) -> Func {
    g.routine("text.equal", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [a, b] = f.params();
        f.when(a.equals(b), |f| f.ret(1));
        let length = f.let_narrow("length", a.load32(LENGTH));
        f.when(length.differs(b.load32(LENGTH)), |f| f.ret(0));
        let first = a.load64(TEXT_DATA) ^ b.load64(TEXT_DATA);
        f.when(length.below(8), |f| f.ret(length.is_zero() | memory::first_bytes(first.clone(), length).is_zero()));
        f.when(first.differs(0), |f| f.ret(0));
        f.ret(f.call(memory::equal(g), args![a + (TEXT_DATA + 8), b + (TEXT_DATA + 8), length - 8]));
    })
}

/// `(a, b) -> -1, 0 or 1`: by scalar values, which is the order of the bytes of UTF-8.
pub(crate) fn order(g: &Guest<'_>) -> Func {
    g.routine("text.order", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [a, b] = f.params();
        let order = args![a + TEXT_DATA, b + TEXT_DATA, a.load32(LENGTH), b.load32(LENGTH)];
        f.ret(f.call(memory::order(g), order));
    })
}

/// A step of hashing: mixes 64 bits in.
pub(crate) fn mix(hash: impl Operand, word: impl Into<Expr>) -> Expr {
    ((hash.into() ^ word) * 0x9e37_79b9_7f4a_7c15_u64 as i64).rotate(29_i64)
}

/// The last step: 32 bits of a hash, never 0.
pub(crate) fn finish_hash(f: &mut Code<'_>, hash: Var) -> Expr {
    f.set(hash, (hash ^ hash.shr(32)) * 0xd6e8_feb8_6659_fd93_u64 as i64);
    let short = f.narrow("short hash");
    f.set(short, hash.shr(32).wrap());
    short + short.is_zero()
}

/// `(text) -> hash`: computed once and kept.
pub(crate) fn hash(g: &Guest<'_>) -> Func {
    g.routine("text.hash", &[Repr::I32], Some(Repr::I32), |f| {
        let [text] = f.params();
        let known = f.narrow("known");
        f.when(known.tee(text.load32(TEXT_HASH)), |f| f.ret(known));
        let bytes = f.let_narrow("bytes", text.load32(LENGTH));
        let hash = f.let_long("hash", bytes.extend());
        hash_bytes(f, hash, text + TEXT_DATA, bytes);
        let finished = finish_hash(f, hash);
        f.set(known, finished);
        f.store(text, TEXT_HASH, known);
        f.ret(known);
    })
}

/// Mixes bytes that start at a multiple of 8 into a hash. Changes `bytes`.
pub(crate) fn hash_bytes(f: &mut Code<'_>, hash: Var, start: Expr, bytes: Var) {
    let at = f.let_narrow("at", start);
    let end = f.let_narrow("end", at + (bytes & !7));
    f.while_(at.below(end), |f| {
        f.set(hash, mix(hash, at.load64(0)));
        f.add(at, 8);
    });
    f.set(bytes, bytes & 7);
    f.when(bytes, |f| f.set(hash, mix(hash, memory::first_bytes(at.load64(0), bytes))));
}

/// `(value) -> text`: decimal digits.
pub(crate) fn of_int(g: &Guest<'_>) -> Func {
    g.routine("text.of_int", &[Repr::I64], Some(Repr::I32), |f| {
        let [value] = f.params();
        // The absolute value as an unsigned number, so that the least integer has one, too.
        let rest = f.let_long("rest", value.less(0).select(wide(0) - value, value));
        let length = f.let_narrow("length", value.less(0));
        let left = f.let_long("left", rest);
        f.repeat(|f, again| {
            f.add(length, 1);
            f.set(left, left.div_unsigned(10));
            f.br_if(again, left.differs(0));
        });
        let text = f.let_narrow("text", f.call(new(g), args![length.extend()]));
        f.store(text, TEXT_SCALARS, length + 1);
        f.when(value.less(0), |f| f.store8(text, TEXT_DATA, u32::from(b'-')));
        let at = f.let_narrow("at", text + length);
        f.repeat(|f, again| {
            f.set(left, rest.div_unsigned(10));
            f.set(at, at - 1);
            f.store8(at, TEXT_DATA, (rest - left * 10).wrap() + u32::from(b'0'));
            f.set(rest, left);
            f.br_if(again, rest.differs(0));
        });
        f.ret(text);
    })
}

/// The text of a truth value.
pub(crate) fn of_bool(g: &Guest<'_>, value: Expr) -> Expr {
    value.select(int(g.text("true")), int(g.text("false")))
}

/// The bytes of a preallocated text of one ASCII character.
const ASCII_SIZE: u32 = TEXT_DATA + 8;

/// The preallocated text of an ASCII character.
pub(crate) fn of_ascii(g: &Guest<'_>, code: impl Operand) -> Expr {
    code.shl(ASCII_SIZE.trailing_zeros()) + ascii_texts(g)
}

const _: () = assert!(ASCII_SIZE.is_power_of_two());

/// The address of 128 texts of one ASCII character each.
fn ascii_texts(g: &Guest<'_>) -> u32 {
    *g.ascii.get_or_init(|| {
        let text = |code: u8| {
            let words = [STATIC_COUNT, g.text_type().0, 1, 2, 0, 0, u32::from(code), 0];
            words.into_iter().flat_map(u32::to_le_bytes)
        };
        g.module.data(&(0..128).flat_map(text).collect::<Vec<u8>>())
    })
}
