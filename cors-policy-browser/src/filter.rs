//! 2.2.6 Responses: which headers of a response a page can read.

use crate::headers::Headers;
use crate::request::CredentialsMode;
use crate::tainting::Tainting;

/// A response's [type](https://fetch.spec.whatwg.org/#concept-response-type).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseType {
    /// Everything but cookies can be read.
    Basic,
    /// What is safelisted or exposed can be read.
    Cors,
    /// Nothing can be read, not even the status.
    Opaque,
    /// A redirect that is not followed, of which nothing can be read.
    OpaqueRedirect,
}

impl From<Tainting> for ResponseType {
    fn from(tainting: Tainting) -> Self {
        match tainting {
            Tainting::Basic => ResponseType::Basic,
            Tainting::Cors => ResponseType::Cors,
            Tainting::Opaque => ResponseType::Opaque,
        }
    }
}

/// [Forbidden response-header name](https://fetch.spec.whatwg.org/#forbidden-response-header-name).
#[must_use]
pub fn is_forbidden(name: &str) -> bool {
    name.eq_ignore_ascii_case("set-cookie") || name.eq_ignore_ascii_case("set-cookie2")
}

/// The fixed part of the
/// [CORS-safelisted response-header names](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name).
#[must_use]
pub fn is_safelisted(name: &str) -> bool {
    const NAMES: [&str; 7] = [
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    ];
    NAMES.iter().any(|safe| safe.eq_ignore_ascii_case(name))
}

/// What a response exposes to other origins (4.1 Main fetch, the step on `Access-Control-Expose-Headers`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    names: Vec<String>,
    all: bool,
}

impl Exposed {
    /// What a response exposes to a request. A list that does not parse exposes nothing.
    #[must_use]
    pub fn new(response: &Headers, credentials: CredentialsMode) -> Self {
        let names = response.tokens("access-control-expose-headers").ok().flatten().unwrap_or_default();
        let all = credentials != CredentialsMode::Include && names.iter().any(|name| name == "*");
        Exposed { names, all }
    }

    /// Whether a page can read a header of this name in a [CORS filtered
    /// response](https://fetch.spec.whatwg.org/#concept-filtered-response-cors).
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let listed = self.all || self.names.iter().any(|listed| listed.eq_ignore_ascii_case(name));
        !is_forbidden(name) && (listed || is_safelisted(name))
    }
}

/// The names of the headers of a response that a page can read, and of those that are hidden from it: in lower case,
/// each once, in the order of the response.
#[must_use]
pub fn filter(
    response: &Headers,
    kind: ResponseType,
    credentials: CredentialsMode,
) -> (Vec<String>, Vec<String>) {
    let exposed = Exposed::new(response, credentials);
    let can_read = |name: &String| match kind {
        ResponseType::Basic => !is_forbidden(name),
        ResponseType::Cors => exposed.has(name),
        ResponseType::Opaque | ResponseType::OpaqueRedirect => false,
    };
    response.names().into_iter().partition(can_read)
}
