//! Lists: natives, items, what happens in place.

mod support;

use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use dot_codegen::core::{Atom, Op, Scalar, Statement};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use support::{Body, Program, SITE, Types, at, ints, native, operation, text, union};

#[test]
fn slices_clamp_and_count_from_the_end() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let list = types.list(int);
    let slice = native(Native::ListSlice, types, &[int], &[list, int, int], list);
    let check = |start: i64, end: i64, expect: &[i64]| {
        let input = [ints(1..=5), Value::Int(start), Value::Int(end)];
        assert_eq!(slice.value(&input), ints(expect.iter().copied()));
    };
    check(1, 3, &[2, 3]);
    check(-2, 9, &[4, 5]);
    check(0, -1, &[1, 2, 3, 4]);
    check(3, 1, &[]);
    check(-9, i64::MAX, &[1, 2, 3, 4, 5]);
    check(i64::MIN, i64::MIN, &[]);
}

/// `fn main(n) { for i in 0..n { list = list.push(i) }; list }`
fn pushes() -> Program {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let list = types.list(int);
    Program::new(types, &[int], list, |body, types| {
        let items = body.set(list, Op::Empty(list, Atom::Int(0)));
        let bound = body.param(0);
        body.count_up(types, bound, |body, _, index| {
            let pushed = body.set(list, Op::Native(Native::ListPush, vec![int], vec![at(items), at(index)], SITE));
            body.assign(items, Op::Value(at(pushed)));
        });
        body.ret(items);
    })
}

#[test]
fn pushing_is_in_place() {
    let pushes = pushes().compile();
    assert_eq!(pushes.value(&[Value::Int(100_000)]), ints(0..100_000));
    let outcome = pushes.run_plain(&[Value::Int(100_000)]).expect("no fault");
    assert!(outcome.peak_memory < 8 << 20, "{} bytes", outcome.peak_memory);
}

/// `fn main(list, index) { list[index] += 1; list }`
fn increments() -> Program {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let list = types.list(int);
    Program::new(types, &[list, int], list, |body: &mut Body, _| {
        let (items, index) = (body.param(0), body.param(1));
        let unique = body.set(list, Op::MakeUnique(at(items)));
        body.push(Statement::CheckIndex(unique, at(index), SITE));
        let old = body.set(int, Op::Item(unique, at(index)));
        let new = body.set(int, Op::Scalar(Scalar::AddInt, at(old), Atom::Int(1), SITE));
        let (list, index, value) = (unique, at(index), at(new));
        body.push(Statement::SetItem { list, index, value, drop_old: false });
        body.ret(unique);
    })
}

#[test]
fn items_are_checked() {
    let increment = increments().compile();
    assert_eq!(increment.value(&[ints([1, 2, 3]), Value::Int(1)]), ints([1, 3, 3]));
    let check = |items: &[i64], index: i64, expect: &str| {
        assert_eq!(increment.fault(&[ints(items.iter().copied()), Value::Int(index)]), expect);
    };
    check(&[1, 2, 3], 3, "index: the index 3 is out of range: the length is 3");
    check(&[1, 2, 3], -1, "index: the index -1 is out of range: the length is 3");
    check(&[i64::MAX], 0, "overflow: the result does not fit in 64 bits");
}

/// Lists of every shape of item: pushed to, appended, reversed, taken from, repeated.
#[test]
fn shapes_of_items() {
    let check = |desc: TypeDesc, items: Vec<Value>| {
        let mut types = Types::default();
        types.add(TypeDesc::Int);
        types.add(TypeDesc::Text);
        let item = types.add(desc);
        let (int, list) = (types.add(TypeDesc::Int), types.list(item));
        let option = types.option(item);
        let with = |types: &Types| Types { table: types.table.clone() };
        let [first, .., last] = &items[..] else { panic!("more items") };

        let push = native(Native::ListPush, with(&types), &[item], &[list, item], list);
        let pushed = items.iter().chain([first]).cloned().collect();
        assert_eq!(push.value(&[Value::List(items.clone()), first.clone()]), Value::List(pushed));

        let append = operation(with(&types), &[list, list], list, |args| Op::AppendList(args[0], args[1]));
        let both = items.iter().chain(&items).cloned().collect();
        assert_eq!(append.value(&[Value::List(items.clone()), Value::List(items.clone())]), Value::List(both));

        let reverse = native(Native::ListReverse, with(&types), &[item], &[list], list);
        let reversed = items.iter().rev().cloned().collect();
        assert_eq!(reverse.value(&[Value::List(items.clone())]), Value::List(reversed));

        let get = native(Native::ListGet, with(&types), &[item], &[list, int], option);
        let at = |index: i64| get.value(&[Value::List(items.clone()), Value::Int(index)]);
        let some = |value: &Value| Value::Option(Some(Box::new(value.clone())));
        assert_eq!(at(0), some(first));
        assert_eq!(at(items.len() as i64 - 1), some(last));
        assert_eq!(at(items.len() as i64), Value::Option(None));
        assert_eq!(at(-1), Value::Option(None));

        let repeat = native(Native::ListRepeat, with(&types), &[item], &[item, int], list);
        for times in [0, 1, 37] {
            let expect = vec![last.clone(); times];
            assert_eq!(repeat.value(&[last.clone(), Value::Int(times as i64)]), Value::List(expect));
        }
        let expect = "argument: the number of repetitions is negative";
        assert_eq!(repeat.fault(&[last.clone(), Value::Int(-1)]), expect);
    };
    check(TypeDesc::Int, (1..20).map(Value::Int).collect());
    check(TypeDesc::Float, (1..4).map(|n| Value::Float(f64::from(n))).collect());
    check(TypeDesc::Bool, [true, false, false, true, true].map(Value::Bool).to_vec());
    check(TypeDesc::Text, ["a", "", "more than eight bytes", "é"].map(text).to_vec());
    check(TypeDesc::List { item: TypeRef(0) }, vec![ints([1]), ints([]), ints(2..9)]);
    check(TypeDesc::Unit, vec![Value::Unit, Value::Unit]);
    let cases = [Value::Case(0, vec![]), Value::Case(1, vec![text("x")]), Value::Case(0, vec![])];
    check(union("U", &[&[], &[TypeRef(1)]]), cases.to_vec());
}

#[test]
fn sorting_is_stable() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let (pair, ints) = (types.tuple(&[int, int]), types.list(int));
    let list = types.list(pair);
    let with = |types: &Types| Types { table: types.table.clone() };
    // A record that is compared by its first field only does not exist: pairs are sorted by both, numbers by themselves.
    let sort_pairs = native(Native::ListSort, with(&types), &[pair], &[list], list);
    let sort = native(Native::ListSort, with(&types), &[int], &[ints], ints);
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for length in [0, 1, 2, 7, 8, 9, 16, 17, 100, 1000] {
        let mut numbers: Vec<i64> = (0..length).map(|_| random.random_range(-50..50)).collect();
        let pairs = |numbers: &[i64]| -> Value {
            let pair = |&n: &i64| Value::Tuple(vec![Value::Int(n / 10), Value::Int(n)]);
            Value::List(numbers.iter().map(pair).collect())
        };
        let (given, given_pairs) = (support::ints(numbers.clone()), pairs(&numbers));
        numbers.sort_unstable();
        assert_eq!(sort.value(&[given]), support::ints(numbers.clone()));
        let sorted = sort_pairs.value(&[given_pairs]);
        assert_eq!(sorted, pairs(&numbers));
    }
}

/// Zeros of both signs are equal to the order, but not to the eye: equals stay in their order.
#[test]
fn equals_stay_in_order() {
    let mut types = Types::default();
    let float = types.add(TypeDesc::Float);
    let list = types.list(float);
    let sort = native(Native::ListSort, types, &[float], &[list], list);
    let mut random = ChaCha8Rng::seed_from_u64(2);
    for length in [2, 9, 33, 500] {
        let pick = [0.0, -0.0, 1.0, f64::NAN, f64::NEG_INFINITY];
        let mut floats: Vec<f64> = (0..length).map(|_| pick[random.random_range(0..pick.len())]).collect();
        let value = |floats: &[f64]| Value::List(floats.iter().copied().map(Value::Float).collect());
        let given = value(&floats);
        floats.sort_by(|a, b| a.partial_cmp(b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan())));
        assert_eq!(format!("{:?}", sort.value(&[given])), format!("{:?}", value(&floats)));
    }
}
