//! What servers do wrong: with these the matrix shows that it can fail.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName,
    HeaderValue, LOCATION, ORIGIN, VARY,
};
use http::{HeaderMap, Method, Request, Response, StatusCode};

use crate::reply::Body;

/// What a server does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// Nothing of CORS.
    Silent,
    /// Preflights only are answered.
    SilentActual,
    /// Errors leave without CORS headers.
    SilentErrors,
    /// `*`, whoever asks.
    Star,
    /// The origin that asks, whoever it is, with credentials.
    Reflected,
    TrailingSlash,
    UpperCase,
    TwoLines,
    List,
    /// `True` instead of `true`.
    WrongTrue,
    /// No `Access-Control-Allow-Credentials`.
    NoCredentials,
    /// Methods in lower case.
    LowerMethods,
    /// `*` for methods and headers beside credentials.
    StarLists,
    /// A list with a space in a name.
    BrokenList,
    /// Status of preflights.
    PreflightStatus(u16),
    /// Preflights are redirected.
    PreflightRedirected,
    /// `*` exposed beside credentials.
    StarExposed,
    /// No `Vary`.
    NoVary,
    /// The origin `null` is admitted.
    Null,
}

impl Fault {
    /// Spoils a right response.
    pub(crate) fn spoil<B>(self, request: &Request<B>, response: &mut Response<Body>) {
        let is_preflight = request.method() == Method::OPTIONS
            && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        let is_error = !response.status().is_success();
        match self {
            Fault::PreflightStatus(status) if is_preflight => {
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
            }
            Fault::PreflightRedirected if is_preflight => {
                *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
                let itself = HeaderValue::from_str(request.uri().path()).unwrap();
                response.headers_mut().insert(LOCATION, itself);
            }
            Fault::Silent => silence(response.headers_mut()),
            Fault::SilentActual if !is_preflight => silence(response.headers_mut()),
            Fault::SilentErrors if is_error => silence(response.headers_mut()),
            fault => fault.spoil_headers(request.headers(), response.headers_mut()),
        }
    }

    fn spoil_headers(self, request: &HeaderMap, response: &mut HeaderMap) {
        let origin = request.get(ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
        let allow_origin = |response: &mut HeaderMap, value: &str| {
            response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_str(value).unwrap());
        };
        let mut set = |name: HeaderName, value| drop(response.insert(name, HeaderValue::from_static(value)));
        match self {
            Fault::Star => set(ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            Fault::Null => {
                set(ACCESS_CONTROL_ALLOW_ORIGIN, "null");
                set(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            }
            Fault::Reflected => {
                set(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
                allow_origin(response, origin);
            }
            Fault::TrailingSlash => allow_origin(response, &format!("{origin}/")),
            Fault::UpperCase => allow_origin(response, &origin.to_ascii_uppercase()),
            Fault::List => allow_origin(response, &format!("{origin}, {origin}")),
            Fault::TwoLines => {
                let again = HeaderValue::from_str(origin).unwrap();
                response.append(ACCESS_CONTROL_ALLOW_ORIGIN, again);
            }
            Fault::WrongTrue => set(ACCESS_CONTROL_ALLOW_CREDENTIALS, "True"),
            Fault::NoCredentials => drop(response.remove(ACCESS_CONTROL_ALLOW_CREDENTIALS)),
            Fault::LowerMethods => set(ACCESS_CONTROL_ALLOW_METHODS, "put"),
            Fault::StarLists => {
                set(ACCESS_CONTROL_ALLOW_METHODS, "*");
                set(ACCESS_CONTROL_ALLOW_HEADERS, "*");
            }
            Fault::BrokenList => set(ACCESS_CONTROL_ALLOW_METHODS, "PUT, DE LETE"),
            Fault::StarExposed => set(ACCESS_CONTROL_EXPOSE_HEADERS, "*"),
            Fault::NoVary => drop(response.remove(VARY)),
            _ => {}
        }
    }
}

fn silence(headers: &mut HeaderMap) {
    for name in [
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_HEADERS,
        ACCESS_CONTROL_EXPOSE_HEADERS,
    ] {
        headers.remove(name);
    }
}
