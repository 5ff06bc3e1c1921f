//! `Url.*`

use fluent_uri::Iri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::Made;
use crate::value::Value;

/// What is not one of the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `fn encode(text: Text) -> Text`
pub(super) fn encode(text: &str) -> Made {
    Made::Text(utf8_percent_encode(text, RESERVED).to_string())
}

/// `fn decode(text: Text) -> Text?`
pub(super) fn decode(text: &str) -> Made {
    let decoded = if is_encoded(text) { percent_decode_str(text).decode_utf8().ok() } else { None };
    Made::Value(option(decoded.map(|decoded| value(&decoded))))
}

/// Whether two hexadecimal digits stand behind each `%`.
fn is_encoded(text: &str) -> bool {
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let bytes = text.as_bytes();
    let mut signs = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    signs.all(|(index, _)| digit(bytes.get(index + 1)) && digit(bytes.get(index + 2)))
}

/// The longest address, in bytes.
const ADDRESS_SIZE: usize = 1 << 20;

/// `fn parse(text: Text) -> Url?`
pub(super) fn parse(text: &str) -> Made {
    Made::Value(option(Some(text).filter(|text| text.len() <= ADDRESS_SIZE).and_then(address)))
}

/// The record `Url` of an address, by RFC 3986 and 3987.
fn address(text: &str) -> Option<Value> {
    let address = Iri::parse(text).ok()?;
    let scheme = address.scheme().as_str().to_ascii_lowercase();
    let (mut host, mut port) = (None, None);
    if let Some(authority) = address.authority() {
        host = Some(authority.host().to_lowercase()).filter(|host| !host.is_empty());
        port = authority.port_to_u16().ok()?.filter(|port| Some(*port) != usual_port(&scheme));
    }
    let path = match address.path().as_str() {
        "" if address.has_authority() => "/",
        path => path,
    };
    let query = address.query().map(|query| query.as_str()).unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes());
    let pairs = pairs.map(|(name, content)| Value::Tuple(vec![value(&name), value(&content)]));
    Some(Value::Record(vec![
        value(&scheme),
        option(host.as_deref().map(value)),
        option(port.map(|port| Value::Int(port.into()))),
        value(path),
        Value::List(pairs.collect()),
        option(address.fragment().map(|fragment| value(fragment.as_str()))),
    ]))
}

fn usual_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        "ftp" => Some(21),
        _ => None,
    }
}

fn value(text: &str) -> Value {
    Value::Text(text.into())
}

fn option(value: Option<Value>) -> Value {
    Value::Option(value.map(Box::new))
}
