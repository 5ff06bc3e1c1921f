//! `dot explain`

use std::fmt::Write;

use dot_types::codes::{self, Entry};

use crate::library;
use crate::render;
use crate::terminal::{Status, Terminal};
use dot_embed::nearest;

/// Explains a code, or a name of the standard library.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// A code such as E0102, the word of a fault such as overflow, or a module or name of the standard library such as
    /// Regex or Regex.find; `std` lists the modules; without it all codes are listed
    #[arg(value_name = "CODE|NAME")]
    pub name: Option<String>,
}

/// The name that lists the modules of the standard library.
const LIBRARY: &str = "std";

/// Prints the page of a code or a name, or a list of them.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    let Some(name) = &arguments.name else {
        return terminal.write(list(codes::ALL) + "\n`dot explain std` lists the standard library.\n");
    };
    if name == LIBRARY {
        return terminal.write(
            library::modules()
                + "\n`dot explain Regex` lists what a module has, `dot explain Regex.find` explains it.\n",
        );
    }
    let found = codes::find(name).map(|entry| entry.page.to_owned()).or_else(|| library::page(name));
    match found {
        Some(markdown) => terminal.write(page(&markdown)),
        None => {
            terminal.say(render::harmless(&unknown(name)));
            Status::Refused
        }
    }
}

fn list<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> String {
    let mut list = String::new();
    for Entry { code, title, .. } in entries {
        let _ = writeln!(list, "{code:<16} {title}");
    }
    list
}

/// A page for reading in a terminal: programs are indented, their fences gone.
fn page(markdown: &str) -> String {
    let mut shown = String::new();
    let mut inside = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if inside && !line.is_empty() {
            let _ = writeln!(shown, "    {line}");
        } else {
            let _ = writeln!(shown, "{line}");
        }
    }
    shown
}

fn unknown(name: &str) -> String {
    let same_start: Vec<&Entry> =
        codes::ALL.iter().filter(|entry| !name.is_empty() && starts_with(entry.code, name)).collect();
    let message = format!("error: there is no code {name:?}, and nothing of this name in the standard library");
    if !same_start.is_empty() {
        return format!("{message}\n  help: these start with it\n{}", list(same_start));
    }
    let near = library::near(name);
    match nearest(name, codes::ALL.iter().map(|entry| entry.code)).and_then(codes::find) {
        _ if !near.is_empty() => format!("{message}\n  help: did you mean {}?", near.join(" or ")),
        Some(Entry { code, title, .. }) => format!("{message}\n  help: did you mean {code} ({title})?"),
        None => format!("{message}\n  help: `dot explain` lists the codes, `dot explain std` the standard library"),
    }
}

fn starts_with(code: &str, start: &str) -> bool {
    code.to_lowercase().starts_with(&start.to_lowercase())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn programs_are_indented() {
        let shown = page("# E1: a title\n\nWords.\n\n```dot,error=E1\nfn f() {\n\n}\n```\n");
        assert_eq!(shown, "# E1: a title\n\nWords.\n\n    fn f() {\n\n    }\n");
    }

    #[test]
    fn unknown_codes_are_answered_with_near_ones() {
        expect![[r#"
            error: there is no code "divide", and nothing of this name in the standard library
              help: these start with it
            divide-by-zero   a division by zero
        "#]]
        .assert_eq(&unknown("divide"));
        expect![[r#"
            error: there is no code "overflw", and nothing of this name in the standard library
              help: did you mean overflow (a number left its 64 bits)?"#]]
        .assert_eq(&unknown("overflw"));
        expect![[r#"
            error: there is no code "nothing like it", and nothing of this name in the standard library
              help: `dot explain` lists the codes, `dot explain std` the standard library"#]]
        .assert_eq(&unknown("nothing like it"));
    }

    #[test]
    fn every_code_is_listed_once() {
        let list = list(codes::ALL);
        assert_eq!(list.lines().count(), codes::ALL.len());
        assert!(list.lines().all(|line| line.chars().count() <= 100 && !line.ends_with(' ')), "{list}");
    }
}
