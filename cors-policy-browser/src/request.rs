//! 2.2.5 Requests: what a page asks for, and what goes to a server.

use url::Url;

use crate::headers::Headers;
use crate::initiator::{CrossOrigin, Initiator};
use crate::page::Relation;
use crate::referrer::ReferrerPolicy;

/// A request's [mode](https://fetch.spec.whatwg.org/#concept-request-mode).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `same-origin`.
    SameOrigin,
    /// `no-cors`: the response is opaque.
    NoCors,
    /// `cors`.
    Cors,
    /// `navigate`.
    Navigate,
    /// `websocket`.
    WebSocket,
    /// `webtransport`.
    WebTransport,
}

impl Mode {
    /// As `Sec-Fetch-Mode` says it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mode::SameOrigin => "same-origin",
            Mode::NoCors => "no-cors",
            Mode::Cors => "cors",
            Mode::Navigate => "navigate",
            Mode::WebSocket => "websocket",
            Mode::WebTransport => "webtransport",
        }
    }
}

/// A request's [credentials mode](https://fetch.spec.whatwg.org/#concept-request-credentials-mode). Credentials are
/// cookies, HTTP authentication that the browser has, and TLS client certificates; a header `Authorization` that
/// script sets is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CredentialsMode {
    /// Never sent.
    Omit,
    /// Sent while the tainting is basic.
    #[default]
    SameOrigin,
    /// Always sent, and everything has to be allowed by name.
    Include,
}

impl CredentialsMode {
    /// Every mode.
    pub const ALL: [CredentialsMode; 3] =
        [CredentialsMode::Omit, CredentialsMode::SameOrigin, CredentialsMode::Include];

    /// As script says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            CredentialsMode::Omit => "omit",
            CredentialsMode::SameOrigin => "same-origin",
            CredentialsMode::Include => "include",
        }
    }
}

/// A request's [redirect mode](https://fetch.spec.whatwg.org/#concept-request-redirect-mode).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RedirectMode {
    /// Redirects are followed.
    #[default]
    Follow,
    /// A redirect is a network error.
    Error,
    /// A redirect is the response, with nothing to read in it.
    Manual,
}

/// A request's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Bytes with the type that their kind brings along, such as `text/plain;charset=UTF-8` of a string; `None` of an
    /// array buffer.
    Bytes {
        /// The bytes.
        bytes: Vec<u8>,
        /// The type.
        content_type: Option<String>,
    },
    /// A stream: it asks for a preflight, and cannot be sent twice.
    Stream,
}

impl Body {
    /// A string.
    #[must_use]
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        Body::typed(text, "text/plain;charset=UTF-8")
    }

    /// `URLSearchParams`.
    #[must_use]
    pub fn form(pairs: impl Into<Vec<u8>>) -> Self {
        Body::typed(pairs, "application/x-www-form-urlencoded;charset=UTF-8")
    }

    /// A `Blob` of a type. `FormData` is one of `multipart/form-data; boundary=`….
    #[must_use]
    pub fn typed(bytes: impl Into<Vec<u8>>, content_type: impl Into<String>) -> Self {
        Body::Bytes { bytes: bytes.into(), content_type: Some(content_type.into()) }
    }

    /// An array buffer.
    #[must_use]
    pub fn untyped(bytes: impl Into<Vec<u8>>) -> Self {
        Body::Bytes { bytes: bytes.into(), content_type: None }
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        match self {
            Body::Bytes { content_type, .. } => content_type.as_deref(),
            Body::Stream => None,
        }
    }
}

/// A request as a page makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method as script gives it.
    pub method: String,
    /// The URL.
    pub url: Url,
    /// The headers that script sets, in order. What the browser adds is not among them.
    pub headers: Headers,
    /// The body.
    pub body: Option<Body>,
    /// The mode.
    pub mode: Mode,
    /// The credentials mode.
    pub credentials: CredentialsMode,
    /// The redirect mode.
    pub redirect: RedirectMode,
    /// The referrer policy; `None` is the page's.
    pub referrer_policy: Option<ReferrerPolicy>,
    /// The [unsafe-request flag](https://fetch.spec.whatwg.org/#unsafe-request-flag): methods and headers that are not
    /// safelisted ask for a preflight.
    pub unsafe_request: bool,
    /// Of an `XMLHttpRequest`: whether its upload has listeners when it is sent, which asks for a preflight.
    pub upload_listeners: bool,
    /// What makes the request.
    pub initiator: Initiator,
}

impl Request {
    /// What an initiator asks for, with its mode, credentials mode and flags.
    #[must_use]
    pub fn by(initiator: Initiator, url: &Url) -> Self {
        let settings = initiator.settings();
        Request {
            method: settings.method.to_owned(),
            url: url.clone(),
            headers: Headers::new(),
            body: None,
            mode: settings.mode,
            credentials: settings.credentials,
            redirect: settings.redirect,
            referrer_policy: None,
            unsafe_request: settings.unsafe_request,
            upload_listeners: false,
            initiator,
        }
    }

    /// `fetch(url)`.
    #[must_use]
    pub fn fetch(url: &Url) -> Self {
        Request::by(Initiator::Fetch, url)
    }

    /// An `XMLHttpRequest`.
    #[must_use]
    pub fn xhr(url: &Url) -> Self {
        Request::by(Initiator::Xhr, url)
    }

    /// `navigator.sendBeacon(url, body)`: with a type that is not safelisted it asks with CORS.
    #[must_use]
    pub fn beacon(url: &Url, body: Body) -> Self {
        let mut request = Request::by(Initiator::Beacon, url);
        let is_simple = body.content_type().is_none_or(|content_type| {
            crate::safelist::is_safelisted("content-type", content_type.as_bytes())
        });
        if !is_simple {
            request.mode = Mode::Cors;
        }
        request.body = Some(body);
        request
    }

    /// With a method.
    #[must_use]
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = method.into();
        self
    }

    /// With one header more.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.append(name, value);
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    /// In a credentials mode.
    #[must_use]
    pub fn credentials(mut self, credentials: CredentialsMode) -> Self {
        self.credentials = credentials;
        self
    }

    /// In a mode.
    #[must_use]
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// With the attribute `crossorigin`, for elements: sets mode and credentials mode.
    #[must_use]
    pub fn cross_origin(mut self, attribute: CrossOrigin) -> Self {
        self.mode = Mode::Cors;
        self.credentials = match attribute {
            CrossOrigin::Anonymous => CredentialsMode::SameOrigin,
            CrossOrigin::UseCredentials => CredentialsMode::Include,
        };
        self
    }

    /// The [use-CORS-preflight flag](https://fetch.spec.whatwg.org/#use-cors-preflight-flag).
    #[must_use]
    pub fn use_cors_preflight(&self) -> bool {
        self.upload_listeners || self.body == Some(Body::Stream)
    }
}

/// A request as it goes to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: Url,
    /// The header lines in order, as far as the standards say what they are: without `User-Agent`, `Accept-Encoding`,
    /// `Host` and the like, and without those of credentials.
    pub headers: Headers,
    /// The body; of a stream, nothing.
    pub body: Option<Vec<u8>>,
    /// Whether cookies and other credentials go with it, as far as CORS says so. `SameSite` and the blocking of
    /// cookies may still keep them.
    pub sends_credentials: bool,
    /// How the page stands to the URLs so far, which `SameSite` looks at.
    pub relation: Relation,
    /// Whether it is a preflight.
    pub is_preflight: bool,
}

/// A response as it comes from a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The header lines.
    pub headers: Headers,
}

impl HttpResponse {
    /// A response.
    #[must_use]
    pub fn new(status: u16, headers: Headers) -> Self {
        HttpResponse { status, headers }
    }
}
