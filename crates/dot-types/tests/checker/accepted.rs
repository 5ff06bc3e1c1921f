//! Programs that are right, with the types that inference finds.

use expect_test::expect;

use crate::check;

#[test]
fn records_unions_and_methods() {
    check(
        r#"
type User = { id: Int, name: Text, email: Text? }
type Payment = | Card(number: Text, cvc: Text) | Transfer(iban: Text) | Cash

fn label(p: Payment) -> Text {
  match p {
    Card(number: n, ..) => "card ending ${n.slice(-4)}"
    Transfer(iban) if iban.starts_with("DE") => "German transfer"
    Transfer(_) | Cash => "other"
  }
}

fn rename(user: User, name: Text) -> User { User { ..user, name } }

fn use_them() -> Text {
  let user = User { id: 1, name: "Ada" }
  let other = user.rename("Eve")
  let mail = other.email ?? "none"
  let labels = [Cash, Card("1234", cvc: "567"), Transfer(iban: "DE1")].map(p => p.label())
  mail + labels.join(", ") + "${other.id}"
}
"#,
        expect![[r#"
            User.email.default() -> Text?
            label(p: Payment) -> Text { n: Text, iban: Text }
            rename(user: User, name: Text) -> User
            use_them() -> Text { user: User, other: User, mail: Text, p: Payment, labels: List<Text> }
        "#]],
    );
}

#[test]
fn literals_take_the_type_expected() {
    check(
        r#"
fn f(x: Float) -> Float {
  let twice = 2 * x
  let sum = x + 1 - -3
  let xs: List<Float> = [1, 2, -3]
  let total = xs.fold(0.0, (a, b) => a + b)
  if x == 0 { twice } else { sum + total }
}
"#,
        expect![[r#"
            f(x: Float) -> Float { twice: Float, sum: Float, xs: List<Float>, a: Float, b: Float, total: Float }
        "#]],
    );
}

#[test]
fn options() {
    check(
        r#"
fn first(xs: List<Int>) -> Int? {
  let a = xs.get(0)?
  let b: Int? = a
  let c = b ?? xs.get(1) ?? 0
  let d = xs.get(2) ?? xs.get(3)
  let e = [1, None, c]
  let g = if c > 0 { c } else { return None }
  if a == 1 { None } else { g }
}
"#,
        expect![[r#"
            first(xs: List<Int>) -> Int? { a: Int, b: Int?, c: Int, d: Int?, e: List<Int?>, g: Int }
        "#]],
    );
}

#[test]
fn results() {
    check(
        r#"
type Problem = | Bad(text: Text) | Worse
fn parse(text: Text) -> Result<Int, Problem> {
  match Int.parse(text) {
    Some(n) => Ok(n)
    None => Err(Bad(text))
  }
}
fn sum(a: Text, b: Text) -> Result<Int, Problem> {
  let x = parse(a)?
  let rest = [b].map(t => parse(t) ?? 0)
  Ok(x + parse(b)? + rest[0])
}
"#,
        expect![[r#"
            parse(text: Text) -> Result<Int, Problem> { n: Int }
            sum(a: Text, b: Text) -> Result<Int, Problem> { x: Int, t: Text, rest: List<Int> }
        "#]],
    );
}

#[test]
fn lambdas() {
    check(
        r#"
fn f(m: Map<Text, Int>) -> List<Text> {
  let factor = 3
  let scaled = m.entries().map((k, v) => (k, v * factor))
  let names = scaled.filter((_, v) => v > 1).map((k, _) => k)
  let nested = [1, 2].map(x => [1, 2].map(y => x * y * factor))
  let add = (a: Int, b: Int) => a + b
  let one = add(1, nested[0][0])
  let check: fn(Int) -> Bool = n => { if n > one { return true }; n == 0 }
  names + [1].filter(check).map(Text.of)
}
"#,
        expect![[r#"
            f(m: Map<Text, Int>) -> List<Text> { factor: Int, k: Text, v: Int, scaled: List<(Text, Int)>, v: Int, k: Text, names: List<Text>, x: Int, y: Int, nested: List<List<Int>>, a: Int, b: Int, add: fn(Int, Int) -> Int, one: Int, n: Int, check: fn(Int) -> Bool }
        "#]],
    );
}

#[test]
fn functions_as_values() {
    check(
        r#"
fn double(n: Int) -> Int { n * 2 }
fn apply<T>(value: T, f: fn(T) -> T) -> T { f(value) }
fn f() -> Int {
  let all = [1, 2].map(double)
  let wrapped = all.map(Some)
  let oks = all.map(n => Ok(n)).filter(r => r == Err("x"))
  apply(all[0], double) + [3].sort_by(double)[0]
}
"#,
        expect![[r#"
            double(n: Int) -> Int
            apply(value: T, f: fn(T) -> T) -> T
            f() -> Int { all: List<Int>, wrapped: List<Int?>, n: Int, r: Result<Int, Text>, oks: List<Result<Int, Text>> }
        "#]],
    );
}

#[test]
fn places() {
    check(
        r#"
type Cell = { value: Int, tags: Map<Text, List<Int>> }
fn f(cells: List<Cell>) -> List<Cell> {
  var grid = cells
  grid[0].value = 3
  grid[0].value += 1
  grid[1].tags["a"] = []
  grid[1].tags["a"] += [4]
  grid[1].tags["a"][0] *= 2
  var (a, b) = (1, 2)
  (a, b) = (b, a)
  grid[a].value = b
  grid
}
"#,
        expect![[r#"
            f(cells: List<Cell>) -> List<Cell> { grid: List<Cell>, a: Int, b: Int }
        "#]],
    );
}

#[test]
fn comprehensions_and_loops() {
    check(
        r#"
fn f(text: Text, bytes: Bytes, set: Set<Int>) -> List<(Text, Int)> {
  let pairs = [(c, n) for c in text if c != " " for n in 1..=3]
  let numbers = [b + s for b in bytes for s in set]
  let oks = [n for Some(n) in [numbers.get(0), None]]
  var total = 0
  for (c, n) in pairs { if n == 2 { continue }; total += n; if c == "x" { break } }
  for (i, n) in numbers.enumerate() { total += i * n }
  while true { total -= 1; if total < 0 { return pairs } }
}
"#,
        expect![[r#"
            f(text: Text, bytes: Bytes, set: Set<Int>) -> List<(Text, Int)> { c: Text, n: Int, pairs: List<(Text, Int)>, b: Int, s: Int, numbers: List<Int>, n: Int, oks: List<Int>, total: Int, c: Text, n: Int, i: Int, n: Int }
        "#]],
    );
}

#[test]
fn empty_values() {
    check(
        r#"
type Settings = { depth: Int = 3, name: Text? }
fn f() -> Int {
  let a: Map<Text, List<Int>> = {}
  let b: Set<Int> = {}
  let c: Settings = {}
  let d = {"x": [1], "y": []}
  var e = []
  e = e.push(d["x"])
  var g = None
  if a == d { g = 3 }
  c.depth + b.len() + e[0][0] + (g ?? 1)
}
"#,
        expect![[r#"
            Settings.depth.default() -> Int
            Settings.name.default() -> Text?
            f() -> Int { a: Map<Text, List<Int>>, b: Set<Int>, c: Settings, d: Map<Text, List<Int>>, e: List<List<Int>>, g: Int? }
        "#]],
    );
}

#[test]
fn constants_tests_and_dots() {
    check(
        r#"
let limit = 10
let table: Map<Text, Int> = {"a": limit}
let twice = double(limit)
fn double(n: Int) -> Int { n * 2 }

/// Says hello.
pub dot main(name: Text, times: Int where it > 0 = 1) {
  for _ in 0..times { print("Hello, ${name}! ${twice} ${table}") }
}
dot words(path: files.Path) -> Int { files.read(path).words().len() }

test "doubles" {
  assert double(2) == 4
  assert double(3) > 5, "but it is ${double(3)}"
}
"#,
        expect![[r#"
            double(n: Int) -> Int
            main(name: Text, times: Int where it > 0) -> ()
            Int.where(it: Int) -> Bool
            main.times.default() -> Int where it > 0
            words(path: files.Path) -> Int
            limit() -> Int
            table() -> Map<Text, Int>
            twice() -> Int
        "#]],
    );
}

#[test]
fn defaults_and_named_arguments() {
    check(
        r#"
fn pad(text: Text, width: Int = 10, fill: Text = " ", after: Text?) -> Text { text + fill.repeat(width) + (after ?? "") }
fn f() -> Text { pad("a") + pad(width: 3, text: "b") + pad("c", fill: "-") + pad("d", 1, "x", "y") }
fn default_of<T>(value: T, other: T? = None) -> T { other ?? value }
fn g() -> Int { default_of(1) + default_of(1, 2) }
"#,
        expect![[r#"
            pad(text: Text, width: Int, fill: Text, after: Text?) -> Text
            pad.width.default() -> Int
            pad.fill.default() -> Text
            pad.after.default() -> Text?
            f() -> Text
            default_of(value: T, other: T?) -> T
            default_of.other.default() -> T?
            g() -> Int
        "#]],
    );
}

#[test]
fn never_fits_anywhere() {
    check(
        r#"
fn f(x: Int?) -> Int {
  let a = x ?? return 0
  let b = match a { 1 => fail "one", n => n }
  let c: Text = if b == 3 { fail "three" } else { "c" }
  let Some(d) = x else { return 1 }
  let xs = [1, fail "x"]
  d + c.len() + xs[0]
}
fn g() -> Never { fail "no" }
fn h() -> Int { g() }
"#,
        expect![[r#"
            f(x: Int?) -> Int { a: Int, n: Int, b: Int, c: Text, d: Int, xs: List<Int> }
            f.x.default() -> Int?
            g() -> Never
            h() -> Int
        "#]],
    );
}

#[test]
fn neighbours_help_to_read_literals() {
    check(
        r#"
type P = { x: Int, y: Float? }
fn f(xs: List<Int?>, t: (Int?, Float), m: Map<Text, Float>, p: P) -> Bool {
  var ys = xs
  ys += [1]
  let all = ys + [2, None] + [3]
  let both = t == (1, 2) and (None, 3) == t
  let maps = m == {"a": 1, "b": 2.5}
  let never = [fail "x"]
  both and maps and xs == [1] and p == P { x: 1, y: 2 } and p.y == 3 and 0.5 in [1, p.y ?? 2]
}
"#,
        expect![[r#"
            P.y.default() -> Float?
            f(xs: List<Int?>, t: (Int?, Float), m: Map<Text, Float>, p: P) -> Bool { ys: List<Int?>, all: List<Int?>, both: Bool, maps: Bool, never: List<()> }
        "#]],
    );
}
