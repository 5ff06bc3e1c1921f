//! A world of their own for tests of natives.

use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::value::Value;

use crate::clock::{Clock, FixedClock};
use crate::context::{Context, Environment, FixedEnvironment};
use crate::grants::Grants;
use crate::io::{BoxFuture, IoRuntime};
use crate::output::{Captured, LimitedOutput};
use crate::registry::{AsyncParaDot, ParaDot};

pub(super) struct World {
    pub(super) grants: Grants,
    pub(super) output: Captured,
    pub(super) environment: FixedEnvironment,
    pub(super) arguments: Vec<Arc<str>>,
    pub(super) seed: u64,
    pub(super) value_size_bytes: usize,
}

impl Default for World {
    fn default() -> World {
        World {
            grants: Grants::none(),
            output: Captured::default(),
            environment: FixedEnvironment::default(),
            arguments: Vec::new(),
            seed: 0,
            value_size_bytes: 1 << 20,
        }
    }
}

impl World {
    /// Runs a native on texts.
    pub(super) fn run(&self, dot: &dyn ParaDot, input: &[&str]) -> Result<Value, Fault> {
        self.call(dot, input.iter().map(|&text| Value::Text(text.into())).collect())
    }

    /// Runs a native on a value per parameter.
    pub(super) fn call(&self, dot: &dyn ParaDot, input: Vec<Value>) -> Result<Value, Fault> {
        self.with_context(|context| dot.run(context, Value::Record(input)))
    }

    /// Runs an asynchronous native to its end.
    pub(super) fn run_async(&self, dot: impl AsyncParaDot, input: Value) -> Result<Value, Fault> {
        IoRuntime::new().run_to_end(self.begin_async(dot, input))
    }

    /// The future of an asynchronous native.
    pub(super) fn begin_async(&self, dot: impl AsyncParaDot, input: Value) -> BoxFuture {
        self.with_context(|context| Arc::new(dot).run(context.to_owned_context(), input))
    }

    fn with_context<T>(&self, work: impl FnOnce(&Context<'_>) -> T) -> T {
        let environment: Arc<dyn Environment> = Arc::new(self.environment.clone());
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::default());
        let context = Context {
            grants: &Arc::new(self.grants.clone()),
            scope: None,
            output: &LimitedOutput::new(Arc::new(self.output.clone()), 1 << 20),
            environment: &environment,
            arguments: &self.arguments.clone().into(),
            step: "main",
            seed: self.seed,
            clock: &clock,
            network: &Arc::default(),
            value_size_bytes: self.value_size_bytes,
        };
        work(&context)
    }
}
