//! 4.5 HTTP-redirect fetch.

use url::Url;

use crate::headers::Headers;
use crate::origin::Origin;
use crate::reason::Reason;
use crate::request::{HttpResponse, Mode};
use crate::tainting::{Tainting, is_http};

/// How many redirects a request follows.
pub const LIMIT: usize = 20;

/// A [redirect status](https://fetch.spec.whatwg.org/#redirect-status).
#[must_use]
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// A request that meets a redirect.
#[derive(Clone, Copy, Debug)]
pub struct Redirected<'a> {
    /// The page's origin.
    pub page: &'a Origin,
    /// The URL that answered.
    pub from: &'a Url,
    /// The mode.
    pub mode: Mode,
    /// The tainting.
    pub tainting: Tainting,
    /// How many redirects there were before.
    pub count: usize,
    /// Whether the body is a stream.
    pub has_stream: bool,
}

/// The [location URL](https://fetch.spec.whatwg.org/#concept-response-location-url): `None` where there is no
/// `Location`, and the response is a response like any other.
///
/// # Errors
///
/// [`Reason::LocationInvalid`].
pub fn location(from: &Url, response: &HttpResponse) -> Result<Option<Url>, Reason> {
    let Some(location) = response.headers.get("location") else { return Ok(None) };
    let text = String::from_utf8_lossy(&location).into_owned();
    let Ok(mut url) = from.join(&text) else { return Err(Reason::LocationInvalid { location }) };
    if url.fragment().is_none() {
        url.set_fragment(from.fragment());
    }
    Ok(Some(url))
}

/// Whether a request may follow to a URL (steps 4 to 11).
///
/// # Errors
///
/// A network error, whose reason it is.
pub fn check(request: &Redirected<'_>, to: &Url, status: u16) -> Result<(), Reason> {
    if !is_http(to) {
        return Err(Reason::LocationScheme { scheme: to.scheme().to_owned() });
    }
    if request.count >= LIMIT {
        return Err(Reason::TooManyRedirects);
    }
    let has_credentials = !to.username().is_empty() || to.password().is_some();
    let is_foreign = !request.page.is_same_origin(&Origin::of(to));
    let is_cors = (request.mode == Mode::Cors && is_foreign) || request.tainting == Tainting::Cors;
    if has_credentials && is_cors {
        return Err(Reason::LocationCredentials { location: to.to_string() });
    }
    if request.has_stream && status != 303 {
        return Err(Reason::RedirectedStream { status });
    }
    Ok(())
}

/// Whether the request becomes a `GET` without a body (step 12).
#[must_use]
pub fn becomes_get(status: u16, method: &str) -> bool {
    match status {
        301 | 302 => method == "POST",
        303 => !matches!(method, "GET" | "HEAD"),
        _ => false,
    }
}

/// Deletes the [request-body-header names](https://fetch.spec.whatwg.org/#request-body-header-name), for a request that
/// becomes a `GET`.
pub fn delete_body_headers(headers: &mut Headers) {
    for name in ["Content-Encoding", "Content-Language", "Content-Location", "Content-Type"] {
        headers.remove(name);
    }
}

/// Deletes `Authorization` where the next URL is of another origin (step 13).
pub fn delete_authorization(headers: &mut Headers, from: &Url, to: &Url) {
    if !Origin::of(from).is_same_origin(&Origin::of(to)) {
        headers.remove("Authorization");
    }
}
