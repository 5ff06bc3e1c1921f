//! Maps and sets against Rust's own, by random operations.

mod support;

use std::collections::BTreeMap;
use std::slice::from_ref;

use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use dot_codegen::core::{Atom, Local, Op, Scalar, Statement};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::{Body, Compiled, Program, SITE, Types, at, native, operation, text};

/// What is done to the map: `(what, key, value)`.
const INSERT: i64 = 0;
const REMOVE: i64 = 1;
const COPY: i64 = 2;
const SORT: i64 = 3;

/// `fn main(steps) { does each step; gives what `get` said before it, the map, and the map as COPY found it }`
fn steps(mut types: Types, key: TypeRef) -> Compiled {
    let int = types.add(TypeDesc::Int);
    let truth = types.add(TypeDesc::Bool);
    types.add(TypeDesc::Text);
    let (map, option) = (types.map(key, int), types.option(int));
    let step = types.tuple(&[int, key, int]);
    let (list, seen_list) = (types.list(step), types.list(option));
    let result = types.tuple(&[seen_list, map, map]);
    let program = Program::new(types, &[list], result, |body, types| {
        let steps = body.param(0);
        let all = body.set(map, Op::Empty(map, Atom::Int(0)));
        let copy = body.set(map, Op::Empty(map, Atom::Int(10)));
        let seen = body.set(seen_list, Op::Empty(seen_list, Atom::Int(0)));
        let length = body.set(int, Op::Length(steps));
        body.count_up(types, length, |body, _, index| {
            let step = body.set(step, Op::Item(steps, at(index)));
            let what = body.set(int, Op::Field(step, 0, 0));
            let key_local = body.set(key, Op::Field(step, 0, 1));
            let value = body.set(int, Op::Field(step, 0, 2));
            let call = |native, atoms| Op::Native(native, vec![key, int], atoms, SITE);
            let before = body.set(option, call(Native::MapGet, vec![at(all), at(key_local)]));
            let longer = Op::Native(Native::ListPush, vec![option], vec![at(seen), at(before)], SITE);
            let longer = body.set(seen_list, longer);
            body.assign(seen, Op::Value(at(longer)));
            let mut arm = |number: i64, write: &mut dyn FnMut(&mut Body)| {
                let is_it = Op::Compare(dot_codegen::core::Comparison::Equal, int, at(what), Atom::Int(number));
                let is_it = body.set(truth, is_it);
                body.when(is_it, |body| write(body));
            };
            arm(INSERT, &mut |body| {
                let new = body.set(map, call(Native::MapInsert, vec![at(all), at(key_local), at(value)]));
                body.assign(all, Op::Value(at(new)));
            });
            arm(REMOVE, &mut |body| {
                let new = body.set(map, call(Native::MapRemove, vec![at(all), at(key_local)]));
                body.assign(all, Op::Value(at(new)));
            });
            arm(COPY, &mut |body| body.assign(copy, Op::Value(at(all))));
            arm(SORT, &mut |body| body.push(Statement::SortMap(all)));
        });
        let result = body.set(result, Op::Record(result, vec![at(seen), at(all), at(copy)]));
        body.ret(result);
    });
    program.compile()
}

/// The keys are numbers; `key` makes a value of them that keeps their order.
fn check(types: Types, key_type: TypeRef, key: impl Fn(i64) -> Value) {
    let compiled = steps(types, key_type);
    let mut random = ChaCha8Rng::seed_from_u64(8);
    for (length, keys) in [(0, 1), (30, 5), (400, 40), (400, 1000), (3000, 300)] {
        let (mut model, mut copy, mut seen, mut steps) = (BTreeMap::new(), BTreeMap::new(), Vec::new(), Vec::new());
        for step in 0..length {
            let number = random.random_range(0..keys);
            // First many are added, then as many removed.
            let adds = if step * 2 < length { 8 } else { 4 };
            let what = match random.random_range(0..12) {
                n if n < adds => INSERT,
                11 => COPY,
                10 => SORT,
                _ => REMOVE,
            };
            seen.push(Value::Option(model.get(&number).map(|&value| Box::new(Value::Int(value)))));
            match what {
                INSERT => _ = model.insert(number, step),
                REMOVE => _ = model.remove(&number),
                COPY => copy = model.clone(),
                _ => {}
            }
            steps.push(Value::Tuple(vec![Value::Int(what), key(number), Value::Int(step)]));
        }
        let map =
            |model: &BTreeMap<i64, i64>| Value::Map(model.iter().map(|(&k, &v)| (key(k), Value::Int(v))).collect());
        let expect = Value::Tuple(vec![Value::List(seen), map(&model), map(&copy)]);
        assert_eq!(compiled.value(&[Value::List(steps)]), expect);
    }
}

#[test]
fn integer_keys() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    check(types, int, |number| Value::Int((number - 100) << 40));
}

#[test]
fn text_keys() {
    let mut types = Types::default();
    let key = types.add(TypeDesc::Text);
    check(types, key, |number| text(&format!("key {number:09} é")));
}

#[test]
fn tuple_keys() {
    let mut types = Types::default();
    let (int, string) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text));
    let numbers = types.list(int);
    let key = types.tuple(&[int, string, numbers]);
    check(types, key, |number| {
        let rest = Value::List(vec![Value::Int(number % 5)]);
        Value::Tuple(vec![Value::Int(number / 50), text(&format!("{:02}", number / 5 % 10)), rest])
    });
}

#[test]
fn recursive_keys() {
    let mut types = Types::default();
    // `| Leaf | Node(Int, Tree)`
    let (tree, int) = (TypeRef(0), TypeRef(1));
    types.union("Tree", &[&[], &[int, tree]]);
    types.add(TypeDesc::Int);
    check(types, tree, |number| {
        let node = |number, next| Value::Case(1, vec![Value::Int(number), next]);
        node(number / 10, node(number % 10, Value::Case(0, Vec::new())))
    });
}

/// `{ m[key] += 1; m }`
#[test]
fn entries_are_taken_and_put_back() {
    let mut types = Types::default();
    let (string, int) = (types.add(TypeDesc::Text), types.add(TypeDesc::Int));
    let map = types.map(string, int);
    let program = Program::new(types, &[map, string], map, |body, _| {
        let (given, key) = (body.param(0), body.param(1));
        let unique = body.set(map, Op::MakeUnique(at(given)));
        let old: Local = body.set(int, Op::TakeEntry(unique, at(key), SITE));
        let new = body.set(int, Op::Scalar(Scalar::AddInt, at(old), Atom::Int(1), SITE));
        body.push(Statement::PutEntry { map: unique, key: at(key), value: at(new) });
        body.ret(unique);
    });
    let increment = program.compile();
    let map = |entries: &[(&str, i64)]| {
        Value::Map(entries.iter().map(|&(key, value)| (text(key), Value::Int(value))).collect())
    };
    let given = map(&[("a", 1), ("b", 2)]);
    assert_eq!(increment.value(&[given.clone(), text("b")]), map(&[("a", 1), ("b", 3)]));
    assert_eq!(increment.fault(&[given, text("x")]), "key: the map has no key `x`");
}

#[test]
fn listed_in_order() {
    let mut types = Types::default();
    let (string, int) = (types.add(TypeDesc::Text), types.add(TypeDesc::Int));
    let (map, set) = (types.map(int, string), types.set(string));
    let (pair, keys, values) = (types.tuple(&[int, string]), types.list(int), types.list(string));
    let pairs = types.list(pair);
    let with = |types: &Types| Types { table: types.table.clone() };
    let entries: Vec<(i64, &str)> = vec![(-5, "minus"), (0, "zero"), (3, "three")];
    let given = Value::Map(entries.iter().map(|&(key, value)| (Value::Int(key), text(value))).collect());
    let of = |op: Native, result| native(op, with(&types), &[int, string], &[map], result);
    let expect = Value::List(entries.iter().map(|&(key, _)| Value::Int(key)).collect());
    assert_eq!(of(Native::MapKeys, keys).value(from_ref(&given)), expect);
    let expect = Value::List(entries.iter().map(|&(_, value)| text(value)).collect());
    assert_eq!(of(Native::MapValues, values).value(from_ref(&given)), expect);
    let pair = |&(key, value): &(i64, &str)| Value::Tuple(vec![Value::Int(key), text(value)]);
    let expect = Value::List(entries.iter().map(pair).collect());
    assert_eq!(of(Native::MapEntries, pairs).value(&[given]), expect);

    let insert = native(Native::SetInsert, with(&types), &[string], &[set, string], set);
    let remove = native(Native::SetRemove, with(&types), &[string], &[set, string], set);
    let list = native(Native::SetToList, with(&types), &[string], &[set], values);
    let of = |items: &[&str]| items.iter().map(|item| text(item)).collect::<Vec<_>>();
    let set = |items: &[&str]| Value::Set(of(items));
    assert_eq!(insert.value(&[set(&["b", "d"]), text("c")]), set(&["b", "c", "d"]));
    assert_eq!(insert.value(&[set(&["b", "d"]), text("d")]), set(&["b", "d"]));
    assert_eq!(remove.value(&[set(&["b", "d"]), text("b")]), set(&["d"]));
    assert_eq!(remove.value(&[set(&["b"]), text("x")]), set(&["b"]));
    assert_eq!(list.value(&[set(&["b", "d"])]), Value::List(of(&["b", "d"])));
}

/// An entry that is known to be there, by its number in the order of the keys.
#[test]
fn entries_by_number() {
    let mut types = Types::default();
    let (int, string) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text));
    let map = types.map(string, int);
    let pair = types.tuple(&[string, int]);
    let program = Program::new(types, &[map, int], pair, |body, _| {
        let (map, number) = (body.param(0), body.param(1));
        body.push(Statement::SortMap(map));
        let key = body.set(string, Op::EntryKey(map, at(number)));
        let value = body.set(int, Op::EntryValue(map, at(number)));
        let result = body.set(pair, Op::Record(pair, vec![at(key), at(value)]));
        body.ret(result);
    });
    let given = Value::Map(vec![(text("a"), Value::Int(1)), (text("b"), Value::Int(2))]);
    let expect = Value::Tuple(vec![text("b"), Value::Int(2)]);
    assert_eq!(program.compile().value(&[given, Value::Int(1)]), expect);
}

#[test]
fn maps_are_equal_by_their_entries() {
    let mut types = Types::default();
    let (int, truth) = (types.add(TypeDesc::Int), types.add(TypeDesc::Bool));
    let map = types.map(int, int);
    let equal = operation(types, &[map, map], truth, |args| {
        Op::Compare(dot_codegen::core::Comparison::Equal, map, args[0], args[1])
    });
    let map = |entries: &[(i64, i64)]| {
        Value::Map(entries.iter().map(|&(key, value)| (Value::Int(key), Value::Int(value))).collect())
    };
    let check = |a: &[(i64, i64)], b: &[(i64, i64)], expect| {
        assert_eq!(equal.value(&[map(a), map(b)]), Value::Bool(expect));
    };
    check(&[(1, 2), (3, 4)], &[(1, 2), (3, 4)], true);
    check(&[(1, 2), (3, 4)], &[(1, 2), (3, 5)], false);
    check(&[(1, 2)], &[(1, 2), (3, 5)], false);
    check(&[], &[], true);
}
