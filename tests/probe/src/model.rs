//! What the model of a browser says of the responses that a report has.

use std::collections::VecDeque;
use std::time::Duration;

use cors_policy_browser::{
    Body, Browser, CredentialsMode, Exchange, Headers, HttpResponse, Initiator, Origin, Page, Profile,
    Request, Step, Url,
};
use serde_json::Value;

/// The exchange, with the responses of the report in their order.
#[must_use]
pub fn replayed(url: &str, arguments: &[&str], report: &Value) -> Exchange {
    let value = |option: &str| {
        let place = arguments.iter().position(|argument| *argument == option)?;
        arguments.get(place + 1).copied()
    };
    let page = Page::of(Origin::parse(value("--origin").unwrap_or(crate::APP)));
    let url = Url::parse(url).unwrap();
    let mut request = match value("--initiator") {
        Some("event-source") => Request::by(Initiator::EventSource, &url),
        _ => Request::fetch(&url),
    };
    if let Some(method) = value("--method") {
        request = request.method(method);
    }
    for pair in arguments.windows(2).filter(|pair| pair[0] == "--header") {
        let (name, value) = pair[1].split_once(": ").unwrap();
        request = request.header(name, value);
    }
    if let Some(body) = value("--body") {
        request = request.body(Body::text(body));
    }
    if value("--credentials") == Some("include") {
        request = request.credentials(CredentialsMode::Include);
    }
    let mut responses = responses(report);
    let profile = if value("--browser") == Some("webkit") { Profile::WEBKIT } else { Profile::STANDARD };
    let mut browser = Browser::new(profile);
    let mut step = browser.fetch(&page, &request, Duration::ZERO);
    loop {
        step = match step {
            Step::Done(exchange) => return *exchange,
            Step::Send(pending) => match responses.pop_front().flatten() {
                Some(response) => pending.respond(response),
                None => pending.fail("there is none"),
            },
        }
    }
}

/// Those of the request itself, without what was tried.
fn responses(report: &Value) -> VecDeque<Option<HttpResponse>> {
    let requests = report["requests"].as_array().unwrap().iter();
    let own = requests.filter(|request| request["purpose"] != "experiment");
    own.map(|request| {
        let response = request["response"].as_object()?;
        let status = u16::try_from(response["status"].as_u64().unwrap()).unwrap();
        let lines = response["headers"].as_array().unwrap().iter();
        let headers: Headers =
            lines.map(|line| (line[0].as_str().unwrap(), line[1].as_str().unwrap())).collect();
        Some(HttpResponse::new(status, headers))
    })
    .collect()
}
