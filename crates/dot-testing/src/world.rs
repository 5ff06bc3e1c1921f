//! A world without an outside: what native dots find is given, what they print is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::value::Value;
use paradot::{
    Captured, Clock, Context, Environment, FixedClock, FixedEnvironment, Grants, IoRuntime, LimitedOutput, Registry,
};

use crate::interpret::World;

/// The most that a native prints, and the largest value that it takes, in bytes.
const OUTPUT_LIMIT: u64 = 64 << 20;
const VALUE_LIMIT: usize = 256 << 20;

/// Files, variables and arguments by name, and what was printed.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct FixedWorld {
    /// The files that can be read.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The environment variables.
    pub variables: BTreeMap<String, String>,
    /// The words behind `--` on the command line.
    pub arguments: Vec<String>,
    /// What was printed, each text with a line end behind it.
    pub printed: String,
    /// How much time has passed, in nanoseconds.
    pub passed_ns: u64,
}

impl World for FixedWorld {
    fn call(&mut self, step: &str, name: &str, args: Vec<Value>) -> Result<Value, Fault> {
        match (name, args.as_slice()) {
            ("print_text", [Value::Text(text)]) => {
                self.printed.push_str(text);
                self.printed.push('\n');
                Ok(Value::Unit)
            }
            ("files.read", [Value::Text(path)]) => {
                let bytes = self.file(path)?;
                let text = std::str::from_utf8(bytes);
                text.map(|text| Value::Text(Arc::from(text)))
                    .map_err(|_| Fault::new(FaultCode::Conversion, format!("{path} is not UTF-8")))
            }
            ("files.read_bytes", [Value::Text(path)]) => Ok(Value::Bytes(Arc::from(self.file(path)?))),
            ("env.get", [Value::Text(name)]) => {
                let value = self.variables.get(&**name).map(|value| Value::Text(Arc::from(value.as_str())));
                Ok(Value::Option(value.map(Box::new)))
            }
            ("args", []) => {
                Ok(Value::List(self.arguments.iter().map(|word| Value::Text(Arc::from(word.as_str()))).collect()))
            }
            _ => self.native(step, name, args),
        }
    }

    fn passed(&mut self, time_ns: u64) {
        self.passed_ns = time_ns;
    }
}

impl FixedWorld {
    fn file(&self, path: &str) -> Result<&[u8], Fault> {
        let missing = || Fault::new(FaultCode::Io, format!("there is no file {path}"));
        self.files.get(path).map(Vec::as_slice).ok_or_else(missing)
    }
}

impl FixedWorld {
    /// What a native of the product gives in a step of a test: nothing is granted, and the seed and the clock are fixed.
    fn native(&mut self, step: &str, name: &str, args: Vec<Value>) -> Result<Value, Fault> {
        let registry = Registry::standard();
        let missing = || Fault::new(FaultCode::Internal, format!("there is no native dot {name}"));
        let native = registry.get(name).ok_or_else(missing)?;
        let printed = Captured::default();
        let environment: Arc<dyn Environment> = Arc::new(FixedEnvironment::default());
        let clock: Arc<dyn Clock> =
            Arc::new(FixedClock(FixedClock::default().0.saturating_add_unsigned(self.passed_ns)));
        let context = Context {
            grants: &Arc::new(Grants::none()),
            scope: None,
            output: &LimitedOutput::new(Arc::new(printed.clone()), OUTPUT_LIMIT),
            environment: &environment,
            arguments: &Arc::from([]),
            step,
            seed: 0,
            clock: &clock,
            network: &Arc::default(),
            value_size_bytes: VALUE_LIMIT,
        };
        let result = native.run_to_end(&context, &IoRuntime::new(), Value::Record(args));
        self.printed.push_str(&printed.text());
        result
    }
}
