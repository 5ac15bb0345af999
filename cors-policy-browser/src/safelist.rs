//! 2.2.2 Headers: which request headers a page may send without asking.

use std::collections::BTreeSet;

use crate::headers::Headers;
use crate::mime;
use crate::profile::Profile;

/// The longest value of a safelisted header.
const LONGEST_VALUE: usize = 128;
/// What the values of all safelisted headers may have together.
const LONGEST_TOTAL: usize = 1024;

/// Why a header is not CORS-safelisted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsafe {
    /// No header of this name is.
    Name,
    /// The value is longer than 128 bytes.
    TooLong {
        /// Its length.
        length: usize,
    },
    /// The value has a byte that it must not have.
    Byte {
        /// The first such byte.
        byte: u8,
    },
    /// `Content-Type` is none of the three that forms can send.
    ContentType {
        /// What it is, where it parses as a MIME type.
        essence: Option<String>,
    },
    /// `Range` is not `bytes=first-` or `bytes=first-last`.
    Range,
    /// A client hint of old whose value is not of its form. Only Chromium safelists these.
    ClientHint,
    /// The header is safelisted, but all safelisted headers together have more than 1024 bytes.
    Total {
        /// How many they have.
        length: usize,
    },
}

/// [CORS-safelisted request-header](https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
///
/// # Errors
///
/// Why it is none. Never [`Unsafe::Total`], which takes a list.
pub fn check(name: &str, value: &[u8], profile: &Profile) -> Result<(), Unsafe> {
    // Step 1.
    if value.len() > LONGEST_VALUE {
        return Err(Unsafe::TooLong { length: value.len() });
    }
    // Step 2: byte-lowercase name and switch on it.
    match name.to_ascii_lowercase().as_str() {
        "accept" => no_byte(value, is_unsafe_byte),
        "accept-language" | "content-language" => no_byte(value, |byte| !is_language_byte(byte)),
        "content-type" => content_type(value),
        "range" => is_simple_range(value).then_some(()).ok_or(Unsafe::Range),
        hint if profile.safelists_client_hints => client_hint(hint, value),
        _ => Err(Unsafe::Name),
    }
}

/// Whether a header is a CORS-safelisted request-header by the standard.
#[must_use]
pub fn is_safelisted(name: &str, value: &[u8]) -> bool {
    check(name, value, &Profile::STANDARD).is_ok()
}

/// [CORS-unsafe request-header byte](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte).
#[must_use]
pub fn is_unsafe_byte(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t') || byte == 0x7f || b"\"():<>?@[\\]{}".contains(&byte)
}

fn is_language_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" *,-.;=".contains(&byte)
}

fn no_byte(value: &[u8], refused: impl Fn(u8) -> bool) -> Result<(), Unsafe> {
    match value.iter().copied().find(|byte| refused(*byte)) {
        Some(byte) => Err(Unsafe::Byte { byte }),
        None => Ok(()),
    }
}

fn content_type(value: &[u8]) -> Result<(), Unsafe> {
    no_byte(value, is_unsafe_byte)?;
    let essence = mime::essence(value);
    match essence.as_deref() {
        Some("application/x-www-form-urlencoded" | "multipart/form-data" | "text/plain") => Ok(()),
        _ => Err(Unsafe::ContentType { essence }),
    }
}

/// [Parse a single range header value](https://fetch.spec.whatwg.org/#simple-range-header-value) without white space;
/// the start must be there.
fn is_simple_range(value: &[u8]) -> bool {
    let Some(range) = value.strip_prefix(b"bytes=") else { return false };
    let Some(dash) = range.iter().position(|byte| *byte == b'-') else { return false };
    let (Some(first), Some(last)) = (range.get(..dash), dash.checked_add(1).and_then(|at| range.get(at..)))
    else {
        return false;
    };
    let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    !first.is_empty() && digits(first) && digits(last) && (last.is_empty() || number(first) <= number(last))
}

/// Digits so that they compare as numbers, however many there are.
fn number(mut digits: &[u8]) -> (usize, &[u8]) {
    while let [b'0', rest @ ..] = digits {
        digits = rest;
    }
    (digits.len(), digits)
}

/// Chromium's `IsCorsSafelistedHeader` keeps the client hints of 2015, with values of their form.
fn client_hint(name: &str, value: &[u8]) -> Result<(), Unsafe> {
    let is_number =
        || std::str::from_utf8(value).is_ok_and(|text| text.parse::<f64>().is_ok_and(f64::is_finite));
    match name {
        "save-data" => value.eq_ignore_ascii_case(b"on").then_some(()).ok_or(Unsafe::ClientHint),
        "device-memory" | "dpr" | "viewport-width" | "width" => {
            is_number().then_some(()).ok_or(Unsafe::ClientHint)
        }
        _ => Err(Unsafe::Name),
    }
}

/// The headers of a list that need a preflight, and why: the name in lower case, once for each line.
#[must_use]
pub fn unsafe_headers(headers: &Headers, profile: &Profile) -> Vec<(String, Unsafe)> {
    let mut found = Vec::new();
    let mut safe = Vec::new();
    let mut length = 0_usize;
    // Steps 1 to 4: each line by itself, also where a name stands twice.
    for (name, value) in headers.iter() {
        if let Err(why) = check(name, value, profile) {
            found.push((name.to_ascii_lowercase(), why));
        } else {
            safe.push(name.to_ascii_lowercase());
            length = length.saturating_add(value.len());
        }
    }
    // Step 5: too much that is safe is not safe.
    if length > LONGEST_TOTAL {
        found.extend(safe.into_iter().map(|name| (name, Unsafe::Total { length })));
    }
    found
}

/// [CORS-unsafe request-header names](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names): in lower case,
/// sorted by their bytes, each once.
#[must_use]
pub fn unsafe_names(headers: &Headers, profile: &Profile) -> Vec<String> {
    let names: BTreeSet<String> =
        unsafe_headers(headers, profile).into_iter().map(|(name, _)| name).collect();
    names.into_iter().collect()
}

/// [CORS non-wildcard request-header name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name).
#[must_use]
pub fn is_non_wildcard(name: &str) -> bool {
    name.eq_ignore_ascii_case("authorization")
}

/// [No-CORS-safelisted request-header](https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header).
#[must_use]
pub fn is_no_cors_safelisted(name: &str, value: &[u8]) -> bool {
    let names = ["accept", "accept-language", "content-language", "content-type"];
    names.iter().any(|safe| safe.eq_ignore_ascii_case(name)) && is_safelisted(name, value)
}
