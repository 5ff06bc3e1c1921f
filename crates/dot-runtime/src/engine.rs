//! The engine: what units share.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use dot_abi::fault::Fault;

use paradot::IoRuntime;
use wasmtime::{Config, InstanceAllocationStrategy, Linker, Module, PoolingAllocationConfig};

use crate::activation::Activation;
use crate::cache::Cache;
use crate::crew::Crew;
use crate::guest::ExportIndices;
use crate::limits::{MOST_MEMORY, instance_fault};
use crate::ticker::Ticker;
use crate::unit::{LoadError, Unit, UnitInner};
use crate::{imports, natives, verify};

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// The stack of a guest in bytes; at most 4 GB. Only what is used takes memory.
    pub stack_bytes: u64,
    /// The number of instances above which activations that wait give theirs up.
    pub instances: u32,
    /// The folder of the user in which compiled units are kept; without one they are compiled each time.
    pub cache: Option<PathBuf>,
}

/// The largest stack that a guest can have, so that asking for a thread with it makes sense.
pub const MOST_STACK: u64 = 4 << 30;

/// The stack of a thread that guests run on beside that of the guest: for the engine, lift and lower.
const HOST_STACK: usize = 4 << 20;
/// The stack of a thread that waits for the outside.
const OUTSIDE_STACK: usize = 4 << 20;
/// The most threads that wait for the outside.
const MOST_OUTSIDE: usize = 32;
/// The most runs at once; one more waits until one ends.
const MOST_RUNS: usize = 64;
/// The most threads that work on one run.
const MOST_WORKERS: usize = 64;
/// The most instances that can be asked for: the system bounds the maps of a process.
const MOST_INSTANCES: u32 = 15_000;
/// Instances beyond those after which waiting ones are given up.
const SPARE_INSTANCES: u32 = 1000;

impl Default for EngineConfig {
    fn default() -> EngineConfig {
        EngineConfig { stack_bytes: 64 << 20, instances: 1000, cache: None }
    }
}

/// Compiles and runs units. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<EngineInner>,
}

struct EngineInner {
    wasm: wasmtime::Engine,
    linker: Linker<Activation>,
    ticker: Arc<Ticker>,
    cache: Option<Cache>,
    stack_bytes: u64,
    compute: Arc<Crew>,
    outside: Arc<Crew>,
    native_compute: Arc<Crew>,
    io: IoRuntime,
    workers: usize,
    instances: Arc<Instances>,
}

impl Engine {
    /// An engine. It fails only where the system does not give what the configuration asks for.
    pub fn new(mut config: EngineConfig) -> Result<Engine, LoadError> {
        config.instances = config.instances.clamp(1, MOST_INSTANCES);
        config.stack_bytes = config.stack_bytes.clamp(1, MOST_STACK);
        let refused = |error: wasmtime::Error| LoadError::Module(format!("{error:#}"));
        let wasm = wasmtime::Engine::new(&wasm_config(&config, true))
            // A system that bounds address space has no room for a pool.
            .or_else(|_| wasmtime::Engine::new(&wasm_config(&config, false)))
            .map_err(refused)?;
        let mut linker = Linker::new(&wasm);
        imports::link(&mut linker).and_then(|()| natives::link(&mut linker)).map_err(refused)?;
        let ticker = Ticker::new(wasm.clone(), MOST_RUNS);
        let cache = config.cache.as_ref().and_then(|folder| Cache::open(folder, &wasm));
        let workers = thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
        let stack = (config.stack_bytes as usize).saturating_add(HOST_STACK);
        let instances = Arc::new(Instances {
            alive: AtomicUsize::new(0),
            crowded: config.instances as usize,
            most: slots(&config) as usize,
        });
        Ok(Engine {
            inner: Arc::new(EngineInner {
                wasm,
                linker,
                ticker,
                cache,
                stack_bytes: config.stack_bytes,
                compute: Crew::new("dot-compute", stack, MOST_RUNS * workers),
                outside: Crew::new("dot-outside", OUTSIDE_STACK, MOST_OUTSIDE),
                native_compute: Crew::new("dot-native", OUTSIDE_STACK, workers),
                io: IoRuntime::new(),
                workers,
                instances,
            }),
        })
    }

    /// Checks a unit and compiles it, unless the cache has it.
    pub fn load(&self, wasm: &[u8]) -> Result<Unit, LoadError> {
        let refused = |error: wasmtime::Error| LoadError::Module(format!("{error:#}"));
        let manifest = verify::manifest(wasm)?;
        let hash = blake3::hash(wasm);
        let module = match self.inner.cache.as_ref().and_then(|cache| cache.load(&self.inner.wasm, hash)) {
            Some(module) => module,
            None => {
                let module = Module::from_binary(&self.inner.wasm, wasm).map_err(refused)?;
                if let Some(cache) = &self.inner.cache {
                    cache.store(hash, &module);
                }
                module
            }
        };
        verify::interface(&module, &manifest)?;
        let instance = self.inner.linker.instantiate_pre(&module).map_err(refused)?;
        let exports = ExportIndices::new(&module, &manifest).map_err(|name| LoadError::Export { name })?;
        Ok(Unit { inner: Arc::new(UnitInner::new(self.clone(), manifest, instance, exports, hash)) })
    }

    /// The instances that are alive: those of activations that run or wait. 0 while nothing runs.
    pub fn live_instances(&self) -> usize {
        self.inner.instances.alive.load(Ordering::Relaxed)
    }

    pub(crate) fn wasm(&self) -> &wasmtime::Engine {
        &self.inner.wasm
    }

    pub(crate) fn ticker(&self) -> &Arc<Ticker> {
        &self.inner.ticker
    }

    pub(crate) fn stack_bytes(&self) -> u64 {
        self.inner.stack_bytes
    }

    /// The threads that guests run on.
    pub(crate) fn compute(&self) -> &Arc<Crew> {
        &self.inner.compute
    }

    /// The threads that wait for the outside.
    pub(crate) fn outside(&self) -> &Arc<Crew> {
        &self.inner.outside
    }

    /// Where asynchronous native dots run.
    pub(crate) fn io(&self) -> &IoRuntime {
        &self.inner.io
    }

    /// The threads that native dots compute on: as many as there are cores.
    pub(crate) fn native_compute(&self) -> &Arc<Crew> {
        &self.inner.native_compute
    }

    /// The most threads that work on one run.
    pub(crate) fn workers(&self) -> usize {
        self.inner.workers
    }

    /// Counts one more instance.
    pub(crate) fn instance_permit(&self) -> Result<InstancePermit, Fault> {
        let instances = Arc::clone(&self.inner.instances);
        let before = instances.alive.fetch_add(1, Ordering::Relaxed);
        let permit = InstancePermit { instances };
        if before >= permit.instances.most {
            return Err(instance_fault(permit.instances.most));
        }
        Ok(permit)
    }

    /// Whether so many instances are alive that those which wait are given up.
    pub(crate) fn is_crowded(&self) -> bool {
        let instances = &self.inner.instances;
        instances.alive.load(Ordering::Relaxed).saturating_add(self.inner.workers) > instances.crowded
    }
}

/// The instances of an engine.
struct Instances {
    alive: AtomicUsize,
    crowded: usize,
    most: usize,
}

/// One instance, until it is dropped.
pub(crate) struct InstancePermit {
    instances: Arc<Instances>,
}

impl Drop for InstancePermit {
    fn drop(&mut self) {
        self.instances.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The most instances at once: those that wait, those that run, and some for what can't be given up.
fn slots(config: &EngineConfig) -> u32 {
    config.instances.saturating_add(SPARE_INSTANCES)
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("stack_bytes", &self.inner.stack_bytes).finish_non_exhaustive()
    }
}

fn wasm_config(config: &EngineConfig, pooled: bool) -> Config {
    let stack = usize::try_from(config.stack_bytes).unwrap_or(usize::MAX);
    let mut wasm = Config::new();
    wasm.epoch_interruption(true)
        .max_wasm_stack(stack)
        // Not used, but it must not be smaller.
        .async_stack_size(stack)
        // Faults know their place by site numbers; nobody looks at frames.
        .wasm_backtrace_max_frames(None)
        .native_unwind_info(false)
        .generate_address_map(false)
        // The same result on every machine.
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false);
    if pooled {
        let mut pool = PoolingAllocationConfig::new();
        pool.total_core_instances(slots(config))
            .total_memories(slots(config))
            .total_tables(slots(config))
            .max_memory_size(MOST_MEMORY as usize)
            .table_elements(1 << 16)
            .linear_memory_keep_resident(64 << 10);
        wasm.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    wasm
}
