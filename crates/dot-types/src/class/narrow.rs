//! `uses env("HOME")`: a capability of which a dot takes only a part.

use dot_abi::manifest::Narrowing;
use dot_syntax::{Code, Diagnostic, ast};

/// The key of grants for reading files.
const READ: &str = "files";
/// The key of grants for writing files.
const WRITE: &str = "files.write";

/// What is left of each grant that is narrowed. Where `files.read` or `files.write` is named, the other one has to be named too to be left.
pub(crate) fn narrowings(uses: &[ast::Use]) -> Vec<Narrowing> {
    let mut narrowed: Vec<Narrowing> = Vec::new();
    let mut narrow = |key: &str, to: Vec<String>| match narrowed.iter_mut().find(|known| known.key == key) {
        Some(known) => known.to.extend(to),
        None => narrowed.push(Narrowing { key: key.to_owned(), to }),
    };
    let paths: Vec<Vec<&str>> = uses.iter().map(path).collect();
    for (one, path) in uses.iter().zip(&paths) {
        let keys: &[&str] = match path[..] {
            ["files"] => &[READ, WRITE],
            ["files", "read"] => &[READ],
            ["files", "write"] => &[WRITE],
            ["env"] => &["env"],
            ["http"] => &["http"],
            ["process"] => &["process"],
            ["secret"] => &["secret"],
            _ => &[],
        };
        let to: Vec<String> = one.args.iter().filter_map(text).collect();
        if !to.is_empty() {
            keys.iter().for_each(|key| narrow(key, to.clone()));
        }
    }
    let names = |wanted: &[&str]| paths.iter().any(|path| path == wanted);
    if !names(&["files"]) && names(&["files", "read"]) != names(&["files", "write"]) {
        narrow(if names(&["files", "read"]) { WRITE } else { READ }, Vec::new());
    }
    narrowed
}

/// Whether a written capability can be narrowed in this way.
pub(super) fn check(written: &ast::Use) -> Option<Diagnostic> {
    let error = |message: String, help: &str| Some(Diagnostic::error(Code("E0617"), written.span, message).help(help));
    let path = path(written);
    match path[..] {
        ["files"] | ["files", "read" | "write"] | ["env" | "http" | "process" | "secret"] => {}
        [_] if written.args.is_empty() => {}
        ["files", operation, ..] => {
            let message = format!("the capability `files` has no part `{operation}`");
            return error(message, "Its parts are `files.read` and `files.write`.");
        }
        _ => {
            let message = format!("the capability `{}` can't be narrowed", path.first().unwrap_or(&""));
            return error(
                message,
                "Narrow `files`, `files.read` and `files.write` to paths, `http` to hosts, `env`, `secret` and `process` to names.",
            );
        }
    }
    match written.args.iter().all(|arg| text(arg).is_some_and(|text| !text.is_empty())) {
        true => None,
        false => error(
            format!("the capability `{}` is narrowed to something that is no text", path.join(".")),
            "Write what is left as texts: `files(\"data\")`, `env(\"HOME\", \"PATH\")`.",
        ),
    }
}

/// Whether two name the same capability, or the same part of one.
pub(super) fn is_same(a: &ast::Use, b: &ast::Use) -> bool {
    path(a) == path(b)
}

fn path(written: &ast::Use) -> Vec<&str> {
    written.path.iter().map(|name| name.symbol.as_str()).collect()
}

/// A text that is written out.
fn text(expr: &ast::Expr) -> Option<String> {
    match &expr.kind {
        ast::ExprKind::Text(parts) => match &parts[..] {
            [] => Some(String::new()),
            [ast::TextPart::Literal(text)] => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
