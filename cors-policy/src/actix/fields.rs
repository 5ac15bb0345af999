//! The request, as actix-web has it. Its header types are those of the crate `http` 0.2.

use std::ops::ControlFlow;

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{ACCESS_CONTROL_REQUEST_METHOD, HOST, HeaderMap, ORIGIN};

use crate::fields::{Field, RequestFields};
use crate::resolve::Target;

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
        if self.method() != Method::OPTIONS || !self.headers().contains_key(ORIGIN) {
            return self.method().as_str();
        }
        let mut lines = self.headers().get_all(ACCESS_CONTROL_REQUEST_METHOD);
        match (lines.next(), lines.next()) {
            (None, _) => self.method().as_str(),
            (Some(line), None) => line.to_str().unwrap_or_default(),
            _ => "",
        }
    }

    fn host(&self) -> Option<&str> {
        let authority = self.uri().authority().map(actix_web::http::uri::Authority::as_str);
        let mut lines = self.headers().get_all(HOST);
        let line = lines.next().filter(|_| lines.next().is_none());
        let host = authority.or_else(|| line?.to_str().ok())?;
        host.rsplit('@').next()
    }

    fn path(&self) -> &str {
        self.uri().path()
    }

    fn query(&self) -> Option<&str> {
        self.uri().query()
    }
}
