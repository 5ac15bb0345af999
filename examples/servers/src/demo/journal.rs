//! What the API saw of each click, and what it answered.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use cors_policy::{Event, Handshake, Kind, Refusal, Rejection};
use http::{HeaderMap, Method, Uri};
use serde_json::{Value, json};

use crate::demo::policy::API;

/// Exchanges that are kept.
const KEPT: usize = 200;

/// The last exchanges, oldest first.
#[derive(Clone, Default)]
pub(crate) struct Journal(Arc<Mutex<VecDeque<Entry>>>);

struct Entry {
    click: String,
    exchange: Value,
}

/// What is noticed about a request on its way.
#[derive(Default)]
struct Notes {
    reached_application: bool,
    events: Vec<[String; 2]>,
}

tokio::task_local! {
    // The layer calls its observer in the task of the request. An event does not say which click it is about.
    static NOTES: RefCell<Notes>;
}

/// The observer of the layer.
pub(crate) fn note(event: &Event<'_>) {
    let (speaker, text) = match event {
        Event::CandidateDiffers { change, .. } => ("In the shadow", change.to_string()),
        Event::WriteRefused { refusal, enforced: false, .. } => {
            ("Reported, and let through", refusal.to_string())
        }
        Event::Misplaced(_, misplacement) => ("Out of place", misplacement.to_string()),
        // The refusal comes with the response.
        _ => return,
    };
    // Without a request there is nothing to write it to.
    let _ = NOTES.try_with(|notes| notes.borrow_mut().events.push([speaker.to_owned(), text]));
}

/// The innermost layer: what comes here has reached the application.
pub(crate) async fn mark_arrival(request: Request, next: Next) -> Response {
    let _ = NOTES.try_with(|notes| notes.borrow_mut().reached_application = true);
    next.run(request).await
}

/// The outermost layer: writes down what goes in and what comes out.
pub(crate) async fn record(State(journal): State<Journal>, request: Request, next: Next) -> Response {
    let (method, uri, headers) = (request.method().clone(), request.uri().clone(), request.headers().clone());
    let answered = async {
        let response = next.run(request).await;
        (response, NOTES.with(RefCell::take))
    };
    let (response, notes) = NOTES.scope(RefCell::default(), answered).await;
    if let Some(click) = click(&uri) {
        let exchange = describe(&method, &uri, &headers, &response, &notes);
        journal.add(Entry { click: click.to_owned(), exchange });
    }
    response
}

impl Journal {
    fn add(&self, entry: Entry) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    /// The exchanges of a click.
    pub(crate) fn of(&self, click: &str) -> Vec<Value> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().filter(|entry| entry.click == click).map(|entry| entry.exchange.clone()).collect()
    }
}

/// Each click has its own URL, which the preflight has in common with its request.
fn click(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("click="))
}

fn describe(method: &Method, uri: &Uri, request: &HeaderMap, response: &Response, notes: &Notes) -> Value {
    let explanation = API.explain(method.as_str().as_bytes(), request);
    let refusal = response.extensions().get::<Refusal>();
    let kind = match explanation.verdict().kind() {
        Kind::Preflight => "preflight",
        Kind::Actual if Handshake::is_asked_for(request) => "handshake",
        Kind::Actual => "actual",
    };
    let decided_by = match (refusal, explanation.rejections().first(), explanation.entry()) {
        (Some(Refusal::Upgrade(_)), ..) => "check_upgrades",
        (Some(Refusal::Write(_)), ..) => "check_writes",
        (_, Some(rejection), _) => field(rejection),
        (_, None, Some(entry)) => entry,
        _ => "",
    };
    json!({
        "kind": kind,
        "method": method.as_str(),
        "target": uri.path(),
        "request": lines(request),
        "status": response.status().as_u16(),
        "response": lines(response.headers()),
        "reached": notes.reached_application,
        "explanation": refusal.map_or_else(|| explanation.to_string(), ToString::to_string),
        "rejection": explanation.rejections().first().map(word),
        "refused": refusal.is_some(),
        "decidedBy": decided_by,
        "events": notes.events,
    })
}

/// The field of the policy that a rejection is about.
fn field(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::MethodNotAllowed { .. } => "methods",
        Rejection::HeaderNotAllowed { .. }
        | Rejection::AuthorizationNotCovered
        | Rejection::HeadersNotEchoed => "request_headers",
        _ => "origins",
    }
}

fn word(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::OriginNotAdmitted { origin, .. } if origin == "null" => "null",
        other => field(other),
    }
}

fn lines(headers: &HeaderMap) -> Vec<[String; 2]> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| [name.as_str().to_owned(), text(value)]).collect()
}
