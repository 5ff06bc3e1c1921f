//! Calls of dots, and what the checker makes of them.

use expect_test::{Expect, expect};

use crate::printed::printed;
use crate::{check, check_with, checked, diagnostics};

const HEAD: &str = "
type Page = { body: Text, status: Int }
dot get(url: Text) -> Page { Page { body: url, status: 200 } }
fn parse(text: Text) -> Int { text.len() }
";

/// The bodies of dots behind a common head, which is not printed.
#[track_caller]
fn check_dots(source: &str, expected: Expect) {
    let checked = checked(&format!("{HEAD}{source}"), &[]);
    let printed = checked.program.as_ref().map(printed).unwrap_or_default();
    let printed = printed.split_once("\n}\n").map_or("", |(_, rest)| rest).to_owned();
    expected.assert_eq(&(diagnostics(&checked) + &printed));
}

#[test]
fn calls_are_numbered_in_source_order_and_lets_that_gain_stay_pending() {
    check_dots(
        r#"
pub dot main(url: Text) -> Int {
  let a = get(url)
  let b = get(a.body)
  let c = get("c").status
  let d: Page? = get("d")
  var e = get("e")
  let (f, g) = (get("f"), get("g"))
  e = f
  let h = get("h")
  h.status + c + parse(get(get("i").body).body) + g.status + (d ?? e).status + b.status
}
"#,
        expect![[r#"
            W0527 11:11 the call of `get` is awaited here, since it is put into a `var`, though `get` could run beside it | Bind it with `let`, and make the `var` of it behind the other call.
            pure main(url) -> Int = {
              let a = get#0(url)
              let~ b = get#1(a.0)
              let~ c = get#2("c").1
              let~ d = Some(get#3("d"))
              let e = get#4("e")
              let (f, g) = (get#5("f"), get#6("g"))
              _ = f
              let h = get#7("h")
              Add(Add(Add(Add(Add(h.1, c), parse(get#9(get#8("i").0).0)), g.1), match d { Some($value) => $value; None => e }.1), b.1)
            }
        "#]],
    );
}

#[test]
fn a_pending_let_may_have_fields_and_methods_behind_its_call() {
    check_dots(
        r#"
pub dot main(n: Int) -> Int {
  let a = get("a").body.len()
  let b = get("b").body.len() + 1
  let c = get("c").body.slice(n).len()
  let f = (x: Int) => x
  let d = [get("d").body].map(x => f(x.len()))
  let e = get("e").body.words()
  a + b + c + d[0] + e.len()
}
"#,
        expect![[r#"
            W0527 8:11 the call of `get` is awaited here, since more is done with its value at once, though a later step could run beside it | Give the call a `let` of its own, and use its name behind the other call.
            W0527 11:12 the call of `get` is awaited here, since more is done with its value at once, though `get` could run beside it | Give the call a `let` of its own, and use its name behind the other call.
            pure main(n) -> Int = {
              let~ a = main.1#0()
              let b = Add(Text.len(get#1("b").0), 1)
              let~ c = main.2#2(n)
              let f = Lambda(x)
              let d = List.map([get#3("d").0], Lambda(CallValue(f, Text.len(x))))
              let e = Text.words(get#4("e").0)
              Add(Add(Add(Add(a, b), c), Index(d, 0)), List.len(e))
            }
            pure main.1() -> Int = Text.len(get#0("a").0)
            pure main.2(n) -> Int = Text.len(Text.slice(get#0("c").0, n, Text.slice.end.default()))
        "#]],
    );
}

#[test]
fn try_gives_a_result_of_exactly_the_call_or_of_an_anonymous_dot() {
    check_dots(
        r#"
pub dot main(n: Int) -> Int {
  let a = try get("a")
  let b = try get("${n}").body.len()
  let c = try parse("${n}")
  let d = try get(get("x").body)
  let e = try [get("${i}") for i in 0..n]
  let f = try parallel (get("f"), get("g"))
  let g = try get((try get("h")).unwrap_or(Page { body: "", status: 0 }).body)
  if a is Ok(_) { 1 } else { 2 }
}
"#,
        expect![[r#"
            pure main(n) -> Int = {
              let~ a = try get#0("a")
              let~ b = try main.1#1(Concat(Text.of(n)))
              let~ c = try main.2#2(Concat(Text.of(n)))
              let~ d = try get#4(get#3("x").0)
              let~ e = try main.3#5(n)
              let~ f = try main.4#6()
              let g = try get#8(Result.unwrap_or(try get#7("h"), Record("", 0)).0)
              If(Is(a), {
                1
              }, {
                2
              })
            }
            pure main.1($argument) -> Int = Text.len(get#0($argument).0)
            pure main.2($argument) -> Int = parse($argument)
            pure main.3(n) -> List<Page> = overlap [get#0(Concat(Text.of(i))) for i in Range(0, n)]
            pure main.4() -> (Page, Page) = parallel (get#0("f"), get#1("g"))
        "#]],
    );
}

#[test]
fn comprehensions_overlap_when_their_turns_read_at_most() {
    check_dots(
        r#"
dot read(path: Text) -> Text { files.read(path) }
dot deep(n: Int) -> Int { if n == 0 { 0 } else { [deep(m) for m in 0..n].sum() } }
pub dot main(urls: List<Text>, n: Int) -> Int uses files {
  let a = [get(url) for url in urls]
  let b = [(url, get(url).body.len() + n) for url in urls if url != ""]
  let c = [read(url) for url in urls]
  let d = [url.len() for url in urls]
  let e = [get(url + x) for url in urls for x in ["a", "b"]]
  let f = [try get(url) for url in urls]
  let t = [try parse("${n}") for n in 0..n]
  let u = [try parse(get(url).body + url) for url in urls]
  let g = [url for url in urls if get(url).status == 200]
  let h = [get(url) for url in urls if get(url).status == 200]
  let w = (x: Page) => x.status
  let i = [w(get(url)) for url in urls]
  let j = parallel [get(get(url).body) for url in urls]
  for url in urls { print([read(x) for x in [url]]) }
  n
}
"#,
        expect![[r#"
            W0526 17:12 the turns of this comprehension come one after the other, since it calls a dot between its first list and its turn | Make a list of what passes first, and walk that one.
            W0526 18:12 the turns of this comprehension come one after the other, since it calls a dot between its first list and its turn | Make a list of what passes first, and walk that one.
            W0526 20:12 the turns of this comprehension come one after the other, since a function would have to enter or leave a step | Call the function before the comprehension, or inside of what it calls.
            read read(path) -> Text = {
              files.read#0(path)
            }
            pure deep(n) -> Int = {
              If(Equal(n, 0), {
                0
              }, {
                List.sum(overlap [deep#0(m) for m in Range(0, n)])
              })
            }
            read main(urls, n) -> Int = {
              let a = overlap [get#0(url) for url in urls]
              let b = overlap [main.1#1(url, n) for url in urls if NotEqual(url, "")]
              let c = overlap [read#2(url) for url in urls]
              let d = in order [Text.len(url) for url in urls]
              let e = overlap [get#3(Add(url, x)) for url in urls for x in ["a", "b"]]
              let f = overlap [try get#4(url) for url in urls]
              let t = overlap [try main.2#5(Concat(Text.of(n))) for n in Range(0, n)]
              let u = overlap [main.3#6(url) for url in urls]
              let g = in order [url for url in urls if Equal(get#7(url).1, 200)]
              let h = in order [get#9(url) for url in urls if Equal(get#8(url).1, 200)]
              let w = Lambda(x.1)
              let i = in order [CallValue(w, get#10(url)) for url in urls]
              let j = parallel [main.4#11(url) for url in urls]
              for url in urls {
                print(overlap [read#12(x) for x in [url]])
              }
              n
            }
            pure main.1(url, n) -> (Text, Int) = (url, Add(Text.len(get#0(url).0), n))
            pure main.2($argument) -> Int = parse($argument)
            pure main.3(url) -> Result<Int, Fault> = try main.3.1#1(Add(get#0(url).0, url))
            pure main.4(url) -> Page = get#1(get#0(url).0)
            pure main.3.1($argument) -> Int = parse($argument)
        "#]],
    );
}

#[test]
fn parts_of_parallel_are_calls() {
    check_dots(
        r#"
pub dot main(n: Int) -> Int {
  let (a, b, c) = parallel (get("a"), get("b").status + n, parse("c"))
  let d: (Int?, Page) = parallel (parse("d"), get("e"))
  a.status + b + c
}
"#,
        expect![[r#"
            pure main(n) -> Int = {
              let (a, b, c) = parallel (get#0("a"), main.1#1(n), main.2#2())
              let d = parallel (main.3#3(), get#4("e"))
              Add(Add(a.1, b), c)
            }
            pure main.1(n) -> Int = Add(get#0("b").1, n)
            pure main.2() -> Int = parse("c")
            pure main.3() -> Int? = Some(parse("d"))
        "#]],
    );
}

#[test]
fn steps_stand_in_the_body_of_a_dot_itself() {
    check(
        r#"
dot get(url: Text) -> Int { url.len() }
fn a(n: Int) -> Int { if (try b(n)) is Ok(_) { 1 } else { 2 } }
fn b(n: Int) -> Int { 10 / n }
pub dot main(xs: List<Int>) -> Int {
  let f = (x: Int) => parallel (b(x), b(x))
  let g = xs.map(x => try b(x))
  let h = xs.map(b).map(get)
  1
}
let k = try b(1)
"#,
        expect![[r#"
            E0518 3:27 `try` makes steps, and only the body of a dot or test itself has steps | Do this in the dot, outside of lambdas, and hand the result on.
            E0518 6:23 `parallel` makes steps, and only the body of a dot or test itself has steps | Do this in the dot, outside of lambdas, and hand the result on.
            E0518 7:23 `try` makes steps, and only the body of a dot or test itself has steps | Do this in the dot, outside of lambdas, and hand the result on.
            E0516 8:25 the dot `get` is no value: it can only be called | Call it in a comprehension: `[get(x) for x in xs]`. ["xs.map(b).map(get)" => "[get(x) for x in xs.map(b)]"]
            E0518 11:9 `try` makes steps, and only the body of a dot or test itself has steps | Do this in the dot, outside of lambdas, and hand the result on.
        "#]],
    );
}

#[test]
fn control_does_not_leave_a_step_and_nothing_outside_is_assigned() {
    check(
        r#"
dot get(url: Text) -> Int? { Some(url.len()) }
dot main(urls: List<Text>) -> Int? {
  var n = 0
  let a = try get("a")?
  let b = try (get("b")?)
  let c = parallel (return None, get("a"))
  for url in urls {
    let d = parallel [{ if url == x { break }
      get(x) } for x in urls]
    let e = try { continue }
  }
  let f = try ({ n = 1
    n })
  let g = [{ n += 1
    get(url) } for url in urls]
  let h = parallel get("a")
  let i = parallel (get("a"))
  let j = parallel(limit: 3) [get(url) for url in urls]
  let k = parallel [get(u) for u in urls if get(u) == None]
  let w = (x: Int) => x
  let l = try w(3)
  let m = try (x => x)
  None
}
"#,
        expect![[r#"
            E0519 5:23 `?` belongs to what stands behind `try`, and control does not leave a step | Write `(try …)?` to take the value out, or return the fault. ["" => "("] ["" => ")"]
            E0519 6:16 `?` can't leave what stands behind `try`: it is a step of its own | Let the step give a value, and look at it behind the step.
            E0519 7:21 `return` can't leave what stands behind `parallel`: it is a step of its own | Let the step give a value, and look at it behind the step.
            E0519 9:39 `break` can't leave what stands behind `parallel`: it is a step of its own | Let the step give a value, and look at it behind the step.
            E0110 11:13 `try { … } catch` is not written in Dot: `try` stands before one call, and gives a `Result` | Write `match try call(…) { Ok(value) => … Err(fault) => … }`.
            E0309 13:18 `n` can't be assigned in a step of its own, which has a copy of its value | Let the step give the new value, and assign that.
            E0309 15:14 `n` can't be assigned in a comprehension, which has a copy of its value | Use a `for` loop, or let the comprehension give the new values.
            E0111 17:20 expected `(` or `[` behind `parallel`, but found the name `get`
            E0522 18:20 behind `parallel` stand at least two parts in parentheses, or a comprehension | Write `parallel (f(x), g(y))` or `parallel [f(x) for x in xs]`.
            E0303 22:15 `fn(Int) -> Int` is not data, and what a step of its own takes from the body around it must be data: a function has no equality, order or encoding
            E0303 23:15 `fn(_) -> _` is not data, and what a step of its own gives must be data: a function has no equality, order or encoding
        "#]],
    );
}

#[test]
fn comprehensions_in_order_say_why() {
    check_dots(
        r#"
dot first(urls: List<Text>) -> Int? {
  let a = [get(url).body.words().get(0)? for url in urls]
  let w = (x: Page) => x.status
  let b = [w(get(url)) for url in urls]
  let c = [get(url) for url in urls if get(url).status == 200]
  Some(a.len() + b.len() + c.len())
}
"#,
        expect![[r#"
            W0526 7:12 the turns of this comprehension come one after the other, since control can leave it | Let each turn give an option or a `Result`, and look at them behind the comprehension.
            W0526 9:12 the turns of this comprehension come one after the other, since a function would have to enter or leave a step | Call the function before the comprehension, or inside of what it calls.
            W0526 10:12 the turns of this comprehension come one after the other, since it calls a dot between its first list and its turn | Make a list of what passes first, and walk that one.
            pure first(urls) -> Int? = {
              let a = in order [match List.get(Text.words(get#0(url).0), 0) { Some($value) => $value; None => return None() } for url in urls]
              let w = Lambda(x.1)
              let b = in order [CallValue(w, get#1(url)) for url in urls]
              let c = in order [get#3(url) for url in urls if Equal(get#2(url).1, 200)]
              Some(Add(Add(List.len(a), List.len(b)), List.len(c)))
            }
        "#]],
    );
}

#[test]
fn mocks_are_anonymous_dots_with_captures_and_leading_parameters() {
    check_dots(
        r#"
dot load(path: Text, times: Int = 1) -> Text { files.read(path) }
dot both(pair: (Int, Text)) -> Int { let (n, _) = pair
  n }
test "mocked" {
  let prefix = "p"
  mock files.read = path => prefix + path
  mock load = (path, times) => { if times > 1 { fail Fault.timeout() }
    "${times}" }
  mock get = Fault.network("down")
  mock get = { body: "b", status: 201 }
  mock get = _ => Fault.of("no")
  mock both = (number, word) => number + word.len()
  mock load = each ["a", Fault.timeout(), Ok("c")]
  mock load = each [x for x in ["a", "b"]]
  mock load = each [try load(x) for x in ["a", "b"]]
  assert load("x") == "pa"
  assert files.read.calls == ["x"]
  assert load.calls.len() == 1
  assert get.calls[0].len() == 1
}
"#,
        expect![[r#"
            read load(path, times) -> Text = {
              files.read#0(path)
            }
            pure both(pair) -> Int = {
              let (n, _) = pair
              n
            }
            read mocked() -> () = {
              let prefix = "p"
              mock files.read = mocked.1(prefix)
              mock load = mocked.2()
              {
                let $answer = Fault.network("down")
                mock get = mocked.3($answer)
              }
              {
                let $answer = Record("b", 201)
                mock get = mocked.4($answer)
              }
              mock get = mocked.5()
              mock both = mocked.6()
              mock load = each [Case("a"), Case(Fault.timeout(Fault.timeout.message.default())), Case("c")]
              mock load = each in order [Case($answer) for $answer in in order [x for x in ["a", "b"]]]
              mock load = each in order [$answer for $answer in overlap [try load#0(x, load.times.default()) for x in ["a", "b"]]]
              assert Equal(load#1("x", load.times.default()), "pa")
              assert Equal(calls of files.read, ["x"])
              assert Equal(List.len(calls of load), 1)
              assert Equal(Text.len(Index(calls of get, 0)), 1)
            }
            pure mocked.1(prefix, path) -> Text = Add(prefix, path)
            pure mocked.2(path, times) -> Text = {
              If(Greater(times, 1), {
                fail Fault.timeout(Fault.timeout.message.default())
              })
              Concat(Text.of(times))
            }
            pure mocked.3($answer) -> Page = fail $answer
            pure mocked.4($answer) -> Page = $answer
            pure mocked.5($argument) -> Page = fail Fault.of("no")
            pure mocked.6($pair) -> Int = {
              let (number, word) = $pair
              Add(number, Text.len(word))
            }
        "#]],
    );
}

#[test]
fn assert_fails_looks_at_the_fault_of_a_step() {
    check_dots(
        r#"
test "fails" {
  let url = "a"
  assert get(url) fails "no"
  assert parse(get(url).body) / 0 fails "zero", "division"
}
"#,
        expect![[r#"
            pure fails() -> () = {
              let url = "a"
              {
                let $expected = "no"
                let $problem = match try get#0(url) { case 0() => Some("it did not fail"); case 1($fault) => If(Text.contains($fault.1, $expected), None(), Some(Concat("it failed with another message: ", $fault.1))) }
                match $problem { None => (); Some($words) => {
                  assert false
                } }
              }
              {
                let $expected = "zero"
                let $problem = match try fails.1#1(url) { case 0() => Some("it did not fail"); case 1($fault) => If(Text.contains($fault.1, $expected), None(), Some(Concat("it failed with another message: ", $fault.1))) }
                match $problem { None => (); Some($words) => {
                  assert false
                } }
              }
            }
            pure fails.1(url) -> Int = Divide(parse(get#0(url).0), 0)
        "#]],
    );
}

#[test]
fn mocks_stand_in_tests_and_for_dots() {
    check(
        r#"
dot get(url: Text) -> Int { url.len() }
fn double(n: Int) -> Int { mock get = 1
  n }
dot main() -> Int {
  mock get = 1
  assert get("a") fails "b"
  get.calls.len()
}
test "t" {
  let n = 3
  mock double = n => n
  mock print_text = text => ()
  mock missing = 1
  mock n = 2
  mock get = (a, b, c) => 1
  mock get = "text"
  mock get = url => "text"
  mock get = each ["a", 1]
  mock files.read = (path, more) => "a"
  var m = 1
  mock get = url => { m = 2
    return 3 }
  let f = (x: Int) => x
  mock get = url => f(1)
  [1].each(x => { mock get = 1 })
  let w = () => get.calls.len()
  assert get("a") fails 3
  assert f fails "x"
}
"#,
        expect![[r#"
            E0523 3:28 a mock stands only in the body of a test itself | Write it in `test "name" { … }`, outside of lambdas and steps.
            E0523 6:3 a mock stands only in the body of a test itself | Write it in `test "name" { … }`, outside of lambdas and steps.
            E0523 7:3 `assert … fails` stands only in the body of a test itself | Write it in `test "name" { … }`, outside of lambdas and steps.
            E0523 8:3 `get.calls` stands only in the body of a test itself | Write it in `test "name" { … }`, outside of lambdas and steps.
            E0524 12:8 `double` is a `fn`, which runs inside of its caller: a mock stands for a dot | Mock the dots that the test reaches, or test the `fn` itself.
            E0524 13:8 `print_text` is a note, which is done at once: a mock stands for a dot | Leave it out: notes touch nothing, and tests show them.
            E0201 14:8 nothing here is named `missing`
            E0524 15:8 this is not the name of a dot, and a mock stands for one | Name a dot of the program or of a capability: `mock files.read = path => "text"`.
            E0330 16:14 a function of one `Text` is expected, and this one has 3 parameters | Several parameters take the parts of a tuple of that size.
            E0301 17:14 expected `Int`, found `Text`
            E0301 18:21 expected `Int`, found `Text`
            E0301 19:20 expected `Int`, found `Text`
            E0330 20:21 a function of one `Text` is expected, and this one has 2 parameters | Several parameters take the parts of a tuple of that size.
            E0309 22:23 `m` can't be assigned in a step of its own, which has a copy of its value | Let the step give the new value, and assign that.
            E0519 23:5 `return` can't leave what stands behind `mock`: it is a step of its own | Let the step give a value, and look at it behind the step.
            E0303 25:14 `fn(Int) -> Int` is not data, and what a step of its own takes from the body around it must be data: a function has no equality, order or encoding
            E0209 26:7 `List<Int>` has no method `each` | Walk it with a loop: `for x in xs { … }`.
            E0523 27:17 `get.calls` stands only in the body of a test itself | Write it in `test "name" { … }`, outside of lambdas and steps.
            E0301 28:25 expected `Text`, found `Int` | Put it into a text: `"${…}"`.
            E0303 29:10 `fn(Int) -> Int` is not data, and what a step of its own gives must be data: a function has no equality, order or encoding
            E0303 29:10 `fn(Int) -> Int` is not data, and what a step of its own takes from the body around it must be data: a function has no equality, order or encoding
        "#]],
    );
}

#[test]
fn a_lambda_that_calls_a_dot_is_answered_with_the_comprehension() {
    check(
        r#"
dot get(url: Text) -> Int { url.len() }
pub dot main(urls: List<Text>) -> List<Int> {
  let a = urls.map(url => get(url) + 1)
  let b = urls.sort_by(url => get(url))
  urls.map(get)
}
"#,
        expect![[r#"
            E0517 4:27 the dot `get` is called by a lambda, and only dots call dots | Write a comprehension, `[f(x) for x in xs]`, or call it in front of the lambda. ["urls.map(url => get(url) + 1)" => "[get(url) + 1 for url in urls]"]
            E0517 5:31 the dot `get` is called by a lambda, and only dots call dots | Write a comprehension, `[f(x) for x in xs]`, or call it in front of the lambda.
            E0516 6:12 the dot `get` is no value: it can only be called | Call it in a comprehension: `[get(x) for x in xs]`. ["urls.map(get)" => "[get(x) for x in urls]"]
        "#]],
    );
}

#[test]
fn lets_that_wait_too_early_are_said_once() {
    check_dots(
        r#"
dot load(path: Text) -> (Int, Text) { (1, files.read(path)) }
dot wide(n: Int) -> Int {
  let a = parse(get("a").body)
  let (b, c) = load("b")
  let d = get("d")
  if n > 0 { let e = get("e").status + 1
    get("f").status + e } else { let f = get("f").status + 1
    let g = get("${f}")
    g.status }
}
"#,
        expect![[r#"
            W0527 8:17 the call of `get` is awaited here, since more is done with its value at once, though `load` could run beside it | Give the call a `let` of its own, and use its name behind the other call.
            W0527 9:16 the call of `load` is awaited here, since its value is taken apart at once, though `get` could run beside it | Give the value one name with `let`, and take it apart behind the other call.
            W0527 11:22 the call of `get` is awaited here, since more is done with its value at once, though `get` could run beside it | Give the call a `let` of its own, and use its name behind the other call.
            read load(path) -> (Int, Text) = {
              (1, files.read#0(path))
            }
            read wide(n) -> Int = {
              let a = parse(get#0("a").0)
              let (b, c) = load#1("b")
              let~ d = get#2("d")
              If(Greater(n, 0), {
                let e = Add(get#3("e").1, 1)
                Add(get#4("f").1, e)
              }, {
                let f = Add(get#5("f").1, 1)
                let g = get#6(Concat(Text.of(f)))
                g.1
              })
            }
        "#]],
    );
}

#[test]
fn dots_of_imported_modules_are_called_and_what_they_need_is_asked_for() {
    check_with(
        r#"
import billing/invoice
pub dot main(path: Text) -> Int {
  let a = invoice.total(path)
  let b = try invoice.total(path)
  [invoice.total(p) for p in [path]].sum() + a + invoice.hidden(path)
}
test "mocked" {
  mock invoice.total = 3
  assert invoice.total("x") == 3
  assert invoice.total.calls == ["x"]
}
"#,
        &[(
            "billing/invoice",
            "pub dot total(path: Text) -> Int { files.read(path).len() }\ndot hidden(path: Text) -> Int { 1 }",
        )],
        expect![[r#"
            E0510 3:9 the dot `main` needs `files`: a `pub dot` says so with `uses` | Write `uses files` in its head, before the body. ["" => " uses files"]
            E0204 6:58 `hidden` is not public in `invoice` | Write `pub` in front of the declaration to make it part of the module's interface.
            E0510 billing/invoice.dot:1:9 the dot `invoice.total` needs `files`: a `pub dot` says so with `uses` | Write `uses files` in its head, before the body. ["" => " uses files"]
        "#]],
    );
}
