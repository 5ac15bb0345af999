//! The request, as actix-web has it. Its header types are those of the crate `http` 0.2.

use std::ops::ControlFlow;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, COOKIE, HOST, HeaderMap,
    HeaderName, HeaderValue, ORIGIN, UPGRADE,
};
use actix_web::http::uri::Authority;

use crate::fields::{Field, RequestFields};
use crate::operation::Header;
use crate::resolve::{Target, asked_method, host};

/// The name of a field. A look-up by text would parse it each time.
pub(super) fn field_name(field: Field) -> &'static HeaderName {
    static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    static SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
    match field {
        Field::Origin => &ORIGIN,
        Field::AccessControlRequestMethod => &ACCESS_CONTROL_REQUEST_METHOD,
        Field::AccessControlRequestHeaders => &ACCESS_CONTROL_REQUEST_HEADERS,
        Field::Cookie => &COOKIE,
        Field::Authorization => &AUTHORIZATION,
        Field::SecFetchSite => &SEC_FETCH_SITE,
        Field::SecFetchMode => &SEC_FETCH_MODE,
        Field::Upgrade => &UPGRADE,
    }
}

/// The name of a header of the response.
pub(super) fn header_name(header: Header) -> HeaderName {
    match header {
        Header::AllowOrigin => ACCESS_CONTROL_ALLOW_ORIGIN,
        Header::AllowCredentials => ACCESS_CONTROL_ALLOW_CREDENTIALS,
        Header::AllowMethods => ACCESS_CONTROL_ALLOW_METHODS,
        Header::AllowHeaders => ACCESS_CONTROL_ALLOW_HEADERS,
        Header::ExposeHeaders => ACCESS_CONTROL_EXPOSE_HEADERS,
        Header::MaxAge => ACCESS_CONTROL_MAX_AGE,
    }
}

impl RequestFields for HeaderMap {
    #[inline]
    fn each_line(&self, field: Field, visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        self.get_all(field_name(field)).try_for_each(|value| visit(value.as_bytes()))
    }

    #[inline]
    fn has(&self, field: Field) -> bool {
        self.contains_key(field_name(field))
    }
}

impl Target for ServiceRequest {
    fn method(&self) -> &str {
        let lines = self.headers().get_all(ACCESS_CONTROL_REQUEST_METHOD).map(HeaderValue::as_bytes);
        asked_method(self.method().as_str(), self.headers().contains_key(ORIGIN), lines)
    }

    fn host(&self) -> Option<&str> {
        let lines = self.headers().get_all(HOST).map(HeaderValue::as_bytes);
        host(self.uri().authority().map(Authority::as_str), lines)
    }

    fn path(&self) -> &str {
        self.uri().path()
    }

    fn query(&self) -> Option<&str> {
        self.uri().query()
    }
}
