//! What tenants, their keys, tiers and nodes may be called.

use std::fmt;
use std::str::FromStr;

use super::StoreError;

/// What in a preflight a key is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// The host that was called, without port.
    Host,
    /// A segment of the path.
    Path,
    /// A parameter of the query.
    Query,
}

impl KeyKind {
    /// The word that stands in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Path => "path",
            Self::Query => "query",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Host, Self::Path, Self::Query].into_iter().find(|kind| kind.name() == name)
    }
}

/// What a preflight shows that leads to a tenant. A key leads to one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    kind: KeyKind,
    value: String,
}

impl Key {
    /// A host, as browsers send it: lower case, punycode, no port, no dot at the end.
    ///
    /// # Errors
    /// [`StoreError::Name`] for what is not a host.
    pub fn host(host: &str) -> Result<Self, StoreError> {
        let wrong = if host.is_empty() || host.len() > 253 {
            Some("a host has 1 to 253 bytes")
        } else if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Some("browsers send hosts in lower case: write it like that")
        } else if host.contains(':') {
            Some("a host stands without scheme and port")
        } else if !host.is_ascii() {
            Some("browsers send hosts in punycode: write `xn--…`")
        } else if !host.split('.').all(is_label) {
            Some("a host is labels of a-z, 0-9, `-` and `_`, of 1 to 63 bytes each, with dots between them")
        } else {
            None
        };
        Self::new(KeyKind::Host, host, wrong)
    }

    /// A segment of a path, as it stands in the request: not decoded.
    ///
    /// # Errors
    /// [`StoreError::Name`] for what cannot stand in a segment.
    pub fn path(path: &str) -> Result<Self, StoreError> {
        Self::new(KeyKind::Path, path, graphic_without(path, b"/?#"))
    }

    /// The value of a parameter of a query, as it stands in the request: not decoded.
    ///
    /// # Errors
    /// [`StoreError::Name`] for what cannot stand there.
    pub fn query(value: &str) -> Result<Self, StoreError> {
        Self::new(KeyKind::Query, value, graphic_without(value, b"&=#"))
    }

    fn new(kind: KeyKind, value: &str, wrong: Option<&'static str>) -> Result<Self, StoreError> {
        match wrong {
            None => Ok(Self { kind, value: value.to_owned() }),
            Some(why) => Err(StoreError::Name { kind: kind.name(), given: value.to_owned(), why }),
        }
    }

    /// A key that was checked when it was stored.
    pub(super) fn stored(kind: KeyKind, value: String) -> Self {
        Self { kind, value }
    }

    /// What it is compared with.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// What has to be there.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// A key as it displays: `host:acme.example`, `path:acme`, `query:acme`.
impl FromStr for Key {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        match text.split_once(':') {
            Some(("host", host)) => Self::host(host),
            Some(("path", path)) => Self::path(path),
            Some(("query", value)) => Self::query(value),
            _ => Err(StoreError::Name {
                kind: "key",
                given: text.to_owned(),
                why: "write `host:acme.example`, `path:acme` or `query:acme`",
            }),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.value)
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
}

fn graphic_without(value: &str, separators: &[u8]) -> Option<&'static str> {
    if value.is_empty() || value.len() > 253 {
        Some("a key has 1 to 253 bytes")
    } else if value.bytes().any(|byte| !byte.is_ascii_graphic()) {
        Some("requests have visible ASCII only: write it percent-encoded")
    } else if value.bytes().any(|byte| separators.contains(&byte)) {
        Some("it has a character that ends it in a request")
    } else {
        None
    }
}

/// A slug is what people call a tenant: in commands, logs and metrics.
pub(crate) fn check_slug(slug: &str) -> Result<(), StoreError> {
    check_word("slug", slug)
}

/// A tier is the name of a set of limits.
pub(crate) fn check_tier(tier: &str) -> Result<(), StoreError> {
    check_word("tier", tier)
}

fn check_word(kind: &'static str, word: &str) -> Result<(), StoreError> {
    let wrong = if word.is_empty() || word.len() > 63 {
        "it has 1 to 63 bytes"
    } else if word.starts_with('-') {
        "it starts with a letter or a digit"
    } else if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        "write it in lower case"
    } else if !word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
        "it has letters from a to z, digits and `-` only"
    } else {
        return Ok(());
    };
    Err(StoreError::Name { kind, given: word.to_owned(), why: wrong })
}

/// The name of a person or a program that writes, or of a node that reports.
pub(super) fn check_label(kind: &'static str, label: &str) -> Result<(), StoreError> {
    let why = if label.is_empty() || label.len() > 253 {
        "it has 1 to 253 bytes"
    } else if label.chars().any(char::is_control) {
        "it has no control characters"
    } else {
        return Ok(());
    };
    Err(StoreError::Name { kind, given: label.to_owned(), why })
}
