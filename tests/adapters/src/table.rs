//! The adapters, and the glue of the examples. A framework joins the suites with one line here.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use cors_policy_framework_examples::apps;

use crate::client::{Message, run};
use crate::setup::Setup;
use crate::{actix, axum, hyper};

/// An application behind an adapter.
#[derive(Clone, Copy, Debug)]
pub struct Adapter {
    /// What failures call it.
    pub name: &'static str,
    /// Whether the suites speak HTTP/2 to it. Those that do must speak HTTP/1.1, too.
    pub http2: bool,
    /// What becomes of a handler that panics.
    pub panics: Panics,
    /// What it has beyond serving one policy.
    pub extras: Extras,
    /// Whether it sees request headers that are not text. Rocket drops them before anybody does, and says no length
    /// of empty bodies.
    pub sees_bytes: bool,
    /// Serves the application, for as long as the process runs.
    pub serve: fn(Setup, TcpListener) -> io::Result<()>,
}

/// What becomes of a handler that panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panics {
    /// A 500, with the policy's headers.
    Answered,
    /// No response exists; the connection or the stream is closed.
    Closed,
}

/// What an adapter has beyond serving one policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extras {
    /// Nothing.
    None,
    /// All that a [`Setup`] can say.
    All,
}

const fn adapter(name: &'static str, serve: fn(Setup, TcpListener) -> io::Result<()>) -> Adapter {
    Adapter { name, http2: false, panics: Panics::Answered, extras: Extras::All, sees_bytes: true, serve }
}

/// The first of them, for what one is enough for.
pub const AXUM: Adapter = adapter("axum, wrapped", axum::wrapped);

/// Every adapter.
pub const ADAPTERS: &[Adapter] = &[
    AXUM,
    adapter("axum, wrapped, HTTP/2", axum::wrapped).over_http2(),
    adapter("axum, Router::layer", axum::layered),
    adapter("axum, answering before ready", axum::deferred),
    adapter("axum, compression outside", axum::compressed),
    adapter("hyper, any_body", hyper::any_body).closing(),
    adapter("hyper, empty_body, HTTP/2", hyper::empty_body).closing().over_http2(),
    adapter("actix-web", actix::wrapped).closing(),
    adapter("actix-web, HTTP/2", actix::wrapped).closing().over_http2(),
    adapter("actix-web, compression outside", actix::compressed).closing(),
    adapter("actix-web, around a scope", actix::scoped).closing(),
    adapter("hyper without tower", |setup, listener| run(apps::hyper::serve(setup.policy(), listener)))
        .plain(),
    adapter("Poem", |setup, listener| run(apps::poem::serve(setup.policy(), listener))).plain(),
    adapter("Rocket", |setup, listener| run(apps::rocket::serve(setup.policy(), listener)))
        .plain()
        .text_only(),
    adapter("Salvo", |setup, listener| run(apps::salvo::serve(setup.policy(), listener))).plain(),
    adapter("warp", |setup, listener| run(apps::warp::serve(setup.policy(), listener))).plain(),
];

impl Adapter {
    const fn over_http2(mut self) -> Self {
        self.http2 = true;
        self
    }

    const fn closing(mut self) -> Self {
        self.panics = Panics::Closed;
        self
    }

    /// An adapter for one policy, which is fixed when it begins to serve, with a router that knows the common methods
    /// only, and without the routes `/gzip` and `/socket`.
    #[must_use]
    pub const fn plain(mut self) -> Self {
        self.extras = Extras::None;
        self
    }

    const fn text_only(mut self) -> Self {
        self.sees_bytes = false;
        self
    }

    /// Begins to serve, on a thread of its own.
    ///
    /// # Errors
    ///
    /// If there is no socket, or nothing is served on it.
    pub fn start(&self, setup: impl Into<Setup>) -> io::Result<SocketAddr> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (serve, setup) = (self.serve, setup.into());
        thread::spawn(move || serve(setup, listener));
        if self.extras == Extras::None {
            self.wait_for(address)?;
        }
        Ok(address)
    }

    /// Some frameworks take an address in place of a listener, and bind it anew.
    fn wait_for(&self, address: SocketAddr) -> io::Result<()> {
        for _ in 0..100 {
            if Message::text("GET", "/hello", &[]).send(address, self.http2).is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(io::Error::other(format!("{} does not serve", self.name)))
    }
}

/// Checks every adapter, all at a time.
///
/// # Panics
///
/// If one of the checks does.
pub fn for_each_adapter(check: impl Fn(Adapter) + Sync) {
    for_each(ADAPTERS.iter().copied(), check);
}

/// Checks every adapter that has more than serving one policy.
///
/// # Panics
///
/// If one of the checks does.
pub fn for_each_with_extras(check: impl Fn(Adapter) + Sync) {
    for_each(ADAPTERS.iter().copied().filter(|adapter| adapter.extras == Extras::All), check);
}

fn for_each(adapters: impl Iterator<Item = Adapter>, check: impl Fn(Adapter) + Sync) {
    thread::scope(|scope| {
        for adapter in adapters {
            let check = &check;
            scope.spawn(move || check(adapter));
        }
    });
}
