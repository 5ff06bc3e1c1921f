//! What an activation meets outside of itself.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

use paradot::{
    AsyncParaDot, Clock, Context, Environment, FixedClock, Grants, LimitedOutput, Network, Output, ParaDot,
    ProcessEnvironment, Registry, Scope, SystemClock,
};

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
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The way to the network, with the connections that are open.
    pub network: Arc<Network>,
    /// Whether time passes only while nothing else can happen: then it jumps to the next timer.
    pub is_time_virtual: bool,
    /// With the names of steps it decides every random number.
    pub seed: u64,
    /// What an activation may use.
    pub limits: Limits,
}

impl Host {
    /// A host with the standard natives, the process's environment, the default limits, a seed of its own, and nothing granted.
    pub fn new(output: Arc<dyn Output>) -> Host {
        Host {
            registry: Arc::new(Registry::standard()),
            grants: Arc::new(Grants::none()),
            output,
            environment: Arc::new(ProcessEnvironment),
            arguments: Arc::from([]),
            clock: Arc::new(SystemClock),
            network: Arc::default(),
            is_time_virtual: false,
            seed: RandomState::new().build_hasher().finish(),
            limits: Limits::default(),
        }
    }

    /// Adds a native dot, in place of one of the same name.
    pub fn register(&mut self, dot: impl ParaDot + 'static) {
        Arc::make_mut(&mut self.registry).register(dot);
    }

    /// Adds an asynchronous native dot, in place of one of the same name.
    pub fn register_async(&mut self, dot: impl AsyncParaDot + 'static) {
        Arc::make_mut(&mut self.registry).register_async(dot);
    }

    /// What the natives may touch, to permit more.
    pub fn grants_mut(&mut self) -> &mut Grants {
        Arc::make_mut(&mut self.grants)
    }

    /// The host with the seed and the clock of tests, which are always the same, and with virtual time.
    pub fn for_tests(self) -> Host {
        Host { clock: Arc::new(FixedClock::default()), seed: 0, is_time_virtual: true, ..self }
    }

    /// The host as a native dot sees it in a step.
    pub(crate) fn context<'a>(
        &'a self,
        output: &'a LimitedOutput,
        step: &'a str,
        scope: Option<&'a Arc<Scope>>,
    ) -> Context<'a> {
        Context {
            grants: &self.grants,
            scope,
            output,
            environment: &self.environment,
            arguments: &self.arguments,
            step,
            seed: self.seed,
            clock: &self.clock,
            network: &self.network,
            value_size_bytes: usize::try_from(self.limits.value_size_bytes).unwrap_or(usize::MAX),
        }
    }
}
