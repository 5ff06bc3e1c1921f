//! The engine that users run, with the world's operations as native dots.

use std::sync::Arc;
use std::time::Duration;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::json::{self, Style};
use dot_abi::manifest::{Class, Manifest};
use dot_abi::value::Value;
use dot_runtime::{Engine, Host, Plan, RunError};
use paradot::{Captured, Context, Descriptor, ParaDot, Registry};

use super::{Recorder, Run};
use crate::engines;

/// How many of a hundred operations take long enough for others to overtake them.
const SLOW: usize = 6;
/// How long these take.
const LONG: Duration = Duration::from_micros(60);

/// The operations, as a host program registers its own.
const OPERATIONS: [Descriptor; 5] = [
    descriptor("world.pure", Class::Pure),
    descriptor("world.note", Class::Note),
    descriptor("world.read", Class::Read),
    descriptor("world.wait", Class::Wait),
    descriptor("world.write", Class::Write),
];

const fn descriptor(name: &'static str, class: Class) -> Descriptor {
    Descriptor { name, class, uses: &[], is_ordered: false }
}

/// The units of a program in the product's engine.
pub(super) struct Product {
    bundle: dot_runtime::Bundle,
}

impl Product {
    pub(super) fn new(engine: &Engine, units: Vec<(Manifest, Vec<u8>)>) -> Result<Product, String> {
        Ok(Product { bundle: engines::bundle(engine, units)? })
    }

    /// Runs the program in a world.
    pub(super) fn run(&self, plan: Plan, world: &Recorder) -> Result<Run, String> {
        let output = Arc::new(Captured::default());
        let mut registry = Registry::standard();
        for descriptor in OPERATIONS {
            registry.register(Operation { descriptor, world: world.clone() });
        }
        let host = Host { registry: Arc::new(registry), ..Host::new(output.clone()).for_tests() };
        let ended = self.bundle.run(Value::Record(Vec::new()), &host, plan);
        let manifest = self.bundle.root().manifest();
        let end = match ended.end {
            Err(RunError::Input(problems)) => return Err(format!("the input is refused: {problems:?}")),
            Err(RunError::Fault(fault)) if fault.code == FaultCode::Internal => return Err(fault.to_string()),
            Err(RunError::Fault(fault)) => Err(fault),
            Ok(_) if ended.live_objects != 0 => {
                return Err(format!("{} objects are alive after the end", ended.live_objects));
            }
            Ok(value) => json::encode(&manifest.types, manifest.output, &value, Style::Compact),
        };
        let mut recorded = world.recorded();
        recorded.notes = output.text().lines().map(str::to_owned).collect();
        Ok(Run { end, recorded })
    }
}

/// An operation of the world as a native dot.
struct Operation {
    descriptor: Descriptor,
    world: Recorder,
}

impl ParaDot for Operation {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let number = match &input {
            Value::Record(args) => match args.as_slice() {
                [Value::Int(number)] => *number,
                _ => return Err(Fault::new(FaultCode::Internal, "an operation has other arguments")),
            },
            _ => return Err(Fault::new(FaultCode::Internal, "arguments are no record")),
        };
        if self.descriptor.class == Class::Note {
            context.output.write_line(&number.to_string())?;
            return Ok(Value::Unit);
        }
        let operation = self.world.begin(self.descriptor.class, context.step, number);
        if operation.wrapping_mul(37) % 100 < SLOW {
            std::thread::sleep(LONG);
        }
        self.world.end(operation)
    }
}
