//! What is really sent, and what comes back.

mod trust;
mod unreached;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use cors_policy_browser::{Headers, HttpRequest, HttpResponse, Origin};
use http::{HeaderName, HeaderValue, Method, Uri};
use ureq::Agent;
use ureq::config::AutoHeaderValue;
use ureq::tls::TlsConfig;

use crate::failure::Failure;
pub(super) use unreached::{Kind, Unreached};

/// Who asks. Some firewalls refuse whoever does not look like a browser.
const USER_AGENT: &str =
    concat!("Mozilla/5.0 (compatible; cors-policy-probe/", env!("CARGO_PKG_VERSION"), ")");

/// The most bytes of a response's headers: what clients commonly take.
const MOST_HEADER_BYTES: usize = 64 * 1024;

#[derive(Debug, Args)]
pub(super) struct Means {
    /// The longest time for one request: `500ms`, `10s`, `1m`
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    timeout: Duration,
    /// Trusts the certificates in this file (PEM), beside those that the system trusts
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// Cookies that the browser has for the URL's host. They are sent where a browser would, and nowhere else
    #[arg(long, value_name = "NAME=VALUE")]
    cookie: Option<String>,
    /// What the browser sends as `Authorization` by itself, as after a log-in by HTTP
    #[arg(long, value_name = "VALUE")]
    authorization: Option<String>,
}

/// What a request was sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Preflight,
    Actual,
    /// What is found out beside the request, in words.
    Experiment(&'static str),
}

/// A request, and what became of it.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) purpose: Purpose,
    pub(super) request: HttpRequest,
    /// The credentials that went with it.
    pub(super) credentials: Vec<&'static str>,
    pub(super) outcome: Result<HttpResponse, Unreached>,
}

/// Sends requests, and keeps all of them.
#[derive(Debug)]
pub(super) struct Client {
    agent: Agent,
    /// The origin that the credentials are for.
    home: Origin,
    cookie: Option<HeaderValue>,
    authorization: Option<HeaderValue>,
    /// When all of it ends, however many requests there are.
    end: Instant,
    pub(super) log: Vec<Message>,
}

/// How many times that of one request all of them may take.
const PATIENCE: u32 = 4;

impl Client {
    pub(super) fn new(means: &Means, home: Origin) -> Result<Self, Failure> {
        let value = |name: &str, text: &Option<String>| {
            let value = text.as_deref().map(HeaderValue::from_str).transpose();
            value.map_err(|_| Failure::usage(format!("what `--{name}` says is no value of a header")))
        };
        let cookie = value("cookie", &means.cookie)?;
        let authorization = value("authorization", &means.authorization)?;
        let roots = trust::roots(means.cacert.as_deref())?;
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            // What stands in the environment must not decide which server is asked.
            .proxy(None)
            .user_agent(AutoHeaderValue::None)
            .accept(AutoHeaderValue::None)
            .accept_encoding(AutoHeaderValue::None)
            .max_response_header_size(MOST_HEADER_BYTES)
            // Each request is one connection: what one breaks, the next does not meet.
            .max_idle_connections(0)
            .timeout_global(Some(means.timeout))
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build()
            .new_agent();
        let end = Instant::now() + means.timeout * PATIENCE;
        Ok(Client { agent, home, cookie, authorization, end, log: Vec::new() })
    }

    /// Sends a request, and keeps it with its response. Bodies of responses are not read.
    pub(super) fn send(
        &mut self,
        purpose: Purpose,
        request: &HttpRequest,
    ) -> Result<HttpResponse, Unreached> {
        let mut request = request.clone();
        request.headers.append("User-Agent", USER_AGENT);
        let is_home = Origin::of(&request.url).is_same_origin(&self.home);
        let mut credentials = Vec::new();
        let outcome = self.built(&request, is_home, &mut credentials).and_then(|built| {
            if self.is_late() {
                return Err(Unreached::late());
            }
            let begun = Instant::now();
            let (head, body) = built.into_parts();
            let answered = match body {
                Some(body) => self.agent.run(http::Request::from_parts(head, body)),
                None => self.agent.run(http::Request::from_parts(head, ())),
            };
            answered.map(|response| read(&response)).map_err(|error| Unreached::of(&error, begun.elapsed()))
        });
        self.log.push(Message { purpose, request, credentials, outcome: outcome.clone() });
        outcome
    }

    /// Whether the time for all of it is over.
    pub(super) fn is_late(&self) -> bool {
        Instant::now() >= self.end
    }

    /// Whether the last request had no response.
    pub(super) fn is_silent(&self) -> bool {
        self.log.last().is_some_and(|message| message.outcome.is_err())
    }

    fn built(
        &self,
        request: &HttpRequest,
        is_home: bool,
        credentials: &mut Vec<&'static str>,
    ) -> Result<http::Request<Option<Vec<u8>>>, Unreached> {
        let unsendable = |what: &dyn std::fmt::Display| Unreached::unsendable(what);
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| unsendable(&error))?;
        let uri = Uri::try_from(request.url.as_str()).map_err(|error| unsendable(&error))?;
        let mut built = http::Request::new(request.body.clone());
        *built.method_mut() = method;
        *built.uri_mut() = uri;
        for (name, value) in request.headers.iter() {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| unsendable(&error))?;
            let value = HeaderValue::from_bytes(value).map_err(|error| unsendable(&error))?;
            built.headers_mut().append(name, value);
        }
        if is_home && request.sends_credentials {
            if let Some(cookie) = &self.cookie {
                built.headers_mut().insert(http::header::COOKIE, cookie.clone());
                credentials.push("cookie");
            }
            let is_set = built.headers().contains_key(http::header::AUTHORIZATION);
            if let Some(authorization) = self.authorization.as_ref().filter(|_| !is_set) {
                built.headers_mut().insert(http::header::AUTHORIZATION, authorization.clone());
                credentials.push("authorization");
            }
        }
        Ok(built)
    }
}

fn read(response: &http::Response<ureq::Body>) -> HttpResponse {
    let headers = response.headers().iter();
    let headers: Headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    HttpResponse::new(response.status().as_u16(), headers)
}

/// A time such as `500ms`, `10s` or `1m`, of ten minutes at most.
fn duration(text: &str) -> Result<Duration, String> {
    let malformed = || "write a time such as 500ms, 10s or 1m, of ten minutes at most".to_owned();
    let end = text.find(|byte: char| !byte.is_ascii_digit()).ok_or_else(malformed)?;
    let (digits, unit) = text.split_at_checked(end).ok_or_else(malformed)?;
    let number: u64 = digits.parse().map_err(|_| malformed())?;
    let duration = match unit {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.checked_mul(60).ok_or_else(malformed)?),
        _ => return Err(malformed()),
    };
    let is_sensible = !duration.is_zero() && duration <= Duration::from_secs(600);
    is_sensible.then_some(duration).ok_or_else(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_and_an_end() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1m"), Ok(Duration::from_secs(60)));
        for text in ["", "10", "0s", "-1s", "11m", "1h", "99999999999999999999s", "18446744073709551615m"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
