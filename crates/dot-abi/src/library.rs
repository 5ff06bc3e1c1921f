//! What typed natives do, once for every engine: pure functions of texts and values.
//!
//! An engine reads the arguments by the native's [`shape`], calls [`call`] or, for natives that
//! [decode](Native::decodes), [`decode`], and makes a value of its own of what is [`Made`]. Texts
//! are borrowed, so an engine need not copy them.

mod csv;
mod hash;
mod json;
mod pattern;
mod regex;
mod rows;
mod url;

pub use pattern::{PatternError, check_pattern};

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
    /// `Bytes`
    Bytes,
    /// `Bool`
    Bool,
    /// The type parameter of an index.
    Generic(usize),
    /// The type parameter of an index; a `Text` or `Bytes` in place.
    Content(usize),
}

/// An argument, as its [`Param`] says.
#[derive(Debug)]
pub enum Arg<'a> {
    /// Of [`Param::Text`] or [`Param::Content`].
    Text(&'a str),
    /// Of [`Param::Bytes`] or [`Param::Content`].
    Bytes(&'a [u8]),
    /// Of [`Param::Bool`].
    Bool(bool),
    /// Of [`Param::Generic`] or [`Param::Content`], with its type.
    Value(TypeRef, Value),
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

/// Counts what a native makes, before it is made.
struct Spent<'m> {
    meter: &'m dyn Meter,
    size_bytes: usize,
    unasked_bytes: usize,
}

impl<'m> Spent<'m> {
    /// The bytes after which the meter is asked again.
    const ASK_EVERY: usize = 64 << 10;

    fn new(meter: &'m dyn Meter) -> Spent<'m> {
        Spent { meter, size_bytes: 0, unasked_bytes: 0 }
    }

    fn add(&mut self, bytes: usize) -> Result<(), Fault> {
        self.size_bytes = self.size_bytes.saturating_add(bytes);
        self.unasked_bytes = self.unasked_bytes.saturating_add(bytes);
        if self.unasked_bytes >= Self::ASK_EVERY {
            self.unasked_bytes = 0;
            self.meter.check(self.size_bytes)?;
        }
        Ok(())
    }
}

/// How a typed native takes its arguments; nothing for other natives.
pub fn shape(native: Native) -> Shape {
    use Native::*;
    use Param::{Bool, Bytes, Content, Generic, Text};
    let (generics, params): (usize, &'static [Param]) = match native {
        JsonDecode => (1, &[Text, Bool]),
        JsonEncode => (1, &[Generic(0), Bool]),
        CsvParse => (1, &[Text, Text]),
        CsvRows => (0, &[Text, Text]),
        CsvWrite => (1, &[Generic(0), Text]),
        RegexEscape | UrlEncode | UrlDecode | UrlParse | BytesFromBase64 => (0, &[Text]),
        RegexMatches | RegexFind | RegexFindAll | RegexSplit | RegexCaptures | RegexCapturesAll => (0, &[Text, Text]),
        RegexReplace => (0, &[Text, Text, Text]),
        BytesToBase64 => (0, &[Bytes]),
        HashSha256 | HashSha512 | HashMd5 | HashBlake3 | HashCrc32 => (1, &[Content(0)]),
        HashHmacSha256 => (2, &[Content(0), Content(1)]),
        _ => (0, &[]),
    };
    Shape { generics, params }
}

/// Runs a typed native that does not decode.
pub fn call(native: Native, types: &TypeTable, args: &[Arg<'_>], meter: &dyn Meter) -> Result<Made, Fault> {
    use Native::*;
    match (native, args) {
        (JsonEncode, [Arg::Value(ty, value), Arg::Bool(pretty)]) => {
            json::encode(types, *ty, value, *pretty, meter).map(Made::Text)
        }
        (CsvRows, [Arg::Text(text), Arg::Text(separator)]) => csv::rows(text, separator, meter),
        (CsvWrite, [Arg::Value(ty, value), Arg::Text(separator)]) => csv::write(types, *ty, value, separator, meter),
        (RegexMatches, [Arg::Text(text), Arg::Text(pattern)]) => regex::matches(text, pattern),
        (RegexFind, [Arg::Text(text), Arg::Text(pattern)]) => regex::find(text, pattern),
        (RegexFindAll, [Arg::Text(text), Arg::Text(pattern)]) => regex::find_all(text, pattern, meter),
        (RegexSplit, [Arg::Text(text), Arg::Text(pattern)]) => regex::split(text, pattern, meter),
        (RegexCaptures, [Arg::Text(text), Arg::Text(pattern)]) => regex::captures(text, pattern, meter),
        (RegexCapturesAll, [Arg::Text(text), Arg::Text(pattern)]) => regex::captures_all(text, pattern, meter),
        (RegexReplace, [Arg::Text(text), Arg::Text(pattern), Arg::Text(with)]) => {
            regex::replace(text, pattern, with, meter)
        }
        (RegexEscape, [Arg::Text(text)]) => Ok(regex::escape(text)),
        (UrlEncode, [Arg::Text(text)]) => Ok(url::encode(text)),
        (UrlDecode, [Arg::Text(text)]) => Ok(url::decode(text)),
        (UrlParse, [Arg::Text(text)]) => Ok(url::parse(text)),
        (BytesToBase64, [Arg::Bytes(bytes)]) => Ok(hash::to_base64(bytes)),
        (BytesFromBase64, [Arg::Text(text)]) => Ok(hash::from_base64(text)),
        (HashSha256 | HashSha512 | HashMd5 | HashBlake3 | HashCrc32, [content]) => {
            hash::digest(native, &hash::content(types, content, meter)?).ok_or_else(|| misused(native))
        }
        (HashHmacSha256, [key, content]) => {
            Ok(hash::hmac_sha256(&hash::content(types, key, meter)?, &hash::content(types, content, meter)?))
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
        (Native::CsvParse, [ty], [Arg::Text(text), Arg::Text(separator)]) => {
            csv::parse(types, *ty, text, separator, limits, condition)
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
