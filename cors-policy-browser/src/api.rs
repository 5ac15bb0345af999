//! 5.4 Request class, and `XMLHttpRequest`, 3.5 Request: what an API makes of a request before anything is fetched.

use crate::guard::guarded;
use crate::initiator::Initiator;
use crate::method;
use crate::reason::Reason;
use crate::request::{Body, Mode, Request};

/// The request as it is fetched, and the names of the headers that the API dropped without a word.
///
/// # Errors
///
/// The API throws.
pub(crate) fn prepared(request: &Request) -> Result<(Request, Vec<String>), Reason> {
    let mut request = request.clone();
    let is_fetch = request.initiator == Initiator::Fetch;
    let has_user = !request.url.username().is_empty() || request.url.password().is_some();
    if is_fetch && has_user {
        return Err(Reason::UrlCredentials { url: request.url.to_string() });
    }
    request.method = sent_method(&request)?;
    if matches!(request.method.as_str(), "GET" | "HEAD") && request.body.is_some() {
        // `XMLHttpRequest` leaves the body out where `fetch()` throws.
        if is_fetch {
            return Err(Reason::BodyNotAllowed { method: request.method });
        }
        request.body = None;
    }
    let content_type = request.body.as_ref().and_then(Body::content_type).map(str::to_owned);
    if let Some(content_type) = content_type.filter(|_| !request.headers.has("content-type")) {
        request.headers.append("Content-Type", content_type);
    }
    let (headers, dropped) = guarded(&request)?;
    request.headers = headers;
    // 4 Fetching: a request without `Accept` gets that of its destination. It counts among the safelisted headers.
    if !request.headers.has("accept") {
        request.headers.append("Accept", request.initiator.accept());
    }
    Ok((request, dropped))
}

fn sent_method(request: &Request) -> Result<String, Reason> {
    if !matches!(request.initiator, Initiator::Fetch | Initiator::Xhr) {
        return Ok(method::normalize(&request.method));
    }
    let method = method::from_script(&request.method)?;
    if request.mode == Mode::NoCors && !method::is_safelisted(&method) {
        return Err(Reason::MethodNotNoCors { method });
    }
    Ok(method)
}
