//! What typed natives do, once for every engine: pure functions of texts and values.
//!
//! An engine reads the arguments by the native's [`shape`], calls [`call`] or, for natives that
//! [decode](Native::decodes), [`decode`], and makes a value of its own of what is [`Made`]. Texts
//! are borrowed, so an engine need not copy them.

mod json;

use std::ops::Range;

use crate::fault::{Fault, FaultCode};
use crate::json::{Condition, DecodeLimits, Problem, Rules};
use crate::native::Native;
use crate::types::{TypeRef, TypeTable};
use crate::value::Value;

/// How a typed native takes its arguments.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The number of type parameters.
    pub generics: usize,
    /// The parameters.
    pub params: &'static [Param],
}

/// The type of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Param {
    /// `Text`
    Text,
    /// `Bool`
    Bool,
    /// The first type parameter.
    Generic,
}

/// An argument, as its [`Param`] says.
#[derive(Debug)]
pub enum Arg<'a> {
    /// Of [`Param::Text`].
    Text(&'a str),
    /// Of [`Param::Bool`].
    Bool(bool),
    /// Of [`Param::Generic`].
    Value(Value),
}

/// What a native gives.
#[derive(Debug)]
pub enum Made {
    /// A text.
    Text(String),
    /// A list of texts that are parts of the first argument, by their bytes in it.
    Parts(Vec<Range<usize>>),
    /// A value of the result's type.
    Value(Value),
}

/// What an engine lets a native use.
pub trait Meter {
    /// The limits on what is read out of text.
    fn limits(&self) -> DecodeLimits;
    /// A fault once too much time has passed, or if a result may not have so many bytes.
    fn check(&self, size_bytes: usize) -> Result<(), Fault>;
}

/// How a typed native takes its arguments; nothing for other natives.
pub fn shape(native: Native) -> Shape {
    use Param::{Bool, Generic, Text};
    let (generics, params): (usize, &'static [Param]) = match native {
        Native::JsonDecode => (1, &[Text, Bool]),
        Native::JsonEncode => (1, &[Generic, Bool]),
        _ => (0, &[]),
    };
    Shape { generics, params }
}

/// Runs a typed native that does not decode.
pub fn call(
    native: Native,
    types: &TypeTable,
    type_args: &[TypeRef],
    args: &[Arg<'_>],
    meter: &dyn Meter,
) -> Result<Made, Fault> {
    match (native, type_args, args) {
        (Native::JsonEncode, [ty], [Arg::Value(value), Arg::Bool(pretty)]) => {
            json::encode(types, *ty, value, *pretty, meter).map(Made::Text)
        }
        _ => Err(misused(native)),
    }
}

/// Runs a typed native that [decodes](Native::decodes): makes a value of a type out of a text.
pub fn decode(
    native: Native,
    types: &TypeTable,
    type_args: &[TypeRef],
    args: &[Arg<'_>],
    limits: &DecodeLimits,
    condition: Condition<'_>,
) -> Result<Value, Fault> {
    match (native, type_args, args) {
        (Native::JsonDecode, [ty], [Arg::Text(text), Arg::Bool(strict)]) => {
            let mut rules = Rules { strict: *strict, condition };
            json::decode(types, *ty, text, limits, &mut rules)
        }
        _ => Err(misused(native)),
    }
}

/// `Ok(value)` or `Err(problems)`.
fn outcome(result: Result<Value, Vec<Problem>>) -> Value {
    match result {
        Ok(value) => Value::Case(0, vec![value]),
        Err(problems) => Value::Case(1, vec![Value::List(problems.iter().map(problem).collect())]),
    }
}

/// A `Problem` of the prelude.
fn problem(problem: &Problem) -> Value {
    Value::Record(vec![Value::Text(problem.path.as_str().into()), Value::Text(problem.message.as_str().into())])
}

fn misused(native: Native) -> Fault {
    Fault::new(FaultCode::Internal, format!("{} was called in a way that its shape does not allow", native.name()))
}
