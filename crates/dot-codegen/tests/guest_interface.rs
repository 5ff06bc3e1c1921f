//! What the host sees: constants that are given up, conditions, defaults, natives of the host.

mod support;

use dot_abi::native::Native;
use dot_abi::types::{TypeDesc, TypeRef};
use dot_abi::value::Value;
use dot_codegen::core::{Atom, Comparison, Constant, ConstantRef, FunctionRef, Op, Scalar, Statement, TextRef};
use support::{Body, Program, SITE, Types, at, field, text};

/// `let words = ["a", "b"]`, used in a loop: computed once, alive until the end, then given up.
#[test]
fn constants_are_given_up() {
    let mut types = Types::default();
    let (int, string) = (types.add(TypeDesc::Int), types.add(TypeDesc::Text));
    let list = types.list(string);
    let mut program = Program::new(types, &[int], list, |body, types| {
        let bound = body.param(0);
        let all = body.set(list, Op::Empty(list, Atom::Int(0)));
        body.count_up(types, bound, |body, _, index| {
            let words = body.set(list, Op::Constant(ConstantRef(0)));
            body.push(Statement::CheckIndex(words, at(index), SITE));
            let word = body.set(string, Op::Item(words, at(index)));
            let longer = Op::Native(Native::ListPush, vec![string], vec![at(all), at(word)], SITE);
            let longer = body.set(list, longer);
            body.assign(all, Op::Value(at(longer)));
        });
        body.ret(all);
    });
    let mut words = Body::new(&[]);
    let items = vec![Atom::Text(TextRef(0)), Atom::Text(TextRef(1))];
    let items = words.set(list, Op::List(list, items));
    words.ret(items);
    program.functions.push(words.function("words", list));
    program.pinned.push(FunctionRef(1));
    program.texts = vec!["a".to_owned(), "longer than a word".to_owned()];
    program.constants = vec![Constant { ty: list, function: FunctionRef(1) }];
    let words = program.compile();
    assert_eq!(words.value(&[Value::Int(0)]), Value::List(Vec::new()));
    assert_eq!(words.value(&[Value::Int(2)]), Value::List(vec![text("a"), text("longer than a word")]));
    assert_eq!(words.fault(&[Value::Int(3)]), "index: the index 2 is out of range: the length is 2");
}

/// `type Even = Int where it % 2 == 0`: the host asks the guest.
#[test]
fn conditions_are_asked() {
    let mut types = Types::default();
    let (int, truth) = (types.add(TypeDesc::Int), types.add(TypeDesc::Bool));
    let even = types.add(TypeDesc::Refined {
        name: "Even".to_owned(),
        docs: String::new(),
        base: int,
        condition: "it % 2 == 0".to_owned(),
    });
    let mut program = Program::new(types, &[even], int, |body, _| {
        let given = body.param(0);
        body.ret(given);
    });
    let mut condition = Body::new(&[int]);
    let it = condition.param(0);
    let rest = condition.set(int, Op::Scalar(Scalar::RemainderInt, at(it), Atom::Int(2), SITE));
    let is_zero = condition.set(truth, Op::Compare(Comparison::Equal, int, at(rest), Atom::Int(0)));
    condition.ret(is_zero);
    program.functions.push(condition.function("Even", truth));
    program.pinned.push(FunctionRef(1));
    program.refinements = vec![(even, FunctionRef(1))];
    let program = program.compile();
    assert_eq!(program.value(&[Value::Int(4)]), Value::Int(4));
    assert_eq!(program.refused(&[Value::Int(5)]).len(), 1);
}

/// A field that is left out has the default that the guest computes.
#[test]
fn defaults_are_asked() {
    let mut types = Types::default();
    let string = types.add(TypeDesc::Text);
    let fields = vec![field("name", string), support::Field { optional: true, ..field("greeting", string) }];
    let record = types.add(TypeDesc::Record { name: "Options".to_owned(), docs: String::new(), fields });
    let mut program = Program::new(types, &[record], record, |body, _| {
        let given = body.param(0);
        body.ret(given);
    });
    let mut default = Body::new(&[]);
    let greeting = default.set(string, Op::Concat(vec![Atom::Text(TextRef(0)), Atom::Text(TextRef(0))]));
    default.ret(greeting);
    program.functions.push(default.function("greeting", string));
    program.pinned.push(FunctionRef(1));
    program.texts = vec!["hey".to_owned()];
    program.defaults = vec![(record, 0, 1, FunctionRef(1))];
    let given = program.compile().value(&[Value::Record(vec![text("Ada"), Value::Default])]);
    assert_eq!(given, Value::Record(vec![text("Ada"), text("heyhey")]));
}

/// Natives of the host get their operands and give what they own.
#[test]
fn host_natives() {
    let mut types = Types::default();
    let (string, int) = (types.add(TypeDesc::Text), types.add(TypeDesc::Int));
    let (list, option): (TypeRef, TypeRef) = (types.list(string), types.option(int));
    let with = |types: &Types| Types { table: types.table.clone() };
    let split = support::native(Native::TextSplit, with(&types), &[], &[string, string], list);
    let expect = Value::List(vec![text("a"), text(""), text("b")]);
    assert_eq!(split.value(&[text("a--b"), text("-")]), expect);
    let fault = split.run(&[text("a"), text("")]).expect_err("a fault");
    assert_eq!(fault.to_string(), "argument: the separator is empty");
    assert_eq!(fault.at.expect("the place of the call").file, "test.dot");
    let parse = support::native(Native::IntParse, with(&types), &[], &[string], option);
    assert_eq!(parse.value(&[text("-12")]), Value::Option(Some(Box::new(Value::Int(-12)))));
    assert_eq!(parse.value(&[text("x")]), Value::Option(None));
    let of = support::native(Native::TextOf, types, &[list], &[list], string);
    assert_eq!(of.value(&[Value::List(vec![text("a"), text("b")])]), text(r#"["a","b"]"#));
}
