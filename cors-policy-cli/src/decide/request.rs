//! A request in a line.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;

/// A request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
}

/// The most header lines: a map of more refuses to grow.
const MOST_HEADERS: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    method: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
}

/// The request in a line, or what is wrong with it.
pub(super) fn read(line: &[u8]) -> Result<Request, String> {
    let Written { method, headers } =
        serde_json::from_slice(line).map_err(|error| format!("this is no request: {error}"))?;
    let method =
        Method::from_bytes(method.as_bytes()).map_err(|_| format!("`{}` is no method", shown(&method)))?;
    if headers.len() > MOST_HEADERS {
        return Err(format!("there are {} headers, and at most {MOST_HEADERS} are read", headers.len()));
    }
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let key = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("`{}` is no name of a header", shown(&name)))?;
        let value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| format!("`{}` is no value of a header", shown(&value)))?;
        map.append(key, value);
    }
    Ok(Request { method, headers: map })
}

/// The beginning, with what is not printable escaped.
fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        shown.push('…');
    }
    shown
}
