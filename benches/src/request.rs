//! Requests as browsers send them.

use http::header::InvalidHeaderValue;
use http::{HeaderMap, HeaderName, HeaderValue};

/// The headers of a request from a page: ten, and those given.
///
/// # Errors
///
/// If a value is none.
pub fn request(origin: &str, more: &[(&'static str, &str)]) -> Result<HeaderMap, InvalidHeaderValue> {
    let mut headers = HeaderMap::new();
    let usual = [
        ("host", "api.example.com"),
        ("connection", "keep-alive"),
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0",
        ),
        ("accept", "*/*"),
        ("origin", origin),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-dest", "empty"),
        ("referer", "https://app.example.com/"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
    ];
    for (name, value) in usual.iter().chain(more) {
        let value = HeaderValue::from_str(value)?;
        // A server hands over shared values; the first clone makes this one so.
        drop(value.clone());
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(headers)
}

/// The headers of a preflight.
///
/// # Errors
///
/// If a value is none.
pub fn preflight(origin: &str) -> Result<HeaderMap, InvalidHeaderValue> {
    let asked = [
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "content-type,x-csrf-token"),
    ];
    request(origin, &asked)
}
