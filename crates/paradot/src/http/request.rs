//! What a program asks for: the input of the natives of `std/http.dot`.

use std::fmt::Write;
use std::sync::Arc;

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::json::any;
use dot_abi::value::Value;
use hyper::Method;
use hyper::body::Bytes;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::url::Url;
use crate::context::{OwnedContext, most_bytes};
use crate::natives::unfit;
use crate::secret::Secret;

/// The deepest JSON that is sent.
const DEEPEST: usize = 128;
/// Headers that the client sets, and programs can't: they would say something else than what is sent.
const OWN: [HeaderName; 7] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// A name and a value.
type Pair = (Arc<str>, Arc<str>);

/// A request, as a program asks for it.
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Headers that no other host may see.
    pub(super) confidential: Vec<HeaderName>,
    /// Texts that no fault may show.
    pub(super) hidden: Vec<String>,
    /// Statuses from 400 on that are no fault.
    pub(super) accept: Vec<i64>,
    /// The largest body of an answer.
    pub(super) max_bytes: usize,
}

impl Asked {
    /// Reads `(url, headers, query, secrets, accept, max_size)`, with `(body, bytes, json)` behind the url if the request has a
    /// body, and the method in front if it is not a given one.
    pub(super) fn read(
        context: &OwnedContext,
        method: Option<Method>,
        has_body: bool,
        input: Value,
    ) -> Result<Asked, Fault> {
        let Value::Record(fields) = input else { return Err(unfit()) };
        let mut fields = fields.into_iter();
        let mut next = || fields.next().ok_or_else(unfit);
        let method = match method {
            Some(method) => method,
            None => method_of(&text(next()?)?)?,
        };
        let address = text(next()?)?;
        let content = if has_body { Content::read(next()?, next()?, next()?)? } else { Content::default() };
        let mut headers = headers_of(&pairs(next()?)?)?;
        let query = pairs(next()?)?;
        let (confidential, hidden) = secrets_of(context, &mut headers, next()?)?;
        let Value::List(accept) = next()? else { return Err(unfit()) };
        let accept = accept.into_iter().map(|status| integer(&status)).collect::<Result<_, _>>()?;
        let max_bytes = most_bytes(integer(&next()?)?, context)?;
        let url = Url::parse(&address, query.iter().map(|(name, value)| (&**name, &**value)))?;
        if let Some(kind) = content.kind {
            headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
        }
        Ok(Asked { method, url, headers, body: content.bytes, confidential, hidden, accept, max_bytes })
    }
}

/// What is sent behind the headers.
#[derive(Default)]
struct Content {
    bytes: Bytes,
    kind: Option<&'static str>,
}

impl Content {
    fn read(text: Value, bytes: Value, json: Value) -> Result<Content, Fault> {
        match (optional(text)?, optional(bytes)?, optional(json)?) {
            (None, None, None) => Ok(Content::default()),
            (Some(Value::Text(text)), None, None) => {
                Ok(Content { bytes: Bytes::copy_from_slice(text.as_bytes()), kind: Some("text/plain; charset=utf-8") })
            }
            (None, Some(Value::Bytes(bytes)), None) => {
                Ok(Content { bytes: Bytes::copy_from_slice(&bytes), kind: Some("application/octet-stream") })
            }
            (None, None, Some(json)) => {
                let mut text = String::new();
                write_json(&json, DEEPEST, &mut text)?;
                Ok(Content { bytes: text.into(), kind: Some("application/json") })
            }
            (Some(Value::Text(_)) | None, Some(Value::Bytes(_)) | None, _) => {
                let message = "a request has one body, and more than one of body, bytes and json is given";
                Err(Fault::new(FaultCode::Argument, message).help("give one of them"))
            }
            _ => Err(unfit()),
        }
    }
}

/// A value of the type `Json` as text.
fn write_json(json: &Value, depth: usize, text: &mut String) -> Result<(), Fault> {
    let depth = depth.checked_sub(1).ok_or_else(|| {
        let message = format!("the JSON to send nests more than {DEEPEST} deep");
        Fault::new(FaultCode::Argument, message).help("encode it with Json.encode and send it as body")
    })?;
    let Value::Case(case, fields) = json else { return Err(unfit()) };
    match (*case, fields.as_slice()) {
        (any::NULL, []) => text.push_str("null"),
        (any::BOOL, [Value::Bool(value)]) => text.push_str(if *value { "true" } else { "false" }),
        (any::INT, [Value::Int(value)]) => {
            // Writing to a string can't fail.
            let _ = write!(text, "{value}");
        }
        (any::FLOAT, [Value::Float(value)]) => text.push_str(&float(*value)),
        (any::TEXT, [Value::Text(value)]) => text.push_str(&quoted(value)),
        (any::LIST, [Value::List(items)]) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                write_json(item, depth, text)?;
            }
            text.push(']');
        }
        (any::OBJECT, [Value::Map(entries)]) => {
            text.push('{');
            for (index, (name, value)) in entries.iter().enumerate() {
                let Value::Text(name) = name else { return Err(unfit()) };
                text.push_str(if index == 0 { "" } else { "," });
                text.push_str(&quoted(name));
                text.push(':');
                write_json(value, depth, text)?;
            }
            text.push('}');
        }
        _ => return Err(unfit()),
    }
    Ok(())
}

/// A float as JSON has it; what it has no number for is a text, as everywhere in Dot.
fn float(value: f64) -> String {
    match serde_json::Number::from_f64(value) {
        Some(number) => number.to_string(),
        None if value.is_nan() => "\"NaN\"".to_owned(),
        None if value > 0.0 => "\"Infinity\"".to_owned(),
        None => "\"-Infinity\"".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn method_of(text: &str) -> Result<Method, Fault> {
    let wrong = |message: String| Fault::new(FaultCode::Argument, message);
    match Method::from_bytes(text.as_bytes()) {
        Ok(Method::CONNECT) => Err(wrong("the method CONNECT opens a tunnel, which is no request".to_owned())),
        Ok(method) => Ok(method),
        Err(_) => Err(wrong(format!("{text:?} is no method of HTTP")).help("write GET, POST, SEARCH or the like")),
    }
}

fn headers_of(pairs: &[Pair]) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let name = header_name(name)?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
            let message =
                format!("the value of the header {name} holds a character that ends a line or controls a device");
            Fault::new(FaultCode::Argument, message).help("leave it out")
        })?;
        headers.append(name, value);
    }
    Ok(headers)
}

fn header_name(name: &str) -> Result<HeaderName, Fault> {
    let wrong = |message: String, help: &str| Err(Fault::new(FaultCode::Argument, message).help(help));
    match HeaderName::from_bytes(name.as_bytes()) {
        Ok(name) if OWN.contains(&name) => wrong(format!("the header {name} is set by what is sent"), "leave it out"),
        Ok(name) => Ok(name),
        Err(_) => wrong(format!("{name:?} is no name of a header"), "write letters, digits and -"),
    }
}

/// Puts the values of secrets into headers; gives the names of these, and the texts that are not to be shown.
fn secrets_of(
    context: &OwnedContext,
    headers: &mut HeaderMap,
    secrets: Value,
) -> Result<(Vec<HeaderName>, Vec<String>), Fault> {
    let mut confidential = vec![header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION];
    let mut hidden = Vec::new();
    let Value::Map(entries) = secrets else { return Err(unfit()) };
    for (name, secret) in entries {
        let name = header_name(&text(name)?)?;
        let secret = Secret::from_value(&secret)?;
        let plain = context.reveal(&secret)?;
        let value = HeaderValue::from_bytes(secret.prefixed(&plain).as_bytes());
        let mut value = value.map_err(|_| {
            let message = format!("the secret \"{}\" holds a character that no header can", secret.name);
            Fault::new(FaultCode::Argument, message).help("a line end in it is the usual reason: store it without")
        })?;
        value.set_sensitive(true);
        headers.insert(name.clone(), value);
        confidential.push(name);
        hidden.push(plain);
    }
    Ok((confidential, hidden))
}

fn pairs(value: Value) -> Result<Vec<Pair>, Fault> {
    let Value::Map(entries) = value else { return Err(unfit()) };
    entries.into_iter().map(|(name, value)| Ok((text(name)?, text(value)?))).collect()
}

fn text(value: Value) -> Result<Arc<str>, Fault> {
    match value {
        Value::Text(text) => Ok(text),
        _ => Err(unfit()),
    }
}

fn integer(value: &Value) -> Result<i64, Fault> {
    match value {
        Value::Int(value) => Ok(*value),
        _ => Err(unfit()),
    }
}

fn optional(value: Value) -> Result<Option<Value>, Fault> {
    match value {
        Value::Option(value) => Ok(value.map(|value| *value)),
        _ => Err(unfit()),
    }
}
