//! The policy that everybody serves.

use std::time::Duration;

use cors_policy::{Policy, cors_policy};
use http::{HeaderName, HeaderValue, Method, header};
use regex::bytes::RegexSet;
use serde_json::json;

use crate::Kind;
use crate::measure::Failure;

pub(super) const METHODS: [Method; 3] = [Method::PUT, Method::PATCH, Method::DELETE];
pub(super) const REQUEST_HEADERS: [&str; 2] = ["content-type", "x-csrf-token"];
pub(super) const EXPOSED: &str = "etag";
pub(super) const MAX_AGE: Duration = Duration::from_secs(7200);

static ONE: Policy = cors_policy! {
    origins: ["https://app-9e3779.tenant0.example.com"],
    credentials: true,
    methods: [PUT, PATCH, DELETE],
    request_headers: ["content-type", "x-csrf-token"],
    expose_headers: ["etag"],
    max_age: "2h",
};

static ONE_WILDCARD: Policy = cors_policy! {
    origins: ["https://*.app-9e3779.tenant0.example.com"],
    credentials: true,
    methods: [PUT, PATCH, DELETE],
    request_headers: ["content-type", "x-csrf-token"],
    expose_headers: ["etag"],
    max_age: "2h",
};

/// The origins of a policy: so many patterns of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origins {
    /// Exact origins, or subdomains.
    pub kind: Kind,
    /// How many.
    pub count: usize,
}

impl Origins {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> String {
        format!("{} {}", self.count, self.kind.name())
    }

    /// An origin that is admitted: by the pattern in the middle of the list.
    #[must_use]
    pub fn admitted(self) -> String {
        self.kind.admitted(self.count / 2)
    }

    /// The patterns.
    #[must_use]
    pub fn patterns(self) -> Vec<String> {
        crate::patterns(self.kind, self.count)
    }

    /// Ours: by the macro for one pattern, and else compiled at run time.
    ///
    /// # Errors
    ///
    /// A policy that is refused.
    pub fn policy(self) -> Result<Policy, Failure> {
        match (self.kind, self.count) {
            (Kind::Exact, 1) => Ok(ONE.clone()),
            (Kind::Subdomains, 1) => Ok(ONE_WILDCARD.clone()),
            _ => self.compiled(),
        }
    }

    /// Ours, compiled at run time.
    ///
    /// # Errors
    ///
    /// A policy that is refused.
    pub fn compiled(self) -> Result<Policy, Failure> {
        let document = json!({
            "origins": self.patterns(), "credentials": true, "methods": ["PUT", "PATCH", "DELETE"],
            "request_headers": REQUEST_HEADERS, "expose_headers": [EXPOSED], "max_age": "2h",
        });
        Ok(Policy::compile(&serde_json::from_value(document)?)?.policy)
    }

    pub(super) fn values(self) -> Result<Vec<HeaderValue>, Failure> {
        Ok(self.patterns().iter().map(|origin| origin.parse()).collect::<Result<_, _>>()?)
    }

    /// The patterns as regular expressions that mean the same.
    pub(super) fn regular_expressions(self) -> Vec<String> {
        let hosts = self.patterns().into_iter().map(|pattern| pattern.replace("https://*.", ""));
        hosts.map(|host| format!(r"^https://(?:[a-z0-9_-]+\.)+{}$", regex::escape(&host))).collect()
    }

    /// The patterns as what the documentation of several peers makes of them: a function that compares endings. Their
    /// examples forget the scheme.
    pub(super) fn by_ending(self) -> impl Fn(&[u8]) -> bool + Clone + Send + Sync + 'static {
        let endings =
            self.patterns().into_iter().map(|pattern| pattern.replace("https://*", "").into_bytes());
        let endings: std::sync::Arc<[Vec<u8>]> = endings.collect();
        move |origin| origin.starts_with(b"https://") && endings.iter().any(|ending| origin.ends_with(ending))
    }

    /// The patterns as a function that asks one set of regular expressions.
    pub(super) fn by_regex(self) -> Result<impl Fn(&[u8]) -> bool + Clone + Send + Sync + 'static, Failure> {
        let set = RegexSet::new(self.regular_expressions())?;
        Ok(move |origin: &[u8]| set.is_match(origin))
    }

    pub(super) fn are_exact(self) -> bool {
        self.kind == Kind::Exact
    }

    pub(super) fn are_wildcards(self) -> bool {
        self.kind == Kind::Subdomains
    }
}

pub(super) fn request_headers() -> [HeaderName; 2] {
    [header::CONTENT_TYPE, HeaderName::from_static("x-csrf-token")]
}
