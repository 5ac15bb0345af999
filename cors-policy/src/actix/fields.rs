//! The request, as actix-web has it. Its header types are those of the crate `http` 0.2.

use std::ops::ControlFlow;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::{ACCESS_CONTROL_REQUEST_METHOD, HOST, HeaderMap, HeaderValue, ORIGIN};
use actix_web::http::uri::Authority;

use crate::fields::{Field, RequestFields};
use crate::resolve::{Target, asked_method, host};

impl RequestFields for HeaderMap {
    #[inline]
    fn each_line(&self, field: Field, visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        self.get_all(field.name()).try_for_each(|value| visit(value.as_bytes()))
    }

    #[inline]
    fn has(&self, field: Field) -> bool {
        self.contains_key(field.name())
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
