//! Bytes.

use dot_abi::fault::{FaultCode, texts};
use dot_abi::layout::{BYTES_DATA, LENGTH, LIST_DATA, Repr, TEXT_DATA};
use dot_abi::types::{TypeDesc, TypeRef};

use super::count::dup;
use super::heap::{MAX_SIZE, new_sized_object, out_of_memory};
use super::list::clamp_range;
use super::text::of_ascii;
use super::{Counted, Guest, memory, text};
use crate::wasm::{Code, Expr, Func, Operand, Var, args};

/// The field behind the length that is always zero.
const BYTES_ZERO: u32 = LENGTH + 4;

/// `(bytes: i64) -> bytes`: new bytes whose content is not set.
fn new(g: &Guest<'_>) -> Func {
    g.routine("bytes.new", &[Repr::I64], Some(Repr::I32), |f| {
        let [length] = f.params();
        f.when(length.above(i64::from(MAX_SIZE - BYTES_DATA)), |f| out_of_memory(g, f));
        let ty = g.type_of(&TypeDesc::Bytes).0;
        let bytes = f.let_narrow("bytes", f.call(new_sized_object(g), args![length.wrap() + BYTES_DATA, ty]));
        f.store(bytes, LENGTH, length.wrap());
        f.store(bytes, BYTES_ZERO, 0);
        f.ret(bytes);
    })
}

/// `(text) -> bytes`
pub(crate) fn of_text(g: &Guest<'_>) -> Func {
    g.routine("bytes.of_text", &[Repr::I32], Some(Repr::I32), |f| {
        let [text] = f.params();
        let bytes = f.let_narrow("bytes", f.call(new(g), args![text.load32_wide(LENGTH)]));
        f.run(memory::copy(g), args![bytes + BYTES_DATA, text + TEXT_DATA, text.load32(LENGTH)]);
        f.ret(bytes);
    })
}

/// The byte at an index that lies inside, as Int.
pub(crate) fn byte(bytes: Var, index: impl Operand) -> Expr {
    (bytes + index.wrap()).load8_wide(BYTES_DATA)
}

/// `(bytes, index) -> Int?`
pub(crate) fn get(g: &Guest<'_>, option: TypeRef, int_type: TypeRef) -> Func {
    g.routine(&format!("bytes.get:{}", option.0), &[Repr::I32, Repr::I64], Some(Repr::I32), |f| {
        let [bytes, index] = f.params();
        f.when(index.not_below(bytes.load32_wide(LENGTH)), |f| f.ret(0));
        let value = f.let_long("value", byte(bytes, index));
        let some = g.some(f, option, int_type, value);
        f.ret(some);
    })
}

/// `(bytes, start, end) -> bytes`
pub(crate) fn slice(g: &Guest<'_>) -> Func {
    g.routine("bytes.slice", &[Repr::I32, Repr::I64, Repr::I64], Some(Repr::I32), |f| {
        let [bytes, start, end] = f.params();
        let length = f.let_long("length", bytes.load32_wide(LENGTH));
        clamp_range(f, start, end, length);
        f.when((end - start).equals(length), |f| {
            dup(g, f, bytes, Counted::Always);
            f.ret(bytes);
        });
        let part = f.let_narrow("part", f.call(new(g), args![end - start]));
        let from = bytes + start.wrap() + BYTES_DATA;
        f.run(memory::copy(g), args![part + BYTES_DATA, from, (end - start).wrap()]);
        f.ret(part);
    })
}

/// `(a, b) -> bytes`
pub(crate) fn concat(g: &Guest<'_>) -> Func {
    g.routine("bytes.concat", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [a, b] = f.params();
        let length = a.load32_wide(LENGTH) + b.load32_wide(LENGTH);
        let bytes = f.let_narrow("bytes", f.call(new(g), args![length]));
        f.run(memory::copy(g), args![bytes + BYTES_DATA, a + BYTES_DATA, a.load32(LENGTH)]);
        let behind = bytes + a.load32(LENGTH) + BYTES_DATA;
        f.run(memory::copy(g), args![behind, b + BYTES_DATA, b.load32(LENGTH)]);
        f.ret(bytes);
    })
}

/// `(list of Int, site) -> bytes`
pub(crate) fn of_list(g: &Guest<'_>) -> Func {
    g.routine("bytes.from", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [list, site] = f.params();
        let length = f.let_narrow("length", list.load32(LENGTH));
        let bytes = f.let_narrow("bytes", f.call(new(g), args![length.extend()]));
        let index = f.narrow("index");
        let value = f.long("value");
        f.count_up(index, length, |f| {
            f.set(value, (list + index.shl(3)).load64(LIST_DATA));
            f.when(value.above(255), |f| g.fault_with(f, FaultCode::Argument, site.into(), texts::BYTE_RANGE));
            f.store8(bytes + index, BYTES_DATA, value.wrap());
        });
        f.ret(bytes);
    })
}

/// `(bytes, from, to) -> Text?`: the text of a range that lies inside, or 0 if it is no UTF-8.
fn decode(g: &Guest<'_>) -> Func {
    g.routine("bytes.decode", &[Repr::I32; 3], Some(Repr::I32), |f| {
        let [bytes, from, to] = f.params();
        let start = f.let_narrow("start", bytes + from + BYTES_DATA);
        let end = f.let_narrow("end", bytes + to + BYTES_DATA);
        f.when(f.call(memory::is_utf8(g), args![start, end]).is_zero(), |f| f.ret(0));
        f.when((end - start).equals(1), |f| f.ret(of_ascii(g, start.load8(0))));
        let text = f.let_narrow("text", f.call(text::new(g), args![(end - start).extend()]));
        f.run(memory::copy(g), args![text + TEXT_DATA, start, end - start]);
        f.ret(text);
    })
}

/// `(bytes) -> Text?`
pub(crate) fn to_text(g: &Guest<'_>, f: &Code<'_>, bytes: Var) -> Expr {
    f.call(decode(g), args![bytes, 0, bytes.load32(LENGTH)])
}

/// `(bytes, start, end, site) -> text`: the range must lie inside.
pub(crate) fn text_of_range(g: &Guest<'_>) -> Func {
    let params = [Repr::I32, Repr::I64, Repr::I64, Repr::I32];
    g.routine("bytes.text", &params, Some(Repr::I32), |f| {
        let [bytes, start, end, site] = f.params();
        let length = f.let_long("length", bytes.load32_wide(LENGTH));
        for (outside, index) in [(start.above(length), start), (end.above(length) | end.less(start), end)] {
            f.when(outside, |f| g.fault(f, FaultCode::Index, site.into(), index.into(), length.into()));
        }
        let text = f.let_narrow("text", f.call(decode(g), args![bytes, start.wrap(), end.wrap()]));
        f.when(text.is_zero(), |f| {
            g.fault_with(f, FaultCode::Conversion, site.into(), texts::BYTES_TO_TEXT);
        });
        f.ret(text);
    })
}

/// `(a, b) -> Bool`
pub(crate) fn equal(g: &Guest<'_>) -> Func {
    g.routine("bytes.equal", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [a, b] = f.params();
        let length = f.let_narrow("length", a.load32(LENGTH));
        f.when(length.differs(b.load32(LENGTH)), |f| f.ret(0));
        f.ret(f.call(memory::equal(g), args![a + BYTES_DATA, b + BYTES_DATA, length]));
    })
}

/// `(a, b) -> -1, 0 or 1`
pub(crate) fn order(g: &Guest<'_>) -> Func {
    g.routine("bytes.order", &[Repr::I32; 2], Some(Repr::I32), |f| {
        let [a, b] = f.params();
        let order = args![a + BYTES_DATA, b + BYTES_DATA, a.load32(LENGTH), b.load32(LENGTH)];
        f.ret(f.call(memory::order(g), order));
    })
}
