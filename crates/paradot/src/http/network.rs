//! The clients of a host: one for each set of granted addresses, so that no run uses a connection that it could not have made.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dot_abi::fault::{Fault, FaultCode};
use http_body_util::Full;
use hyper::Uri;
use hyper::body::Bytes;
use hyper::header::HeaderValue;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::sync::Semaphore;

use super::connect::{Connector, Resolve, SystemResolver};
use crate::context::Environment;
use crate::egress::Hosts;

/// How long a connection that nobody uses is kept.
const IDLE: Duration = Duration::from_secs(60);
/// The most connections to a host that nobody uses.
const MOST_IDLE: usize = 32;
/// The most requests under way; what more there is waits.
const MOST_REQUESTS: usize = 256;
/// The most headers of an answer, and the most bytes of all of them.
const MOST_HEADERS: usize = 200;
const MOST_HEAD_BYTES: usize = 256 << 10;
/// The most sets of grants that clients are kept for.
const MOST_CLIENTS: usize = 16;

/// The way to the network: how names are looked up, and the connections that are open. Making one costs nothing.
pub struct Network {
    resolver: Arc<dyn Resolve>,
    clients: Mutex<Vec<Known>>,
}

/// A client, and the hosts that were granted to those who use it.
struct Known {
    granted: Arc<[Hosts]>,
    client: Arc<Client>,
}

/// Sends requests.
pub(super) struct Client {
    pub(super) http: legacy::Client<HttpsConnector<Connector>, Full<Bytes>>,
    pub(super) turns: Semaphore,
    proxies: Arc<Matcher>,
}

impl Client {
    /// What a proxy that reads the request of an address wants to see.
    pub(super) fn proxy_credentials(&self, to: &Uri) -> Option<HeaderValue> {
        match to.scheme_str() {
            Some("http") => self.proxies.intercept(to)?.basic_auth().cloned(),
            _ => None,
        }
    }
}

impl Default for Network {
    fn default() -> Network {
        Network::new(Arc::new(SystemResolver))
    }
}

impl Network {
    /// A network whose names are looked up in a way of its own.
    pub fn new(resolver: Arc<dyn Resolve>) -> Network {
        Network { resolver, clients: Mutex::default() }
    }

    /// The client of a run with these grants and variables.
    pub(super) fn client(&self, granted: &Arc<[Hosts]>, environment: &dyn Environment) -> Result<Arc<Client>, Fault> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Known { client, .. }) = clients.iter().find(|known| known.granted == *granted) {
            return Ok(Arc::clone(client));
        }
        let client = Arc::new(self.new_client(Arc::clone(granted), environment)?);
        if clients.len() == MOST_CLIENTS {
            clients.remove(0);
        }
        clients.push(Known { granted: Arc::clone(granted), client: Arc::clone(&client) });
        Ok(client)
    }

    fn new_client(&self, granted: Arc<[Hosts]>, environment: &dyn Environment) -> Result<Client, Fault> {
        let proxies = Arc::new(proxies(environment));
        let connector = Connector::new(Arc::clone(&self.resolver), granted, Arc::clone(&proxies));
        let provider = rustls::crypto::ring::default_provider();
        let secure = HttpsConnectorBuilder::new().with_provider_and_native_roots(provider).map_err(|error| {
            let message = format!("the certificates of this system can't be read: {error}");
            Fault::new(FaultCode::Io, message).help("install ca-certificates, or name a file of them in SSL_CERT_FILE")
        })?;
        let secure = secure.https_or_http().enable_http1().wrap_connector(connector);
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(MOST_IDLE)
            .http1_max_headers(MOST_HEADERS)
            .http1_max_buf_size(MOST_HEAD_BYTES)
            .build(secure);
        Ok(Client { http, turns: Semaphore::new(MOST_REQUESTS), proxies })
    }
}

/// The proxies that `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` name, in small letters too.
fn proxies(environment: &dyn Environment) -> Matcher {
    let value = |names: [&str; 2]| names.into_iter().find_map(|name| environment.get(name)?.into_string().ok());
    // In CGI programs a client can set HTTP_PROXY by a header.
    let http = match environment.get("REQUEST_METHOD") {
        Some(_) => value(["http_proxy", "http_proxy"]),
        None => value(["http_proxy", "HTTP_PROXY"]),
    };
    let or_none = Option::unwrap_or_default;
    Matcher::builder()
        .all(or_none(value(["all_proxy", "ALL_PROXY"])))
        .http(or_none(http))
        .https(or_none(value(["https_proxy", "HTTPS_PROXY"])))
        .no(or_none(value(["no_proxy", "NO_PROXY"])))
        .build()
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}
