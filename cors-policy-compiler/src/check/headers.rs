//! Request headers and exposed response headers.

use std::collections::HashSet;

use cors_policy_program::is_token;

use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::{ExposeHeaders, RequestHeaders};
use crate::source::Text;
use crate::spec::Names;

/// Headers that scripts cannot set (Fetch, forbidden request-header), besides `proxy-…` and `sec-…`.
const FORBIDDEN: [&str; 22] = [
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "access-control-request-private-network",
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

/// Response headers of preflights only.
const PREFLIGHT_ONLY: [&str; 4] = [
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-private-network",
    "access-control-max-age",
];

/// The other CORS response headers.
const RESPONSE_ONLY: [&str; 3] =
    ["access-control-allow-credentials", "access-control-allow-origin", "access-control-expose-headers"];

/// Response headers that scripts can always read (Fetch, CORS-safelisted response-header name).
const ALWAYS_READABLE: [&str; 7] = [
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
];

pub(super) fn request_headers(written: &Names<Text>, report: &mut Report) -> RequestHeaders {
    let names = unique(written, Mistake::DuplicateRequestHeader, report, request_header);
    let authorization = names.iter().any(|name| name == "authorization");
    let Some(any) = written.any else { return RequestHeaders::Listed(names) };
    for Text { text, span } in
        written.names.iter().filter(|name| !name.text.eq_ignore_ascii_case("authorization"))
    {
        let message = format!("`any` already covers `{text}`");
        report.push(
            Diagnostic::new(Mistake::AnyRequestHeaderWithOthers, *span, message)
                .help("remove it; only `authorization` may stand beside `any`, which does not cover it")
                .related(any, "every header but `authorization` is allowed here"),
        );
    }
    RequestHeaders::Any { authorization }
}

pub(super) fn expose_headers(written: &Names<Text>, report: &mut Report) -> ExposeHeaders {
    let names = unique(written, Mistake::DuplicateExposedHeader, report, exposed_header);
    let Some(any) = written.any else { return ExposeHeaders::Listed(names) };
    if !written.names.is_empty() {
        report.push(
            Diagnostic::new(Mistake::AnyExposedWithOthers, any, "`any` already exposes every header")
                .help("remove the names, or remove `any`"),
        );
    }
    ExposeHeaders::Any
}

/// The names in lower case that pass `keep`, each once.
fn unique(
    written: &Names<Text>,
    duplicate: Mistake,
    report: &mut Report,
    keep: fn(&Text, &str, &mut Report) -> bool,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for name in &written.names {
        let lower = name.text.to_ascii_lowercase();
        if !seen.insert(lower.clone()) {
            let message = format!("`{lower}` is listed twice");
            report.push(Diagnostic::new(duplicate, name.span, message).help("remove one of them"));
        } else if keep(name, &lower, report) {
            names.push(lower);
        }
    }
    names
}

fn request_header(name: &Text, lower: &str, report: &mut Report) -> bool {
    if !is_name(name, Mistake::InvalidRequestHeader, "request_headers", report) {
        return false;
    }
    let found = if PREFLIGHT_ONLY.contains(&lower) || RESPONSE_ONLY.contains(&lower) {
        let help = "remove it; the server sends it by itself";
        (Mistake::ResponseHeaderAsRequestHeader, format!("`{lower}` is a response header"), help)
    } else if matches!(lower, "cookie" | "cookie2") {
        let help = "remove it; `credentials: true` is what makes cookies travel";
        (Mistake::ForbiddenRequestHeader, format!("scripts cannot set `{lower}`"), help)
    } else if FORBIDDEN.contains(&lower) || lower.starts_with("proxy-") || lower.starts_with("sec-") {
        (Mistake::ForbiddenRequestHeader, format!("scripts cannot set `{lower}`"), "remove it")
    } else {
        return true;
    };
    refuse(name, found, report)
}

fn exposed_header(name: &Text, lower: &str, report: &mut Report) -> bool {
    if !is_name(name, Mistake::InvalidExposedHeader, "expose_headers", report) {
        return false;
    }
    let found = match lower {
        "set-cookie" | "set-cookie2" => {
            let help = "remove it; put what scripts need into the body";
            (Mistake::UnreadableHeader, format!("scripts can never read `{lower}`"), help)
        }
        _ if lower == "origin" || lower.starts_with("access-control-request-") => {
            (Mistake::RequestHeaderExposed, format!("`{lower}` is a request header"), "remove it")
        }
        _ if PREFLIGHT_ONLY.contains(&lower) => {
            let message = format!("`{lower}` only occurs in preflight responses");
            (Mistake::PreflightHeaderExposed, message, "remove it")
        }
        _ if ALWAYS_READABLE.contains(&lower) => {
            (Mistake::SafelistedExposedHeader, format!("`{lower}` needs no entry"), "remove it")
        }
        _ => return true,
    };
    refuse(name, found, report)
}

/// Whether the text is the name of one header.
fn is_name(name: &Text, invalid: Mistake, field: &str, report: &mut Report) -> bool {
    let text = &name.text;
    if !is_token(text.as_bytes()) {
        return refuse(
            name,
            (invalid, format!("`{text}` is not the name of a header"), name_help(text)),
            report,
        );
    }
    if is_partial_wildcard(text) {
        let message = format!("`{text}` is a wildcard for a part of a name");
        let help = &format!("list each header, or write `{field}: any`");
        return refuse(name, (Mistake::PartialHeaderWildcard, message, help), report);
    }
    true
}

fn refuse(name: &Text, (mistake, message, help): (Mistake, String, &str), report: &mut Report) -> bool {
    report.push(Diagnostic::new(mistake, name.span, message).help(help));
    false
}

/// A name with a `*` in it. As one symbol among others it is what somebody means: a legal, if odd, name.
fn is_partial_wildcard(text: &str) -> bool {
    text.contains('*')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'_'))
}

fn name_help(text: &str) -> &'static str {
    if text.contains([',', ' ', ';', '|']) {
        "give each header a string of its own, without white space or punctuation"
    } else {
        "write the name of a header, such as `\"x-request-id\"`"
    }
}
