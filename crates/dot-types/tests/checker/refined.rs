//! Refined types.

use expect_test::expect;

use crate::{check, check_bodies};

const HEAD: &str = r#"
type Port = Int where it >= 1 and it <= 65535
type Web = Port where it < 1024
type Name = Text where it.len() > 0 and not it.starts_with(" ")
type NonEmpty<T> = List<T> where it.len() > 0
type Odd = Int where odd(it)
type Share = Float where it >= 0 and it <= 1
fn odd(n: Int) -> Bool { n % 2 == 1 }
fn scan(port: Int where it > 0 = 80) -> Int { port + 1 }
fn open(port: Port) -> Int { port }
"#;

#[test]
fn literals_are_checked() {
    check_bodies(
        HEAD,
        &[
            "let p: Port = 80",
            "let p: Port = 0",
            "let p: Port = -1",
            "let p: Web = 8080",
            "let p: Port? = 70000",
            "let n: Name = \"\"",
            "let n: Name = \"Ada\"",
            "let n: Name = \" Ada\"",
            "let xs: NonEmpty<Int> = [1]",
            "let xs: NonEmpty<Int> = []",
            "let o: Odd = 2",
            "let s: Share = 1",
            "let s: Share = 2",
            "print(Port(0))",
            "print(open(0))",
            "print(scan(0))",
            "print(scan(5))",
        ],
        expect![[r#"
            let p: Port = 80
                fine
            let p: Port = 0
                E0318 13:15 `0` does not fulfil the condition of `Port`: `it >= 1 and it <= 65535`
            let p: Port = -1
                E0318 13:15 `-1` does not fulfil the condition of `Port`: `it >= 1 and it <= 65535`
            let p: Web = 8080
                E0318 13:14 `8080` does not fulfil the condition of `Web`: `it < 1024`
            let p: Port? = 70000
                E0318 13:16 `70000` does not fulfil the condition of `Port`: `it >= 1 and it <= 65535`
            let n: Name = ""
                E0318 13:15 `""` does not fulfil the condition of `Name`: `it.len() > 0 and not it.starts_with(" ")`
            let n: Name = "Ada"
                fine
            let n: Name = " Ada"
                E0318 13:15 `" Ada"` does not fulfil the condition of `Name`: `it.len() > 0 and not it.starts_with(" ")`
            let xs: NonEmpty<Int> = [1]
                fine
            let xs: NonEmpty<Int> = []
                E0318 13:25 `[]` does not fulfil the condition of `NonEmpty`: `it.len() > 0`
            let o: Odd = 2
                fine
            let s: Share = 1
                fine
            let s: Share = 2
                E0318 13:16 `2` does not fulfil the condition of `Share`: `it >= 0 and it <= 1`
            print(Port(0))
                E0318 13:12 `0` does not fulfil the condition of `Port`: `it >= 1 and it <= 65535`
            print(open(0))
                E0318 13:12 `0` does not fulfil the condition of `Port`: `it >= 1 and it <= 65535`
            print(scan(0))
                E0318 13:12 `0` does not fulfil the condition of `Int`: `it > 0`
            print(scan(5))
                fine
        "#]],
    );
}

#[test]
fn widening_and_narrowing() {
    check_bodies(
        HEAD,
        &[
            "let n = 80\nlet p = Port(n)\nlet m: Int = p\nprint(p + 1)",
            "let n = 80\nlet p: Port = n",
            "let n = 80\nprint(open(n))",
            "let n = 80\nprint(scan(n))",
            "let n = 80\nlet p: Port? = Port.of(n)",
            "let n = 80\nlet w = Web(Port(n))\nlet i: List<Int> = [w]\nlet p: List<Port?> = [w, None]",
            "let n = 80\nlet ps = [Port(n)]\nlet ns: List<Int> = ps\nlet o: (Int, Int?) = (ps[0], ps.get(0))",
            "let n = 80\nlet xs = [Port(n), 3, n]\nprint(Port(n) == n)",
            "let n = 80\nprint(Port(n).abs() + compare(Port(n), 3))",
            "var p = Port(3)\np += 1",
            "print(Port(1, 2))",
            "print(Port.off(1))",
            "let ps = [80, 443].map(Port)\nprint(ps[0] + 1)",
            "let xs = NonEmpty([1, 2])\nprint(xs.map(x => x + 1).len() + xs[0])\nfor x in xs { print(x) }",
        ],
        expect![[r#"
            let n = 80
            let p = Port(n)
            let m: Int = p
            print(p + 1)
                fine
            let n = 80
            let p: Port = n
                E0301 14:15 expected `Port`, found `Int` | `Port(value)` checks the condition and faults, `Port.of(value)` gives a `Port?`.
            let n = 80
            print(open(n))
                E0301 14:12 expected `Port`, found `Int` | `Port(value)` checks the condition and faults, `Port.of(value)` gives a `Port?`.
            let n = 80
            print(scan(n))
                fine
            let n = 80
            let p: Port? = Port.of(n)
                fine
            let n = 80
            let w = Web(Port(n))
            let i: List<Int> = [w]
            let p: List<Port?> = [w, None]
                fine
            let n = 80
            let ps = [Port(n)]
            let ns: List<Int> = ps
            let o: (Int, Int?) = (ps[0], ps.get(0))
                fine
            let n = 80
            let xs = [Port(n), 3, n]
            print(Port(n) == n)
                fine
            let n = 80
            print(Port(n).abs() + compare(Port(n), 3))
                fine
            var p = Port(3)
            p += 1
                E0301 14:3 `+` gives an `Int` here, which is no `Port` | Declare the variable with the type `Int`, or assign a value that was made one of `Port`.
            print(Port(1, 2))
                E0312 13:7 `Port` takes one value without a name, and here are 2
            print(Port.off(1))
                E0211 13:12 `Port` is no union and has no case `off` | Functions are called by their module, or by their own name in the module that declares them.
            let ps = [80, 443].map(Port)
            print(ps[0] + 1)
                fine
            let xs = NonEmpty([1, 2])
            print(xs.map(x => x + 1).len() + xs[0])
            for x in xs { print(x) }
                fine
        "#]],
    );
}

#[test]
fn conditions() {
    check(
        r#"
type A = Int where it
type B = Int where itt > 0
type C = Int where print(it)
type D = D where it > 0
type E = Int where it > 0 = 3
"#,
        expect![[r#"
            E0301 2:20 expected `Bool`, found `Int`
            E0201 3:20 nothing here is named `itt` | Did you mean `it`? ["itt" => "it"]
            E0301 4:20 expected `Bool`, found `()`
            E0320 5:6 this type stands for itself, so it stands for nothing | A type that holds itself is a record or union.
            E0111 6:27 expected the end of the declaration, but found `=`
        "#]],
    );
}
