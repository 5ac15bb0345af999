//! What a page meant to do, worked out from the request that came.

use cors_policy_browser::{CredentialsMode, Initiator, Origin, Page, Request, Url};

use crate::explain::Intent;
use crate::inspector::facts::Asked;
use crate::inspector::guard::{is_loopback, without_port};
use crate::inspector::question::Form;
use crate::inspector::report::mark;
use crate::policy::{Policy, Rule};

/// The intent behind a request. What the request does not say is assumed: a `fetch`, with credentials as far as the policy
/// has them for the page, and values of headers that need a preflight. `None` where no page sends such a request.
pub(super) fn intent(policy: &Policy, asked: &Asked) -> Option<Intent> {
    let origin = asked.origin.as_deref()?;
    let page = page(origin)?;
    let url = url(asked, origin)?;
    if asked.is_handshake {
        return Some(Intent::new(page, Request::by(Initiator::WebSocket, &url)));
    }
    let credentials = credentials(policy, asked, origin);
    let mut request = Request::fetch(&url).method(asked.intended_method()).credentials(credentials);
    for name in &asked.request_headers {
        request = request.header(name.as_str(), needing_preflight(name));
    }
    Some(Intent::new(page, request))
}

/// The same as a form to change, and to ask again.
pub(super) fn form(policy: &Policy, asked: &Asked) -> Option<Form> {
    let Intent { page, request, .. } = intent(policy, asked)?;
    let headers =
        request.headers.iter().map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value)));
    (!asked.is_handshake).then(|| Form {
        policy: mark(policy),
        origin: page.origin.to_string(),
        url: request.url.to_string(),
        headers: headers.collect(),
        credentials: request.credentials.name().to_owned(),
        method: request.method,
        reads: String::new(),
    })
}

/// A page of a serialised origin.
fn page(origin: &str) -> Option<Page> {
    match Origin::parse(origin) {
        Origin::Opaque if origin != "null" => None,
        parsed if parsed.to_string() != origin => None,
        parsed => Some(Page::of(parsed)),
    }
}

/// The URL that was asked for. The server does not see its scheme: it is the page's, or http on this machine, unless
/// the page would then be the server's own.
fn url(asked: &Asked, origin: &str) -> Option<Url> {
    let host = asked.host.as_deref()?;
    let is_tls = origin.starts_with("https:") && !without_port(host).is_some_and(is_loopback);
    let is_own = |scheme: &str| origin == format!("{scheme}://{host}");
    let is_tls = is_tls && !is_own("https") || !is_tls && is_own("http");
    let scheme = match (asked.is_handshake, is_tls) {
        (false, false) => "http",
        (false, true) => "https",
        (true, false) => "ws",
        (true, true) => "wss",
    };
    let path = Some(asked.path.as_str()).filter(|path| path.starts_with('/')).unwrap_or("/");
    Url::parse(&format!("{scheme}://{host}{path}")).ok()
}

fn credentials(policy: &Policy, asked: &Asked, origin: &str) -> CredentialsMode {
    let rule = policy.rule_for(origin.as_bytes()).and_then(|place| policy.rule(place.into()));
    let may_travel = match rule {
        Some(rule) => rule.credentials(),
        None => policy.rules().all(Rule::credentials),
    };
    if asked.has_cookies || may_travel { CredentialsMode::Include } else { CredentialsMode::SameOrigin }
}

/// A value with which a browser asks before it sends a header, whatever its name
/// ([Fetch, section 2.2.2](https://fetch.spec.whatwg.org/#cors-safelisted-request-header)).
fn needing_preflight(name: &str) -> &'static str {
    match name {
        "content-type" => "application/json",
        "authorization" => "Bearer …",
        "accept" | "accept-language" | "content-language" => "(…)",
        "range" => "bytes=0-1,2-3",
        _ => "…",
    }
}
