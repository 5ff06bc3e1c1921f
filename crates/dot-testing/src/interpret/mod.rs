//! The reference interpreter: walks the typed program as its documentation says it means.
//!
//! It gives up, instead of giving an answer, where a program takes too long, nests too deeply or
//! makes something large: the limits of units are not its subject.

mod activation;
mod attempts;
mod expression;
mod machine;
mod native;
mod operator;
mod pattern;
mod statement;
mod time;
mod types;
mod value;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::types::{TypeRef, TypeTable};
use dot_abi::value::Value;
use dot_types::program::{FunctionId, Program};

use attempts::Kept;
use machine::{Flow, Machine};

/// The stack of a run in bytes: what the deepest nesting needs.
const STACK_SIZE: usize = 256 << 20;

/// What native dots do.
pub trait World: Send {
    /// Calls the native dot of a name (`print_text`, `files.read`) with an argument per parameter. The step is that of the call, or
    /// for a note that of the dot that makes it.
    fn call(&mut self, step: &str, name: &str, args: Vec<Value>) -> Result<Value, Fault>;

    /// Is told, before each call, how much virtual time has passed since the run began.
    fn passed(&mut self, _time_ns: u64) {}

    /// Is told that a step, of a dot or native dot, has ended.
    fn ended(&mut self, _step: &str, _faulted: bool) {}
}

/// Why a run has no result.
#[derive(Clone, PartialEq, Debug)]
pub enum Stop {
    /// The program failed.
    Fault(Fault),
    /// The interpreter does not say.
    GaveUp(&'static str),
}

/// Runs a function with an argument per parameter. Its result is plain data.
pub fn run(program: &Program, entry: FunctionId, input: &[Value], world: &mut dyn World) -> Result<Value, Stop> {
    let run = || {
        let mut machine = Machine::new(program, &program.function(entry).name, world);
        let args = input.iter().map(value::Value::lower).collect::<Result<Vec<_>, _>>().map_err(Flow::from);
        let result =
            args.and_then(|args| machine.attempts(entry, args, &program.function(entry).name, Kept::default()).0);
        match result.and_then(|value| Ok(machine.types.lift(&value, &program.function(entry).result)?)) {
            Ok(value) => Ok(value),
            Err(Flow::Stop(stop)) => Err(match *stop {
                Stop::Fault(fault) => Stop::Fault(fault.step(&program.function(entry).name)),
                other => other,
            }),
            Err(_) => Err(Stop::Fault(Fault::new(FaultCode::Internal, "control left the program"))),
        }
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, run);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => Err(Stop::GaveUp("no thread could be started")),
        }
    })
}

/// The description of a function's result, by which [`run`]'s value can be written as JSON.
pub fn result_type(program: &Program, entry: FunctionId) -> (TypeTable, TypeRef) {
    let mut types = types::Types::new(program);
    let result = types.of(&program.function(entry).result);
    (types.table, result)
}
