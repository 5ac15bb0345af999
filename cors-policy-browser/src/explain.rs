//! Reasons in plain words, with what was expected and what there was.

use std::fmt;

use crate::exchange::Failure;
use crate::preflight::Cause;
use crate::reason::{Mismatch, Reason};
use crate::safelist::Unsafe;

/// What was expected, and what there was.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.api(f)
            .or_else(|| self.cors_check(f))
            .or_else(|| self.preflight(f))
            .or_else(|| self.redirect(f))
            .unwrap_or_else(|| f.write_str(self.code()))
    }
}

/// Where it fails, and why.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.reason, self.section())
    }
}

impl std::error::Error for Reason {}
impl std::error::Error for Failure {}

impl Reason {
    fn api(&self, f: &mut fmt::Formatter<'_>) -> Option<fmt::Result> {
        Some(match self {
            Reason::MethodNotToken { method } => {
                write!(f, "the method `{}` is no token", method.escape_debug())
            }
            Reason::MethodForbidden { method } => write!(f, "browsers do not send the method `{method}`"),
            Reason::MethodNotNoCors { method } => {
                write!(f, "the mode `no-cors` is for GET, HEAD and POST, and the method is `{method}`")
            }
            Reason::BodyNotAllowed { method } => write!(f, "a `{method}` has no body, and there is one"),
            Reason::HeaderInvalid { name, value } => {
                write!(f, "`{}: {}` is no header", name.escape_debug(), value.escape_ascii())
            }
            Reason::UrlCredentials { url } => {
                write!(f, "the URL must have neither user name nor password, and is {url}")
            }
            Reason::BlockedPort { port } => write!(f, "browsers do not connect to port {port}"),
            Reason::MixedContent { url } => {
                write!(f, "the page was loaded over https, and would load {url} without")
            }
            Reason::SameOriginMode { page, url } => {
                write!(f, "the mode is `same-origin`, the page's origin {page}, and the URL's {url}")
            }
            Reason::NoCorsRedirectMode => {
                f.write_str("the mode `no-cors` takes only the redirect mode `follow`, and it is another")
            }
            Reason::SchemeNotHttp { scheme } => {
                write!(f, "only http and https can be asked with CORS, and the URL's scheme is `{scheme}`")
            }
            Reason::Network { message } => write!(f, "there was no response: {message}"),
            Reason::ProxyAuthentication => f.write_str("a proxy asks for authentication, with status 407"),
            _ => return None,
        })
    }

    fn cors_check(&self, f: &mut fmt::Formatter<'_>) -> Option<fmt::Result> {
        Some(match self {
            Reason::AcaoMissing { expected } => write!(
                f,
                "the response has no `Access-Control-Allow-Origin`, and the origin is `{}`",
                expected.escape_ascii()
            ),
            Reason::AcaoWildcardWithCredentials { expected } => write!(
                f,
                "`Access-Control-Allow-Origin` is `*`, and a request with credentials needs `{}`",
                expected.escape_ascii()
            ),
            Reason::AcaoMismatch { expected, got, lines } => {
                let what = match self.mismatch() {
                    Some(Mismatch::SeveralLines) => format!("stands {lines} times, which together is"),
                    Some(Mismatch::Empty) => "is empty:".to_owned(),
                    _ => "is".to_owned(),
                };
                let (got, expected) = (got.escape_ascii(), expected.escape_ascii());
                write!(f, "`Access-Control-Allow-Origin` {what} `{got}`, and the origin is `{expected}`")
            }
            Reason::AcacNotTrue { got: None } => f.write_str(
                "the response has no `Access-Control-Allow-Credentials`, and a request with credentials needs `true`",
            ),
            Reason::AcacNotTrue { got: Some(got) } => write!(
                f,
                "`Access-Control-Allow-Credentials` is `{}`, and a request with credentials needs `true`",
                got.escape_ascii()
            ),
            _ => return None,
        })
    }

    fn preflight(&self, f: &mut fmt::Formatter<'_>) -> Option<fmt::Result> {
        Some(match self {
            Reason::StatusNotOk { status: status @ 300..=399 } => {
                write!(
                    f,
                    "the status of a preflight must be 200 to 299, and is {status}: redirects are not followed"
                )
            }
            Reason::StatusNotOk { status } => {
                write!(f, "the status of a preflight must be 200 to 299, and is {status}")
            }
            Reason::MethodsUnparseable { token } => not_a_list(f, METHODS, token),
            Reason::HeadersUnparseable { token } => not_a_list(f, HEADERS, token),
            Reason::MethodNotAllowed { method, listed, include } => {
                write!(
                    f,
                    "the method is `{method}`, and the preflight's answer {}",
                    Listed(METHODS, listed, *include)
                )
            }
            Reason::AuthorizationNotListed { listed } => write!(
                f,
                "the request has the header `authorization`, which only its name allows, and the preflight's answer {}",
                Listed(HEADERS, listed, false)
            ),
            Reason::HeaderNotAllowed { name, listed, include } => write!(
                f,
                "the request has the header `{name}`, and the preflight's answer {}",
                Listed(HEADERS, listed, *include)
            ),
            _ => return None,
        })
    }

    fn redirect(&self, f: &mut fmt::Formatter<'_>) -> Option<fmt::Result> {
        Some(match self {
            Reason::RedirectForbidden { status } => {
                write!(f, "the redirect mode is `error`, and the status {status}")
            }
            Reason::LocationInvalid { location } => {
                write!(f, "`Location` must be a URL, and is `{}`", location.escape_ascii())
            }
            Reason::LocationScheme { scheme } => {
                write!(f, "`Location` must be http or https, and its scheme is `{scheme}`")
            }
            Reason::LocationCredentials { location } => {
                write!(f, "`Location` must have neither user name nor password, and is {location}")
            }
            Reason::TooManyRedirects => f.write_str("20 redirects are followed, and there is one more"),
            Reason::RedirectedStream { status } => {
                write!(f, "the body was a stream and cannot be sent again, and the status is {status}")
            }
            Reason::ResourcePolicy { policy } => write!(
                f,
                "the page asked without CORS, and `Cross-Origin-Resource-Policy` is `{}`",
                policy.escape_ascii()
            ),
            Reason::StatusNotTaken { status } => write!(f, "whoever asked does not take the status {status}"),
            Reason::TypeNotTaken { expected, got: None } => {
                write!(f, "the type must be `{expected}`, and there is no `Content-Type`")
            }
            Reason::TypeNotTaken { expected, got: Some(got) } => {
                write!(f, "the type must be `{expected}`, and is `{}`", got.escape_ascii())
            }
            _ => return None,
        })
    }
}

const METHODS: &str = "Access-Control-Allow-Methods";
const HEADERS: &str = "Access-Control-Allow-Headers";

fn not_a_list(f: &mut fmt::Formatter<'_>, name: &str, token: &[u8]) -> fmt::Result {
    write!(f, "`{name}` must list tokens, and `{}` is none", token.escape_ascii())
}

/// What a list has, and whether its `*` counts.
struct Listed<'a>(&'static str, &'a Option<Vec<String>>, bool);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Listed(name, listed, include) = self;
        match listed {
            None => write!(f, "has no `{name}`"),
            Some(names) => {
                write!(f, "allows only `{}`", names.join(", "))?;
                let is_star = *include && names.iter().any(|name| name == "*");
                f.write_str(if is_star { ", where with credentials `*` is no wildcard" } else { "" })
            }
        }
    }
}

/// What asks for the preflight.
impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Method(method) => write!(f, "the method `{method}`, which is none of GET, HEAD and POST"),
            Cause::Header { name, why } => write!(f, "the header `{name}`, {why}"),
            Cause::UploadListeners => f.write_str("listeners to the upload"),
            Cause::Stream => f.write_str("a stream for a body"),
            Cause::Redirected => f.write_str("the preflight before the redirect"),
        }
    }
}

/// Why a header is not safelisted.
impl fmt::Display for Unsafe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unsafe::Name => f.write_str("which is not safelisted"),
            Unsafe::TooLong { length } => write!(f, "whose value may have 128 bytes, and has {length}"),
            Unsafe::Byte { byte } => write!(f, "whose value has the byte `{}`", byte.escape_ascii()),
            Unsafe::ContentType { essence: Some(essence) } => {
                write!(f, "whose value `{essence}` is none of the types that forms send")
            }
            Unsafe::ContentType { essence: None } => f.write_str("whose value is no type"),
            Unsafe::Range => f.write_str("whose value is not of the form `bytes=0-499` or `bytes=500-`"),
            Unsafe::ClientHint => f.write_str("whose value is not of its form"),
            Unsafe::Total { length } => {
                write!(f, "as all safelisted headers together may have 1024 bytes, and have {length}")
            }
        }
    }
}
