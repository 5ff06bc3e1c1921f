//! Programs whose dots call dots, run in every schedule, suspended and parked at every call or never: always the same comes
//! out, and no object stays alive.

use std::sync::{Arc, LazyLock};

use dot_abi::json::{self, Style};
use dot_abi::value::Value;
use dot_codegen::emit::{Options, emit_with};
use dot_codegen::lower::lower;
use dot_codegen::suspend::suspend;
use dot_codegen::{compile_all, count};
use dot_runtime::{Bundle, Engine, EngineConfig, Host, Plan, RunError};
use dot_types::program::{FunctionId, Program, SourceFile};
use dot_types::{NoSources, check as check_source};
use expect_test::{Expect, expect};
use paradot::Captured;
use paradot::schedule::Schedule;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(EngineConfig::default()).expect("an engine"));

const SCHEDULES: [Schedule; 5] =
    [Schedule::Sequential, Schedule::NewestFirst, Schedule::Random(1), Schedule::Random(2), Schedule::Adversarial];

/// The bundle of the units of a dot and of all that it reaches.
fn bundle(program: &Program, entry: FunctionId, options: Options) -> Bundle {
    let mut reached = vec![entry];
    let mut units = Vec::new();
    while let Some(&dot) = reached.get(units.len()) {
        let lowered = lower(program, dot).unwrap_or_else(|error| panic!("{error:#?}"));
        let new: Vec<FunctionId> = lowered.callees.iter().copied().filter(|callee| !reached.contains(callee)).collect();
        reached.extend(new);
        let text = dot_codegen::unit_text(&lowered.unit);
        let counted = count::insert(lowered).unwrap_or_else(|error| panic!("{error:#?}\n{text}"));
        let resumable = suspend(counted);
        let (manifest, bytes) = emit_with(&resumable, options);
        if let Err(problem) = wasmparser::validate(&bytes) {
            panic!("no valid module: {problem}\n{}", dot_codegen::unit_text(resumable.unit()));
        }
        units.push((manifest.name, bytes));
    }
    let (_, root) = units.remove(0);
    Bundle::new(&ENGINE, &root, units).expect("units that load")
}

/// What a run prints, and its result or fault.
fn run(bundle: &Bundle, input: &[Value], plan: Plan) -> String {
    let output = Arc::new(Captured::default());
    let host = Host::new(output.clone()).for_tests();
    let ended = bundle.run(Value::Record(input.to_vec()), &host, plan);
    let manifest = bundle.root().manifest();
    let end = match ended.end {
        Ok(value) => json::encode(&manifest.types, manifest.output, &value, Style::Compact).expect("a result"),
        Err(RunError::Fault(fault)) => format!("{} at {}", fault, fault.step.as_deref().unwrap_or("nowhere")),
        Err(RunError::Input(problems)) => panic!("the input is refused: {problems:?}"),
    };
    assert_eq!(ended.live_objects, 0, "no object stays alive, {plan:?}");
    output.text() + &end
}

fn checked(source: &str) -> Program {
    let checked = check_source(SourceFile { name: "main.dot".to_owned(), text: source.into() }, &NoSources);
    checked.program.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

/// Runs the first dot in every way.
fn check(source: &str, input: &[Value], expected: Expect) {
    let program = checked(source);
    check_entry(&program, program.dots[0], input, expected);
}

fn check_entry(program: &Program, entry: FunctionId, input: &[Value], expected: Expect) {
    let plain = bundle(program, entry, Options::default());
    let first = run(&plain, input, Plan::sequential());
    expected.assert_eq(&first);
    let poisoned = bundle(program, entry, Options { poison: true, reuse: false });
    for schedule in SCHEDULES {
        for (suspend_always, park_always) in [(false, false), (true, false), (true, true)] {
            let plan = Plan { schedule, suspend_always, park_always, fresh_always: suspend_always };
            for bundle in [&plain, &poisoned] {
                assert_eq!(run(bundle, input, plan), first, "{plan:?}");
            }
        }
    }
}

const INT: fn(i64) -> Value = Value::Int;

#[test]
fn recursion() {
    let source = "
dot fib(n: Int) -> Int {
  if n < 2 { n } else { fib(n - 1) + fib(n - 2) }
}
";
    check(source, &[INT(7)], expect!["13"]);
}

/// Dots that the programs call.
const HELPERS: &str = "
dot size(n: Int) -> Int {
  n * 2
}

dot word(n: Int) -> Text {
  if n < 0 { fail \"${n} is no size\" }
  \"w${n}\"
}

type Page = { title: Text, tags: List<Text> }

dot page(n: Int) -> Page {
  Page { title: \"p${n}\", tags: [\"a\", \"b${n}\"] }
}

dot maybe(n: Int) -> Int? {
  if n > 1 { n } else { None }
}

dot say(n: Int) -> Int {
  print(\"said ${n}\")
  n
}
";

fn check_main(main: &str, expected: Expect) {
    check(&format!("dot main() -> {main}\n{HELPERS}"), &[], expected);
}

#[test]
fn pending_lets() {
    check_main(
        "(Int, Text, List<Text>, Int?, Int) {
  let a = size(1)
  let b = word(2)
  let tags = page(3).tags
  let found = maybe(4)
  let lost = size(5)
  let absent = maybe(0)
  if a > 1 {
    return (a, b, tags, found ?? 0, size(6))
  }
  (lost, b, tags, absent, 0)
}",
        expect![[r#"[2,"w2",["a","b3"],4,12]"#]],
    );
}

#[test]
fn ways_that_meet() {
    check_main(
        "List<Text> {
  var out: List<Text> = []
  for i in 0..6 {
    let text = word(i)
    let page = page(i)
    let number = size(i)
    let found = maybe(i)
    let used = size(0)
    if i % 2 == used {
      out = out.push(text)
    }
    if i % 3 == 1 {
      out = out.push(\"${number} ${found ?? 7}\")
      continue
    }
    let more = word(size(i))
    out = out.push(\"${text} ${page.title} ${number} ${found ?? 0} ${more}\")
    if i == 5 or number > 100 {
      break
    }
  }
  out
}",
        expect![[r#"["w0","w0 p0 0 0 w0","2 7","w2","w2 p2 4 2 w4","w3 p3 6 3 w6","w4","8 4","w5 p5 10 5 w10"]"#]],
    );
}

#[test]
fn calls_inside_of_everything() {
    check_main(
        "Text {
  var text = \"\"
  if size(1) == 2 and size(2) > 3 {
    text += word(1)
  } else {
    text += word(2)
  }
  match maybe(size(3)) {
    Some(n) if size(n) > 100 => {
      text += word(n)
    }
    Some(n) => {
      text += word(n + 1)
    }
    None => {}
  }
  var n = 0
  while size(n) < 6 {
    n += size(1)
    text += word(n)
  }
  let counts = {\"a\": size(1), \"b\": size(2)}
  for (key, value) in counts {
    text += key + word(value)
  }
  let missing = counts.get(\"c\") ?? size(40)
  let all = [word(i) for i in 0..3 if size(i) != 2]
  let nested = [[word(size(i + j)) for i in 0..2] for j in 0..2]
  let twice = (word: Text) => word + word
  \"${text} ${missing} ${all} ${nested} ${twice(word(9))} ${page(1)} ${page(2).tags[size(0)]}\"
}",
        expect![[
            r#""w1w7w2w4aw2bw4 80 [\"w0\",\"w2\"] [[\"w0\",\"w2\"],[\"w2\",\"w4\"]] w9w9 {\"title\":\"p1\",\"tags\":[\"a\",\"b1\"]} a""#
        ]],
    );
}

#[test]
fn a_fault_is_the_earliest() {
    check_main(
        "Text {
  let late = word(1)
  let wrong = word(-1)
  let worse = word(-2)
  print(\"never\")
  late + worse + wrong
}",
        expect!["fail: -1 is no size at main/word:1#0"],
    );
}

#[test]
fn notes_are_in_order() {
    check_main(
        "Int {
  let a = say(1)
  print(\"between\")
  let b = say(2)
  let c = [say(i) for i in 3..6]
  print(\"end\")
  a + b + c.len()
}",
        expect![[r#"
            said 1
            between
            said 2
            said 3
            said 4
            said 5
            end
            6"#]],
    );
}

#[test]
fn comprehensions_overlap_within_a_window() {
    check_main(
        "(Int, List<Text>, List<List<Int>>, List<Text>) {
  let base = size(1)
  let many = [size(i) for i in 0..2500]
  let filtered = [word(i + base) for i in 0..6 if i % 2 == 0]
  let inner = [[size(i + j) for i in 0..j] for j in 0..4]
  let titles = [page(i).title for i in 0..3]
  (many.sum(), filtered, inner, titles)
}",
        expect![[r#"[6247500,["w2","w4","w6"],[[],[2],[4,6],[6,8,10]],["p0","p1","p2"]]"#]],
    );
}

#[test]
fn parts_in_parallel() {
    check_main(
        "Text {
  let (a, b) = parallel (say(1), word(2))
  let all = parallel [say(i) for i in 2..4]
  print(\"end\")
  \"${a} ${b} ${all}\"
}",
        expect![[r#"
            said 1
            said 2
            said 3
            end
            "1 w2 [2,3]""#]],
    );
}

#[test]
fn faults_are_values_under_try() {
    check_main(
        "Text {
  let wrong = try word(-1)
  let right = try word(1)
  let some = [try word(i) for i in -1..1]
  let all = try [word(i) for i in 0..3]
  let pair = try parallel (word(1), word(-4))
  var text = \"\"
  for Ok(word) in some {
    text += word
  }
  match (wrong, right) {
    (Err(fault), Ok(word)) => {
      text += fault.message + fault.step + word
    }
    _ => {}
  }
  let Err(fault) = pair else { return \"no fault\" }
  text += fault.step
  \"${text} ${all.is_ok()}\"
}",
        expect![[r#""w0-1 is no sizemain/word:0#0w1main/main.2:4#0/word:1#0 true""#]],
    );
}

#[test]
fn a_fault_that_is_raised_again() {
    check_main(
        "Text {
  match try word(-1) {
    Ok(word) => word
    Err(fault) => fail fault
  }
}",
        expect!["fail: -1 is no size at main/word:0#0"],
    );
}

#[test]
fn values_behind_calls() {
    check_main(
        "Int {
  let length = word(12).len()
  let tag = page(2).tags[1].len()
  let a = size(1)
  length + tag + a
}",
        expect!["7"],
    );
}

#[test]
fn functions_in_frames() {
    check_main(
        "Int {
  let n = size(2)
  let add = (x: Int) => x + n
  let m = size(3)
  let more = [size(i) for i in 0..3]
  add(m) + more.map(add).sum()
}",
        expect!["28"],
    );
}

#[test]
fn mocks_answer_and_calls_are_kept() {
    let source = format!(
        "test \"mocks\" {{
  let offset = 10
  mock size = n => n + offset
  mock word = each [Ok(\"first\"), Err(Fault.network()), Ok(\"third\")]
  assert twice(1) == 22
  assert word(1) == \"first\"
  assert (try word(2)).is_err()
  assert word(3) == \"third\"
  assert word(4) fails \"mock\"
  assert size.calls == [1, 1]
  assert word.calls.len() == 4
}}

dot twice(n: Int) -> Int {{
  let a = size(n)
  let b = size(n)
  a + b
}}
{HELPERS}"
    );
    let program = checked(&source);
    check_entry(&program, program.tests[0], &[], expect!["null"]);
}

#[test]
fn walks_and_places() {
    check_main(
        "Text {
  var grid = [[1, 2], [3, 4]]
  grid[size(0)][size(0) + 1] = size(21)
  grid[1][0] += size(2)
  var pages: Map<Text, Page> = {}
  for c in \"aé😀\" {
    pages[c] = page(c.len())
    pages[c].tags = pages[c].tags.push(word(pages.len()))
  }
  let seen = Set.from([word(3), word(1), word(2)])
  var out = \"\"
  for name in seen {
    for (key, value) in pages {
      out += name + key + word(size(value.tags.len()))
    }
  }
  var (a, b) = (size(1), size(2))
  (a, b) = (b, size(a))
  \"${grid} ${out} ${a} ${b} ${pages.get(\"é\")}\"
}",
        expect![[
            r#""[[1,42],[7,4]] w1aw6w1éw6w1😀w6w2aw6w2éw6w2😀w6w3aw6w3éw6w3😀w6 4 4 {\"title\":\"p1\",\"tags\":[\"a\",\"b1\",\"w2\"]}""#
        ]],
    );
}

#[test]
fn ways_out() {
    check_main(
        "List<Text> {
  let lost = word(100)
  var out: List<Text> = []
  for i in 0..20 {
    let inner = word(i)
    let number = size(i)
    let (first, second) = (word(i), word(i + 1))
    let Some(found) = maybe(i) else {
      out = out.push(first)
      continue
    }
    var turns = 0
    while true {
      let more = size(turns)
      turns += 1
      if more > found {
        break
      }
      if turns == 9 {
        return out.push(inner + second)
      }
    }
    out = out.push(\"${turns} ${number}\")
  }
  out
}",
        expect![[
            r#"["w0","w1","3 4","3 6","4 8","4 10","5 12","5 14","6 16","6 18","7 20","7 22","8 24","8 26","9 28","9 30","w16w17"]"#
        ]],
    );
}

#[test]
fn nothing_comes_back() {
    check_main(
        "() {
  nothing(1)
  let done = nothing(2)
  let tried = try nothing(-1)
  let all = [nothing(i) for i in 0..2]
  if tried.is_err() and all == [(), ()] {
    nothing(3)
  }
  done
}

dot nothing(n: Int) {
  if n < 0 { fail \"less than nothing\" }
  print(\"nothing ${n}\")
}",
        expect![[r#"
            nothing 1
            nothing 2
            nothing 0
            nothing 1
            nothing 3
            null"#]],
    );
}

#[test]
fn numbers_of_every_kind() {
    check_main(
        "Text {
  let float = half(3)
  let span = span(2)
  let truth = is_odd(3)
  let color = color(1)
  let shape = shape(2)
  let same = size(1)
  var text = \"\"
  for i in 0..2 {
    let inner = half(i)
    let decimal = size(i)
    if i == same - 1 {
      text += \"${float} ${span} ${truth} ${color} ${shape}\"
    }
    let behind = word(i)
    text += \"${inner} ${decimal}\"
  }
  text
}

type Color = Red | Green

type Shape = Round(radius: Float) | Flat

dot half(n: Int) -> Float {
  n.to_float() / 2.0
}

dot span(n: Int) -> Duration {
  2s * n
}

dot is_odd(n: Int) -> Bool {
  n % 2 == 1
}

dot color(n: Int) -> Color {
  if n == 1 { Green } else { Red }
}

dot shape(n: Int) -> Shape {
  if n == 1 { Round(1.5) } else { Flat }
}",
        expect![[r#""0.0 01.5 4s true Green {\"type\":\"Flat\"}0.5 2""#]],
    );
}

#[test]
fn a_deep_chain() {
    check_main(
        "Int {
  depth(500)
}

dot depth(n: Int) -> Int {
  if n == 0 { 0 } else { depth(n - 1) + 1 }
}",
        expect!["500"],
    );
}

#[test]
fn compile_all_gives_each_unit_once() {
    let source = format!(
        "dot main() -> Int {{\n  size(1) + size(2) + twice(1)\n}}\n\ndot twice(n: Int) -> Int {{\n  size(n) + twice(n)\n}}\n{HELPERS}"
    );
    let program = checked(&source);
    let units = compile_all(&program, program.dots[0]).expect("units");
    let names: Vec<&str> = units.iter().map(|unit| unit.manifest.name.as_str()).collect();
    expect![[r#"
        [
            "main",
            "size",
            "twice",
        ]
    "#]]
    .assert_debug_eq(&names);
}
