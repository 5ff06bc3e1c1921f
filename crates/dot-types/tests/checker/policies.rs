//! What stands behind `with`.

use dot_types::program::SourceFile;
use dot_types::{NoSources, check as checked};
use expect_test::{Expect, expect};

use crate::check;

/// The policies of `main`, as they are written out.
fn policies(with: &str, expected: Expect) {
    let text = format!("let second = 1s\nlet few = 3\n\npub dot main() with {with} {{\n}}\n");
    let found = checked(SourceFile { name: "main.dot".into(), text: text.into() }, &NoSources);
    let program = found.program.unwrap_or_else(|| panic!("{:#?}", found.diagnostics));
    expected.assert_eq(&program.function(program.dots[0]).policies.to_string());
}

#[test]
fn values_are_literals_and_constants() {
    policies("retry: few, backoff: 200ms, timeout: second", expect!["retry: 3, backoff: 200ms, timeout: 1s"]);
    policies(
        "rate: 10 per 1s, memory: 64MB, cpu: (2s), concurrency: 8",
        expect!["concurrency: 8, rate: 10 per 1s, memory: 64MB, cpu: 2s"],
    );
    policies("retry: 0", expect![""]);
}

#[test]
fn what_is_no_value_of_a_policy() {
    check(
        r#"
dot a() with retry: -1, timeout: 0s, concurrency: 0 {}
dot b() with retry: 1001, memory: 64, rate: 3 {}
dot c(n: Int) with retry: n, cpu: 3, on_unknown: wait {}
"#,
        expect![[r#"
            E0529 2:21 the value of `retry` is not between 0 and 1000 | Write a number between 0 and 1000.
            E0529 2:34 a time of `timeout` is not above zero | Write a time that is longer than 0s.
            E0529 2:51 the value of `concurrency` is not between 1 and 100000 | Write a number between 1 and 100000.
            E0529 3:21 the value of `retry` is not between 0 and 1000 | Write a number between 0 and 1000.
            E0529 3:35 the value of `memory` is not between 1MB and 4GB | Write a size between 1MB and 4GB, such as `64MB`.
            E0529 3:45 the value of `rate` is no literal or constant that is a number of times in a `Duration` | Write it as in `rate: 10 per 1s`.
            E0529 4:27 the value of `retry` is no literal or constant that is an `Int` | Write it as in `retry: 3`.
            E0529 4:35 the value of `cpu` is no literal or constant that is a `Duration` | Write it as in `cpu: 10s`.
            E0529 4:50 the value of `on_unknown` is not `resend` | Write `on_unknown: resend`, or leave it out: then such a write is a fault.
        "#]],
    );
}

#[test]
fn what_does_not_fit_its_dot() {
    check(
        r#"
dot a() with backoff: 1s, retries: 3 {}
dot b() with retry: 1, retry: 2, on_unknown: resend {}
dot c(n: Int) -> Int with concurrency: 2 { if n == 0 { 0 } else { d(n - 1) } }
dot d(n: Int) -> Int { c(n) }
fn e() with timeout: 1s {}
"#,
        expect![[r#"
            E0530 2:14 `backoff` is the time between two attempts, and without `retry` there is only one | Add `retry`, as in `retry: 3`, or remove `backoff`.
            E0528 2:27 there is no policy `retries` | Did you mean `retry`? ["retries" => "retry"]
            E0530 3:24 the policy `retry` stands here twice | Remove one of them.
            E0530 3:34 `b` writes nothing, so the outcome of no write can be unknown | Remove `on_unknown`.
            E0530 4:27 `c` calls itself, perhaps through others, so with `concurrency` its calls could wait for each other for ever | Write `concurrency` on a dot that does not call itself, such as the one that `c` calls for each item.
            E0530 6:13 `e` is a `fn`, and policies are for dots | Make it a `dot`, or write the policies on the dot that calls it.
        "#]],
    );
}

#[test]
fn races_and_limits() {
    check(
        r#"
dot ping(host: Text) -> Int { host.len() }
dot late() -> Int { sleep(1s); 2 }
dot main(hosts: List<Text>, most: Int) -> List<Int> {
  let a = race (ping("a"), { sleep(2s); fail "late" })
  let b = race (ping("a"), late(), ping(hosts[0]))
  let c = try race (ping("a"), late())
  let d = [race (ping(host), late()) for host in hosts]
  let (e, f) = parallel(limit: most) (ping("e"), ping("f"))
  let g = parallel(limit: 2) [ping(host) for host in hosts]
  d + g + [a, b, (c ?? 0), e, f, race (late(), ping("g")) + 1]
}
"#,
        expect![[r#"
            W0526 8:12 the turns of this comprehension come one after the other, since `late` waits | Where their order does not matter, write `parallel` in front of it.
            ping(host: Text) -> Int
            late() -> Int
            main(hosts: List<Text>, most: Int) -> List<Int> { a: Int, b: Int, c: Result<Int, Fault>, host: Text, d: List<Int>, e: Int, f: Int, host: Text, g: List<Int> }
            main.1() -> Int
            main.2() -> Int
            race() -> Int
            main.3() -> Int
            main.4() -> Int
            main.5(hosts: List<Text>) -> Int
            race() -> Int
            main.6() -> Int
            main.7() -> Int
            race() -> Int
            main.8(host: Text) -> Int
            main.9() -> Int
            race() -> Int
            main.10() -> Int
            main.11() -> Int
            race() -> Int
        "#]],
    );
}
