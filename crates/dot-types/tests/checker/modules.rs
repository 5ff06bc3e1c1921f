//! Imports, visibility, circles.

use expect_test::expect;

use crate::check_with;

const INVOICE: &str = r#"
pub type Line = { amount: Int, note: Text? }
pub type State = | Open | Paid(on: Text)
type Hidden = { x: Int }
pub let tax = 19
pub fn total(lines: List<Line>) -> Int { [gross(l) for l in lines].sum() }
pub fn gross(line: Line) -> Int { line.amount * (100 + tax) / 100 }
type Inner = | Deep | Flat
fn secret() -> Int { 1 }
"#;

#[test]
fn modules_name_what_is_public() {
    check_with(
        r#"
import billing/invoice
import billing/invoice as inv

fn f() -> Int {
  let line = invoice.Line { amount: 100 }
  let state = invoice.Paid(on: "today")
  let more = match state { invoice.Open => 1, Paid(_) => line.gross() }
  let open: inv.State = Open
  if open is inv.State.Open { inv.total([line]) + more + inv.tax } else { 0 }
}
"#,
        &[("billing/invoice", INVOICE)],
        expect![[r#"
            invoice.Line.note.default() -> Text?
            f() -> Int { line: invoice.Line, state: invoice.State, more: Int, open: invoice.State }
            invoice.total(lines: List<invoice.Line>) -> Int { l: invoice.Line }
            invoice.gross(line: invoice.Line) -> Int
            invoice.secret() -> Int
            invoice.tax() -> Int
        "#]],
    );
}

#[test]
fn what_is_not_public_is_not_seen() {
    check_with(
        "import billing/invoice\nfn f(h: invoice.Hidden) -> Int { invoice.secret() + invoice.totl([]) }\nfn g(h: invoce.Line) {}\nfn i() -> Bool { invoice.Deep == invoice.Flat }\n",
        &[("billing/invoice", INVOICE)],
        expect![[r#"
            E0204 2:17 `Hidden` is not public in `invoice` | Write `pub` in front of the declaration to make it part of the module's interface.
            E0204 2:42 `secret` is not public in `invoice` | Write `pub` in front of the declaration to make it part of the module's interface.
            E0207 2:61 the module `invoice` has no `totl` | Did you mean `total`? ["totl" => "total"]
            E0208 3:9 no module is named `invoce` here | Did you mean `invoice`? ["invoce" => "invoice"]
            E0207 4:26 the module `invoice` has no `Deep`
            E0207 4:42 the module `invoice` has no `Flat`
        "#]],
    );
}

#[test]
fn missing_modules() {
    check_with(
        "import a/missing\nimport locked\nfn f() -> Int { 1 }\n",
        &[],
        expect![[r#"
        E0205 1:8 there is no module `a/missing`: the file `a/missing.dot` does not exist | A module's path is relative to the folder of the project: that of its `dot.toml`, or of the file that is run.
        E0205 2:8 the file `locked.dot` can't be read: permission denied
    "#]],
    );
}

#[test]
fn circles() {
    check_with(
        "import a\n",
        &[("a", "import b\n"), ("b", "import c\n"), ("c", "import b\n")],
        expect![[r#"
            E0206 c.dot:1:8 modules import each other in a circle: `b` imports `c` imports `b` | Move what both need into a module that imports neither of them.
        "#]],
    );
}

#[test]
fn errors_stand_in_their_file() {
    check_with(
        "import a\nfn f() -> Int { a.g() }\n",
        &[("a", "pub fn g() -> Text { 1 }\n")],
        expect![[r#"
        E0301 2:17 expected `Int`, found `Text` | `Int.parse(text)` gives an `Int?`.
        E0301 a.dot:1:22 expected `Text`, found `Int` | Put it into a text: `"${…}"`.
    "#]],
    );
}
