//! Values of blocks and branches, unused results, `?` and `??`, assignments.

use expect_test::expect;

use crate::{check, check_bodies};

#[test]
fn mismatches_say_where_the_type_comes_from() {
    check(
        r#"
fn a() -> Int { "x" }
fn b(n: Int) -> Text { if n > 0 { "yes" } else { n } }
fn c(n: Int) -> Text { match n { 0 => "zero", _ => 1 } }
fn d() -> Int { let x = 1 }
fn e() -> Int { if true { 1 } }
fn g() { 5 }
fn h() -> Int { var x = 1; x = 2 }
fn i() -> Float { let n = 1; n }
fn j(x: Int?) -> Int { x }
fn k() -> Int { while true {} }
fn l() -> Int { while true { break } }
fn m() -> Result<Int, Text> { 5 }
fn n() -> List<Float> { [1, 2.5, "x"] }
fn o() -> (Int, Text) { (1, 2) }
"#,
        expect![[r#"
            E0301 2:17 expected `Int`, found `Text`
            E0301 3:50 expected `Text`, found `Int` | Put it into a text: `"${…}"`.
            E0301 4:52 expected `Text`, found `Int` | Put it into a text: `"${…}"`.
            E0301 5:27 this block ends without a value, and an `Int` is expected | End the block with an expression, which is its value.
            E0324 6:17 this `if` has no `else`, and an `Int` is expected in either case | Add `else { … }` with the other value.
            E0306 7:10 this gives an `Int`, which is not used | Use the result, or drop it with `let _ = …`; if the function is to give it, write `-> Int` behind its parameters.
            E0301 8:34 this block ends without a value, and an `Int` is expected | An assignment has no value: name the variable behind it.
            E0301 9:30 expected `Float`, found `Int` | Write `.to_float()` behind it; a number that is written out may have a point.
            E0301 10:24 expected `Int`, found `Int?` | Say what holds without a value: `?? default`, `?` or `match`.
            E0301 12:38 this block ends without a value, and an `Int` is expected | End the block with an expression, which is its value.
            E0301 13:31 expected `Result<Int, Text>`, found `Int` | Write `Ok(…)` around it.
            E0301 14:34 expected `Float`, found `Text`
            E0301 15:29 expected `Text`, found `Int` | Put it into a text: `"${…}"`.
        "#]],
    );
}

#[test]
fn unused_results() {
    check_bodies(
        "fn g() -> Int { 1 }\n",
        &[
            "g()",
            "1 + 2",
            "var xs = [1]\nxs.push(2)",
            "let xs = [1]\nxs.push(2)",
            "let _ = g()",
            "if true { g() }",
            "match 1 { 1 => g(), _ => 2 }",
            "for x in [1] { g() }",
            "print(1)",
        ],
        expect![[r#"
            g()
                E0306 4:1 this gives an `Int`, which is not used | Use the result, or drop it with `let _ = …`; if the function is to give it, write `-> Int` behind its parameters.
            1 + 2
                E0306 4:1 this gives an `Int`, which is not used | Use the result, or drop it with `let _ = …`; if the function is to give it, write `-> Int` behind its parameters.
            var xs = [1]
            xs.push(2)
                E0306 5:1 this gives a `List<Int>`, which is not used | Values don't change: assign the new one with `xs = …`. ["" => "xs = "]
            let xs = [1]
            xs.push(2)
                E0306 5:1 this gives a `List<Int>`, which is not used | Values don't change: declare `xs` with `var` and assign the new one, or bind it to a name.
            let _ = g()
                fine
            if true { g() }
                E0306 4:11 this gives an `Int`, which is not used | Use the result, or drop it with `let _ = …`; if the function is to give it, write `-> Int` behind its parameters.
            match 1 { 1 => g(), _ => 2 }
                E0306 4:16 this gives an `Int`, which is not used | Use the result, or drop it with `let _ = …`; if the function is to give it, write `-> Int` behind its parameters.
                E0306 4:26 this gives an `Int`, which is not used | Use the result, or drop it with `let _ = …`; if the function is to give it, write `-> Int` behind its parameters.
            for x in [1] { g() }
                E0306 4:16 this gives an `Int`, which is not used | Use the result, or drop it with `let _ = …`; if the function is to give it, write `-> Int` behind its parameters.
            print(1)
                fine
        "#]],
    );
}

#[test]
fn operators() {
    check_bodies(
        "",
        &[
            "print(1 + 2.5)",
            "let n = 1\nlet x = 2.5\nprint(n * x)",
            "print(\"a\" + 1)",
            "print([1] + [\"a\"])",
            "print([1] == \"a\")",
            "print(not 1)",
            "print(-\"a\")",
            "print(1 and true)",
            "print(5s * 2 + 1m)",
            "print(5s / 2s + 1)",
            "print(1 + [2].get(0))",
            "print(1 in [1, 2])",
            "print(\"a\" in [1, 2])",
            "print(\"a\" in \"abc\")",
            "print(1 in 2)",
            "print(1 == None)",
            "let f = (x: Int) => x\nprint(f == f)",
            "print(\"a\"[0])",
            "print({\"a\": 1}[1])",
            "for x in 5 {}",
            "print(99999999999999999999)",
            "print(-9223372036854775808)",
            "print(9223372036854775808)",
            "print(\"${print(1)}\")",
            "print(1..2.5)",
            "var n = 1\nn += 2.5",
            "var n = 1\nn += \"a\"",
            "var t = \"a\"\nt += \"b\"",
            "var x = 1.5\nx *= 2",
            "print(1 ?? 2)",
            "print([1].get(0) ?? \"a\")",
            "print(1?)",
        ],
        expect![[r#"
            print(1 + 2.5)
                fine
            let n = 1
            let x = 2.5
            print(n * x)
                E0304 5:9 `*` does not go between `Int` and `Float` | Numbers don't change their type by themselves: write `.to_float()` behind the `Int`.
            print("a" + 1)
                E0304 3:11 `+` does not go between `Text` and `Int` | Put the value into a text: `"… ${value}"`.
            print([1] + ["a"])
                E0304 3:11 `+` does not go between `List<Int>` and `List<Text>`
            print([1] == "a")
                E0304 3:11 `==` does not go between `List<Int>` and `Text` | Only values of one type can be equal.
            print(not 1)
                E0301 3:11 expected `Bool`, found `Int`
            print(-"a")
                E0304 3:7 `-` does not go in front of `Text`
            print(1 and true)
                E0301 3:7 expected `Bool`, found `Int`
            print(5s * 2 + 1m)
                fine
            print(5s / 2s + 1)
                fine
            print(1 + [2].get(0))
                E0304 3:9 `+` does not go between `Int` and `Int?` | One side may be absent: say what holds then with `?? default`, in parentheses.
            print(1 in [1, 2])
                fine
            print("a" in [1, 2])
                E0301 3:7 expected `Int`, found `Text`
            print("a" in "abc")
                fine
            print(1 in 2)
                E0304 3:12 `in` looks into lists, sets, maps, texts and bytes, and this is an `Int`
            print(1 == None)
                fine
            let f = (x: Int) => x
            print(f == f)
                E0303 4:9 `fn(Int) -> Int` is not data, and what is compared must be data: a function has no equality, order or encoding
            print("a"[0])
                E0323 3:7 `Text` has no indices | `text.get(i)` gives a character as a `Text?`, `text.slice(from, to)` a part.
            print({"a": 1}[1])
                E0301 3:16 expected `Text`, found `Int` | Put it into a text: `"${…}"`.
            for x in 5 {}
                E0311 3:10 `Int` can't be walked | Write a range to count: `0..n`.
            print(99999999999999999999)
                E0104 3:7 the number is too large for 64 bits | Write a smaller one, or a `Float` such as `1e30`.
            print(-9223372036854775808)
                fine
            print(9223372036854775808)
                E0319 3:7 this number is outside of `Int`, which has 64 bits | The largest is 9223372036854775807, the smallest -9223372036854775808.
            print("${print(1)}")
                E0301 3:10 this gives `()`, which is no value to show
            print(1..2.5)
                E0301 3:10 expected `Int`, found `Float` | Write `.to_int()` behind it, which drops what is behind the point.
            var n = 1
            n += 2.5
                E0304 4:3 `+` does not go between `Int` and `Float` | Numbers don't change their type by themselves: write `.to_float()` behind the `Int`.
            var n = 1
            n += "a"
                E0304 4:3 `+` does not go between `Int` and `Text` | Put the value into a text: `"… ${value}"`.
            var t = "a"
            t += "b"
                fine
            var x = 1.5
            x *= 2
                fine
            print(1 ?? 2)
                E0331 3:7 `??` says what holds without a value, and `Int` always has one | Leave `??` and what follows it out.
            print([1].get(0) ?? "a")
                E0301 3:21 expected `Int`, found `Text`
            print(1?)
                E0317 3:7 `?` takes the value out of an option or a `Result`, and this is an `Int` | Leave the `?` out.
        "#]],
    );
}

#[test]
fn question_marks() {
    check(
        r#"
fn a(x: Int?) -> Int { x? }
fn b(x: Result<Int, Text>) -> Int? { x? }
fn c(x: Int?) -> Result<Int, Text> { Ok(x?) }
fn d(x: Result<Int, Int>) -> Result<Int, Text> { Ok(x?) }
fn e(x: Result<Int, Text>) -> Result<Text, Text?> { Ok("${x?}") }
let k = [1].get(0)?
"#,
        expect![[r#"
            E0317 2:24 `?` may return `None` here, and the result is `Int` | Let the function give an option, or use `??` or `match`.
            E0317 3:38 `?` may return an `Err` here, and the result is `Int?` | Turn the `Result` into an option first: `.ok()?`.
            E0317 4:41 `?` may return `None` here, and the result is `Result<Int, Text>` | Turn the option into a `Result` first: `.ok_or(error)?`.
            E0317 5:53 `?` would return an error of type `Int`, and the function's errors are `Text` | Convert it first: `.map_err(error => …)?`.
            E0333 7:9 there is no function here that could return | Constants, defaults and conditions are single expressions; move this into a `fn` and call it.
        "#]],
    );
}

#[test]
fn assignments() {
    check_bodies(
        "type P = { x: Int, t: (Int, Int) }\nlet k = 1\n",
        &[
            "k = 2",
            "var p = P { x: 1, t: (1, 2) }\np.y = 2",
            "var p = P { x: 1, t: (1, 2) }\np.t.0 = 2",
            "var p = P { x: 1, t: (1, 2) }\nprint(p.t.0 + p.t.1)\np.x = \"a\"",
            "var t = \"a\"\nt[0] = \"b\"",
            "f() = 2",
            "var (a, b) = (1, 2)\n(a, b) = (b, \"x\")",
            "var b = \"a\".to_bytes()\nb[0] = 3",
        ],
        expect![[r#"
            k = 2
                E0325 5:1 `k` is declared at the top level and never changes | Only variables of a function can be assigned: `var name = …` in its body.
            var p = P { x: 1, t: (1, 2) }
            p.y = 2
                E0210 6:3 `P` has no field `y` | Its fields are `x` and `t`.
            var p = P { x: 1, t: (1, 2) }
            p.t.0 = 2
                E0111 6:5 expected the name of a field, but found a number | Take the tuple apart: `let (a, b) = pair`.
            var p = P { x: 1, t: (1, 2) }
            print(p.t.0 + p.t.1)
            p.x = "a"
                E0312 6:1 the argument `value` of `print` is missing
                E0111 6:11 expected the name of a field, but found a number | Take the tuple apart: `let (a, b) = pair`.
            var t = "a"
            t[0] = "b"
                E0323 6:1 `Text` has no indices | `text.get(i)` gives a character as a `Text?`, `text.slice(from, to)` a part.
            f() = 2
                E0117 5:1 this is a value, and only a variable, a field or an element can be assigned to | To compare, write `==`; to bind a name, write `let name = …`.
            var (a, b) = (1, 2)
            (a, b) = (b, "x")
                E0301 6:14 expected `Int`, found `Text`
            var b = "a".to_bytes()
            b[0] = 3
                E0325 6:1 single bytes can't be assigned | Build the bytes with `Bytes.from(list)`.
        "#]],
    );
}

#[test]
fn leaving() {
    check(
        r#"
fn f(x: Int?) -> Int {
  break
  let Some(y) = x else { print("none") }
  let Some(z) = x
  y + z
}
let c = { return 1 }
fn g(x: Int = return 2) -> Int { x }
"#,
        expect![[r#"
            E0332 3:3 `break` stands outside of a loop | Lambdas and comprehensions are no part of the loop around them.
            E0334 4:24 the block behind `else` goes on, and the names of the pattern would have no values | End it with `return`, `break`, `continue` or `fail`.
            E0333 8:11 there is no function here that could return | Constants, defaults and conditions are single expressions; move this into a `fn` and call it.
            E0333 9:15 there is no function here that could return | Constants, defaults and conditions are single expressions; move this into a `fn` and call it.
        "#]],
    );
}
