//! Wrong programs: what is said about them, what the fixes make of them, and that mistakes don't hide each other.

use dot_syntax::{Diagnostic, FileId, parse};
use expect_test::{Expect, expect};

/// The diagnostics of a file, one a line, with the text that each is about.
fn check(text: &str, expect: Expect) {
    let lines: Vec<String> = parse(FileId(0), text).diagnostics.iter().map(|found| shape(text, found)).collect();
    expect.assert_eq(&lines.join("\n"));
}

/// The diagnostics of the body of a function.
fn check_body(body: &str, expect: Expect) {
    check(&format!("fn f() {{\n{body}\n}}\n"), expect);
}

fn shape(text: &str, found: &Diagnostic) -> String {
    let line = text[..found.span.start as usize].matches('\n').count() + 1;
    let help = found.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    format!("{line} {} {:?} {}{help}", found.code.0, &text[found.span.range()], found.message)
}

/// A statement of another language, and what its fixes make of it: correct Dot.
fn check_fix(wrong: &str, right: &str) {
    let frame = |body: &str| format!("fn f() {{\n{body}\n}}\n");
    check_file_fix(&frame(wrong), &frame(right));
}

fn check_file_fix(wrong: &str, right: &str) {
    let parsed = parse(FileId(0), wrong);
    assert!(!parsed.diagnostics.is_empty(), "nothing was said about {wrong}");
    let mut edits: Vec<_> = parsed.diagnostics.into_iter().flat_map(|found| found.fix).collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut fixed = wrong.to_owned();
    for edit in edits.iter().rev() {
        fixed.replace_range(edit.span.range(), &edit.text);
    }
    assert_eq!(fixed, right);
    assert_eq!(parse(FileId(0), right).diagnostics, [], "{right}");
}

#[test]
fn parentheses_that_hold_a_brace_stay() {
    let parsed = parse(FileId(0), "fn f() {\nif (A { b: 1 } == c) { d }\n}\n");
    assert_eq!(parsed.diagnostics.len(), 1, "{:?}", parsed.diagnostics);
    assert_eq!(parsed.diagnostics[0].fix, []);
}

#[test]
fn fixes_of_operators() {
    check_fix("a && b || !c", "a and b or not c");
    check_fix("a&&b", "a and b");
    check_fix("a === b", "a == b");
    check_fix("a !== b", "a != b");
    check_fix("a <> b", "a != b");
    check_fix("x++", "x += 1");
    check_fix("x--", "x -= 1");
    check_fix("x := 1", "let x = 1");
    check_fix("let x := 1", "let x = 1");
    check_fix("a < b <= c", "a < b and b <= c");
    check_fix("let y = a ? b : -c", "let y = if a { b } else { -c }");
    check_fix("f({ ...a, b: 1 })\nfor i in 0..<n {}", "f({ ..a, b: 1 })\nfor i in 0..n {}");
}

#[test]
fn fixes_of_words() {
    check_fix("let x = null", "let x = None");
    check_fix("x == nil or y == undefined or z == none", "x == None or y == None or z == None");
    check_fix("True or False", "true or false");
    check_fix("if a { b } elif c { d }", "if a { b } else if c { d }");
    check_fix("if a { b }\nelif c { d }", "if a { b }\nelse if c { d }");
    check_fix("let mut x = 1", "var x = 1");
    check_fix("const x = 1", "let x = 1");
    check_fix("throw \"x\"", "fail \"x\"");
    check_fix("raise e", "fail e");
    check_fix("await f()", "f()");
    check_fix("let x = await f()", "let x = f()");
    check_fix("let x = f().await", "let x = f()");
    check_fix("let x = new User(1)", "let x = User(1)");
    check_fix("x is not None", "not x is None");
    check_fix("loop { break }", "while true { break }");
    check_fix("unless a { b }", "if not a { b }");
    check_fix("foreach x in xs { y }", "for x in xs { y }");
}

#[test]
fn fixes_of_heads() {
    check_fix("for x of xs { y }", "for x in xs { y }");
    check_fix("for x: xs { y }", "for x in xs { y }");
    check_fix("while (x) { y }", "while x { y }");
    check_fix("if (x or y) { z }", "if x or y { z }");
    check_fix("if x = 3 { y }", "if x == 3 { y }");
    check_fix("if let Some(_) = x { v }", "if x is Some(_) { v }");
    check_fix("switch x { case 1: 2\ndefault: 3 }", "match x { 1 => 2\n_ => 3 }");
    check_fix("match x {\n1 => 2\nelse => 3\n}", "match x {\n1 => 2\n_ => 3\n}");
    check_fix("match x { 1 -> 2, else => 3 }", "match x { 1 => 2, _ => 3 }");
}

#[test]
fn fixes_of_lambdas_and_literals() {
    check_fix("let f = lambda x: x + 1", "let f = x => x + 1");
    check_fix("let f = lambda x, y: x", "let f = (x, y) => x");
    check_fix("let f = x -> x + 1", "let f = x => x + 1");
    check_fix("let f = (a, b) -> a", "let f = (a, b) => a");
    check_fix("let x = 'it\\'s \"a\" ${b}'", "let x = \"it's \\\"a\\\" \\${b}\"");
    check_fix(r#"let x = 'say \"hi\" \${b}'"#, r#"let x = "say \"hi\" \${b}""#);
    check_fix("xs.map(|x| x + 1)", "xs.map(x => x + 1)");
    check_fix("xs.fold(0, |a, b| a + b)", "xs.fold(0, (a, b) => a + b)");
    check_fix("let x = `a ${b}`", "let x = \"a ${b}\"");
    check_fix("let x = f\"a {b} c\"", "let x = \"a ${b} c\"");
    check_fix("f(a = 1)", "f(a: 1)");
    check_fix("User { id = 1 }", "User { id : 1 }");
    check_fix("a # why", "a // why");
    check_fix("/* why */\na", "// why\na");
    check_fix("/* why\n * not\n */\na", "// why\n// not\na");
    check_fix("if a<b { c }", "if a <b { c }");
}

#[test]
fn fixes_of_declarations() {
    check_file_fix("def f(x: Int) -> Int { x }\n", "fn f(x: Int) -> Int { x }\n");
    check_file_fix("fn f(x: Int): Int { x }\n", "fn f(x: Int) -> Int { x }\n");
    check_file_fix("fn f(x: int, y: string[]) {}\n", "fn f(x: Int, y: List<Text>) {}\n");
    check_file_fix("class User { id: Int }\n", "type User = { id: Int }\n");
    check_file_fix("type User { id: Int }\n", "type User = { id: Int }\n");
    check_file_fix("pub test \"a\" {}\n", "test \"a\" {}\n");
    check_file_fix("const x = 1\n", "let x = 1\n");
    check_file_fix("export fn f() {}\n", "pub fn f() {}\n");
    check_file_fix("async fn f() {}\n", "fn f() {}\n");
    check_file_fix("fn f(x: Int) -> Int = x + 1\n", "fn f(x: Int) -> Int { x + 1 }\n");
    check_file_fix("fn f(x: Text | null) {}\n", "fn f(x: Text?) {}\n");
    check_file_fix("fn f(g: (Int) => Int) {}\n", "fn f(g: fn(Int) -> Int) {}\n");
}

#[test]
fn words_without_a_fix() {
    check_body(
        "try { a() } catch (e) { b() }\nc()",
        expect![[
            r#"2 E0110 "try" `try { … } catch` is not written in Dot: `try` stands before one call, and gives a `Result`; Write `match try call(…) { Ok(value) => … Err(fault) => … }`."#
        ]],
    );
    check_body(
        "for (let i = 0; i < n; i++) { a() }",
        expect![[
            r#"2 E0110 "(let i = 0; i < n; i++)" a loop with a counter walks a range in Dot; Write `for i in 0..n { … }`."#
        ]],
    );
    check_body(
        "a ** b",
        expect![[
            r#"2 E0110 "**" `**` is not written in Dot: powers are a function; Write `Math.pow(a, b)` for `Float`, or a product."#
        ]],
    );
    check_body(
        "print \"x\"",
        expect![[r#"2 E0110 "print" a call has parentheses in Dot, that of `print` too; Write `print(…)`."#]],
    );
    check_body(
        "if a: b()",
        expect![[
            r#"2 E0110 ":" `:` does not begin a block in Dot: blocks stand in braces, and indentation means nothing; Write `{` here, and `}` behind the block."#
        ]],
    );
    check_body(
        "if a then b",
        expect![[
            r#"2 E0110 "then" `then` is not written in Dot: the branches of `if` stand in braces; Write `if c { a } else { b }`."#
        ]],
    );
    check_body(
        "++a",
        expect![[
            r#"2 E0110 "++" `++` is not written in Dot: a variable is stepped by an assignment; Write `x += 1`."#
        ]],
    );
    check(
        "import x from \"y\"\n",
        expect![[
            r#"1 E0110 "import x from \"y\"" a file is imported as a whole in Dot, and what it has is named behind its name; Write `import billing/invoice`, and then `invoice.total(…)`."#
        ]],
    );
    check(
        "from x import y\n",
        expect![[
            r#"1 E0110 "from x import y" a file is imported as a whole in Dot, and what it has is named behind its name; Write `import billing/invoice`, and then `invoice.total(…)`."#
        ]],
    );
    check(
        "import { x } from \"y\"\n",
        expect![[
            r#"1 E0110 "import { x } from \"y\"" a file is imported as a whole in Dot, and what it has is named behind its name; Write `import billing/invoice`, and then `invoice.total(…)`."#
        ]],
    );
    check(
        "enum Color { Red, Green }\n",
        expect![[
            r#"1 E0110 "enum Color" `enum` is not written in Dot: unions of cases are declared with `type`; Write `type Color = Red | Green`."#
        ]],
    );
    check(
        "class A(B) {\n  def f(self): pass\n}\nfn g() {}\n",
        expect![[
            r#"1 E0110 "class" `class` is not written in Dot: records, unions and other types are declared with `type`; Write `type Point = { x: Int }`, and its functions beside it."#
        ]],
    );
    check(
        "digraph G {\n  a -> b;\n  b -> c [label=\"x\"];\n}\n",
        expect![[
            r#"1 E0120 "digraph" this is a Graphviz file: its language is called DOT, too, but draws graphs and does not run; Draw it with Graphviz, `dot -Tsvg FILE`; a Dot program begins with `dot main() { … }`."#
        ]],
    );
    check(
        "strict graph { a -- b }\n",
        expect![[
            r#"1 E0120 "strict" this is a Graphviz file: its language is called DOT, too, but draws graphs and does not run; Draw it with Graphviz, `dot -Tsvg FILE`; a Dot program begins with `dot main() { … }`."#
        ]],
    );
    check(
        "print(\"a\")\nprint(\"b\")\nx = 3\n",
        expect![[
            r#"1 E0114 "print" a file holds declarations, but here is the name `print`, and statements stand in a `dot` or `fn`; Write `dot main() { … }` around it; what is declared begins with `dot`, `fn`, `type`, `let`, `import`, `store` or `test`."#
        ]],
    );
}

#[test]
fn what_was_expected() {
    check(
        "native raed dot f()\n",
        expect![[
            r#"1 E0111 "raed" expected `fn`, `dot` or a class, one of `pure note read wait write`, but found the name `raed`"#
        ]],
    );
    check_body(
        "int x = 5",
        expect![[
            r#"2 E0110 "int" a local begins with `let`, or with `var` if it is rebound, and its type is inferred; Write `let`."#
        ]],
    );
    check_body("let x =", expect![[r#"3 E0111 "}" expected an expression, but found `}`"#]]);
    check_body("let = 1", expect![[r#"2 E0111 "=" expected a pattern, but found `=`"#]]);
    check_body(
        "var x",
        expect![[
            r#"2 E0111 "" expected `=` behind the name, because every variable has a value, but found the end of the line"#
        ]],
    );
    check_body(
        "f(a b)",
        expect![[
            r#"2 E0111 "b" expected `,` or `)` behind an argument, but found the name `b`; Write a `,` before what follows, or `)` before it."#
        ]],
    );
    check_body(
        "[a b, c d]",
        expect![[r#"
            2 E0111 "b" expected `,` or `]` behind an element, but found the name `b`; Write a `,` before what follows, or `]` before it.
            2 E0111 "d" expected `,` or `]` behind an element, but found the name `d`; Write a `,` before what follows, or `]` before it."#]],
    );
    check_body(
        "a b",
        expect![[
            r#"2 E0111 "b" expected the end of the statement, but found the name `b`; To call `a`, write `a(…)`."#
        ]],
    );
    check_body(
        "a.1",
        expect![[
            r#"2 E0111 "1" expected the name of a field, but found a number; Take the tuple apart: `let (a, b) = pair`."#
        ]],
    );
    check_body(
        "1 = 2",
        expect![[
            r#"2 E0117 "1" this is a value, and only a variable, a field or an element can be assigned to; To compare, write `==`; to bind a name, write `let name = …`."#
        ]],
    );
    check_body(
        "if a\nb",
        expect![[
            r#"2 E0111 "" expected the block `{ … }` of `if`, but found the end of the line; Blocks stand in braces, also those of one statement."#
        ]],
    );
    check_body(
        "  fn g() { 1 }",
        expect![[
            r#"2 E0115 "fn" `fn` declares something of the whole file, so it can't stand in a block; Move it to the top level; a local function is a lambda: `let f = x => …`."#
        ]],
    );
    check_body(
        "xs.map(x => y = 1)",
        expect![[
            r#"2 E0111 "=" an assignment is a statement, and the body of a lambda is an expression; Put the assignment into braces: `=> { x = e }`."#
        ]],
    );
    check_body("match a { b }", expect![[r#"2 E0111 "}" expected `=>` of the arm, but found `}`"#]]);
    check_body(
        "{ a: 1, \"b\": 2 }",
        expect![[
            r#"2 E0118 "{ a: 1, \"b\": 2 }" a literal has either fields, which are names, or keys, which are texts; Write every field without quotes for a record, and every key with quotes for a map."#
        ]],
    );
    check_body(
        "let type = 1",
        expect![[
            r#"2 E0111 "type" expected a pattern, but found the keyword `type`; Choose another name, such as `type_`."#
        ]],
    );
    check_body(
        "[..xs]",
        expect![[
            r#"2 E0110 ".." a list is not spread into another one in Dot: lists are joined with `+`; Write `xs + [a, b]`."#
        ]],
    );
    check_body(
        "x = y = 1",
        expect![[
            r#"2 E0111 "=" expected the end of the statement, but found `=`; An assignment is a statement and gives no value: write each on a line of its own."#
        ]],
    );
    check_body(
        "a == not b",
        expect![[r#"2 E0111 "not" expected an operand, but found `not`; Put it into parentheses: `(not x)`."#]],
    );
    check_body(
        "let [a, b] = c",
        expect![[
            r#"2 E0111 "[a, b]" lists are not taken apart by patterns; Bind the list, and ask for `xs.len()` and `xs.get(i)`."#
        ]],
    );
    check(
        "fn f(x Int) {}\n",
        expect![[r#"1 E0110 "Int" the type of a parameter or field stands behind a `:` in Dot; Write `name: T`."#]],
    );
    check(
        "fn f() -> Int\nfn g() {}\n",
        expect![[
            r#"1 E0111 "" expected the block `{ … }` of the function, but found the end of the line; Blocks stand in braces, also those of one statement."#
        ]],
    );
    check("fn f\n", expect![[r#"1 E0111 "" expected `(` of the parameters, but found the end of the line"#]]);
    check(
        "type A = {\n  a: Int\n  b: Int\n}\n",
        expect![[
            r#"3 E0111 "b" expected `,` or `}` behind a field, but found the name `b`; Write a `,` before what follows, or `}` before it."#
        ]],
    );
    check(
        "type A = Int??\n",
        expect![[
            r#"1 E0116 "??" `T??` is not a type: a value that may be absent is absent in one way only; Write one `?`."#
        ]],
    );
    check(
        "fn f(x: Int | Text) {}\n",
        expect![[
            r#"1 E0111 "|" a union has no place here: its cases need a name; Declare it, as in `type Shape = Circle(Float) | Square(Float)`, and write its name here."#
        ]],
    );
    check(
        "test \"a ${b}\" {}\n",
        expect![[
            r#"1 E0111 "\"a ${b}\"" the name of the test can't have an interpolation, because it is known before anything runs; Write the text out."#
        ]],
    );
    check(
        "native fn f() {}\n",
        expect![[
            r#"1 E0111 "{" what is `native` is written in Rust, so it has no body; Remove the body, or the word `native`."#
        ]],
    );
}

#[test]
fn tokens() {
    check_body(
        "a @ b",
        expect![[
            r#"2 E0101 "@" `@` means nothing in Dot; Remove it; Dot has no annotations, policies stand behind `with`."#
        ]],
    );
    check_body(
        "\"abc\nb",
        expect![[
            r#"2 E0102 "\"" the text is not closed on its line; Close it with `"`; a text of several lines stands between `"""` and `"""`, and an interpolation ends with `}`."#
        ]],
    );
    check_body(
        "\"abc ${b\nc",
        expect![[
            r#"2 E0102 "\"" the text is not closed on its line; Close it with `"`; a text of several lines stands between `"""` and `"""`, and an interpolation ends with `}`."#
        ]],
    );
    check_body(
        "\"\\q \\u{110000}\"",
        expect![[r#"
            2 E0103 "\\q" `\q` is no escape; The escapes are `\n \t \r \0 \\ \" \$ \u{…}`; in a raw text `r"…"` a backslash is a backslash.
            2 E0103 "\\u{110000}" `\u{110000}` is no Unicode scalar value; Write one to six hexadecimal digits in braces, such as `\u{1F600}`."#]],
    );
    check_body(
        "5px + 0b12 + 18446744073709551616 + 1.5s",
        expect![[r#"
            2 E0104 "5px" `px` behind a number is no unit; Units are `ns us ms s m h d` for durations and `B KB MB GB TB` for sizes; for a product write `*`.
            2 E0104 "0b12" the number has a digit that binary numbers lack; Write only digits of that base, and `_` between them.
            2 E0104 "18446744073709551616" the number is too large for 64 bits; Write a smaller one, or a `Float` such as `1e30`.
            2 E0104 "1.5s" a number with a unit must be whole; Use a smaller unit, such as `1500ms` for one and a half seconds."#]],
    );
    check_body(
        "\"${}\"",
        expect![[
            r#"2 E0119 "${}" `${}` has no expression, so there is nothing to put into the text; Write an expression in it, or `\${}` for the characters themselves."#
        ]],
    );
    check_body("'a", expect![[r#"2 E0101 "'" `'` means nothing in Dot: texts stand in double quotes; Write `"…"`."#]]);
    check(
        "fn f() {\n  \"\"\"abc\n",
        expect![[r#"
            1 E0106 "{" `{` is not closed; Add the missing `}`.
            2 E0102 "\"\"\"" the block text is not closed before the end of the file; Close it with `"""`."#]],
    );
}

#[test]
fn brackets() {
    check_body("print(\"a\"\nprint(\"b\")", expect![[r#"2 E0106 "(" `(` is not closed; Add the missing `)`."#]]);
    check_body(
        "print(\"a)\nprint([\"b, f(1)\nc",
        expect![[r#"
            2 E0102 "\"" the text is not closed on its line; Close it with `"`; a text of several lines stands between `"""` and `"""`, and an interpolation ends with `}`.
            3 E0102 "\"" the text is not closed on its line; Close it with `"`; a text of several lines stands between `"""` and `"""`, and an interpolation ends with `}`."#]],
    );
    check_body(
        "f(\"a ${g(b\nc",
        expect![[
            r#"2 E0102 "\"" the text is not closed on its line; Close it with `"`; a text of several lines stands between `"""` and `"""`, and an interpolation ends with `}`."#
        ]],
    );
    check_body("f(a, b\nlet c = 1", expect![[r#"2 E0106 "(" `(` is not closed; Add the missing `)`."#]]);
    check_body(
        "a)",
        expect![[
            r#"2 E0106 ")" `)` closes nothing: no bracket of its kind is open here; Remove it, or add the opening bracket."#
        ]],
    );
    check_body("[a, (b]", expect![[r#"2 E0106 "(" `(` is not closed; Add the missing `)`."#]]);
    check(
        "fn f() {\n  if a {\n    b\n}\n\nfn g() {}\n",
        expect![[r#"2 E0106 "{" `{` is not closed; Add the missing `}`."#]],
    );
    check("fn f() {\n  a\n", expect![[r#"1 E0106 "{" `{` is not closed; Add the missing `}`."#]]);
}

#[test]
fn ten_mistakes_are_ten_diagnostics() {
    let text = "\
fn f(x Int) {
  let = 1
  let y = (1 +
  let z = [1, 2 3]
  if y { a b } else { c }
  match y {
    1 -> 2
    3 => @
  }
  xs.map(x => {
    let q 1
    q
  })
}
type A = { b: }
fn g() -> { 1 }
";
    let parsed = parse(FileId(0), text);
    let lines: Vec<usize> =
        parsed.diagnostics.iter().map(|found| text[..found.span.start as usize].matches('\n').count() + 1).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 7, 8, 11, 15, 16], "{:#?}", parsed.diagnostics);
    assert_eq!(parsed.module.items.len(), 3);
}

#[test]
fn codes_are_distinct_and_titled() {
    let mut codes: Vec<&str> = dot_syntax::codes::ALL.iter().map(|(code, _)| code.0).collect();
    codes.dedup();
    assert_eq!(codes.len(), dot_syntax::codes::ALL.len());
    assert!(dot_syntax::codes::ALL.iter().all(|(_, title)| !title.is_empty()));
}
