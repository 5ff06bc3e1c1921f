//! `log.debug`, `log.info`, `log.warn`, `log.error`: lines that say how much they matter.

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use super::text_input;
use crate::context::Context;
use crate::registry::{Descriptor, ParaDot};

/// Writes a text and a line end behind the name of a level: `warn: the disk is nearly full`.
#[derive(Clone, Debug)]
pub struct Log {
    descriptor: Descriptor,
    level: &'static str,
}

impl Log {
    /// `log.debug(message: Text)`
    pub const DEBUG: Log = Log::new("log.debug", "debug");
    /// `log.info(message: Text)`
    pub const INFO: Log = Log::new("log.info", "info");
    /// `log.warn(message: Text)`
    pub const WARN: Log = Log::new("log.warn", "warn");
    /// `log.error(message: Text)`
    pub const ERROR: Log = Log::new("log.error", "error");

    const fn new(name: &'static str, level: &'static str) -> Log {
        Log { descriptor: Descriptor { name, class: Class::Note, uses: &["log"], is_ordered: false }, level }
    }
}

impl ParaDot for Log {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let message = text_input(input)?;
        context.output.write_line(&format!("{}: {message}", self.level))?;
        Ok(Value::Unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::natives::testing::World;

    #[test]
    fn lines_begin_with_their_level() {
        let world = World::default();
        for log in [Log::DEBUG, Log::INFO, Log::WARN, Log::ERROR] {
            assert_eq!(world.run(&log, &["a"]), Ok(Value::Unit));
        }
        assert_eq!(world.output.text(), "debug: a\ninfo: a\nwarn: a\nerror: a\n");
    }
}
