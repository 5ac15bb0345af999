//! The gist of what the consoles of browsers say, in words close to theirs.

use crate::exchange::{Exchange, FailedStep, Failure, Verdict};
use crate::headers::is_token;
use crate::initiator::Initiator;
use crate::page::Page;
use crate::profile::Engine;
use crate::reason::{Mismatch, Reason};
use crate::request::Request;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Reason {
    /// The gist of what an engine says. Wordings drift from version to version: look for the names and values in it.
    #[must_use]
    pub fn console(&self, engine: Engine) -> String {
        match engine {
            Engine::Chromium => self.chromium(),
            Engine::Firefox => self.firefox(),
            Engine::WebKit => self.webkit(),
        }
    }

    fn chromium(&self) -> String {
        match self {
            Reason::AcaoMissing { .. } => {
                "No 'Access-Control-Allow-Origin' header is present on the requested resource.".to_owned()
            }
            Reason::AcaoWildcardWithCredentials { .. } => {
                "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' \
                 when the request's credentials mode is 'include'."
                    .to_owned()
            }
            Reason::AcaoMismatch { expected, got, .. } => match self.mismatch() {
                Some(Mismatch::SeveralLines | Mismatch::List) => format!(
                    "The 'Access-Control-Allow-Origin' header contains multiple values '{}', but only one is allowed.",
                    text(got)
                ),
                _ if !got.windows(3).any(|bytes| bytes == b"://") && got != b"null" => format!(
                    "The 'Access-Control-Allow-Origin' header contains the invalid value '{}'.",
                    text(got)
                ),
                _ => format!(
                    "The 'Access-Control-Allow-Origin' header has a value '{}' that is not equal to the supplied \
                     origin '{}'.",
                    text(got),
                    text(expected)
                ),
            },
            Reason::AcacNotTrue { got } => format!(
                "The value of the 'Access-Control-Allow-Credentials' header in the response is '{}' which must be \
                 'true' when the request's credentials mode is 'include'.",
                text(got.as_deref().unwrap_or_default())
            ),
            Reason::StatusNotOk { status: 300..=399 } => {
                "Redirect is not allowed for a preflight request.".to_owned()
            }
            Reason::StatusNotOk { .. } => "It does not have HTTP ok status.".to_owned(),
            Reason::MethodsUnparseable { .. } => {
                "Cannot parse Access-Control-Allow-Methods response header field in preflight response.".to_owned()
            }
            Reason::HeadersUnparseable { .. } => {
                "Cannot parse Access-Control-Allow-Headers response header field in preflight response.".to_owned()
            }
            Reason::MethodNotAllowed { method, .. } => {
                format!("Method {method} is not allowed by Access-Control-Allow-Methods in preflight response.")
            }
            Reason::AuthorizationNotListed { .. } => header_not_allowed("authorization"),
            Reason::HeaderNotAllowed { name, .. } => header_not_allowed(name),
            Reason::LocationCredentials { .. } => {
                "Redirect location contains a username and password, which is disallowed for cross-origin requests."
                    .to_owned()
            }
            Reason::SameOriginMode { .. } => "Cross-origin requests are not allowed by the request mode.".to_owned(),
            Reason::SchemeNotHttp { .. } | Reason::LocationScheme { .. } => {
                "Cross-origin requests are only supported for protocol schemes: chrome, chrome-extension, data, http, \
                 https."
                    .to_owned()
            }
            other => other.chromium_beside_cors(),
        }
    }

    fn chromium_beside_cors(&self) -> String {
        match self {
            Reason::MixedContent { url } => format!(
                "Mixed Content: The page was loaded over HTTPS, but requested an insecure resource '{url}'. This \
                 request has been blocked."
            ),
            Reason::BlockedPort { .. } => "net::ERR_UNSAFE_PORT".to_owned(),
            Reason::TooManyRedirects => "net::ERR_TOO_MANY_REDIRECTS".to_owned(),
            Reason::Network { message } => format!("net::ERR_FAILED: {message}"),
            Reason::LocationInvalid { .. } => "net::ERR_INVALID_REDIRECT".to_owned(),
            Reason::ResourcePolicy { .. } => "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin".to_owned(),
            Reason::RedirectForbidden { .. } => "Redirect mode is set to error.".to_owned(),
            Reason::MethodForbidden { method } => {
                format!("TypeError: Failed to execute 'fetch' on 'Window': '{method}' HTTP method is unsupported.")
            }
            Reason::MethodNotToken { method } => {
                format!("TypeError: Failed to execute 'fetch' on 'Window': '{method}' is not a valid HTTP method.")
            }
            Reason::MethodNotNoCors { method } => {
                format!("TypeError: Failed to execute 'fetch' on 'Window': '{method}' is unsupported in no-cors mode.")
            }
            Reason::BodyNotAllowed { .. } => {
                "TypeError: Failed to execute 'fetch' on 'Window': Request with GET/HEAD method cannot have body."
                    .to_owned()
            }
            Reason::UrlCredentials { url } => {
                format!(
                    "TypeError: Failed to execute 'fetch' on 'Window': Request cannot be constructed from a URL that includes \
                         credentials: {url}"
                )
            }
            Reason::HeaderInvalid { .. } => {
                "TypeError: Failed to execute 'fetch' on 'Window': Invalid name or value.".to_owned()
            }
            Reason::TypeNotTaken { expected, got } => format!(
                "The response has a MIME type ('{}') that is not '{expected}'.",
                text(got.as_deref().unwrap_or_default())
            ),
            other => other.to_string(),
        }
    }

    fn firefox(&self) -> String {
        match self {
            Reason::AcaoMissing { .. } => "CORS header 'Access-Control-Allow-Origin' missing".to_owned(),
            Reason::AcaoWildcardWithCredentials { .. } => {
                "Credential is not supported if the CORS header 'Access-Control-Allow-Origin' is '*'"
                    .to_owned()
            }
            Reason::AcaoMismatch { lines: 2.., .. } => {
                "Multiple CORS header 'Access-Control-Allow-Origin' not allowed".to_owned()
            }
            Reason::AcaoMismatch { got, .. } => {
                format!("CORS header 'Access-Control-Allow-Origin' does not match '{}'", text(got))
            }
            Reason::AcacNotTrue { .. } => {
                "expected 'true' in CORS header 'Access-Control-Allow-Credentials'".to_owned()
            }
            Reason::StatusNotOk { status: 300..=399 } => {
                "CORS request external redirect not allowed".to_owned()
            }
            Reason::StatusNotOk { status } => {
                format!("CORS preflight response did not succeed. Status code: {status}")
            }
            Reason::MethodsUnparseable { token } => {
                format!("invalid token '{}' in CORS header 'Access-Control-Allow-Methods'", text(token))
            }
            Reason::HeadersUnparseable { token } => {
                format!("invalid token '{}' in CORS header 'Access-Control-Allow-Headers'", text(token))
            }
            Reason::MethodNotAllowed { .. } => {
                "Did not find method in CORS header 'Access-Control-Allow-Methods'".to_owned()
            }
            Reason::AuthorizationNotListed { .. } => firefox_header_not_allowed("authorization"),
            Reason::HeaderNotAllowed { name, .. } => firefox_header_not_allowed(name),
            Reason::SchemeNotHttp { .. } | Reason::LocationScheme { .. } => {
                "CORS request not http".to_owned()
            }
            Reason::Network { .. } => "CORS request did not succeed. Status code: (null)".to_owned(),
            Reason::MixedContent { url } => format!("Blocked loading mixed active content '{url}'"),
            Reason::BlockedPort { .. } => "This address is restricted".to_owned(),
            Reason::ResourcePolicy { .. } => {
                "The resource was blocked due to its Cross-Origin-Resource-Policy header (or lack thereof)."
                    .to_owned()
            }
            other => other.firefox_beside_cors(),
        }
    }

    fn firefox_beside_cors(&self) -> String {
        match self {
            Reason::MethodForbidden { method }
            | Reason::MethodNotToken { method }
            | Reason::MethodNotNoCors { method } => {
                format!("TypeError: Window.fetch: Invalid request method {method}.")
            }
            Reason::BodyNotAllowed { .. } => {
                "TypeError: Window.fetch: HEAD or GET Request cannot have a body.".to_owned()
            }
            Reason::UrlCredentials { url } => {
                format!("TypeError: Window.fetch: {url} is an url with embedded credentials.")
            }
            Reason::HeaderInvalid { name, .. } if !is_token(name.as_bytes()) => {
                format!("TypeError: Window.fetch: {name} is an invalid header name.")
            }
            Reason::HeaderInvalid { value, .. } => {
                format!("TypeError: Window.fetch: {} is an invalid header value.", text(value))
            }
            Reason::SameOriginMode { .. } => {
                "TypeError: NetworkError when attempting to fetch resource.".to_owned()
            }
            other => other.to_string(),
        }
    }

    fn webkit(&self) -> String {
        match self {
            Reason::AcaoMissing { expected } | Reason::AcaoMismatch { expected, lines: 0 | 1, .. } => {
                format!("Origin {} is not allowed by Access-Control-Allow-Origin.", text(expected))
            }
            Reason::AcaoMismatch { .. } => {
                "Access-Control-Allow-Origin cannot contain more than one origin.".to_owned()
            }
            Reason::AcaoWildcardWithCredentials { .. } => {
                "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.".to_owned()
            }
            Reason::AcacNotTrue { .. } => {
                "Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\".".to_owned()
            }
            Reason::StatusNotOk { status } => {
                format!("Preflight response is not successful. Status code: {status}")
            }
            Reason::MethodsUnparseable { .. } => {
                "Header Access-Control-Allow-Methods has an invalid value.".to_owned()
            }
            Reason::HeadersUnparseable { .. } => {
                "Header Access-Control-Allow-Headers has an invalid value.".to_owned()
            }
            Reason::MethodNotAllowed { method, .. } => {
                format!("Method {method} is not allowed by Access-Control-Allow-Methods.")
            }
            Reason::AuthorizationNotListed { .. } => webkit_header_not_allowed("authorization"),
            Reason::HeaderNotAllowed { name, .. } => webkit_header_not_allowed(name),
            other => other.to_string(),
        }
    }
}

fn header_not_allowed(name: &str) -> String {
    format!(
        "Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
    )
}

fn firefox_header_not_allowed(name: &str) -> String {
    format!(
        "header '{name}' is not allowed according to header 'Access-Control-Allow-Headers' from CORS preflight response"
    )
}

fn webkit_header_not_allowed(name: &str) -> String {
    format!("Request header field {name} is not allowed by Access-Control-Allow-Headers.")
}

impl Reason {
    /// Whether consoles say that CORS is what blocks it.
    #[must_use]
    pub fn is_about_cors(&self) -> bool {
        matches!(
            self,
            Reason::AcaoMissing { .. }
                | Reason::AcaoWildcardWithCredentials { .. }
                | Reason::AcaoMismatch { .. }
                | Reason::AcacNotTrue { .. }
                | Reason::StatusNotOk { .. }
                | Reason::MethodsUnparseable { .. }
                | Reason::HeadersUnparseable { .. }
                | Reason::MethodNotAllowed { .. }
                | Reason::AuthorizationNotListed { .. }
                | Reason::HeaderNotAllowed { .. }
                | Reason::LocationCredentials { .. }
                | Reason::SchemeNotHttp { .. }
                | Reason::SameOriginMode { .. }
        )
    }
}

impl Exchange {
    /// What an engine says of the first failure, with page and URL in it, where there is one.
    #[must_use]
    pub fn console(&self, page: &Page, request: &Request, engine: Engine) -> Option<String> {
        let Verdict::Blocked(failure) = &self.verdict else { return None };
        let is_mode = matches!(failure.reason, Reason::SameOriginMode { .. });
        match (request.initiator, engine) {
            (Initiator::Fetch, _) => {}
            // A worker has an event `error` without a message.
            (_, Engine::Firefox) if is_mode => return None,
            (Initiator::Xhr, _) => {
                if let Some(said) = thrown_by_xhr(&failure.reason, engine) {
                    return Some(said);
                }
            }
            _ => {}
        }
        let gist = failure.reason.console(engine);
        // Firefox says nothing of CORS where the mode forbids it.
        if !failure.reason.is_about_cors() || engine == Engine::Firefox && is_mode {
            return Some(gist);
        }
        let url = self.hops.get(failure.hop).map_or(&request.url, |hop| &hop.url);
        Some(match engine {
            Engine::Chromium => chromium(self, page, request, failure, &gist),
            Engine::Firefox => format!(
                "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {url}. \
                 (Reason: {gist})."
            ),
            Engine::WebKit => format!("{gist} {url} cannot load due to access control checks."),
        })
    }
}

/// What engines say where `open()` of `XMLHttpRequest` throws.
fn thrown_by_xhr(reason: &Reason, engine: Engine) -> Option<String> {
    let (method, error, chromium, firefox) = match reason {
        Reason::MethodForbidden { method } => {
            (method, "SecurityError", "HTTP method is unsupported.", "The operation is insecure.")
        }
        Reason::MethodNotToken { method } => (
            method,
            "SyntaxError",
            "is not a valid HTTP method.",
            "An invalid or illegal string was specified",
        ),
        _ => return None,
    };
    match engine {
        Engine::Chromium => {
            Some(format!("{error}: Failed to execute 'open' on 'XMLHttpRequest': '{method}' {chromium}"))
        }
        Engine::Firefox => Some(format!("{error}: {firefox}")),
        Engine::WebKit => None,
    }
}

fn chromium(exchange: &Exchange, page: &Page, request: &Request, failure: &Failure, gist: &str) -> String {
    let url = exchange.hops.get(failure.hop).map_or(&request.url, |hop| &hop.url);
    let redirected = match exchange.hops.first() {
        Some(first) if failure.hop > 0 => format!(" (redirected from '{}')", first.url),
        _ => String::new(),
    };
    let is_list = matches!(
        failure.reason,
        Reason::MethodNotAllowed { .. }
            | Reason::AuthorizationNotListed { .. }
            | Reason::HeaderNotAllowed { .. }
    );
    let preflight = if failure.step == FailedStep::Preflight && !is_list {
        "Response to preflight request doesn't pass access control check: "
    } else {
        ""
    };
    let kind = Initiator::kind(request.initiator);
    let origin = &page.origin;
    match (&failure.reason, request.initiator) {
        (Reason::SameOriginMode { .. }, Initiator::Worker) => {
            return format!(
                "SecurityError: Failed to construct 'Worker': Script at '{url}' cannot be accessed from origin '{origin}'."
            );
        }
        (Reason::SameOriginMode { .. }, Initiator::Fetch) => {
            return format!(
                "Fetch API cannot load {url}. Request mode is \"same-origin\" but the URL's origin is not same as the \
                 request origin {origin}."
            );
        }
        (Reason::SchemeNotHttp { scheme }, Initiator::Fetch) => {
            return format!("Fetch API cannot load {url}. URL scheme \"{scheme}\" is not supported.");
        }
        _ => {}
    }
    format!(
        "Access to {kind} at '{url}'{redirected} from origin '{origin}' has been blocked by CORS policy: \
         {preflight}{gist}"
    )
}
