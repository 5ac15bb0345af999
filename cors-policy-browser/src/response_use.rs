//! What elements and APIs take of a response that they have, and `Cross-Origin-Resource-Policy`.

use crate::initiator::Initiator;
use crate::mime;
use crate::origin::Origin;
use crate::page::Page;
use crate::reason::Reason;
use crate::request::{HttpResponse, Mode};
use crate::tainting::Tainting;

/// Whether the initiator takes the final response.
///
/// # Errors
///
/// [`Reason::StatusNotTaken`] or [`Reason::TypeNotTaken`].
pub fn check(initiator: Initiator, response: &HttpResponse) -> Result<(), Reason> {
    let status = response.status;
    let taken = match initiator {
        Initiator::EventSource => status == 200,
        Initiator::WebSocket => status == 101,
        Initiator::Script
        | Initiator::ModuleScript
        | Initiator::Stylesheet
        | Initiator::Font
        | Initiator::Manifest
        | Initiator::Worker
        | Initiator::WebTransport
        | Initiator::ImportScripts => (200..=299).contains(&status),
        _ => true,
    };
    if !taken {
        return Err(Reason::StatusNotTaken { status });
    }
    let got = response.headers.get("content-type");
    let essence = got.as_deref().and_then(mime::essence).unwrap_or_default();
    match expected_type(initiator, response) {
        Some(Expected::EventStream) if essence != "text/event-stream" => {
            Err(Reason::TypeNotTaken { expected: "text/event-stream", got })
        }
        Some(Expected::JavaScript) if !mime::is_javascript(&essence) => {
            Err(Reason::TypeNotTaken { expected: "text/javascript", got })
        }
        Some(Expected::Style) if essence != "text/css" => {
            Err(Reason::TypeNotTaken { expected: "text/css", got })
        }
        _ => Ok(()),
    }
}

enum Expected {
    EventStream,
    JavaScript,
    Style,
}

/// Classic scripts and style sheets look at the type only beside `nosniff` (2.10 Should response to request be blocked
/// due to its MIME type; 3.6 `X-Content-Type-Options` header).
fn expected_type(initiator: Initiator, response: &HttpResponse) -> Option<Expected> {
    match initiator {
        Initiator::EventSource => Some(Expected::EventStream),
        Initiator::ModuleScript | Initiator::Worker | Initiator::ImportScripts => Some(Expected::JavaScript),
        Initiator::Script if has_nosniff(response) => Some(Expected::JavaScript),
        Initiator::Stylesheet if has_nosniff(response) => Some(Expected::Style),
        _ => None,
    }
}

fn has_nosniff(response: &HttpResponse) -> bool {
    let Some(value) = response.headers.get("x-content-type-options") else { return false };
    let first = value.split(|byte| *byte == b',').next().map(crate::headers::trimmed);
    first.is_some_and(|first| first.eq_ignore_ascii_case(b"nosniff"))
}

/// The [cross-origin resource policy check](https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check): only of
/// responses to requests without CORS.
///
/// # Errors
///
/// [`Reason::ResourcePolicy`].
pub fn resource_policy(
    page: &Page,
    url: &Origin,
    mode: Mode,
    tainting: Tainting,
    response: &HttpResponse,
) -> Result<(), Reason> {
    if tainting != Tainting::Opaque || mode != Mode::NoCors {
        return Ok(());
    }
    // Two lines, or a list, are none of the three values, and count as none.
    let Some(policy) = response.headers.get("cross-origin-resource-policy") else { return Ok(()) };
    let passes = match policy.as_slice() {
        b"same-origin" => page.origin.is_same_origin(url),
        b"same-site" => page.is_same_site(url) || is_same_site_over_tls(page, url),
        _ => true,
    };
    if passes { Ok(()) } else { Err(Reason::ResourcePolicy { policy }) }
}

/// `same-site` only asks that a page without TLS gets nothing that came over TLS.
fn is_same_site_over_tls(page: &Page, url: &Origin) -> bool {
    let mut as_if = page.clone();
    if let (Origin::Tuple { scheme, .. }, Some("http")) = (&mut as_if.origin, url.scheme()) {
        "http".clone_into(scheme);
        return as_if.is_same_site(url);
    }
    false
}
