//! HTTP: `http.get` and its like.
//!
//! A call goes through four rooms: [`request`] reads what is asked for, `crate::egress` judges the host, [`connect`] judges the
//! address that it leads to, and [`send`] follows redirects and says what became of it.

mod body;
mod connect;
mod network;
mod request;
mod retry_after;
mod send;
mod url;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::manifest::Class;
use dot_abi::value::Value;
use hyper::Method;

pub use connect::{Resolve, SystemResolver};
pub use network::Network;
use request::Asked;

use crate::context::OwnedContext;
use crate::io::BoxFuture;
use crate::registry::{AsyncParaDot, Descriptor};
use crate::secret::hide;

/// A native of `std/http.dot`.
#[derive(Clone, Debug)]
pub struct Http {
    descriptor: Descriptor,
    /// The method, unless the program names it.
    method: Option<Method>,
    has_body: bool,
}

impl Http {
    /// `http.get(url, headers, query, secrets, accept, max_size)`
    pub const GET: Http = Http::new("http.get", Class::Read, Some(Method::GET), false);
    /// `http.query(method, url, body, bytes, json, headers, query, secrets, accept, max_size)`
    pub const QUERY: Http = Http::new("http.query", Class::Read, None, true);
    /// `http.post(url, body, bytes, json, headers, query, secrets, accept, max_size)`
    pub const POST: Http = Http::new("http.post", Class::Write, Some(Method::POST), true);
    /// `http.put`, as `http.post`
    pub const PUT: Http = Http::new("http.put", Class::Write, Some(Method::PUT), true);
    /// `http.patch`, as `http.post`
    pub const PATCH: Http = Http::new("http.patch", Class::Write, Some(Method::PATCH), true);
    /// `http.delete`, as `http.get`
    pub const DELETE: Http = Http::new("http.delete", Class::Write, Some(Method::DELETE), false);

    const fn new(name: &'static str, class: Class, method: Option<Method>, has_body: bool) -> Http {
        Http { descriptor: Descriptor { name, class, uses: &["http"], is_ordered: false }, method, has_body }
    }
}

impl AsyncParaDot for Http {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    fn run(self: Arc<Self>, context: OwnedContext, input: Value) -> BoxFuture {
        Box::pin(async move {
            let asked: Result<Asked, Fault> = Asked::read(&context, self.method.clone(), self.has_body, input);
            let asked = asked?;
            let sent = send::send(&context, &asked, self.descriptor.class == Class::Write).await;
            sent.map_err(|fault| hide(&asked.hidden, fault))
        })
    }
}
