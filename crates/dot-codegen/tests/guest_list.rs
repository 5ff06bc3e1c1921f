//! Lists: natives, items, what happens in place.

mod support;

use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use dot_codegen::core::{Atom, Op, Scalar, Statement};
use support::{Body, Program, SITE, Types, at, fault_of, ints, run, value_of};

/// A program of one native whose operands are the parameters.
fn native(native: Native, types: Types, args: &[TypeRef], params: &[TypeRef], result: TypeRef) -> Program {
    Program::new(types, params, result, |body, _| {
        let operands = (0..params.len() as u32).map(|index| at(body.param(index))).collect();
        let value = body.set(result, Op::Native(native, args.to_vec(), operands, SITE));
        body.ret(value);
    })
}

fn check_slice(items: &[i64], start: i64, end: i64, expect: &[i64]) {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let list = types.list(int);
    let program = native(Native::ListSlice, types, &[int], &[list, int, int], list);
    let input = [ints(items.iter().copied()), Value::Int(start), Value::Int(end)];
    assert_eq!(value_of(program, &input), ints(expect.iter().copied()));
}

#[test]
fn slices_clamp_and_count_from_the_end() {
    let items = [1, 2, 3, 4, 5];
    check_slice(&items, 1, 3, &[2, 3]);
    check_slice(&items, -2, 9, &[4, 5]);
    check_slice(&items, 0, -1, &[1, 2, 3, 4]);
    check_slice(&items, 3, 1, &[]);
    check_slice(&items, -9, i64::MAX, &items);
    check_slice(&items, i64::MIN, i64::MIN, &[]);
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
    let ran = run(pushes(), &[Value::Int(100_000)]);
    assert_eq!(ran.result.expect("no fault"), ints(0..100_000));
    assert!(ran.peak_memory < 8 << 20, "{} bytes", ran.peak_memory);
}

/// `fn main(list, index) { list[index] += 1; list }`
fn increments() -> Program {
    let mut types = Types::default();
    let int = types.add(TypeDesc::Int);
    let list = types.list(int);
    Program::new(types, &[list, int], list, |body: &mut Body, _| {
        let (items, index) = (body.param(0), body.param(1));
        let unique = body.set(list, Op::MakeUnique(at(items)));
        let old = body.set(int, Op::Item(unique, at(index), SITE));
        let new = body.set(int, Op::Scalar(Scalar::AddInt, at(old), Atom::Int(1), SITE));
        let (list, index, value) = (unique, at(index), at(new));
        body.push(Statement::SetItem { list, index, value, drop_old: false, site: SITE });
        body.ret(unique);
    })
}

#[test]
fn items_are_checked() {
    assert_eq!(value_of(increments(), &[ints([1, 2, 3]), Value::Int(1)]), ints([1, 3, 3]));
    let expect = "index: the index 3 is out of range: the length is 3";
    assert_eq!(fault_of(increments(), &[ints([1, 2, 3]), Value::Int(3)]), expect);
    let expect = "index: the index -1 is out of range: the length is 3";
    assert_eq!(fault_of(increments(), &[ints([1, 2, 3]), Value::Int(-1)]), expect);
    let expect = "overflow: the result does not fit in 64 bits";
    assert_eq!(fault_of(increments(), &[ints([i64::MAX]), Value::Int(0)]), expect);
}
