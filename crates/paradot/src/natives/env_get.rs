//! `env.get(name: Text) -> Text?`: an environment variable.

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use super::text_input;
use crate::context::Context;
use crate::registry::{Descriptor, ParaDot};

/// Gives the value of an environment variable that is granted.
#[derive(Clone, Copy, Debug)]
pub struct EnvGet;

impl ParaDot for EnvGet {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "env.get", class: Class::Read, uses: &["env"], is_ordered: false }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        let name = text_input(input)?;
        context.scope.map_or(Ok(()), |scope| scope.check_env(&name))?;
        context.grants.check_env(&name)?;
        let Some(value) = context.environment.get(&name) else { return Ok(Value::Option(None)) };
        if value.len() > context.value_size_bytes {
            let message = format!("the environment variable \"{name}\" is larger than the limit on values");
            return Err(Fault::new(FaultCode::ValueLimit, message).help("raise the limit with --value-size"));
        }
        match value.into_string() {
            Ok(text) => Ok(Value::Option(Some(Box::new(Value::Text(text.into()))))),
            Err(_) => {
                let message = format!("the environment variable \"{name}\" is not UTF-8");
                Err(Fault::new(FaultCode::Conversion, message).help("set it to a text in UTF-8"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    use super::*;
    use crate::natives::testing::World;

    fn get(world: &World, name: &str) -> Result<Value, String> {
        world.run(&EnvGet, &[name]).map_err(|fault| fault.to_string())
    }

    #[test]
    fn gives_what_is_granted() {
        let mut world = World::default();
        world.environment.0.insert("A".into(), "1".into());
        world.environment.0.insert("B".into(), OsString::from_vec(vec![0xff]));
        let denied = "capability: the environment variable \"A\" is not permitted to be read";
        assert_eq!(get(&world, "A"), Err(denied.into()));
        for name in ["A", "B", "C"] {
            world.grants.allow_env(name);
        }
        assert_eq!(get(&world, "A"), Ok(Value::Option(Some(Box::new(Value::Text("1".into()))))));
        assert_eq!(get(&world, "B"), Err("conversion: the environment variable \"B\" is not UTF-8".into()));
        assert_eq!(get(&world, "C"), Ok(Value::Option(None)));
    }
}
