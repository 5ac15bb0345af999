//! What a browser makes of a response, by the Fetch standard: the client half of CORS, slow and obvious.
//!
//! It knows nothing of policies and uses no code of cors-policy. Sections are those of
//! <https://fetch.spec.whatwg.org/>. `tests/judge_cases.rs` judges the judge.

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
    if is_preflight(request) {
        let method = request.headers.combined("access-control-request-method").unwrap_or_default();
        let headers = members(&request.headers, "access-control-request-headers");
        let passes = preflight_check(&origin, credentials, &method, &headers, response);
        return if passes { Kind::PreflightOk } else { Kind::PreflightRejected };
    }
    if request.headers.combined("sec-fetch-site").as_deref() == Some(b"same-origin") {
        return Kind::NotCors;
    }
    let passes = cors_check(&origin, credentials, &response.headers);
    if passes { Kind::ActualAllowed } else { Kind::ActualDenied }
}

/// Section 3.2.2: a CORS-preflight request.
#[must_use]
pub fn is_preflight(request: &Request) -> bool {
    request.method == "OPTIONS"
        && request.headers.has("origin")
        && request.headers.has("access-control-request-method")
}

/// Section 4.9, *CORS check*.
#[must_use]
pub fn cors_check(origin: &[u8], credentials: Credentials, response: &Headers) -> bool {
    let Some(allowed) = response.combined("access-control-allow-origin") else { return false };
    if credentials == Credentials::Omit && allowed == b"*" {
        return true;
    }
    if allowed != origin {
        return false;
    }
    if credentials == Credentials::Omit {
        return true;
    }
    response.combined("access-control-allow-credentials").as_deref() == Some(b"true")
}

/// Section 4.8, *CORS-preflight fetch*, from step 7 on. `headers` are the CORS-unsafe request-header names, and
/// `authorization` where the request has it.
#[must_use]
pub fn preflight_check(
    origin: &[u8],
    credentials: Credentials,
    method: &[u8],
    headers: &[Vec<u8>],
    response: &Response,
) -> bool {
    if !cors_check(origin, credentials, &response.headers) || !(200..=299).contains(&response.status) {
        return false;
    }
    let Some(methods) = header_list(&response.headers, "access-control-allow-methods") else { return false };
    let Some(names) = header_list(&response.headers, "access-control-allow-headers") else { return false };
    let wildcard =
        |list: &[Vec<u8>]| credentials == Credentials::Omit && list.iter().any(|name| name == b"*");
    let method_allowed =
        methods.iter().any(|name| name == method) || is_safelisted_method(method) || wildcard(&methods);
    method_allowed
        && headers.iter().all(|header| {
            let listed = names.iter().any(|name| name.eq_ignore_ascii_case(header));
            listed || (wildcard(&names) && !header.eq_ignore_ascii_case(b"authorization"))
        })
}

/// Section 2.2.1, *CORS-safelisted method*.
fn is_safelisted_method(method: &[u8]) -> bool {
    matches!(method, b"GET" | b"HEAD" | b"POST")
}

/// For how many seconds a preflight may be cached, before a browser caps it (section 4.8, step 7.7).
#[must_use]
pub fn max_age(response: &Headers) -> u64 {
    let lines: Vec<&[u8]> = response.lines("access-control-max-age").collect();
    let [line] = lines.as_slice() else { return 5 };
    let digits = std::str::from_utf8(line).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|text| text.parse().ok()).unwrap_or(5)
}

/// Whether a page can read a header of the response (section 2.2.6, *CORS filtered response*).
#[must_use]
pub fn readable(response: &Headers, credentials: Credentials, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if matches!(name.as_str(), "set-cookie" | "set-cookie2") {
        return false;
    }
    let exposed = header_list(response, "access-control-expose-headers").unwrap_or_default();
    let wildcard = credentials == Credentials::Omit && exposed.iter().any(|exposed| exposed == b"*");
    is_safelisted_response_header(&name)
        || wildcard
        || exposed.iter().any(|exposed| exposed.eq_ignore_ascii_case(name.as_bytes()))
}

/// Section 2.2.2, *CORS-safelisted response-header name*, the fixed ones.
fn is_safelisted_response_header(name: &str) -> bool {
    matches!(
        name,
        "cache-control"
            | "content-language"
            | "content-length"
            | "content-type"
            | "expires"
            | "last-modified"
            | "pragma"
    )
}

/// Section 2.2.2, *extract header list values* of a list of tokens: empty where the field is absent, `None` for
/// failure.
fn header_list(headers: &Headers, name: &str) -> Option<Vec<Vec<u8>>> {
    let members = members(headers, name);
    members.iter().all(|member| is_token(member)).then_some(members)
}

/// RFC 9110, section 5.6.2.
fn is_token(bytes: &[u8]) -> bool {
    let is_tchar = |byte: &u8| match byte {
        b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|'
        | b'~' => true,
        other => other.is_ascii_alphanumeric(),
    };
    !bytes.is_empty() && bytes.iter().all(is_tchar)
}
