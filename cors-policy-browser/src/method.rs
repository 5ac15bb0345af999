//! 2.2.1 Methods.

use crate::headers::is_token;
use crate::reason::Reason;

/// [CORS-safelisted method](https://fetch.spec.whatwg.org/#cors-safelisted-method): byte for byte, so after
/// [`normalize`].
#[must_use]
pub fn is_safelisted(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "POST")
}

/// [Forbidden method](https://fetch.spec.whatwg.org/#forbidden-method), without case.
#[must_use]
pub fn is_forbidden(method: &str) -> bool {
    ["CONNECT", "TRACE", "TRACK"].iter().any(|forbidden| method.eq_ignore_ascii_case(forbidden))
}

/// [Normalize](https://fetch.spec.whatwg.org/#concept-method-normalize): six names become upper case, every other keeps
/// its bytes. `patch` stays `patch`.
#[must_use]
pub fn normalize(method: &str) -> String {
    let known = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    let known = known.into_iter().find(|known| known.eq_ignore_ascii_case(method));
    known.unwrap_or(method).to_owned()
}

/// The method that an API sends when script gives it this one.
///
/// # Errors
///
/// [`Reason::MethodNotToken`] and [`Reason::MethodForbidden`]: the API throws.
pub fn from_script(method: &str) -> Result<String, Reason> {
    if !is_token(method.as_bytes()) {
        return Err(Reason::MethodNotToken { method: method.to_owned() });
    }
    if is_forbidden(method) {
        return Err(Reason::MethodForbidden { method: method.to_owned() });
    }
    Ok(normalize(method))
}
