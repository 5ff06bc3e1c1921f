//! The cases of `Json`, JSON of any shape, in the order of their declaration in `std/json.dot`.
//!
//! All but [`NULL`] have one field: the value. Its JSON is that of the field, without a tag.

use serde_json::Value as Json;

/// `Null`
pub const NULL: u32 = 0;
/// `Bool(Bool)`
pub const BOOL: u32 = 1;
/// `Int(Int)`: a whole number of 64 bits.
pub const INT: u32 = 2;
/// `Float(Float)`: any other number.
pub const FLOAT: u32 = 3;
/// `Text(Text)`
pub const TEXT: u32 = 4;
/// `List(List<Json>)`
pub const LIST: u32 = 5;
/// `Object(Map<Text, Json>)`
pub const OBJECT: u32 = 6;

/// The case of a piece of JSON.
pub fn case_of(json: &Json) -> u32 {
    match json {
        Json::Null => NULL,
        Json::Bool(_) => BOOL,
        Json::Number(number) if number.as_i64().is_some() => INT,
        Json::Number(_) => FLOAT,
        Json::String(_) => TEXT,
        Json::Array(_) => LIST,
        Json::Object(_) => OBJECT,
    }
}
