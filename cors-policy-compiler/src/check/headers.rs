//! Request headers and exposed response headers.

use std::collections::HashMap;

use cors_policy_program::is_token;

use super::above::{AUTHORIZATION, List};
use super::duplicates::listed_twice;
use crate::ceiling;
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::{ExposeHeaders, RequestHeaders};
use crate::parse::listed;
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

pub(super) fn request_headers(
    written: &Names<Text>,
    most: Option<&ceiling::Names>,
    report: &mut Report,
) -> RequestHeaders {
    let list = List { one: "request header", most };
    let names = unique(written, list, Mistake::DuplicateRequestHeader, report, request_header);
    let authorization = names.iter().any(|name| name == AUTHORIZATION);
    let Some(any) = &written.any else { return RequestHeaders::Listed(names) };
    list.check_any(any, report);
    for Text { text, span } in
        written.names.iter().filter(|name| !name.text.eq_ignore_ascii_case(AUTHORIZATION))
    {
        let message = format!("`{}` already covers `{text}`", any.text);
        let help = format!("remove it; beside `{}`, only `authorization` has to be named", any.text);
        report.push(
            Diagnostic::new(Mistake::AnyRequestHeaderWithOthers, *span, message)
                .remove(help)
                .related(any.span, "every header but `authorization` is allowed here"),
        );
    }
    RequestHeaders::Any { authorization }
}

pub(super) fn expose_headers(
    written: &Names<Text>,
    most: Option<&ceiling::Names>,
    report: &mut Report,
) -> ExposeHeaders {
    let list = List { one: "exposed header", most };
    let names = unique(written, list, Mistake::DuplicateExposedHeader, report, exposed_header);
    let Some(any) = &written.any else { return ExposeHeaders::Listed(names) };
    list.check_any(any, report);
    let Text { text: any, span } = any;
    if !written.names.is_empty() {
        let message = format!("`{any}` already exposes every header");
        report.push(
            Diagnostic::new(Mistake::AnyExposedWithOthers, *span, message)
                .remove(format!("remove `{any}`, or remove the names")),
        );
    }
    ExposeHeaders::Any
}

/// The names in lower case that pass `keep` and may stand in the list, each once.
fn unique(
    written: &Names<Text>,
    list: List<'_>,
    duplicate: Mistake,
    report: &mut Report,
    keep: fn(&Text, &str, &mut Report) -> bool,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut seen = HashMap::new();
    for name in &written.names {
        let lower = name.text.to_ascii_lowercase();
        let first = *seen.entry(lower.clone()).or_insert(name.span);
        if first != name.span {
            report.push(listed_twice(duplicate, name, first));
        } else if keep(name, &lower, report) && list.has(&lower, name, report) {
            names.push(lower);
        }
    }
    names
}

fn request_header(name: &Text, lower: &str, report: &mut Report) -> bool {
    if !is_name(name, Mistake::InvalidRequestHeader, report) {
        return false;
    }
    let found = if PREFLIGHT_ONLY.contains(&lower) || RESPONSE_ONLY.contains(&lower) {
        let help = "remove it; the server sends it by itself";
        (Mistake::ResponseHeaderAsRequestHeader, format!("`{lower}` is a response header"), help)
    } else if matches!(lower, "cookie" | "cookie2") {
        let message = format!("scripts cannot set `{lower}`");
        let diagnostic = Diagnostic::new(Mistake::ForbiddenRequestHeader, name.span, message)
            .remove(format!("remove `{lower}`; `credentials` is what lets cookies travel"))
            .note(format!("browsers add cookies themselves, and drop a `{lower}` header that a script sets"));
        report.push(diagnostic);
        return false;
    } else if FORBIDDEN.contains(&lower) || lower.starts_with("proxy-") || lower.starts_with("sec-") {
        (Mistake::ForbiddenRequestHeader, format!("scripts cannot set `{lower}`"), "remove it")
    } else {
        return true;
    };
    refuse(name, found, report)
}

fn exposed_header(name: &Text, lower: &str, report: &mut Report) -> bool {
    if !is_name(name, Mistake::InvalidExposedHeader, report) {
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
fn is_name(name: &Text, invalid: Mistake, report: &mut Report) -> bool {
    let Text { text, span } = name;
    if !is_token(text.as_bytes()) {
        let message = format!("`{text}` is not the name of a header");
        report.push(separated(Diagnostic::new(invalid, *span, message), text, "\"x-request-id\"", |word| {
            word.contains('-')
        }));
        return false;
    }
    if is_partial_wildcard(text) {
        let message = format!("`*` cannot stand for a part of a header's name: `{text}`");
        let any = report.spelling().either("request_headers: any", "\"request_headers\": \"*\"");
        let help = match invalid {
            Mistake::InvalidRequestHeader => format!("list each header, or write `{any}`"),
            // With credentials there is no `any` for exposed headers.
            _ => "list each header".to_owned(),
        };
        report.push(Diagnostic::new(Mistake::PartialHeaderWildcard, *span, message).help(help));
        return false;
    }
    true
}

/// Says what to write instead of a text that is no name: the names in it, or one name with hyphens where the text
/// has spaces and none of its words `is_name`.
pub(super) fn separated(
    diagnostic: Diagnostic,
    text: &str,
    example: &str,
    is_name: fn(&str) -> bool,
) -> Diagnostic {
    // `X-Token: secret` is a line of a request.
    let text = match text.split_once(':') {
        Some((name, value)) if !value.trim().is_empty() => name,
        _ => text,
    };
    let is_mark = |c: char| matches!(c, ',' | ';' | ':' | '|' | '"' | '\'');
    let words = text.split(|c: char| is_mark(c) || c.is_whitespace()).filter(|word| !word.is_empty());
    let mut names: Vec<String> = words.map(str::to_owned).collect();
    if names.is_empty() || !names.iter().all(|name| is_token(name.as_bytes())) {
        return diagnostic.help(format!("write a name such as `{example}`"));
    }
    if !text.contains(is_mark) && !names.iter().any(|name| is_name(name)) {
        names = vec![names.join("-")];
    }
    let each = if names.len() > 1 { ", each as an entry of its own" } else { "" };
    let help = format!("write {}{each}", listed(names.iter().map(String::as_str)));
    let diagnostic = diagnostic.help(help).replacement(Some(names));
    if text.contains(',') {
        diagnostic.note("one entry is one name: a list inside a string would be sent without being checked")
    } else {
        diagnostic
    }
}

fn refuse(name: &Text, (mistake, message, help): (Mistake, String, &str), report: &mut Report) -> bool {
    report.push(Diagnostic::new(mistake, name.span, message).remove(help));
    false
}

/// A name with a `*` in it. As one symbol among others it is what somebody means: a legal, if odd, name.
fn is_partial_wildcard(text: &str) -> bool {
    text.contains('*')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'_'))
}
