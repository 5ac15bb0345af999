//! Both layers of the run time, each from a request to the response that leaves.

use cors_policy::{Action, Field, Operation, Policy, Value};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::message::{Headers, Request, Response, members};

/// The CORS response headers.
pub const CORS_HEADERS: [&str; 6] = [
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
];

/// What the application behind the policy answers, where it is called.
pub const APPLICATION_STATUS: u16 = 200;

/// What an inner layer may have left on a response: every CORS header, wrong, one of them twice, and `Vary`.
#[must_use]
pub fn leftovers() -> Headers {
    [
        ("access-control-allow-origin", "https://left.over.example"),
        ("access-control-allow-origin", "*"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "LEFTOVER"),
        ("access-control-allow-headers", "x-left-over"),
        ("access-control-expose-headers", "x-left-over"),
        ("access-control-max-age", "86399"),
        ("vary", "Accept-Encoding"),
        ("content-type", "text/plain"),
    ]
    .into_iter()
    .collect()
}

/// The response that the core makes of what stands in `headers`.
#[must_use]
pub fn through_bytes(policy: &Policy, request: &Request, mut headers: Headers) -> Response {
    let lines: Vec<(&[u8], &[u8])> =
        request.headers.iter().map(|(name, value)| (name.as_bytes(), value)).collect();
    let verdict = policy.decide(request.method.as_bytes(), &lines[..]);
    for operation in policy.operations(verdict) {
        perform(operation, request, &mut headers);
    }
    let status = match verdict.action() {
        Action::Continue => APPLICATION_STATUS,
        Action::Answer(status) => status,
    };
    Response { status, headers }
}

/// Whether the core hands the request to the application.
#[must_use]
pub fn continues(policy: &Policy, request: &Request) -> bool {
    let lines: Vec<(&[u8], &[u8])> =
        request.headers.iter().map(|(name, value)| (name.as_bytes(), value)).collect();
    policy.decide(request.method.as_bytes(), &lines[..]).action() == Action::Continue
}

fn perform(operation: Operation<'_>, request: &Request, headers: &mut Headers) {
    match operation {
        Operation::Set(header, value) => headers.set(header.name(), &written(value, request)),
        Operation::Strip(header) => headers.remove(header.name()),
        Operation::MergeVary(field) => merge_vary(field, headers),
    }
}

fn written(value: Value<'_>, request: &Request) -> Vec<u8> {
    match value {
        Value::Static(text) => text.as_bytes().to_vec(),
        Value::Echo(field) => request.headers.combined(field.name()).unwrap_or_default(),
    }
}

fn merge_vary(field: Field, headers: &mut Headers) {
    let there = |name: &Vec<u8>| name == b"*" || name.eq_ignore_ascii_case(field.name().as_bytes());
    if !members(headers, "vary").iter().any(there) {
        headers.append("vary", field.name().as_bytes());
    }
}

/// A request in the types of the crate `http`.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The header lines.
    pub headers: HeaderMap,
}

impl TryFrom<&Request> for HttpRequest {
    type Error = http::Error;

    fn try_from(request: &Request) -> Result<Self, http::Error> {
        let method = Method::from_bytes(request.method.as_bytes())?;
        Ok(HttpRequest { method, headers: to_map(&request.headers)? })
    }
}

/// The lines as a map of the crate `http`.
///
/// # Errors
///
/// What HTTP cannot carry.
pub fn to_map(headers: &Headers) -> Result<HeaderMap, http::Error> {
    let mut map = HeaderMap::new();
    for (name, value) in headers.iter() {
        map.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_bytes(value)?);
    }
    Ok(map)
}

/// The lines of a map of the crate `http`.
#[must_use]
pub fn from_map(map: &HeaderMap) -> Headers {
    map.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}
