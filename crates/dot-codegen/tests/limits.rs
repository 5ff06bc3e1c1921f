//! Programs that check, and that no WASM engine would take.

use std::fmt::Write;

use dot_codegen::compile;
use dot_types::program::SourceFile;
use dot_types::{NoSources, check};
use expect_test::{Expect, expect};

/// Compiles the first dot: what is said about which part of the source.
fn refused(source: &str, expect: Expect) {
    let checked = check(SourceFile { name: "main.dot".to_owned(), text: source.into() }, &NoSources);
    let program = checked.program.expect("the program checks");
    let said = match compile(&program, program.dots[0]) {
        Ok(unit) => format!("{} bytes", unit.wasm.len()),
        Err(error) => {
            let place = &source[error.span.start as usize..error.span.end as usize];
            format!("{} {place}: {} | {}", error.code.0, error.message, error.help.unwrap_or_default())
        }
    };
    expect.assert_eq(&said);
}

#[test]
fn a_function_of_too_many_lines() {
    let mut source =
        String::from("dot main(a: Int) -> Int {\n  long(a) + 1\n}\n\nfn long(a: Int) -> Int {\n  let x0 = a\n");
    for line in 0..60_000 {
        writeln!(source, "  let x{} = x{line} + a", line + 1).ok();
    }
    source.push_str("  x60000\n}\n");
    refused(
        &source,
        expect![
            "E0904 long: `long` needs 60001 places for the values of its steps, and 49000 is the most | Split it into several functions."
        ],
    );
}

#[test]
fn a_function_of_too_many_bytes() {
    let items = vec!["1"; 1_000_000].join(", ");
    refused(
        &format!("dot main() -> List<Int> {{\n  [{items}]\n}}\n"),
        expect![
            "E0904 main: `main` becomes 9735829 bytes of code, and 7654321 is the most | Split it into several functions."
        ],
    );
}
