//! `dot new`

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::arguments::Complaint;
use crate::project::SETTINGS;
use crate::sources::reason;
use crate::stop::Stop;
use crate::terminal::{Status, Terminal};

/// Makes a folder with a small program, its tests and its settings.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The name of the project and of its folder
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// The longest name, in bytes.
const LONGEST_NAME: usize = 64;

/// What one can do in the new folder; each ends well.
const COMMANDS: [&str; 4] =
    ["dot test", "dot run .", "dot run . --tasks \"x read the README\" --tasks \"write a dot\"", "dot run . --help"];

/// Makes the project and says what to do next.
pub fn run(arguments: &Arguments, terminal: &Terminal) -> Status {
    match create(&arguments.name) {
        Ok(()) => terminal.write(next_steps(&arguments.name)),
        Err(complaint) => Stop::complaint(complaint).tell(terminal),
    }
}

fn next_steps(name: &str) -> String {
    let commands: String = COMMANDS.iter().map(|command| format!("  {command}\n")).collect();
    format!("The project {name} is ready. Next:\n\n  cd {name}\n{commands}")
}

fn create(name: &str) -> Result<(), Complaint> {
    check_name(name)?;
    let folder = Path::new(name);
    let failed = |what: &Path, error: io::Error| {
        Complaint::new(format!("\"{}\" can't be written: {}", what.display(), reason(&error)))
    };
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check_empty(folder)?,
        created => created.map_err(|error| failed(folder, error))?,
    }
    let commands: Vec<String> = COMMANDS.iter().map(|command| format!("$ {command}")).collect();
    let readme = include_str!("README.md").replace("NAME", name).replace("COMMANDS", &commands.join("\n"));
    let files = [
        ("main.dot", include_str!("main.dot")),
        (SETTINGS, include_str!("dot.toml")),
        ("README.md", &readme),
        (".gitignore", include_str!("gitignore")),
    ];
    for (file, text) in files {
        let path = folder.join(file);
        let written = OpenOptions::new().write(true).create_new(true).open(&path);
        written.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// Whether a name can stand in any shell and any file system as it is.
fn check_name(name: &str) -> Result<(), Complaint> {
    let message = match name.chars().next() {
        None => "the name of the project is empty".to_owned(),
        Some(first) if !first.is_ascii_alphabetic() => format!("the name {name:?} does not begin with a letter"),
        _ if name.len() > LONGEST_NAME => format!("the name has more than {LONGEST_NAME} letters"),
        _ => match name.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))) {
            Some(other) => format!("the name {name:?} has a {other:?}"),
            None => return Ok(()),
        },
    };
    Err(Complaint::new(message).help("use letters, digits, `-` and `_`, as in `dot new word-count`"))
}

fn check_empty(folder: &Path) -> Result<(), Complaint> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => {
            let message = format!("the folder \"{}\" is there and not empty", folder.display());
            Err(Complaint::new(message).help("choose another name, or empty the folder"))
        }
        Err(error) => {
            let message = format!("\"{}\" is there and can't be used: {}", folder.display(), reason(&error));
            Err(Complaint::new(message).help("choose another name"))
        }
    }
}
