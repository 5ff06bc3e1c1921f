//! What a native dot may reach: everything of the outside comes in through here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};

use crate::clock::Clock;
use crate::egress::Target;
use crate::grants::Grants;
use crate::http::Network;
use crate::output::LimitedOutput;
use crate::scope::Scope;

/// The world as one activation may see it.
pub struct Context<'a> {
    /// What it is permitted to touch.
    pub grants: &'a Arc<Grants>,
    /// What the dots on the way to the step leave of it.
    pub scope: Option<&'a Arc<Scope>>,
    /// Where what it prints goes.
    pub output: &'a LimitedOutput,
    /// Environment variables.
    pub environment: &'a Arc<dyn Environment>,
    /// The words behind `--` on the command line.
    pub arguments: &'a Arc<[Arc<str>]>,
    /// The name of the step that runs (see [`dot_abi::step`]).
    pub step: &'a str,
    /// The seed of the run: with the step's name it decides every random number.
    pub seed: u64,
    /// What time it is.
    pub clock: &'a Arc<dyn Clock>,
    /// The way to the network.
    pub network: &'a Arc<Network>,
    /// The most bytes that a value may have.
    pub value_size_bytes: usize,
}

/// The world as an asynchronous native dot may see it for as long as it runs. It prints nothing: notes have no asynchronous form.
#[derive(Clone)]
pub struct OwnedContext {
    /// What it is permitted to touch.
    pub grants: Arc<Grants>,
    /// What the dots on the way to the step leave of it.
    pub scope: Option<Arc<Scope>>,
    /// Environment variables.
    pub environment: Arc<dyn Environment>,
    /// The name of the step that runs (see [`dot_abi::step`]).
    pub step: Arc<str>,
    /// The seed of the run: with the step's name it decides every random number.
    pub seed: u64,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The way to the network.
    pub network: Arc<Network>,
    /// The most bytes that a value may have.
    pub value_size_bytes: usize,
}

impl Context<'_> {
    /// The same for a native dot that goes on after its call has returned.
    pub fn to_owned_context(&self) -> OwnedContext {
        OwnedContext {
            grants: Arc::clone(self.grants),
            scope: self.scope.map(Arc::clone),
            environment: Arc::clone(self.environment),
            step: self.step.into(),
            seed: self.seed,
            clock: Arc::clone(self.clock),
            network: Arc::clone(self.network),
            value_size_bytes: self.value_size_bytes,
        }
    }

    /// A fault unless the dots on the way leave a path without links and `..` of the grants of a key.
    pub(crate) fn check_scope(&self, key: &str, path: &Path) -> Result<(), Fault> {
        self.scope.map_or(Ok(()), |scope| scope.check_path(key, path))
    }
}

impl OwnedContext {
    /// A fault unless a host may be spoken to.
    pub(crate) fn check_host(&self, target: &Target) -> Result<(), Fault> {
        self.scope.as_ref().map_or(Ok(()), |scope| scope.check_host(target))?;
        self.grants.check_host(target)
    }
}

/// What a `max_size` allows: no more than a value may have.
pub(crate) fn most_bytes(max_size: i64, context: &OwnedContext) -> Result<usize, Fault> {
    let Ok(most) = usize::try_from(max_size) else {
        let message = format!("max_size is {max_size}, and no size is below 0");
        return Err(Fault::new(FaultCode::Argument, message).help("leave it out, or write a size such as 16MB"));
    };
    Ok(most.min(context.value_size_bytes))
}

/// Environment variables.
pub trait Environment: Send + Sync {
    /// The value of a variable, or `None` if it is not set.
    fn get(&self, name: &str) -> Option<OsString>;
}

/// The environment of this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn get(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }
}

/// Variables that are given, for tests and for hosts that hide their own.
#[derive(Clone, Debug, Default)]
pub struct FixedEnvironment(pub BTreeMap<String, OsString>);

impl Environment for FixedEnvironment {
    fn get(&self, name: &str) -> Option<OsString> {
        self.0.get(name).cloned()
    }
}
