//! From JSON to values, with every problem and where it stands.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::parse::parse;
use super::path::{Path, Segment};
use super::{MAX_DEPTH, any, is_bare_union, is_object_key, type_name};
use crate::calendar::{parse_date, parse_time};
use crate::decimal::Decimal;
use crate::fault::Fault;
use crate::order::compare;
use crate::text::{parse_duration, shorten, size_to_text};
use crate::types::{Case, Field, TypeDesc, TypeRef, TypeTable};
use crate::value::{PART_SIZE, Value};

/// The most characters of what was found that a problem shows.
const LONGEST_SHOWN: usize = 40;

/// Something in JSON that does not fit its type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Where: `items[2].name`, or `$` for the whole.
    pub path: String,
    /// What the type asks for.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// Both as a sentence.
    pub message: String,
}

/// What decoding takes at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DecodeLimits {
    /// The size of the JSON, of its parts as they are read, and of the value: its texts, and
    /// [`PART_SIZE`] for each part.
    pub size_bytes: usize,
    /// The problems that are reported; the rest is left out.
    pub problems: usize,
}

impl Default for DecodeLimits {
    fn default() -> DecodeLimits {
        DecodeLimits { size_bytes: 256 << 20, problems: 100 }
    }
}

impl Problem {
    /// A problem at a place, and its sentence.
    pub fn new(path: impl ToString, expected: impl Into<String>, found: impl Into<String>) -> Problem {
        let (path, expected, found) = (path.to_string(), expected.into(), found.into());
        let message = match path.as_str() {
            "$" => format!("expected {expected}, found {found}"),
            _ => format!("\"{path}\" must be {expected}, but it is {found}"),
        };
        Problem { path, expected, found, message }
    }

    /// Replaces the sentence.
    pub fn message(mut self, message: impl Into<String>) -> Problem {
        self.message = message.into();
        self
    }
}

/// Parses JSON and makes a value of it.
pub fn decode_text(types: &TypeTable, ty: TypeRef, text: &str, limits: &DecodeLimits) -> Result<Value, Vec<Problem>> {
    let json = parse(text, limits).map_err(|problem| vec![problem])?;
    decode(types, ty, &json, limits)
}

/// Makes a value of a type out of JSON, or says everything that does not fit.
pub fn decode(types: &TypeTable, ty: TypeRef, json: &Json, limits: &DecodeLimits) -> Result<Value, Vec<Problem>> {
    let mut rules = Rules { strict: false, condition: &mut |_, _| Ok(None) };
    decode_by(types, ty, json, limits, &mut rules).unwrap_or_else(|_| Err(Vec::new()))
}

/// Makes a value of a type out of JSON by stricter rules, or says everything that does not fit. A fault is one of a condition.
pub fn decode_by(
    types: &TypeTable,
    ty: TypeRef,
    json: &Json,
    limits: &DecodeLimits,
    rules: &mut Rules<'_>,
) -> Result<Result<Value, Vec<Problem>>, Fault> {
    let mut decoder = Decoder {
        types,
        limits,
        rules,
        path: Path::default(),
        problems: Vec::new(),
        levels: 0,
        size: 0,
        stopped: false,
        fault: None,
    };
    let value = decoder.value(ty, json);
    match (value, decoder.fault) {
        (_, Some(fault)) => Err(fault),
        (Some(value), None) if decoder.problems.is_empty() => Ok(Ok(value)),
        _ => Ok(Err(decoder.problems)),
    }
}

/// What is asked of JSON beside its type.
pub struct Rules<'r> {
    /// Whether a field that the type does not have is a problem.
    pub strict: bool,
    /// Asked for each value of a refined type: which condition it does not fulfil. The value is one of the base.
    pub condition: Condition<'r>,
}

/// See [`Rules::condition`].
pub type Condition<'c> = &'c mut dyn FnMut(TypeRef, &Value) -> Result<Option<Unfulfilled>, Fault>;

/// A condition that does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unfulfilled {
    /// The refined type whose condition it is.
    pub ty: TypeRef,
    /// Why it could not be computed, if that is so.
    pub why: Option<String>,
}

impl Unfulfilled {
    /// What the condition asks for: `Port where it > 0`.
    pub fn expected(&self, types: &TypeTable) -> String {
        let TypeDesc::Refined { name, condition, .. } = types.get(self.ty) else { return type_name(types, self.ty) };
        match &self.why {
            None => format!("{name} where {condition}"),
            Some(why) => {
                format!("{name} where {condition}, a condition that could not be computed for this value: {why}")
            }
        }
    }
}

pub(super) fn too_deep(path: impl ToString) -> Problem {
    let expected = format!("nested at most {MAX_DEPTH} levels deep");
    Problem::new(path, expected.clone(), "deeper").message(format!("the value must be {expected}"))
}

pub(crate) fn too_large(path: impl ToString, limits: &DecodeLimits) -> Problem {
    let limit = size_to_text(limits.size_bytes as u64);
    let raised = size_to_text((limits.size_bytes as u64).saturating_mul(2));
    Problem::new(path, format!("at most {limit}"), "more")
        .message(format!("the value is larger than the limit of {limit}: raise it with --value-size {raised}"))
}

/// A part of JSON in a few words: `the number 3`, `the text "abc"`, `a list`.
fn describe(json: &Json) -> String {
    match json {
        Json::Null => "null".to_owned(),
        Json::Bool(truth) => truth.to_string(),
        Json::Number(number) => format!("the number {}", shorten(&number.to_string(), LONGEST_SHOWN)),
        Json::String(text) => format!("the text {}", Json::from(shorten(text, LONGEST_SHOWN))),
        Json::Array(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

struct Decoder<'a, 'r> {
    types: &'a TypeTable,
    limits: &'a DecodeLimits,
    rules: &'a mut Rules<'r>,
    path: Path<'a>,
    problems: Vec<Problem>,
    levels: usize,
    size: usize,
    /// Whether a limit was reached, so that nothing more is to be looked at.
    stopped: bool,
    /// What ended a condition.
    fault: Option<Fault>,
}

/// Every method that gives an `Option` has reported a problem where it gives `None`.
impl<'a> Decoder<'a, '_> {
    fn value(&mut self, ty: TypeRef, json: &'a Json) -> Option<Value> {
        if self.stopped || !self.charge(PART_SIZE) {
            return None;
        }
        if self.levels >= MAX_DEPTH {
            self.stopped = true;
            return self.report(too_deep(&self.path));
        }
        self.levels += 1;
        let value = self.of_type(ty, json);
        self.levels -= 1;
        match self.types.get(ty) {
            TypeDesc::Refined { .. } => self.fulfilled(ty, value?, json),
            _ => value,
        }
    }

    /// The value, if it fulfils the conditions of its type.
    fn fulfilled(&mut self, ty: TypeRef, value: Value, json: &Json) -> Option<Value> {
        match (self.rules.condition)(ty, &value) {
            Ok(None) => Some(value),
            Ok(Some(unfulfilled)) => self.expected(unfulfilled.expected(self.types), json),
            Err(fault) => {
                self.stopped = true;
                self.fault = Some(fault);
                None
            }
        }
    }

    fn of_type(&mut self, ty: TypeRef, json: &'a Json) -> Option<Value> {
        let types = self.types;
        match (types.get(types.base(ty)), json) {
            (TypeDesc::Unit, Json::Null) => Some(Value::Unit),
            (TypeDesc::Bool, Json::Bool(truth)) => Some(Value::Bool(*truth)),
            (TypeDesc::Int, Json::Number(number)) => self.int(ty, json, &number.to_string()),
            (TypeDesc::Float, _) => self.float(ty, json),
            (TypeDesc::Decimal, Json::String(text)) => self.decimal(json, text),
            (TypeDesc::Decimal, Json::Number(number)) => self.decimal(json, &number.to_string()),
            (TypeDesc::Duration, Json::String(text)) => match parse_duration(text) {
                Some(nanos) => Some(Value::Duration(nanos)),
                None => self.expected("a duration such as \"90s\" or \"1h30m\"", json),
            },
            (TypeDesc::Time, Json::String(text)) => match parse_time(text) {
                Some(nanos) => Some(Value::Time(nanos)),
                None => self.expected("a time such as \"2026-01-31T12:30:00Z\", from 1677-09-22 to 2262-04-11", json),
            },
            (TypeDesc::Date, Json::String(text)) => match parse_date(text) {
                Some(days) => Some(Value::Date(days)),
                None => self.expected("a date such as \"2026-01-31\"", json),
            },
            (TypeDesc::Text, Json::String(text)) => self.charge(text.len()).then(|| Value::Text(text.as_str().into())),
            (TypeDesc::Bytes, Json::String(text)) => match BASE64.decode(text) {
                Ok(bytes) => self.charge(bytes.len()).then(|| Value::Bytes(bytes.into())),
                Err(_) => self.expected("bytes as base64 text", json),
            },
            (TypeDesc::Option { .. }, Json::Null) => Some(Value::Option(None)),
            (TypeDesc::Option { item }, _) => Some(Value::Option(Some(Box::new(self.value(*item, json)?)))),
            (TypeDesc::List { item }, Json::Array(items)) => self.items(*item, items).map(Value::List),
            (TypeDesc::Set { item }, Json::Array(items)) => self.set(*item, items),
            (TypeDesc::Tuple { items: parts }, Json::Array(items)) if parts.len() == items.len() => {
                self.parts(parts.iter().copied().zip(items)).map(Value::Tuple)
            }
            (TypeDesc::Map { key, value }, _) => self.map(ty, *key, *value, json),
            (TypeDesc::Record { fields, .. }, Json::Object(object)) => {
                let values = self.fields(fields, object).map(Value::Record);
                self.known_fields(ty, fields, object, false)?;
                values
            }
            (TypeDesc::Union { cases, is_json: true, .. }, _) => self.any(cases, json),
            (TypeDesc::Union { cases, .. }, _) => self.case(ty, cases, json),
            _ => self.unexpected(ty, json),
        }
    }

    /// Counts bytes towards the limit on the size of the value.
    fn charge(&mut self, bytes: usize) -> bool {
        self.size = self.size.saturating_add(bytes);
        if self.size > self.limits.size_bytes && !self.stopped {
            self.stopped = true;
            self.problems.push(too_large(&self.path, self.limits));
        }
        !self.stopped
    }

    fn report<T>(&mut self, problem: Problem) -> Option<T> {
        self.problems.push(problem);
        self.stopped |= self.problems.len() >= self.limits.problems;
        None
    }

    fn expected<T>(&mut self, expected: impl Into<String>, found: &Json) -> Option<T> {
        self.report(Problem::new(&self.path, expected, describe(found)))
    }

    fn unexpected<T>(&mut self, ty: TypeRef, found: &Json) -> Option<T> {
        let name = type_name(self.types, ty);
        let expected = match self.types.get(self.types.base(ty)) {
            TypeDesc::Tuple { items } => format!("{name}, a list of {}", items.len()),
            TypeDesc::List { .. } | TypeDesc::Set { .. } => format!("{name}, a list"),
            TypeDesc::Map { .. } | TypeDesc::Record { .. } => format!("{name}, an object"),
            _ => name,
        };
        self.expected(expected, found)
    }

    fn within<T>(&mut self, segment: Segment<'a>, look: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.path.push(segment);
        let result = look(self);
        self.path.pop();
        result
    }

    fn int(&mut self, ty: TypeRef, json: &Json, digits: &str) -> Option<Value> {
        if let Ok(int) = digits.parse() {
            return Some(Value::Int(int));
        }
        if digits.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) {
            return self.expected(format!("{}, a whole number", type_name(self.types, ty)), json);
        }
        self.expected(format!("an Int from {} to {}", i64::MIN, i64::MAX), json)
    }

    fn decimal(&mut self, json: &Json, digits: &str) -> Option<Value> {
        match Decimal::parse(digits) {
            Some(decimal) => Some(Value::Decimal(decimal)),
            None => self.expected("a decimal such as \"19.99\", of at most 28 digits", json),
        }
    }

    fn float(&mut self, ty: TypeRef, json: &Json) -> Option<Value> {
        let float = match json {
            Json::Number(number) => number.as_f64().filter(|float| float.is_finite()),
            Json::String(text) => match text.as_str() {
                "NaN" => Some(f64::NAN),
                "Infinity" => Some(f64::INFINITY),
                "-Infinity" => Some(f64::NEG_INFINITY),
                _ => return self.unexpected(ty, json),
            },
            _ => return self.unexpected(ty, json),
        };
        match float {
            Some(float) => Some(Value::Float(float)),
            None => self.expected("a number within the range of Float", json),
        }
    }

    fn items(&mut self, item: TypeRef, items: &'a [Json]) -> Option<Vec<Value>> {
        self.parts(items.iter().map(|json| (item, json)))
    }

    /// Looks at every part, also behind one with a problem.
    fn parts(&mut self, parts: impl Iterator<Item = (TypeRef, &'a Json)>) -> Option<Vec<Value>> {
        let mut values = Some(Vec::with_capacity(parts.size_hint().0));
        for (index, (ty, json)) in parts.enumerate() {
            let value = self.within(Segment::Index(index), |this| this.value(ty, json));
            collect(&mut values, value);
            if self.stopped {
                return None;
            }
        }
        values
    }

    /// Items that stand twice are one item.
    fn set(&mut self, item: TypeRef, items: &'a [Json]) -> Option<Value> {
        let mut items = self.items(item, items)?;
        items.sort_by(compare);
        items.dedup_by(|a, b| compare(a, b).is_eq());
        Some(Value::Set(items))
    }

    fn map(&mut self, ty: TypeRef, key: TypeRef, value: TypeRef, json: &'a Json) -> Option<Value> {
        let mut entries = match json {
            Json::Object(object) if is_object_key(self.types, key) => self.object_entries(key, value, object)?,
            Json::Array(pairs) if !is_object_key(self.types, key) => self.pair_entries(key, value, pairs)?,
            _ if is_object_key(self.types, key) => return self.unexpected(ty, json),
            _ => {
                let name = type_name(self.types, ty);
                return self.expected(format!("{name}, a list of pairs [key, value]"), json);
            }
        };
        entries.sort_by(|a, b| compare(&a.0, &b.0));
        if entries.windows(2).any(|pair| compare(&pair[0].0, &pair[1].0).is_eq()) {
            let problem = Problem::new(&self.path, "a map whose keys differ", "one with a key twice");
            return self.report(problem);
        }
        Some(Value::Map(entries))
    }

    fn object_entries(
        &mut self,
        key: TypeRef,
        value: TypeRef,
        object: &'a Map<String, Json>,
    ) -> Option<Vec<(Value, Value)>> {
        let mut entries = Some(Vec::with_capacity(object.len()));
        for (name, json) in object {
            let entry = self.within(Segment::Key(name), |this| {
                let key = this.object_key(key, name);
                let value = this.value(value, json);
                key.zip(value)
            });
            collect(&mut entries, entry);
            if self.stopped {
                return None;
            }
        }
        entries
    }

    fn object_key(&mut self, key: TypeRef, name: &'a str) -> Option<Value> {
        let types = self.types;
        if !self.charge(PART_SIZE + name.len()) {
            return None;
        }
        match types.get(types.base(key)) {
            TypeDesc::Union { cases, .. } => match cases.iter().position(|case| case.json_tag() == name) {
                Some(case) => Some(Value::Case(case as u32, Vec::new())),
                None => self.report(Problem::new(
                    &self.path,
                    format!("under a key that is {}", tags(cases)),
                    format!("under {}", Json::from(shorten(name, LONGEST_SHOWN))),
                )),
            },
            _ => Some(Value::Text(name.into())),
        }
    }

    fn pair_entries(&mut self, key: TypeRef, value: TypeRef, pairs: &'a [Json]) -> Option<Vec<(Value, Value)>> {
        let mut entries = Some(Vec::with_capacity(pairs.len()));
        for (index, pair) in pairs.iter().enumerate() {
            let entry = self.within(Segment::Index(index), |this| match pair.as_array().map(Vec::as_slice) {
                Some([key_json, value_json]) => {
                    let key = this.within(Segment::Index(0), |this| this.value(key, key_json));
                    let value = this.within(Segment::Index(1), |this| this.value(value, value_json));
                    key.zip(value)
                }
                _ => this.expected("a pair [key, value]", pair),
            });
            collect(&mut entries, entry);
            if self.stopped {
                return None;
            }
        }
        entries
    }

    fn fields(&mut self, fields: &'a [Field], object: &'a Map<String, Json>) -> Option<Vec<Value>> {
        let mut values = Some(Vec::with_capacity(fields.len()));
        for field in fields {
            let value = self.within(Segment::Field(field.json_name()), |this| match object.get(field.json_name()) {
                Some(json) => this.value(field.ty, json),
                None => this.left_out(field),
            });
            collect(&mut values, value);
            if self.stopped {
                return None;
            }
        }
        values
    }

    /// Reports the fields that a type does not have, if the rules ask for that.
    fn known_fields(
        &mut self,
        ty: TypeRef,
        fields: &'a [Field],
        object: &'a Map<String, Json>,
        tagged: bool,
    ) -> Option<()> {
        let mut known = Some(());
        if !self.rules.strict {
            return known;
        }
        for (name, json) in object {
            if (tagged && name == "type") || fields.iter().any(|field| field.json_name() == name) || self.stopped {
                continue;
            }
            known = self.within(Segment::Field(name), |this| {
                let problem = Problem::new(&this.path, "left out", describe(json));
                let owner = type_name(this.types, ty);
                let message = format!("the field \"{}\" is unknown: {owner} does not have it", problem.path);
                this.report(problem.message(message))
            });
        }
        known
    }

    /// JSON of any shape: the case says which.
    fn any(&mut self, cases: &'a [Case], json: &'a Json) -> Option<Value> {
        let index = any::case_of(json);
        let values = match cases.get(index as usize).map(|case| &case.fields[..]) {
            Some([field]) => vec![self.value(field.ty, json)?],
            _ => Vec::new(),
        };
        Some(Value::Case(index, values))
    }

    /// The value of a field that is not there.
    fn left_out(&mut self, field: &Field) -> Option<Value> {
        if !self.charge(PART_SIZE) {
            return None;
        }
        let is_option = matches!(self.types.get(self.types.base(field.ty)), TypeDesc::Option { .. });
        if is_option && matches!(field.default.as_str(), "" | "None") {
            return Some(Value::Option(None));
        }
        if field.optional {
            return Some(Value::Default);
        }
        let expected = type_name(self.types, field.ty);
        let problem = Problem::new(&self.path, expected.clone(), "missing");
        let path = problem.path.clone();
        self.report(problem.message(format!("the field \"{path}\" is missing: it must be {expected}")))
    }

    fn case(&mut self, ty: TypeRef, cases: &'a [Case], json: &'a Json) -> Option<Value> {
        match json {
            Json::String(tag) => {
                let index = cases.iter().position(|case| case.fields.is_empty() && case.json_tag() == tag);
                match index {
                    Some(index) => Some(Value::Case(index as u32, Vec::new())),
                    None if is_bare_union(self.types, ty) => self.expected(tags(cases), json),
                    None => self.expected(tagged(cases), json),
                }
            }
            Json::Object(object) if !is_bare_union(self.types, ty) => {
                let Some(Json::String(tag)) = object.get("type") else {
                    return self.expected(tagged(cases), json);
                };
                match cases.iter().position(|case| case.json_tag() == tag) {
                    Some(index) => {
                        let fields = &cases[index].fields;
                        let values = self.fields(fields, object);
                        self.known_fields(ty, fields, object, true)?;
                        Some(Value::Case(index as u32, values?))
                    }
                    None => self.within(Segment::Field("type"), |this| this.expected(tags(cases), &object["type"])),
                }
            }
            _ if is_bare_union(self.types, ty) => self.expected(tags(cases), json),
            _ => self.expected(tagged(cases), json),
        }
    }
}

/// Adds a part to those so far, unless one of them had a problem.
fn collect<T>(parts: &mut Option<Vec<T>>, part: Option<T>) {
    match part {
        Some(part) => {
            if let Some(parts) = parts {
                parts.push(part);
            }
        }
        None => *parts = None,
    }
}

/// `"Red", "Green" or "Blue"`
fn tags(cases: &[Case]) -> String {
    const MOST: usize = 12;
    let quoted = |case: &Case| Json::from(case.json_tag()).to_string();
    match cases {
        [] => "nothing, for the type has no cases".to_owned(),
        [case] => quoted(case),
        [first @ .., last] if cases.len() <= MOST => {
            format!("{} or {}", first.iter().map(quoted).collect::<Vec<_>>().join(", "), quoted(last))
        }
        _ => {
            format!("{}, … ({} cases)", cases.iter().take(MOST).map(quoted).collect::<Vec<_>>().join(", "), cases.len())
        }
    }
}

fn tagged(cases: &[Case]) -> String {
    format!("an object whose \"type\" is {}", tags(cases))
}
