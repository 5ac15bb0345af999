//! 4.8 CORS-preflight fetch: when there is a preflight, what it says, and what is checked of the answer.

use crate::cors_check::cors_check;
use crate::headers::{BadToken, Headers};
use crate::method;
use crate::profile::{OddMaxAge, Profile};
use crate::reason::Reason;
use crate::request::{CredentialsMode, HttpResponse};
use crate::safelist::{Unsafe, is_non_wildcard, unsafe_headers};

/// What makes a request ask for a preflight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A method that is not safelisted.
    Method(String),
    /// A header that is not safelisted.
    Header {
        /// Its name in lower case.
        name: String,
        /// Why it is not.
        why: Unsafe,
    },
    /// Listeners to the upload.
    UploadListeners,
    /// A stream for a body.
    Stream,
    /// A preflight before the redirect: see [`Profile::redirect_repeats_preflight`].
    Redirected,
}

/// What a preflight asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The serialised origin.
    pub origin: Vec<u8>,
    /// The credentials mode of the request that it asks for. Its own is `same-origin`.
    pub credentials: CredentialsMode,
    /// The method of the request that it asks for.
    pub method: String,
    /// The CORS-unsafe request-header names: in lower case, sorted, each once.
    pub headers: Vec<String>,
    /// The use-CORS-preflight flag.
    pub forced: bool,
}

/// What a preflight allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The methods that the answer lists.
    pub methods: Vec<String>,
    /// The headers that the answer lists.
    pub headers: Vec<String>,
    /// For how many seconds it is kept; `None` is not at all.
    pub max_age: Option<u64>,
}

/// Every cause for a preflight that a request has, as long as no cache spares it (4.1 Main fetch, the step on the
/// unsafe-request flag).
#[must_use]
pub fn causes(method: &str, headers: &Headers, unsafe_request: bool, profile: &Profile) -> Vec<Cause> {
    if !unsafe_request {
        return Vec::new();
    }
    let unsafe_method = (!method::is_safelisted(method)).then(|| Cause::Method(method.to_owned()));
    let unsafe_headers = unsafe_headers(headers, profile).into_iter();
    unsafe_method.into_iter().chain(unsafe_headers.map(|(name, why)| Cause::Header { name, why })).collect()
}

/// The header lines that are a preflight's own, in order (steps 2 to 5). `Referer`, `Origin` and others follow.
#[must_use]
pub fn request_headers(asked: &Asked) -> Headers {
    let mut headers = Headers::new();
    headers.append("Accept", "*/*");
    headers.append("Access-Control-Request-Method", asked.method.as_bytes());
    if !asked.headers.is_empty() {
        headers.append("Access-Control-Request-Headers", asked.headers.join(","));
    }
    headers
}

/// Checks the answer to a preflight (from step 7 on).
///
/// # Errors
///
/// Every check that fails by itself, in the order of the standard: CORS check, status, lists, method, authorization,
/// headers. Where a list does not parse, what would be looked up in it is not checked.
pub fn check(asked: &Asked, response: &HttpResponse, profile: &Profile) -> Result<Grant, Vec<Reason>> {
    let include = asked.credentials == CredentialsMode::Include;
    let mut failing = Vec::new();
    // Step 7: a CORS check for the request to come, and an ok status.
    failing.extend(cors_check(&asked.origin, asked.credentials, &response.headers).err());
    if !(200..=299).contains(&response.status) {
        let place = if profile.preflight_status_first { 0 } else { failing.len() };
        failing.insert(place, Reason::StatusNotOk { status: response.status });
    }
    // Steps 7.1 to 7.3.
    let methods = response.headers.tokens("access-control-allow-methods");
    let names = response.headers.tokens("access-control-allow-headers");
    if let Err(BadToken(token)) = &methods {
        failing.push(Reason::MethodsUnparseable { token: token.clone() });
    }
    if let Err(BadToken(token)) = &names {
        failing.push(Reason::HeadersUnparseable { token: token.clone() });
    }
    // Step 7.4.
    let methods = methods.map(|listed| listed.or_else(|| asked.forced.then(|| vec![asked.method.clone()])));
    // Step 7.5.
    if let Ok(listed) = &methods {
        failing.extend(method_failure(asked, listed.as_deref(), include));
    }
    // Steps 7.6 and 7.7.
    if let Ok(listed) = &names {
        failing.extend(header_failures(asked, listed.as_deref(), include, profile));
    }
    match (methods, names) {
        (Ok(methods), Ok(headers)) if failing.is_empty() => Ok(Grant {
            methods: methods.unwrap_or_default(),
            headers: headers.unwrap_or_default(),
            max_age: max_age(&response.headers, profile),
        }),
        _ => Err(failing),
    }
}

fn has_wildcard(listed: &[String]) -> bool {
    listed.iter().any(|name| name == "*")
}

fn method_failure(asked: &Asked, listed: Option<&[String]>, include: bool) -> Option<Reason> {
    let names = listed.unwrap_or_default();
    let allowed = names.contains(&asked.method)
        || method::is_safelisted(&asked.method)
        || (!include && has_wildcard(names));
    let listed = listed.map(<[String]>::to_vec);
    (!allowed).then(|| Reason::MethodNotAllowed { method: asked.method.clone(), listed, include })
}

fn header_failures(
    asked: &Asked,
    listed: Option<&[String]>,
    include: bool,
    profile: &Profile,
) -> Vec<Reason> {
    let names = listed.unwrap_or_default();
    let wildcard = !include && has_wildcard(names);
    let is_allowed = |name: &String| {
        let covered = wildcard && (profile.wildcard_covers_authorization || !is_non_wildcard(name));
        covered || names.iter().any(|listed| listed.eq_ignore_ascii_case(name))
    };
    let (first, others): (Vec<&String>, Vec<&String>) =
        asked.headers.iter().filter(|name| !is_allowed(name)).partition(|name| is_non_wildcard(name));
    let listed = listed.map(<[String]>::to_vec);
    let authorization = first.into_iter().map(|_| Reason::AuthorizationNotListed { listed: listed.clone() });
    let others = others.into_iter().map(|name| Reason::HeaderNotAllowed {
        name: name.clone(),
        listed: listed.clone(),
        include,
    });
    authorization.chain(others).collect()
}

/// For how many seconds an answer is kept (steps 7.8 to 7.10): `Access-Control-Max-Age`, else 5, and no more than the
/// browser's cap.
#[must_use]
pub fn max_age(response: &Headers, profile: &Profile) -> Option<u64> {
    const DEFAULT: u64 = 5;
    let lines: Vec<&[u8]> = response.lines("access-control-max-age").collect();
    let seconds = match lines.as_slice() {
        [] => Some(DEFAULT),
        [line] => match seconds(crate::headers::trimmed(line)) {
            Some(seconds) => Some(seconds),
            None => odd_max_age(crate::headers::trimmed(line), profile).then_some(DEFAULT),
        },
        _ => (profile.unparsable_max_age == OddMaxAge::Default).then_some(DEFAULT),
    };
    seconds.map(|seconds| profile.max_age_cap.map_or(seconds, |cap| seconds.min(cap)))
}

/// Digits; more than fit are as good as for ever.
fn seconds(value: &[u8]) -> Option<u64> {
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let add =
        |sum: u64, byte: &u8| sum.saturating_mul(10).saturating_add(u64::from(byte.saturating_sub(b'0')));
    digits.then(|| value.iter().fold(0, add))
}

/// Whether a max-age that is no number counts as absent.
fn odd_max_age(value: &[u8], profile: &Profile) -> bool {
    let is_negative = value.strip_prefix(b"-").is_some_and(|digits| seconds(digits).is_some());
    let odd = if is_negative { profile.negative_max_age } else { profile.unparsable_max_age };
    odd == OddMaxAge::Default
}
