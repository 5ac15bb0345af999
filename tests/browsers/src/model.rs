//! What should come of a case: the Fetch standard as far as the cases need it, over what the policies mean.
//!
//! It uses no code of cors-policy: who is granted what comes from `cors_policy_tests::meaning`. HTTP caches are not
//! modelled.

use cors_policy_tests::judge::{Credentials as Travelling, Kind};
use cors_policy_tests::meaning::Meaning;
use cors_policy_tests::message::{Headers, Request};

use crate::case::{Call, Case, Credentials, Expected, Initiator, Mode, Outcome, Resource, Step};
use crate::reply::Content;
use crate::seen::Seen;
use crate::site::{Host, Page, Site};

/// What is expected of the case, by the model.
pub(crate) fn expect(site: Site, case: &Case) -> Expected {
    let mut browser = Browser { site, case, preflights: Vec::new(), seen: Vec::new() };
    let outcomes = case.steps.iter().map(|step| browser.step(step)).collect();
    let requests = browser.seen.iter().map(Seen::full).collect();
    Expected { outcomes, requests }
}

/// A browser that runs a case.
struct Browser<'a> {
    site: Site,
    case: &'a Case,
    preflights: Vec<Preflight>,
    seen: Vec<Seen>,
}

/// A preflight that is remembered.
struct Preflight {
    origin: String,
    resource: &'static str,
    credentials: bool,
    request: Request,
}

/// A request on its way through redirects.
struct Hop<'a> {
    call: &'a Call,
    page: Page,
    /// What `Origin` says.
    origin: String,
    /// The server of the hop before.
    from: Option<Host>,
    /// Whether a hop was to another origin than the page's: there is no way back from CORS.
    is_cors: bool,
    method: &'static str,
    headers: Vec<(&'static str, &'static str)>,
}

impl Browser<'_> {
    fn step(&mut self, step: &Step) -> Outcome {
        let Step { page, call, resource, after: _ } = step;
        let mut headers = call.headers.clone();
        let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if call.body.is_some() && !typed {
            headers.push(("content-type", "text/plain;charset=UTF-8"));
        }
        let origin = self.site.origin(*page);
        let method = normalized(call.method);
        let mut hop = Hop { call, page: *page, origin, from: None, is_cors: false, method, headers };
        let mut name = *resource;
        loop {
            let resource = self.case.resource(name).unwrap();
            if self.fetch(&mut hop, resource).is_none() {
                return Outcome::failed();
            }
            let Some((_, next)) = resource.reply.location else { return hop.outcome(resource) };
            hop.follow(resource);
            name = next;
        }
    }

    /// Sends the requests for one hop. `None` is a network error.
    fn fetch(&mut self, hop: &mut Hop<'_>, resource: &Resource) -> Option<()> {
        let here = self.site.host(resource.host);
        if let Some(from) = hop.from.map(|host| self.site.host(host)).filter(|from| *from != here) {
            hop.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
            if from != self.site.origin(hop.page) {
                "null".clone_into(&mut hop.origin);
            }
        }
        let same_origin = hop.page == Page::Api && resource.host == Host::Api && !hop.is_cors;
        hop.is_cors |= !same_origin;
        let checked = !same_origin && hop.call.mode == Mode::Cors && hop.call.initiator != Initiator::Socket;
        if checked {
            self.preflight(hop, resource)?;
        }
        let request = self.send(hop, resource, same_origin);
        if hop.call.initiator == Initiator::Socket {
            let guarded = resource.reply.content == Content::Socket { guarded: true };
            let cookie = hop.sends_cookie(same_origin);
            let rule = resource.policy.rule(&request).filter(|_| hop.origin != "null");
            let admitted = rule.is_some_and(|rule| rule.credentials || !cookie);
            return (!guarded || admitted).then_some(());
        }
        let granted = resource.policy.grants(&request, hop.call.credentials.for_check());
        if checked && granted != Kind::ActualAllowed {
            self.preflights.retain(|kept| kept.resource != resource.name || kept.origin != hop.origin);
            return None;
        }
        let accepted = match hop.call.initiator {
            Initiator::Fetch | Initiator::Xhr => true,
            _ => resource.reply.status == 200 || resource.reply.location.is_some(),
        };
        accepted.then_some(())
    }

    /// Sends a preflight where one is needed.
    fn preflight(&mut self, hop: &Hop<'_>, resource: &Resource) -> Option<()> {
        let asked = hop.unsafe_headers();
        let unsafe_method = !matches!(hop.method, "GET" | "HEAD" | "POST");
        let may_ask = matches!(hop.call.initiator, Initiator::Fetch | Initiator::Xhr);
        if !may_ask || !(unsafe_method || !asked.is_empty() || hop.call.listens) {
            return Some(());
        }
        let mode = hop.call.credentials.for_check();
        let request = preflight_request(hop, &asked);
        let credentials = mode == Travelling::Include;
        let is_known = self.preflights.iter().any(|kept| {
            kept.resource == resource.name
                && kept.origin == hop.origin
                && (kept.credentials || !credentials)
                && kept.request == request
        });
        if is_known {
            return Some(());
        }
        let rule = resource.policy.rule(&request);
        self.seen.push(Seen {
            resource: resource.name.to_owned(),
            method: hop.method.to_owned(),
            preflight: Some(asked),
            origin: Some(hop.origin.clone()),
            allowed: rule.map(|rule| if rule.origins.any { "*".to_owned() } else { hop.origin.clone() }),
            status: Some(if rule.is_some() { resource.policy.preflight_status } else { 403 }),
            ..Seen::default()
        });
        if resource.policy.grants(&request, mode) != Kind::PreflightOk {
            return None;
        }
        if rule.is_some_and(|rule| rule.max_age != Some(0)) {
            let origin = hop.origin.clone();
            self.preflights.push(Preflight { origin, resource: resource.name, credentials, request });
        }
        Some(())
    }

    fn send(&mut self, hop: &Hop<'_>, resource: &Resource, same_origin: bool) -> Request {
        let cors = !same_origin && hop.call.mode == Mode::Cors;
        let says_origin = cors || !matches!(hop.method, "GET" | "HEAD") || hop.lacks_storage_access();
        let cookie = hop.sends_cookie(same_origin);
        let mut headers = Headers::default();
        if says_origin {
            headers.append("origin", hop.origin.as_bytes());
        }
        if same_origin {
            headers.append("sec-fetch-site", b"same-origin");
        }
        let request = Request { method: hop.method.to_owned(), headers };
        let authorization = hop.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        self.seen.push(Seen {
            resource: resource.name.to_owned(),
            method: hop.method.to_owned(),
            preflight: None,
            cookie,
            authorization,
            origin: says_origin.then(|| hop.origin.clone()),
            allowed: allowed(&resource.policy, &request),
            ..Seen::default()
        });
        request
    }
}

impl Hop<'_> {
    fn sends_cookie(&self, same_origin: bool) -> bool {
        let asked = match self.call.credentials {
            _ if self.call.initiator == Initiator::Socket => true,
            Credentials::Include => true,
            Credentials::SameOrigin => same_origin,
            Credentials::Omit => false,
        };
        asked && self.page.is_same_site()
    }

    fn outcome(&self, resource: &Resource) -> Outcome {
        let same_origin = !self.is_cors;
        if !same_origin && self.call.mode == Mode::NoCors {
            return Outcome::opaque();
        }
        let reply = resource.reply;
        let shows_body =
            !matches!(self.call.initiator, Initiator::Font | Initiator::Image | Initiator::Socket);
        let text = reply.text_for(self.sends_cookie(same_origin));
        let mut outcome = Outcome::read(if self.method == "HEAD" { "" } else { text });
        outcome.body = outcome.body.filter(|_| shows_body);
        if !matches!(self.call.initiator, Initiator::Fetch | Initiator::Xhr) {
            return outcome;
        }
        outcome.status = Some(reply.status);
        outcome.headers = Some(self.readable(resource, same_origin));
        if self.call.initiator == Initiator::Fetch {
            outcome.kind = Some(if same_origin { "basic" } else { "cors" }.to_owned());
        }
        outcome
    }

    /// Which of the headers that replies have can be read.
    fn readable(&self, resource: &Resource, same_origin: bool) -> Vec<String> {
        let mut headers = Headers::default();
        headers.append("origin", self.origin.as_bytes());
        let rule = resource.policy.rule(&Request { method: self.method.to_owned(), headers });
        let exposed = |name: &str| same_origin || rule.is_some_and(|rule| rule.exposes(name));
        let safe = ["cache-control", "content-length", "content-type"];
        let all = ["cache-control", "content-length", "content-type", "etag", "x-request-id"];
        let readable = all.into_iter().filter(|name| safe.contains(name) || exposed(name));
        readable.map(str::to_owned).collect()
    }

    /// A frame of another site, in a tab of the API's site, could have the API's cookies and has not asked for
    /// them: `Origin` is said even without CORS, beside `Sec-Fetch-Storage-Access: inactive`. The draft
    /// <https://privacycg.github.io/storage-access-headers> has that, the Fetch standard has not.
    fn lacks_storage_access(&self) -> bool {
        let is_framed = self.page.top() != self.page;
        is_framed && !self.page.is_same_site() && self.call.credentials == Credentials::Include
    }

    /// What of the request goes on after a redirect.
    fn follow(&mut self, resource: &Resource) {
        let to_get = match resource.reply.status {
            301 | 302 => self.method == "POST",
            303 => !matches!(self.method, "GET" | "HEAD"),
            _ => false,
        };
        if to_get {
            self.method = "GET";
            self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        }
        self.from = Some(resource.host);
    }

    /// The names of the headers that need a preflight, as a preflight lists them.
    fn unsafe_headers(&self) -> Vec<String> {
        let safe = |(name, value): &(&str, &str)| match name.to_ascii_lowercase().as_str() {
            "accept" | "accept-language" | "content-language" => true,
            "content-type" => value.starts_with("text/plain"),
            "range" => value.starts_with("bytes="),
            _ => false,
        };
        let mut names: Vec<String> = self
            .headers
            .iter()
            .filter(|header| !safe(header))
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        names.sort();
        names
    }
}

fn preflight_request(hop: &Hop<'_>, asked: &[String]) -> Request {
    let mut headers = Headers::default();
    headers.append("origin", hop.origin.as_bytes());
    headers.append("access-control-request-method", hop.method.as_bytes());
    if !asked.is_empty() {
        headers.append("access-control-request-headers", asked.join(",").as_bytes());
    }
    Request { method: "OPTIONS".to_owned(), headers }
}

/// `Access-Control-Allow-Origin` of the answer to an actual request.
fn allowed(policy: &Meaning, request: &Request) -> Option<String> {
    if let Some(constant) = policy.constant() {
        return Some(constant.to_owned());
    }
    let rule = policy.rule(request)?;
    let origin = request.headers.combined("origin")?;
    Some(if rule.origins.any { "*".to_owned() } else { String::from_utf8_lossy(&origin).into_owned() })
}

/// Methods that browsers write in upper case whatever script says.
fn normalized(method: &'static str) -> &'static str {
    let known = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    known.into_iter().find(|known| known.eq_ignore_ascii_case(method)).unwrap_or(method)
}
