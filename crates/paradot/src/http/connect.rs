//! Connections: names are looked up once, what comes out is judged, and the address that was judged is the one connected to.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::egress::{Host, Hosts, Target, refuses};

/// How long it may take to have a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Looks up the addresses of a name.
pub trait Resolve: Send + Sync {
    /// The addresses of a name, at least one. It may block.
    fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The resolver of this system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let addresses = std::net::ToSocketAddrs::to_socket_addrs(&(name, 0))?;
        Ok(addresses.map(|address| address.ip()).collect())
    }
}

/// A name leads to addresses that it may not lead to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Denied {
    pub(super) host: String,
    pub(super) address: IpAddr,
    /// `a loopback address`
    pub(super) kind: &'static str,
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Denied { host, address, kind } = self;
        write!(f, "the name \"{host}\" leads to {address}, {kind}")
    }
}

impl std::error::Error for Denied {}

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Boxed<T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send>>;

/// A resolver that gives only addresses that may be connected to.
#[derive(Clone)]
struct Judging {
    resolver: Arc<dyn Resolve>,
    granted: Arc<[Hosts]>,
    port: u16,
}

impl Service<Name> for Judging {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Failure;
    type Future = Boxed<Self::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let Judging { resolver, granted, port } = self.clone();
        Box::pin(async move {
            let text = name.as_str().to_owned();
            let found = tokio::task::spawn_blocking(move || resolver.resolve(&text)).await??;
            let target = Target { host: Host::parse(name.as_str())?, port };
            // One address that is refused makes the name suspect: which of them is taken would be chance.
            let refused = found.iter().find_map(|&address| Some((address, refuses(granted.iter(), &target, address)?)));
            match refused {
                Some((address, kind)) => Err(Denied { host: name.as_str().to_owned(), address, kind }.into()),
                None => Ok(found.into_iter().map(|ip| SocketAddr::new(ip, port)).collect::<Vec<_>>().into_iter()),
            }
        })
    }
}

/// Connects to hosts, directly or through the proxy that the environment names for them.
#[derive(Clone)]
pub(super) struct Connector {
    resolver: Arc<dyn Resolve>,
    granted: Arc<[Hosts]>,
    proxies: Arc<Matcher>,
}

impl Connector {
    pub(super) fn new(resolver: Arc<dyn Resolve>, granted: Arc<[Hosts]>, proxies: Arc<Matcher>) -> Connector {
        Connector { resolver, granted, proxies }
    }

    /// A connector for one connection to a host that has been checked.
    fn direct(&self, port: u16) -> HttpConnector<Judging> {
        let resolver = Arc::clone(&self.resolver);
        prepared(HttpConnector::new_with_resolver(Judging { resolver, granted: Arc::clone(&self.granted), port }))
    }
}

fn prepared<R>(mut connector: HttpConnector<R>) -> HttpConnector<R> {
    connector.enforce_http(false);
    connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
    connector.set_nodelay(true);
    connector.set_keepalive(Some(Duration::from_secs(60)));
    connector
}

impl Service<Uri> for Connector {
    type Response = Wire;
    type Error = Failure;
    type Future = Boxed<Wire>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let is_secure = to.scheme_str() == Some("https");
        match self.proxies.intercept(&to) {
            Some(proxy) => Box::pin(through(proxy, to, is_secure)),
            None => {
                let port = to.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
                let connecting = self.direct(port).call(to);
                Box::pin(async move { Ok(Wire { stream: connecting.await?, is_proxied: false }) })
            }
        }
    }
}

/// A connection through a proxy. Whoever runs the program named it, so its own address needs no grant; it looks up the
/// names of hosts itself.
async fn through(proxy: Intercept, to: Uri, is_secure: bool) -> Result<Wire, Failure> {
    let mut connector = prepared(HttpConnector::new());
    if !is_secure {
        let stream = connector.call(proxy.uri().clone()).await?;
        return Ok(Wire { stream, is_proxied: true });
    }
    let mut tunnel = Tunnel::new(proxy.uri().clone(), connector);
    if let Some(credentials) = proxy.basic_auth() {
        tunnel = tunnel.with_auth(credentials.clone());
    }
    Ok(Wire { stream: tunnel.call(to).await?, is_proxied: false })
}

/// A connection.
pub(super) struct Wire {
    stream: TokioIo<TcpStream>,
    /// Whether a proxy reads the requests, and not only passes bytes on.
    is_proxied: bool,
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.is_proxied)
    }
}

impl Read for Wire {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, to)
    }
}

impl Write for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, parts)
    }
}
