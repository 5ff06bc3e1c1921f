//! `args() -> List<Text>`: the words behind `--` on the command line.

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use crate::context::Context;
use crate::registry::{Descriptor, ParaDot};

/// Gives the words behind `--` on the command line.
#[derive(Clone, Copy, Debug)]
pub struct Args;

impl ParaDot for Args {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "args", class: Class::Read, uses: &[], is_ordered: false }
    }

    fn run(&self, context: &Context<'_>, _: Value) -> Result<Value, Fault> {
        Ok(Value::List(context.arguments.iter().cloned().map(Value::Text).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::natives::testing::World;

    #[test]
    fn gives_the_words() {
        let world = World { arguments: vec!["a".into(), "--b".into()], ..World::default() };
        let words = Value::List(vec![Value::Text("a".into()), Value::Text("--b".into())]);
        assert_eq!(world.run(&Args, &[]), Ok(words));
    }
}
