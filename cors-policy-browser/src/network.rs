//! 4.6 HTTP-network-or-cache fetch: the header lines that the browser adds, in order.

use url::Url;

use crate::fetch::Fetch;
use crate::headers::Headers;
use crate::page::{Relation, StorageAccess, is_trustworthy};
use crate::preflight::{self, Asked};
use crate::profile::Profile;
use crate::referrer::referer;
use crate::request::{Body, CredentialsMode, HttpRequest, Mode};
use crate::tainting::{Tainting, origin_header};

/// A preflight (4.8 CORS-preflight fetch, steps 1 to 6). It has neither body nor credentials.
pub(crate) fn preflight(fetch: &Fetch<'_>, asked: &Asked) -> HttpRequest {
    let url = current(fetch);
    let mut headers = preflight::request_headers(asked);
    append_referer(fetch, &url, &mut headers);
    headers.append("Origin", asked.origin.as_slice());
    append_metadata(fetch, &url, Mode::Cors, &mut headers);
    let relation = fetch.page.relation(&fetch.urls);
    HttpRequest {
        method: "OPTIONS".to_owned(),
        url,
        headers,
        body: None,
        sends_credentials: false,
        relation,
        is_preflight: true,
    }
}

/// The request itself.
pub(crate) fn actual(fetch: &Fetch<'_>, profile: &Profile) -> HttpRequest {
    let request = &fetch.request;
    let url = current(fetch);
    let body = request.body.as_ref().map(|body| match body {
        Body::Bytes { bytes, .. } => bytes.clone(),
        Body::Stream => Vec::new(),
    });
    let mut headers = request.headers.clone();
    if let Some(length) = content_length(fetch) {
        headers.append("Content-Length", length.to_string());
    }
    append_referer(fetch, &url, &mut headers);
    let relation = fetch.page.relation(&fetch.urls);
    append_origin(fetch, profile, relation, &mut headers);
    append_metadata(fetch, &url, request.mode, &mut headers);
    if let Some(access) = storage_access(fetch, profile, relation) {
        headers.append("Sec-Fetch-Storage-Access", access.name());
    }
    HttpRequest {
        method: request.method.clone(),
        url,
        headers,
        body,
        sends_credentials: match request.credentials {
            CredentialsMode::Include => true,
            CredentialsMode::SameOrigin => fetch.tainting == Tainting::Basic,
            CredentialsMode::Omit => false,
        },
        relation,
        is_preflight: false,
    }
}

fn current(fetch: &Fetch<'_>) -> Url {
    fetch.urls.last().unwrap_or(&fetch.request.url).clone()
}

fn content_length(fetch: &Fetch<'_>) -> Option<usize> {
    match &fetch.request.body {
        Some(Body::Bytes { bytes, .. }) => Some(bytes.len()),
        Some(Body::Stream) => None,
        None => matches!(fetch.request.method.as_str(), "POST" | "PUT").then_some(0),
    }
}

fn append_referer(fetch: &Fetch<'_>, url: &Url, headers: &mut Headers) {
    if let Some(referer) = referer(&fetch.page, fetch.referrer_policy, url) {
        headers.append("Referer", referer);
    }
}

fn append_origin(fetch: &Fetch<'_>, profile: &Profile, relation: Relation, headers: &mut Headers) {
    let Fetch { page, request, urls, tainting, referrer_policy, .. } = fetch;
    let origin = origin_header(page, urls, *tainting, request.mode, &request.method, *referrer_policy);
    // The draft on storage access: a frame that has not asked for its cookies says who it is.
    let is_inactive = storage_access(fetch, profile, relation) == Some(StorageAccess::Inactive);
    let origin =
        origin.or_else(|| is_inactive.then(|| crate::tainting::serialised_origin(&page.origin, urls)));
    if let Some(origin) = origin {
        headers.append("Origin", origin);
    }
}

/// [Fetch metadata](https://w3c.github.io/webappsec-fetch-metadata/), only to URLs that are trustworthy.
fn append_metadata(fetch: &Fetch<'_>, url: &Url, mode: Mode, headers: &mut Headers) {
    if !is_trustworthy(url) {
        return;
    }
    headers.append("Sec-Fetch-Dest", fetch.request.initiator.destination());
    headers.append("Sec-Fetch-Mode", mode.name());
    headers.append("Sec-Fetch-Site", fetch.page.relation(&fetch.urls).name());
}

fn storage_access(fetch: &Fetch<'_>, profile: &Profile, relation: Relation) -> Option<StorageAccess> {
    let is_asked = profile.sends_storage_access
        && relation == Relation::CrossSite
        && fetch.request.credentials == CredentialsMode::Include;
    fetch.page.storage_access.filter(|_| is_asked)
}

impl Relation {
    /// As `Sec-Fetch-Site` says it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Relation::SameOrigin => "same-origin",
            Relation::SameSite => "same-site",
            Relation::CrossSite => "cross-site",
        }
    }
}

impl StorageAccess {
    fn name(self) -> &'static str {
        match self {
            StorageAccess::None => "none",
            StorageAccess::Inactive => "inactive",
            StorageAccess::Active => "active",
        }
    }
}
