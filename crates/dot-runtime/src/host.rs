//! What an activation meets outside of itself.

use std::sync::Arc;

use paradot::{Context, Environment, Grants, LimitedOutput, Output, ProcessEnvironment, Registry};

use crate::limits::Limits;

/// The outside of activations: natives, grants, output, arguments and limits. Cheap to clone.
#[derive(Clone)]
pub struct Host {
    /// The native dots that units can call.
    pub registry: Arc<Registry>,
    /// What they may touch.
    pub grants: Arc<Grants>,
    /// Where printed text goes.
    pub output: Arc<dyn Output>,
    /// Environment variables.
    pub environment: Arc<dyn Environment>,
    /// The words behind `--` on the command line.
    pub arguments: Arc<[Arc<str>]>,
    /// What an activation may use.
    pub limits: Limits,
}

impl Host {
    /// A host with the standard natives, the process's environment, the default limits, and nothing granted.
    pub fn new(output: Arc<dyn Output>) -> Host {
        Host {
            registry: Arc::new(Registry::standard()),
            grants: Arc::new(Grants::none()),
            output,
            environment: Arc::new(ProcessEnvironment),
            arguments: Arc::from([]),
            limits: Limits::default(),
        }
    }

    /// The host as a native dot sees it.
    pub(crate) fn context<'a>(&'a self, output: &'a LimitedOutput) -> Context<'a> {
        Context {
            grants: &self.grants,
            output,
            environment: &*self.environment,
            arguments: &self.arguments,
            value_size_bytes: usize::try_from(self.limits.value_size_bytes).unwrap_or(usize::MAX),
        }
    }
}
