//! What the dots on the way to a step have left of their capabilities: `uses env("HOME")`.

use std::path::Path;
use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Narrowing;

use crate::egress::{Hosts, Target};
use crate::open::resolve;

/// The narrowings of a dot and, outside of it, of those that called it. A permission must be left by each of them.
#[derive(Clone, Debug)]
pub struct Scope {
    dot: Arc<str>,
    narrowed: Arc<[Narrowing]>,
    outer: Option<Arc<Scope>>,
}

impl Scope {
    /// The scope of a dot that was called in another one.
    pub fn new(dot: &str, narrowed: &[Narrowing], outer: Option<Arc<Scope>>) -> Scope {
        Scope { dot: dot.into(), narrowed: narrowed.into(), outer }
    }

    /// A fault unless the whole scope leaves a path without links and `..`; `key` is `files` or `files.write`.
    pub(crate) fn check_path(&self, key: &str, path: &Path) -> Result<(), Fault> {
        let is_left = |to: &str| resolve(Path::new(to)).is_ok_and(|left| path.starts_with(left));
        self.check(key, &format!("the file \"{}\"", path.display()), is_left)
    }

    /// A fault unless the whole scope leaves an environment variable.
    pub(crate) fn check_env(&self, name: &str) -> Result<(), Fault> {
        self.check("env", &format!("the environment variable \"{name}\""), |to| to == name)
    }

    /// A fault unless the whole scope leaves a host.
    pub(crate) fn check_host(&self, target: &Target) -> Result<(), Fault> {
        let is_left = |to: &str| to.parse::<Hosts>().is_ok_and(|hosts| hosts.has(target));
        self.check("http", &format!("the host \"{}\"", target.host), is_left)
    }

    /// A fault unless the whole scope leaves a secret.
    pub(crate) fn check_secret(&self, name: &str) -> Result<(), Fault> {
        self.check("secret", &format!("the secret \"{name}\""), |to| to == name)
    }

    /// A fault unless the whole scope leaves a program.
    pub(crate) fn check_process(&self, command: &str) -> Result<(), Fault> {
        self.check("process", &format!("the program \"{command}\""), |to| to == command)
    }

    fn check(&self, key: &str, what: &str, is_left: impl Fn(&str) -> bool) -> Result<(), Fault> {
        let mut scope = Some(self);
        while let Some(Scope { dot, narrowed, outer }) = scope {
            let forbids = |narrowing: &Narrowing| narrowing.key == key && !narrowing.to.iter().any(|to| is_left(to));
            if narrowed.iter().any(forbids) {
                let message = format!("{what} is outside of what the `uses` of the dot \"{dot}\" leaves of {key}");
                return Err(Fault::new(FaultCode::Capability, message).help(format!("name it in the `uses` of {dot}")));
            }
            scope = outer.as_deref();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(key: &str, to: &[&str], outer: Option<Scope>) -> Scope {
        let narrowing = Narrowing { key: key.to_owned(), to: to.iter().map(|&to| to.to_owned()).collect() };
        Scope::new("main", &[narrowing], outer.map(Arc::new))
    }

    #[test]
    fn every_dot_on_the_way_must_leave_it() {
        let outer = scope("env", &["HOME", "USER"], None);
        let inner = scope("env", &["HOME", "SHELL"], Some(outer));
        assert_eq!(inner.check_env("HOME"), Ok(()));
        for denied in ["USER", "SHELL"] {
            assert_eq!(inner.check_env(denied).expect_err(denied).code, FaultCode::Capability);
        }
        assert_eq!(inner.check_path("files", Path::new("/none")), Ok(()));
    }

    #[test]
    fn folders_leave_what_is_in_them() {
        let scope = scope("files", &["/none/data"], None);
        assert_eq!(scope.check_path("files", Path::new("/none/data/a")), Ok(()));
        assert_eq!(scope.check_path("files.write", Path::new("/none/other")), Ok(()));
        let fault = scope.check_path("files", Path::new("/none/database")).expect_err("a neighbour");
        assert_eq!(
            fault.message,
            "the file \"/none/database\" is outside of what the `uses` of the dot \"main\" leaves of files"
        );
    }

    #[test]
    fn nothing_is_left_of_what_is_narrowed_to_nothing() {
        let scope = scope("files.write", &[], None);
        assert!(scope.check_path("files.write", Path::new("/none")).is_err());
    }
}
