//! A server that answers as the policies mean: header by header from what they grant, without any code of cors-policy.

use cors_policy_browser::{Headers as Lines, HttpRequest, HttpResponse};
use cors_policy_tests::judge::is_preflight;
use cors_policy_tests::layers::to_map;
use cors_policy_tests::meaning::{Meaning, Names, Rule};
use cors_policy_tests::message::{Request, Response, members};
use http::StatusCode;
use http_body_util::Full;

use crate::case::{Case, Resource};
use crate::reply::{Body, Content};
use crate::seen::Exchange;
use crate::site::{Host, Site};

/// The servers of a case, and what they have seen.
pub(crate) struct Servers<'a> {
    site: Site,
    case: &'a Case,
    pub(crate) seen: Vec<Exchange>,
}

impl<'a> Servers<'a> {
    pub(crate) fn new(site: Site, case: &'a Case) -> Self {
        Servers { site, case, seen: Vec::new() }
    }

    /// Where a resource is.
    pub(crate) fn url(site: Site, host: Host, name: &str) -> String {
        format!("{}/case/{name}", site.host(host))
    }

    /// Answers a request. A cookie goes with credentials where the page is of the same site.
    pub(crate) fn answer(&mut self, request: &HttpRequest, for_user: bool) -> HttpResponse {
        let is_here = |resource: &&Resource| {
            Servers::url(self.site, resource.host, resource.name) == request.url.as_str()
        };
        let resource = self.case.resources.iter().find(is_here).unwrap();
        let mut arrived = Request::from(request);
        if for_user {
            arrived.headers.append("cookie", b"session=1");
        }
        let response = self.response(resource, &arrived, request.url.path());
        let answered = HttpResponse::from(&response);
        let resource = resource.name.to_owned();
        self.seen.push(Exchange { resource, request: arrived, response });
        answered
    }

    fn response(&self, resource: &Resource, request: &Request, path: &str) -> Response {
        let mut response = self.application(resource, request, path);
        for (name, value) in cors_headers(&resource.policy, request).iter() {
            let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
            response.headers_mut().insert(name, http::HeaderValue::from_bytes(value).unwrap());
        }
        if let Some(fault) = resource.fault {
            let mut spoiled = http::Request::new(());
            *spoiled.method_mut() = request.method.parse().unwrap();
            *spoiled.uri_mut() = path.parse().unwrap();
            *spoiled.headers_mut() = to_map(&request.headers).unwrap();
            fault.spoil(&spoiled, &mut response);
        }
        Response { status: response.status().as_u16(), headers: response.headers().iter().collect() }
    }

    fn application(&self, resource: &Resource, request: &Request, path: &str) -> http::Response<Body> {
        let policy = &resource.policy;
        if is_preflight(request) {
            let status = if policy.rule(request).is_some() { policy.preflight_status } else { 403 };
            return empty(status);
        }
        let cookie = request.headers.has("cookie");
        if let Content::Socket { guarded } = resource.reply.content {
            let rule =
                policy.rule(request).filter(|_| request.headers.combined("origin") != Some(b"null".into()));
            let admitted = rule.is_some_and(|rule| rule.credentials || !cookie);
            return empty(if !guarded || admitted { 101 } else { 403 });
        }
        let location = resource.reply.location.map(|(host, name)| Servers::url(self.site, host, name));
        let mut response = resource.reply.response(path, cookie, location.as_deref());
        response.headers_mut().insert("content-length", http::HeaderValue::from_static("4"));
        response
    }
}

fn empty(status: u16) -> http::Response<Body> {
    let mut response = http::Response::new(Full::default());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

/// What the policy means to say.
fn cors_headers(policy: &Meaning, request: &Request) -> Lines {
    let mut headers = Lines::new();
    let origin = request.headers.combined("origin").unwrap_or_default();
    let rule = policy.rule(request);
    let constant = policy.constant().filter(|_| !is_preflight(request));
    let allowed = match (constant, rule) {
        (Some(constant), _) => constant.as_bytes().to_vec(),
        (None, Some(rule)) if rule.origins.any => b"*".to_vec(),
        (None, Some(_)) => origin,
        (None, None) => return headers,
    };
    headers.append("access-control-allow-origin", allowed);
    let Some(rule) = rule.or_else(|| constant.and(policy.rules.first())) else { return headers };
    if rule.credentials {
        headers.append("access-control-allow-credentials", "true");
    }
    if is_preflight(request) {
        append_lists(&mut headers, rule, request);
        return headers;
    }
    append(&mut headers, "access-control-expose-headers", listed(&rule.expose_headers));
    headers
}

/// The lists of an answer to a preflight.
fn append_lists(headers: &mut Lines, rule: &Rule, request: &Request) {
    let methods = granted(rule, &rule.methods, request, "access-control-request-method");
    append(headers, "access-control-allow-methods", methods);
    let names = granted(rule, &rule.request_headers, request, "access-control-request-headers");
    append(headers, "access-control-allow-headers", names);
    let max_age = rule.max_age.map(|seconds| seconds.to_string()).unwrap_or_default();
    append(headers, "access-control-max-age", max_age.into_bytes());
}

/// A list. `any` beside credentials is what was asked for, without `authorization` where that is not named.
fn granted(rule: &Rule, names: &Names, request: &Request, asked: &str) -> Vec<u8> {
    if !(names.any && rule.credentials) {
        return listed(names);
    }
    let is_named = |name: &[u8]| names.names.iter().any(|named| named.as_bytes().eq_ignore_ascii_case(name));
    let mut asked = members(&request.headers, asked);
    asked.retain(|name| !name.eq_ignore_ascii_case(b"authorization") || is_named(name));
    asked.join(&b","[..])
}

fn append(headers: &mut Lines, name: &str, value: Vec<u8>) {
    if !value.is_empty() {
        headers.append(name, value);
    }
}

fn listed(names: &Names) -> Vec<u8> {
    let any = names.any.then_some("*").into_iter();
    any.chain(names.names.iter().map(String::as_str)).collect::<Vec<_>>().join(",").into_bytes()
}
