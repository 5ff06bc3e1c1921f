//! The engine: what units share.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use wasmtime::{Config, InstanceAllocationStrategy, Linker, Module, PoolingAllocationConfig};

use crate::activation::Activation;
use crate::cache::Cache;
use crate::layouts::Layouts;
use crate::limits::MOST_MEMORY;
use crate::ticker::Ticker;
use crate::unit::{LoadError, Unit, UnitInner};
use crate::{imports, natives, verify};

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// The stack of a guest in bytes; at most 4 GB. Only what is used takes memory.
    pub stack_bytes: u64,
    /// The most activations at once; one more waits until one ends.
    pub slots: u32,
    /// The folder of the user in which compiled units are kept; without one they are compiled each time.
    pub cache: Option<PathBuf>,
}

/// The largest stack that a guest can have, so that asking for a thread with it makes sense.
pub const MOST_STACK: u64 = 4 << 30;

impl Default for EngineConfig {
    fn default() -> EngineConfig {
        EngineConfig { stack_bytes: 64 << 20, slots: 64, cache: None }
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
}

impl Engine {
    /// An engine. It fails only where the system does not give what the configuration asks for.
    pub fn new(mut config: EngineConfig) -> Result<Engine, LoadError> {
        config.slots = config.slots.max(1);
        config.stack_bytes = config.stack_bytes.clamp(1, MOST_STACK);
        let refused = |error: wasmtime::Error| LoadError::Module(format!("{error:#}"));
        let wasm = wasmtime::Engine::new(&wasm_config(&config, true))
            // A system that bounds address space has no room for a pool.
            .or_else(|_| wasmtime::Engine::new(&wasm_config(&config, false)))
            .map_err(refused)?;
        let mut linker = Linker::new(&wasm);
        imports::link(&mut linker).and_then(|()| natives::link(&mut linker)).map_err(refused)?;
        let ticker = Ticker::new(wasm.clone(), config.slots as usize);
        let cache = config.cache.and_then(|folder| Cache::open(&folder, &wasm));
        Ok(Engine { inner: Arc::new(EngineInner { wasm, linker, ticker, cache, stack_bytes: config.stack_bytes }) })
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
        let layouts = Layouts::new(&manifest.types);
        Ok(Unit { inner: Arc::new(UnitInner { engine: self.clone(), manifest, layouts, instance, hash }) })
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
        pool.total_core_instances(config.slots)
            .total_memories(config.slots)
            .total_tables(config.slots)
            .max_memory_size(MOST_MEMORY as usize)
            .table_elements(1 << 16)
            .linear_memory_keep_resident(64 << 10);
        wasm.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    wasm
}
