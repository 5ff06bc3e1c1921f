//! `secret(name: Text) -> Secret`: a secret by its name.

use std::sync::Arc;

use dot_abi::manifest::Class;

use super::text_input;
use crate::context::OwnedContext;
use crate::io::BoxFuture;
use crate::registry::{AsyncParaDot, Descriptor};
use crate::secret::Secret;

/// Gives a secret that is granted and there; what it is stays outside of the program.
#[derive(Clone, Copy, Debug)]
pub struct SecretGet;

impl AsyncParaDot for SecretGet {
    fn descriptor(&self) -> &Descriptor {
        &Descriptor { name: "secret", class: Class::Read, uses: &["secret"], is_ordered: false }
    }

    fn run(self: Arc<Self>, context: OwnedContext, input: dot_abi::value::Value) -> BoxFuture {
        Box::pin(async move {
            let value = Secret::to_value(&text_input(input)?);
            context.reveal(&Secret::from_value(&value)?)?;
            Ok(value)
        })
    }
}
