//! Texts by their scalar values: lengths, indices, single characters.

use dot_abi::layout::{LENGTH, LIST_DATA, Repr, TEXT_DATA, TEXT_SCALARS};
use dot_abi::types::TypeRef;

use super::count::dup;
use super::list::clamp_range;
use super::text::{new, of_ascii};
use super::{Counted, Guest, Item, list, memory};
use crate::wasm::{Code, Expr, Func, Operand, Var, args, int};

/// `(text) -> scalar values`: counted once and kept.
pub(crate) fn length(g: &Guest<'_>) -> Func {
    g.routine("text.length", &[Repr::I32], Some(Repr::I32), |f| {
        let [text] = f.params();
        let known = f.narrow("known");
        f.when(known.tee(text.load32(TEXT_SCALARS)), |f| f.ret(known - 1));
        f.set(known, f.call(memory::count_scalars(g), args![text + TEXT_DATA, text.load32(LENGTH)]));
        f.store(text, TEXT_SCALARS, known + 1);
        f.ret(known);
    })
}

/// `(text, index) -> offset` of the byte where a scalar value starts; for ASCII it is the index.
fn offset(g: &Guest<'_>) -> Func {
    g.routine("text.offset", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [text, index] = f.params();
        let bytes = f.let_narrow("bytes", text.load32(LENGTH));
        f.when(f.call(length(g), args![text]).equals(bytes), |f| f.ret(index));
        f.ret(f.call(memory::offset_of_scalar(g), args![text + TEXT_DATA, bytes, index]));
    })
}

/// `(text, offset) -> text`: the character that starts at a byte; ASCII characters are constants.
pub(crate) fn at_offset(g: &Guest<'_>) -> Func {
    g.routine("text.char_at", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [text, offset] = f.params();
        let lead = f.let_narrow("lead", (text + offset).load8(TEXT_DATA));
        f.when(lead.below(0x80), |f| f.ret(of_ascii(g, lead)));
        let width = f.let_narrow("width", memory::width_of(lead));
        let part = f.let_narrow("part", f.call(new(g), args![width.extend()]));
        f.store(part, TEXT_SCALARS, 2);
        f.run(memory::copy(g), args![part + TEXT_DATA, text + offset + TEXT_DATA, width]);
        f.ret(part);
    })
}

/// The offset behind the character at an offset, both widened.
pub(crate) fn end_at(f: &mut Code<'_>, text: Var, offset: Var) -> Expr {
    let lead = f.let_narrow("lead", (text + offset.wrap()).load8(TEXT_DATA));
    let wide_end = offset + memory::width_of(lead).extend();
    lead.below(0x80).choose(offset + 1, wide_end)
}

/// `(text, index) -> Text?`
pub(crate) fn get(g: &Guest<'_>) -> Func {
    g.routine("text.get", &[Repr::I32, Repr::I64], Some(Repr::I32), |f| {
        let [text, index] = f.params();
        let scalars = f.call(length(g), args![text]).extend();
        f.when(index.not_below(scalars), |f| f.ret(0));
        let offset = f.call(offset(g), args![text, index.wrap()]);
        f.ret(f.call(at_offset(g), args![text, offset]));
    })
}

/// `(text, start, end) -> text`
pub(crate) fn slice(g: &Guest<'_>) -> Func {
    g.routine("text.slice", &[Repr::I32, Repr::I64, Repr::I64], Some(Repr::I32), |f| {
        let [text, start, end] = f.params();
        let scalars = f.let_long("scalars", f.call(length(g), args![text]).extend());
        clamp_range(f, start, end, scalars);
        f.set(scalars, end - start);
        let from = f.let_narrow("from", f.call(offset(g), args![text, start.wrap()]));
        let to = f.let_narrow("to", f.call(offset(g), args![text, end.wrap()]));
        let bytes = f.let_narrow("bytes", to - from);
        f.when(bytes.equals(text.load32(LENGTH)), |f| {
            dup(g, f, text, Counted::Always);
            f.ret(text);
        });
        f.when(bytes.equals(1), |f| f.ret(of_ascii(g, (text + from).load8(TEXT_DATA))));
        let part = f.let_narrow("part", f.call(new(g), args![bytes.extend()]));
        f.store(part, TEXT_SCALARS, scalars.wrap() + 1);
        f.run(memory::copy(g), args![part + TEXT_DATA, text + from + TEXT_DATA, bytes]);
        f.ret(part);
    })
}

/// `(type, text) -> list` of the characters.
pub(crate) fn all(g: &Guest<'_>) -> Func {
    g.routine("text.chars", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [ty, text] = f.params();
        let item = Item { repr: Repr::I32, size: 4, counted: Counted::Always };
        let scalars = f.let_narrow("scalars", f.call(length(g), args![text]));
        let list = f.let_narrow("list", f.call(list::new(g, item), args![ty, scalars.extend()]));
        f.store(list, LENGTH, scalars);
        let to = f.let_narrow("to", list);
        let part = f.narrow("part");
        let offset = f.narrow("offset");
        f.while_(offset.below(text.load32(LENGTH)), |f| {
            f.set(part, f.call(at_offset(g), args![text, offset]));
            f.store(to, LIST_DATA, part);
            f.add(offset, part.load32(LENGTH));
            f.add(to, 4);
        });
        f.ret(list);
    })
}

/// `(option, text) -> Int?`: the scalar value of the first character.
pub(crate) fn code(g: &Guest<'_>, option: TypeRef, int_type: TypeRef) -> Func {
    g.routine(&format!("text.code:{}", option.0), &[Repr::I32], Some(Repr::I32), |f| {
        let [text] = f.params();
        f.when(text.load32(LENGTH).is_zero(), |f| f.ret(0));
        let lead = f.let_narrow("lead", text.load8(TEXT_DATA));
        let width = f.let_narrow("width", memory::width_of(lead));
        // What the first byte holds of the code, by its width: 7, 5, 4 or 3 bits.
        let first = width.equals(1).select(lead, lead & int(0x7f).shr(width));
        let code = f.let_narrow("code", first);
        let at = f.let_narrow("at", text);
        f.while_(width.above(1), |f| {
            f.add(at, 1);
            f.set(code, code.shl(6) | (at.load8(TEXT_DATA) & 0x3f));
            f.set(width, width - 1);
        });
        let value = f.let_long("value", code.extend());
        let some = g.some(f, option, int_type, value);
        f.ret(some);
    })
}

/// `(code) -> Text?`: `None` for what is no scalar value.
pub(crate) fn from_code(g: &Guest<'_>) -> Func {
    g.routine("text.from_code", &[Repr::I64], Some(Repr::I32), |f| {
        let [wide_code] = f.params();
        let is_surrogate = (wide_code - 0xd800).below(0x800);
        f.when(wide_code.not_below(0x11_0000) | is_surrogate, |f| f.ret(0));
        let code = f.let_narrow("code", wide_code.wrap());
        f.when(code.below(0x80), |f| f.ret(of_ascii(g, code)));
        let more = f.let_narrow("more", (code.not_below(0x800) + code.not_below(0x1_0000)) + 1);
        let text = f.let_narrow("text", f.call(new(g), args![(more + 1).extend()]));
        f.store(text, TEXT_SCALARS, 2);
        // The marks of leading bytes of two, three and four bytes.
        let mark = more.equals(1).select(int(0xc0), more.equals(2).select(int(0xe0), int(0xf0)));
        f.store8(text, TEXT_DATA, mark | code.shr(more * 6));
        let at = f.let_narrow("at", text);
        f.while_(more, |f| {
            f.set(more, more - 1);
            f.add(at, 1);
            f.store8(at, TEXT_DATA, (code.shr(more * 6) & 0x3f) | 0x80);
        });
        f.ret(text);
    })
}
