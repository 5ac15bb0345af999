//! 4 Fetching, from the API to the filtered response: the steps in order, without sending anything.

use std::time::Duration;

use url::Url;

use crate::api;
use crate::before;
use crate::browser::Browser;
use crate::cache::Key;
use crate::cors_check::cors_check;
use crate::exchange::{Exchange, FailedStep, Failure, Hop, Preflight, Sent, Verdict};
use crate::filter::{ResponseType, filter};
use crate::network;
use crate::origin::Origin;
use crate::page::Page;
use crate::preflight::{self, Asked, Cause};
use crate::reason::Reason;
use crate::redirect::{self, Redirected};
use crate::referrer::ReferrerPolicy;
use crate::request::{Body, HttpRequest, HttpResponse, RedirectMode, Request};
use crate::response_use;
use crate::safelist::unsafe_names;
use crate::tainting::{Tainting, serialised_origin, tainting};

/// What a fetch needs next.
#[derive(Debug)]
pub enum Step<'b> {
    /// A request has to be sent.
    Send(Box<Pending<'b>>),
    /// It has come to its end.
    Done(Box<Exchange>),
}

/// A request that has to be sent before the fetch goes on.
#[derive(Debug)]
pub struct Pending<'b> {
    fetch: Box<Fetch<'b>>,
    request: HttpRequest,
    /// What it asks for, where it is a preflight.
    asked: Option<Asked>,
}

impl<'b> Pending<'b> {
    /// The request to send.
    #[must_use]
    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// Whether a browser sends it; otherwise the fetch looks ahead.
    #[must_use]
    pub fn is_by_browser(&self) -> bool {
        self.fetch.failures.is_empty()
    }

    /// Goes on with the response.
    #[must_use]
    pub fn respond(mut self, response: HttpResponse) -> Step<'b> {
        self.fetch.record(self.request, Some(response.clone()));
        match self.asked {
            Some(asked) => self.fetch.after_preflight(&asked, &response),
            None => self.fetch.after_actual(response),
        }
    }

    /// Goes on without a response: no connection, or no HTTP.
    #[must_use]
    pub fn fail(mut self, message: impl Into<String>) -> Step<'b> {
        let is_preflight = self.asked.is_some();
        self.fetch.record(self.request, None);
        self.fetch.network_error(FailedStep::Network, Reason::Network { message: message.into() });
        if is_preflight && self.fetch.browser.looks_ahead {
            return self.fetch.send_actual();
        }
        self.fetch.finish(None)
    }
}

/// A fetch on its way.
#[derive(Debug)]
pub(crate) struct Fetch<'b> {
    browser: &'b mut Browser,
    pub(crate) page: Page,
    /// As it is now: redirects change method, headers and body.
    pub(crate) request: Request,
    pub(crate) referrer_policy: ReferrerPolicy,
    /// The [URL list](https://fetch.spec.whatwg.org/#concept-request-url-list).
    pub(crate) urls: Vec<Url>,
    pub(crate) tainting: Tainting,
    /// Whether some hop asked for a preflight: then a network error clears the cache.
    asked_preflight: bool,
    hops: Vec<Hop>,
    failures: Vec<Failure>,
    dropped: Vec<String>,
}

/// Starts a fetch.
pub(crate) fn start<'b>(browser: &'b mut Browser, page: &Page, request: &Request, now: Duration) -> Step<'b> {
    browser.cache.advance(now);
    let mut fetch = Box::new(Fetch {
        browser,
        page: page.clone(),
        referrer_policy: request.referrer_policy.unwrap_or(page.referrer_policy),
        urls: vec![http_url(&request.url)],
        request: request.clone(),
        tainting: Tainting::Basic,
        asked_preflight: false,
        hops: Vec::new(),
        failures: Vec::new(),
        dropped: Vec::new(),
    });
    match api::prepared(request) {
        Ok((request, dropped)) => {
            fetch.request = request;
            fetch.dropped = dropped;
            fetch.main_fetch()
        }
        Err(reason) => {
            fetch.failures.push(Failure { step: FailedStep::Api, hop: 0, reason });
            fetch.finish(None)
        }
    }
}

/// `ws` and `wss` are fetched over http (the `WebSockets` standard, Establish a `WebSocket` connection).
fn http_url(url: &Url) -> Url {
    let mut url = url.clone();
    let scheme = match url.scheme() {
        "ws" => "http",
        "wss" => "https",
        _ => return url,
    };
    let _ = url.set_scheme(scheme);
    url
}

impl<'b> Fetch<'b> {
    /// 4.1 Main fetch, for the current URL.
    fn main_fetch(mut self: Box<Self>) -> Step<'b> {
        let Some(mut url) = self.urls.pop() else { return self.finish(None) };
        before::upgrade(&self.page, &mut url, self.request.initiator, &self.browser.hsts);
        self.urls.push(url.clone());
        if let Err(reason) = before::check(&self.page, &url, self.request.mode) {
            return self.stop(FailedStep::Connection, reason);
        }
        let Request { mode, redirect, .. } = self.request;
        match tainting(&self.page.origin, &url, mode, redirect, self.tainting) {
            Ok(tainting) => self.tainting = tainting,
            Err(reason) => return self.stop(FailedStep::Tainting, reason),
        }
        let scheme = url.scheme().to_owned();
        self.hops.push(Hop {
            url,
            tainting: self.tainting,
            causes: Vec::new(),
            preflight: Preflight::NotNeeded,
            actual: None,
        });
        match scheme.as_str() {
            "http" | "https" => self.preflight(),
            // 4.3 Scheme fetch.
            "data" => {
                let headers = [("Content-Type", "text/plain")].into_iter().collect();
                self.finish(Some((HttpResponse::new(200, headers), ResponseType::Basic)))
            }
            _ => self.stop(FailedStep::Tainting, Reason::SchemeNotHttp { scheme }),
        }
    }

    /// What asks for a preflight at this hop.
    fn causes(&self) -> Vec<Cause> {
        if self.tainting != Tainting::Cors {
            return Vec::new();
        }
        let profile = &self.browser.profile;
        let Request { method, headers, unsafe_request, .. } = &self.request;
        let mut causes = preflight::causes(method, headers, *unsafe_request, profile);
        if self.request.upload_listeners {
            causes.push(Cause::UploadListeners);
        }
        if self.request.body == Some(Body::Stream) {
            causes.push(Cause::Stream);
        }
        if causes.is_empty() && self.asked_preflight && profile.redirect_repeats_preflight {
            causes.push(Cause::Redirected);
        }
        causes
    }

    /// 4.4 HTTP fetch: sends a preflight where one is needed and the cache does not spare it.
    fn preflight(mut self: Box<Self>) -> Step<'b> {
        let causes = self.causes();
        if causes.is_empty() {
            return self.send_actual();
        }
        self.asked_preflight = true;
        let asked = Asked {
            origin: self.preflight_origin().into_bytes(),
            credentials: self.request.credentials,
            method: self.request.method.clone(),
            headers: unsafe_names(&self.request.headers, &self.browser.profile),
            forced: self.request.use_cors_preflight(),
        };
        let key = self.key();
        let is_spared = self.browser.cache.covers(&key, &asked);
        if let Some(hop) = self.hops.last_mut() {
            hop.causes = causes;
            if is_spared {
                hop.preflight = Preflight::Cached;
            }
        }
        if is_spared {
            return self.send_actual();
        }
        let request = network::preflight(&self, &asked);
        Step::Send(Box::new(Pending { fetch: self, request, asked: Some(asked) }))
    }

    fn preflight_origin(&self) -> String {
        if self.browser.profile.preflight_keeps_origin {
            return self.page.origin.to_string();
        }
        serialised_origin(&self.page.origin, &self.urls)
    }

    fn key(&self) -> Key {
        let url = self.urls.last().unwrap_or(&self.request.url);
        Key::new(self.page.partition(), self.preflight_origin(), url)
    }

    /// 4.8 CORS-preflight fetch, from step 7 on.
    fn after_preflight(mut self: Box<Self>, asked: &Asked, response: &HttpResponse) -> Step<'b> {
        match preflight::check(asked, response, &self.browser.profile) {
            Ok(grant) if self.failures.is_empty() => {
                let key = self.key();
                self.browser.cache.store(&key, asked, &grant);
            }
            Ok(_) => {}
            Err(reasons) => {
                for reason in reasons {
                    self.network_error(FailedStep::Preflight, reason);
                }
                if !self.browser.looks_ahead {
                    return self.finish(None);
                }
            }
        }
        self.send_actual()
    }

    /// 4.6 HTTP-network-or-cache fetch.
    fn send_actual(self: Box<Self>) -> Step<'b> {
        let request = network::actual(&self, &self.browser.profile);
        Step::Send(Box::new(Pending { fetch: self, request, asked: None }))
    }

    /// 4.4 HTTP fetch, from the CORS check on.
    fn after_actual(mut self: Box<Self>, response: HttpResponse) -> Step<'b> {
        if response.status == 407 {
            return self.stop(FailedStep::Network, Reason::ProxyAuthentication);
        }
        if let Err(reason) = self.response_check(&response) {
            self.network_error(FailedStep::Response, reason);
            if !self.browser.looks_ahead {
                return self.finish(None);
            }
        }
        if !redirect::is_redirect(response.status) {
            return self.end(response);
        }
        match self.request.redirect {
            RedirectMode::Error => {
                let reason = Reason::RedirectForbidden { status: response.status };
                self.stop(FailedStep::Redirect, reason)
            }
            RedirectMode::Manual => self.finish(Some((response, ResponseType::OpaqueRedirect))),
            RedirectMode::Follow => self.follow(response),
        }
    }

    fn response_check(&self, response: &HttpResponse) -> Result<(), Reason> {
        let Request { mode, credentials, .. } = self.request;
        if self.tainting == Tainting::Cors {
            let origin = serialised_origin(&self.page.origin, &self.urls);
            return cors_check(origin.as_bytes(), credentials, &response.headers);
        }
        let url = self.urls.last().map_or(Origin::Opaque, Origin::of);
        response_use::resource_policy(&self.page, &url, mode, self.tainting, response)
    }

    /// 4.5 HTTP-redirect fetch.
    fn follow(mut self: Box<Self>, response: HttpResponse) -> Step<'b> {
        let Some(from) = self.urls.last().cloned() else { return self.finish(None) };
        let to = match redirect::location(&from, &response) {
            Ok(Some(to)) => to,
            Ok(None) => return self.end(response),
            Err(reason) => return self.stop(FailedStep::Redirect, reason),
        };
        let redirected = Redirected {
            page: &self.page.origin,
            from: &from,
            mode: self.request.mode,
            tainting: self.tainting,
            count: self.urls.len().saturating_sub(1),
            has_stream: self.request.body == Some(Body::Stream),
        };
        if let Err(reason) = redirect::check(&redirected, &to, response.status) {
            return self.stop(FailedStep::Redirect, reason);
        }
        if redirect::becomes_get(response.status, &self.request.method) {
            "GET".clone_into(&mut self.request.method);
            self.request.body = None;
            redirect::delete_body_headers(&mut self.request.headers);
        }
        redirect::delete_authorization(&mut self.request.headers, &from, &to);
        if let Some(policy) = ReferrerPolicy::of_response(&response.headers) {
            self.referrer_policy = policy;
        }
        self.urls.push(to);
        self.main_fetch()
    }

    /// The final response reaches whoever asked.
    fn end(mut self: Box<Self>, response: HttpResponse) -> Step<'b> {
        if let Err(reason) = response_use::check(self.request.initiator, &response) {
            self.fail(FailedStep::Use, reason);
        }
        let kind = ResponseType::from(self.tainting);
        self.finish(Some((response, kind)))
    }

    fn record(&mut self, request: HttpRequest, response: Option<HttpResponse>) {
        let by_browser = self.failures.is_empty();
        let Some(hop) = self.hops.last_mut() else { return };
        let is_preflight = request.is_preflight;
        let sent = Sent { request, response, by_browser };
        if is_preflight {
            hop.preflight = Preflight::Sent(Box::new(sent));
        } else {
            hop.actual = Some(sent);
        }
    }

    fn fail(&mut self, step: FailedStep, reason: Reason) {
        let hop = self.urls.len().saturating_sub(1);
        self.failures.push(Failure { step, hop, reason });
    }

    /// 4.1 Main fetch: a request that asked for a preflight and comes to a network error clears the cache.
    fn network_error(&mut self, step: FailedStep, reason: Reason) {
        if self.asked_preflight
            && (step == FailedStep::Preflight || self.browser.profile.refusal_clears_cache)
        {
            let key = self.key();
            self.browser.cache.clear(&key);
        }
        self.fail(step, reason);
    }

    fn stop(mut self: Box<Self>, step: FailedStep, reason: Reason) -> Step<'b> {
        self.network_error(step, reason);
        self.finish(None)
    }

    fn finish(self: Box<Self>, response: Option<(HttpResponse, ResponseType)>) -> Step<'b> {
        let Fetch { request, tainting, hops, failures, dropped, .. } = *self;
        let mut failures = failures.into_iter();
        let verdict = match (failures.next(), response) {
            (Some(failure), _) => Verdict::Blocked(failure),
            (None, Some((response, kind))) => allowed(&response, kind, tainting, &request),
            (None, None) => {
                let reason = Reason::Network { message: "the fetch ended without a response".to_owned() };
                Verdict::Blocked(Failure { step: FailedStep::Network, hop: 0, reason })
            }
        };
        Step::Done(Box::new(Exchange { hops, verdict, further: failures.collect(), dropped }))
    }
}

fn allowed(response: &HttpResponse, kind: ResponseType, tainting: Tainting, request: &Request) -> Verdict {
    let (readable, hidden) = filter(&response.headers, kind, request.credentials);
    let status = match kind {
        ResponseType::Basic | ResponseType::Cors => response.status,
        ResponseType::Opaque | ResponseType::OpaqueRedirect => 0,
    };
    Verdict::Allowed { status, readable, hidden, tainting, kind }
}
