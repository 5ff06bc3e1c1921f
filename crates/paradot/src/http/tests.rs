//! Calls against a server on this machine that answers as the test says: well, badly, late, or not at all.

mod server;

use std::net::IpAddr;
use std::sync::Arc;

use dot_abi::fault::Fault;
use dot_abi::value::Value;

use self::server::{Reply, Server};
use super::{Http, Network, Resolve, SystemResolver};
use crate::clock::FixedClock;
use crate::context::{FixedEnvironment, OwnedContext};
use crate::grants::{Grant, Grants};
use crate::io::IoRuntime;
use crate::registry::AsyncParaDot;
use crate::scope::Scope;

mod egress;
mod outcomes;

/// A world of which a test says what is granted, set, and at which address names are.
struct World {
    grants: Grants,
    scope: Option<Arc<Scope>>,
    environment: FixedEnvironment,
    network: Arc<Network>,
    io: IoRuntime,
}

/// A resolver that knows some names.
struct Names(Vec<(&'static str, &'static [&'static str])>);

impl Resolve for Names {
    fn resolve(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        let found = self.0.iter().find(|(known, _)| *known == name).ok_or(std::io::ErrorKind::NotFound)?;
        Ok(found.1.iter().map(|address| address.parse().expect("an address")).collect())
    }
}

impl World {
    fn new(granted: &[&str]) -> World {
        let mut grants = Grants::none();
        for grant in granted {
            grants.allow(&grant.parse::<Grant>().expect(grant)).expect(grant);
        }
        World {
            grants,
            scope: None,
            environment: FixedEnvironment::default(),
            network: Arc::new(Network::new(Arc::new(SystemResolver))),
            io: IoRuntime::new(),
        }
    }

    fn with_names(self, names: &[(&'static str, &'static [&'static str])]) -> World {
        World { network: Arc::new(Network::new(Arc::new(Names(names.to_vec())))), ..self }
    }

    fn context(&self, step: &str) -> OwnedContext {
        OwnedContext {
            grants: Arc::new(self.grants.clone()),
            scope: self.scope.clone(),
            environment: Arc::new(self.environment.clone()),
            step: step.into(),
            seed: 7,
            clock: Arc::new(FixedClock::default()),
            network: Arc::clone(&self.network),
            value_size_bytes: 1 << 20,
        }
    }

    fn run(&self, http: Http, input: Call) -> Result<Value, Fault> {
        let input = input.record(&http);
        self.io.run_to_end(Arc::new(http).run(self.context("main/http.get:0#0"), input))
    }

    /// `200 body` of what was answered, or `network: …` of the fault.
    fn tell(&self, http: Http, input: Call) -> String {
        match self.run(http, input) {
            Ok(Value::Record(fields)) => {
                let [Value::Int(status), Value::Map(_), Value::Bytes(bytes)] = fields.as_slice() else {
                    panic!("no response: {fields:?}")
                };
                format!("{status} {}", String::from_utf8_lossy(bytes))
            }
            Ok(other) => panic!("no response: {other:?}"),
            Err(fault) => fault.to_string(),
        }
    }

    fn get(&self, url: &str) -> String {
        self.tell(Http::GET, Call::to(url))
    }
}

/// The input of a call: what is not said is left at its default.
#[derive(Default)]
struct Call {
    method: &'static str,
    url: String,
    body: Option<&'static str>,
    json: Option<Value>,
    headers: Vec<(&'static str, &'static str)>,
    query: Vec<(&'static str, &'static str)>,
    secrets: Vec<(&'static str, &'static str)>,
    accept: Vec<i64>,
    max_size: Option<i64>,
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn map(pairs: &[(&str, &str)]) -> Value {
    Value::Map(pairs.iter().map(|(name, value)| (text(name), text(value))).collect())
}

impl Call {
    fn to(url: &str) -> Call {
        Call { url: url.to_owned(), ..Call::default() }
    }

    fn record(self, http: &Http) -> Value {
        let option = |value: Option<Value>| Value::Option(value.map(Box::new));
        let secret = |name| Value::Record(vec![text(name), text("Bearer ")]);
        let mut fields = if http.method.is_none() { vec![text(self.method)] } else { Vec::new() };
        fields.push(text(&self.url));
        if http.has_body {
            fields.extend([option(self.body.map(text)), option(None), option(self.json)]);
        }
        fields.extend([map(&self.headers), map(&self.query)]);
        fields.push(Value::Map(self.secrets.iter().map(|(name, of)| (text(name), secret(of))).collect()));
        fields.push(Value::List(self.accept.into_iter().map(Value::Int).collect()));
        fields.push(Value::Int(self.max_size.unwrap_or(64 << 20)));
        Value::Record(fields)
    }
}
