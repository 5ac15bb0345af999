//! A request comes in, an answer leaves.

use std::time::Duration;

use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use crate::inspector::Inspector;
use crate::inspector::guard::{self, Denial};
use crate::inspector::page::{SCRIPT, STYLE, page};
use crate::inspector::question::{Format, Question};
use crate::inspector::report::Report;
use crate::resolve::Target;

const HTML: &str = "text/html; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";

/// How long one request may spend on stories that nobody has seen yet.
const TELLING: Duration = Duration::from_millis(100);

/// What every answer says, denials included.
const HEADERS: [(HeaderName, &str); 8] = [
    (CACHE_CONTROL, "no-store"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("x-robots-tag"), "noindex"),
];

impl Inspector {
    /// Answers a request: the page, its files, JSON.
    ///
    /// The path plays no part, only the query does, so that the page can be served at any. Where nothing is served (in a
    /// release build), the answer to everything is 404, without a body.
    ///
    /// ```
    /// use cors_policy::inspector::Inspector;
    /// use http::Request;
    ///
    /// let inspector = Inspector::new();
    /// let request = Request::builder().uri("/.cors?format=json").header("host", "localhost:3000").body(())?;
    /// let response = inspector.answer(&request);
    /// assert_eq!(response.status(), if cfg!(debug_assertions) { 200 } else { 404 });
    ///
    /// let request = Request::builder().uri("/.cors").header("host", "rebound.evil.test").body(())?;
    /// assert_ne!(inspector.answer(&request).status(), 200);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn answer<B>(&self, request: &Request<B>) -> Response<String> {
        if !self.is_served() {
            return with_status(StatusCode::NOT_FOUND, Response::default());
        }
        let answer = match guard::check(request, &self.hosts) {
            Ok(()) => self.answer_to(request),
            Err(denial) => denied(denial),
        };
        if Request::method(request) == Method::HEAD { without_body(answer) } else { answer }
    }

    fn answer_to<B>(&self, request: &Request<B>) -> Response<String> {
        let question = Question::read(request.query().unwrap_or_default());
        match (question.file.as_deref(), question.format) {
            (Some("style.css"), _) => response("text/css; charset=utf-8", STYLE.to_owned()),
            (Some("script.js"), _) => response("text/javascript; charset=utf-8", SCRIPT.to_owned()),
            (Some(_), _) => {
                with_status(StatusCode::NOT_FOUND, response(PLAIN, "There is no such file.\n".to_owned()))
            }
            (None, Format::Revision) => response(PLAIN, self.log.revision().to_string()),
            (None, format) => {
                let host = request.host().unwrap_or_default();
                let report = Report::of(&self.log, &self.policies, &question, host, TELLING);
                match format {
                    Format::Json => response("application/json", report.json().to_string()),
                    _ => response(HTML, page(&report)),
                }
            }
        }
    }
}

fn denied(denial: Denial) -> Response<String> {
    let mut response = with_status(denial.status(), response(PLAIN, denial.reason().to_owned()));
    if denial == Denial::Method {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

fn response(content_type: &'static str, body: String) -> Response<String> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn with_status(status: StatusCode, mut response: Response<String>) -> Response<String> {
    *response.status_mut() = status;
    response
}

/// To HEAD: what the answer to GET would say, and how long it would be.
fn without_body(mut response: Response<String>) -> Response<String> {
    let length = std::mem::take(response.body_mut()).len();
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}
