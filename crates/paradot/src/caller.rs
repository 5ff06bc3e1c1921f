//! Calls of native dots without a run: for host programs that use the registry alone, and for tests of native dots.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::policy::Policies;
use dot_abi::value::Value;

use crate::clock::{Clock, SystemClock};
use crate::context::{Context, Environment, ProcessEnvironment};
use crate::grants::Grants;
use crate::http::Network;
use crate::io::IoRuntime;
use crate::needs::absent;
use crate::output::{LimitedOutput, Output};
use crate::registry::Registry;
use crate::schedule::backoff_ns;

/// The largest output and the largest value of a [`Caller`] that says nothing about them, in bytes.
const MOST_OUTPUT: u64 = 64 << 20;
const LARGEST_VALUE: usize = 256 << 20;

/// Calls native dots one at a time, each on the thread that asks; several threads may ask at once.
///
/// It checks the capabilities that the host has made, gives each call its [`Context`], and repeats what `retry` repeats. What a
/// run adds is not here: an order between calls, turns by `concurrency` and `rate`, time limits, and what is kept between
/// attempts. A call is one step, so all of it is done again.
pub struct Caller {
    /// The native dots that can be called.
    pub registry: Registry,
    /// What they may touch: nothing, unless it is permitted here.
    pub grants: Arc<Grants>,
    /// Where printed text goes, and how much of it.
    pub output: LimitedOutput,
    /// Environment variables.
    pub environment: Arc<dyn Environment>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The way to the network.
    pub network: Arc<Network>,
    /// With the name of the step it decides every random number, that of waits between attempts too.
    pub seed: u64,
    /// The most bytes that a value may have.
    pub value_size_bytes: usize,
    io: IoRuntime,
}

impl Caller {
    /// A caller of what is registered, with nothing granted, the environment and the clock of this process, and the seed 0.
    pub fn new(registry: Registry, output: Arc<dyn Output>) -> Caller {
        Caller {
            registry,
            grants: Arc::new(Grants::none()),
            output: LimitedOutput::new(output, MOST_OUTPUT),
            environment: Arc::new(ProcessEnvironment),
            clock: Arc::new(SystemClock),
            network: Arc::default(),
            seed: 0,
            value_size_bytes: LARGEST_VALUE,
            io: IoRuntime::new(),
        }
    }

    /// Calls a native dot on a value for each parameter, as the step of a name; waits between attempts hold this thread.
    pub fn call(&self, step: &str, name: &str, input: Vec<Value>, policies: &Policies) -> Result<Value, Fault> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.attempt(step, name, input.clone()) {
                Err(fault) if attempt <= policies.retry && policies.repeats(&fault) => {
                    let wait_ns = backoff_ns(policies, self.seed, step, attempt, &fault);
                    thread::sleep(Duration::from_nanos(wait_ns));
                }
                outcome => return outcome.map_err(|fault| fault.step(step).bounded()),
            }
        }
    }

    fn attempt(&self, step: &str, name: &str, input: Vec<Value>) -> Result<Value, Fault> {
        let native = self.registry.get(name).ok_or_else(|| absent(name))?;
        self.grants.check_of_host(native.descriptor().uses)?;
        let context = self.context(step);
        let run = || native.run_to_end(&context, &self.io, Value::Record(input));
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|_| {
            let message = format!("the native dot \"{name}\" failed while it ran");
            Err(Fault::new(FaultCode::Internal, message).help("this is a mistake in the native dot"))
        })
    }

    fn context<'a>(&'a self, step: &'a str) -> Context<'a> {
        // Words of a command line belong to a run.
        static NO_WORDS: std::sync::LazyLock<Arc<[Arc<str>]>> = std::sync::LazyLock::new(|| Arc::from([]));
        Context {
            grants: &self.grants,
            scope: None,
            output: &self.output,
            environment: &self.environment,
            arguments: &NO_WORDS,
            step,
            seed: self.seed,
            clock: &self.clock,
            network: &self.network,
            value_size_bytes: self.value_size_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use dot_abi::manifest::Class;

    use super::*;
    use crate::{Captured, Descriptor, ParaDot};

    /// Fails so many times before it answers.
    struct Flaky {
        failures: AtomicU32,
        code: FaultCode,
    }

    impl ParaDot for Flaky {
        fn descriptor(&self) -> &Descriptor {
            &Descriptor { name: "flaky", class: Class::Read, uses: &["line"], is_ordered: false }
        }

        fn run(&self, context: &Context<'_>, _: Value) -> Result<Value, Fault> {
            let left = self.failures.load(Ordering::Relaxed);
            if left == 0 {
                return Ok(Value::Text(context.step.into()));
            }
            self.failures.store(left - 1, Ordering::Relaxed);
            Err(Fault::new(self.code, "no answer"))
        }
    }

    fn call(failures: u32, code: FaultCode, retry: u32, is_permitted: bool) -> String {
        let mut registry = Registry::empty();
        registry.register(Flaky { failures: AtomicU32::new(failures), code });
        let mut caller = Caller::new(registry, Arc::new(Captured::default()));
        if is_permitted {
            Arc::make_mut(&mut caller.grants).allow_capability("line");
        }
        let policies = Policies { retry, backoff_ns: Some(1000), ..Policies::default() };
        match caller.call("main", "flaky", Vec::new(), &policies) {
            Ok(value) => format!("{value:?}"),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn what_may_pass_is_repeated_as_often_as_is_said() {
        assert_eq!(call(2, FaultCode::Network, 2, true), "Text(\"main\")");
        assert_eq!(call(3, FaultCode::Network, 2, true), "network: no answer");
        assert_eq!(call(1, FaultCode::Fail, 2, true), "fail: no answer");
    }

    #[test]
    fn what_is_not_permitted_does_not_run() {
        let denied = "capability: the capability \"line\" is not permitted";
        assert_eq!(call(0, FaultCode::Network, 0, false), denied);
    }
}
