//! Limits, circles, and input made to break the checker.

use std::fmt::Write;

use expect_test::expect;

use crate::{check, checked, diagnostics};

#[test]
fn constants_in_circles() {
    check(
        r#"
let a = b
let b = a
let c: Int = f()
fn f() -> Int { c + 1 }
let d: Int = 1
fn g() -> Int { d }
let e = g()
let h = print(1)
let i: Int = { print("x"); 1 }
"#,
        expect![[r#"
            E0326 3:9 the value of `a` needs the value of `a`
            E0326 4:5 the value of `c` needs the value of `c`
            E0512 9:9 the constant `h` must be pure, but `print` prints | Do this in the body of the dot that needs it, where it happens once and in order.
            E0512 10:16 the constant `i` must be pure, but `print` prints | Do this in the body of the dot that needs it, where it happens once and in order.
        "#]],
    );
}

#[test]
fn long_chains_of_constants_and_aliases() {
    let mut source = String::new();
    for i in 0..200 {
        writeln!(source, "let c{i} = c{}\ntype A{i} = A{}", i + 1, i + 1).ok();
    }
    source.push_str("let c200 = 1\ntype A200 = Int\n");
    expect![[r#"
        E0903 101:5 the type of `c50` needs those of more than 50 other constants, one through another | Write the type behind the name.
        E0903 201:5 the type of `c100` needs those of more than 50 other constants, one through another | Write the type behind the name.
        E0903 202:13 types stand for each other more than 100 deep, which is the most | Name the type itself.
        E0903 301:5 the type of `c150` needs those of more than 50 other constants, one through another | Write the type behind the name.
        E0903 401:5 the type of `c200` needs those of more than 50 other constants, one through another | Write the type behind the name.
    "#]].assert_eq(&diagnostics(&checked(&source, &[])));
}

#[test]
fn types_that_grow_without_end() {
    let mut source = String::from("type T0 = (Int, Int)\n");
    for i in 0..40 {
        writeln!(source, "type T{} = (T{i}, T{i})", i + 1).ok();
    }
    source.push_str("fn pair<T>(x: T) -> (T, T) { (x, x) }\nfn f() -> Int {\n  let a0 = 1\n");
    for i in 0..40 {
        writeln!(source, "  let a{} = (a{i}, a{i})", i + 1).ok();
    }
    source.push_str("  0\n}\nfn g() -> Int {\n  let x = ");
    source.push_str(&"pair(".repeat(30));
    source.push('1');
    source.push_str(&")".repeat(30));
    source.push_str("\n  0\n}\n");
    expect![[r#"
        E0903 10:11 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 20:12 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 30:12 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 40:12 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 54:13 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 64:13 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 74:13 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 84:13 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:11 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:16 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:21 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:26 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:31 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:36 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:41 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:46 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:51 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:56 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:61 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:66 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:71 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:76 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:81 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:86 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:91 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:96 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:101 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:106 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:111 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
        E0903 88:116 the type has more than 2000 parts, which is the most | Declare a record or union for a part of it.
    "#]]
    .assert_eq(&diagnostics(&checked(&source, &[])));
}

#[test]
fn a_lambda_does_not_name_itself() {
    check(
        "fn f() -> Int { let fact = (n: Int) => if n < 2 { 1 } else { n * fact(n - 1) }; fact(3) }\n",
        expect![[r#"
            E0201 1:66 nothing here is named `fact` | A lambda can't name itself: declare a `fn`, which can.
        "#]],
    );
    check(
        "fn f() -> Int { var g = x => x; g = x => g; 1 }\n",
        expect![[r#"
        E0305 1:25 the type can't be known from what stands here | Write the type: behind the name (`let xs: List<Int> = []`), or at the lambda's parameter (`(x: Int) => …`).
        E0301 1:42 expected `_`, found `fn(_) -> _`
    "#]],
    );
}

#[test]
fn constants_deep_inside_of_constants() {
    let mut source = String::new();
    for i in 0..60 {
        let (open, close) = ("(".repeat(200), ")".repeat(200));
        writeln!(source, "let c{i} = {open}c{}{close}", i + 1).ok();
    }
    source.push_str("let c60 = 1\n");
    let said = diagnostics(&checked(&source, &[]));
    assert!(said.lines().all(|line| line.starts_with("E0903")), "{said}");
}

#[test]
fn more_parameters_than_engines_take() {
    let list = |count: usize, part: &str| (0..count).map(|i| format!("a{i}{part}")).collect::<Vec<_>>().join(", ");
    let source = format!(
        "fn most({}) -> Int {{ a0 }}\nfn more({}) -> Int {{ a0 }}\nlet lambda = ({}) => a0\nfn call(f: fn({}) -> Int) -> Int {{ f({}) }}\n",
        list(999, ": Int"),
        list(1000, ": Int"),
        list(1000, ": Int"),
        vec!["Int"; 1000].join(", "),
        vec!["1"; 1000].join(", "),
    );
    expect![[r#"
        E0904 2:4 `more` has 1000 parameters; 999 is the most | Put those that belong together into a record, and take that.
        E0904 3:14 the lambda has 1000 parameters; 999 is the most | Put those that belong together into a record, and take that.
        E0904 4:5032 the function has 1000 parameters; 999 is the most | Put those that belong together into a record, and take that.
    "#]].assert_eq(&diagnostics(&checked(&source, &[])));
}

#[test]
fn calls_of_a_body_are_limited() {
    let body: String = (0..251).map(|number| format!("  sum += one({number})\n")).collect();
    let source = format!("dot one(n: Int) -> Int {{ n }}\npub dot main() -> Int {{\n  var sum = 0\n{body}  sum\n}}\n");
    check(
        &source,
        expect![[r#"
            E0906 2:9 the body holds 251 calls of dots; 250 is the most | Call one dot many times in a comprehension or loop, or split the dot into several.
        "#]],
    );
}

/// Each level once: arguments that were looked at twice would take 2^100 steps.
#[test]
fn unknown_calls_in_calls_are_looked_at_once() {
    let source = format!("fn f() -> Int {{ {}1{} }}\n", "nothing(".repeat(100), ")".repeat(100));
    let checked = checked(&source, &[]);
    assert_eq!(checked.diagnostics.len(), 100);
}
