//! Memory: what is freed comes back, nothing is freed twice, nothing is deep enough to break it.

mod support;

use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use dot_codegen::core::{Atom, Comparison, Local, Op, Scalar, Statement};
use support::{Body, Program, SITE, Types, at, ints, union};

/// `{ value: Int, next: Cell? }`: the first type of the table, with its option behind it.
fn cells(types: &mut Types) -> (TypeRef, TypeRef) {
    let (cell, option, int) = (TypeRef(0), TypeRef(1), TypeRef(2));
    assert_eq!(types.record("Cell", &[int, option]), cell);
    assert_eq!(types.option(cell), option);
    assert_eq!(types.add(TypeDesc::Int), int);
    (cell, option)
}

/// A chain of so many cells, as an option.
fn chain(body: &mut Body, types: &mut Types, length: Local) -> Local {
    let (cell, option) = (TypeRef(0), TypeRef(1));
    let all = body.set(option, Op::Value(Atom::None));
    body.count_up(types, length, |body, _, index| {
        let new = body.set(cell, Op::Record(cell, vec![at(index), at(all)]));
        let some = body.set(option, Op::Some(option, at(new)));
        body.assign(all, Op::Value(at(some)));
    });
    all
}

#[test]
fn a_million_nested_cells_are_dropped() {
    let mut types = Types::default();
    cells(&mut types);
    let (int, truth) = (types.add(TypeDesc::Int), types.add(TypeDesc::Bool));
    let program = Program::new(types, &[int], truth, |body, types| {
        let length = body.param(0);
        let all = chain(body, types, length);
        let is_some = body.set(truth, Op::IsSome(all));
        body.ret(is_some);
    });
    assert_eq!(program.compile().value(&[Value::Int(1_000_000)]), Value::Bool(true));
}

#[test]
fn deep_values_are_compared() {
    let mut types = Types::default();
    let (_, option) = cells(&mut types);
    let (int, truth) = (types.add(TypeDesc::Int), types.add(TypeDesc::Bool));
    let results = types.tuple(&[truth, int, int]);
    let program = Program::new(types, &[int, int], results, |body, types| {
        let (first, second) = (body.param(0), body.param(1));
        let (a, b) = (chain(body, types, first), chain(body, types, second));
        let equal = body.set(truth, Op::Compare(Comparison::Equal, option, at(a), at(b)));
        let order = |a: Local, b: Local| Op::Native(Native::Compare, vec![option], vec![at(a), at(b)], SITE);
        let forth = body.set(int, order(a, b));
        let back = body.set(int, order(b, a));
        let result = body.set(results, Op::Record(results, vec![at(equal), at(forth), at(back)]));
        body.ret(result);
    });
    let compare = program.compile();
    let check = |a: i64, b: i64, equal: bool, order: i64| {
        let expect = vec![Value::Bool(equal), Value::Int(order), Value::Int(-order)];
        assert_eq!(compare.value(&[Value::Int(a), Value::Int(b)]), Value::Tuple(expect));
    };
    check(300_000, 300_000, true, 0);
    check(300_000, 300_001, false, -1);
    check(0, 5, false, -1);
    check(0, 0, true, 0);
}

/// `{ for i in 0..n { last = (i, [i, i, i]) } last.0 }`
fn churn() -> Program {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let list = types.list(int);
    let pair = types.tuple(&[int, list]);
    Program::new(types, &[int], int, |body, types| {
        let bound = body.param(0);
        let sum = body.set(int, Op::Value(Atom::Int(0)));
        let none = body.set(list, Op::List(list, Vec::new()));
        let last = body.set(pair, Op::Record(pair, vec![Atom::Int(0), at(none)]));
        body.count_up(types, bound, |body, _, index| {
            let items = body.set(list, Op::List(list, vec![at(index); 3]));
            let new = body.set(pair, Op::Record(pair, vec![at(index), at(items)]));
            let before = body.set(int, Op::Field(last, 0, 0));
            body.assign(sum, Op::Scalar(Scalar::AddInt, at(sum), at(before), SITE));
            body.assign(last, Op::Value(at(new)));
        });
        body.ret(sum);
    })
}

#[test]
fn a_loop_that_allocates_runs_in_bounded_memory() {
    let outcome = churn().compile().with_memory(1 << 20).run_plain(&[Value::Int(1_000_000)]).expect("no fault");
    assert_eq!(outcome.value, Value::Int(999_999 * 999_998 / 2));
    assert!(outcome.peak_memory <= 128 << 10, "{} bytes", outcome.peak_memory);
}

#[test]
fn memory_that_is_never_used_again_shows_no_use_after_free() {
    assert_eq!(churn().compile().value(&[Value::Int(10_000)]), Value::Int(9_999 * 9_998 / 2));
}

#[test]
fn the_memory_limit_is_a_fault() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let list = types.list(int);
    let program = Program::new(types, &[int], int, |body, types| {
        let all = body.set(list, Op::List(list, vec![Atom::Int(1)]));
        let bound = body.param(0);
        body.count_up(types, bound, |body, _, _| {
            let twice = body.set(list, Op::AppendList(at(all), at(all)));
            body.assign(all, Op::Value(at(twice)));
        });
        let length = body.set(int, Op::Length(all));
        body.ret(length);
    });
    let double = program.compile().with_memory(64 << 20);
    assert_eq!(double.value(&[Value::Int(20)]), Value::Int(1 << 20));
    for turns in [30, 70] {
        assert!(double.fault(&[Value::Int(turns)]).starts_with("memory-limit: "));
    }
}

/// Large blocks of changing sizes: what the lists give back serves the next.
#[test]
fn large_blocks_are_used_again() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let list = types.list(int);
    let program = Program::new(types, &[int], int, |body, types| {
        let bound = body.param(0);
        let sum = body.set(int, Op::Value(Atom::Int(0)));
        body.count_up(types, bound, |body, _, index| {
            let part = body.set(int, Op::Scalar(Scalar::RemainderInt, at(index), Atom::Int(7), SITE));
            let times = body.set(int, Op::Scalar(Scalar::MultiplyInt, at(part), Atom::Int(10_000), SITE));
            let items = Op::Native(Native::ListRepeat, vec![int], vec![at(index), at(times)], SITE);
            let items = body.set(list, items);
            let length = body.set(int, Op::Length(items));
            body.assign(sum, Op::Scalar(Scalar::AddInt, at(sum), at(length), SITE));
        });
        body.ret(sum);
    });
    let outcome = program.compile().run_plain(&[Value::Int(7_000)]).expect("no fault");
    assert_eq!(outcome.value, Value::Int(210_000 * 1_000));
    assert!(outcome.peak_memory < 4 << 20, "{} bytes", outcome.peak_memory);
}

/// A shared record, list and case are copied before they change; the other holder sees no difference.
#[test]
fn shared_values_are_copied() {
    let mut types = Types::default();
    let (int, text) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text));
    let list = types.list(text);
    let record = types.tuple(&[int, list]);
    let both = types.tuple(&[record, record]);
    let program = Program::new(types, &[record, text], both, |body, _| {
        let (old, part) = (body.param(0), body.param(1));
        let new = body.set(record, Op::MakeUnique(at(old)));
        let items = body.set(list, Op::TakeField(new, 1));
        let longer = body.set(list, Op::Native(Native::ListPush, vec![text], vec![at(items), at(part)], SITE));
        body.push(Statement::SetField { object: new, index: 1, value: at(longer), drop_old: false });
        body.push(Statement::SetField { object: new, index: 0, value: Atom::Int(7), drop_old: true });
        let result = body.set(both, Op::Record(both, vec![at(old), at(new)]));
        body.ret(result);
    });
    let texts = |texts: &[&str]| Value::List(texts.iter().map(|text| support::text(text)).collect());
    let record = |number, items: &[&str]| Value::Tuple(vec![Value::Int(number), texts(items)]);
    let given = program.compile().value(&[record(1, &["a"]), support::text("b")]);
    assert_eq!(given, Value::Tuple(vec![record(1, &["a"]), record(7, &["a", "b"])]));
}

/// `fn(Int) -> Int` with a captured list: made, called, dropped.
#[test]
fn closures_hold_their_captures() {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let list = types.list(int);
    let closure = types.add(TypeDesc::Closure { captures: vec![int, list] });
    let function = types.add(TypeDesc::Function { params: vec![int], result: int });
    let mut lambda = Body::new(&[int]);
    let items = lambda.set(list, Op::Capture(1));
    let base = lambda.set(int, Op::Capture(0));
    let argument = lambda.param(0);
    let item = lambda.set(int, Op::Item(items, at(argument)));
    let sum = lambda.set(int, Op::Scalar(Scalar::AddInt, at(item), at(base), SITE));
    lambda.ret(sum);
    let mut lambda = lambda.function("lambda", int);
    lambda.closure = Some(closure);
    let mut program = Program::new(types, &[list, int], int, |body, _| {
        let (items, index) = (body.param(0), body.param(1));
        let captures = vec![Atom::Int(100), at(items)];
        let value = body.set(function, Op::Closure(closure, dot_codegen::core::FunctionRef(1), captures));
        let first = body.set(int, Op::CallClosure(value, vec![at(index)]));
        let second = body.set(int, Op::CallClosure(value, vec![Atom::Int(0)]));
        let sum = body.set(int, Op::Scalar(Scalar::AddInt, at(first), at(second), SITE));
        body.ret(sum);
    });
    program.functions.push(lambda);
    assert_eq!(program.compile().value(&[ints([1, 2, 3]), Value::Int(2)]), Value::Int(204));
}

/// Cases of every kind come in, are told apart and taken apart, and go out.
#[test]
fn cases() {
    let mut types = Types::default();
    let (int, text) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text));
    for cases in [&[&[][..], &[int, text], &[text]][..], &[&[], &[], &[], &[int], &[]]] {
        let mut types = Types { table: types.table.clone() };
        let union = types.add(union("U", cases));
        let program = Program::new(types, &[union], int, |body, _| {
            let value = body.param(0);
            let arm = |body: &mut Body, case: u32| body.block(|body| body.ret(i64::from(case)));
            let arms = (1..cases.len() as u32).map(|case| (vec![case], arm(body, case))).collect();
            let otherwise = Some(arm(body, 0));
            body.push(Statement::Switch { on: value, arms, otherwise });
        });
        let case_of = program.compile();
        for (case, fields) in cases.iter().enumerate() {
            let field = |&ty: &TypeRef| if ty == int { Value::Int(1) } else { support::text("t") };
            let value = Value::Case(case as u32, fields.iter().map(field).collect());
            assert_eq!(case_of.value(&[value]), Value::Int(case as i64));
        }
    }
}
