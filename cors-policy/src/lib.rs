//! CORS policies that cannot be wrong: checked while your crate compiles, matched without allocation.
//!
//! Browsers let a page read responses of its own origin only. CORS is how a server says which other pages may
//! read across ([Fetch, section 3.2](https://fetch.spec.whatwg.org/#http-cors-protocol)). [`cors_policy!`] compiles
//! such a policy: what compiles is safe and works in every browser, and what does not compile says why and what to
//! write instead.
//!
//! ```
//! use cors_policy::{Policy, cors_policy};
//! use http::{HeaderMap, HeaderValue, Method};
//!
//! /// Who may call the shop's API from a browser.
//! static SHOP: Policy = cors_policy! {
//!     origins: ["https://shop.example.com", "https://*.shop.example.com"],
//!     credentials: true,
//!     methods: [PUT, DELETE],
//!     request_headers: ["content-type", "x-csrf-token"],
//!     expose_headers: ["etag"],
//!     max_age: "2h",
//!     refuses: ["https://shop.example.com.evil.test"],
//! };
//!
//! # let mut request = HeaderMap::new();
//! # request.insert("origin", HeaderValue::from_static("https://eu.shop.example.com"));
//! # let mut response = HeaderMap::new();
//! let decision = SHOP.evaluate(&Method::GET, &request);
//! match decision.status() {
//!     Some(status) => { /* a preflight: answer with this status and no body */ }
//!     None => { /* call the application */ }
//! }
//! decision.apply(&mut response); // on whatever response leaves, errors included
//! # assert_eq!(response["access-control-allow-origin"], "https://eu.shop.example.com");
//! ```
//!
//! # Two layers
//!
//! [`Policy::evaluate`] takes and gives the types of the crate `http`. Below it, [`Policy::decide`] takes bytes
//! from whatever implements [`RequestFields`], gives a [`Verdict`] that borrows nothing, and
//! [`Policy::operations`] says what to do to the response, so that any framework can be served. Neither
//! allocates, locks or parses anything of the policy; [`Policy::explain`] is the slow path that says why.
//!
//! # In a framework
//!
//! - tower (axum, hyper, tonic): `tower::CorsLayer`, with the feature `tower`;
//! - actix-web: `actix::Cors`, with the feature `actix-web`;
//! - everything else: some thirty lines around [`Policy::evaluate`] or [`Policy::decide`]. The folder
//!   `examples/frameworks` in the repository has them for hyper, Poem, Rocket, Salvo and warp.
//!
//! Adapters take one policy, one that is replaced while requests are served (`LivePolicy`), or a function that picks one
//! ([`Resolve`]). They tell what they notice ([`Event`]): to a function of yours, and to the crate `tracing`.
//!
//! # What CORS is not
//!
//! CORS tells *browsers* what a page may *read*. Three things it does not do:
//!
//! - It does not keep requests from arriving. A refused preflight is answered 403, and the browser never sends what it
//!   asked for; but a form, or whatever else needs no preflight, arrives from any page, with cookies, and changes what it
//!   changes. [`Policy::check_write`] refuses such writes, and adapters do it when asked ([`Writes`]).
//! - It does not apply to WebSocket and WebTransport. Any page can open connections, with cookies, and read what comes.
//!   [`Policy::check_upgrade`] refuses handshakes from elsewhere, and adapters do it when asked ([`Handshake`]).
//! - It says nothing of who the user is, and other programs than browsers ignore it. The application must check whom it
//!   answers.
//!
//! # Features
//!
//! None is on by default.
//!
//! - `tower`: the layer. `axum`: the same, and refusals as responses of handlers.
//! - `actix-web`: the middleware.
//! - `live`: a policy that can be replaced.
//! - `tracing`: events of adapters under the target `cors_policy` (`RUST_LOG=cors_policy=debug`). What is refused is told at
//!   debug, what would be (a candidate, [`Writes::Report`]) at info, what is out of place at warn.
//! - `compile`: the same policies from data at run time, by the same compiler (`Document`, `Policy::compile`), and a
//!   ceiling for what strangers write (`cors_ceiling!`, `Policy::compile_below`).
//! - `explain`: why a page can or cannot have what it asks for, in the browser and in the policy, and the smallest change by
//!   which it can (`Policy::story`, the module `explain`). Beside adapters, a page of the server for development that shows
//!   what was refused (the module `inspector`).
//! - `pack`: many of them side by side in one piece of memory (`Pack`), as a policy per tenant needs. Every decision, of
//!   whatever policy, then takes some 3 ns more.

#[doc(hidden)]
pub mod __macro_v1;
#[cfg(feature = "actix-web")]
pub mod actix;
#[cfg(feature = "axum")]
mod axum;
mod candidate;
#[cfg(feature = "compile")]
mod ceiling;
mod debug;
mod decide;
mod decision;
mod event;
#[cfg(feature = "explain")]
pub mod explain;
mod explanation;
mod fields;
#[cfg(any(feature = "tower", feature = "actix-web"))]
mod gate;
mod grant;
mod handshake;
#[cfg(feature = "explain")]
pub mod inspector;
pub mod language;
mod list;
#[cfg(feature = "live")]
mod live;
#[cfg(feature = "compile")]
mod load;
mod operation;
#[cfg(feature = "pack")]
mod pack;
mod policy;
mod resolve;
mod tables;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(all(feature = "tracing", any(feature = "tower", feature = "actix-web")))]
mod trace;
mod verdict;
mod write;

pub use candidate::Change;
#[cfg(feature = "compile")]
pub use ceiling::Ceiling;
pub use cors_policy_program::{Difference, NearMiss};
pub use decision::Decision;
pub use event::{Event, Limited, Misplacement, Refusal, Seen, Writes};
pub use explanation::{Explanation, Rejection};
pub use fields::{Field, Lines, RequestFields};
pub use grant::Granted;
pub use handshake::{Handshake, MissingOrigin, UpgradeRefusal};
#[cfg(feature = "live")]
pub use live::LivePolicy;
#[cfg(feature = "compile")]
pub use load::{Compiled, Diagnostic, Diagnostics, Document, Excerpt, Related, Severity};
pub use operation::{Header, Operation, Value};
#[cfg(feature = "pack")]
pub use pack::{PACK_FORMAT, Pack, PackBuilder, PackFull, Packer};
pub use policy::{Policy, Rule};
pub use resolve::{Resolve, Target};
pub use verdict::{Action, Kind, Outcome, Verdict};
pub use write::WriteRefusal;

/// Compiles a CORS policy: an expression of type [`Policy`], for a `static`, a `const` or a `let`.
///
/// Every mistake is a compile error on the token that makes it, with the text to write instead. All that the text
/// shows are reported in one compilation; what only the compiled policy shows comes when nothing else denies it.
/// `docs/diagnostics.md` in the repository explains each.
///
/// # Fields
///
/// [`language`] has them one by one. Editors that use rust-analyzer show that documentation for the words of a policy,
/// and complete them.
///
/// | field | value | default | meaning |
/// | --- | --- | --- | --- |
/// | `origins` | list of patterns, or `any` | required | who may read responses |
/// | `credentials` | `true`, `false` | `false` | cookies, HTTP authentication and client certificates travel |
/// | `methods` | list of methods (identifiers or strings), or `any` | none beyond GET, HEAD and POST, which are always allowed | `Access-Control-Allow-Methods` |
/// | `request_headers` | list of names, or `any`; `any` may stand with `"authorization"`, which it does not cover | none beyond the safelisted ones | `Access-Control-Allow-Headers` |
/// | `expose_headers` | list of names, or `any` | none beyond the safelisted ones | `Access-Control-Expose-Headers` |
/// | `max_age` | `"2h"`, `"10m"`, `"600s"`, `"1h 30m"`, or seconds; 0 = do not cache | absent: browsers use 5 seconds | `Access-Control-Max-Age` |
/// | `preflight_status` | 200 to 299 | 204 | for clients that want 200 |
/// | `trusts_network` | `true`, `false` | `false` | being able to connect is itself a permission (intranet, loopback, allow-list of addresses): `any` is then an error, and every lint fires as with credentials |
/// | `name` | string | file and line of the call | what logs and explanations call the policy |
/// | `admits`, `refuses` | lists of origins | none | checked while compiling, against the compiled policy |
///
/// `"*"` is accepted wherever `any` is.
///
/// # Origin patterns
///
/// `scheme://host[:port]`, in the form in which browsers send origins. A leading `*.` stands for one or more whole
/// labels, never for none: `https://*.example.com` does not include `https://example.com`. Any other `*` in a host
/// stands for one or more of `[a-z0-9_-]` inside its own label: `https://pr-*.preview.example.com`. No label is
/// longer than 63 bytes. `:*` stands for any port, or none. Wildcards need http or https. There are no regular
/// expressions.
///
/// # Several rules
///
/// Where origins differ in what they may do, named rules stand in order, and the first that admits an origin
/// decides. `name` and `preflight_status` belong to the policy; `admits` and `refuses` may stand in both, and in a
/// rule speak of that rule. In data, whose maps may forget their order, a list does the same:
/// `rules: [{ name: "apps", … }, …]`.
///
/// ```
/// use cors_policy::{Policy, cors_policy};
///
/// pub static API: Policy = cors_policy! {
///     apps: {
///         origins: ["https://app.example.com", "https://*.app.example.com"],
///         credentials: true,
///         methods: [PUT, PATCH, DELETE],
///         request_headers: ["content-type"],
///         max_age: "2h",
///     },
///     partners: { origins: ["https://*.partner.example"], methods: [PUT], request_headers: ["authorization"] },
///     public: { origins: any },
/// };
/// # assert!(API.admits(b"https://anybody.test"));
/// ```
///
/// # Errors, lints, warnings
///
/// What can never work, or contradicts itself, is an error that nothing silences: a trailing slash, a default port,
/// `null`, `any` with credentials, a header that scripts cannot set.
///
/// What works and hands something to strangers is a lint. It denies under `credentials` or `trusts_network`, and
/// one entry can silence it with a reason: `insecure_origin` (http, and not loopback), `open_pattern` (somebody else
/// can register a name that the pattern admits, by the public suffix list of 2026-10-22), `shared_host` (a host that
/// strangers share), `any_port` (`:*`, and not loopback).
///
/// What is redundant, without effect or surprising is a compiler warning, shown under the lint `deprecated`, because
/// stable procedural macros have no other way; `#[allow(deprecated)]` on the static silences it.
///
/// ```
/// # use cors_policy::{Policy, cors_policy};
/// static KIOSK: Policy = cors_policy! {
///     origins: [
///         #[allow(insecure_origin, reason = "kiosks on the shop floor have no TLS")]
///         "http://kiosk.example.com:8080",
///         #[cfg(debug_assertions)]
///         "http://localhost:*",
///     ],
///     credentials: true,
/// };
/// # let _ = &KIOSK;
/// ```
///
/// ```compile_fail
/// # use cors_policy::{Policy, cors_policy};
/// // error: an origin has no slash at its end
/// static SLASH: Policy = cors_policy! { origins: ["https://shop.example.com/"] };
/// ```
///
/// # Conditions
///
/// `#[cfg(…)]` may stand on an entry, a field or a rule. The policy is compiled once for each combination of the
/// conditions in it, four at the most: what is for development only is not in a release binary at all, and every
/// variant is checked in every build.
#[macro_export]
macro_rules! cors_policy {
    ($($policy:tt)*) => {
        $crate::__macro_v1::expand! { $crate { $($policy)* } }
    };
}

/// Compiles a ceiling, the most that policies from data may ask for: an expression of type [`Ceiling`], for a
/// `static`, a `const` or a `let`.
///
/// Everything in it is checked by the rules that hold for policies, and every mistake is a compile error on the token
/// that makes it. [`Policy::compile_below`] compiles documents below it.
///
/// | field | value | default | what documents may ask for |
/// | --- | --- | --- | --- |
/// | `schemes` | list of schemes | `["https"]` | origins of these schemes; loopback is no exception |
/// | `credentials` | `true`, `false` | `false` | `credentials: true` |
/// | `any_origin` | `true`, `false` | `false` | `"*"` as `origins`, without credentials as everywhere |
/// | `any_port` | `true`, `false` | `false` | patterns that end with `:*` |
/// | `exact_origins` | number | 100 | at most so many origins without `*` in their host, over all rules |
/// | `wildcard_origins` | number | 10 | at most so many patterns with `*` in their host, over all rules |
/// | `rules` | 1 to 255 | 4 | at most so many rules |
/// | `methods` | list of methods, or `any` | none | these beside GET, HEAD and POST |
/// | `request_headers` | list of names, or `any`; `any` may stand with `"authorization"`, which it does not cover | none | these beside the safelisted ones |
/// | `expose_headers` | list of names, or `any` | none | these beside the safelisted ones |
/// | `max_age` | as in a policy | none | a `max_age` up to this; without it, none at all |
/// | `lints` | list of lints | none | to silence these with `allow` |
/// | `profiles` | profiles by their names | none | `"profile"` with one of these names |
///
/// A profile has `methods`, `request_headers`, `expose_headers` and `max_age`, which may not exceed those of the ceiling.
/// `any` allows `"*"` as well as every name. `#[cfg(…)]` may stand where it may in a policy.
///
/// ```
/// use cors_policy::{Ceiling, cors_ceiling};
///
/// pub static CEILING: Ceiling = cors_ceiling! {
///     schemes: ["https", #[cfg(debug_assertions)] "http"],
///     credentials: true,
///     exact_origins: 50,
///     methods: [PUT, PATCH, DELETE],
///     request_headers: ["content-type", "authorization"],
///     expose_headers: ["etag", "retry-after"],
///     max_age: "2h",
///     lints: [open_pattern],
///     profiles: {
///         standard: { methods: [PUT, DELETE], request_headers: ["content-type"], max_age: "10m" },
///         readonly: {},
///     },
/// };
/// # assert_eq!(CEILING.fingerprint(), CEILING.clone().fingerprint());
/// ```
///
/// ```compile_fail
/// # use cors_policy::{Ceiling, cors_ceiling};
/// // error: method `DELETE` is above the ceiling
/// static CEILING: Ceiling = cors_ceiling! {
///     methods: [PUT],
///     profiles: { standard: { methods: [PUT, DELETE] } },
/// };
/// ```
#[cfg(feature = "compile")]
#[macro_export]
macro_rules! cors_ceiling {
    ($($ceiling:tt)*) => {
        $crate::__macro_v1::expand_ceiling! { $crate { $($ceiling)* } }
    };
}
