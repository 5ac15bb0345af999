//! Referrer Policy: what `Referer` says, and where it makes `Origin` say `null` (Fetch, 3.2 `Origin` header).

use url::Url;

use crate::headers::Headers;
use crate::origin::Origin;
use crate::page::{Page, is_trustworthy};

/// A [referrer policy](https://w3c.github.io/webappsec-referrer-policy/#referrer-policies).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReferrerPolicy {
    /// `no-referrer`.
    NoReferrer,
    /// `no-referrer-when-downgrade`.
    NoReferrerWhenDowngrade,
    /// `same-origin`.
    SameOrigin,
    /// `origin`.
    Origin,
    /// `strict-origin`.
    StrictOrigin,
    /// `origin-when-cross-origin`.
    OriginWhenCrossOrigin,
    /// `strict-origin-when-cross-origin`.
    #[default]
    StrictOriginWhenCrossOrigin,
    /// `unsafe-url`.
    UnsafeUrl,
}

impl ReferrerPolicy {
    /// The policy of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "no-referrer" => ReferrerPolicy::NoReferrer,
            "no-referrer-when-downgrade" => ReferrerPolicy::NoReferrerWhenDowngrade,
            "same-origin" => ReferrerPolicy::SameOrigin,
            "origin" => ReferrerPolicy::Origin,
            "strict-origin" => ReferrerPolicy::StrictOrigin,
            "origin-when-cross-origin" => ReferrerPolicy::OriginWhenCrossOrigin,
            "strict-origin-when-cross-origin" => ReferrerPolicy::StrictOriginWhenCrossOrigin,
            "unsafe-url" => ReferrerPolicy::UnsafeUrl,
            _ => return None,
        })
    }

    /// [Parse a referrer policy from a header](https://w3c.github.io/webappsec-referrer-policy/#parse-referrer-policy-from-header):
    /// the last token that is known.
    #[must_use]
    pub fn of_response(headers: &Headers) -> Option<Self> {
        let tokens = headers.tokens("referrer-policy").ok()??;
        tokens.iter().rev().find_map(|token| ReferrerPolicy::named(token))
    }
}

/// [Determine request's referrer](https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer): the value
/// of `Referer`, where there is one.
#[must_use]
pub fn referer(page: &Page, policy: ReferrerPolicy, to: &Url) -> Option<String> {
    let from = page.url.as_ref().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let mut stripped = from.clone();
    stripped.set_fragment(None);
    let _ = stripped.set_username("");
    let _ = stripped.set_password(None);
    let origin = format!("{}/", Origin::of(from));
    // A referrer of more than 4096 characters is cut down to its origin.
    let full = if stripped.as_str().len() > 4096 { origin.clone() } else { String::from(stripped) };
    let same_origin = Origin::of(from).is_same_origin(&Origin::of(to));
    let downgrade = is_trustworthy(from) && !is_trustworthy(to);
    match policy {
        ReferrerPolicy::NoReferrer => None,
        ReferrerPolicy::NoReferrerWhenDowngrade => (!downgrade).then_some(full),
        ReferrerPolicy::SameOrigin => same_origin.then_some(full),
        ReferrerPolicy::Origin => Some(origin),
        ReferrerPolicy::OriginWhenCrossOrigin => Some(if same_origin { full } else { origin }),
        ReferrerPolicy::StrictOriginWhenCrossOrigin if same_origin => Some(full),
        ReferrerPolicy::StrictOrigin | ReferrerPolicy::StrictOriginWhenCrossOrigin => {
            (!downgrade).then_some(origin)
        }
        ReferrerPolicy::UnsafeUrl => Some(full),
    }
}
