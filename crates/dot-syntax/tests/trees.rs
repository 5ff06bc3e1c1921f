//! The shapes of trees: each line of source with its tree as an S-expression.

mod shape;

use dot_syntax::ast::{ItemKind, Statement};
use dot_syntax::{FileId, parse};
use expect_test::{Expect, expect};

/// The statements of a function with this body.
fn check(body: &str, expect: Expect) {
    let parsed = parse(FileId(0), &format!("fn f() {{\n{body}\n}}\n"));
    assert_eq!(parsed.diagnostics, []);
    let [item] = parsed.module.items.as_slice() else { panic!("one item") };
    let ItemKind::Function(function) = &item.kind else { panic!("a function") };
    let statements: &[Statement] = function.body.as_ref().map_or(&[], |body| &body.statements);
    let lines: Vec<String> = statements.iter().map(shape::statement).collect();
    expect.assert_eq(&lines.join("\n"));
}

/// The items of a file.
fn check_items(text: &str, expect: Expect) {
    let parsed = parse(FileId(0), text);
    assert_eq!(parsed.diagnostics, []);
    let lines: Vec<String> = parsed.module.items.iter().map(shape::item).collect();
    expect.assert_eq(&lines.join("\n"));
}

#[test]
fn precedence() {
    check("a + b * c", expect!["(Add a (Multiply b c))"]);
    check("a * b + c", expect!["(Add (Multiply a b) c)"]);
    check("a - b - c", expect!["(Subtract (Subtract a b) c)"]);
    check("-a.b ?? c * d", expect!["(Multiply (Coalesce (Negate a.b) c) d)"]);
    check("m.get(k) ?? 0 + 1", expect!["(Add (Coalesce (call m.get k) 0) 1)"]);
    check("a ?? b ?? c", expect!["(Coalesce a (Coalesce b c))"]);
    check("1 + 2..n - 1", expect!["(.. (Add 1 2) (Subtract n 1))"]);
    check("0..=n == r", expect!["(Equal (..= 0 n) r)"]);
    check("not a == b and not c or d", expect!["(Or (And (Not (Equal a b)) (Not c)) d)"]);
    check("a not in b and c in d", expect!["(And (NotIn a b) (In c d))"]);
    check("x is Some(y) and y > 1", expect!["(And (is x (case Some [y])) (Greater y 1))"]);
    check("try f(x).y ?? z", expect!["(Coalesce (try (call f x).y) z)"]);
    check("x => x + 1", expect!["(lambda [x] (Add x 1))"]);
    check("f(x)?.y()?", expect!["(? (call (? (call f x)).y ))"]);
    check("x ?? return 0", expect!["(Coalesce x (return 0))"]);
    check("x ?? fail \"no ${a} b\"", expect![[r#"(Coalesce x (fail (text "no " ${a} " b")))"#]]);
}

#[test]
fn layout_of_statements() {
    check(
        "a\n-b",
        expect![[r#"
        a
        (Negate b)"#]],
    );
    check("a -\nb", expect!["(Subtract a b)"]);
    check("a\n+ b", expect!["(Add a b)"]);
    check(
        "a\n(b)",
        expect![[r#"
        a
        (paren b)"#]],
    );
    check(
        "a\n[b]",
        expect![[r#"
        a
        (list b)"#]],
    );
    check("a\n.b\n// a comment\n.c()", expect!["(call a.b.c )"]);
    check(
        "a?\nb",
        expect![[r#"
        (? a)
        b"#]],
    );
    check("f(a\n, b\n-c)", expect!["(call f a (Subtract b c))"]);
    check(
        "let x =\n1\nlet y = 2",
        expect![[r#"
        (let x 1)
        (let y 2)"#]],
    );
    check(
        "a; b;; c;",
        expect![[r#"
        a
        b
        c"#]],
    );
    check("if a { b }\nelse { c }", expect!["(if a {b} {c})"]);
    check("if a\n{ b }", expect!["(if a {b})"]);
    check(
        "a\nnot in b\nnot c",
        expect![[r#"
        (NotIn a b)
        (Not c)"#]],
    );
    check(
        "\u{FEFF}a\r\nb\r\n",
        expect![[r#"
        a
        b"#]],
    );
    check("xs.map(x => {\na\nb\n})", expect!["(call xs.map (lambda [x] {a b}))"]);
}

#[test]
fn braces() {
    check("{}", expect!["empty-braces"]);
    check("x => {}", expect!["(lambda [x] {})"]);
    check("x => { y }", expect!["(lambda [x] {y})"]);
    check("x => { y: 1 }", expect!["(lambda [x] (record _ y: 1))"]);
    check("x => { y, z }", expect!["(lambda [x] (record _ y z))"]);
    check("{ \"a\": 1, \"b\": 2 }", expect![[r#"(map (text "a"): 1 (text "b"): 2)"#]]);
    check("{ ..a, b: 1, c }", expect!["(record _ ..a@0 b: 1 c)"]);
    check("{ b: 1, ..a, c }", expect!["(record _ ..a@1 b: 1 c)"]);
    check("User { id }", expect!["(record User id)"]);
    check("m.User { id: 1 }", expect!["(record m.User id: 1)"]);
    check("Pair<Int, Text> {}", expect!["(record Pair<Int Text> )"]);
    check("if x == A { b }", expect!["(if (Equal x A) {b})"]);
    check("if (A { b: 1 }).c { d }", expect!["(if (paren (record A b: 1)).c {d})"]);
    check("match A { b => c }", expect!["(match A [b c])"]);
    check("for a in B { c }", expect!["(for a B {c})"]);
    check("if a {} else {}", expect!["(if a {} {})"]);
    check("match a { b => {}, _ => { c } }", expect!["(match a [b {}] [_ {c}])"]);
}

#[test]
fn lambdas_and_calls() {
    check("(a, b) => a", expect!["(lambda [a b] a)"]);
    check("_ => 1", expect!["(lambda [_] 1)"]);
    check("() => 1", expect!["(lambda [] 1)"]);
    check("(a: Int, (b, _)) => a", expect!["(lambda [a: Int (tuple b _)] a)"]);
    check("((a)) + (b, c)", expect!["(Add (paren (paren a)) (tuple b c))"]);
    check("f(a, b: c, type: d)", expect!["(call f a b: c type: d)"]);
    check("f<Int, List<T>>(x)", expect!["(call<Int List<T>> f x)"]);
    check("each [a, b]", expect!["(call each (list a b))"]);
    check("a.match.b(c)[d]", expect!["(index (call a.match.b c) d)"]);
    check(
        "parallel(limit: 8) [f(x) for x in xs]",
        expect!["(parallel [limit: 8] (comprehension (call f x) (for x xs)))"],
    );
    check("parallel (a, b)", expect!["(parallel [] (tuple a b))"]);
    check(
        "[x for (x, Ok(y)) in xs if y for z in y]",
        expect!["(comprehension x (for (tuple x (case Ok [y])) xs) (if y) (for z y))"],
    );
}

#[test]
fn patterns() {
    check(
        "match a { 1 | -2 => b, \"t\" => c, (x, _) if x => d, () => e }",
        expect![[r#"(match a [(or 1 (Negate 2)) b] [(text "t") c] [(tuple x _) if x d] [(tuple ) e])"#]],
    );
    check(
        "match a { A => 1, b.B(x, y: C, ..) => 2, D { x, y: 1, .. } => 3, { x } => 4 }",
        expect![
            "(match a [(case A) 1] [(case b.B [x y: (case C)] ..) 2] [(record D [x: x y: 1] ..) 3] [(record  [x: x]) 4])"
        ],
    );
    check(
        "match a { x if (b) => c, y if d => e => f }",
        expect!["(match a [x if (paren b) c] [y if d (lambda [e] f)])"],
    );
    check(
        "let (a, _) = b\nlet Some(x) = c else { return }",
        expect![[r#"
        (let (tuple a _) b)
        (let (case Some [x]) c else {(return )})"#]],
    );
}

#[test]
fn statements() {
    check(
        "a = 1\na.b += 2\na[0][1] ??= 3\n(a, b) = (b, a)",
        expect![[r#"
        (= a 1)
        (= Add a.b 2)
        (= Coalesce (index (index a 0) 1) 3)
        (= (tuple a b) (tuple b a))"#]],
    );
    check(
        "assert a == b, \"c\"\nassert f(x) fails \"d\"\nmock a.b = c => d\non fault { e }",
        expect![[r#"
        (assert (Equal a b), (text "c"))
        (assert (call f x) fails (text "d"))
        (mock a.b (lambda [c] d))
        (on-fault {e})"#]],
    );
    check(
        "fail retry \"x\"\nfail retry\nfail (a)\nreturn\nbreak\ncontinue",
        expect![[r#"
        (fail retry (text "x"))
        (fail retry)
        (fail (paren a))
        (return )
        break
        continue"#]],
    );
    check(
        "transaction { a }\nrace (a, b)\nwhile a { b }",
        expect![[r#"
        (transaction {a})
        (race (tuple a b))
        (while a {b})"#]],
    );
}

#[test]
fn texts() {
    check(r#""a\n\u{41}\$\"${b}c${"d${e}"}""#, expect![[r#"(text "a\nA$\"" ${b} "c" ${(text "d" ${e})})"#]]);
    check(r##"r"\n${a}" + r#""b""#"##, expect![[r#"(Add (text "\\n${a}") (text "\"b\""))"#]]);
    check(
        "\"\"\"\n    a\n      b ${c}\n    ${d}\n\n    e\\n\n    \"\"\"",
        expect![[r#"(text "a\n  b " ${c} "\n" ${d} "\n\ne\n")"#]],
    );
    check("\"\"\"a \"b\" c\"\"\"", expect![[r#"(text "a \"b\" c")"#]]);
    check("\"\"\"\n  a\r\n  b\r\n  \"\"\"", expect![[r#"(text "a\nb")"#]]);
}

#[test]
fn items() {
    check_items(
        "import a/b as c\npub let x: Int = 1\nstore s: Map<Int, T>",
        expect![[r#"
        (import a/b as c)
        pub (let x: Int 1)
        (store s: Map<Int T>)"#]],
    );
    check_items(
        "/// Doc.\n/// More.\npub fn f<T: key>(a: Int where it > 0 = 80, b: T?) -> (Int, T) {}",
        expect![[r##"#"Doc.\nMore." pub (fn f<T: key> ([a: Int where (Greater it 0) = 80] [b: T?]) -> (Int T) {})"##]],
    );
    check_items(
        "dot d()\n  uses http(\"x\"), s.read\n  with retry: 3, rate: 10 per 1s\n{}",
        expect![[r#"(dot d () uses [http((text "x")) s.read()] with [retry: 3 rate: (tuple 10 1000000000ns)] {})"#]],
    );
    check_items(
        "native read dot get(u: Text) -> R uses http\nnative fn len()\nnative type Text",
        expect![[r#"
        (native read dot get ([u: Text]) -> R uses [http()])
        (native fn len ())
        (type Text native)"#]],
    );
    check_items(
        "type A = B\ntype C = | D\ntype E = F | G(Int, x: T) as \"g\"\ntype H = I(x: Int)",
        expect![[r#"
        (type A (alias B))
        (type C (union D))
        (type E (union F G([_0: Int] [x: T]) as "g"))
        (type H (union I([x: Int])))"#]],
    );
    check_items(
        "type A = {\n  /// First.\n  a: Int,\n  b: Text as \"B\" = \"\", /// second\n}",
        expect![[r#"(type A {[#"First." a: Int] [#"second" b: Text as "B" = (text )]})"#]],
    );
    check_items(
        "type P = Int where it > 0 and it < 9\ntype F = fn(A, B?) -> C<D>?",
        expect![[r#"
        (type P (alias Int where (And (Greater it 0) (Less it 9))))
        (type F (alias fn(A B?) -> C<D>?))"#]],
    );
    check_items("type A =\n  /// One.\n  | B\n  /// Two.\n  | C", expect![[r#"(type A (union #"One." B #"Two." C))"#]]);
    check_items("test \"t\" { a }", expect![[r#"(test "t" {a})"#]]);
}
