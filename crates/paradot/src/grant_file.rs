//! Where permissions are written down for good, so that a denied call can say which line to write there.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A `dot.toml`, or where one would stand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GrantFile {
    /// The file as the user would name it.
    pub name: String,
    /// Whether it is there.
    pub exists: bool,
    /// Its folder, with links resolved.
    pub folder: PathBuf,
    /// What it grants, by the key of `--allow`; a key that it lacks is not in here.
    pub written: BTreeMap<String, Vec<String>>,
}

impl GrantFile {
    /// What to write, and where, so that a value of a key is granted; nothing for a path outside of the folder,
    /// which no file of settings can grant.
    pub(crate) fn advice(&self, key: &str, value: &str) -> Option<String> {
        let line = self.line(key, value)?;
        let name = &self.name;
        Some(match (self.exists, self.written.contains_key(key)) {
            (true, true) => format!("make its line in {name}: {line}"),
            (true, false) => format!("add below [allow] in {name}: {line}"),
            (false, _) => format!("write [allow] and below it in a new file {name}: {line}"),
        })
    }

    /// The whole line: what is granted now, and the value.
    fn line(&self, key: &str, value: &str) -> Option<String> {
        let value = match Path::new(value).strip_prefix(&self.folder) {
            _ if matches!(key, "env" | "http" | "secret") => value.to_owned(),
            Ok(inside) if inside.as_os_str().is_empty() => ".".to_owned(),
            Ok(inside) => inside.to_string_lossy().into_owned(),
            Err(_) => return None,
        };
        let written = self.written.get(key).map_or(&[] as &[String], Vec::as_slice);
        let values: Vec<String> = written.iter().chain([&value]).map(|value| quoted(value)).collect();
        Some(format!("{} = [{}]", quoted_key(key), values.join(", ")))
    }
}

/// A key of TOML: quoted where it has a dot, which would open a table.
fn quoted_key(key: &str) -> String {
    let bare = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if bare { key.to_owned() } else { quoted(key) }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            _ if character.is_control() => {
                // Writing to a string can't fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &[&str], exists: bool, (key, value): (&str, &str), expected: &str) {
        let values: Vec<String> = written.iter().map(|value| (*value).to_owned()).collect();
        let written = if values.is_empty() { BTreeMap::new() } else { BTreeMap::from([(key.to_owned(), values)]) };
        let file = GrantFile { name: "dot.toml".to_owned(), exists, folder: "/work".into(), written };
        assert_eq!(file.advice(key, value).unwrap_or_default(), expected);
    }

    #[test]
    fn the_line_to_write_is_said() {
        check(&[], true, ("env", "HOME"), "add below [allow] in dot.toml: env = [\"HOME\"]");
        check(&["A"], true, ("env", "B"), "make its line in dot.toml: env = [\"A\", \"B\"]");
        let new = "write [allow] and below it in a new file dot.toml: ";
        check(&[], false, ("files", "/work/data/a.csv"), &format!("{new}files = [\"data/a.csv\"]"));
        check(&[], false, ("files", "/work/\"x\"\n"), &format!("{new}files = [\"\\\"x\\\"\\u000A\"]"));
        check(&[], true, ("files", "/other/a.csv"), "");
        check(&[], false, ("files.write", "/work"), &format!("{new}\"files.write\" = [\".\"]"));
    }
}
