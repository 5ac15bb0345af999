//! 5.1 Headers class: what of the headers that script sets is left.

use crate::headers::{Headers, is_token, is_value, normalized};
use crate::initiator::Initiator;
use crate::method;
use crate::reason::Reason;
use crate::request::{Mode, Request};
use crate::safelist::is_no_cors_safelisted;

/// [Forbidden request-header](https://fetch.spec.whatwg.org/#forbidden-request-header): what only the browser sets.
#[must_use]
pub fn is_forbidden(name: &str, value: &[u8]) -> bool {
    const NAMES: [&str; 21] = [
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    ];
    let name = name.to_ascii_lowercase();
    if NAMES.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("sec-") {
        return true;
    }
    let overrides = ["x-http-method", "x-http-method-override", "x-method-override"];
    overrides.contains(&name.as_str()) && names_forbidden_method(value)
}

fn names_forbidden_method(value: &[u8]) -> bool {
    let mut methods = value.split(|byte| *byte == b',').map(normalized);
    methods.any(|name| std::str::from_utf8(name).is_ok_and(method::is_forbidden))
}

/// The headers of a request after the guard of its API, and the names of those that it dropped without a word.
///
/// # Errors
///
/// [`Reason::HeaderInvalid`]: the API throws.
pub fn guarded(request: &Request) -> Result<(Headers, Vec<String>), Reason> {
    let mut kept = Headers::new();
    let mut dropped = Vec::new();
    for (name, value) in request.headers.iter() {
        let value = normalized(value);
        if !is_token(name.as_bytes()) || !is_value(value) {
            return Err(Reason::HeaderInvalid { name: name.to_owned(), value: value.to_vec() });
        }
        if !request.initiator.takes_headers() {
            kept.append(name, value);
        } else if is_forbidden(name, value)
            || (request.mode == Mode::NoCors && !fits_no_cors(&kept, name, value))
        {
            dropped.push(name.to_ascii_lowercase());
        } else if request.initiator == Initiator::Xhr {
            kept.combine(name, value);
        } else {
            kept.append(name, value);
        }
    }
    Ok((kept, dropped))
}

/// The guard `request-no-cors` looks at all values of the name together.
fn fits_no_cors(kept: &Headers, name: &str, value: &[u8]) -> bool {
    let mut together = Headers::new();
    for line in kept.lines(name).chain([value]) {
        together.append(name, line);
    }
    together.get(name).is_some_and(|combined| is_no_cors_safelisted(name, &combined))
}
