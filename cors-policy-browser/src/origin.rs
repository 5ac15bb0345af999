//! Origins (HTML, 7.1.1 Origins), their serialisation (Fetch, 3.2 `Origin` header), and where documents have theirs
//! from.

use std::fmt;

use url::Url;

/// An [origin](https://html.spec.whatwg.org/#concept-origin).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Serialised `null`, and the same origin as nothing else: two of these are told apart by nobody who sees only
    /// `null`.
    Opaque,
    /// A tuple origin.
    Tuple {
        /// In lower case.
        scheme: String,
        /// As the URL standard serialises it: in lower case, `xn--`, dotted decimal, brackets around IPv6.
        host: String,
        /// `None` is the default port of the scheme.
        port: Option<u16>,
    },
}

impl Origin {
    /// [The origin of a URL](https://url.spec.whatwg.org/#concept-url-origin). Of `file:` it is opaque, as Chromium and
    /// Firefox have it; of `blob:` that of the URL in it; of a scheme that is not special, opaque.
    #[must_use]
    pub fn of(url: &Url) -> Self {
        match url.scheme() {
            "blob" => match Url::parse(url.path()) {
                Ok(inner) if matches!(inner.scheme(), "http" | "https") => Origin::of(&inner),
                _ => Origin::Opaque,
            },
            "ftp" | "http" | "https" | "ws" | "wss" => Origin::tuple(url),
            _ => Origin::Opaque,
        }
    }

    /// The origin of a page whose scheme a program has registered as one with hosts, as `chrome-extension:`,
    /// `moz-extension:`, `capacitor:` and `tauri:` are.
    #[must_use]
    pub fn of_registered_scheme(url: &Url) -> Self {
        match Origin::of(url) {
            Origin::Opaque => Origin::tuple(url),
            origin @ Origin::Tuple { .. } => origin,
        }
    }

    fn tuple(url: &Url) -> Self {
        match url.host_str() {
            Some(host) if !host.is_empty() => {
                Origin::Tuple { scheme: url.scheme().to_owned(), host: host.to_owned(), port: url.port() }
            }
            _ => Origin::Opaque,
        }
    }

    /// An origin from its serialisation, or from any URL of that origin. A scheme that is not special is taken for a
    /// registered one; `null`, and what is no URL, is opaque.
    #[must_use]
    pub fn parse(serialised: &str) -> Self {
        Url::parse(serialised).map_or(Origin::Opaque, |url| match url.scheme() {
            "about" | "blob" | "data" | "file" | "javascript" => Origin::of(&url),
            _ => Origin::of_registered_scheme(&url),
        })
    }

    /// [Same origin](https://html.spec.whatwg.org/#same-origin). An opaque origin is the same as none.
    #[must_use]
    pub fn is_same_origin(&self, other: &Origin) -> bool {
        *self != Origin::Opaque && self == other
    }

    /// The scheme of a tuple origin.
    #[must_use]
    pub fn scheme(&self) -> Option<&str> {
        match self {
            Origin::Opaque => None,
            Origin::Tuple { scheme, .. } => Some(scheme),
        }
    }

    /// The host of a tuple origin.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        match self {
            Origin::Opaque => None,
            Origin::Tuple { host, .. } => Some(host),
        }
    }
}

/// [The serialisation of an origin](https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin).
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Opaque => f.write_str("null"),
            Origin::Tuple { scheme, host, port: None } => write!(f, "{scheme}://{host}"),
            Origin::Tuple { scheme, host, port: Some(port) } => write!(f, "{scheme}://{host}:{port}"),
        }
    }
}

/// What a document or worker is, which tells where its origin comes from (HTML, 7.3.2.3 Determining the origin).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context<'a> {
    /// Loaded from a URL.
    Loaded(&'a Url),
    /// In a frame with `sandbox` and without `allow-same-origin`.
    SandboxedFrame,
    /// Served with `Content-Security-Policy: sandbox` and without `allow-same-origin`.
    SandboxedByPolicy,
    /// A document or worker of a `data:` URL.
    Data,
    /// A document of a `file:` URL.
    File,
    /// `about:blank` or `srcdoc`: the origin of whoever made it.
    Inherited(&'a Origin),
    /// A page of an extension or an application shell, whose scheme has hosts.
    RegisteredScheme(&'a Url),
}

impl Context<'_> {
    /// The origin of what is there.
    #[must_use]
    pub fn origin(self) -> Origin {
        match self {
            Context::Loaded(url) => Origin::of(url),
            Context::Inherited(origin) => origin.clone(),
            Context::RegisteredScheme(url) => Origin::of_registered_scheme(url),
            Context::SandboxedFrame | Context::SandboxedByPolicy | Context::Data | Context::File => {
                Origin::Opaque
            }
        }
    }
}
