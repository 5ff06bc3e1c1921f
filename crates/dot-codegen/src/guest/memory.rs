//! Bytes in memory: copying, comparing, UTF-8. Eight bytes are looked at in one step.
//!
//! Objects are aligned to 8 bytes and their blocks are multiples of 16, so a word that starts inside of an
//! object at a multiple of 8 can be read whole.

use dot_abi::layout::Repr;

use super::Guest;
use crate::wasm::{Code, Expr, Func, Operand, Var, wide};

/// From this on the engine's own copy is faster than a loop.
const LONG_COPY: u32 = 128;
/// The upper bit of each byte.
pub(crate) const UPPER_BITS: i64 = 0x8080_8080_8080_8080_u64 as i64;
const LOWER_BITS: i64 = 0x0101_0101_0101_0101;

/// `(to, from, bytes)`: copies ranges that don't overlap.
pub(crate) fn copy(g: &Guest<'_>) -> Func {
    g.routine("memory.copy", &[Repr::I32; 3], None, |f| {
        let [to, from, bytes] = f.params();
        f.when(bytes.not_below(8), |f| {
            f.when(bytes.not_below(LONG_COPY), |f| {
                f.copy(to, from, bytes);
                f.leave();
            });
            // The last word may overlap the one before.
            let last = f.let_narrow("last", from + bytes - 8);
            let shift = f.let_narrow("shift", to - from);
            f.while_(from.below(last), |f| {
                f.store(from + shift, 0, from.load64(0));
                f.add(from, 8);
            });
            f.store(last + shift, 0, last.load64(0));
            f.leave();
        });
        f.when(bytes.not_below(4), |f| {
            let last = f.let_narrow("last", bytes - 4);
            f.store(to, 0, from.load32(0));
            f.store(to + last, 0, (from + last).load32(0));
            f.leave();
        });
        f.while_(bytes, |f| {
            f.set(bytes, bytes - 1);
            f.store8(to + bytes, 0, (from + bytes).load8(0));
        });
    })
}

/// `(a, b, bytes) -> Bool`: whether two ranges that start at multiples of 8 hold the same.
pub(crate) fn equal(g: &Guest<'_>) -> Func {
    g.routine("memory.equal", &[Repr::I32; 3], Some(Repr::I32), |f| {
        let [a, b, bytes] = f.params();
        let end = f.let_narrow("end", a + (bytes & !7));
        let shift = f.let_narrow("shift", b - a);
        f.while_(a.below(end), |f| {
            f.when(a.load64(0).differs((a + shift).load64(0)), |f| f.ret(0));
            f.add(a, 8);
        });
        f.set(bytes, bytes & 7);
        f.when(bytes.is_zero(), |f| f.ret(1));
        let difference = a.load64(0) ^ (a + shift).load64(0);
        f.ret(first_bytes(difference, bytes).is_zero());
    })
}

/// A word of which only so many bytes (1 to 7) count: they move to its upper end.
pub(crate) fn first_bytes(word: Expr, bytes: Var) -> Expr {
    word.shl(wide(64) - bytes.extend().shl(3))
}

/// `(a, b, a_bytes, b_bytes) -> -1, 0 or 1`: the order of two ranges, byte by byte.
pub(crate) fn order(g: &Guest<'_>) -> Func {
    g.routine("memory.order", &[Repr::I32; 4], Some(Repr::I32), |f| {
        let [a, b, a_bytes, b_bytes] = f.params();
        let end = f.let_narrow("end", a + a_bytes.below(b_bytes).select(a_bytes, b_bytes));
        let shift = f.let_narrow("shift", b - a);
        f.block(|f, differs| {
            f.while_((a + 8).not_above(end), |f| {
                f.br_if(differs, a.load64(0).differs((a + shift).load64(0)));
                f.add(a, 8);
            });
        });
        f.while_(a.below(end), |f| {
            let difference = f.let_narrow("difference", a.load8(0) - (a + shift).load8(0));
            f.when(difference, |f| f.ret(difference.less(0).select(-1, 1)));
            f.add(a, 1);
        });
        f.ret(a_bytes.above(b_bytes) - a_bytes.below(b_bytes));
    })
}

/// The number of bytes in a word that continue a character.
fn continuations(word: Var) -> Expr {
    let upper = word.shr(7) & LOWER_BITS;
    let second = word.shr(6);
    (upper & (second ^ -1_i64)).ones()
}

/// Whether a byte continues a character.
pub(crate) fn is_continuation(byte: impl Operand) -> Expr {
    (byte.into() & 0xc0).equals(0x80)
}

/// `(at, bytes) -> scalar values` of UTF-8 that starts at a multiple of 8.
pub(crate) fn count_scalars(g: &Guest<'_>) -> Func {
    g.routine("utf8.count", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [at, bytes] = f.params();
        let scalars = f.let_narrow("scalars", bytes);
        let end = f.let_narrow("end", at + (bytes & !7));
        let word = f.long("word");
        f.while_(at.below(end), |f| {
            f.set(word, at.load64(0));
            f.when((word & UPPER_BITS).differs(0), |f| f.set(scalars, scalars - continuations(word).wrap()));
            f.add(at, 8);
        });
        f.set(end, end + (bytes & 7));
        f.while_(at.below(end), |f| {
            f.set(scalars, scalars - is_continuation(at.load8(0)));
            f.add(at, 1);
        });
        f.ret(scalars);
    })
}

/// `(at, bytes, index) -> offset`: where the scalar value of an index starts in UTF-8 that starts at a multiple of 8;
/// the length for the index behind the last.
pub(crate) fn offset_of_scalar(g: &Guest<'_>) -> Func {
    g.routine("utf8.offset", &[Repr::I32; 3], Some(Repr::I32), |f| {
        let [start, bytes, index] = f.params();
        let at = f.let_narrow("at", start);
        let end = f.let_narrow("end", start + bytes);
        let word = f.long("word");
        let starts = f.narrow("starts");
        f.block(|f, close| {
            f.while_((at + 8).not_above(end), |f| {
                f.set(word, at.load64(0));
                f.set(starts, crate::wasm::int(8) - continuations(word).wrap());
                f.br_if(close, starts.above(index));
                f.set(index, index - starts);
                f.add(at, 8);
            });
        });
        f.block(|f, found| {
            f.while_(at.below(end), |f| {
                f.when(is_continuation(at.load8(0)).is_zero(), |f| {
                    f.br_if(found, index.is_zero());
                    f.set(index, index - 1);
                });
                f.add(at, 1);
            });
        });
        f.ret(at - start);
    })
}

/// `(at, end) -> Bool`: whether bytes are UTF-8, as Unicode's table of well-formed sequences has it. The bytes lie in
/// an object: in front of them are at least 8 others.
pub(crate) fn is_utf8(g: &Guest<'_>) -> Func {
    g.routine("utf8.valid", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [at, end] = f.params();
        f.repeat(|f, again| {
            f.while_((at + 8).not_above(end).and_then((at.load64(0) & UPPER_BITS).is_zero()), |f| f.add(at, 8));
            f.when(at.not_below(end), |f| f.ret(1));
            f.when((end - at).below(8), |f| {
                let rest = (end - 8).load64(0).shr(wide(64) - (end - at).extend().shl(3));
                f.when((rest & UPPER_BITS).is_zero(), |f| f.ret(1));
            });
            let lead = f.let_narrow("lead", at.load8(0));
            f.when(lead.below(0x80), |f| {
                f.add(at, 1);
                f.br(again);
            });
            f.when(lead.below(0xc2) | lead.above(0xf4), |f| f.ret(0));
            let more = f.let_narrow("more", (lead.not_below(0xe0) + lead.not_below(0xf0)) + 1);
            f.when((end - at).not_above(more), |f| f.ret(0));
            check_second(f, at, lead);
            f.while_(more, |f| {
                f.add(at, 1);
                f.when(is_continuation(at.load8(0)).is_zero(), |f| f.ret(0));
                f.set(more, more - 1);
            });
            f.add(at, 1);
            f.br(again);
        });
    })
}

/// Four leading bytes narrow the second: no overlong forms, no surrogates, nothing above the last code point.
fn check_second(f: &mut Code<'_>, at: Var, lead: Var) {
    let second = f.let_narrow("second", at.load8(1));
    for (of, lowest, highest) in [(0xe0, 0xa0, 0xbf), (0xed, 0x80, 0x9f), (0xf0, 0x90, 0xbf), (0xf4, 0x80, 0x8f)] {
        let outside = second.below(lowest) | second.above(highest);
        f.when(lead.equals(of) & outside, |f| f.ret(0));
    }
}

/// The bytes of a character by its first byte.
pub(crate) fn width_of(lead: Var) -> Expr {
    lead.not_below(0x80) + lead.not_below(0xe0) + lead.not_below(0xf0) + 1
}
