//! Bodies with awaits in their resumable form: what the guards are, and what each frame keeps.

use dot_abi::manifest::{CallSite, Class, Target, UnitKind};
use dot_abi::native::Native;
use dot_abi::types::{Case, Field, TypeDesc, TypeRef, TypeTable};
use expect_test::{Expect, expect};

use crate::core::{
    Atom, Block, CallRef, Function, FunctionRef, Label, Local, Op, Scalar, SiteRef, Statement, Take, Unit,
};
use crate::count;
use crate::lower::Lowered;
use crate::pretty::function_text;

const INT: TypeRef = TypeRef(0);
const TEXT: TypeRef = TypeRef(1);
const BOOL: TypeRef = TypeRef(2);
const TEXTS: TypeRef = TypeRef(3);
const INPUT: TypeRef = TypeRef(4);
const COLOR: TypeRef = TypeRef(5);
const HERE: SiteRef = SiteRef(0);

fn types() -> TypeTable {
    let case = |name: &str| Case { name: name.to_owned(), tag: None, docs: String::new(), fields: Vec::new() };
    let text = Field {
        name: "text".to_owned(),
        rename: None,
        docs: String::new(),
        ty: TEXT,
        optional: false,
        default: String::new(),
    };
    let types = vec![
        TypeDesc::Int,
        TypeDesc::Text,
        TypeDesc::Bool,
        TypeDesc::List { item: TEXT },
        TypeDesc::Record { name: "Input".to_owned(), docs: String::new(), fields: vec![text] },
        TypeDesc::Union {
            name: "Color".to_owned(),
            docs: String::new(),
            is_json: false,
            cases: vec![case("Red"), case("Green"), case("Blue")],
        },
    ];
    TypeTable { types }
}

/// The resumable form of an entry with these locals, and the frames.
fn check(params: usize, locals: &[TypeRef], body: Block, expected: Expect) {
    let takes = vec![Take::Own; params];
    let function = Function {
        name: "main".to_owned(),
        takes,
        locals: locals.to_vec(),
        result: TEXT,
        closure: None,
        waits: Vec::new(),
        body,
    };
    let call = CallSite {
        target: Target::Dot("step".to_owned()),
        input: INPUT,
        output: TEXT,
        taken: TEXT,
        is_try: false,
        number: 0,
        site: 0,
        policies: Default::default(),
    };
    let unit = Unit {
        name: "main".to_owned(),
        kind: UnitKind::Dot,
        docs: String::new(),
        meaning: String::new(),
        class: Class::Pure,
        uses: Vec::new(),
        narrowed: Vec::new(),
        policies: Default::default(),
        types: types(),
        input: INPUT,
        output: TEXT,
        functions: vec![function],
        entry: FunctionRef(0),
        constants: Vec::new(),
        texts: vec!["a".to_owned()],
        refinements: Vec::new(),
        defaults: Vec::new(),
        calls: vec![call],
        natives: Vec::new(),
        mocks: Vec::new(),
        frames: Vec::new(),
        files: Vec::new(),
        sites: Vec::new(),
    };
    let counted = count::insert(Lowered { unit, pinned: vec![FunctionRef(0)], callees: Vec::new() })
        .expect("the counts are balanced");
    let resumable = super::suspend(counted);
    let unit = resumable.unit();
    expected.assert_eq(&function_text(unit, &unit.functions[0]));
}

fn at(index: u32) -> Atom {
    Atom::Local(Local(index))
}

fn set(index: u32, op: Op) -> Statement {
    Statement::Let(Local(index), op)
}

fn start(handle: u32, argument: u32) -> Statement {
    set(handle, Op::Start(CallRef(0), vec![at(argument)]))
}

fn wait(handle: u32) -> Statement {
    Statement::Await(at(handle), HERE)
}

fn take(local: u32, handle: u32) -> Statement {
    set(local, Op::Take(at(handle)))
}

#[test]
fn a_line_keeps_what_is_needed_behind_the_wait() {
    let body = vec![start(2, 0), wait(2), take(3, 2), set(4, Op::Append(at(3), at(1))), Statement::Return(at(4))];
    check(
        2,
        &[TEXT, TEXT, INT, TEXT, TEXT],
        body,
        expect![[r#"
        fn main(%0: Text own, %1: Text own) -> Text
          %5: Bool = enter true 0..0
          if %5
            %2: Int = start step(%0)
          %5: Bool = enter true 0..1
          if %5
            wait 0 %2 [%1, %2]
          %5: Bool = enter true 0..0
          if %5
            %3: Text = take %2
            %4: Text = append %3, %1
            drop %1
            return %4
    "#]],
    );
}

#[test]
fn what_borrows_owns_across_a_wait() {
    let body = vec![
        set(1, Op::Item(Local(0), Atom::Int(0))),
        start(2, 1),
        wait(2),
        Statement::Settle(at(2)),
        Statement::Return(at(1)),
    ];
    check(
        1,
        &[TEXTS, TEXT, INT],
        body,
        expect![[r#"
        fn main(%0: List<Text> own) -> Text
          %3: Bool = enter true 0..0
          if %3
            %1: Text = %0[0]
            dup %1
            drop %0
            dup %1
            %2: Int = start step(%1)
          %3: Bool = enter true 0..1
          if %3
            wait 0 %2 [%1, %2]
          %3: Bool = enter true 0..0
          if %3
            settle %2
            return %1
    "#]],
    );
}

#[test]
fn a_choice_is_taken_again_by_the_wait() {
    let then = vec![start(2, 1), wait(2), take(3, 2)];
    let otherwise = vec![set(3, Op::Value(at(1)))];
    let body = vec![Statement::If(at(0), then, otherwise), Statement::Return(at(3))];
    check(
        2,
        &[BOOL, TEXT, INT, TEXT],
        body,
        expect![[r#"
            fn main(%0: Bool own, %1: Text own) -> Text
              %4: Bool = enter true 0..1
              if %4
                %4: Bool = enter %0 0..1
                if %4
                  %4: Bool = enter true 0..0
                  if %4
                    %2: Int = start step(%1)
                  %4: Bool = enter true 0..1
                  if %4
                    wait 0 %2 [%2]
                  %4: Bool = enter true 0..0
                  if %4
                    %3: Text = take %2
                else
                  %3: Text = %1
              %4: Bool = enter true 0..0
              if %4
                return %3
        "#]],
    );
}

#[test]
fn a_switch_becomes_choices() {
    let arm = |number| {
        vec![set(2, Op::Start(CallRef(0), vec![Atom::Text(crate::core::TextRef(number))])), wait(2), take(3, 2)]
    };
    let arms = vec![(vec![0], arm(0)), (vec![1], vec![set(3, Op::Value(at(1)))])];
    let switch = Statement::Switch { on: Local(0), arms, otherwise: Some(arm(0)) };
    check(
        2,
        &[COLOR, TEXT, INT, TEXT],
        vec![switch, Statement::Return(at(3))],
        expect![[r#"
            fn main(%0: Color own, %1: Text own) -> Text
              %4: Bool = enter true 0..2
              if %4
                %4: Bool = enter true 0..0
                if %4
                  switch %0
                  case Red
                    %5: Int = 0
                  case Green
                    %5: Int = 1
                  otherwise
                    %5: Int = 2
                %6: Bool = equal<Int> %5, 0
                %4: Bool = enter %6 0..1
                if %4
                  %4: Bool = enter true 0..0
                  if %4
                    drop %1
                    %2: Int = start step("a")
                  %4: Bool = enter true 0..1
                  if %4
                    wait 0 %2 [%2]
                  %4: Bool = enter true 0..0
                  if %4
                    %3: Text = take %2
                else
                  %6: Bool = equal<Int> %5, 1
                  %4: Bool = enter %6 0..0
                  if %4
                    %3: Text = %1
                  else
                    %4: Bool = enter true 0..0
                    if %4
                      drop %1
                      %2: Int = start step("a")
                    %4: Bool = enter true 1..2
                    if %4
                      wait 1 %2 [%2]
                    %4: Bool = enter true 0..0
                    if %4
                      %3: Text = take %2
              %4: Bool = enter true 0..0
              if %4
                return %3
        "#]],
    );
}

#[test]
fn a_loop_goes_on_in_its_turn() {
    let (number, enough, text, handle) = (1, 2, 3, 4);
    let over = Op::Compare(crate::core::Comparison::GreaterEqual, INT, at(number), Atom::Int(3));
    let turn = vec![
        set(enough, over),
        Statement::If(at(enough), vec![Statement::Break(Label(0))], Vec::new()),
        start(handle, 0),
        wait(handle),
        take(5, handle),
        set(6, Op::Native(Native::ListPush, vec![TEXT], vec![at(text), at(5)], HERE)),
        set(text, Op::Value(at(6))),
        set(number, Op::Scalar(Scalar::AddInt, at(number), Atom::Int(1), HERE)),
    ];
    let body = vec![
        set(number, Op::Value(Atom::Int(0))),
        set(text, Op::Empty(TEXTS, Atom::Int(3))),
        Statement::Loop(Label(0), turn),
        set(7, Op::Item(Local(text), Atom::Int(0))),
        Statement::Return(at(7)),
    ];
    check(
        1,
        &[TEXT, INT, BOOL, TEXTS, INT, TEXT, TEXTS, TEXT],
        body,
        expect![[r#"
        fn main(%0: Text own) -> Text
          %8: Bool = enter true 0..0
          if %8
            %1: Int = 0
            %3: List<Text> = empty 3
          %8: Bool = enter true 0..1
          if %8
            loop '0
              %8: Bool = enter true 0..0
              if %8
                %2: Bool = greater_equal<Int> %1, 3
                if %2
                  drop %0
                  break '0
                dup %0
                %4: Int = start step(%0)
              %8: Bool = enter true 0..1
              if %8
                wait 0 %4 [%0, %1, %3, %4]
              %8: Bool = enter true 0..0
              if %8
                %5: Text = take %4
                %6: List<Text> = List.push<Text>(%3, %5)
                %3: List<Text> = %6
                %1: Int = add_int %1, 1
          %8: Bool = enter true 0..0
          if %8
            %7: Text = %3[0]
            dup %7
            drop %3
            return %7
    "#]],
    );
}

#[test]
fn waits_within_each_other() {
    let inner = vec![
        Statement::If(at(0), vec![start(3, 1), wait(3), Statement::Settle(at(3)), Statement::Break(Label(1))], vec![]),
        start(3, 2),
        wait(3),
        Statement::Settle(at(3)),
    ];
    let body = vec![
        Statement::Labeled(Label(1), vec![Statement::Loop(Label(2), inner)]),
        start(4, 1),
        wait(4),
        take(5, 4),
        Statement::Return(at(5)),
    ];
    check(
        3,
        &[BOOL, TEXT, TEXT, INT, INT, TEXT],
        body,
        expect![[r#"
        fn main(%0: Bool own, %1: Text own, %2: Text own) -> Text
          %6: Bool = enter true 0..2
          if %6
            block '1
              %6: Bool = enter true 0..2
              if %6
                loop '2
                  %6: Bool = enter true 0..1
                  if %6
                    %6: Bool = enter %0 0..1
                    if %6
                      %6: Bool = enter true 0..0
                      if %6
                        drop %2
                        dup %1
                        %3: Int = start step(%1)
                      %6: Bool = enter true 0..1
                      if %6
                        wait 0 %3 [%1, %3]
                      %6: Bool = enter true 0..0
                      if %6
                        settle %3
                        break '1
                  %6: Bool = enter true 0..0
                  if %6
                    dup %2
                    %3: Int = start step(%2)
                  %6: Bool = enter true 1..2
                  if %6
                    wait 1 %3 [%0, %1, %2, %3]
                  %6: Bool = enter true 0..0
                  if %6
                    settle %3
          %6: Bool = enter true 0..0
          if %6
            %4: Int = start step(%1)
          %6: Bool = enter true 2..3
          if %6
            wait 2 %4 [%4]
          %6: Bool = enter true 0..0
          if %6
            %5: Text = take %4
            return %5
    "#]],
    );
}

#[test]
fn what_waits_for_nothing_stays_as_it_is() {
    check(
        1,
        &[TEXT],
        vec![Statement::Return(at(0))],
        expect![[r#"
        fn main(%0: Text own) -> Text
          return %0
    "#]],
    );
}
