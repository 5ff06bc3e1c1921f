//! Calls, construction, lambdas.

use expect_test::expect;

use crate::{check, check_bodies};

#[test]
fn arguments() {
    check_bodies(
        "fn area(width: Int, height: Int = 1) -> Int { width * height }\n",
        &[
            "print(area(1, 2))",
            "print(area())",
            "print(area(1, 2, 3))",
            "print(area(1, heigth: 2))",
            "print(area(1, width: 2))",
            "print(area(height: 2))",
            "print(area(\"1\"))",
            "let g = area\nprint(g(1, 2))",
            "let g = (a: Int) => a\nprint(g(1, 2))",
            "let g = (a: Int) => a\nprint(g(a: 1))",
            "let n = 1\nprint(n(2))",
            "print([1].map((a, b) => a))",
            "print([(1, 2)].map((a, b, c) => a))",
            "print([1].map(() => 1))",
            "print(area<Int>(1))",
            "let f = x => x + 1",
            "let f = x => x",
            "print([(1, 2)].map((a, a) => a))",
        ],
        expect![[r#"
            print(area(1, 2))
                fine
            print(area())
                E0312 4:7 the argument `width` of `area` is missing
            print(area(1, 2, 3))
                E0312 4:18 `area` takes 2 arguments, and here are 3
            print(area(1, heigth: 2))
                E0313 4:15 `area` has no parameter `heigth` | Did you mean `height`? ["heigth" => "height"]
            print(area(1, width: 2))
                E0314 4:22 the argument `width` is given twice
            print(area(height: 2))
                E0312 4:7 the argument `width` of `area` is missing
            print(area("1"))
                E0301 4:12 expected `Int`, found `Text`
            let g = area
            print(g(1, 2))
                fine
            let g = (a: Int) => a
            print(g(1, 2))
                E0312 5:7 the function takes 1 argument, and here are 2
            let g = (a: Int) => a
            print(g(a: 1))
                E0313 5:9 a function value has no parameter names, so `a` can't be given by name | Give the arguments by position.
            let n = 1
            print(n(2))
                E0310 5:7 `Int` is no function and can't be called
            print([1].map((a, b) => a))
                E0330 4:15 a function of one `Int` is expected, and this one has 2 parameters | Several parameters take the parts of a tuple of that size.
            print([(1, 2)].map((a, b, c) => a))
                E0330 4:20 a function of one `(Int, Int)` is expected, and this one has 3 parameters | Several parameters take the parts of a tuple of that size.
            print([1].map(() => 1))
                E0330 4:15 a function of 1 parameter is expected, and this one has 0
            print(area<Int>(1))
                E0302 4:7 `area` takes no type arguments, and here are 1
            let f = x => x + 1
                fine
            let f = x => x
                E0305 4:9 the type can't be known from what stands here | Write the type: behind the name (`let xs: List<Int> = []`), or at the lambda's parameter (`(x: Int) => …`).
            print([(1, 2)].map((a, a) => a))
                E0410 4:24 the pattern binds `a` twice | Give one of them another name, and compare them in a guard (`if a == b`) if they must be equal.
        "#]],
    );
}

#[test]
fn construction() {
    check_bodies(
        "type User = { id: Int, name: Text }\ntype Payment = | Card(number: Text, cvc: Text) | Pair(Int, Int) | Cash\n",
        &[
            "let u = User { id: 1 }",
            "let u = User { id: 1, id: 2, name: \"\" }",
            "let u = User { id: \"1\", name: \"\" }",
            "let u = { id: 1, name: \"\" }",
            "let u = { x: 1 }",
            "let name = \"n\"\nlet u: User = { id: 1, name }\nprint(User { ..u, id: 3 })",
            "let c = Card(\"1\", \"2\")",
            "let number = \"1\"\nlet cvc = \"2\"\nlet c = Card(cvc, number)",
            "let c = Card(cvc: \"2\")",
            "let c = Card",
            "let c = Cash()",
            "let c = Cash(1)",
            "let c = Pair(1, 2)\nprint(c)",
            "let c = Pair(1)",
            "let r = Err(\"x\")",
            "let o = None",
            "let xs = []",
            "let m = {}",
            "let s: Int = {}",
            "let u = User {}",
        ],
        expect![[r#"
            let u = User { id: 1 }
                E0315 5:9 the field `name` of `User` is missing
            let u = User { id: 1, id: 2, name: "" }
                E0316 5:23 the field `id` is given twice | Remove one of them.
            let u = User { id: "1", name: "" }
                E0301 5:20 expected `Int`, found `Text`
            let u = { id: 1, name: "" }
                E0328 5:9 nothing here says of which type this record is | Write the type in front: `User { … }`. ["" => "User "]
            let u = { x: 1 }
                E0328 5:9 nothing here says of which type this record is | Write the type in front of the brace.
            let name = "n"
            let u: User = { id: 1, name }
            print(User { ..u, id: 3 })
                fine
            let c = Card("1", "2")
                fine
            let number = "1"
            let cvc = "2"
            let c = Card(cvc, number)
                E0329 7:14 `cvc` stands in the place of the field `number`, and is the name of another field | Write the field in front: `number: cvc`.
                E0329 7:19 `number` stands in the place of the field `cvc`, and is the name of another field | Write the field in front: `cvc: number`.
            let c = Card(cvc: "2")
                E0312 5:9 the argument `number` of `Card` is missing
            let c = Card
                E0315 5:9 the case `Card` has fields, which are missing here | Write `Card(number: …, cvc: …)`.
            let c = Cash()
                fine
            let c = Cash(1)
                E0312 5:9 the case `Cash` has no fields | Leave the parentheses out.
            let c = Pair(1, 2)
            print(c)
                fine
            let c = Pair(1)
                E0312 5:9 `Pair` takes 1 argument more
            let r = Err("x")
                E0305 5:5 the type can't be known from what stands here | Write the type: behind the name (`let xs: List<Int> = []`), or at the lambda's parameter (`(x: Int) => …`).
            let o = None
                E0305 5:5 the type can't be known from what stands here | Write the type: behind the name (`let xs: List<Int> = []`), or at the lambda's parameter (`(x: Int) => …`).
            let xs = []
                E0305 5:5 the type can't be known from what stands here | Write the type: behind the name (`let xs: List<Int> = []`), or at the lambda's parameter (`(x: Int) => …`).
            let m = {}
                E0305 5:9 `{}` is empty of the type that is expected, and nothing here expects one | Write the type: `let counts: Map<Text, Int> = {}`.
            let s: Int = {}
                E0301 5:14 expected `Int`, which has no empty value `{}`
            let u = User {}
                E0315 5:9 the fields `id` and `name` of `User` are missing
        "#]],
    );
}

#[test]
fn captures() {
    check(
        r#"
fn f() -> Int {
  var total = 0
  let ys = [1, 2].map(x => { total += x; total })
  let inner = [1].map(x => { var own = x; own += 1; own })
  for y in ys { total += y }
  let stop = [1].map(x => { break })
  let go = [{ continue } for x in ys]
  let k = 1
  k = 2
  total + inner[0]
}
fn g(n: Int) { n += 1; for i in 0..3 { i = 2 } }
"#,
        expect![[r#"
            E0309 4:30 `total` can't be assigned in a lambda, which has a copy of its value | Use a `for` loop, or let the lambda give the new value.
            E0332 7:29 `break` stands outside of a loop | Lambdas and comprehensions are no part of the loop around them.
            E0332 8:15 `continue` stands outside of a loop | Lambdas and comprehensions are no part of the loop around them.
            E0308 10:3 `k` can't be assigned: it was not declared with `var` | Declare it with `var`. ["let" => "var"]
            E0308 13:16 `n` can't be assigned: it was not declared with `var` | Copy it into a variable first: `var copy = n`.
            E0308 13:40 `i` can't be assigned: it was not declared with `var` | Copy it into a variable first: `var copy = i`.
        "#]],
    );
}

#[test]
fn returns_of_lambdas_are_their_own() {
    check(
        r#"
fn f(xs: List<Int>) -> Text {
  let a = xs.map(x => { if x > 3 { return "big" }; "small" })
  let b = xs.map(x => xs.get(x)? + 1)
  let c = xs.filter(x => { return x })
  a[0]
}
"#,
        expect![[r#"
            E0301 5:35 expected `Bool`, found `Int`
        "#]],
    );
}
