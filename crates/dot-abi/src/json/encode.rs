//! From values to JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::{MAX_DEPTH, is_object_key, too_deep};
use crate::calendar::{date_to_text, time_to_text};
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

/// The bytes of output after which [`Check`] is asked again.
const CHECK_EVERY: usize = 64 << 10;
/// The bytes that are encoded at once as base64: a multiple of 3, so that the parts join.
const BYTES_AT_ONCE: usize = 48 << 10;

/// Asked while a text is written, at least for every 64 KB of it, with its length so far: may it go on?
pub type Check<'c> = &'c mut dyn FnMut(usize) -> Result<(), Fault>;

/// A value as JSON. A value nested deeper than [`MAX_DEPTH`] is a `value-limit` fault; one that is not
/// of the type, or that holds a function, is an `internal` one.
pub fn encode(types: &TypeTable, ty: TypeRef, value: &Value, style: Style) -> Result<String, Fault> {
    encode_checked(types, ty, value, style, &mut |_| Ok(()))
}

/// A value as JSON, as by [`encode`], unless a check ends it before.
pub fn encode_checked(
    types: &TypeTable,
    ty: TypeRef,
    value: &Value,
    style: Style,
    check: Check<'_>,
) -> Result<String, Fault> {
    let mut encoder = Encoder {
        types,
        style,
        check,
        next_check: CHECK_EVERY,
        out: String::new(),
        levels: 0,
        brackets: 0,
        first: true,
    };
    encoder.value(ty, value)?;
    (encoder.check)(encoder.out.len())?;
    Ok(encoder.out)
}

struct Encoder<'a> {
    types: &'a TypeTable,
    style: Style,
    check: Check<'a>,
    /// The length of the output from which the check is asked again.
    next_check: usize,
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
            (TypeDesc::Float, Value::Float(float)) => self.float(*float)?,
            (TypeDesc::Decimal, Value::Decimal(decimal)) => self.text(&decimal.to_string())?,
            (TypeDesc::Duration, Value::Duration(nanos)) => self.text(&duration_to_text(*nanos))?,
            (TypeDesc::Time, Value::Time(nanos)) => self.text(&time_to_text(*nanos))?,
            (TypeDesc::Date, Value::Date(days)) => self.text(&date_to_text(*days))?,
            (TypeDesc::Text, Value::Text(text)) => self.text(text)?,
            (TypeDesc::Bytes, Value::Bytes(bytes)) => self.bytes(bytes)?,
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
            (TypeDesc::Union { cases, is_json: true, .. }, Value::Case(index, values)) => {
                self.any(cases, *index, values)?
            }
            (TypeDesc::Union { cases, .. }, Value::Case(index, values)) => self.case(cases, *index, values)?,
            _ => return Err(unfit()),
        }
        self.levels -= 1;
        self.go_on()
    }

    /// Asks the check if enough was written since the last time.
    fn go_on(&mut self) -> Result<(), Fault> {
        if self.out.len() >= self.next_check {
            self.next_check = self.out.len() + CHECK_EVERY;
            (self.check)(self.out.len())?;
        }
        Ok(())
    }

    fn float(&mut self, float: f64) -> Result<(), Fault> {
        let text = float_to_text(float);
        if float.is_finite() {
            self.out.push_str(&text);
            return Ok(());
        }
        self.text(&text)
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        self.out.push('"');
        let mut rest = text;
        while !rest.is_empty() {
            let (part, behind) = rest.split_at(rest.floor_char_boundary(CHECK_EVERY));
            self.escape(part);
            self.go_on()?;
            rest = behind;
        }
        self.out.push('"');
        Ok(())
    }

    fn escape(&mut self, text: &str) {
        let mut plain = 0;
        for (index, byte) in text.bytes().enumerate() {
            let escape = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                0..=0x1f => "\\u00",
                _ => continue,
            };
            self.out.push_str(&text[plain..index]);
            self.out.push_str(escape);
            if escape == "\\u00" {
                self.out.push(if byte < 0x10 { '0' } else { '1' });
                self.out.push(char::from(b"0123456789abcdef"[usize::from(byte & 0xf)]));
            }
            plain = index + 1;
        }
        self.out.push_str(&text[plain..]);
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.out.push('"');
        for part in bytes.chunks(BYTES_AT_ONCE) {
            BASE64.encode_string(part, &mut self.out);
            self.go_on()?;
        }
        self.out.push('"');
        Ok(())
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

    /// JSON of any shape, which is what it stands for.
    fn any(&mut self, cases: &[Case], index: u32, values: &[Value]) -> Result<(), Fault> {
        let fields = cases.get(index as usize).map(|case| &case.fields[..]);
        match (fields, values) {
            (Some([]), []) => self.out.push_str("null"),
            (Some([field]), [value]) => self.value(field.ty, value)?,
            _ => return Err(unfit()),
        }
        Ok(())
    }

    fn case(&mut self, cases: &[Case], index: u32, values: &[Value]) -> Result<(), Fault> {
        let case = cases.get(index as usize).filter(|case| case.fields.len() == values.len()).ok_or_else(unfit)?;
        if cases.iter().all(|case| case.fields.is_empty()) {
            return self.text(case.json_tag());
        }
        self.open('{');
        self.separate();
        self.text("type")?;
        self.colon();
        self.text(case.json_tag())?;
        self.fields(&case.fields, values)?;
        self.close('}');
        Ok(())
    }

    fn fields(&mut self, fields: &[Field], values: &[Value]) -> Result<(), Fault> {
        for (field, value) in fields.iter().zip(values) {
            if !matches!(value, Value::Option(None)) {
                self.separate();
                self.text(field.json_name())?;
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
