//! Why a page does not get a response.

use crate::section::Section;

/// Why a page does not get a response: what was expected, and what there was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The method is no token.
    MethodNotToken {
        /// What script gave.
        method: String,
    },
    /// The method is `CONNECT`, `TRACE` or `TRACK`.
    MethodForbidden {
        /// What script gave.
        method: String,
    },
    /// The mode is `no-cors`, and the method none of `GET`, `HEAD` and `POST`.
    MethodNotNoCors {
        /// The method.
        method: String,
    },
    /// `GET` or `HEAD` with a body.
    BodyNotAllowed {
        /// The method.
        method: String,
    },
    /// A header is none: its name is no token, or its value has line ends.
    HeaderInvalid {
        /// The name.
        name: String,
        /// The value.
        value: Vec<u8>,
    },
    /// The URL has a user name or a password.
    UrlCredentials {
        /// The URL.
        url: String,
    },
    /// Browsers do not connect to this port.
    BlockedPort {
        /// The port.
        port: u16,
    },
    /// The page was loaded over TLS, and the URL would not be.
    MixedContent {
        /// The URL.
        url: String,
    },
    /// The mode is `same-origin`, and the URL is of another origin.
    SameOriginMode {
        /// The page's origin.
        page: String,
        /// The URL's origin.
        url: String,
    },
    /// The mode is `no-cors`, and the redirect mode is not `follow`.
    NoCorsRedirectMode,
    /// CORS is only for http and https.
    SchemeNotHttp {
        /// The URL's scheme.
        scheme: String,
    },
    /// The server could not be reached, or answered no HTTP.
    Network {
        /// What whoever sent the request says.
        message: String,
    },
    /// The proxy asks for authentication (status 407).
    ProxyAuthentication,
    /// There is no `Access-Control-Allow-Origin`.
    AcaoMissing {
        /// The origin that it would have to name.
        expected: Vec<u8>,
    },
    /// `Access-Control-Allow-Origin` is `*`, and the credentials mode is `include`.
    AcaoWildcardWithCredentials {
        /// The origin that it would have to name.
        expected: Vec<u8>,
    },
    /// `Access-Control-Allow-Origin` is another value than the origin.
    AcaoMismatch {
        /// The origin.
        expected: Vec<u8>,
        /// The value, several lines joined by a comma and a space.
        got: Vec<u8>,
        /// How many lines there are.
        lines: usize,
    },
    /// `Access-Control-Allow-Credentials` is not `true`, and the credentials mode is `include`.
    AcacNotTrue {
        /// The value, where there is one.
        got: Option<Vec<u8>>,
    },
    /// The status of a preflight is not 200 to 299. Redirects of preflights are not followed.
    StatusNotOk {
        /// The status.
        status: u16,
    },
    /// `Access-Control-Allow-Methods` is no list of tokens.
    MethodsUnparseable {
        /// The member that is no token.
        token: Vec<u8>,
    },
    /// `Access-Control-Allow-Headers` is no list of tokens.
    HeadersUnparseable {
        /// The member that is no token.
        token: Vec<u8>,
    },
    /// The method is not in `Access-Control-Allow-Methods`.
    MethodNotAllowed {
        /// The method.
        method: String,
        /// What the list has; `None` where there is no list.
        listed: Option<Vec<String>>,
        /// Whether the credentials mode is `include`, where `*` is no wildcard.
        include: bool,
    },
    /// `authorization` is not in `Access-Control-Allow-Headers`, where `*` does not cover it.
    AuthorizationNotListed {
        /// What the list has; `None` where there is no list.
        listed: Option<Vec<String>>,
    },
    /// A header is not in `Access-Control-Allow-Headers`.
    HeaderNotAllowed {
        /// Its name in lower case.
        name: String,
        /// What the list has; `None` where there is no list.
        listed: Option<Vec<String>>,
        /// Whether the credentials mode is `include`, where `*` is no wildcard.
        include: bool,
    },
    /// A redirect, and the redirect mode is `error`.
    RedirectForbidden {
        /// Its status.
        status: u16,
    },
    /// `Location` is no URL.
    LocationInvalid {
        /// The value.
        location: Vec<u8>,
    },
    /// `Location` is neither http nor https.
    LocationScheme {
        /// Its scheme.
        scheme: String,
    },
    /// `Location` has a user name or a password, where CORS does not allow that.
    LocationCredentials {
        /// The URL.
        location: String,
    },
    /// More than twenty redirects.
    TooManyRedirects,
    /// A redirect asks to send again a body that was a stream.
    RedirectedStream {
        /// Its status.
        status: u16,
    },
    /// `Cross-Origin-Resource-Policy` keeps the response from pages that did not ask with CORS.
    ResourcePolicy {
        /// Its value.
        policy: Vec<u8>,
    },
    /// The initiator takes only other statuses: the event stream 200, the WebSocket 101, scripts and styles 200 to 299.
    StatusNotTaken {
        /// The status.
        status: u16,
    },
    /// The initiator takes only other types.
    TypeNotTaken {
        /// What it takes.
        expected: &'static str,
        /// `Content-Type`, where there is one.
        got: Option<Vec<u8>>,
    },
}

/// What is odd about an `Access-Control-Allow-Origin` that is not the origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Several lines, which count as one value with commas in it.
    SeveralLines,
    /// One line with several origins.
    List,
    /// An empty value.
    Empty,
    /// Another value.
    Other,
}

impl Reason {
    /// Its name in kebab-case, which stays the same.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Reason::MethodNotToken { .. } => "method-not-a-token",
            Reason::MethodForbidden { .. } => "method-forbidden",
            Reason::MethodNotNoCors { .. } => "method-not-no-cors",
            Reason::BodyNotAllowed { .. } => "body-not-allowed",
            Reason::HeaderInvalid { .. } => "header-invalid",
            Reason::UrlCredentials { .. } => "url-credentials",
            Reason::BlockedPort { .. } => "blocked-port",
            Reason::MixedContent { .. } => "mixed-content",
            Reason::SameOriginMode { .. } => "same-origin-mode",
            Reason::NoCorsRedirectMode => "no-cors-redirect-mode",
            Reason::SchemeNotHttp { .. } => "scheme-not-http",
            Reason::Network { .. } => "network",
            Reason::ProxyAuthentication => "proxy-authentication",
            Reason::AcaoMissing { .. } => "acao-missing",
            Reason::AcaoWildcardWithCredentials { .. } => "acao-wildcard-with-credentials",
            Reason::AcaoMismatch { .. } => "acao-mismatch",
            Reason::AcacNotTrue { .. } => "acac-not-true",
            Reason::StatusNotOk { .. } => "status-not-ok",
            Reason::MethodsUnparseable { .. } => "methods-unparseable",
            Reason::HeadersUnparseable { .. } => "headers-unparseable",
            Reason::MethodNotAllowed { .. } => "method-not-allowed",
            Reason::AuthorizationNotListed { .. } => "authorization-not-listed",
            Reason::HeaderNotAllowed { .. } => "header-not-allowed",
            Reason::RedirectForbidden { .. } => "redirect-forbidden",
            Reason::LocationInvalid { .. } => "location-invalid",
            Reason::LocationScheme { .. } => "location-scheme",
            Reason::LocationCredentials { .. } => "location-credentials",
            Reason::TooManyRedirects => "too-many-redirects",
            Reason::RedirectedStream { .. } => "redirected-stream",
            Reason::ResourcePolicy { .. } => "resource-policy",
            Reason::StatusNotTaken { .. } => "status-not-taken",
            Reason::TypeNotTaken { .. } => "type-not-taken",
        }
    }

    /// The section of the standard that has the step at which it fails.
    #[must_use]
    pub fn section(&self) -> Section {
        match self {
            Reason::MethodNotToken { .. }
            | Reason::MethodForbidden { .. }
            | Reason::MethodNotNoCors { .. }
            | Reason::BodyNotAllowed { .. }
            | Reason::UrlCredentials { .. } => Section::REQUEST_CLASS,
            Reason::HeaderInvalid { .. } => Section::HEADERS_CLASS,
            Reason::BlockedPort { .. } => Section::PORT_BLOCKING,
            Reason::MixedContent { .. } => Section::MIXED_CONTENT,
            Reason::SameOriginMode { .. } | Reason::NoCorsRedirectMode | Reason::SchemeNotHttp { .. } => {
                Section::MAIN_FETCH
            }
            Reason::Network { .. } => Section::HTTP_NETWORK_FETCH,
            Reason::ProxyAuthentication => Section::HTTP_NETWORK_OR_CACHE_FETCH,
            Reason::AcaoMissing { .. }
            | Reason::AcaoWildcardWithCredentials { .. }
            | Reason::AcaoMismatch { .. }
            | Reason::AcacNotTrue { .. } => Section::CORS_CHECK,
            Reason::StatusNotOk { .. }
            | Reason::MethodsUnparseable { .. }
            | Reason::HeadersUnparseable { .. }
            | Reason::MethodNotAllowed { .. }
            | Reason::AuthorizationNotListed { .. }
            | Reason::HeaderNotAllowed { .. } => Section::CORS_PREFLIGHT_FETCH,
            Reason::RedirectForbidden { .. } => Section::HTTP_FETCH,
            Reason::LocationInvalid { .. }
            | Reason::LocationScheme { .. }
            | Reason::LocationCredentials { .. }
            | Reason::TooManyRedirects
            | Reason::RedirectedStream { .. } => Section::HTTP_REDIRECT_FETCH,
            Reason::ResourcePolicy { .. } => Section::CROSS_ORIGIN_RESOURCE_POLICY,
            Reason::StatusNotTaken { .. } | Reason::TypeNotTaken { .. } => Section::INITIATOR,
        }
    }

    /// What is odd about an `Access-Control-Allow-Origin` that is not the origin.
    #[must_use]
    pub fn mismatch(&self) -> Option<Mismatch> {
        let Reason::AcaoMismatch { got, lines, .. } = self else { return None };
        Some(match got.as_slice() {
            _ if *lines > 1 => Mismatch::SeveralLines,
            b"" => Mismatch::Empty,
            got if got.iter().any(|byte| matches!(byte, b',' | b' ')) => Mismatch::List,
            _ => Mismatch::Other,
        })
    }
}

impl Mismatch {
    /// Its name in kebab-case, which stays the same.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Mismatch::SeveralLines => "several-lines",
            Mismatch::List => "list",
            Mismatch::Empty => "empty",
            Mismatch::Other => "other",
        }
    }
}
