//! A middleware for [`actix-web`](https://docs.rs/actix-web).
//!
//! ```
//! use actix_web::{App, web};
//! use cors_policy::actix::Cors;
//! use cors_policy::{Policy, cors_policy};
//!
//! static API: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
//!
//! let app = App::new()
//!     .route("/", web::get().to(|| async { "hello" }))
//!     .wrap(Cors::new(&API)); // last: what is wrapped last is outermost
//! ```
//!
//! # Where it belongs
//!
//! Outside of everything that makes responses: in actix-web, the last `wrap` of the `App`. A response that does not pass
//! the middleware has no CORS headers, and the page sees a network error instead of its status.
//!
//! An `App` is built anew for each worker: build `Cors` there too, and clone a `LivePolicy` into it that is made outside.
//!
//! # What it does
//!
//! - A preflight is answered, without a body and without calling the application.
//! - A preflight whose origin is refused is answered 403. One that asks for a method or a header that is not allowed gets
//!   the lists, and the browser refuses it.
//! - Every other request goes to the application, `OPTIONS` included, and whatever response comes back leaves with the
//!   policy's headers: those that are there are replaced or removed, and `Vary` is extended. So does the response that an
//!   `Err` of a handler or of another middleware becomes, unless an outer middleware replaces it.
//! - A policy of one exact origin sends that origin to everybody: browsers compare, so that nobody else can read the
//!   response, and it need not say `Vary`. With several, an origin that is refused gets no CORS header.
//! - A panic is no response: actix-web closes the connection.
//!
//! actix-web has header types of its own. The values of a policy that is [fixed](crate::Resolve::fixed) are copied into them
//! once, those of others for each response.
//!
//! # What it can do beside
//!
//! ```
//! use cors_policy::actix::Cors;
//! use cors_policy::{MissingOrigin, Policy, Writes, cors_policy};
//!
//! static API: Policy = cors_policy! { origins: ["https://app.example.com"], credentials: true };
//! static NEXT: Policy = cors_policy! { origins: ["https://*.example.com"], credentials: true };
//!
//! let cors = Cors::new(&API)
//!     .check_upgrades(MissingOrigin::Deny) // CORS does not apply to WebSocket
//!     .check_writes(Writes::Refuse) // nor does it keep requests from arriving
//!     .candidate(&NEXT) // tells where this policy would answer differently
//!     .observe(|event| println!("{event:?}"));
//! ```

mod answered;
mod fields;
mod middleware;
mod prepared;
mod service;

pub use middleware::Cors;
pub use service::{CorsService, ResponseFuture};

use actix_web::ResponseError;
use actix_web::http::StatusCode;

use crate::event::Refusal;
use crate::handshake::UpgradeRefusal;
use crate::write::WriteRefusal;

/// 403, with the reason in words: so that a handler can say
/// `API.check_upgrade(request.headers(), MissingOrigin::Deny)?`.
impl ResponseError for UpgradeRefusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }
}

/// 403, with the reason in words.
impl ResponseError for WriteRefusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }
}

/// 403 or 429, with the reason in words.
impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status().as_u16()).unwrap_or(StatusCode::FORBIDDEN)
    }
}
