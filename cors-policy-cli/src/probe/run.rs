//! The request as a browser sends it, and what is found out beside it.

use cors_policy_browser::{
    Browser, Exchange, Headers, HttpRequest, HttpResponse, Initiator, Origin, Page, Reason, Request, Step,
    Tainting, Verdict,
};

use super::client::{Client, Purpose};
use super::intent::Intent;
use super::judge::shown;
use super::stranger::{Stranger, strangers};

/// What stands for a response of a request that was not sent.
const WITHHELD: &str = "the request was not sent";

/// The exchange, as far as it was sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) exchange: Exchange,
    /// Whether the request itself was withheld, because it may change something.
    pub(super) is_withheld: bool,
}

/// Whether a method changes nothing.
fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// Sends what a browser sends. After a failed preflight a request that changes nothing is sent as well, to judge it too.
pub(super) fn fetch(intent: &Intent, client: &mut Client, may_change: bool) -> Sent {
    let mut browser = Browser::new(intent.profile).looking_ahead();
    let mut step = browser.fetch(&intent.page, &intent.request, Intent::NOW);
    let mut is_withheld = false;
    let mut has_redirected = false;
    loop {
        step = match step {
            Step::Done(exchange) => return Sent { exchange: *exchange, is_withheld },
            Step::Send(pending) => {
                let request = pending.request().clone();
                let is_ahead = !pending.is_by_browser();
                let changes = !request.is_preflight && !is_safe(&request.method);
                if changes && (is_ahead || !may_change) {
                    // After a failure a browser does not send it either.
                    is_withheld |= !is_ahead;
                    pending.fail(WITHHELD)
                } else if is_ahead && (has_redirected || client.is_silent()) {
                    // Who is behind a redirect has not been asked for, and who is silent has been asked.
                    pending.fail(WITHHELD)
                } else {
                    let purpose = if request.is_preflight { Purpose::Preflight } else { Purpose::Actual };
                    match client.send(purpose, &request) {
                        Ok(response) => {
                            has_redirected |= cors_policy_browser::redirect::is_redirect(response.status)
                                && !request.is_preflight;
                            pending.respond(response)
                        }
                        Err(unreached) => pending.fail(unreached.message),
                    }
                }
            }
        };
    }
}

/// Whether a failure only says that something was not sent.
pub(super) fn is_withheld(reason: &Reason) -> bool {
    matches!(reason, Reason::Network { message } if message == WITHHELD)
}

/// What says that a cache answered.
pub(super) fn cache_hit(headers: &Headers) -> Option<String> {
    let of = |name: &str| headers.get(name).map(|value| shown(&value));
    if let Some(age) = of("age").filter(|age| age.parse::<u64>().is_ok_and(|seconds| seconds > 0)) {
        return Some(format!("age: {age}"));
    }
    ["x-cache", "cf-cache-status", "x-cache-status", "x-proxy-cache"].into_iter().find_map(|name| {
        let value = of(name)?;
        value.to_ascii_lowercase().contains("hit").then(|| format!("{name}: {value}"))
    })
}

/// A response to something that was tried.
#[derive(Debug)]
pub(super) struct Heard {
    /// The number of the request, from 1.
    pub(super) request: usize,
    pub(super) response: HttpResponse,
}

/// What was found out beside the request.
#[derive(Debug, Default)]
pub(super) struct Experiments {
    /// A preflight where the request needs none.
    pub(super) preflight: Option<Heard>,
    /// Past caches, by another query.
    pub(super) fresh: Option<Heard>,
    /// Origins that should not be admitted, and the answers to them.
    pub(super) strangers: Vec<(Stranger, Heard)>,
    /// As an image is loaded: without `Origin`.
    pub(super) without_origin: Option<Heard>,
    /// A path that does not exist.
    pub(super) unknown_path: Option<Heard>,
    /// With a slash at the end, or without.
    pub(super) slash: Option<Heard>,
    pub(super) head: Option<Heard>,
    /// With `If-None-Match`.
    pub(super) revalidated: Option<Heard>,
}

/// The server does not answer any more.
struct Silent;

/// Tries what shows whom the server admits, and where its headers are missing. Every request is a GET, a HEAD or a
/// preflight, without credentials; with the first that is not answered it ends.
pub(super) fn experiment(intent: &Intent, sent: &Sent, client: &mut Client) -> Experiments {
    let mut experiments = Experiments::default();
    let answered = client.log.iter().all(|message| message.outcome.is_ok());
    let is_cors = sent.exchange.hops.first().is_some_and(|hop| hop.tainting == Tainting::Cors);
    if answered && is_cors && !client.log.is_empty() {
        // What was found out until the server fell silent is kept.
        let _: Result<(), Silent> = Trying { intent, client }.all(sent, &mut experiments);
    }
    experiments
}

struct Trying<'t> {
    intent: &'t Intent,
    client: &'t mut Client,
}

impl Trying<'_> {
    fn all(&mut self, sent: &Sent, experiments: &mut Experiments) -> Result<(), Silent> {
        let Some(first) = sent.exchange.hops.first() else { return Ok(()) };
        let actual = first.actual.as_ref().and_then(|sent| sent.response.as_ref());
        let preflight = match &first.preflight {
            cors_policy_browser::Preflight::Sent(sent) => sent.response.as_ref(),
            _ => None,
        };
        let allow_origin = |response: Option<&HttpResponse>| {
            response.and_then(|response| response.headers.get("access-control-allow-origin"))
        };
        let (of_actual, of_preflight) = (allow_origin(actual), allow_origin(preflight));
        let is_get = matches!(self.intent.request.method.to_ascii_uppercase().as_str(), "GET" | "HEAD");
        if of_actual.is_none() && preflight.is_none() {
            experiments.preflight = Some(self.preflight()?);
        }
        let is_from_cache = actual.is_some_and(|response| cache_hit(&response.headers).is_some());
        if is_get && is_from_cache && !sent.exchange.verdict.is_allowed() {
            experiments.fresh = Some(self.fresh()?);
        }
        let of_policy = allow_origin(experiments.preflight.as_ref().map(|heard| &heard.response));
        let is_by_get = is_get && actual.is_some();
        let judged = if is_by_get { &of_actual } else { &of_preflight.or(of_policy) };
        if judged.as_ref().is_some_and(|value| value != b"*") {
            self.strangers(is_by_get, experiments)?;
        }
        let is_fine =
            matches!(sent.exchange.verdict, Verdict::Allowed { .. }) && sent.exchange.hops.len() == 1;
        let Some(response) = actual.filter(|_| is_fine && is_get) else { return Ok(()) };
        if of_actual.as_deref() != Some(b"*") {
            let mut request = Request::by(Initiator::Image, &self.intent.request.url);
            request.referrer_policy = self.intent.request.referrer_policy;
            experiments.without_origin =
                Some(self.ask(&self.intent.page.clone(), &request, "without Origin")?);
        }
        experiments.unknown_path = Some(self.unknown_path()?);
        experiments.slash = self.slash()?;
        if self.intent.request.method.eq_ignore_ascii_case("GET") {
            let request = Request::fetch(&self.intent.request.url).method("HEAD");
            experiments.head = Some(self.ask(&self.intent.page.clone(), &request, "HEAD")?);
        }
        if let Some(etag) = response.headers.get("etag").filter(|_| (200..300).contains(&response.status)) {
            experiments.revalidated = Some(self.revalidated(etag)?);
        }
        Ok(())
    }

    fn strangers(&mut self, is_by_get: bool, experiments: &mut Experiments) -> Result<(), Silent> {
        for stranger in strangers(&self.intent.page.origin) {
            let page = Page::of(Origin::parse(&stranger.origin));
            let mut request = Request::fetch(&self.intent.request.url);
            if !is_by_get {
                request = self.intent.request.clone();
                request.upload_listeners = true;
            }
            let heard = self.ask(&page, &request, stranger.kind.purpose())?;
            let is_open = stranger.is_admitted(&heard.response) && stranger.is_anyone();
            experiments.strangers.push((stranger, heard));
            if is_open {
                // Whom else it admits follows from that.
                break;
            }
        }
        Ok(())
    }

    fn preflight(&mut self) -> Result<Heard, Silent> {
        let mut request = self.intent.request.clone();
        request.upload_listeners = true;
        self.ask(&self.intent.page.clone(), &request, "a preflight")
    }

    fn fresh(&mut self) -> Result<Heard, Silent> {
        let mut url = self.intent.request.url.clone();
        url.query_pairs_mut().append_pair("cors-policy-probe", "past-caches");
        self.ask(&self.intent.page.clone(), &Request::fetch(&url), "past caches, by another query")
    }

    fn unknown_path(&mut self) -> Result<Heard, Silent> {
        let mut url = self.intent.request.url.clone();
        let parent = url.path().rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
        url.set_path(&format!("{parent}/cors-policy-probe-no-such-path"));
        url.set_query(None);
        let request = Request::fetch(&url);
        self.ask(&self.intent.page.clone(), &request, "a path that does not exist")
    }

    /// Servers that know a path with a slash, or without, often redirect the other one.
    fn slash(&mut self) -> Result<Option<Heard>, Silent> {
        let mut url = self.intent.request.url.clone();
        let path = match url.path() {
            "/" => return Ok(None),
            path => path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned),
        };
        url.set_path(&path);
        self.ask(&self.intent.page.clone(), &Request::fetch(&url), "a slash more or less").map(Some)
    }

    fn revalidated(&mut self, etag: Vec<u8>) -> Result<Heard, Silent> {
        let request = Request::fetch(&self.intent.request.url);
        let Some(mut request) = self.first(&self.intent.page.clone(), &request) else { return Err(Silent) };
        request.headers.append("If-None-Match", etag);
        self.send(&request, "If-None-Match")
    }

    /// What a browser sends first.
    fn first(&self, page: &Page, request: &Request) -> Option<HttpRequest> {
        let mut page = page.clone();
        page.upgrades_insecure_requests = false;
        match Browser::new(self.intent.profile).fetch(&page, request, Intent::NOW) {
            Step::Send(pending) => {
                let mut request = pending.request().clone();
                request.sends_credentials = false;
                Some(request)
            }
            Step::Done(_) => None,
        }
    }

    fn ask(&mut self, page: &Page, request: &Request, what: &'static str) -> Result<Heard, Silent> {
        let request = self.first(page, request).ok_or(Silent)?;
        self.send(&request, what)
    }

    fn send(&mut self, request: &HttpRequest, what: &'static str) -> Result<Heard, Silent> {
        if self.client.is_late() {
            return Err(Silent);
        }
        let response = self.client.send(Purpose::Experiment(what), request).map_err(|_| Silent)?;
        Ok(Heard { request: self.client.log.len(), response })
    }
}
