//! `print_text(text: Text)`: writes a line to the output.

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::value::Value;

use super::text_input;
use crate::context::Context;
use crate::registry::{Descriptor, ParaDot};

/// Writes a text and a line end.
#[derive(Clone, Copy, Debug)]
pub struct PrintText;

impl ParaDot for PrintText {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "print_text", class: Class::Note, uses: &[], is_ordered: false }
    }

    fn run(&self, context: &Context<'_>, input: Value) -> Result<Value, Fault> {
        context.output.write_line(&text_input(input)?)?;
        Ok(Value::Unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::natives::testing::World;

    #[test]
    fn writes_lines() {
        let world = World::default();
        assert_eq!(world.run(&PrintText, &["a"]), Ok(Value::Unit));
        assert_eq!(world.run(&PrintText, &["é\nb"]), Ok(Value::Unit));
        assert_eq!(world.output.text(), "a\né\nb\n");
    }

    #[test]
    fn another_input_than_declared_is_a_fault() {
        assert_eq!(World::default().run(&PrintText, &["a", "b"]).expect_err("two texts").code.as_str(), "internal");
    }
}
