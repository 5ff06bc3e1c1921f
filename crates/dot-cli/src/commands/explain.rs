//! `dot explain`

use std::fmt::Write;

use dot_types::codes::{self, Entry};

use crate::near::nearest;
use crate::terminal::{Status, Terminal};

/// Explains the code of an error, warning or fault.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// A code such as E0102, or the word of a fault such as overflow; without it all are listed
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// Prints the page of a code, or the list of codes.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    let Some(code) = &arguments.code else { return terminal.write(list(codes::ALL)) };
    match codes::find(code) {
        Some(entry) => terminal.write(page(entry.page)),
        None => {
            terminal.say(unknown(code));
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

fn unknown(code: &str) -> String {
    let same_start: Vec<&Entry> =
        codes::ALL.iter().filter(|entry| !code.is_empty() && starts_with(entry.code, code)).collect();
    let message = format!("error: there is no code {code:?}");
    if !same_start.is_empty() {
        return format!("{message}\n  help: these start with it\n{}", list(same_start));
    }
    match nearest(code, codes::ALL.iter().map(|entry| entry.code)).and_then(codes::find) {
        Some(Entry { code, title, .. }) => format!("{message}\n  help: did you mean {code} ({title})?"),
        None => format!("{message}\n  help: `dot explain` lists all"),
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
            error: there is no code "divide"
              help: these start with it
            divide-by-zero   a division by zero
        "#]]
        .assert_eq(&unknown("divide"));
        expect![[r#"
            error: there is no code "overflw"
              help: did you mean overflow (a number left its 64 bits)?"#]]
        .assert_eq(&unknown("overflw"));
        expect![[r#"
            error: there is no code "nothing like it"
              help: `dot explain` lists all"#]]
        .assert_eq(&unknown("nothing like it"));
    }

    #[test]
    fn every_code_is_listed_once() {
        let list = list(codes::ALL);
        assert_eq!(list.lines().count(), codes::ALL.len());
        assert!(list.lines().all(|line| line.chars().count() <= 100 && !line.ends_with(' ')), "{list}");
    }
}
