//! 4.1 Main fetch: same-origin, opaque or CORS.

use url::Url;

use crate::method;
use crate::origin::Origin;
use crate::page::Page;
use crate::reason::Reason;
use crate::referrer::ReferrerPolicy;
use crate::request::{Mode, RedirectMode};

/// A request's [response tainting](https://fetch.spec.whatwg.org/#concept-request-response-tainting).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tainting {
    /// The response is the page's own.
    #[default]
    Basic,
    /// The response has to pass the CORS check.
    Cors,
    /// The page sees nothing of the response.
    Opaque,
}

/// Decides how a request to its current URL is tainted (4.1 Main fetch, the step that switches on the request).
/// `before` is the tainting at the hop before: what has left `Basic` never returns.
///
/// # Errors
///
/// A network error: [`Reason::SameOriginMode`], [`Reason::NoCorsRedirectMode`] or [`Reason::SchemeNotHttp`].
pub fn tainting(
    page: &Origin,
    url: &Url,
    mode: Mode,
    redirect: RedirectMode,
    before: Tainting,
) -> Result<Tainting, Reason> {
    let own = Origin::of(url);
    let is_exempt = matches!(mode, Mode::Navigate | Mode::WebSocket | Mode::WebTransport);
    if (page.is_same_origin(&own) && before == Tainting::Basic) || url.scheme() == "data" || is_exempt {
        return Ok(Tainting::Basic);
    }
    match mode {
        Mode::SameOrigin => Err(Reason::SameOriginMode { page: page.to_string(), url: own.to_string() }),
        Mode::NoCors if redirect != RedirectMode::Follow => Err(Reason::NoCorsRedirectMode),
        Mode::NoCors => Ok(Tainting::Opaque),
        _ if !is_http(url) => Err(Reason::SchemeNotHttp { scheme: url.scheme().to_owned() }),
        _ => Ok(Tainting::Cors),
    }
}

/// [HTTP(S) scheme](https://fetch.spec.whatwg.org/#http-scheme).
#[must_use]
pub fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// The [redirect-taint](https://fetch.spec.whatwg.org/#concept-request-redirect-taint) of the URLs that a request went
/// through: whether some hop led from an origin that is not the page's to another one. From there on the origin
/// serialises to `null`.
#[must_use]
pub fn is_redirect_tainted(page: &Origin, urls: &[Url]) -> bool {
    let origins: Vec<Origin> = urls.iter().map(Origin::of).collect();
    let hops = origins.iter().zip(origins.iter().skip(1));
    hops.into_iter().any(|(from, to)| !from.is_same_origin(to) && !page.is_same_origin(from))
}

/// [Serializing a request origin](https://fetch.spec.whatwg.org/#serializing-a-request-origin).
#[must_use]
pub fn serialised_origin(page: &Origin, urls: &[Url]) -> String {
    if is_redirect_tainted(page, urls) { Origin::Opaque.to_string() } else { page.to_string() }
}

/// What a request sends for [`Origin`](https://fetch.spec.whatwg.org/#append-a-request-origin-header); `None` is no such
/// header. `urls` are those that the request went through, the current one last.
#[must_use]
pub fn origin_header(
    page: &Page,
    urls: &[Url],
    tainting: Tainting,
    mode: Mode,
    method: &str,
    policy: ReferrerPolicy,
) -> Option<String> {
    let origin = serialised_origin(&page.origin, urls);
    // Step 2.
    if tainting == Tainting::Cors || matches!(mode, Mode::WebSocket | Mode::WebTransport) {
        return Some(origin);
    }
    // Step 3: otherwise only where the method is neither GET nor HEAD.
    if method::is_safelisted(method) && method != "POST" {
        return None;
    }
    let current = urls.last();
    let hides = mode != Mode::Cors && current.is_some_and(|url| hides_origin(&page.origin, url, policy));
    Some(if hides { Origin::Opaque.to_string() } else { origin })
}

/// The referrer policy has its say where the page did not ask with CORS (step 3.1).
fn hides_origin(page: &Origin, url: &Url, policy: ReferrerPolicy) -> bool {
    match policy {
        ReferrerPolicy::NoReferrer => true,
        ReferrerPolicy::NoReferrerWhenDowngrade
        | ReferrerPolicy::StrictOrigin
        | ReferrerPolicy::StrictOriginWhenCrossOrigin => {
            page.scheme() == Some("https") && url.scheme() != "https"
        }
        ReferrerPolicy::SameOrigin => !page.is_same_origin(&Origin::of(url)),
        ReferrerPolicy::Origin | ReferrerPolicy::OriginWhenCrossOrigin | ReferrerPolicy::UnsafeUrl => false,
    }
}
