//! A check and its settings.

use std::panic::resume_unwind;
use std::thread;
use std::time::Duration;

use cors_policy::Policy;
use http::Uri;
use http::uri::PathAndQuery;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::client::{Client, Silence};
use crate::diagnosis::Exchange;
use crate::expectation::Expectation;
use crate::report::Report;
use crate::requests::{UNKNOWN_PATH, requests};

/// A check, with more to set than [`check_url`](crate::check_url) and `check_service` have.
///
/// ```no_run
/// # use cors_policy::{Policy, cors_policy};
/// use cors_policy_conformance::Conformance;
///
/// # static API: Policy = cors_policy! { origins: ["https://app.example.com"] };
/// Conformance::of(&API).path("/orders").path("/orders/7").http2().check_url("http://127.0.0.1:3000").assert();
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is checked until the application is named"]
pub struct Conformance {
    policy: Policy,
    paths: Vec<String>,
    unknown_path: bool,
    http2: bool,
    within: Duration,
}

impl Conformance {
    /// A check of the policy. It asks for `/` or the paths that are set, and for one that does not exist, by HTTP/1.1.
    ///
    /// Of a `LivePolicy`, give the current one, which says what it adds to `Vary`.
    pub fn of(policy: &Policy) -> Self {
        Conformance {
            policy: policy.clone(),
            paths: Vec::new(),
            unknown_path: true,
            http2: false,
            within: Duration::from_secs(10),
        }
    }

    /// Asks for this path, too; in place of `/` or the URL's, if it is the first.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.paths.push(path.into());
        self
    }

    /// Does not ask for a path that does not exist: for applications that pick the policy by the path.
    pub fn without_unknown_path(mut self) -> Self {
        self.unknown_path = false;
        self
    }

    /// Asks by HTTP/2, too, without negotiation (*prior knowledge*).
    pub fn http2(mut self) -> Self {
        self.http2 = true;
        self
    }

    /// How long an answer may take: 10 seconds, unless this is set.
    pub fn within(mut self, time: Duration) -> Self {
        self.within = time;
        self
    }

    /// Checks an application that is being served. See [`check_url`](crate::check_url).
    pub fn check_url(&self, url: &str) -> Report {
        match Target::new(url, &self.paths, self.unknown_path) {
            Ok(target) => thread::scope(|scope| scope.spawn(|| self.check_blocking(&target)).join())
                .unwrap_or_else(|panic| resume_unwind(panic)),
            Err(reason) => Report::unusable(self.policy.name(), url, reason),
        }
    }

    /// Checks an application that is being served, from within a runtime: the thread is free meanwhile to serve it.
    /// Where the URL is no good, or nothing listens, the report says so.
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # use cors_policy::{Policy, cors_policy, tower::CorsLayer};
    /// # use cors_policy_conformance::Conformance;
    /// static API: Policy = cors_policy! { origins: ["https://app.example.com"] };
    ///
    /// # async fn test() -> std::io::Result<()> {
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// let url = format!("http://{}/", listener.local_addr()?);
    /// let application = CorsLayer::new(&API).wrap(Router::new().route("/", get(|| async { "hello" })));
    /// tokio::spawn(async { axum::serve(listener, application.into_make_service()).await });
    ///
    /// Conformance::of(&API).check_url_async(&url).await.assert();
    /// # Ok(())
    /// # }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(test())?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub async fn check_url_async(&self, url: &str) -> Report {
        let target = match Target::new(url, &self.paths, self.unknown_path) {
            Ok(target) => target,
            Err(reason) => return Report::unusable(self.policy.name(), url, reason),
        };
        let (sender, receiver) = oneshot::channel();
        let check = self.clone();
        let worker = thread::spawn(move || drop(sender.send(check.check_blocking(&target))));
        match receiver.await {
            Ok(report) => report,
            Err(_) => match worker.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => Report::unusable(self.policy.name(), url, "the check has ended early".to_owned()),
            },
        }
    }

    /// Checks a tower service. See [`check_service`](crate::check_service).
    #[cfg(feature = "tower")]
    pub fn check_service<S, B>(&self, service: S) -> Report
    where
        S: tower_service::Service<http::Request<crate::Incoming>, Response = http::Response<B>>,
        S: Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        B: http_body::Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        match crate::serve::Served::new(service) {
            Ok(served) => self.clone().http2().check_url(&served.url()),
            Err(error) => Report::unusable(self.policy.name(), "127.0.0.1", error.to_string()),
        }
    }

    /// On a thread that belongs to no runtime.
    fn check_blocking(&self, target: &Target) -> Report {
        let runtime = match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return Report::unusable(self.policy.name(), &target.url, error.to_string()),
        };
        let exchanges = runtime.block_on(self.exchanges(target));
        Report::of(self.policy.name(), &target.url, &exchanges)
    }

    async fn exchanges(&self, target: &Target) -> Vec<Exchange> {
        let mut exchanges = Vec::new();
        for http2 in [false, true] {
            if http2 && !self.http2 {
                continue;
            }
            let mut client = Client::new(&target.authority, http2, self.within);
            for path in &target.paths {
                self.ask(&mut client, http2, path, &mut exchanges).await;
            }
        }
        exchanges
    }

    /// All requests to one path. Gives up where nothing listens or nothing comes.
    async fn ask(&self, client: &mut Client<'_>, http2: bool, path: &str, exchanges: &mut Vec<Exchange>) {
        for request in requests(&self.policy, http2, path) {
            let outcome = client.send(&request).await;
            let is_futile = matches!(outcome, Err(Silence::Unreachable(_) | Silence::TimedOut));
            let expectation = Expectation::of(&self.policy, &request);
            exchanges.push(Exchange::new(request, expectation, outcome));
            if is_futile {
                return;
            }
        }
    }
}

/// Where to ask for what.
struct Target {
    url: String,
    authority: String,
    paths: Vec<String>,
}

impl Target {
    /// Says why it is none.
    fn new(url: &str, paths: &[String], unknown_path: bool) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|error| format!("no URL: {error}"))?;
        if uri.scheme_str() != Some("http") {
            return Err("the URL does not begin with `http://`".to_owned());
        }
        let host = uri.host().filter(|host| !host.is_empty()).ok_or("the URL has no host")?;
        let authority = format!("{host}:{}", uri.port_u16().unwrap_or(80));
        let mut asked: Vec<String> = paths.to_vec();
        if asked.is_empty() {
            asked.push(uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned());
        }
        for path in &asked {
            if !path.starts_with('/') || path.parse::<PathAndQuery>().is_err() {
                return Err(format!("`{path}` is no path"));
            }
        }
        asked.extend(unknown_path.then(|| UNKNOWN_PATH.to_owned()));
        Ok(Target { url: url.to_owned(), authority, paths: asked })
    }
}
