//! The examples of the standard library: fenced blocks in the documentation of its public items.
//!
//! ````text
//! /// The number of characters.
//! ///
//! /// ```dot
//! /// assert "naïve".len() == 5
//! /// ```
//! pub native fn len(text: Text) -> Int
//! ````
//!
//! The lines of a block are the statements of a test. A block that needs the outside is marked ```` ```dot,check ````: it
//! is checked and not run.

use dot_syntax::ast::{Item, ItemKind};
use dot_syntax::{FileId, Severity};

/// A public item of a module and its examples.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Documented {
    /// `list.map`: the module's file and the item.
    pub name: String,
    /// Its examples in order.
    pub examples: Vec<Example>,
}

/// A fenced block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Example {
    /// The statements.
    pub body: String,
    /// Whether it is run and not only checked.
    pub is_run: bool,
}

impl Example {
    /// The program that holds the example as its only test.
    pub fn program(&self) -> String {
        let lines: String = self.body.lines().map(|line| format!("  {line}\n")).collect();
        format!("test \"example\" {{\n{lines}}}\n")
    }
}

/// The public items of a module, with the examples that each of them shows.
pub fn of_module(module: &str, source: &str) -> Result<Vec<Documented>, String> {
    let parsed = dot_syntax::parse(FileId(0), source);
    if let Some(error) = parsed.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(format!("std/{module}.dot is not understood: {}", error.message));
    }
    let public = parsed.module.items.iter().filter(|item| item.public.is_some());
    public.filter_map(|item| Some((item, name(item)?))).map(|(item, name)| documented(module, name, item)).collect()
}

fn name(item: &Item) -> Option<&'static str> {
    match &item.kind {
        ItemKind::Type(declared) => Some(declared.name.symbol.as_str()),
        ItemKind::Function(declared) => Some(declared.name.symbol.as_str()),
        ItemKind::Constant(declared) => Some(declared.name.symbol.as_str()),
        _ => None,
    }
}

fn documented(module: &str, name: &str, item: &Item) -> Result<Documented, String> {
    let name = format!("{module}.{name}");
    let examples = examples(item.docs.as_deref().unwrap_or_default()).map_err(|why| format!("{name}: {why}"))?;
    Ok(Documented { name, examples })
}

/// The fenced blocks of a documentation.
fn examples(docs: &str) -> Result<Vec<Example>, String> {
    let mut found = Vec::new();
    let mut lines = docs.lines();
    while let Some(line) = lines.next() {
        let Some(mark) = line.trim().strip_prefix("```") else { continue };
        let is_run = match mark {
            "dot" => true,
            "dot,check" => false,
            _ => return Err(format!("a block can't be marked {mark:?}")),
        };
        let mut body = String::new();
        loop {
            match lines.next() {
                Some(line) if line.trim() == "```" => break,
                Some(line) => body.extend([line.strip_prefix(' ').unwrap_or(line), "\n"]),
                None => return Err("a block does not end".to_owned()),
            }
        }
        found.push(Example { body, is_run });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{Documented, Example, of_module};

    #[test]
    fn blocks_of_public_items_are_found() {
        let source =
            "/// One.\n///\n/// ```dot\n/// assert one() == 1\n/// ```\npub fn one() -> Int {\n  1\n}\n\nfn two() {}\n";
        let example = Example { body: "assert one() == 1\n".to_owned(), is_run: true };
        assert_eq!(of_module("m", source), Ok(vec![Documented { name: "m.one".to_owned(), examples: vec![example] }]));
    }

    #[test]
    fn an_example_is_a_test() {
        let example = Example { body: "assert true\n".to_owned(), is_run: true };
        assert_eq!(example.program(), "test \"example\" {\n  assert true\n}\n");
    }

    #[test]
    fn a_block_that_is_not_understood_is_an_error() {
        assert!(of_module("m", "/// ```rust\n/// ```\npub fn f() {}\n").is_err());
        assert!(of_module("m", "/// ```dot\npub fn f() {}\n").is_err());
    }
}
