//! The policies, and requests for them.

use cors_policy::{Document, Policy};
use cors_policy_benches::Kind;
use cors_policy_benches::request::request;
use http::HeaderMap;

/// What a browser adds to a preflight.
pub(crate) const ASKED: [(&str, &str); 2] = [
    ("access-control-request-method", "PUT"),
    ("access-control-request-headers", "content-type,x-csrf-token"),
];

const COUNTS: [usize; 6] = [1, 10, 100, 1_000, 10_000, 100_000];
/// How many origins take turns, so that it is not always the same part of the policy that is read.
const TURNS: usize = 64;

/// What the patterns of a policy are.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    Only(Kind),
    /// One of each in turn.
    Mixed,
}

const KINDS: [Kind; 3] = [Kind::Exact, Kind::Subdomains, Kind::InLabel];
const SHAPES: [(Shape, &str); 4] = [
    (Shape::Only(Kind::Exact), "exact"),
    (Shape::Only(Kind::Subdomains), "subdomains"),
    (Shape::Only(Kind::InLabel), "in-label"),
    (Shape::Mixed, "mixed"),
];

impl Shape {
    fn kind(self, number: usize) -> Kind {
        match self {
            Shape::Only(kind) => kind,
            Shape::Mixed => KINDS.into_iter().cycle().nth(number % KINDS.len()).unwrap_or(Kind::Exact),
        }
    }
}

/// A policy with that many patterns of a shape.
pub(crate) struct Subject {
    shape: Shape,
    pub(crate) name: &'static str,
    pub(crate) count: usize,
    pub(crate) policy: Policy,
}

/// All policies that the compiler takes; for the others it is said why not.
pub(crate) fn all() -> Vec<Subject> {
    let counts = |shape| COUNTS.into_iter().map(move |count| (shape, count));
    let sizes = SHAPES.into_iter().flat_map(counts);
    sizes.filter_map(|((shape, name), count)| subject(shape, name, count)).collect()
}

/// A policy as applications have it: with credentials, and with what [`ASKED`] asks for.
fn document(patterns: &[String]) -> Result<Document, serde_json::Error> {
    serde_json::from_value(serde_json::json!({
        "origins": patterns,
        "credentials": true,
        "methods": ["PUT"],
        "request_headers": ["content-type", "x-csrf-token"],
        "expose_headers": ["etag"],
    }))
}

fn subject(shape: Shape, name: &'static str, count: usize) -> Option<Subject> {
    let patterns: Vec<String> = (0..count).map(|number| shape.kind(number).pattern(number)).collect();
    let compiled = document(&patterns).map_err(|error| error.to_string()).and_then(|document| {
        Policy::compile(&document).map_err(|refused| refused.to_string().chars().take(200).collect())
    });
    match compiled {
        Ok(compiled) => Some(Subject { shape, name, count, policy: compiled.policy }),
        Err(refused) => {
            println!("{name}/{count} is skipped: {refused}");
            None
        }
    }
}

impl Subject {
    pub(crate) fn is_mixed(&self) -> bool {
        self.shape == Shape::Mixed
    }

    /// Origins that the policy admits, spread over its patterns.
    pub(crate) fn admitted(&self) -> Vec<String> {
        let numbers = (0..TURNS).map(|turn| turn * self.count.div_ceil(TURNS) % self.count);
        let origins: Vec<String> = numbers.map(|number| self.shape.kind(number).admitted(number)).collect();
        assert!(origins.iter().all(|origin| self.policy.admits(origin.as_bytes())), "{}", self.name);
        origins
    }

    /// Origins of the same form that it does not admit.
    pub(crate) fn refused(&self) -> Vec<String> {
        let others = (self.count..).map(|number| self.shape.kind(number).admitted(number));
        others.filter(|origin| !self.policy.admits(origin.as_bytes())).take(TURNS).collect()
    }
}

/// The headers of requests from these origins.
pub(crate) fn requests(origins: &[String], more: &[(&'static str, &str)]) -> Vec<HeaderMap> {
    origins.iter().filter_map(|origin| request(origin, more).ok()).collect()
}
