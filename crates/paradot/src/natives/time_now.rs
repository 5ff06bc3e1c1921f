//! `time.now() -> Time`: what time it is.

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use super::fields;
use crate::context::Context;
use crate::registry::{Descriptor, ParaDot};

/// Reads the clock, after every earlier call of the activation.
#[derive(Clone, Copy, Debug)]
pub struct TimeNow;

impl ParaDot for TimeNow {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "time.now", class: Class::Read, uses: &["time"], is_ordered: true }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let [] = fields(input)?;
        Ok(Value::Time(context.clock.now_ns()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::natives::testing::World;

    #[test]
    fn gives_the_time_of_the_clock() {
        assert_eq!(World::default().run(&TimeNow, &[]), Ok(Value::Time(1_767_225_600_000_000_000)));
    }
}
