//! The API: an application that knows nothing of CORS, and the policy around it.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post, put};
use cors_policy::Writes;
use cors_policy::inspector::{Inspected, Inspector};
use http::{HeaderMap, StatusCode, header};

use crate::demo::journal::{Journal, mark_arrival, record};
use crate::demo::policy::{API, layer};

/// Where the API shows what it refused.
pub(crate) const INSPECTOR: &str = "/.cors";

static ORDERS: AtomicU32 = AtomicU32::new(0);

/// The application twice: as it should be, and below `/unguarded` with writes from elsewhere let through.
/// The inspector is outside of all.
pub(crate) fn api(journal: Journal) -> Inspected<Router> {
    let inspector = Inspector::new().policy(&API);
    let guarded = layer(Writes::Refuse, inspector.clone()).wrap(application());
    let unguarded = layer(Writes::Report, inspector.clone()).wrap(application());
    let router = Router::new()
        .nest_service("/unguarded", unguarded)
        .fallback_service(guarded)
        .layer(from_fn_with_state(journal, record));
    inspector.layer(INSPECTOR).wrap(router)
}

fn application() -> Router {
    Router::new()
        .route("/greeting", get(|| async { "Hello from the API." }))
        .route("/notes/1", put(save_note).patch(save_note).delete(|| async { "Gone." }))
        .route("/account", get(account))
        .route("/broken", get(broken))
        .route("/report", get(report))
        .route("/orders", post(order))
        .route("/chat", any(chat))
        .fallback(|| async { (StatusCode::NOT_FOUND, "There is nothing here.") })
        .layer(from_fn(mark_arrival))
}

async fn save_note(body: String) -> String {
    format!("Saved: {body}")
}

async fn account(headers: HeaderMap) -> String {
    match headers.get(header::COOKIE).and_then(|cookie| cookie.to_str().ok()) {
        Some(cookie) => format!("The API got the cookie {cookie}."),
        None => "The API got no cookie.".to_owned(),
    }
}

async fn broken() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, "The database is on fire.").into_response()
}

async fn report() -> impl IntoResponse {
    ([("x-request-id", "7f3a"), ("x-served-by", "rack-12")], "Two headers of the API's own come with this.")
}

async fn order() -> String {
    let orders = ORDERS.fetch_add(1, Ordering::Relaxed) + 1;
    format!("Ordered. That makes {orders}.")
}

async fn chat(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(echo)
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let Message::Text(text) = message else { continue };
        let answer = Message::Text(format!("You said: {text}").into());
        if socket.send(answer).await.is_err() {
            return;
        }
    }
}
