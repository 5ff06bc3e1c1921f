//! The trait of native dots, and where the runtime finds them by name.

use std::fmt;
use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::value::Value;
use rustc_hash::FxHashMap;

use crate::context::{Context, OwnedContext};
use crate::http::Http;
use crate::io::{BoxFuture, IoRuntime};
use crate::natives::{
    Args, EnvGet, FilesAppend, FilesDelete, FilesExists, FilesList, FilesRead, FilesReadBytes, FilesWrite,
    FilesWriteBytes, Log, PrintText, ProcessRun, RandomFloat, RandomInt, RandomSeed, RandomUuid, SecretGet, TimeNow,
};

/// What a native dot says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Descriptor {
    /// The name as units call it: `files.read`.
    pub name: &'static str,
    /// The largest class of what it does.
    pub class: Class,
    /// The capabilities that it needs.
    pub uses: &'static [&'static str],
    /// Whether it waits until every earlier call of its activation has ended, as the clock and random numbers do.
    pub is_ordered: bool,
}

/// What a native dot spends its time with, so that it gets threads of its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// Computing: as many run at once as there are cores.
    Cpu,
    /// Waiting for the outside: more run at once than there are cores.
    #[default]
    Io,
}

/// A native dot.
pub trait ParaDot: Send + Sync {
    /// What it says of itself.
    fn descriptor(&self) -> &Descriptor;

    /// Its type as a declaration writes it: `(image: Bytes, width: Int) -> Bytes`. A program that declares another one is
    /// refused before it runs. Those of the standard library leave it out, since their declarations are its own.
    fn signature(&self) -> Option<&str> {
        None
    }

    /// What it spends its time with.
    fn kind(&self) -> Kind {
        Kind::Io
    }

    /// Runs it on its input, a [`Value::Record`] with a field per parameter.
    ///
    /// It checks the grants of the [`Context`] before it touches anything, never blocks for long,
    /// and never panics: what goes wrong is a fault.
    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault>;
}

/// A native dot that waits for the outside without holding a thread.
pub trait AsyncParaDot: Send + Sync {
    /// What it says of itself.
    fn descriptor(&self) -> &Descriptor;

    /// Its type as a declaration writes it (see [`ParaDot::signature`]).
    fn signature(&self) -> Option<&str> {
        None
    }

    /// Begins to run it on its input, a [`Value::Record`] with a field per parameter.
    ///
    /// As [`ParaDot::run`], with one thing more: the future is dropped wherever it waits when nobody wants its outcome any
    /// more, and must then leave nothing behind.
    fn run(self: Arc<Self>, context: OwnedContext, input: Value) -> BoxFuture;
}

/// A native dot of either kind.
#[derive(Clone)]
pub enum NativeDot {
    /// It runs on a thread.
    Blocking(Arc<dyn ParaDot>),
    /// It runs beside others on an [`IoRuntime`].
    Async(Arc<dyn AsyncParaDot>),
}

impl NativeDot {
    /// What it says of itself.
    pub fn descriptor(&self) -> &Descriptor {
        match self {
            NativeDot::Blocking(dot) => dot.descriptor(),
            NativeDot::Async(dot) => dot.descriptor(),
        }
    }

    /// Its type as a declaration writes it, where it says so.
    pub fn signature(&self) -> Option<&str> {
        match self {
            NativeDot::Blocking(dot) => dot.signature(),
            NativeDot::Async(dot) => dot.signature(),
        }
    }

    /// What it spends its time with.
    pub fn kind(&self) -> Kind {
        match self {
            NativeDot::Blocking(dot) => dot.kind(),
            NativeDot::Async(_) => Kind::Io,
        }
    }

    /// Runs it to its end on this thread.
    pub fn run_to_end(&self, context: &Context<'_>, io: &IoRuntime, input: Value) -> Result<Value, Fault> {
        match self {
            NativeDot::Blocking(dot) => dot.run(context, input),
            NativeDot::Async(dot) => io.run_to_end(Arc::clone(dot).run(context.to_owned_context(), input)),
        }
    }
}

/// The native dots that units can call.
#[derive(Clone, Default)]
pub struct Registry {
    dots: FxHashMap<&'static str, NativeDot>,
}

impl Registry {
    /// A registry without any.
    pub fn empty() -> Registry {
        Registry::default()
    }

    /// The natives that the standard library declares.
    pub fn standard() -> Registry {
        let mut registry = Registry::empty();
        registry.register(PrintText);
        registry.register(FilesRead);
        registry.register(FilesReadBytes);
        registry.register(FilesList);
        registry.register(FilesExists);
        registry.register(FilesWrite);
        registry.register(FilesWriteBytes);
        registry.register(FilesAppend);
        registry.register(FilesDelete);
        registry.register(EnvGet);
        registry.register(RandomInt);
        registry.register(RandomFloat);
        registry.register(RandomUuid);
        registry.register(RandomSeed);
        registry.register(TimeNow);
        for log in [Log::DEBUG, Log::INFO, Log::WARN, Log::ERROR] {
            registry.register(log);
        }
        registry.register(Args);
        registry.register_async(SecretGet);
        registry.register_async(ProcessRun);
        for http in [Http::GET, Http::QUERY, Http::POST, Http::PUT, Http::PATCH, Http::DELETE] {
            registry.register_async(http);
        }
        registry
    }

    /// Adds one, in place of one of the same name.
    pub fn register(&mut self, dot: impl ParaDot + 'static) {
        self.dots.insert(dot.descriptor().name, NativeDot::Blocking(Arc::new(dot)));
    }

    /// Adds an asynchronous one, in place of one of the same name.
    pub fn register_async(&mut self, dot: impl AsyncParaDot + 'static) {
        self.dots.insert(dot.descriptor().name, NativeDot::Async(Arc::new(dot)));
    }

    /// The names of all of them, sorted.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = self.dots.keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// The native of a name.
    pub fn get(&self, name: &str) -> Option<&NativeDot> {
        self.dots.get(name)
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registry").field(&self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_natives_are_there() {
        let registry = Registry::standard();
        for name in ["args", "env.get", "files.read", "files.write", "log.info", "print_text", "random.int"] {
            assert_eq!(registry.get(name).map(|dot| dot.descriptor().name), Some(name));
        }
        assert!(registry.get("files.red").is_none());
    }
}
