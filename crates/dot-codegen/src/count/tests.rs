//! Counts of core that was written by hand: where they go, and that wrong ones are refused.

use dot_abi::manifest::{Class, UnitKind};
use dot_abi::native::Native;
use dot_abi::types::{Field, TypeDesc, TypeRef, TypeTable};
use dot_types::NoSources;
use dot_types::program::SourceFile;
use expect_test::{Expect, expect};

use super::operands::Takes;
use super::{balance, check as check_balance, insert};
use crate::core::{
    Atom, Block, Comparison, Function, FunctionRef, Label, Local, Op, SiteRef, Statement, Take, TextRef, Unit,
};
use crate::lower::{Lowered, lower};
use crate::pretty::function_text;

const INT: TypeRef = TypeRef(0);
const TEXT: TypeRef = TypeRef(1);
const TEXTS: TypeRef = TypeRef(2);
const BOOL: TypeRef = TypeRef(3);
const USER: TypeRef = TypeRef(4);
const HERE: SiteRef = SiteRef(0);

/// A unit of functions, the first of which the host calls.
fn unit(functions: Vec<Function>) -> Unit {
    let field = |name: &str, ty| Field {
        name: name.to_owned(),
        rename: None,
        docs: String::new(),
        ty,
        optional: false,
        default: String::new(),
    };
    let types = vec![
        TypeDesc::Int,
        TypeDesc::Text,
        TypeDesc::List { item: TEXT },
        TypeDesc::Bool,
        TypeDesc::Record {
            name: "User".to_owned(),
            docs: String::new(),
            fields: vec![field("name", TEXT), field("tags", TEXTS)],
        },
    ];
    Unit {
        name: "main".to_owned(),
        kind: UnitKind::Dot,
        docs: String::new(),
        meaning: String::new(),
        class: Class::Pure,
        uses: Vec::new(),
        narrowed: Vec::new(),
        policies: Default::default(),
        types: TypeTable { types },
        input: USER,
        output: functions[0].result,
        functions,
        entry: FunctionRef(0),
        constants: Vec::new(),
        texts: vec!["a".to_owned()],
        refinements: Vec::new(),
        defaults: Vec::new(),
        calls: Vec::new(),
        natives: Vec::new(),
        mocks: Vec::new(),
        frames: Vec::new(),
        files: Vec::new(),
        sites: Vec::new(),
    }
}

fn function(params: usize, locals: &[TypeRef], result: TypeRef, body: Block) -> Function {
    let takes = vec![Take::Own; params];
    Function { name: "f".to_owned(), takes, locals: locals.to_vec(), result, closure: None, waits: Vec::new(), body }
}

fn local(index: u32) -> Atom {
    Atom::Local(Local(index))
}

fn set(index: u32, op: Op) -> Statement {
    Statement::Let(Local(index), op)
}

fn push(list: u32, item: Atom) -> Op {
    Op::Native(Native::ListPush, vec![TEXT], vec![local(list), item], HERE)
}

/// Compares the counts that the pass places.
fn check(functions: Vec<Function>, expected: Expect) {
    let pinned = vec![FunctionRef(0)];
    let counted =
        insert(Lowered { unit: unit(functions), pinned, callees: Vec::new() }).expect("the counts are balanced");
    let texts = counted.unit().functions.iter().map(|function| function_text(counted.unit(), function));
    expected.assert_eq(&texts.collect::<Vec<_>>().join("\n"));
}

/// Compares why counts that were written by hand are refused; nothing if they are not.
fn check_refused(function: Function, expected: Expect) {
    let refused = check_balance(unit(vec![function])).err().map(|error| error.message).unwrap_or_default();
    expected.assert_eq(&refused);
}

/// Leaves out and repeats each count of a unit's functions in turn: each such unit must be refused.
fn check_mutations(mut unit: Unit) {
    let takes = Takes::of(&unit.functions);
    for index in 0..unit.functions.len() {
        let whole = unit.functions[index].clone();
        for (number, twice) in (0..).flat_map(|number| [(number, false), (number, true)]) {
            if !mutate(&mut unit.functions[index].body, &mut number.clone(), twice) {
                break;
            }
            let refused = balance::check_function(&unit, &takes, index).is_err();
            assert!(refused, "this is not refused:\n{}", function_text(&unit, &unit.functions[index]));
            unit.functions[index] = whole.clone();
        }
    }
}

/// Leaves out or repeats the count of a number; says whether there are so many.
fn mutate(block: &mut Block, left: &mut usize, twice: bool) -> bool {
    for index in 0..block.len() {
        let found = match &mut block[index] {
            Statement::Dup(_) | Statement::Drop(_) => {
                if *left == 0 {
                    if twice {
                        block.insert(index, block[index].clone());
                    } else {
                        block.remove(index);
                    }
                    return true;
                }
                *left -= 1;
                false
            }
            Statement::If(_, then, otherwise) => mutate(then, left, twice) || mutate(otherwise, left, twice),
            Statement::Switch { arms, otherwise, .. } => {
                arms.iter_mut().map(|(_, arm)| arm).chain(otherwise).any(|arm| mutate(arm, left, twice))
            }
            Statement::Labeled(_, inner) | Statement::Loop(_, inner) => mutate(inner, left, twice),
            _ => false,
        };
        if found {
            return true;
        }
    }
    false
}

/// `while more { xs = xs.push("a") }; xs`
fn pushes() -> Function {
    let turn = vec![
        Statement::If(local(1), vec![], vec![Statement::Break(Label(1))]),
        set(2, push(0, Atom::Text(TextRef(0)))),
        set(0, Op::Value(local(2))),
    ];
    let body = vec![set(3, Op::Value(local(0))), Statement::Loop(Label(1), turn), Statement::Return(local(0))];
    // The copy in %3 is not needed: nothing uses it.
    function(2, &[TEXTS, BOOL, TEXTS, TEXTS], TEXTS, body)
}

/// `let old = xs; xs = xs.push("a"); old.len() + xs.len()`
fn keeps_the_old() -> Function {
    let body = vec![
        set(1, Op::Value(local(0))),
        set(2, push(0, Atom::Text(TextRef(0)))),
        set(0, Op::Value(local(2))),
        set(3, Op::Length(Local(1))),
        set(4, Op::Length(Local(0))),
        Statement::Return(local(4)),
    ];
    function(1, &[TEXTS, TEXTS, TEXTS, INT, INT], INT, body)
}

/// Reads fields of a user, and gives one of them.
fn reads_fields() -> Function {
    let body = vec![
        set(1, Op::Field(Local(0), 0, 0)),
        set(2, Op::Field(Local(0), 0, 1)),
        set(3, Op::Length(Local(2))),
        Statement::If(
            local(4),
            vec![Statement::Return(local(1))],
            vec![set(5, Op::Concat(vec![local(1), local(1)])), Statement::Return(local(5))],
        ),
    ];
    function(1, &[USER, TEXT, TEXTS, INT, BOOL, TEXT], TEXT, body)
}

/// Consumes a list on one way and not on the other.
fn branches() -> Function {
    let body = vec![
        Statement::Labeled(
            Label(1),
            vec![
                set(2, Op::Compare(Comparison::Equal, TEXT, local(1), Atom::Text(TextRef(0)))),
                Statement::If(local(2), vec![Statement::Break(Label(1))], vec![]),
                set(3, push(0, local(1))),
                Statement::Return(local(3)),
            ],
        ),
        set(4, Op::Empty(TEXTS, Atom::Int(0))),
        Statement::Return(local(4)),
    ];
    function(2, &[TEXTS, TEXT, BOOL, TEXTS, TEXTS], TEXTS, body)
}

/// Changes an item inside of a record in place.
fn changes_inside() -> Function {
    let body = vec![
        set(1, Op::MakeUnique(local(0))),
        set(2, Op::TakeField(Local(1), 1)),
        set(3, Op::MakeUnique(local(2))),
        Statement::SetItem { list: Local(3), index: Atom::Int(0), value: Atom::Text(TextRef(0)), drop_old: true },
        Statement::SetField { object: Local(1), index: 1, value: local(3), drop_old: false },
        set(0, Op::Value(local(1))),
        Statement::Return(local(0)),
    ];
    function(1, &[USER, USER, TEXTS, TEXTS], USER, body)
}

#[test]
fn a_list_moves_through_a_loop() {
    check(
        vec![pushes()],
        expect![[r#"
        fn f(%0: List<Text> own, %1: Bool own) -> List<Text>
          %3: List<Text> = lent %0
          loop '1
            if %1
            else
              break '1
            %2: List<Text> = List.push<Text>(%0, "a")
            %0: List<Text> = %2
          return %0
    "#]],
    );
}

#[test]
fn a_second_name_makes_a_second_reference() {
    check(
        vec![keeps_the_old()],
        expect![[r#"
        fn f(%0: List<Text> own) -> Int
          dup %0
          %1: List<Text> = %0
          %2: List<Text> = List.push<Text>(%0, "a")
          %0: List<Text> = %2
          %3: Int = length %1
          drop %1
          %4: Int = length %0
          drop %0
          return %4
    "#]],
    );
}

#[test]
fn fields_borrow_while_their_object_lives() {
    check(
        vec![reads_fields()],
        expect![[r#"
        fn f(%0: User own) -> Text
          %1: Text = %0.0
          dup %1
          %2: List<Text> = %0.1
          %3: Int = length %2
          drop %0
          if %4
            return %1
          else
            %5: Text = concat %1, %1
            drop %1
            return %5
    "#]],
    );
}

#[test]
fn what_a_branch_does_not_need_is_dropped_at_its_beginning() {
    check(
        vec![branches()],
        expect![[r#"
        fn f(%0: List<Text> own, %1: Text own) -> List<Text>
          block '1
            %2: Bool = equal<Text> %1, "a"
            if %2
              drop %0
              drop %1
              break '1
            %3: List<Text> = List.push<Text>(%0, %1)
            return %3
          %4: List<Text> = empty 0
          return %4
    "#]],
    );
}

#[test]
fn places_change_without_counts() {
    check(
        vec![changes_inside()],
        expect![[r#"
        fn f(%0: User own) -> User
          %1: User = unique %0
          %2: List<Text> = take %1.1
          %3: List<Text> = unique %2
          %3[0] <- "a"
          %1.1 <= %3
          %0: User = %1
          return %0
    "#]],
    );
}

#[test]
fn parameters_are_borrowed_through_calls() {
    let caller = |callee: u32| {
        let body = vec![set(1, Op::Call(FunctionRef(callee), vec![local(0)])), Statement::Return(local(1))];
        function(1, &[TEXTS, INT], INT, body)
    };
    let length = function(1, &[TEXTS, INT], INT, vec![set(1, Op::Length(Local(0))), Statement::Return(local(1))]);
    check(
        vec![caller(1), caller(2), length],
        expect![[r#"
        fn f(%0: List<Text> own) -> Int
          %1: Int = call @1(%0)
          drop %0
          return %1

        fn f(%0: List<Text> borrow) -> Int
          %1: Int = call @2(%0)
          return %1

        fn f(%0: List<Text> borrow) -> Int
          %1: Int = length %0
          return %1
    "#]],
    );
}

#[test]
fn wrong_counts_are_refused() {
    let returned = |body| function(1, &[TEXTS, TEXTS, BOOL, TEXT], TEXTS, body);
    let ret = |index| Statement::Return(local(index));
    check_refused(returned(vec![ret(0)]), expect![[""]]);
    check_refused(
        returned(vec![Statement::Return(Atom::Unit)]),
        expect![
            "the reference counts of the unit `main` are wrong: in the function `f` the local %0 still owns a reference at a return"
        ],
    );
    check_refused(
        returned(vec![Statement::Drop(Local(0)), ret(0)]),
        expect![
            "the reference counts of the unit `main` are wrong: in the function `f` the local %0 is used when nothing keeps it alive"
        ],
    );
    check_refused(
        returned(vec![set(1, push(0, Atom::Text(TextRef(0)))), ret(0)]),
        expect![
            "the reference counts of the unit `main` are wrong: in the function `f` the local %0 is used when nothing keeps it alive"
        ],
    );
    let borrowed = vec![
        set(3, Op::Item(Local(0), Atom::Int(0))),
        Statement::Drop(Local(0)),
        set(1, Op::Concat(vec![local(3)])),
        ret(1),
    ];
    check_refused(
        returned(borrowed),
        expect![
            "the reference counts of the unit `main` are wrong: in the function `f` the local %3 is used when nothing keeps it alive"
        ],
    );
    let one_way = vec![Statement::If(local(2), vec![Statement::Drop(Local(0))], vec![]), ret(0)];
    check_refused(
        returned(one_way),
        expect![
            "the reference counts of the unit `main` are wrong: in the function `f` the local %0 owns a reference on one way to a place and not on another"
        ],
    );
    let around = vec![Statement::Loop(Label(1), vec![Statement::Dup(Local(0))])];
    check_refused(
        returned(around),
        expect![
            "the reference counts of the unit `main` are wrong: in the function `f` the local %0 owns a reference on one way to a place and not on another"
        ],
    );
    let changed = vec![
        set(3, Op::Item(Local(0), Atom::Int(0))),
        Statement::SetItem { list: Local(0), index: Atom::Int(0), value: Atom::Text(TextRef(0)), drop_old: true },
        set(1, Op::Concat(vec![local(3)])),
        Statement::Drop(Local(1)),
        ret(0),
    ];
    check_refused(
        returned(changed),
        expect![
            "the reference counts of the unit `main` are wrong: in the function `f` the local %3 is used when nothing keeps it alive"
        ],
    );
}

#[test]
fn each_count_matters() {
    for function in [pushes(), keeps_the_old(), reads_fields(), branches(), changes_inside()] {
        let pinned = vec![FunctionRef(0)];
        let counted = insert(Lowered { unit: unit(vec![function]), pinned, callees: Vec::new() })
            .expect("the counts are balanced");
        check_mutations(counted.unit().clone());
    }
}

#[test]
fn each_count_of_real_programs_matters() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/core");
    for entry in std::fs::read_dir(folder).expect("the folder of programs is there") {
        let path = entry.expect("an entry can be read").path();
        if path.extension().is_none_or(|extension| extension != "dot") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("the program can be read");
        let file = SourceFile { name: path.display().to_string(), text: text.into() };
        let program = dot_types::check(file, &NoSources).program.expect("the program is right");
        let lowered = lower(&program, program.dots[0]).expect("the program is lowered");
        check_mutations(insert(lowered).expect("the counts are balanced").unit().clone());
    }
}
