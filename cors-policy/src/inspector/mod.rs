//! A page for development, served beside the application: what was refused, why, and what would make it work.
//!
//! [`Inspector`] has two ends. As an observer of an adapter it writes down what is refused; at an address of the
//! server it shows that, as a page and as JSON: for each kind of request the explanation, the lines that Chrome, Firefox and
//! Safari show in their consoles, the exchange, and the smallest change that makes it work with what that means for security
//! (see [`explain`](crate::explain)). It shows the policies in words, and answers what would become of a request.
//!
//! With axum, and whatever else is a tower service (feature `tower`), it goes outside of the policy:
//!
#![cfg_attr(feature = "tower", doc = "```")]
#![cfg_attr(not(feature = "tower"), doc = "```ignore")]
//! # async fn serve(listener: tokio::net::TcpListener) -> std::io::Result<()> {
//! use axum::{Router, routing::get};
//! use cors_policy::inspector::Inspector;
//! use cors_policy::tower::CorsLayer;
//! use cors_policy::{Policy, cors_policy};
//!
//! static API: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
//!
//! let router = Router::new().route("/", get(|| async { "hello" }));
//! let inspector = Inspector::new().policy(&API);
//! let application = CorsLayer::new(&API).observe(inspector.observer()).wrap(router);
//! axum::serve(listener, inspector.layer("/.cors").wrap(application).into_make_service()).await
//! # }
//! ```
//!
//! With actix-web (feature `actix-web`) it is a handler. It is made once, outside of the function that builds the `App` of
//! each worker:
//!
#![cfg_attr(feature = "actix-web", doc = "```")]
#![cfg_attr(not(feature = "actix-web"), doc = "```ignore")]
//! use actix_web::{App, HttpServer, web};
//! use cors_policy::actix::Cors;
//! use cors_policy::inspector::Inspector;
//! use cors_policy::{Policy, cors_policy};
//!
//! static API: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
//!
//! let inspector = Inspector::new().policy(&API);
//! let server = HttpServer::new(move || {
//!     App::new()
//!         .route("/.cors", web::route().to(inspector.handler()))
//!         .wrap(Cors::new(&API).observe(inspector.observer()))
//! });
//! ```
//!
//! Everything else calls [`Inspector::answer`], and gives events to [`Inspector::observe`].
//!
//! # Who may look
//!
//! - By default it serves and writes down in builds with debug assertions only. In others [`Inspector::answer`] is 404,
//!   the layer lets every request through to the application, and nothing is kept;
//!   [`Inspector::serve_in_release_builds`] says otherwise.
//! - It answers requests whose `Host` is this machine (`localhost`, names below it, 127.0.0.0/8, `[::1]`), so that no name
//!   that somebody makes to lead here can read it; [`Inspector::host`] names others.
//! - It answers itself, whoever types its address, and links of pages of the same site; not what `Sec-Fetch-Site` or `Origin`
//!   says comes from elsewhere. It sets no CORS headers.
//! - It answers GET and HEAD, and changes nothing.
//! - The page runs no script but its own, loads nothing from elsewhere, cannot be framed and is not stored.
//!
//! That holds off pages in browsers. A program writes whatever `Host` it likes: on a server that listens to more than this
//! machine (`0.0.0.0`, a tunnel, a proxy) whoever can connect can read it. It is no place for secrets. It keeps
//! methods, origins, hosts, paths without their query, and the names of headers that preflights ask for; neither values of
//! headers nor cookies nor bodies.
//!
//! # What is kept
//!
//! What counts: preflights whose origin, method or headers are refused; requests of origins that are not admitted, but for
//! the server's own; requests with cookies where the rule has no credentials; handshakes and writes that are refused or
//! reported; limits that are reached; what is out of place; answers of a candidate that differ. Requests that are alike are
//! one entry with a count. The last 100 kinds are kept ([`Inspector::keep`]), each with at most some kilobytes and
//! its story, which is worked out when it is first asked for and cut to some hundred kilobytes. Stories take as long as some
//! dozen compilations of the policy, in the task of whoever looks; after a tenth of a second the rest waits for the next
//! look. Of a request that is not
//! refused only the decision is looked at.
//!
//! # JSON
//!
//! `?format=json` has what the page has. Fields may be added; those here stay.
//!
//! | field | what |
//! | --- | --- |
//! | `version` | 1 |
//! | `revision` | a number that grows with everything that is noticed; `?format=revision` has it alone |
//! | `complete` | whether every story is told; if not, ask again |
//! | `requests[]` | newest first; with `search=` those that a text is about |
//! | … `id`, `first`, `last`, `count` | number, RFC 3339 times, how often |
//! | … `policy`, `kind` | the policy's name; `preflight`, `request`, `handshake`, or null where no request is known |
//! | … `method`, `origin`, `host`, `path`, `request_headers`, `site`, `cookies` | the request; of a preflight, the one that it asks for |
//! | … `findings[]` | `kind` (`refused`, `handshake-refused`, `write-refused`, `write-reported`, `limit-reached`, `candidate-differs`, `cors-inside`, …), `code`, `subject`, `message`, `status`, `count` |
//! | … `story` | null, or `verdict`, `reason`, `further`, `messages`, `readable`, `hidden`, `console`, `remedies`, `withheld`, `advice` |
//! | `policies[]` | `id`, `name`, `text` in the language, `rules[]` with `name`, `any_origin`, `origins`, `origins_left_out`, `credentials`, `grants` in words |
//! | `answer` | null, or `errors` and `story`, where the query has `origin`, `url`, `method`, `headers` (lines), `credentials`, `reads` and `policy` |

#[cfg(feature = "actix-web")]
mod actix;
mod answer;
mod facts;
mod finding;
mod guard;
mod html;
mod intended;
mod json;
mod log;
mod page;
mod question;
mod report;
mod search;
#[cfg(test)]
mod tests;
mod time;
mod told;
mod told_json;
#[cfg(feature = "tower")]
mod tower;
mod words;

#[cfg(feature = "tower")]
pub use self::tower::{Inspected, InspectedFuture, InspectorLayer, InspectorService};

use std::sync::Arc;

use crate::event::Event;
use crate::inspector::log::Log;
use crate::policy::Policy;

/// Writes down what is refused, and shows it. See the [module](crate::inspector).
///
/// Clones share what is written down.
#[derive(Clone, Debug)]
pub struct Inspector {
    is_served: bool,
    hosts: Vec<String>,
    policies: Vec<Policy>,
    log: Arc<Log>,
}

impl Default for Inspector {
    fn default() -> Self {
        Inspector::new()
    }
}

impl Inspector {
    /// Serves in builds with debug assertions; in others it answers 404 and writes nothing down.
    #[must_use]
    pub fn new() -> Self {
        Inspector::in_build(cfg!(debug_assertions))
    }

    fn in_build(has_debug_assertions: bool) -> Self {
        let (hosts, policies) = (Vec::new(), Vec::new());
        Inspector { is_served: has_debug_assertions, hosts, policies, log: Arc::new(Log::new()) }
    }

    /// Serves in builds without debug assertions, too. The page tells everyone who reaches it whom the policies admit and
    /// which requests came: keep its address from the public.
    #[must_use]
    pub fn serve_in_release_builds(mut self) -> Self {
        self.is_served = true;
        self
    }

    /// Answers requests for this host, too: `dev.example.com`, or `dev.example.com:8080` for that port alone. Without case.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Shows this policy. Others show up when they refuse something, the last 32 of them.
    #[must_use]
    pub fn policy(mut self, policy: &Policy) -> Self {
        self.policies.push(policy.clone());
        self
    }

    /// Keeps so many kinds of requests: 1 to 1000, by default 100. Holds for clones, too.
    #[must_use]
    pub fn keep(self, kinds: usize) -> Self {
        self.log.keep(kinds);
        self
    }

    /// Whether it serves and writes down.
    #[must_use]
    pub fn is_served(&self) -> bool {
        self.is_served
    }

    /// Writes an event down, if it tells of something that is refused or out of place.
    pub fn observe(&self, event: &Event<'_>) {
        if self.is_served {
            finding::note(&self.log, event);
        }
    }

    /// The same as a function, for `observe` of an adapter.
    pub fn observer(&self) -> impl Fn(&Event<'_>) + Clone + Send + Sync + 'static + use<> {
        let inspector = self.clone();
        move |event: &Event<'_>| inspector.observe(event)
    }
}
