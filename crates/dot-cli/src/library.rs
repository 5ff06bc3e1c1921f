//! The standard library as `dot explain` shows it: its modules, what each has, and one thing with its documentation.
//!
//! All of it is read from the sources that every compiler carries, so there is no second text that could grow old.

use std::fmt::Write;

use dot_std::MODULES;
use dot_syntax::FileId;
use dot_syntax::ast::{Item, ItemKind};
use dot_types::std_display_name;

use dot_embed::nearest;

/// How the module is called that is in scope everywhere.
const PRELUDE: &str = "prelude";

/// A module of the standard library.
struct Module {
    /// As a program names it.
    name: String,
    docs: String,
    entries: Vec<Entry>,
}

/// Something public of a module.
struct Entry {
    name: String,
    /// What it is, in one line.
    signature: String,
    /// The declaration as it stands in the source: of a function its head, of a type the whole.
    declaration: String,
    /// Markdown.
    docs: String,
}

/// The names of the modules, each with its first sentence.
pub fn modules() -> String {
    let modules = read();
    let width = modules.iter().map(|module| module.name.len()).max().unwrap_or_default();
    let mut list = String::new();
    for Module { name, docs, .. } in &modules {
        let _ = writeln!(list, "{name:width$}  {}", first_sentence(docs));
    }
    list
}

/// The page of a module (`Regex`), of something in one (`Regex.find`), or of something of the prelude (`compare`), as Markdown.
pub fn page(name: &str) -> Option<String> {
    let modules = read();
    let of_prelude = || find(&modules, PRELUDE, name).map(|entry| entry.page(name));
    match (modules.iter().find(|module| module.name == name), name.split_once('.')) {
        // `Fault` is both: a type of the prelude, and the module of its methods.
        (Some(module), _) => Some(of_prelude().map(|page| page + "\n").unwrap_or_default() + &module.page()),
        (None, Some((module, member))) => find(&modules, module, member).map(|entry| entry.page(name)),
        (None, None) => of_prelude(),
    }
}

/// The names that were probably meant by one that is none, best first.
pub fn near(name: &str) -> Vec<String> {
    let modules = read();
    let (module, member) = match name.split_once('.') {
        Some((module, member)) => (nearest(module, modules.iter().map(|module| module.name.as_str())), member),
        None => (None, name),
    };
    let inside = modules.iter().find(|candidate| Some(candidate.name.as_str()) == module);
    if let Some(inside) = inside {
        let near = nearest(member, inside.entries.iter().map(|entry| entry.name.as_str()));
        return vec![near.map_or_else(|| inside.name.clone(), |near| format!("{}.{near}", inside.name))];
    }
    let has_it = |module: &&Module| module.entries.iter().any(|entry| entry.name == member);
    let elsewhere: Vec<String> =
        modules.iter().filter(has_it).map(|module| format!("{}.{member}", module.name)).collect();
    if !elsewhere.is_empty() {
        return elsewhere;
    }
    nearest(name, modules.iter().map(|module| module.name.as_str())).map(str::to_owned).into_iter().collect()
}

impl Module {
    fn page(&self) -> String {
        let mut page = format!("# {}\n\n{}\n", self.name, self.docs);
        for Entry { signature, docs, .. } in &self.entries {
            let _ = write!(page, "\n```\n{signature}\n```\n{}\n", first_sentence(docs));
        }
        page
    }
}

impl Entry {
    fn page(&self, name: &str) -> String {
        format!("# {name}\n\n```\n{}\n```\n\n{}\n", self.declaration, self.docs)
    }
}

fn find<'m>(modules: &'m [Module], module: &str, member: &str) -> Option<&'m Entry> {
    let module = modules.iter().find(|candidate| candidate.name == module)?;
    module.entries.iter().find(|entry| entry.name == member)
}

fn read() -> Vec<Module> {
    let module = |&(file, text): &(&str, &str)| {
        let tree = dot_syntax::parse(FileId(0), text).module;
        let name = if file == PRELUDE { PRELUDE.to_owned() } else { std_display_name(file) };
        let entries = tree.items.iter().filter_map(|item| entry(item, text)).collect();
        Module { name, docs: tree.docs.unwrap_or_default(), entries }
    };
    MODULES.iter().map(module).collect()
}

/// What an item says of itself, if other modules may see it.
fn entry(item: &Item, text: &str) -> Option<Entry> {
    let public = item.public?;
    let from = public.end as usize;
    let (name, head_end, end) = match &item.kind {
        ItemKind::Function(function) => {
            let end = function.body.as_ref().map_or(item.span.end, |body| body.span.start);
            (function.name, end, end)
        }
        ItemKind::Type(ty) => {
            let head_end = ty.generics.last().map_or(ty.name.span.end, |generic| generic.name.span.end);
            (ty.name, if ty.generics.is_empty() { head_end } else { closing(text, head_end) }, item.span.end)
        }
        ItemKind::Constant(constant) => (constant.name, item.span.end, item.span.end),
        _ => return None,
    };
    let part = |end: u32| text.get(from..end as usize).unwrap_or_default().trim();
    let docs = item.docs.clone().unwrap_or_default();
    Some(Entry {
        name: name.symbol.to_string(),
        signature: one_line(part(head_end)),
        declaration: part(end).to_owned(),
        docs,
    })
}

/// The byte behind the `>` that ends a list of type parameters.
fn closing(text: &str, from: u32) -> u32 {
    let rest = text.get(from as usize..).unwrap_or_default();
    from + rest.find('>').map_or(0, |at| at as u32 + 1)
}

/// A declaration in one line, without the documentation of its parameters.
fn one_line(declaration: &str) -> String {
    let lines: Vec<&str> =
        declaration.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("///")).collect();
    lines.join(" ").replace("( ", "(").replace(", )", ")")
}

/// The first sentence of a documentation, in one line.
fn first_sentence(docs: &str) -> String {
    let paragraph: Vec<&str> = docs.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    let paragraph = paragraph.join(" ");
    match paragraph.find(". ") {
        Some(end) => paragraph.get(..=end).unwrap_or_default().to_owned(),
        None => paragraph,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn everything_public_has_a_page_with_an_example() {
        for module in read() {
            assert!(!module.entries.is_empty() && !module.docs.is_empty(), "{}", module.name);
            assert!(modules().contains(&module.name));
            for entry in module.entries {
                let name = format!("{}.{}", module.name, entry.name);
                let page = page(&name).expect(&name);
                assert!(page.contains("```dot") && page.contains(&entry.name), "{page}");
                assert!(!entry.signature.contains('\n') && !entry.signature.is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn a_page_has_declaration_documentation_and_example() {
        expect![[r#"
            # Regex.matches

            ```
            native fn matches(text: Text, pattern: Text) -> Bool
            ```

            Whether a pattern matches somewhere in a text; `^` and `$` tie it to the ends.

            ```dot
            assert Regex.matches("order 66", r"\d+")
            assert not Regex.matches("order 66", r"^\d+$")
            ```
        "#]]
        .assert_eq(&page("Regex.matches").expect("it is there"));
    }

    #[test]
    fn a_module_lists_what_it_has() {
        let listed = page("env").expect("it is there");
        expect![[r#"
            # env

            Environment variables. Reading one needs the grant `env=NAME`.

            ```
            native read dot get(name: Text) -> Text? uses env
            ```
            The value of an environment variable, or `None` if it is not set.
        "#]]
        .assert_eq(&listed);
        assert!(page("prelude").expect("it is there").contains("\ntype Result<T, E>\n"));
        let both = page("Fault").expect("it is there");
        assert!(both.contains("code: Text") && both.matches("# Fault").count() == 2, "{both}");
    }

    #[test]
    fn wrong_names_are_answered_with_near_ones() {
        assert_eq!(near("Regex.fnd"), ["Regex.find"]);
        assert_eq!(near("Regx.find"), ["Regex.find"]);
        assert_eq!(near("regex"), ["Regex"]);
        assert_eq!(near("Regex.xxxxxxxx"), ["Regex"]);
        assert_eq!(near("captures"), ["Regex.captures"]);
        assert_eq!(near("nothing like it"), [""; 0]);
    }
}
