//! Programs as lines `KIND NAME [uses A, B] [: CALLS]`; a call with `=>` in front stands in a lambda.

use dot_abi::manifest::Class;
use dot_syntax::{FileId, Span, Symbol, ast};
use expect_test::{Expect, expect};

use super::{check_calls, check_uses, infer};
use crate::program::{
    Constant, Expr, ExprKind, Function, FunctionId, FunctionKind, Lambda, Statement, StatementKind, Type,
};

const NATIVES: &str = "\
note dot print
read dot get uses env
read dot read uses files
write dot post uses http
";

fn expr(kind: ExprKind) -> Expr {
    Expr { kind, ty: Type::Unit, span: Span::default() }
}

fn call(text: &str, names: &[&str]) -> Expr {
    if let Some(inner) = text.strip_prefix("=>") {
        let body = call(inner, names);
        return expr(ExprKind::Lambda(Box::new(Lambda { params: vec![], captures: vec![], body })));
    }
    let index = names.iter().position(|name| *name == text).expect("the callee is declared") as u32;
    expr(ExprKind::Call { function: FunctionId(index), type_args: vec![], args: vec![] })
}

fn function(line: &str, names: &[&str]) -> Function {
    let (head, calls) = line.split_once(':').unwrap_or((line, ""));
    let (head, uses) = head.split_once(" uses ").unwrap_or((head, ""));
    let class = match head.split(' ').next() {
        Some("note") => Class::Note,
        Some("read") => Class::Read,
        Some("write") => Class::Write,
        _ => Class::Pure,
    };
    let kind = match head.trim().rsplit(' ').nth(1) {
        Some("test") => FunctionKind::Test,
        Some("dot") if class == Class::Pure => FunctionKind::Dot,
        Some("dot") => FunctionKind::NativeDot,
        _ => FunctionKind::Fn,
    };
    let statement = |text: &str| Statement { kind: StatementKind::Expr(call(text, names)), span: Span::default() };
    let body = ExprKind::Block(calls.split_whitespace().map(statement).collect(), None);
    Function {
        name: name(line).into(),
        docs: "".into(),
        kind,
        public: line.starts_with("pub "),
        generics: vec![],
        params: vec![],
        result: Type::Unit,
        class,
        uses: uses.split(", ").filter(|name| !name.is_empty()).map(Symbol::new).collect(),
        policies: Default::default(),
        alternatives: vec![],
        narrowed: vec![],
        locals: vec![],
        body: (kind != FunctionKind::NativeDot).then(|| expr(body)),
        span: Span::default(),
    }
}

fn name(line: &str) -> &str {
    let head = line.split(':').next().unwrap_or(line);
    head.split(" uses ").next().unwrap_or(head).trim().rsplit(' ').next().unwrap_or(head)
}

/// The functions of a program, inferred, and its constants.
fn program(source: &str) -> (Vec<Function>, Vec<Constant>) {
    let lines: Vec<&str> = NATIVES.lines().chain(source.lines().map(str::trim)).collect();
    let names: Vec<&str> = lines.iter().map(|line| name(line)).collect();
    let mut functions: Vec<Function> = lines.iter().map(|line| function(line, &names)).collect();
    let constant = |(index, line): (usize, &&str)| {
        let function = FunctionId(index as u32);
        line.starts_with("let ").then(|| Constant { name: name(line).into(), function, ty: Type::Unit })
    };
    let constants: Vec<Constant> = lines.iter().enumerate().filter_map(constant).collect();
    infer(&mut functions, &constants);
    (functions, constants)
}

fn check(source: &str, expect: Expect) {
    let (functions, constants) = program(source);
    let mut text = String::new();
    for function in functions.iter().filter(|function| function.body.is_some()) {
        let uses: Vec<&str> = function.uses.iter().map(|name| name.as_str()).collect();
        text += &format!("{}: {:?} {:?}\n", function.name, function.class, uses);
    }
    for diagnostic in check_calls(&functions, &[], &constants) {
        text += &format!("{}: {}\n", diagnostic.code.0, diagnostic.message);
    }
    expect.assert_eq(&text);
}

#[test]
fn classes_rise_through_calls() {
    check(
        "fn add:
         fn show: add print
         dot main: show read get
         test t: show",
        expect![[r#"
            add: Pure []
            show: Note []
            main: Read ["env", "files"]
            t: Note []
        "#]],
    );
}

#[test]
fn circles_share_their_class() {
    check(
        "fn even: odd
         fn odd: even show
         fn show: print
         fn alone: alone
         dot main: even",
        expect![[r#"
            even: Note []
            odd: Note []
            show: Note []
            alone: Pure []
            main: Note []
        "#]],
    );
}

#[test]
fn lambdas_count_where_they_are_made() {
    check(
        "dot main: =>show\nfn show: print",
        expect![[r#"
            main: Note []
            show: Note []
        "#]],
    );
}

#[test]
fn the_outside_belongs_to_dots() {
    check(
        "fn load: read
         dot main: =>read load
         dot good: read
         test t: get =>=>post",
        expect![[r#"
            load: Read ["files"]
            main: Read ["files"]
            good: Read ["files"]
            t: Write ["env", "http"]
            E0511: `read` reads from outside, and `load` is a `fn`: only a dot or a test may do that, in its own body
            E0511: `read` reads from outside, and this is a lambda: only a dot or a test may do that, in its own body
            E0511: `post` changes the world outside, and this is a lambda: only a dot or a test may do that, in its own body
        "#]],
    );
}

#[test]
fn constants_are_pure() {
    check(
        "let limit: double
         let config: load
         let banner: print
         fn double:
         fn load: show
         fn show: print",
        expect![[r#"
            limit: Pure []
            config: Note []
            banner: Note []
            double: Pure []
            load: Note []
            show: Note []
            E0512: the constant `config` must be pure, but `load` prints
            E0512: the constant `banner` must be pure, but `print` prints
        "#]],
    );
}

/// The `uses` of the first dot: written at 10, 20, …; the result ends at 5, the body starts at 50.
fn check_written(source: &str, written: Option<&[&str]>, expect: Expect) {
    let (functions, constants) = program(source);
    let place = |start: usize, len: usize| Span::new(FileId(0), start, start + len);
    let name = |text: &str, start: usize| ast::Name { symbol: Symbol::new(text), span: place(start, text.len()) };
    let one = |(index, text): (usize, &&str)| {
        let start = (index + 1) * 10;
        let path = text.split('.').map(|part| name(part, start)).collect();
        ast::Use { path, args: vec![], span: place(start, text.len()) }
    };
    let declaration = ast::FunctionDecl {
        kind: ast::FunctionKind::Dot,
        native: None,
        class: None,
        name: name("main", 0),
        generics: vec![],
        params: vec![],
        result: Some(ast::TypeExpr { kind: ast::TypeExprKind::Error, span: place(2, 3) }),
        uses: written.map(|uses| uses.iter().enumerate().map(one).collect()),
        policies: vec![],
        body: Some(ast::Block { statements: vec![], span: place(50, 2) }),
    };
    let dot = functions.iter().find(|function| function.kind == FunctionKind::Dot).expect("there is a dot");
    let mut text = String::new();
    for diagnostic in check_uses(dot, &declaration, &functions, &constants) {
        text += &format!("{} {}", diagnostic.code.0, diagnostic.message);
        text += &diagnostic.fix.iter().map(|edit| format!(" [{:?} {:?}]", edit.span, edit.text)).collect::<String>();
        text += "\n";
    }
    expect.assert_eq(&text);
}

#[test]
fn public_dots_say_what_they_use() {
    check_written(
        "pub dot main: read get",
        None,
        expect![[r#"
        E0510 the dot `main` needs `env` and `files`: a `pub dot` says so with `uses` [5..5 " uses env, files"]
    "#]],
    );
    check_written(
        "pub dot main: read get",
        Some(&["files"]),
        expect![[r#"
        E0510 the dot `main` needs `env`, which its `uses` does not name [15..15 ", env"]
    "#]],
    );
    check_written("pub dot main: read", Some(&["files"]), expect![]);
    check_written("dot main: read", None, expect![]);
    check_written(
        "dot main: read",
        Some(&["env"]),
        expect![[r#"
        E0510 the dot `main` needs `files`, which its `uses` does not name [13..13 ", files"]
        W0514 the capability `env` is named in `uses`, but nothing here needs it
    "#]],
    );
    check_written("pub dot main: print", None, expect![]);
}

#[test]
fn written_capabilities_exist() {
    check_written(
        "pub dot main: read",
        Some(&["file"]),
        expect![[r#"
            E0513 there is no capability `file` [10..14 "files"]
        "#]],
    );
    check_written(
        "pub dot main: read",
        Some(&["files", "kitchen"]),
        expect![[r#"
        E0513 there is no capability `kitchen`
    "#]],
    );
    check_written(
        "pub dot main: read",
        Some(&["files", "ask"]),
        expect![[r#"
            E0616 the capability `ask` is not available yet
        "#]],
    );
    check_written("pub dot main: read", Some(&["files.read", "files.write"]), expect![[""]]);
    check_written(
        "pub dot main: read",
        Some(&["files.delete"]),
        expect![[r#"
        E0617 the capability `files` has no part `delete`
    "#]],
    );
}

#[test]
fn superfluous_capabilities_are_warned_of() {
    check_written(
        "pub dot main: read",
        Some(&["env", "files"]),
        expect![[r#"
        W0514 the capability `env` is named in `uses`, but nothing here needs it [10..20 ""]
    "#]],
    );
    check_written(
        "pub dot main: read",
        Some(&["files", "env", "files"]),
        expect![[r#"
        W0514 the capability `env` is named in `uses`, but nothing here needs it [15..23 ""]
        W0514 the capability `files` is named twice [23..35 ""]
    "#]],
    );
    check_written(
        "pub dot main:",
        Some(&["env"]),
        expect![[r#"
        W0514 the capability `env` is named in `uses`, but nothing here needs it
    "#]],
    );
}
