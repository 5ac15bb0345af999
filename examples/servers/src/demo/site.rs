//! The page, and what it asks its own server.

use std::collections::HashMap;

use axum::Router;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, SET_COOKIE};
use serde_json::json;

use crate::demo::Addresses;
use crate::demo::journal::Journal;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Path, type and text of the files.
const FILES: [(&str, &str, &str); 6] = [
    ("/frame", HTML, include_str!("page/frame.html")),
    ("/style.css", "text/css; charset=utf-8", include_str!("page/style.css")),
    ("/perform.js", SCRIPT, include_str!("page/perform.js")),
    ("/scenarios.js", SCRIPT, include_str!("page/scenarios.js")),
    ("/show.js", SCRIPT, include_str!("page/show.js")),
    ("/page.js", SCRIPT, include_str!("page/page.js")),
];

#[derive(Clone)]
struct Site {
    addresses: Addresses,
    journal: Journal,
}

pub(crate) fn site(addresses: Addresses, journal: Journal) -> Router {
    let mut router = Router::new().route("/", get(index)).route("/setup", get(setup)).route("/log", get(log));
    for (path, kind, text) in FILES {
        router = router.route(path, get(move || async move { file(kind, text) }));
    }
    router.with_state(Site { addresses, journal })
}

/// Cookies know no ports: the one that the page gets goes to the API, too.
async fn index() -> impl IntoResponse {
    let cookie = [(SET_COOKIE, "session=demo; Path=/; HttpOnly; SameSite=Lax")];
    (cookie, file(HTML, include_str!("page/index.html")))
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")], text)
}

async fn setup(State(site): State<Site>) -> impl IntoResponse {
    let Addresses { page, api, inspector, stranger } = site.addresses;
    json_response(&json!({
        "page": page,
        "api": api,
        "inspector": inspector,
        "stranger": stranger,
        "source": policy_source(),
    }))
}

/// Without the head of the file.
fn policy_source() -> &'static str {
    let file = include_str!("policy.rs");
    file.find("\n/// ").and_then(|head| file.get(head..)).unwrap_or(file).trim()
}

async fn log(State(site): State<Site>, Query(query): Query<HashMap<String, String>>) -> impl IntoResponse {
    let click = query.get("click").map(String::as_str).unwrap_or_default();
    json_response(&json!(site.journal.of(click)))
}

fn json_response(value: &serde_json::Value) -> impl IntoResponse + use<> {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], value.to_string())
}
