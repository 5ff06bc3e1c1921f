//! Correct programs parse without a diagnostic.

use dot_syntax::{FileId, ast, parse};

#[test]
fn valid_programs() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/valid");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of fixtures") {
        let path = entry.expect("a fixture").path();
        let text = std::fs::read_to_string(&path).expect("a fixture's text");
        let parsed = parse(FileId(0), &text);
        let messages: Vec<String> = parsed
            .diagnostics
            .iter()
            .map(|d| {
                let line = text[..d.span.start as usize].lines().count().max(1);
                format!("{}:{line}: {} {}", path.display(), d.code.0, d.message)
            })
            .collect();
        assert!(messages.is_empty(), "{}", messages.join("\n"));
        assert!(parsed.module.items.iter().all(|item| item.kind != ast::ItemKind::Error));
        count += 1;
    }
    assert!(count >= 3);
}
