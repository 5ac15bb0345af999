//! Stories of policies in text, for tests that look at single ones.

#![expect(clippy::missing_panics_doc, clippy::unwrap_used, reason = "a panic is the report")]

use cors_policy::Document;
use cors_policy::explain::browser::{Origin, Page, Request, Url};
use cors_policy::explain::{Draft, Intent, Story};

/// A policy in JSON.
#[must_use]
pub fn draft(json: &str) -> Draft {
    Draft::read(&serde_json::from_str::<Document>(json).unwrap()).unwrap()
}

/// What a page of an origin means to do.
#[must_use]
pub fn intent(page: &str, request: Request) -> Intent {
    Intent::new(Page::of(Origin::parse(page)), request)
}

/// What becomes of it.
#[must_use]
pub fn story(json: &str, page: &str, request: Request) -> Story {
    draft(json).story(&intent(page, request)).unwrap()
}

/// A request of script to an API.
#[must_use]
pub fn fetch() -> Request {
    Request::fetch(&Url::parse("https://api.example.com/orders").unwrap())
}
