//! From values to JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::{MAX_DEPTH, is_object_key, too_deep};
use crate::fault::{Fault, FaultCode};
use crate::text::{duration_to_text, float_to_text};
use crate::types::{Case, Field, TypeDesc, TypeRef, TypeTable};
use crate::value::Value;

/// How JSON is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// One line without spaces.
    Compact,
    /// An item or field a line, indented by two spaces.
    Pretty,
}

/// A value as JSON. A value nested deeper than [`MAX_DEPTH`] is a `value-limit` fault; one that is not
/// of the type, or that holds a function, is an `internal` one.
pub fn encode(types: &TypeTable, ty: TypeRef, value: &Value, style: Style) -> Result<String, Fault> {
    let mut encoder = Encoder { types, style, out: String::new(), levels: 0, brackets: 0, first: true };
    encoder.value(ty, value)?;
    Ok(encoder.out)
}

struct Encoder<'a> {
    types: &'a TypeTable,
    style: Style,
    out: String,
    /// How many values we are inside of.
    levels: usize,
    /// How many brackets are open.
    brackets: usize,
    /// Whether nothing stands behind the innermost open bracket yet.
    first: bool,
}

impl Encoder<'_> {
    fn value(&mut self, ty: TypeRef, value: &Value) -> Result<(), Fault> {
        if self.levels >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.levels += 1;
        let types = self.types;
        match (types.get(types.base(ty)), value) {
            (TypeDesc::Unit, Value::Unit) | (TypeDesc::Option { .. }, Value::Option(None)) => self.out.push_str("null"),
            (TypeDesc::Bool, Value::Bool(truth)) => self.out.push_str(if *truth { "true" } else { "false" }),
            (TypeDesc::Int, Value::Int(int)) => self.out.push_str(&int.to_string()),
            (TypeDesc::Float, Value::Float(float)) => self.float(*float),
            (TypeDesc::Duration, Value::Duration(nanos)) => self.text(&duration_to_text(*nanos)),
            (TypeDesc::Text, Value::Text(text)) | (TypeDesc::Fault, Value::Fault(text)) => self.text(text),
            (TypeDesc::Bytes, Value::Bytes(bytes)) => self.bytes(bytes),
            (TypeDesc::Option { item }, Value::Option(Some(value))) => self.value(*item, value)?,
            (TypeDesc::List { item }, Value::List(items)) | (TypeDesc::Set { item }, Value::Set(items)) => {
                self.array(items.iter().map(|value| (*item, value)))?
            }
            (TypeDesc::Tuple { items: parts }, Value::Tuple(items)) if parts.len() == items.len() => {
                self.array(parts.iter().copied().zip(items))?
            }
            (TypeDesc::Map { key, value }, Value::Map(entries)) => self.map(*key, *value, entries)?,
            (TypeDesc::Record { fields, .. }, Value::Record(values)) if fields.len() == values.len() => {
                self.open('{');
                self.fields(fields, values)?;
                self.close('}');
            }
            (TypeDesc::Union { cases, .. }, Value::Case(index, values)) => self.case(cases, *index, values)?,
            _ => return Err(unfit()),
        }
        self.levels -= 1;
        Ok(())
    }

    fn float(&mut self, float: f64) {
        let text = float_to_text(float);
        if float.is_finite() { self.out.push_str(&text) } else { self.text(&text) }
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        let mut plain = 0;
        for (index, byte) in text.bytes().enumerate() {
            let escape = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                0..=0x1f => "",
                _ => continue,
            };
            self.out.push_str(&text[plain..index]);
            if escape.is_empty() {
                self.out.push_str(&format!("\\u{byte:04x}"));
            } else {
                self.out.push_str(escape);
            }
            plain = index + 1;
        }
        self.out.push_str(&text[plain..]);
        self.out.push('"');
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.out.push('"');
        BASE64.encode_string(bytes, &mut self.out);
        self.out.push('"');
    }

    fn array<'v>(&mut self, items: impl Iterator<Item = (TypeRef, &'v Value)>) -> Result<(), Fault> {
        self.open('[');
        for (ty, value) in items {
            self.separate();
            self.value(ty, value)?;
        }
        self.close(']');
        Ok(())
    }

    fn map(&mut self, key: TypeRef, value: TypeRef, entries: &[(Value, Value)]) -> Result<(), Fault> {
        let object = is_object_key(self.types, key);
        self.open(if object { '{' } else { '[' });
        for (entry_key, entry_value) in entries {
            self.separate();
            if object {
                self.value(key, entry_key)?;
                self.colon();
                self.value(value, entry_value)?;
            } else {
                self.array([(key, entry_key), (value, entry_value)].into_iter())?;
            }
        }
        self.close(if object { '}' } else { ']' });
        Ok(())
    }

    fn case(&mut self, cases: &[Case], index: u32, values: &[Value]) -> Result<(), Fault> {
        let case = cases.get(index as usize).filter(|case| case.fields.len() == values.len()).ok_or_else(unfit)?;
        if cases.iter().all(|case| case.fields.is_empty()) {
            self.text(case.json_tag());
            return Ok(());
        }
        self.open('{');
        self.separate();
        self.text("type");
        self.colon();
        self.text(case.json_tag());
        self.fields(&case.fields, values)?;
        self.close('}');
        Ok(())
    }

    fn fields(&mut self, fields: &[Field], values: &[Value]) -> Result<(), Fault> {
        for (field, value) in fields.iter().zip(values) {
            if !matches!(value, Value::Option(None)) {
                self.separate();
                self.text(field.json_name());
                self.colon();
                self.value(field.ty, value)?;
            }
        }
        Ok(())
    }

    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.brackets += 1;
        self.first = true;
    }

    fn separate(&mut self) {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        self.new_line();
    }

    fn colon(&mut self) {
        self.out.push_str(if self.style == Style::Pretty { ": " } else { ":" });
    }

    fn close(&mut self, bracket: char) {
        self.brackets -= 1;
        if !self.first {
            self.new_line();
        }
        self.out.push(bracket);
        self.first = false;
    }

    fn new_line(&mut self) {
        if self.style == Style::Pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.brackets));
        }
    }
}

fn unfit() -> Fault {
    Fault::new(FaultCode::Internal, "a value does not fit the type that it is written as")
}
