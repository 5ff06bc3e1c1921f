//! E06xx: what parses and is not available yet; and what only dots may do.

use expect_test::expect;

use crate::check;

#[test]
fn each_has_its_code() {
    check(
        r#"
store todos: Map<Int, Text>
native fn mine() -> Int

dot other() -> Int { 1 }
fn helper() uses todos {}
dot main() -> Int
  with cache: 1d
{
  let a = other()
  transaction { todos.put(1, "a") }
  let b = ask<Int>("how many?")
  let c = try other()
  let d = parallel (1, 2)
  on fault { print("x") }
  let t = time.now()
  1
}
test "x" {
  assert 1 / 0 fails "zero"
}
"#,
        expect![[r#"
            E0602 2:1 stores are not available in this version | Keep the values in a `Map` that the dot takes and gives back.
            E0614 3:1 a `native fn` of your own is not available in this version | Write it in Dot, or declare a `native CLASS dot`, which the host program provides.
            E0691 6:18 `uses` on the `fn` `helper` is not available in this version | It is for helpers of transactions; what a `fn` prints need not be declared.
            E0606 8:8 the policy `cache` is not available in this version | Leave it out: the dot runs each time that it is called.
            E0603 11:3 transactions are not available in this version | Work on a `Map` in a `var`.
            E0604 12:11 `ask` is not available in this version | Take the answer as a parameter of the dot.
            E0610 15:3 `on fault` is not available in this version | Give a `Result` and undo the work where it is an `Err`.
        "#]],
    );
}

#[test]
fn only_dots_touch_the_world() {
    check(
        r#"
fn helper(path: Text) -> Text { files.read(path) }
fn calls() -> Int { other() }
dot other() -> Int { 1 }
pub dot main(path: Text) -> Int {
  let a = [1].map(x => files.read(path))
  let b = [path].map(files.read)
  let c = [1].map(other)
  files.read(path).len()
}
let k = env.get("HOME")
"#,
        expect![[r#"
            E0511 2:33 `files.read` reads from outside, and `helper` is a `fn`: only a dot or a test may do that, in its own body | Call `files.read` in the dot and pass what it gives to `helper`.
            E0517 3:21 the dot `other` is called by a function, and only dots call dots | Make it a `fn`, or call it in the dot and hand the result to the function.
            E0510 5:9 the dot `main` needs `files`: a `pub dot` says so with `uses` | Write `uses files` in its head, before the body. ["" => " uses files"]
            E0511 6:24 `files.read` reads from outside, and this is a lambda: only a dot or a test may do that, in its own body | Call `files.read` before the lambda, or write a comprehension: `[files.read(x) for x in xs]`.
            E0516 7:22 the dot `files.read` is no value: it can only be called | Call it in a comprehension: `[files.read(x) for x in xs]`. ["[path].map(files.read)" => "[files.read(x) for x in [path]]"]
            E0516 8:19 the dot `other` is no value: it can only be called | Call it in a comprehension: `[other(x) for x in xs]`. ["[1].map(other)" => "[other(x) for x in [1]]"]
            E0512 11:9 the constant `k` must be pure, but `env.get` reads from outside | Do this in the body of the dot that needs it, where it happens once and in order.
        "#]],
    );
}
