//! The inspector as a handler of actix-web, whose types are those of the crate `http` 0.2.

use std::future::{Ready, ready};

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use http::Request;

use crate::inspector::Inspector;

/// The headers that the inspector looks at.
const LOOKED_AT: [&str; 5] = ["host", "origin", "sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];

impl Inspector {
    /// The inspector as a handler: `.route("/.cors", web::route().to(inspector.handler()))`.
    pub fn handler(&self) -> impl Fn(HttpRequest) -> Ready<HttpResponse> + Clone + 'static + use<> {
        let inspector = self.clone();
        move |request: HttpRequest| ready(answer(&inspector, &request))
    }
}

fn answer(inspector: &Inspector, request: &HttpRequest) -> HttpResponse {
    let Some(asked) = converted(request) else { return HttpResponse::BadRequest().finish() };
    let (parts, body) = inspector.answer(&asked).into_parts();
    let status = StatusCode::from_u16(parts.status.as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    for (name, value) in &parts.headers {
        response.insert_header((name.as_str(), value.as_bytes()));
    }
    response.body(body)
}

fn converted(request: &HttpRequest) -> Option<Request<()>> {
    // To HEAD, actix-web sends the headers of what GET would get, and takes the length from its body.
    let method = if request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
    let mut converted = Request::builder().method(method).uri(request.uri().to_string());
    for name in LOOKED_AT {
        for value in request.headers().get_all(name) {
            converted = converted.header(name, value.as_bytes());
        }
    }
    converted.body(()).ok()
}
