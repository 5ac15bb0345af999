//! Why a page can, or cannot, have what it asks a server for, and the smallest change by which it can.
//!
//! [`Policy::story`](crate::Policy::story) takes what a page means to do, an [`Intent`], and gives a [`Story`]: every
//! request that a browser sends and every answer that the policy gives, what script can read, what is in the way, in
//! which section of the standard, and in the words of the browsers' consoles; and [remedies](Remedy). Nothing is sent:
//! the browser is a model of it ([`browser`]), and the answers come from the policy's own matcher.
//!
//! ```
//! use cors_policy::explain::browser::{CredentialsMode, Page, Request, Url};
//! use cors_policy::explain::{Intent, Kind, Spelling, Widening};
//! use cors_policy::{Policy, cors_policy};
//!
//! static SHOP: Policy = cors_policy! {
//!     origins: ["https://shop.example.com", "https://*.shop.example.com"],
//!     methods: [PUT],
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let page = Page::at(&Url::parse("https://shop.example.com/cart")?);
//! let request = Request::fetch(&Url::parse("https://api.example.com/cart")?)
//!     .method("PUT")
//!     .header("Content-Type", "application/json");
//! let story = SHOP.story(&Intent::new(page, request).reading("etag"));
//!
//! let reason = story.reason().unwrap();
//! assert_eq!(
//!     reason.to_string(),
//!     "the request has the header `content-type`, and the preflight's answer has no `Access-Control-Allow-Headers`",
//! );
//! assert_eq!(reason.section().to_string(), "Fetch 4.8 CORS-preflight fetch");
//! assert_eq!(story.problems()[1].code(), "header-hidden");
//!
//! let remedy = &story.remedies()[0];
//! assert_eq!((remedy.kind(), remedy.widening()), (Kind::Policy, Widening::SameSites));
//! let texts: Vec<String> = remedy.steps(Spelling::Data).into_iter().map(|step| step.text).collect();
//! assert_eq!(texts, ["\"request_headers\": [\"content-type\"]", "\"expose_headers\": [\"etag\"]"]);
//! assert!(remedy.policy().story(remedy.intent()).works());
//! # Ok(())
//! # }
//! ```
//!
//! # What is proposed
//!
//! A remedy is a list of [edits](Edit), of the policy or of the page. Each was applied, compiled and asked again: it
//! works, and without any one of its edits it does not. Nothing is proposed that the compiler refuses, lints included,
//! nor the origin `null`, nor any origin, nor a host that strangers share. What would help and must not be done is
//! [withheld](Story::withheld), with the reason; what cannot be written down as a change is [advice](Story::advice).
//!
//! The application is taken to answer as it is asked. TLS, DNS, proxies and whatever else stands between browser and
//! policy is not in the story, nor is the permission that Chrome asks of users before a page reaches their local network.

mod admission;
mod draft;
mod edit;
mod form;
mod intent;
mod json;
mod needs;
mod problem;
mod rank;
mod remedy;
mod search;
mod security;
mod server;
mod steps;
mod story;
mod tale;
mod ways;
mod words;

/// The model of the browser.
pub use cors_policy_browser as browser;
pub use cors_policy_compiler::source::Spelling;
pub use draft::{Draft, Entry, Listed, RuleDraft};
pub use edit::{Edit, PageEdit, PolicyEdit};
pub use intent::Intent;
pub use problem::Problem;
pub use remedy::{Kind, Remedy, Widening, Withheld};
pub use steps::Step;
pub use story::{Message, Story, Verdict};
pub use tale::Tale;
pub use words::in_words;
