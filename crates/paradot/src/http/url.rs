//! Addresses of the web, as requests need them: one reading of a text decides both what is permitted and where it is sent.

use std::fmt;

use dot_abi::fault::{Fault, FaultCode};
use fluent_uri::UriRef;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::egress::{Host, Target};

/// The longest address, in bytes.
const LONGEST: usize = 64 << 10;
/// What people and servers write into addresses although it has to be encoded there.
const UNENCODED: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
/// What is not one of the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An address of the web.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Url {
    pub(super) is_secure: bool,
    pub(super) target: Target,
    /// The path and the query, encoded.
    pub(super) path: String,
}

impl Url {
    /// Reads an address and puts names and values behind its query.
    pub(super) fn parse<'q>(text: &str, query: impl IntoIterator<Item = (&'q str, &'q str)>) -> Result<Url, Fault> {
        let mut url = Url::read(text).map_err(|why| {
            let message = format!("the url can't be sent to: {why}");
            Fault::new(FaultCode::Argument, message).help("write it as https://HOST/PATH")
        })?;
        for (name, value) in query {
            let sign = if url.path.contains('?') { '&' } else { '?' };
            let encoded = |text| utf8_percent_encode(text, RESERVED);
            url.path.push_str(&format!("{sign}{}={}", encoded(name), encoded(value)));
        }
        Ok(url)
    }

    /// The address that a server names in place of this one.
    pub(super) fn join(&self, location: &str) -> Result<Url, String> {
        let reference = encoded(location)?;
        let reference = UriRef::parse(reference.as_str()).map_err(|_| "it is no address".to_owned())?;
        let base = self.to_string();
        let base = fluent_uri::Uri::parse(base.as_str()).map_err(|_| "it is no address".to_owned())?;
        let joined = reference.resolve_against(&base).map_err(|error| error.to_string())?;
        Url::read(joined.as_str())
    }

    fn read(text: &str) -> Result<Url, String> {
        let text = encoded(text)?;
        let uri = fluent_uri::Uri::parse(text.as_str()).map_err(|_| "it is no address".to_owned())?;
        let is_secure = match uri.scheme().as_str().to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            other => return Err(format!("its scheme is {other}, and http and https are known")),
        };
        let authority = uri.authority().filter(|authority| !authority.host().is_empty());
        let authority = authority.ok_or_else(|| "it names no host".to_owned())?;
        if authority.has_userinfo() {
            return Err("it holds a name or password, which belong into a header".to_owned());
        }
        let host = Host::parse(authority.host())?;
        let port = authority.port_to_u16().map_err(|_| "its port is larger than 65535".to_owned())?;
        let port = port.unwrap_or(if is_secure { 443 } else { 80 });
        let path = match uri.path().as_str() {
            "" => "/",
            path => path,
        };
        let query = uri.query().map(|query| format!("?{}", query.as_str())).unwrap_or_default();
        Ok(Url { is_secure, target: Target { host, port }, path: format!("{path}{query}") })
    }

    /// Whether credentials for one may be sent to the other.
    pub(super) fn is_same_origin(&self, other: &Url) -> bool {
        self.is_secure == other.is_secure && self.target == other.target
    }

    /// The host, and the port unless it is that of the scheme.
    pub(super) fn authority(&self) -> String {
        let Target { host, port } = &self.target;
        match (self.is_secure, port) {
            (true, 443) | (false, 80) => host.to_string(),
            _ => format!("{host}:{port}"),
        }
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.path)
    }
}

/// The text with what has to be encoded.
fn encoded(text: &str) -> Result<String, String> {
    match text.len() <= LONGEST {
        true => Ok(utf8_percent_encode(text.trim(), UNENCODED).to_string()),
        false => Err("it is longer than 64 KB".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Result<String, String> {
        Url::parse(text, []).map(|url| url.to_string()).map_err(|fault| fault.message)
    }

    #[test]
    fn addresses_are_read_in_one_way() {
        for (text, expected) in [
            ("https://Example.org", "https://example.org/"),
            ("http://example.org:80/a?b#c", "http://example.org/a?b"),
            ("HTTPS://example.org.:8443/ä b", "https://example.org:8443/%C3%A4%20b"),
            ("http://[::ffff:1.2.3.4]/", "http://1.2.3.4/"),
            ("http://[2606:4700::1111]:81", "http://[2606:4700::1111]:81/"),
        ] {
            assert_eq!(url(text), Ok(expected.to_owned()));
        }
        for text in [
            "",
            "example.org",
            "/path",
            "ftp://example.org/",
            "http://",
            "http:///a",
            "http://user:word@example.org/",
            "http://example.org@127.0.0.1/",
            "http://127.1/",
            "http://0x7f000001/",
            "http://2130706433/",
            "http://a.org:99999/",
            "http://exa%6dple.org/",
            "http://a\\b.org/",
            "file:///etc/passwd",
        ] {
            assert!(url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_fault_names_no_password() {
        let message = url("http://user:word@example.org/").expect_err("credentials");
        assert_eq!(message, "the url can't be sent to: it holds a name or password, which belong into a header");
    }

    #[test]
    fn names_and_values_stand_behind_the_query() {
        let url = Url::parse("http://a.org/?x=1", [("q", "a&b"), ("ü", "")]).expect("an address");
        assert_eq!(url.to_string(), "http://a.org/?x=1&q=a%26b&%C3%BC=");
    }

    #[test]
    fn servers_name_addresses_relative_to_the_one_asked() {
        let base = Url::parse("https://a.org/x/y?z", []).expect("an address");
        for (location, expected) in [
            ("/b", "https://a.org/b"),
            ("c", "https://a.org/x/c"),
            ("//b.org/d e", "https://b.org/d%20e"),
            ("http://127.0.0.1:1/", "http://127.0.0.1:1/"),
        ] {
            assert_eq!(base.join(location).map(|url| url.to_string()), Ok(expected.to_owned()));
        }
        assert!(base.join("javascript:1").is_err());
        assert!(base.join("http://0x7f.1/").is_err());
    }
}
