//! One call: the request, the redirects that it is answered with, and what becomes of it.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use dot_abi::fault::{Answer, Fault, FaultCode};
use dot_abi::text::size_to_text;
use dot_abi::value::Value;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode, Uri};

use super::body::{self, Body, End};
use super::connect::Denied;
use super::network::Client;
use super::request::Asked;
use super::retry_after;
use super::url::Url;
use crate::context::OwnedContext;

/// The most redirects that are followed.
const MOST_REDIRECTS: usize = 10;
/// The most bytes of the body of an answer that go into a fault.
const KEPT_OF_BODY: usize = 64 << 10;
const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!("dot/", env!("CARGO_PKG_VERSION")));
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Sends a request and gives the record `Response` of what answers it in the end.
pub(super) async fn send(context: &OwnedContext, asked: &Asked, is_write: bool) -> Result<Value, Fault> {
    context.check_host(&asked.url.target)?;
    let client = context.network.client(context.grants.hosts(), &*context.environment)?;
    // The semaphore is never closed.
    let _turn = client.turns.acquire().await;
    let mut hop = Hop::first(context, asked, is_write);
    for _ in 0..=MOST_REDIRECTS {
        let response = hop.ask(context, &client).await?;
        let Some(location) = redirect(&response) else { return hop.answered(context, asked, response).await };
        hop.follow(response.status(), &location, &asked.confidential)?;
        context.check_host(&hop.url.target).map_err(|fault| hop.redirected(fault))?;
    }
    let message = format!("{} is redirected more than {MOST_REDIRECTS} times", hop.name());
    Err(Fault::new(hop.lost(FaultCode::Conversion), message))
}

/// One request of a call.
struct Hop {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Bytes,
    /// Whether the body may come compressed because the client itself asked for it.
    is_coding_ours: bool,
    /// Whether nobody knows what has happened once it is sent and not answered.
    is_unsafe: bool,
    /// Whether the write itself was answered, by a redirect to what came of it.
    is_done: bool,
}

impl Hop {
    fn first(context: &OwnedContext, asked: &Asked, is_write: bool) -> Hop {
        let mut headers = asked.headers.clone();
        headers.entry(header::USER_AGENT).or_insert(USER_AGENT);
        headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        let is_coding_ours = !headers.contains_key(header::ACCEPT_ENCODING) && !headers.contains_key(header::RANGE);
        if is_coding_ours {
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if is_write {
            headers.entry(IDEMPOTENCY_KEY).or_insert_with(|| idempotency_key(context));
        }
        let is_unsafe = is_write && !asked.method.is_idempotent();
        let (method, url, body) = (asked.method.clone(), asked.url.clone(), asked.body.clone());
        Hop { method, url, headers, body, is_coding_ours, is_unsafe, is_done: false }
    }

    /// `GET api.example.org`
    fn name(&self) -> String {
        format!("{} {}", self.method, self.url.authority())
    }

    /// The code of a fault after the request was sent: nobody knows whether a write that is not idempotent has happened.
    fn lost(&self, otherwise: FaultCode) -> FaultCode {
        if self.is_unsafe { FaultCode::Unknown } else { otherwise }
    }

    /// The code of a fault after which nothing was sent, or a status that may pass: another attempt would write again what has
    /// been written.
    fn after_write(&self, otherwise: FaultCode) -> FaultCode {
        if self.is_done { self.lost(otherwise) } else { otherwise }
    }

    async fn ask(&self, context: &OwnedContext, client: &Client) -> Result<Response<Incoming>, Fault> {
        let name = self.name();
        let unfit = |why: &dyn std::fmt::Display| {
            Fault::new(FaultCode::Argument, format!("{name} is no request: {why}")).help("look at its url and headers")
        };
        let uri: Uri = self.url.to_string().parse().map_err(|error| unfit(&error))?;
        let mut headers = self.headers.clone();
        if let Some(credentials) = client.proxy_credentials(&uri) {
            headers.insert(header::PROXY_AUTHORIZATION, credentials);
        }
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        match tokio::time::timeout(body::SILENCE, client.http.request(request)).await {
            Ok(answered) => answered.map_err(|error| self.failed(context, &error)),
            Err(_) => Err(self.unanswered(&body::silent())),
        }
    }

    fn failed(&self, context: &OwnedContext, error: &hyper_util::client::legacy::Error) -> Fault {
        let name = self.name();
        if let Some(Denied { address, .. }) = find(error) {
            let address = match address.to_canonical() {
                std::net::IpAddr::V6(address) => format!("[{address}]"),
                address => address.to_string(),
            };
            let denied = find::<Denied>(error).map(ToString::to_string).unwrap_or_default();
            let message = format!("{name} is not permitted: {denied}");
            return Fault::new(FaultCode::Capability, message).help(context.grants.how_to_permit("http", &address));
        }
        match error.is_connect() {
            true => {
                Fault::new(self.after_write(FaultCode::Network), format!("{name} got no connection: {}", reason(error)))
            }
            false => self.unanswered(&reason(error)),
        }
    }

    fn unanswered(&self, why: &str) -> Fault {
        let message = format!("{} was sent and not answered: {why}", self.name());
        match self.lost(FaultCode::Network) {
            FaultCode::Unknown => Fault::new(FaultCode::Unknown, message).help(
                "find out whether it was done before you send it again, or say on_unknown: resend if that does no harm",
            ),
            code => Fault::new(code, message),
        }
    }

    /// Makes the next request of a redirect.
    fn follow(&mut self, status: StatusCode, location: &str, confidential: &[HeaderName]) -> Result<(), Fault> {
        let next = self.url.join(location).map_err(|why| {
            let message = format!("{} is redirected to an address that can't be followed: {why}", self.name());
            Fault::new(self.lost(FaultCode::Conversion), message)
        })?;
        let becomes_get = match status {
            StatusCode::SEE_OTHER => self.method != Method::HEAD,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.is_done = true;
            self.body = Bytes::new();
            for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LANGUAGE, IDEMPOTENCY_KEY] {
                self.headers.remove(name);
            }
        }
        if !next.is_same_origin(&self.url) {
            for name in confidential {
                self.headers.remove(name);
            }
        }
        self.url = next;
        Ok(())
    }

    /// A denial of the host that a redirect leads to.
    fn redirected(&self, mut fault: Fault) -> Fault {
        fault.message = format!("a redirect leads to {}: {}", self.url.authority(), fault.message);
        fault
    }

    /// What the last answer of a call comes to.
    async fn answered(
        &self,
        context: &OwnedContext,
        asked: &Asked,
        response: Response<Incoming>,
    ) -> Result<Value, Fault> {
        let (head, incoming) = response.into_parts();
        let status = head.status.as_u16();
        let is_fault = status >= 400 && !asked.accept.contains(&i64::from(status));
        let most = if is_fault { KEPT_OF_BODY } else { asked.max_bytes };
        let Body { bytes, end } = body::read(incoming, &head.headers, self.is_coding_ours, most).await;
        if is_fault {
            return Err(self.status(context, head.status, &head.headers, &bytes));
        }
        match end {
            End::Whole => Ok(response_value(status, &head.headers, &bytes)),
            End::TooLarge => {
                let message =
                    format!("the answer to {} is larger than the limit of {}", self.name(), size_to_text(most as u64));
                let help = "raise it with max_size, and --value-size if that is what limits it";
                Err(Fault::new(self.lost(FaultCode::ValueLimit), message).help(help))
            }
            End::Broken(why) => Err(self.unanswered(&format!("the answer broke off: {why}"))),
        }
    }

    fn status(&self, context: &OwnedContext, status: StatusCode, headers: &HeaderMap, bytes: &[u8]) -> Fault {
        let reason = status.canonical_reason().map(|reason| format!(" {reason}")).unwrap_or_default();
        let message = format!("{} was answered with {}{reason}", self.name(), status.as_u16());
        let retry_after = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after_ns = retry_after.and_then(|text| retry_after::read(text, context.clock.now_ns()));
        let mut fault = Fault::new(self.after_write(FaultCode::Status), message);
        fault.answer = Some(Box::new(Answer { status: status.as_u16(), body: text_of(bytes), retry_after_ns }));
        fault
    }
}

/// The bytes as text, without a character that was cut off at the end; nothing if they are none.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => {
            String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default()).into_owned()
        }
        Err(_) => String::new(),
    }
}

/// Where a redirect leads.
fn redirect(response: &Response<Incoming>) -> Option<String> {
    let status = response.status().as_u16();
    let location =
        response.headers().get(header::LOCATION).filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308))?;
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}

/// The record `Response`: headers with small letters, those that come several times joined by commas.
fn response_value(status: u16, headers: &HeaderMap, bytes: &[u8]) -> Value {
    let mut joined: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        joined.entry(name.as_str()).and_modify(|all| all.extend([", ", &value])).or_insert_with(|| value.to_string());
    }
    let text = |text: &str| Value::Text(Arc::from(text));
    let headers = joined.into_iter().map(|(name, value)| (text(name), text(&value))).collect();
    Value::Record(vec![Value::Int(status.into()), Value::Map(headers), Value::Bytes(bytes.into())])
}

/// The same for each attempt of a step, and another one for each other step and run.
fn idempotency_key(context: &OwnedContext) -> HeaderValue {
    let mut hasher = blake3::Hasher::new_derive_key("dot idempotency key of a step");
    hasher.update(&context.seed.to_le_bytes()).update(context.step.as_bytes());
    let key = hasher.finalize().to_hex();
    let key = key.get(..32).unwrap_or_default();
    HeaderValue::from_str(key).unwrap_or(HeaderValue::from_static(""))
}

/// An error of a type among an error and those that led to it.
fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The innermost reason of an error: the others say only that there is one.
pub(super) fn reason(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
