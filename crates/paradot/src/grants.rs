//! What an activation is permitted to touch: nothing, unless it was granted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};

use crate::egress::{Hosts, Target};
use crate::grant_file::GrantFile;
use crate::open::resolve;
use crate::secret::Keeper;

/// What `--allow` takes.
const FORMS: &str =
    "files=PATH, files.write=PATH, env=NAME, http=HOST, secret=NAME, secret.NAME=PATH or process=COMMAND";

/// The capabilities of the standard library.
const OF_STD: &[&str] = &["ask", "env", "files", "http", "log", "process", "random", "secret", "sleep", "time"];

/// Permissions, as `--allow` gives them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Grants {
    /// Files that may be read, and folders with all that is in them, with links resolved.
    files: BTreeSet<PathBuf>,
    /// Files that may be written, and folders in which every file may, with links resolved.
    writable: BTreeSet<PathBuf>,
    /// Paths that stand for themselves only, with links resolved.
    exact: BTreeSet<PathBuf>,
    /// Names of environment variables.
    env: BTreeSet<String>,
    /// Capabilities that a host program has made.
    of_host: BTreeSet<String>,
    /// Hosts that may be spoken to.
    hosts: Arc<[Hosts]>,
    /// Secrets that may be used, and where they are kept.
    secrets: BTreeMap<String, Keeper>,
    /// Programs that may be started.
    processes: BTreeSet<String>,
    /// Where permissions are written down for good.
    file: Option<GrantFile>,
}

/// One permission, as `--allow` gives it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Grant {
    /// `files=PATH`: reading
    Files(PathBuf),
    /// `files.write=PATH`: writing and deleting
    FilesWrite(PathBuf),
    /// `env=NAME`
    Env(String),
    /// `http=HOST`: a name, `*.NAME`, an address or a range of addresses, and perhaps a port
    Http(Hosts),
    /// `secret=NAME`: the secret that the environment variable of that name holds
    Secret(String),
    /// `secret.NAME=PATH`: the secret that a file holds
    SecretFile(String, PathBuf),
    /// `process=COMMAND`: starting a program
    Process(String),
}

impl FromStr for Grant {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Grant, GrantError> {
        let Some((key, value)) = text.split_once('=') else {
            return Err(GrantError { message: format!("the grant \"{text}\" has no value: write {FORMS}") });
        };
        let message = match (key, key.strip_prefix("secret.")) {
            ("files" | "files.write" | "env" | "http" | "secret" | "process", _) | (_, Some(_)) if value.is_empty() => {
                format!("the grant \"{text}\" names nothing: write {FORMS}")
            }
            ("files", _) => return Ok(Grant::Files(value.into())),
            ("files.write", _) => return Ok(Grant::FilesWrite(value.into())),
            ("env", _) => return Ok(Grant::Env(value.to_owned())),
            ("secret", _) => return Ok(Grant::Secret(value.to_owned())),
            ("process", _) => return Ok(Grant::Process(value.to_owned())),
            ("http", _) => match value.parse() {
                Ok(hosts) => return Ok(Grant::Http(hosts)),
                Err(why) => format!("the grant \"{text}\" names no host: {why}"),
            },
            (_, Some(name)) if !name.is_empty() => return Ok(Grant::SecretFile(name.to_owned(), value.into())),
            ("time" | "random" | "log" | "sleep", _) => {
                format!("the capability \"{key}\" needs no grant: leave it out")
            }
            _ => format!("the capability \"{key}\" is unknown: write {FORMS}"),
        };
        Err(GrantError { message })
    }
}

/// A grant that can't be understood or kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GrantError {
    message: String,
}

impl fmt::Display for GrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for GrantError {}

impl Grants {
    /// No permission at all.
    pub fn none() -> Grants {
        Grants::default()
    }

    /// Adds a permission.
    pub fn allow(&mut self, grant: &Grant) -> Result<(), GrantError> {
        match grant {
            Grant::Files(path) => self.allow_file(path),
            Grant::FilesWrite(path) => self.allow_writing(path),
            Grant::Env(name) => {
                self.allow_env(name);
                Ok(())
            }
            Grant::Http(hosts) => {
                self.allow_hosts(hosts.clone());
                Ok(())
            }
            Grant::Secret(name) => {
                self.secrets.insert(name.clone(), Keeper::Environment);
                Ok(())
            }
            Grant::SecretFile(name, path) => {
                self.secrets.insert(name.clone(), Keeper::File(resolved(path)?));
                Ok(())
            }
            Grant::Process(command) => {
                self.processes.insert(command.clone());
                Ok(())
            }
        }
    }

    /// Permits speaking to hosts.
    pub fn allow_hosts(&mut self, hosts: Hosts) {
        let mut all = self.hosts.to_vec();
        all.push(hosts);
        all.sort_unstable();
        all.dedup();
        self.hosts = all.into();
    }

    /// Permits reading a file, or a folder with all that is in it. Links are resolved now; the file need not exist.
    pub fn allow_file(&mut self, path: &Path) -> Result<(), GrantError> {
        self.files.insert(resolved(path)?);
        Ok(())
    }

    /// Permits writing and deleting a file, or all that is in a folder. Links are resolved now; it need not exist.
    pub fn allow_writing(&mut self, path: &Path) -> Result<(), GrantError> {
        self.writable.insert(resolved(path)?);
        Ok(())
    }

    /// Permits reading one file, and nothing below it if it is a folder. Links are resolved now.
    pub fn allow_exactly(&mut self, path: &Path) -> Result<(), GrantError> {
        self.exact.insert(resolved(path)?);
        Ok(())
    }

    /// Permits reading an environment variable.
    pub fn allow_env(&mut self, name: &str) {
        self.env.insert(name.to_owned());
    }

    /// Permits a capability that a host program has made: the native dots that use it check nothing of it themselves.
    pub fn allow_capability(&mut self, name: &str) {
        self.of_host.insert(name.to_owned());
    }

    /// A fault unless every capability that is not of the standard library was permitted. The native dots of those check for
    /// themselves what they touch.
    pub fn check_of_host(&self, uses: &[&str]) -> Result<(), Fault> {
        match uses.iter().find(|name| !OF_STD.contains(name) && !self.of_host.contains(**name)) {
            None => Ok(()),
            Some(name) => {
                let message = format!("the capability \"{name}\" is not permitted");
                Err(Fault::new(FaultCode::Capability, message).help("let the host program permit it for this run"))
            }
        }
    }

    /// Says where permissions are written down: denied calls then name the line to write.
    pub fn written_in(&mut self, file: GrantFile) {
        self.file = Some(file);
    }

    /// How a permission that is missing is given, by its key and value of `--allow`.
    pub(crate) fn how_to_permit(&self, key: &str, value: &str) -> String {
        let once = format!("permit it with --allow {key}={value}");
        match self.file.as_ref().and_then(|file| file.advice(key, value)) {
            Some(advice) => format!("{once}, or {advice}"),
            None => once,
        }
    }

    /// Whether a path without links and `..` may be read.
    pub(crate) fn permits_file(&self, resolved: &Path) -> bool {
        self.exact.contains(resolved) || self.files.iter().any(|granted| resolved.starts_with(granted))
    }

    /// Whether a path without links and `..` may be written.
    pub(crate) fn permits_writing(&self, resolved: &Path) -> bool {
        self.writable.iter().any(|granted| resolved.starts_with(granted))
    }

    /// The hosts that may be spoken to.
    pub(crate) fn hosts(&self) -> &Arc<[Hosts]> {
        &self.hosts
    }

    /// Where a secret is kept, if it may be used.
    pub(crate) fn keeper(&self, name: &str) -> Option<&Keeper> {
        self.secrets.get(name)
    }

    /// A fault unless a host may be spoken to.
    pub(crate) fn check_host(&self, target: &Target) -> Result<(), Fault> {
        if self.hosts.iter().any(|hosts| hosts.has(target)) {
            return Ok(());
        }
        let host = target.host.to_string();
        let message = format!("the host \"{host}\" is not permitted");
        Err(Fault::new(FaultCode::Capability, message).help(self.how_to_permit("http", &host)))
    }

    /// A fault unless a program may be started.
    pub(crate) fn check_process(&self, command: &str) -> Result<(), Fault> {
        if self.processes.contains(command) {
            return Ok(());
        }
        let message = format!("the program \"{command}\" is not permitted to be started");
        let help = format!("permit it with --allow process={command}: it may do whatever you may");
        Err(Fault::new(FaultCode::Capability, message).help(help))
    }

    /// A fault unless the variable may be read.
    pub(crate) fn check_env(&self, name: &str) -> Result<(), Fault> {
        if self.env.contains(name) {
            return Ok(());
        }
        let message = format!("the environment variable \"{name}\" is not permitted to be read");
        Err(Fault::new(FaultCode::Capability, message).help(self.how_to_permit("env", name)))
    }
}

fn resolved(path: &Path) -> Result<PathBuf, GrantError> {
    resolve(path).map_err(|error| GrantError {
        message: format!("the path \"{}\" can't be resolved: {}", path.display(), error.kind()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_error(grant: &str, message: &str) {
        assert_eq!(Grant::from_str(grant).expect_err(grant).to_string(), message);
    }

    #[test]
    fn wrong_grants_are_explained() {
        let forms = format!("write {FORMS}");
        check_error("files", &format!("the grant \"files\" has no value: {forms}"));
        check_error("files=", &format!("the grant \"files=\" names nothing: {forms}"));
        check_error("disk=/", &format!("the capability \"disk\" is unknown: {forms}"));
        check_error(
            "http=http://a.org",
            "the grant \"http=http://a.org\" names no host: \"http://a.org\" is an address of the web: name its host only",
        );
        check_error("time=now", "the capability \"time\" needs no grant: leave it out");
    }

    #[test]
    fn grants_name_their_capability() {
        assert_eq!("files=a=b".parse(), Ok(Grant::Files("a=b".into())));
        assert_eq!("files.write=out".parse(), Ok(Grant::FilesWrite("out".into())));
        assert_eq!("env=HOME".parse(), Ok(Grant::Env("HOME".to_owned())));
        assert_eq!("secret=KEY".parse(), Ok(Grant::Secret("KEY".to_owned())));
        assert_eq!("secret.KEY=/run/key".parse(), Ok(Grant::SecretFile("KEY".to_owned(), "/run/key".into())));
        assert_eq!("process=git".parse(), Ok(Grant::Process("git".to_owned())));
    }

    #[test]
    fn a_folder_permits_what_is_in_it_and_no_neighbour() {
        let mut grants = Grants::none();
        assert!(!grants.permits_file(Path::new("/none/a")));
        grants.allow(&Grant::Files("/none/a".into())).expect("a path");
        assert!(grants.permits_file(Path::new("/none/a")));
        assert!(grants.permits_file(Path::new("/none/a/b/c")));
        assert!(!grants.permits_file(Path::new("/none/ab")));
        assert!(!grants.permits_file(Path::new("/none")));
    }

    #[test]
    fn reading_and_writing_are_permitted_apart() {
        let mut grants = Grants::none();
        grants.allow(&Grant::Files("/none/in".into())).expect("a path");
        grants.allow(&Grant::FilesWrite("/none/out".into())).expect("a path");
        assert!(!grants.permits_writing(Path::new("/none/in/a")));
        assert!(grants.permits_writing(Path::new("/none/out/a")));
        assert!(!grants.permits_file(Path::new("/none/out/a")));
    }

    #[test]
    fn an_exact_path_permits_nothing_below_it() {
        let mut grants = Grants::none();
        grants.allow_exactly(Path::new("/none/a")).expect("a path");
        assert!(grants.permits_file(Path::new("/none/a")));
        assert!(!grants.permits_file(Path::new("/none/a/b")));
        assert!(!grants.permits_file(Path::new("/none")));
    }

    #[test]
    fn capabilities_of_a_host_are_permitted_by_name() {
        let mut grants = Grants::none();
        assert_eq!(grants.check_of_host(&["files", "time"]), Ok(()));
        let fault = grants.check_of_host(&["files", "images"]).expect_err("not granted");
        assert_eq!(fault.to_string(), "capability: the capability \"images\" is not permitted");
        grants.allow_capability("images");
        assert_eq!(grants.check_of_host(&["files", "images"]), Ok(()));
    }

    #[test]
    fn variables_are_permitted_by_name() {
        let mut grants = Grants::none();
        grants.allow(&Grant::Env("HOME".to_owned())).expect("a name");
        assert_eq!(grants.check_env("HOME"), Ok(()));
        let fault = grants.check_env("PATH").expect_err("not granted");
        assert_eq!(fault.code, FaultCode::Capability);
        assert_eq!(fault.help.as_deref(), Some("permit it with --allow env=PATH"));
    }
}
