//! Checks, over real sockets, that an application serves its CORS policy on every response.
//!
//! A policy that is right can still be put in the wrong place: inside of the router, so that preflights get 404 or 405;
//! inside of the authentication, so that they get 401; beside a second CORS layer or a proxy, so that headers stand
//! twice; where errors, redirects and unknown paths are made without it. Pages then see a network error, and no test of
//! a handler shows it. One line of a test does:
//!
//! ```
//! # use axum::{Router, routing::get};
//! use cors_policy::{Policy, cors_policy, tower::CorsLayer};
//!
//! static API: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
//!
//! # #[cfg(feature = "tower")] {
//! let router = Router::new().route("/", get(|| async { "hello" }));
//! let application = CorsLayer::new(&API).wrap(router);
//! cors_policy_conformance::check_service(&API, application).assert();
//! # }
//! ```
//!
//! and for an application that is being served, by whatever framework, with whatever in front of it:
//!
//! ```no_run
//! # use cors_policy::{Policy, cors_policy};
//! # static API: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
//! cors_policy_conformance::check_url(&API, "http://127.0.0.1:3000/orders").assert();
//! ```
//!
//! It is a dev-dependency, of the same repository and version as `cors-policy` itself:
//!
//! ```toml
//! [dev-dependencies]
//! cors-policy-conformance = { git = "https://github.com/cors-policy/cors-policy" }
//! ```
//!
//! # What is asked
//!
//! Some hundred requests that follow from the policy: from origins that its rules admit; from their neighbours (other
//! scheme, other port, names that begin or end alike, a dot or a slash at the end, upper case); from `null`, from two
//! origins at once, from none; with bytes that are no text, with 64 KiB of origin, with 1,000 lines of header names. Each
//! as GET, HEAD, `OPTIONS` and preflight, to the paths that are given and to one that does not exist. Nothing else
//! is sent: no method that changes anything, and no body.
//!
//! # What must come
//!
//! - Every CORS header exactly once with exactly the policy's value, or not at all, whatever the status; `Vary` with all
//!   that the response depends on.
//! - Preflights with the policy's status and without a body, also on unknown paths.
//! - An answer within ten seconds ([`Conformance::within`]).
//!
//! A server may refuse what is malformed or too large (400, 413, 414, 431), as long as no CORS header comes with it.
//!
//! What does not hold is in the [`Report`], each with its likely cause and the remedy.

mod client;
mod conformance;
mod diagnosis;
mod expectation;
mod origins;
mod report;
mod requests;
#[cfg(feature = "tower")]
mod serve;

pub use conformance::Conformance;
pub use diagnosis::Cause;
#[cfg(feature = "tower")]
pub use hyper::body::Incoming;
pub use report::{Failure, Report};

use cors_policy::Policy;

/// Checks an application that is being served, at the path of the URL and at one that does not exist.
///
/// `url` begins with `http://`. [`Conformance`] has more to set: several paths, HTTP/2.
///
/// Blocks the calling thread, on which the application must therefore not depend: in a test that serves it by the same
/// single-threaded runtime (as `#[tokio::test]` does), use [`Conformance::check_url_async`].
///
/// ```
/// # use axum::{Router, routing::get};
/// # use cors_policy::{Policy, cors_policy, tower::CorsLayer};
/// # static API: Policy = cors_policy! { origins: ["https://app.example.com"] };
/// let report = cors_policy_conformance::check_url(&API, "http://127.0.0.1:9/");
/// assert!(!report.is_conformant(), "nobody listens there");
/// println!("{report}");
/// ```
pub fn check_url(policy: &Policy, url: &str) -> Report {
    Conformance::of(policy).check_url(url)
}

/// Checks a tower service, such as an axum router with its layers, at `/` and at a path that does not exist, by HTTP/1.1
/// and HTTP/2.
///
/// It is served on a loopback socket and a runtime of its own until the check is done. [`Conformance`] has more to set.
///
/// ```should_panic
/// use axum::{Router, routing::get};
/// use cors_policy::{Policy, cors_policy};
///
/// static API: Policy = cors_policy! { origins: ["https://app.example.com"] };
///
/// let forgotten = Router::new().route("/", get(|| async { "hello" }));
/// cors_policy_conformance::check_service(&API, forgotten).assert();
/// ```
#[cfg(feature = "tower")]
pub fn check_service<S, B>(policy: &Policy, service: S) -> Report
where
    S: tower_service::Service<http::Request<Incoming>, Response = http::Response<B>>,
    S: Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    Conformance::of(policy).check_service(service)
}
