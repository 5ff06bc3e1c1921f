//! E02xx.

use expect_test::expect;

use crate::{check, check_bodies};

#[test]
fn unknown_names_have_near_ones() {
    check_bodies(
        "type User = { name: Text }\ntype Color = Red | Green\nlet limit = 3\n",
        &[
            "let count = 1\nprint(cuont)",
            "print(limt)",
            "println(1)",
            "let a = null_thing",
            "let x: Integer = 1",
            "let x: string = \"\"",
            "let x: Usr = User { name: \"\" }",
            "let x: Red = Red",
            "print(Color.Gren)",
            "print([1].append(2))",
            "print([1].size())",
            "print(\"\".toUpperCase())",
            "[1].forEach(x => print(x))",
            "print([1].includes(2))",
            "print([1].pusj(2))",
            "print(1.5.rond())",
            "print(User { nam: \"\" }.name)",
            "print(User { name: \"\" }.nmae)",
            "print([1].len)",
            "print(\"a\".length)",
            "print(Math.sine(1.0))",
            "print(Regex.of(\"a\"))",
            "print(Maths.sin(1.0))",
            "print(List)",
            "print(User)",
            "print(Int(3))",
            "print(User(\"x\"))",
            "let n: Int? = 1\nprint(n.abs())",
            "let u: User? = User { name: \"\" }\nprint(u.name)",
            "count = 1",
            "let limit = 1\nprint(limit.f())",
        ],
        expect![[r#"
            let count = 1
            print(cuont)
                E0201 7:7 nothing here is named `cuont` | Did you mean `count`? ["cuont" => "count"]
            print(limt)
                E0201 6:7 nothing here is named `limt` | Did you mean `limit`? ["limt" => "limit"]
            println(1)
                E0201 6:1 nothing here is named `println` | Did you mean `print`? ["println" => "print"]
            let a = null_thing
                E0201 6:9 nothing here is named `null_thing`
            let x: Integer = 1
                E0203 6:8 no type is named `Integer` | Write `Int`. ["Integer" => "Int"]
            let x: string = ""
                E0110 6:8 `string` is no type of Dot | Write `Text`. ["string" => "Text"]
            let x: Usr = User { name: "" }
                E0203 6:8 no type is named `Usr` | Did you mean `User`? ["Usr" => "User"]
            let x: Red = Red
                E0203 6:8 no type is named `Red` | `Red` is a case of `Color`; the type is `Color`. ["Red" => "Color"]
            print(Color.Gren)
                E0211 6:13 `Color` has no case `Gren` | Did you mean `Green`? ["Gren" => "Green"]
            print([1].append(2))
                E0209 6:11 `List<Int>` has no method `append` | Did you mean `push`? ["append" => "push"]
            print([1].size())
                E0209 6:11 `List<Int>` has no method `size` | Did you mean `len`? ["size" => "len"]
            print("".toUpperCase())
                E0209 6:10 `Text` has no method `toUpperCase` | Did you mean `to_upper`? ["toUpperCase" => "to_upper"]
            [1].forEach(x => print(x))
                E0209 6:5 `List<Int>` has no method `forEach` | Walk it with a loop: `for x in xs { … }`.
            print([1].includes(2))
                E0209 6:11 `List<Int>` has no method `includes` | Did you mean `contains`? ["includes" => "contains"]
            print([1].pusj(2))
                E0209 6:11 `List<Int>` has no method `pusj` | Did you mean `push`? ["pusj" => "push"]
            print(1.5.rond())
                E0209 6:11 `Float` has no method `rond` | Did you mean `round`? ["rond" => "round"]
            print(User { nam: "" }.name)
                E0315 6:7 the field `name` of `User` is missing
                E0210 6:14 `User` has no field `nam` | Did you mean `name`? ["nam" => "name"]
            print(User { name: "" }.nmae)
                E0210 6:25 `User` has no field `nmae` | Did you mean `name`? ["nmae" => "name"]
            print([1].len)
                E0210 6:11 `len` is a method of `List<Int>` and is called with parentheses | Write `len()`, or a lambda where a function is wanted. ["" => "()"]
            print("a".length)
                E0210 6:11 `Text` has no field `length` | Did you mean `len()`? ["length" => "len()"]
            print(Math.sine(1.0))
                E0207 6:12 the module `Math` has no `sine` | Did you mean `sin`? ["sine" => "sin"]
            print(Regex.of("a"))
                E0207 6:13 the module `Regex` has no `of` | `dot explain Regex` lists what it has.
            print(Maths.sin(1.0))
                E0201 6:7 nothing here is named `Maths` | Did you mean `Math`? ["Maths" => "Math"]
            print(List)
                E0214 6:7 `List` is a module and no value | Name something in it: `List.…`.
            print(User)
                E0214 6:7 `User` is a type and no value
            print(Int(3))
                E0310 6:7 `Int` is no function and can't be called | To convert, write `Int.parse(text)` or `number.to_int()`.
            print(User("x"))
                E0310 6:7 `User` is a record, which is made with braces | Write `User { field: value }`.
            let n: Int? = 1
            print(n.abs())
                E0209 7:9 `abs` can't be called on `Int?`: the value may be absent | Say what holds without a value, with `?? default` in parentheses or `match`, and call it on the value.
            let u: User? = User { name: "" }
            print(u.name)
                E0210 7:9 `User?` has no field `name`: the value may be absent | Say what holds without a value, with `?? default` in parentheses or `match`, and take the field of the value.
            count = 1
                E0201 6:1 no variable is named `count` here | A new one is declared with `var count = …`, or `let count = …` if it stays as it is. ["" => "var "]
            let limit = 1
            print(limit.f())
                E0209 7:13 `f` is a function of this module and no method of `Int` | Methods are declared beside their type; call it as `f(limit)`.
        "#]],
    );
}

#[test]
fn declared_twice() {
    check(
        r#"
fn f(a: Int, a: Int) -> Int { a }
fn f() {}
type T = { x: Int, x: Int }
type U = | A | A
type List = { x: Int }
type G<A, A> = { x: A }
test "one" {}
test "one" {}
"#,
        expect![[r#"
            E0202 2:14 `a` is declared twice | Give one of them another name.
            E0202 3:4 `f` is declared twice | Give one of them another name.
            E0202 4:20 `x` is declared twice | Give one of them another name.
            E0202 5:16 `A` is declared twice | Give one of them another name.
            E0213 6:6 `List` is a type of the language and can't be declared again | Give the type another name.
            E0202 7:11 `A` is declared twice | Give one of them another name.
            E0202 9:6 two tests are named "one" | Give each test a name of its own, so that `--filter` and reports can tell them apart.
        "#]],
    );
}

#[test]
fn ambiguous_cases() {
    check(
        r#"
type Light = Red | Green
type Paint = Red | Blue
fn f() -> Light { Red }
fn g() -> Text { let x = Red; "" }
fn h() -> Paint { let x = Paint.Red; x }
fn i(x: Paint) -> Bool { x == Red }
fn j(x: Light) -> Int { match x { Red => 1, Green => 2 } }
"#,
        expect![[r#"
            E0212 5:26 `Red` is a case of `Light` and `Paint`, and nothing here says which one is meant | Write the union in front: `Light.Red`.
        "#]],
    );
}
