//! From text to a tree of JSON that is counted while it is read.
//!
//! A text of a few bytes a part becomes a tree of many, so every part is charged before it is made.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use super::MAX_DEPTH;
use super::decode::{DecodeLimits, Problem, too_deep, too_large};
use crate::text::size_to_text;

/// What a part takes in the tree.
const PART_COST: usize = size_of::<Json>();
/// What a number takes beside that: its digits lie in a block of their own.
const NUMBER_COST: usize = 32;
/// What a field of an object takes beside its value and the bytes of its name: the name's header, a hash and an index.
const FIELD_COST: usize = size_of::<String>() + 32;

/// Parses JSON within the limits; numbers stay exact. Of fields with one name the last one counts.
pub fn parse(text: &str, limits: &DecodeLimits) -> Result<Json, Problem> {
    if text.len() > limits.size_bytes {
        return Err(too_large("$", limits));
    }
    if bracket_depth(text) > 2 * MAX_DEPTH {
        return Err(too_deep("$"));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The depth was bounded above, further out than this parser's own limit.
    deserializer.disable_recursion_limit();
    let budget = Budget { left_bytes: Cell::new(limits.size_bytes), is_exceeded: Cell::new(false) };
    let whole = Part(&budget).deserialize(&mut deserializer).and_then(|json| deserializer.end().map(|()| json));
    whole.map_err(|error| match budget.is_exceeded.get() {
        true => too_many_parts(limits),
        false => Problem::new("$", "JSON", "something else").message(format!("this is not JSON: {error}")),
    })
}

fn too_many_parts(limits: &DecodeLimits) -> Problem {
    let limit = size_to_text(limits.size_bytes as u64);
    let raised = size_to_text((limits.size_bytes as u64).saturating_mul(2));
    let message = format!(
        "the parts of the JSON take more memory than the limit of {limit}: raise it with --value-size {raised}"
    );
    Problem::new("$", format!("at most {limit}"), "more").message(message)
}

/// How deep brackets are nested, by looking at them only.
fn bracket_depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some(byte) = bytes.next().filter(|&byte| byte != b'"') {
                    if byte == b'\\' {
                        bytes.next();
                    }
                }
            }
            _ => {}
        }
    }
    deepest
}

/// What the tree may still take.
struct Budget {
    left_bytes: Cell<usize>,
    is_exceeded: Cell<bool>,
}

impl Budget {
    fn charge<E: Error>(&self, bytes: usize) -> Result<(), E> {
        match self.left_bytes.get().checked_sub(bytes) {
            Some(left) => {
                self.left_bytes.set(left);
                Ok(())
            }
            None => {
                self.is_exceeded.set(true);
                Err(E::custom("too many parts"))
            }
        }
    }
}

/// Reads one part and what is in it.
#[derive(Clone, Copy)]
struct Part<'b>(&'b Budget);

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        self.0.charge(PART_COST)?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Json, E> {
        Ok(Json::Bool(truth))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Json, E> {
        self.0.charge(NUMBER_COST)?;
        Ok(Json::from(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Json, E> {
        self.0.charge(NUMBER_COST)?;
        Ok(Json::from(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Json, E> {
        self.0.charge(text.len())?;
        Ok(Json::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    /// An object, or a number of more than 64 bits: the parser shows that as an object of its own kind.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut object = Map::new();
        while let Some(key) = map.next_key_seed(KeySeed)? {
            match key {
                Key::Field(name) => {
                    self.0.charge(FIELD_COST + name.len())?;
                    object.insert(name, map.next_value_seed(self)?);
                }
                Key::Number => {
                    let digits: String = map.next_value()?;
                    self.0.charge(NUMBER_COST + digits.len())?;
                    return digits.parse::<Number>().map(Json::Number).map_err(A::Error::custom);
                }
            }
        }
        Ok(Json::Object(object))
    }
}

/// What stands before a value in what the parser shows as an object.
enum Key {
    /// The name of a field in the text.
    Field(String),
    /// The parser's own mark of a number, which a text can't contain, whatever its fields are called.
    Number,
}

/// Tells a name in the text from the mark of a number, which looks like a field with a certain name:
/// asked for a wrapper, names come wrapped, and the mark does not.
struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_newtype_struct("Key", self)
    }
}

impl<'de> Visitor<'de> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        serde::Deserialize::deserialize(deserializer).map(Key::Field)
    }

    fn visit_str<E>(self, _: &str) -> Result<Key, E> {
        Ok(Key::Number)
    }
}
