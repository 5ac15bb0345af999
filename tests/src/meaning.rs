//! What a policy means, read slowly: who gets what, without the compiler, the automaton or the matcher.

use cors_policy_program::pattern;
use serde_json::{Map, Value, json};

use crate::cases::CasePolicy;
use crate::judge::{Credentials, Kind, is_preflight};
use crate::message::{Request, members};

/// The longest list of headers that is echoed.
const LONGEST_ECHO: usize = 4096;

/// A policy.
#[derive(Clone, Debug)]
pub struct Meaning {
    /// The rules, in order.
    pub rules: Vec<Rule>,
    /// The status of a successful preflight.
    pub preflight_status: u16,
}

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Patterns, or any origin.
    pub origins: Names,
    /// Whether credentials are allowed.
    pub credentials: bool,
    /// Methods in upper case.
    pub methods: Names,
    /// Request headers.
    pub request_headers: Names,
    /// Exposed headers.
    pub expose_headers: Names,
    /// Seconds.
    pub max_age: Option<u64>,
}

/// A list of names that may have the wildcard in it.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Whether it has.
    pub any: bool,
    /// The names beside it.
    pub names: Vec<String>,
}

impl Names {
    fn has(&self, name: &[u8]) -> bool {
        self.names.iter().any(|listed| listed.as_bytes() == name)
    }

    fn has_ignoring_case(&self, name: &[u8]) -> bool {
        self.names.iter().any(|listed| listed.as_bytes().eq_ignore_ascii_case(name))
    }

    fn is_empty(&self) -> bool {
        !self.any && self.names.is_empty()
    }

    fn document(&self) -> Value {
        let any = self.any.then_some("*");
        any.into_iter().chain(self.names.iter().map(String::as_str)).collect::<Vec<_>>().into()
    }
}

impl<S: AsRef<str>> FromIterator<S> for Names {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        let names = names.into_iter().map(|name| name.as_ref().to_owned());
        let (any, names): (Vec<String>, Vec<String>) = names.partition(|name| name == "*");
        Names { any: !any.is_empty(), names }
    }
}

impl From<&CasePolicy> for Meaning {
    fn from(policy: &CasePolicy) -> Self {
        let rule = Rule {
            origins: policy.origins.iter().collect(),
            credentials: policy.credentials,
            methods: policy.methods.iter().collect(),
            request_headers: policy.request_headers.iter().collect(),
            expose_headers: policy.expose.iter().collect(),
            max_age: policy.max_age,
        };
        Meaning { rules: vec![rule], preflight_status: 204 }
    }
}

impl Meaning {
    /// The policy as a document. The rules are named by their places, so that their names sort as they stand.
    #[must_use]
    pub fn document(&self) -> Value {
        let mut fields = match self.rules.as_slice() {
            [only] => only.document(),
            rules => {
                let named = rules.iter().enumerate();
                named.map(|(place, rule)| (format!("rule_{place}"), Value::Object(rule.document()))).collect()
            }
        };
        fields.insert("preflight_status".to_owned(), json!(self.preflight_status));
        Value::Object(fields)
    }

    /// The place of the first rule that admits the origin of the request. More than one `Origin` line is no origin.
    #[must_use]
    pub fn place(&self, request: &Request) -> Option<usize> {
        let lines: Vec<&[u8]> = request.headers.lines("origin").collect();
        let [origin] = lines.as_slice() else { return None };
        self.rules.iter().position(|rule| rule.admits(origin))
    }

    /// The rule that decides the request.
    #[must_use]
    pub fn rule(&self, request: &Request) -> Option<&Rule> {
        self.rules.get(self.place(request)?)
    }

    /// The value of `Access-Control-Allow-Origin`, where it can be the same on every response.
    #[must_use]
    pub fn constant(&self) -> Option<&str> {
        let [Rule { origins, .. }] = self.rules.as_slice() else { return None };
        match origins.names.as_slice() {
            _ if origins.any => Some("*"),
            [only] if !only.contains('*') => Some(only),
            _ => None,
        }
    }

    /// What the page that sent the request is to have.
    #[must_use]
    pub fn grants(&self, request: &Request, mode: Credentials) -> Kind {
        if !request.headers.has("origin") {
            return Kind::NotCors;
        }
        let rule = self.rule(request).filter(|rule| rule.credentials || mode == Credentials::Omit);
        if is_preflight(request) {
            let granted =
                rule.is_some_and(|rule| rule.grants_method(request) && rule.grants_headers(request));
            return if granted { Kind::PreflightOk } else { Kind::PreflightRejected };
        }
        if request.headers.combined("sec-fetch-site").as_deref() == Some(b"same-origin") {
            return Kind::NotCors;
        }
        // What everybody gets, whoever asks gets, however oddly.
        let public = self.constant() == Some("*") && mode == Credentials::Omit;
        if rule.is_some() || public { Kind::ActualAllowed } else { Kind::ActualDenied }
    }

    /// The names by which `Vary` must list what the response depends on.
    #[must_use]
    pub fn vary(&self, request: &Request) -> Vec<&'static str> {
        if request.method == "OPTIONS" {
            return vec!["access-control-request-headers", "access-control-request-method", "origin"];
        }
        let has = |name: &str| request.headers.has(name);
        let personal = has("cookie") || (has("authorization") && !has("origin"));
        match self.constant() {
            Some(_) if personal && !self.rules.iter().any(|rule| rule.credentials) => vec!["origin"],
            Some(_) => Vec::new(),
            None => vec!["origin"],
        }
    }
}

impl Rule {
    fn document(&self) -> Map<String, Value> {
        let Rule { origins, credentials, methods, request_headers, expose_headers, max_age } = self;
        let lists = [
            ("origins", origins),
            ("methods", methods),
            ("request_headers", request_headers),
            ("expose_headers", expose_headers),
        ];
        let lists = lists.into_iter().filter(|(_, names)| !names.is_empty());
        let mut fields: Map<String, Value> =
            lists.map(|(field, names)| (field.to_owned(), names.document())).collect();
        fields.insert("credentials".to_owned(), json!(credentials));
        if let Some(seconds) = max_age {
            fields.insert("max_age".to_owned(), json!(seconds));
        }
        fields
    }

    fn admits(&self, origin: &[u8]) -> bool {
        self.origins.any || self.origins.names.iter().any(|pattern| pattern::admits(pattern, origin))
    }

    /// Without credentials, `any` is a wildcard. With them it is echoed, which takes a single token.
    fn grants_method(&self, request: &Request) -> bool {
        let method = request.headers.combined("access-control-request-method").unwrap_or_default();
        let wildcard = self.methods.any && (!self.credentials || is_token(&method));
        matches!(method.as_slice(), b"GET" | b"HEAD" | b"POST") || wildcard || self.methods.has(&method)
    }

    /// Without credentials, `any` is a wildcard. With them it is echoed, which takes a single line of tokens. Neither
    /// covers `authorization`.
    fn grants_headers(&self, request: &Request) -> bool {
        let asked = members(&request.headers, "access-control-request-headers");
        let lines: Vec<&[u8]> = request.headers.lines("access-control-request-headers").collect();
        let echoed = match lines.as_slice() {
            [line] => line.len() <= LONGEST_ECHO && asked.iter().all(|name| is_token(name)),
            _ => false,
        };
        let wildcard = self.request_headers.any && (!self.credentials || echoed);
        asked.iter().all(|name| {
            let covered = wildcard && !name.eq_ignore_ascii_case(b"authorization");
            let listed = self.request_headers.has_ignoring_case(name);
            covered || (listed && (wildcard || !self.request_headers.any))
        })
    }

    /// Whether pages may read a response header, beyond those that they always may.
    #[must_use]
    pub fn exposes(&self, name: &str) -> bool {
        self.expose_headers.any || self.expose_headers.has_ignoring_case(name.as_bytes())
    }
}

/// RFC 9110, section 5.6.2.
fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && bytes.iter().all(|byte| byte.is_ascii_graphic() && !b"\"(),/:;<=>?@[\\]{}".contains(byte))
}
