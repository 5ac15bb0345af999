//! A layer for whatever speaks [`tower`](https://docs.rs/tower): axum, hyper, tonic.
//!
//! ```
//! use cors_policy::tower::CorsLayer;
//! use cors_policy::{Policy, cors_policy};
//! # #[derive(Clone)]
//! # struct Router;
//!
//! static API: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
//!
//! # let router = Router;
//! let app = CorsLayer::new(&API).wrap(router); // the finished application: nothing can be outside of the policy
//! ```
//!
//! With axum: `axum::serve(listener, CorsLayer::new(&API).wrap(router).into_make_service())`.
//!
//! # Where it belongs
//!
//! Outside of everything that makes responses: authentication, timeouts, body limits, handlers of panics, and routing,
//! which answers a preflight 404 or 405. A response that does not pass the layer has no CORS headers, and the page sees
//! a network error instead of its status. [`CorsLayer::wrap`] takes the finished application, so that nothing is left
//! outside.
//!
//! # What it does
//!
//! - A preflight is answered, without a body and without calling the application. It waits for the application's
//!   readiness as any request does; see [`CorsLayer::answer_before_ready`].
//! - A preflight whose origin is refused is answered 403. One that asks for a method or a header that is not allowed gets
//!   the lists, and the browser refuses it.
//! - Every other request goes to the application, `OPTIONS` included, and whatever response comes back leaves with the
//!   policy's headers: those that are there are replaced or removed, and `Vary` is extended.
//! - A policy of one exact origin sends that origin to everybody: browsers compare, so that nobody else can read the
//!   response, and it need not say `Vary`. With several, an origin that is refused gets no CORS header.
//! - An `Err` of the application is not a response, and passes as it is: turn errors into responses inside.
//!
//! Nothing is boxed, and nothing is allocated beyond the growth of the response's header map.
//!
//! # What it can do beside
//!
//! ```
//! use cors_policy::tower::CorsLayer;
//! use cors_policy::{MissingOrigin, Policy, Writes, cors_policy};
//!
//! static API: Policy = cors_policy! { origins: ["https://app.example.com"], credentials: true };
//! static NEXT: Policy = cors_policy! { origins: ["https://*.example.com"], credentials: true };
//!
//! let cors = CorsLayer::new(&API)
//!     .check_upgrades(MissingOrigin::Deny) // CORS does not apply to WebSocket
//!     .check_writes(Writes::Refuse) // nor does it keep requests from arriving
//!     .candidate(&NEXT) // tells where this policy would answer differently
//!     .observe(|event| println!("{event:?}"));
//! ```
//!
//! # Bodies
//!
//! What the layer answers has an empty body: by default [`Default`] of the application's body type, which stays the
//! type of all responses. [`CorsLayer::empty_body`] makes it by a function, for types without `Default`, and
//! [`CorsLayer::any_body`] serves every type by a [`MaybeBody`] around it.

mod body;
mod deferred;
mod future;
mod layer;
mod prepared;
mod sentinel;
mod service;

pub use body::{AnyBody, Bodies, DefaultBody, EmptyBody, MaybeBody};
pub use deferred::{Deferred, DeferredCors, DeferredFuture};
pub use future::ResponseFuture;
pub use layer::CorsLayer;
pub use sentinel::{Guarded, Sentinel};
pub use service::{Cors, MakeCors};
