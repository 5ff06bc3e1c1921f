//! Matches as data: the type, the arms, and what is said about them.

mod random;

use std::sync::Arc;

use dot_syntax::{FileId, Span, Symbol};
use expect_test::{Expect, expect};

use super::{Report, TooLarge, check_match};
use crate::program::{Case, Field, LocalId, Pattern, PatternKind, Type, TypeDef, TypeId, TypeKind};

/// `type Payment = Card(number: Text, cvc: Text?) | Transfer(iban: Text) | Cash`
const PAYMENT: u32 = 0;
/// `type User = { name: Text, email: Text?, admin: Bool }`
const USER: u32 = 1;
/// `type Flag = Bool where …`
const FLAG: u32 = 2;
/// `type Tree<T> = Leaf | Node(Tree<T>, T?, Tree<T>)`
const TREE: u32 = 3;
/// `type Only = Only(Bool)`
const ONLY: u32 = 4;

fn named(id: u32) -> Type {
    Type::Named(TypeId(id), Arc::new([]))
}

fn option(ty: Type) -> Type {
    Type::Option(Arc::new(ty))
}

fn field(name: &str, ty: Type) -> Field {
    Field { name: Symbol::new(name), rename: None, docs: "".into(), ty, default: None }
}

fn case_def(name: &str, fields: Vec<Field>) -> Case {
    Case { name: Symbol::new(name), tag: None, docs: "".into(), fields }
}

fn types() -> Vec<TypeDef> {
    let payment = vec![
        case_def("Card", vec![field("number", Type::Text), field("cvc", option(Type::Text))]),
        case_def("Transfer", vec![field("iban", Type::Text)]),
        case_def("Cash", vec![]),
    ];
    let user = vec![field("name", Type::Text), field("email", option(Type::Text)), field("admin", Type::Bool)];
    let flag = TypeKind::Refined { base: Type::Bool, condition: crate::program::FunctionId(0), source: "".into() };
    let subtree = Type::Named(TypeId(TREE), Arc::new([Type::Param(0)]));
    let node = vec![field("_0", subtree.clone()), field("_1", option(Type::Param(0))), field("_2", subtree)];
    let tree = vec![case_def("Leaf", vec![]), case_def("Node", node)];
    let only = vec![case_def("Only", vec![field("_0", Type::Bool)])];
    let kinds = [
        ("Payment", TypeKind::Union(payment)),
        ("User", TypeKind::Record(user)),
        ("Flag", flag),
        ("Tree", TypeKind::Union(tree)),
        ("Only", TypeKind::Union(only)),
    ];
    let define = |(name, kind): (&str, TypeKind)| TypeDef {
        name: name.into(),
        docs: "".into(),
        generics: vec![],
        kind,
        span: Span::default(),
    };
    kinds.into_iter().map(define).collect()
}

fn pattern(kind: PatternKind) -> Pattern {
    Pattern { kind, ty: Type::Never, span: Span::default() }
}

/// A pattern with a place that reports can name.
fn at(place: usize, pattern: Pattern) -> Pattern {
    Pattern { span: Span::new(FileId(0), place, place + 1), ..pattern }
}

fn any() -> Pattern {
    pattern(PatternKind::Wildcard)
}

fn bind() -> Pattern {
    pattern(PatternKind::Bind(LocalId(0)))
}

fn yes() -> Pattern {
    pattern(PatternKind::Bool(true))
}

fn no() -> Pattern {
    pattern(PatternKind::Bool(false))
}

fn int(value: i64) -> Pattern {
    pattern(PatternKind::Int(value))
}

fn float(value: f64) -> Pattern {
    pattern(PatternKind::Float(value))
}

fn text(value: &str) -> Pattern {
    pattern(PatternKind::Text(value.into()))
}

fn none() -> Pattern {
    pattern(PatternKind::None)
}

fn some(inner: Pattern) -> Pattern {
    pattern(PatternKind::Some(Box::new(inner)))
}

fn tuple<const N: usize>(parts: [Pattern; N]) -> Pattern {
    pattern(PatternKind::Tuple(parts.into()))
}

fn record<const N: usize>(fields: [(usize, Pattern); N]) -> Pattern {
    pattern(PatternKind::Record(fields.into()))
}

fn case<const N: usize>(index: usize, fields: [(usize, Pattern); N]) -> Pattern {
    pattern(PatternKind::Case(index, fields.into()))
}

fn or<const N: usize>(alternatives: [Pattern; N]) -> Pattern {
    pattern(PatternKind::Or(alternatives.into()))
}

fn report(subject: &Type, arms: &[(Pattern, bool)]) -> Result<Report, TooLarge> {
    let arms: Vec<(&Pattern, bool)> = arms.iter().map(|(pattern, guard)| (pattern, *guard)).collect();
    check_match(&types(), subject, &arms)
}

/// Arms without guards.
fn check<const N: usize>(subject: Type, arms: [Pattern; N], expect: Expect) {
    check_guarded(subject, arms.map(|pattern| (pattern, false)), expect);
}

fn check_guarded<const N: usize>(subject: Type, arms: [(Pattern, bool); N], expect: Expect) {
    let text = match report(&subject, &arms) {
        Err(TooLarge) => "too large".to_owned(),
        Ok(Report { missing, more, unreachable, redundant }) => {
            let mut parts = Vec::new();
            if !missing.is_empty() {
                parts.push(format!("missing {}{}", missing.join(" | "), if more { " | …" } else { "" }));
            }
            if !unreachable.is_empty() {
                parts.push(format!("unreachable {unreachable:?}"));
            }
            if !redundant.is_empty() {
                parts.push(format!("redundant {:?}", redundant.iter().map(|span| span.start).collect::<Vec<_>>()));
            }
            if parts.is_empty() { "complete".to_owned() } else { parts.join(", ") }
        }
    };
    expect.assert_eq(&text);
}

#[test]
fn booleans() {
    check(Type::Bool, [yes(), no()], expect!["complete"]);
    check(Type::Bool, [no()], expect!["missing true"]);
    check(Type::Bool, [], expect!["missing _"]);
    check(Type::Bool, [yes(), no(), any()], expect!["unreachable [2]"]);
    check(named(FLAG), [yes()], expect!["missing false"]);
    check(Type::Never, [], expect!["complete"]);
}

#[test]
fn literals_need_a_rest() {
    check(Type::Int, [int(0), int(1)], expect!["missing _"]);
    check(Type::Int, [int(0), int(0), any()], expect!["unreachable [1]"]);
    check(Type::Text, [text("a"), bind()], expect!["complete"]);
    check(Type::Text, [bind(), text("a")], expect!["unreachable [1]"]);
    check(Type::Float, [float(0.0), float(-0.0), any()], expect!["unreachable [1]"]);
}

#[test]
fn options() {
    let ty = || option(option(Type::Bool));
    check(ty(), [none(), some(none())], expect!["missing Some(Some(_))"]);
    check(ty(), [some(some(yes())), none()], expect!["missing Some(Some(false)) | Some(None)"]);
    check(ty(), [some(any())], expect!["missing None"]);
}

#[test]
fn unions() {
    let payment = || named(PAYMENT);
    check(payment(), [case(2, [])], expect!["missing Card(..) | Transfer(_)"]);
    check(payment(), [case(0, []), case(1, []), case(2, [])], expect!["complete"]);
    check(
        payment(),
        [case(0, [(1, none())]), or([case(1, []), case(2, [])])],
        expect!["missing Card(cvc: Some(_), ..)"],
    );
    check(payment(), [case(0, []), case(0, [(1, none())]), any()], expect!["unreachable [1]"]);
    check(payment(), [case(1, [(0, text("x"))]), case(0, []), case(2, [])], expect!["missing Transfer(_)"]);
}

#[test]
fn records_and_tuples() {
    check(named(USER), [record([(0, bind())])], expect!["complete"]);
    check(named(USER), [record([(1, none())])], expect!["missing User { email: Some(_), .. }"]);
    check(
        named(USER),
        [record([(1, none()), (2, yes())]), record([(2, no())])],
        expect!["missing User { email: Some(_), admin: true, .. }"],
    );
    let pair = || Type::Tuple(Arc::new([Type::Bool, option(Type::Int)]));
    check(pair(), [tuple([yes(), any()])], expect!["missing (false, _)"]);
    check(pair(), [tuple([yes(), any()]), tuple([any(), none()])], expect!["missing (false, Some(_))"]);
    check(
        pair(),
        [tuple([any(), some(int(1))]), tuple([yes(), none()])],
        expect!["missing (false, None) | (_, Some(_))"],
    );
    check(Type::Unit, [tuple([])], expect!["complete"]);
}

#[test]
fn guards_do_not_cover() {
    check_guarded(Type::Bool, [(any(), true)], expect!["missing _"]);
    check_guarded(Type::Bool, [(any(), true), (yes(), false), (no(), false)], expect!["complete"]);
    check_guarded(Type::Bool, [(any(), false), (yes(), true)], expect!["unreachable [1]"]);
    check_guarded(Type::Bool, [(yes(), true), (yes(), true), (any(), false)], expect!["complete"]);
}

#[test]
fn alternatives() {
    check(Type::Bool, [or([yes(), no()])], expect!["complete"]);
    check(Type::Int, [or([int(1), at(7, int(1))]), any()], expect!["redundant [7]"]);
    check(Type::Int, [or([any(), at(7, int(1))])], expect!["redundant [7]"]);
    check(Type::Int, [int(1), or([at(7, int(1)), int(2)]), any()], expect!["redundant [7]"]);
    check(Type::Int, [int(1), or([int(1), int(1)]), any()], expect!["unreachable [1]"]);
    let pair = Type::Tuple(Arc::new([option(Type::Bool), Type::Bool]));
    check(
        pair,
        [tuple([some(or([yes(), no()])), yes()]), tuple([or([none(), some(any())]), or([at(7, yes()), no()])])],
        expect!["complete"],
    );
}

#[test]
fn alternatives_of_tuples_keep_their_places() {
    let pair = Type::Tuple(Arc::new([Type::Bool, Type::Tuple(Arc::new([Type::Bool, Type::Bool]))]));
    check(
        pair,
        [tuple([any(), or([tuple([yes(), any()]), tuple([any(), yes()])])]), tuple([no(), any()])],
        expect!["missing (true, (false, false))"],
    );
}

#[test]
fn recursive_generics() {
    let tree = || Type::Named(TypeId(TREE), Arc::new([Type::Bool]));
    check(tree(), [case(0, []), case(1, [(0, case(0, []))])], expect!["missing Node(Node(..), _, _)"]);
    check(
        tree(),
        [case(0, []), case(1, [(1, some(yes()))]), case(1, [(1, none())])],
        expect!["missing Node(_, Some(false), _)"],
    );
}

#[test]
fn a_handful_of_witnesses() {
    let bools: Vec<Type> = vec![Type::Bool; 4];
    check(
        Type::Tuple(bools.into()),
        [tuple([yes(), yes(), yes(), yes()]), tuple([no(), no(), no(), no()]), tuple([yes(), no(), yes(), no()])],
        expect![
            "missing (false, false, false, true) | (false, false, true, _) | (false, true, _, _) | (true, false, true, true) | (true, false, false, _) | …"
        ],
    );
}

#[test]
fn work_is_bounded() {
    // Row i asks parts i and i + 1 of a tuple: every place that is picked doubles the tree.
    let width = 40;
    let rows = (0..width - 1).flat_map(|row| {
        [(true, true), (false, false)].map(|(a, b)| {
            let part = |index| match index {
                index if index == row => pattern(PatternKind::Bool(a)),
                index if index == (row * 7 + 3) % width => pattern(PatternKind::Bool(b)),
                _ => any(),
            };
            (pattern(PatternKind::Tuple((0..width).map(part).collect())), true)
        })
    });
    let ty = Type::Tuple(vec![Type::Bool; width].into());
    assert_eq!(report(&ty, &rows.collect::<Vec<_>>()), Err(TooLarge));
}

#[test]
fn many_literals_are_quick() {
    let arms: Vec<(Pattern, bool)> = (0..50_000).map(|number| (int(number), false)).chain([(any(), false)]).collect();
    assert_eq!(report(&Type::Int, &arms), Ok(Report::default()));
}

#[test]
fn one_pattern_for_every_value() {
    check(Type::Int, [bind()], expect!["complete"]);
    check(named(ONLY), [case(0, [(0, bind())])], expect!["complete"]);
    check(named(ONLY), [case(0, [(0, yes())])], expect!["missing Only(false)"]);
    check(named(ONLY), [case(0, [(0, or([yes(), no()]))])], expect!["complete"]);
    check(Type::Tuple(Arc::new([Type::Int, Type::Int])), [tuple([bind(), any()])], expect!["complete"]);
}

#[test]
fn patterns_of_a_wrong_shape_are_harmless() {
    check(Type::Int, [case(9, [(3, any())]), tuple([any()]), record([(5, yes())])], expect!["unreachable [2]"]);
    check(named(PAYMENT), [case(9, [(3, yes())])], expect!["missing Card(..) | Transfer(_) | Cash"]);
}
