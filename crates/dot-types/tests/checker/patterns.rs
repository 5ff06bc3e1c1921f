//! Patterns and `match`.

use expect_test::expect;

use crate::check;

const HEAD: &str = r#"
type Shape = | Circle(radius: Float) | Box(width: Float, height: Float) | Point
type User = { id: Int, name: Text }
"#;

fn arms(arms: &str, expected: expect_test::Expect) {
    let source = format!("{HEAD}fn f(s: Shape, u: User, o: Int?, t: (Int, Text), n: Int) -> Int {{\n  {arms}\n}}\n");
    check(&source, expected);
}

#[test]
fn exhaustive() {
    arms(
        "match s { Circle(_) => 1, Point => 2 }",
        expect![[r#"
        E0401 5:9 this match does not cover `Box(..)` | Add an arm `Box(..) => …`.
    "#]],
    );
    arms(
        "match n { 1 => 1, _ => 2, 3 => 4 }",
        expect![[r#"
        E0402 5:29 this arm is never taken: the arms before it match all that it matches | Remove the arm, or move it before the one that hides it.
    "#]],
    );
}

#[test]
fn alternatives_of_tuples_cover_what_their_parts_leave() {
    check(
        r#"
fn f(pair: (Int?, Int?)) -> Int {
  match pair {
    (None, None) => 0
    (Some(a), Some(b)) => a + b
    (Some(_), _) | (_, Some(_)) => 1
  }
}
fn g(pair: (Int?, Bool)) -> Int { match pair { (None, true) => 0, (Some(_), true) | (None, false) => 1 } }
"#,
        expect![[r#"
            E0401 9:41 this match does not cover `(Some(_), false)` | Add an arm `(Some(_), false) => …`.
        "#]],
    );
}

#[test]
fn shapes_of_patterns() {
    arms(
        "match s { Circle => 1, Box(w) => 2, Point(x) => 3 }",
        expect![[r#"
        E0414 5:13 the case `Circle` has fields, and the pattern says nothing of them | Write `Circle(..)` to match it whatever they are. ["" => "(..)"]
        E0414 5:26 the field `height` of `Box` is left out | End the pattern with `..` to match them whatever they are.
        E0414 5:45 `Point` has no fields, and the pattern has 1
    "#]],
    );
    arms(
        "match s { Circle(r, x) => 1, Box(width: w, hight: h) => 2, _ => 3 }",
        expect![[r#"
        E0414 5:23 `Circle` has 1 field, and the pattern has 2
        E0414 5:32 the field `height` of `Box` is left out | End the pattern with `..` to match them whatever they are.
        E0210 5:46 `Box` has no field `hight` | Did you mean `height`? ["hight" => "height"]
    "#]],
    );
    arms(
        "match s { Box(height, width) => 1, _ => 2 }",
        expect![[r#"
        E0329 5:17 `height` stands in the place of the field `width`, and is the name of another field | Write the field in front: `width: height`.
        E0329 5:25 `width` stands in the place of the field `height`, and is the name of another field | Write the field in front: `height: width`.
    "#]],
    );
    arms(
        "match s { Box(width: w, width: v, ..) => 1, _ => 2 }",
        expect![[r#"
        E0414 5:34 the pattern names the field `width` twice
    "#]],
    );
    arms(
        "match s { Squircle => 1, _ => 2 }",
        expect![[r#"
        E0211 5:13 `Shape` has no case `Squircle` | Did you mean `Circle`? ["Squircle" => "Circle"]
    "#]],
    );
    arms(
        "match u { User { id } => id }",
        expect![[r#"
        E0414 5:13 the field `name` of `User` is left out | End the pattern with `..` to match them whatever they are.
    "#]],
    );
    arms(
        "match u { { id, .. } => id }",
        expect![[r#"
        f(s: Shape, u: User, o: Int?, t: (Int, Text), n: Int) -> Int { id: Int }
        f.o.default() -> Int?
    "#]],
    );
    arms(
        "match o { 1 => 1, _ => 2 }",
        expect![[r#"
        E0413 5:13 the value may be absent (it is of type `Int?`), and the pattern is a value | Write `Some(1)`. ["1" => "Some(1)"]
    "#]],
    );
    arms(
        "match o { Some(x) => x, None => 2 }",
        expect![[r#"
        f(s: Shape, u: User, o: Int?, t: (Int, Text), n: Int) -> Int { x: Int }
        f.o.default() -> Int?
    "#]],
    );
    arms(
        "match o { Some => 1, None() => 2 }",
        expect![[r#"
        E0414 5:13 the pattern is `Some(pattern)`
        E0414 5:24 the pattern is `None`, without parts
    "#]],
    );
    arms(
        "match t { (a, b, c) => 1 }",
        expect![[r#"
        E0413 5:13 the pattern is a tuple of 3 parts, and the value is of type `(Int, Text)`
    "#]],
    );
    arms(
        "match t { (1, \"x\") => 1, (a, _) => a }",
        expect![[r#"
        f(s: Shape, u: User, o: Int?, t: (Int, Text), n: Int) -> Int { a: Int }
        f.o.default() -> Int?
    "#]],
    );
    arms(
        "match n { \"a\" => 1, _ => 2 }",
        expect![[r#"
            E0301 5:13 expected `Int`, found `Text`
        "#]],
    );
    arms(
        "match n { Circle(_) => 1, _ => 2 }",
        expect![[r#"
        E0413 5:13 `Circle` is a case of `Shape`, and the value is of type `Int`
    "#]],
    );
    arms(
        "match n { Some(_) => 1, _ => 2 }",
        expect![[r#"
        E0413 5:13 `Some` matches options, and the value is of type `Int`
    "#]],
    );
    arms(
        "match n { User { .. } => 1, _ => 2 }",
        expect![[r#"
            E0413 5:13 the pattern is an `User`, and the value is of type `Int`
        "#]],
    );
    arms(
        "match n { }",
        expect![[r#"
        E0335 5:3 this `match` has no arms | Add `pattern => value` for what may come.
    "#]],
    );
}

#[test]
fn alternatives() {
    arms(
        "match t { (1, x) | (_, x) => x.len() }",
        expect![[r#"
        f(s: Shape, u: User, o: Int?, t: (Int, Text), n: Int) -> Int { x: Text }
        f.o.default() -> Int?
    "#]],
    );
    arms(
        "match t { (1, x) | (y, _) => 1 }",
        expect![[r#"
        E0411 5:22 this alternative does not bind `x`, and all must bind the same names
        E0411 5:23 `y` is not bound by the first alternative, and all must bind the same names
    "#]],
    );
    arms(
        "match t { (x, x) => 1 }",
        expect![[r#"
        E0410 5:17 the pattern binds `x` twice | Give one of them another name, and compare them in a guard (`if a == b`) if they must be equal.
    "#]],
    );
    arms(
        "match t { (x, _) | (_, x) => 1 }",
        expect![[r#"
            E0411 5:26 `x` is a `Text` in this alternative and an `Int` in the first
        "#]],
    );
    arms(
        "match s { Circle(r) | Box(r, _) => r.to_int(), Point => 0 }",
        expect![[r#"
        f(s: Shape, u: User, o: Int?, t: (Int, Text), n: Int) -> Int { r: Float }
        f.o.default() -> Int?
    "#]],
    );
}

#[test]
fn is_only_asks() {
    arms(
        "if s is Circle(_) and o is Some(1) { 1 } else { 2 }",
        expect![[r#"
        f(s: Shape, u: User, o: Int?, t: (Int, Text), n: Int) -> Int
        f.o.default() -> Int?
    "#]],
    );
    arms(
        "if s is Circle(r) { 1 } else { 2 }",
        expect![[r#"
        E0412 5:18 `is` only asks and can't bind `r` | Write `_` here, or use `match` or `let … else` to have the value.
    "#]],
    );
}
