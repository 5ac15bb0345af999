//! What a browser makes of a response: the model of a browser in `cors-policy-browser`, for a request as it arrives at
//! the server.
//!
//! The model knows nothing of policies and uses no code of cors-policy. `tests/judge_cases.rs` judges the judge.

use cors_policy_browser as browser;
use cors_policy_browser::preflight::{self, Asked};
use cors_policy_browser::{CredentialsMode, HttpResponse, Profile};
use serde::Deserialize;

use crate::message::{Headers, Request, Response, members};

/// The credentials mode of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// Cookies and the like travel.
    Include,
    /// They do not.
    Omit,
}

/// What a browser makes of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The request is none that CORS is about: it has no `Origin`, or goes to the page's own origin.
    NotCors,
    /// The page may read the response.
    ActualAllowed,
    /// The page gets a network error.
    ActualDenied,
    /// The request that the preflight asks for may be sent.
    PreflightOk,
    /// It is not sent.
    PreflightRejected,
}

/// What a browser makes of the response to a request.
///
/// The page's origin is what `Origin` says. Of a preflight, method and headers of the request that it asks for
/// are what it says, too.
#[must_use]
pub fn judge(request: &Request, credentials: Credentials, response: &Response) -> Kind {
    let Some(origin) = request.headers.combined("origin") else { return Kind::NotCors };
    let answer = HttpResponse::from(response);
    if is_preflight(request) {
        let asked = asked(request, origin, credentials);
        let passes = preflight::check(&asked, &answer, &Profile::STANDARD).is_ok();
        return if passes { Kind::PreflightOk } else { Kind::PreflightRejected };
    }
    if request.headers.combined("sec-fetch-site").as_deref() == Some(b"same-origin") {
        return Kind::NotCors;
    }
    let passes = browser::cors_check::cors_check(&origin, credentials.into(), &answer.headers).is_ok();
    if passes { Kind::ActualAllowed } else { Kind::ActualDenied }
}

/// What a preflight says that the request to come is. Bytes that are no text are in no list either way.
fn asked(request: &Request, origin: Vec<u8>, credentials: Credentials) -> Asked {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let method = request.headers.combined("access-control-request-method").unwrap_or_default();
    let headers = members(&request.headers, "access-control-request-headers");
    Asked {
        origin,
        credentials: credentials.into(),
        method: text(&method),
        headers: headers.iter().map(|name| text(name)).collect(),
        forced: false,
    }
}

/// A CORS-preflight request (Fetch, 3.3.2 HTTP requests).
#[must_use]
pub fn is_preflight(request: &Request) -> bool {
    request.method == "OPTIONS"
        && request.headers.has("origin")
        && request.headers.has("access-control-request-method")
}

/// For how many seconds a preflight may be cached, before a browser caps it.
#[must_use]
pub fn max_age(response: &Headers) -> u64 {
    preflight::max_age(&response.into(), &Profile::STANDARD).unwrap_or(0)
}

/// Whether a page can read a header of the response.
#[must_use]
pub fn readable(response: &Headers, credentials: Credentials, name: &str) -> bool {
    browser::filter::Exposed::new(&response.into(), credentials.into()).has(name)
}

impl From<Credentials> for CredentialsMode {
    fn from(credentials: Credentials) -> Self {
        match credentials {
            Credentials::Include => CredentialsMode::Include,
            Credentials::Omit => CredentialsMode::Omit,
        }
    }
}

impl From<&Headers> for browser::Headers {
    fn from(headers: &Headers) -> Self {
        headers.iter().collect()
    }
}

impl From<&Response> for HttpResponse {
    fn from(response: &Response) -> Self {
        HttpResponse::new(response.status, (&response.headers).into())
    }
}

impl From<&browser::HttpRequest> for Request {
    fn from(request: &browser::HttpRequest) -> Self {
        Request { method: request.method.clone(), headers: request.headers.iter().collect() }
    }
}
