//! The requests that follow from a policy.

use std::fmt;

use cors_policy::{Header, Operation, Policy, Value};

use crate::origins::{neighbours, representatives};

const ORIGIN: &str = "origin";
const REQUEST_METHOD: &str = "access-control-request-method";
const REQUEST_HEADERS: &str = "access-control-request-headers";

/// A path that no application has.
pub(crate) const UNKNOWN_PATH: &str = "/cors-policy-conformance/no-such-page";

/// What a server may do instead of serving a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    /// Nothing: the request is one that browsers send, or any client may.
    None,
    /// Refuse it, because it is malformed.
    Malformed,
    /// Refuse it, or close the connection while it is still being sent.
    Large,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) http2: bool,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, Vec<u8>)>,
    pub(crate) oddity: Oddity,
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = if self.http2 { "HTTP/2" } else { "HTTP/1.1" };
        write!(f, "{} {} {version}", self.method, self.path)?;
        for (name, value) in self.headers.iter().take(6) {
            write!(f, "\n{name}: {}", excerpt(value))?;
        }
        match self.headers.len() {
            0..=6 => Ok(()),
            more => write!(f, "\n… and {} more lines", more - 6),
        }
    }
}

/// A value, fit to be printed.
pub(crate) fn excerpt(value: &[u8]) -> String {
    const LONGEST: usize = 120;
    match value.get(..LONGEST) {
        Some(start) if value.len() > LONGEST => {
            format!("{}… ({} bytes)", start.escape_ascii(), value.len())
        }
        _ => value.escape_ascii().to_string(),
    }
}

/// All requests to one path.
pub(crate) fn requests(policy: &Policy, http2: bool, path: &str) -> Vec<Request> {
    let mut all = Requests { http2, path, made: Vec::new() };
    let admitted = representatives(policy);
    for origin in &admitted {
        all.every_kind(origin);
        all.asking(policy, origin);
    }
    for origin in neighbours(policy, &admitted) {
        all.get_and_preflight(&origin);
    }
    for origin in ["https://evil.test", "null"] {
        all.every_kind(origin);
    }
    all.without_origin();
    all.odd(admitted.first().map_or("https://app.example", String::as_str));
    all.made
}

struct Requests<'p> {
    http2: bool,
    path: &'p str,
    made: Vec<Request>,
}

impl Requests<'_> {
    fn add(&mut self, method: &'static str, oddity: Oddity, headers: &[(&'static str, &[u8])]) {
        let headers = headers.iter().map(|(name, value)| (*name, value.to_vec())).collect();
        let request = Request { http2: self.http2, method, path: self.path.to_owned(), headers, oddity };
        if !self.made.contains(&request) {
            self.made.push(request);
        }
    }

    fn plain(&mut self, method: &'static str, headers: &[(&'static str, &[u8])]) {
        self.add(method, Oddity::None, headers);
    }

    fn preflight(&mut self, origin: &str, asked: &[u8], names: Option<&[u8]>) {
        let mut headers = vec![(ORIGIN, origin.as_bytes()), (REQUEST_METHOD, asked)];
        headers.extend(names.map(|names| (REQUEST_HEADERS, names)));
        self.plain("OPTIONS", &headers);
    }

    fn get_and_preflight(&mut self, origin: &str) {
        self.plain("GET", &[(ORIGIN, origin.as_bytes())]);
        self.preflight(origin, b"PUT", Some(b"content-type"));
    }

    fn every_kind(&mut self, origin: &str) {
        self.get_and_preflight(origin);
        self.plain("HEAD", &[(ORIGIN, origin.as_bytes())]);
        self.plain("OPTIONS", &[(ORIGIN, origin.as_bytes())]);
    }

    /// Preflights for what the policy allows, and for what it does not.
    fn asking(&mut self, policy: &Policy, origin: &str) {
        let mut methods = vec![b"GET".to_vec(), b"PURGE".to_vec()];
        methods.extend(listed(policy, origin, Header::AllowMethods));
        for method in methods {
            self.preflight(origin, &method, None);
        }
        let names = listed(policy, origin, Header::AllowHeaders).join(&b','); // as browsers join them
        self.preflight(origin, b"PUT", (!names.is_empty()).then_some(&names));
        self.preflight(origin, b"PUT", Some(b"authorization,x-not-in-any-policy"));
    }

    fn without_origin(&mut self) {
        for method in ["GET", "HEAD", "OPTIONS"] {
            self.plain(method, &[]);
        }
        self.plain("GET", &[("cookie", b"cors-policy-conformance=1")]);
        self.plain("OPTIONS", &[(REQUEST_METHOD, b"PUT")]);
    }

    fn odd(&mut self, admitted: &str) {
        const LARGE: usize = 64 * 1024;
        let no_text = [admitted.as_bytes(), b"\xff\xfe"].concat();
        let large = [b"https://".as_slice(), "a.".repeat(LARGE / 2).as_bytes(), b"example"].concat();
        let twice = [(ORIGIN, admitted.as_bytes()), (ORIGIN, admitted.as_bytes())];
        let mixed = [(ORIGIN, admitted.as_bytes()), (ORIGIN, b"https://evil.test".as_slice())];
        let empty = [(ORIGIN, b"".as_slice())];
        self.odd_origins(Oddity::Malformed, &empty);
        self.odd_origins(Oddity::Malformed, &twice);
        self.odd_origins(Oddity::Malformed, &mixed);
        self.odd_origins(Oddity::Malformed, &[(ORIGIN, &no_text)]);
        self.odd_origins(Oddity::Large, &[(ORIGIN, &large)]);
        self.odd_questions(admitted.as_bytes());
    }

    fn odd_origins(&mut self, oddity: Oddity, origins: &[(&'static str, &[u8])]) {
        self.add("GET", oddity, origins);
        self.add("OPTIONS", oddity, &[origins, &[(REQUEST_METHOD, b"PUT")]].concat());
    }

    fn odd_questions(&mut self, admitted: &[u8]) {
        let asks = |method, names| [(ORIGIN, admitted), (REQUEST_METHOD, method), (REQUEST_HEADERS, names)];
        self.add("OPTIONS", Oddity::Malformed, &asks(b"PUT\xff", b"content-type"));
        self.add("OPTIONS", Oddity::Malformed, &asks(b"PUT", b"content-type,\xff"));
        self.add("OPTIONS", Oddity::Malformed, &asks(b"", b""));
        let names: Vec<String> = (0..1000).map(|number| format!("x-name-{number}")).collect();
        let mut headers = vec![(ORIGIN, admitted), (REQUEST_METHOD, b"PUT")];
        headers.extend(names.iter().map(|name| (REQUEST_HEADERS, name.as_bytes())));
        self.add("OPTIONS", Oddity::Large, &headers);
    }
}

/// What the policy lists in a header of its answer to a preflight.
fn listed(policy: &Policy, origin: &str, header: Header) -> Vec<Vec<u8>> {
    let preflight = [(ORIGIN, origin), (REQUEST_METHOD, "PUT")];
    let verdict = policy.decide(b"OPTIONS", &preflight[..]);
    let list = policy.operations(verdict).find_map(|operation| match operation {
        Operation::Set(set, Value::Static(list)) if set == header && list != "*" => Some(list),
        _ => None,
    });
    let members = list.unwrap_or_default().split(',').map(str::trim);
    members
        .filter(|member| !member.is_empty() && *member != "*")
        .map(|name| name.as_bytes().to_vec())
        .take(12)
        .collect()
}

#[cfg(test)]
mod tests {
    use cors_policy::{Outcome, Policy, cors_policy};

    use super::requests;

    static POLICY: Policy = cors_policy! {
        origins: ["https://app.example.com", "https://*.app.example.com"],
        methods: [PUT, DELETE],
        request_headers: ["content-type", "x-csrf-token"],
    };

    #[test]
    fn every_outcome_is_asked_for() {
        let requests = requests(&POLICY, false, "/");
        let count = |method: &str, outcome| {
            let is = |request: &&super::Request| {
                request.method == method
                    && POLICY.decide(method.as_bytes(), &request.headers[..]).outcome() == outcome
            };
            requests.iter().filter(is).count()
        };
        for method in ["GET", "HEAD", "OPTIONS"] {
            for outcome in [Outcome::Admitted, Outcome::Refused, Outcome::NotCors] {
                assert!(count(method, outcome) >= 1, "{method} {outcome:?}");
            }
        }
        assert!(count("OPTIONS", Outcome::Admitted) >= 15, "{}", count("OPTIONS", Outcome::Admitted));
        assert!(requests.len() < 120, "{}", requests.len());
    }
}
