//! The client half of CORS by the [Fetch standard](https://fetch.spec.whatwg.org/): what a browser sends for what a
//! page asks, what it lets the page read of the response, and why not.
//!
//! A module for each part, named as the standard names it, with the steps of the standard beside the code. It sends
//! nothing: a [`Browser`] says what to send and takes the response, so that the server can be a function as well as
//! one on the network.
//!
//! # Why is this blocked?
//!
//! ```
//! use std::time::Duration;
//! use cors_policy_browser::{Browser, Headers, HttpRequest, HttpResponse, Page, Profile, Reason, Request, Url, Verdict};
//!
//! # fn main() -> Result<(), url::ParseError> {
//! // A server that allows one origin to send `PUT`, and forgot the header.
//! let mut server = |request: &HttpRequest| {
//!     let mut headers = Headers::new();
//!     headers.append("Access-Control-Allow-Origin", "https://app.example");
//!     if request.is_preflight {
//!         headers.append("Access-Control-Allow-Methods", "PUT");
//!     }
//!     HttpResponse::new(204, headers)
//! };
//!
//! let page = Page::at(&Url::parse("https://app.example/cart")?);
//! let request = Request::fetch(&Url::parse("https://api.example/cart/7")?)
//!     .method("put")
//!     .header("Content-Type", "application/json");
//! let exchange = Browser::new(Profile::STANDARD).run(&page, &request, Duration::ZERO, &mut server);
//!
//! let Verdict::Blocked(failure) = &exchange.verdict else { panic!("it is blocked") };
//! assert_eq!(failure.section().to_string(), "Fetch 4.8 CORS-preflight fetch");
//! assert_eq!(failure.reason.code(), "header-not-allowed");
//! assert_eq!(
//!     failure.reason.to_string(),
//!     "the request has the header `content-type`, and the preflight's answer has no `Access-Control-Allow-Headers`",
//! );
//! // The preflight, and nothing else, was sent.
//! assert_eq!(exchange.sent().count(), 1);
//! # Ok(())
//! # }
//! ```
//!
//! # What is not modelled
//!
//! HTTP caches, service workers, cookies and `SameSite` (a request says whether credentials travel, and how the page
//! stands to its URLs), Content Security Policy but for upgrades, integrity, Cross-Origin Embedder Policy, permissions
//! for local networks. A `data:` URL answers 200 with a type that is not parsed.

mod api;
mod before;
mod browser;
mod exchange;
mod fetch;
mod network;

pub mod cache;
mod console;
pub mod cors_check;
mod explain;
pub mod filter;
pub mod guard;
pub mod headers;
pub mod initiator;
pub mod method;
pub mod mime;
pub mod origin;
pub mod page;
pub mod preflight;
pub mod profile;
mod reason;
pub mod redirect;
pub mod referrer;
pub mod request;
pub mod response_use;
pub mod safelist;
pub mod section;
pub mod tainting;

pub use browser::Browser;
pub use exchange::{Exchange, FailedStep, Failure, Hop, Preflight, Purpose, Sent, Verdict};
pub use fetch::{Pending, Step};
pub use filter::ResponseType;
pub use headers::Headers;
pub use initiator::{CrossOrigin, Initiator};
pub use origin::Origin;
pub use page::Page;
pub use preflight::Cause;
pub use profile::{Engine, Profile};
pub use reason::{Mismatch, Reason};
pub use referrer::ReferrerPolicy;
pub use request::{Body, CredentialsMode, HttpRequest, HttpResponse, Mode, RedirectMode, Request};
pub use section::Section;
pub use tainting::Tainting;
/// URLs, by the URL standard.
pub use url::Url;
