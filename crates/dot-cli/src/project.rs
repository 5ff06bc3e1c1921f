//! The project that a file belongs to: the nearest folder, its own or one above it, that holds a `dot.toml`.
//!
//! Imports are looked for from that folder on, and what stands below `[allow]` is granted to every run in it. Paths there
//! lie inside of the folder, or the settings are refused: a folder that came from elsewhere can't grant itself the disk.
//!
//! ```toml
//! [allow]
//! files = ["data"]           # files and folders that may be read, relative to this folder
//! "files.write" = ["out"]    # those that may be written
//! env = ["HOME"]
//!
//! [limits]
//! memory = "256MB"           # as `--memory`, which wins
//! http = ["api.example.org"] # hosts that may be spoken to
//! secret = ["API_KEY"]       # variables that may be used as secrets
//! ```

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

pub use dot_embed::in_place;

use dot_embed::nearest;
use paradot::{Grant, GrantFile, Hosts};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use crate::arguments::Complaint;
use crate::limits::LimitSettings;
use crate::render::LineIndex;
use crate::sources::reason;
use crate::stop::Stop;

/// The name of a project's settings.
pub const SETTINGS: &str = "dot.toml";
/// The largest `dot.toml` in bytes.
const MAX_SETTINGS_BYTES: u64 = 1 << 20;

/// The settings of a project, as `dot.toml` has them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "dot.toml")]
pub struct Settings {
    /// What runs of this project may touch.
    #[serde(default)]
    pub allow: Allow,
    /// What runs of this project may use.
    #[serde(default)]
    pub limits: LimitSettings,
}

/// What runs may touch: the keys are those of `--allow`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Allow {
    /// Files, and folders with all that is in them, that may be read. Paths are relative to the folder of dot.toml and lie inside of it.
    #[schemars(with = "Vec<String>")]
    pub files: Option<Vec<String>>,
    /// Files, and folders with all that is in them, that may be written and deleted.
    #[serde(rename = "files.write")]
    #[schemars(with = "Vec<String>")]
    pub files_write: Option<Vec<String>>,
    /// Names of environment variables that may be read.
    #[schemars(with = "Vec<String>")]
    pub env: Option<Vec<String>>,
    /// Hosts that may be spoken to: names such as api.example.org and *.example.org, addresses, ranges of addresses, each perhaps with a port.
    #[schemars(with = "Vec<String>")]
    pub http: Option<Vec<String>>,
    /// Names of environment variables that may be used as secrets.
    #[schemars(with = "Vec<String>")]
    pub secret: Option<Vec<String>>,
}

/// The JSON Schema of `dot.toml`, without references.
pub fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::default().with(|settings| settings.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<Settings>().into()
}

/// A folder that holds a program, with its settings if it has some.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Project {
    /// The folder as the user would name it; empty for the current one.
    pub folder: PathBuf,
    /// What its `dot.toml` says, where there is one.
    pub settings: Option<Settings>,
}

impl Project {
    /// The project of a root file. Without a `dot.toml` it is the folder of the file.
    pub fn of_file(file: &Path) -> Result<Project, Stop> {
        let folder = file.parent().unwrap_or(Path::new(""));
        Ok(Project::above(folder)?.unwrap_or_else(|| Project { folder: folder.to_owned(), settings: None }))
    }

    /// The project of the current folder, if it belongs to one.
    pub fn current() -> Result<Option<Project>, Stop> {
        Project::above(Path::new(""))
    }

    /// The nearest folder with a `dot.toml`, from one upwards.
    fn above(folder: &Path) -> Result<Option<Project>, Stop> {
        // A folder that is not there is told by whoever reads the file in it.
        let Ok(real) = in_place(folder).canonicalize() else { return Ok(None) };
        let mut folder = folder.to_owned();
        for _ in real.components() {
            let file = folder.join(SETTINGS);
            if file.is_file() {
                let settings = read(&file)
                    .and_then(|settings| stays_inside(&folder, &settings.allow).map(|()| settings))
                    .map_err(|problem| Stop::complaint(problem.complaint(&file)))?;
                return Ok(Some(Project { folder, settings: Some(settings) }));
            }
            folder = parent(&folder);
        }
        Ok(None)
    }

    /// What `dot.toml` grants.
    pub fn grants(&self) -> Vec<Grant> {
        let Some(Settings { allow, .. }) = &self.settings else { return Vec::new() };
        let files = allow.files.iter().flatten().map(|path| Grant::Files(self.folder.join(path)));
        let files_write = allow.files_write.iter().flatten().map(|path| Grant::FilesWrite(self.folder.join(path)));
        let env = allow.env.iter().flatten().map(|name| Grant::Env(name.clone()));
        // What is no host was refused when the file was read.
        let http = allow.http.iter().flatten().filter_map(|hosts| hosts.parse().ok().map(Grant::Http));
        let secret = allow.secret.iter().flatten().map(|name| Grant::Secret(name.clone()));
        files.chain(files_write).chain(env).chain(http).chain(secret).collect()
    }

    /// Where a permission is written down, for calls that lack it.
    pub fn grant_file(&self) -> GrantFile {
        let allow = self.settings.as_ref().map(|settings| settings.allow.clone()).unwrap_or_default();
        let Allow { files, files_write, env, http, secret } = allow;
        let written =
            [("files", files), ("files.write", files_write), ("env", env), ("http", http), ("secret", secret)];
        GrantFile {
            name: self.folder.join(SETTINGS).display().to_string(),
            exists: self.settings.is_some(),
            folder: in_place(&self.folder).canonicalize().unwrap_or_default(),
            written: written.into_iter().filter_map(|(key, values)| Some((key.to_owned(), values?))).collect(),
        }
    }
}

/// The folder above one, as the user would name it.
fn parent(folder: &Path) -> PathBuf {
    match folder.components().next_back() {
        Some(Component::Normal(_)) => folder.parent().unwrap_or(Path::new("")).to_owned(),
        Some(Component::CurDir) | None => PathBuf::from(".."),
        _ => folder.join(".."),
    }
}

/// What is wrong with a `dot.toml`.
#[derive(Debug)]
struct Problem {
    /// The line and column, from 1.
    place: Option<(usize, usize)>,
    message: String,
    help: Option<String>,
}

impl Problem {
    fn new(message: impl fmt::Display) -> Problem {
        Problem { place: None, message: message.to_string(), help: None }
    }

    fn at(mut self, text: &str, byte: usize) -> Problem {
        let position = LineIndex::new(text).position(byte);
        self.place = Some((position.line, position.column));
        self
    }

    fn complaint(self, file: &Path) -> Complaint {
        let place = self.place.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        let message = format!("{}{place}: {}", file.display(), self.message);
        Complaint { message, help: self.help }
    }
}

fn read(path: &Path) -> Result<Settings, Problem> {
    let unreadable = |error: io::Error| Problem::new(format!("it can't be read: {}", reason(&error)));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_SETTINGS_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_SETTINGS_BYTES {
        return Err(Problem::new(format!("it is larger than {} MB", MAX_SETTINGS_BYTES >> 20)));
    }
    parse(&String::from_utf8(bytes).map_err(|_| Problem::new("it is not UTF-8 text"))?)
}

fn parse(text: &str) -> Result<Settings, Problem> {
    let wrong = |error: toml::de::Error| {
        let problem = Problem::new(error.message().lines().next().unwrap_or("it is not understood"));
        match error.span() {
            Some(span) => problem.at(text, span.start),
            None => problem,
        }
    };
    let table = DeTable::parse(text).map_err(wrong)?;
    unknown_key(table.get_ref(), &schema(), text)?;
    let settings: Settings = toml::from_str(text).map_err(wrong)?;
    let Allow { files, files_write, env, http, secret } = &settings.allow;
    if [files, files_write, env, http, secret].into_iter().flatten().flatten().any(String::is_empty) {
        let problem = Problem::new("an empty text below `[allow]` names nothing");
        return Err(Problem { help: Some("remove it".to_owned()), ..problem });
    }
    if let Some(why) = http.iter().flatten().find_map(|hosts| hosts.parse::<Hosts>().err()) {
        return Err(Problem::new(format!("http below `[allow]` names no host: {why}")));
    }
    Ok(settings)
}

/// Refuses permissions for what lies outside of the folder of the settings.
fn stays_inside(folder: &Path, allow: &Allow) -> Result<(), Problem> {
    for (key, paths) in [("files", &allow.files), ("files.write", &allow.files_write)] {
        if let Some(path) = paths.iter().flatten().find(|path| leads_out(folder, Path::new(path))) {
            let named = folder.join(path);
            let message = format!("{key} names \"{path}\", which is outside of the folder of this file");
            let help = format!("remove it, and grant it on the command line with --allow {key}={}", named.display());
            return Err(Problem { help: Some(help), ..Problem::new(message) });
        }
    }
    Ok(())
}

/// Whether a path is absolute, has `..`, or leads out of a folder by a link. What is not there yet is judged by the
/// folder that it would be in; a link to nothing could lead anywhere later.
fn leads_out(folder: &Path, path: &Path) -> bool {
    if !path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return true;
    }
    let Ok(folder) = in_place(folder).canonicalize() else { return true };
    for known in folder.join(path).ancestors() {
        match known.canonicalize() {
            Ok(real) => return !real.starts_with(&folder),
            Err(_) if known.is_symlink() => return true,
            Err(_) => {}
        }
    }
    true
}

/// Finds the first key that the schema does not have, and the one that was meant.
fn unknown_key(table: &DeTable<'_>, schema: &Value, text: &str) -> Result<(), Problem> {
    let Some(known) = schema.get("properties").and_then(Value::as_object) else { return Ok(()) };
    for (key, value) in table {
        let name: &str = key.get_ref();
        let Some(inner) = known.get(name) else {
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            let help = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"?"),
                None => format!("the keys here are {}", names.join(", ")),
            };
            let problem = Problem::new(format!("there is no key {name:?} here")).at(text, key.span().start);
            return Err(Problem { help: Some(help), ..problem });
        };
        if let DeValue::Table(table) = value.get_ref() {
            let mut dotted = table.keys().map(|part| format!("{name}.{}", part.get_ref()));
            if let Some(meant) = dotted.find(|dotted| known.contains_key(dotted)) {
                let problem = Problem::new(format!("the key {meant} has no quotes, so it opens a table"));
                let help = Some(format!("write \"{meant}\" = […]"));
                return Err(Problem { help, ..problem.at(text, key.span().start) });
            }
            unknown_key(table, inner, text)?;
        }
    }
    Ok(())
}

/// The `.dot` files of the current project, or a complaint that there is none.
pub fn current_files(command: &str) -> Result<Vec<PathBuf>, Stop> {
    match Project::current()? {
        Some(project) => crate::sources::dot_files(&[project.folder]),
        None => {
            let message = format!("there is no {SETTINGS} in this folder or above it, so no project to {command}");
            let help =
                format!("name files or folders, as in `dot {command} .`, or begin a project with `dot new NAME`");
            Err(Stop::complaint(Complaint::new(message).help(help)))
        }
    }
}

/// The file that a path on the command line stands for: a folder stands for its `main.dot`, or for its only `.dot` file.
pub fn root_file(path: &Path) -> Result<PathBuf, Stop> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let main = path.join("main.dot");
    if main.is_file() {
        return Ok(main);
    }
    let files = crate::sources::dot_files_in(path)?;
    match files.as_slice() {
        [only] => Ok(only.clone()),
        _ => {
            let count = if files.is_empty() { "no .dot file" } else { "several .dot files and no main.dot" };
            let complaint = Complaint::new(format!("the folder \"{}\" has {count}", path.display()));
            Err(Stop::complaint(complaint.help("name the file")))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn check_wrong(text: &str, expected: &str) {
        let problem = parse(text).expect_err(text);
        assert_eq!(problem.complaint(Path::new(SETTINGS)).to_string(), expected);
    }

    #[test]
    fn mistakes_have_a_place() {
        check_wrong(
            "[alow]\nfiles = []\n",
            "error: dot.toml:1:2: there is no key \"alow\" here\n  help: did you mean \"allow\"?",
        );
        check_wrong(
            "[allow]\nenvironment = []\n",
            "error: dot.toml:2:1: there is no key \"environment\" here\n  help: the keys here are files, files.write, env, http, secret",
        );
        check_wrong(
            "[allow]\nfiles = \"data\"\n",
            "error: dot.toml:2:9: invalid type: string \"data\", expected a sequence",
        );
        check_wrong(
            "[allow]\nfiles.write = [\"out\"]\n",
            "error: dot.toml:2:1: the key files.write has no quotes, so it opens a table\n  help: write \"files.write\" = […]",
        );
        check_wrong(
            "[limits]\nmemroy = \"1GB\"\n",
            "error: dot.toml:2:1: there is no key \"memroy\" here\n  help: did you mean \"memory\"?",
        );
        check_wrong("[limits]\nmemory = \"5GB\"\n", "error: dot.toml:2:10: a dot can have at most 4GB of memory");
        check_wrong("[limits]\ncalls = 0\n", "error: dot.toml:2:9: the number of calls is above 0");
        check_wrong("[allow\n", "error: dot.toml:1:7: unclosed table, expected `]`");
        check_wrong(
            "[allow]\nhttp = [\"http://a.org\"]\n",
            "error: dot.toml: http below `[allow]` names no host: \"http://a.org\" is an address of the web: name its host only",
        );
        check_wrong(
            "[allow]\nenv = [\"\"]\n",
            "error: dot.toml: an empty text below `[allow]` names nothing\n  help: remove it",
        );
    }

    #[test]
    fn limits_take_the_place_of_defaults() {
        let settings = parse("[limits]\nmemory = \"64MB\"\ncpu = \"5s\"\ndepth = 7\n").expect("settings");
        let limits = settings.limits.limits();
        assert_eq!((limits.memory_bytes, limits.cpu.as_secs(), limits.depth), (64 << 20, 5, 7));
        assert_eq!(limits.calls, dot_runtime::Limits::default().calls);
    }

    #[test]
    fn the_folder_above_is_named_as_users_do() {
        for (folder, above) in
            [("", ".."), (".", ".."), ("a", ""), ("a/b", "a"), ("..", "../.."), ("./a", "."), ("/a", "/")]
        {
            assert_eq!(parent(Path::new(folder)), Path::new(above), "{folder}");
        }
    }

    #[test]
    fn the_nearest_settings_hold() {
        let root = tempfile::tempdir().expect("a folder for the test");
        let inner = root.path().join("inner/deep");
        fs::create_dir_all(&inner).expect("a folder for the test");
        fs::write(root.path().join(SETTINGS), "[allow]\nfiles = [\"data\"]\n").expect("a file for the test");
        let project = |file: &Path| Project::of_file(file).expect("a project");
        let outer = project(&inner.join("a.dot"));
        assert_eq!(outer.folder, root.path());
        assert_eq!(outer.grants(), [Grant::Files(root.path().join("data"))]);
        fs::write(root.path().join("inner").join(SETTINGS), "").expect("a file for the test");
        let nearest = project(&inner.join("a.dot"));
        assert_eq!((nearest.folder.as_path(), nearest.grants()), (root.path().join("inner").as_path(), Vec::new()));
    }
}
