//! The policies of the cases.

use cors_policy_tests::meaning::{Meaning, Names, Rule};

use crate::site::{Page, Site};

/// The policies of the cases.
pub(crate) struct Policies {
    /// One origin: every answer is the same. Without credentials.
    pub(crate) constant: Meaning,
    /// Three origins, with credentials.
    pub(crate) list: Meaning,
    /// The same without credentials, and other methods and headers.
    pub(crate) plain_list: Meaning,
    /// `*.`, with credentials.
    pub(crate) subdomains: Meaning,
    /// `*` in a label.
    pub(crate) previews: Meaning,
    /// `:*`.
    pub(crate) any_port: Meaning,
    /// Everybody, and nothing beyond reading.
    pub(crate) public: Meaning,
    /// Everybody, and everything that `any` covers.
    pub(crate) open: Meaning,
    /// Everybody, with tokens.
    pub(crate) tokens: Meaning,
    /// Any method and header with credentials.
    pub(crate) echo: Meaning,
    /// Three rules.
    pub(crate) rules: Meaning,
    /// The API's own origin and another, with credentials.
    pub(crate) own: Meaning,
    /// Preflights are never cached, and answered 200.
    pub(crate) uncached: Meaning,
    /// Preflights are cached for a second.
    pub(crate) brief: Meaning,
    /// Nothing says how long preflights are cached.
    pub(crate) undated: Meaning,
}

fn names(names: &[&str]) -> Names {
    names.iter().collect()
}

fn rule(origins: Names, methods: &[&str], request_headers: &[&str], expose_headers: &[&str]) -> Rule {
    Rule {
        origins,
        credentials: false,
        methods: names(methods),
        request_headers: names(request_headers),
        expose_headers: names(expose_headers),
        max_age: Some(600),
    }
}

fn with_credentials(rule: Rule) -> Rule {
    Rule { credentials: true, ..rule }
}

fn policy(rules: Vec<Rule>) -> Meaning {
    Meaning { rules, preflight_status: 204 }
}

impl Policies {
    pub(crate) fn new(site: Site) -> Self {
        let origins = |pages: &[Page]| pages.iter().map(|&page| site.origin(page)).collect::<Names>();
        let app = || origins(&[Page::App]);
        let trusted = || origins(&[Page::App, Page::Other, Page::Address]);
        let pattern = |pattern: &str| names(&[&pattern.replace("PORT", &site.pages.to_string())]);
        let any = || names(&["*"]);
        let list =
            with_credentials(rule(trusted(), &["PUT", "DELETE"], &["content-type", "x-token"], &["etag"]));
        let subdomains = rule(pattern("http://*.shop.localhost:PORT"), &["PUT"], &["x-token"], &[]);
        let previews = rule(pattern("http://pr-*.shop.localhost:PORT"), &["PUT"], &[], &[]);
        let any_port = rule(pattern("http://app.shop.localhost:*"), &["PUT"], &[], &[]);
        let first = with_credentials(rule(app(), &["PUT"], &["x-token"], &["etag"]));
        let second = rule(origins(&[Page::Other]), &["DELETE"], &["authorization"], &["*"]);
        let third = rule(any(), &[], &[], &[]);
        Policies {
            constant: policy(vec![rule(app(), &["PUT"], &["x-token"], &["etag", "x-request-id"])]),
            plain_list: policy(vec![rule(trusted(), &["PATCH"], &["authorization"], &["x-request-id"])]),
            subdomains: policy(vec![with_credentials(subdomains)]),
            previews: policy(vec![with_credentials(previews)]),
            any_port: policy(vec![with_credentials(any_port)]),
            public: policy(vec![rule(any(), &[], &[], &[])]),
            open: policy(vec![rule(any(), &["*"], &["*"], &["*"])]),
            tokens: policy(vec![rule(any(), &["PUT"], &["*", "authorization"], &[])]),
            echo: policy(vec![with_credentials(rule(trusted(), &["*"], &["*"], &[]))]),
            rules: policy(vec![first, second, third]),
            own: policy(vec![with_credentials(rule(origins(&[Page::Api, Page::App]), &[], &[], &[]))]),
            uncached: Meaning {
                rules: vec![Rule { max_age: Some(0), ..list.clone() }],
                preflight_status: 200,
            },
            brief: policy(vec![Rule { max_age: Some(1), ..list.clone() }]),
            undated: policy(vec![Rule { max_age: None, ..list.clone() }]),
            list: policy(vec![list]),
        }
    }
}
