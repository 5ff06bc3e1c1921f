//! Texts and bytes against Rust's own.

mod support;

use std::slice::from_ref;

use dot_abi::native::Native;
use dot_abi::types::TypeDesc;
use dot_abi::value::Value;
use dot_codegen::core::{Atom, Op};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::{Program, SITE, Types, at, ints, native, operation, text};

/// Texts of all lengths around a word, of ASCII and of characters of every width.
fn texts() -> Vec<String> {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    let ascii = ['a', 'b', ' ', '\0', '~'];
    let wide = ['a', 'é', '€', '𝄞', '\u{7ff}', '\u{800}', '\u{ffff}', '\u{10ffff}', 'z'];
    let mut texts = Vec::new();
    for length in (0..20).chain([31, 32, 33, 200]) {
        for characters in [&ascii[..], &wide[..]] {
            texts.push((0..length).map(|_| characters[random.random_range(0..characters.len())]).collect());
        }
    }
    texts
}

fn some(value: Option<Value>) -> Value {
    Value::Option(value.map(Box::new))
}

fn table() -> Types {
    let mut types = Types::default();
    for desc in [TypeDesc::Int, TypeDesc::Text, TypeDesc::Bytes, TypeDesc::Bool] {
        types.add(desc);
    }
    types
}

/// The range that a slice means.
fn clamped(length: usize, start: i64, end: i64) -> std::ops::Range<usize> {
    let length = length as i64;
    let bound = |index: i64| if index < 0 { (index + length).max(0) } else { index.min(length) };
    let (start, end) = (bound(start), bound(end));
    start as usize..end.max(start) as usize
}

#[test]
fn characters() {
    let mut types = table();
    let (int, text_type) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text));
    let (maybe_text, maybe_int) = (types.option(text_type), types.option(int));
    let list = types.list(text_type);
    let with = |types: &Types| Types { table: types.table.clone() };
    let length = native(Native::TextLen, with(&types), &[], &[text_type], int);
    let get = native(Native::TextGet, with(&types), &[], &[text_type, int], maybe_text);
    let chars = native(Native::TextChars, with(&types), &[], &[text_type], list);
    let slice = native(Native::TextSlice, with(&types), &[], &[text_type, int, int], text_type);
    let code = native(Native::TextCode, with(&types), &[], &[text_type], maybe_int);
    for string in texts() {
        let given = text(&string);
        let model: Vec<char> = string.chars().collect();
        let of = |c: &char| text(&c.to_string());
        assert_eq!(length.value(from_ref(&given)), Value::Int(model.len() as i64));
        assert_eq!(chars.value(from_ref(&given)), Value::List(model.iter().map(of).collect()));
        assert_eq!(code.value(from_ref(&given)), some(model.first().map(|&c| Value::Int(i64::from(u32::from(c))))));
        for index in [-1, 0, 1, 7, 8, 19, 200] {
            let expect = usize::try_from(index).ok().and_then(|index| model.get(index)).map(of);
            assert_eq!(get.value(&[given.clone(), Value::Int(index)]), some(expect));
        }
        for (start, end) in [(0, 3), (2, 9), (-5, -1), (8, 17), (1, 2), (5, 2), (0, i64::MAX)] {
            let part: String = model[clamped(model.len(), start, end)].iter().collect();
            assert_eq!(slice.value(&[given.clone(), Value::Int(start), Value::Int(end)]), text(&part), "{string:?}");
        }
    }
}

#[test]
fn codes() {
    let mut types = table();
    let (int, text_type) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text));
    let option = types.option(text_type);
    let from_code = native(Native::TextFromCode, types, &[], &[int], option);
    for code in
        [0, 65, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xffff, 0x1_0000, 0x10_ffff, 0x11_0000, -1]
    {
        let model = u32::try_from(code).ok().and_then(char::from_u32);
        assert_eq!(from_code.value(&[Value::Int(code)]), some(model.map(|c| text(&c.to_string()))));
    }
}

#[test]
fn joining() {
    let mut types = table();
    let text_type = types.add(TypeDesc::Text);
    let list = types.list(text_type);
    let with = |types: &Types| Types { table: types.table.clone() };
    let concat = operation(with(&types), &[text_type; 3], text_type, Op::Concat);
    let append = operation(with(&types), &[text_type; 2], text_type, |args| Op::Append(args[0], args[1]));
    let join = native(Native::TextJoin, with(&types), &[], &[list, text_type], text_type);
    let texts = texts();
    for (index, a) in texts.iter().enumerate() {
        let b = &texts[(index * 7 + 3) % texts.len()];
        assert_eq!(concat.value(&[text(a), text(b), text(a)]), text(&format!("{a}{b}{a}")));
        assert_eq!(append.value(&[text(a), text(b)]), text(&format!("{a}{b}")));
    }
    for count in [0, 1, 2, 9] {
        let parts = texts[..count].iter().map(|part| text(part)).collect();
        assert_eq!(join.value(&[Value::List(parts), text(", ")]), text(&texts[..count].join(", ")));
    }
}

#[test]
fn appending_is_in_place() {
    let mut types = table();
    let (int, text_type) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text));
    let program = Program::new(types, &[int, text_type], text_type, |body, types| {
        let (bound, part) = (body.param(0), body.param(1));
        let all = body.set(text_type, Op::Concat(Vec::new()));
        body.count_up(types, bound, |body, _, _| {
            let longer = body.set(text_type, Op::Append(at(all), at(part)));
            body.assign(all, Op::Value(at(longer)));
        });
        body.ret(all);
    });
    let outcome = program.compile().run_plain(&[Value::Int(300_000), text("é-")]).expect("no fault");
    assert_eq!(outcome.value, text(&"é-".repeat(300_000)));
    assert!(outcome.peak_memory < 8 << 20, "{} bytes", outcome.peak_memory);
}

#[test]
fn equality_and_order() {
    let mut types = table();
    let (int, text_type, truth) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text), types.add(TypeDesc::Bool));
    let with = |types: &Types| Types { table: types.table.clone() };
    let order = native(Native::Compare, with(&types), &[text_type], &[text_type; 2], int);
    let equal = operation(with(&types), &[text_type; 2], truth, |args| {
        Op::Compare(dot_codegen::core::Comparison::Equal, text_type, args[0], args[1])
    });
    let texts = texts();
    for (index, a) in texts.iter().enumerate() {
        let cut: String = a.chars().take(a.chars().count().saturating_sub(1)).collect();
        let extended = format!("{a}b");
        for b in [a, &cut, &extended, &texts[(index * 5 + 1) % texts.len()]] {
            assert_eq!(order.value(&[text(a), text(b)]), Value::Int(a.cmp(b) as i64), "{a:?} {b:?}");
            assert_eq!(equal.value(&[text(a), text(b)]), Value::Bool(a == b));
        }
    }
}

#[test]
fn integers_as_text() {
    let mut types = table();
    let (int, text_type) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text));
    let of = native(Native::TextOf, types, &[int], &[int], text_type);
    for value in [0, 7, -7, 10, 99, 100, 1_234_567_890_123, i64::MAX, i64::MIN] {
        assert_eq!(of.value(&[Value::Int(value)]), text(&value.to_string()));
    }
}

#[test]
fn bytes_as_text() {
    let mut types = table();
    let (int, text_type, bytes) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text), types.add(TypeDesc::Bytes));
    let option = types.option(text_type);
    let with = |types: &Types| Types { table: types.table.clone() };
    let to_text = native(Native::BytesToText, with(&types), &[], &[bytes], option);
    let range = native(Native::BytesText, with(&types), &[], &[bytes, int, int], text_type);
    let to_bytes = native(Native::TextToBytes, with(&types), &[], &[text_type], bytes);
    let check = |given: &[u8]| {
        let model = std::str::from_utf8(given).ok().map(text);
        assert_eq!(to_text.value(&[Value::Bytes(given.into())]), some(model), "{given:x?}");
    };
    for string in texts() {
        check(string.as_bytes());
        assert_eq!(to_bytes.value(&[text(&string)]), Value::Bytes(string.as_bytes().into()));
        for cut in 1..string.len().min(12) {
            check(&string.as_bytes()[cut..]);
            check(&string.as_bytes()[..string.len() - cut]);
        }
    }
    // Every pair of bytes behind a word of ASCII, with two that continue.
    let mut random = ChaCha8Rng::seed_from_u64(7);
    for lead in 0x80..=0xff {
        for second in [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0] {
            let mut given = b"12345678".to_vec();
            given.extend([lead, second, 0x80, 0x80]);
            given.truncate(random.random_range(9..=12));
            check(&given);
        }
    }
    let given = Value::Bytes(b"one \xffwo"[..].into());
    let part = |start, end| [given.clone(), Value::Int(start), Value::Int(end)];
    assert_eq!(range.value(&part(0, 3)), text("one"));
    assert_eq!(range.value(&part(5, 7)), text("wo"));
    assert_eq!(range.value(&part(7, 7)), text(""));
    assert_eq!(range.fault(&part(3, 6)), "conversion: the bytes are not valid UTF-8");
    assert_eq!(range.fault(&part(8, 8)), "index: the index 8 is out of range: the length is 7");
    assert_eq!(range.fault(&part(2, 1)), "index: the index 1 is out of range: the length is 7");
    assert_eq!(range.fault(&part(-1, 1)), "index: the index -1 is out of range: the length is 7");
}

#[test]
fn bytes() {
    let mut types = table();
    let (int, bytes) = (types.add(TypeDesc::Int), types.add(TypeDesc::Bytes));
    let (list, option) = (types.list(int), types.option(int));
    let with = |types: &Types| Types { table: types.table.clone() };
    let from = native(Native::BytesFrom, with(&types), &[], &[list], bytes);
    let slice = native(Native::BytesSlice, with(&types), &[], &[bytes, int, int], bytes);
    let concat = native(Native::BytesConcat, with(&types), &[], &[bytes, bytes], bytes);
    let get = native(Native::BytesGet, with(&types), &[], &[bytes, int], option);
    let at = native(Native::BytesAt, with(&types), &[], &[bytes, int], int);
    let value = |content: &[u8]| Value::Bytes(content.into());
    assert_eq!(from.value(&[ints([0, 255, 7])]), value(&[0, 255, 7]));
    for outside in [-1, 256] {
        assert_eq!(from.fault(&[ints([outside])]), "argument: the items of bytes lie between 0 and 255");
    }
    assert_eq!(slice.value(&[value(b"abcdef"), Value::Int(1), Value::Int(-1)]), value(b"bcde"));
    assert_eq!(slice.value(&[value(b"abcdef"), Value::Int(0), Value::Int(9)]), value(b"abcdef"));
    assert_eq!(concat.value(&[value(b"ab"), value(b"")]), value(b"ab"));
    assert_eq!(concat.value(&[value(b"ab"), value(b"cdefghijkl")]), value(b"abcdefghijkl"));
    assert_eq!(get.value(&[value(b"ab"), Value::Int(1)]), some(Some(Value::Int(98))));
    assert_eq!(get.value(&[value(b"ab"), Value::Int(2)]), some(None));
    assert_eq!(at.value(&[value(b"ab"), Value::Int(0)]), Value::Int(97));
    assert_eq!(at.fault(&[value(b"ab"), Value::Int(2)]), "index: the index 2 is out of range: the length is 2");
}

/// `fn main(t) { walks t by its characters and gives them in a list }`
#[test]
fn walking_characters() {
    let mut types = table();
    let (int, text_type) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text));
    let list = types.list(text_type);
    let program = Program::new(types, &[text_type, int], list, |body, types| {
        let (string, count) = (body.param(0), body.param(1));
        let all = body.set(list, Op::Empty(list, Atom::Int(0)));
        let offset = body.set(int, Op::Value(Atom::Int(0)));
        body.count_up(types, count, |body, _, _| {
            let character = body.set(text_type, Op::CharAt(string, at(offset)));
            let longer = Op::Native(Native::ListPush, vec![text_type], vec![at(all), at(character)], SITE);
            let longer = body.set(list, longer);
            body.assign(all, Op::Value(at(longer)));
            let end = body.set(int, Op::CharEnd(string, at(offset)));
            body.assign(offset, Op::Value(at(end)));
        });
        body.ret(all);
    });
    let walk = program.compile();
    for string in texts() {
        let model: Vec<Value> = string.chars().map(|c| text(&c.to_string())).collect();
        assert_eq!(walk.value(&[text(&string), Value::Int(model.len() as i64)]), Value::List(model));
    }
}
