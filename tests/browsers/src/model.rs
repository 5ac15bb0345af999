//! What should come of a case: the model of a browser in `cors-policy-browser`, over what the policies mean.
//!
//! It uses no code of cors-policy: who is granted what comes from `cors_policy_tests::meaning`. HTTP caches are not
//! modelled.

use std::time::Duration;

use cors_policy_browser::page::{Relation, StorageAccess};
use cors_policy_browser::{
    Body, Browser, CredentialsMode, Exchange, FailedStep, Failure, HttpRequest, Initiator as By,
    Mode as AskedMode, Origin, Page as Asking, Profile, Purpose, Request as Asked, ResponseType, Url,
    Verdict,
};
use cors_policy_tests::judge::Kind;
use cors_policy_tests::message::Request;

use crate::case::{Call, Case, Credentials, Expected, Initiator, Mode, Outcome, Step};
use crate::meant::Servers;
use crate::seen::{Exchange as Logged, Seen};
use crate::site::{Page, Site};

/// What is expected of the case, by the model.
pub(crate) fn expect(site: Site, case: &Case, profile: Profile) -> Expected {
    let (outcomes, log) = run(site, case, profile);
    Expected { outcomes, requests: log.iter().map(|exchange| Seen::from(exchange).full()).collect() }
}

/// What script sees of each step, and what the servers see.
pub(crate) fn run(site: Site, case: &Case, profile: Profile) -> (Vec<Outcome>, Vec<Logged>) {
    let mut servers = Servers::new(site, case);
    let exchanges = exchanges(site, case, profile, &mut servers);
    let outcomes = case.steps.iter().zip(&exchanges).map(|(step, exchange)| outcome(case, step, exchange));
    (outcomes.collect(), servers.seen)
}

/// Where the model by the standard does not do what the policies mean, in words. Servers that are wrong, and sockets,
/// which CORS leaves alone, are left out.
pub(crate) fn departures(site: Site, case: &Case) -> Vec<String> {
    let mut servers = Servers::new(site, case);
    let exchanges = exchanges(site, case, Profile::STANDARD, &mut servers);
    let steps = case.steps.iter().zip(&exchanges);
    let steps = steps.filter(|(step, _)| step.call.initiator != Initiator::Socket && !case.is_faulty());
    steps.flat_map(|(step, exchange)| step_departures(case, step, exchange)).collect()
}

/// Every step of the case in one browser. The clock counts from the first.
fn exchanges(site: Site, case: &Case, profile: Profile, servers: &mut Servers<'_>) -> Vec<Exchange> {
    let mut browser = Browser::new(profile);
    let mut now = Duration::ZERO;
    let mut run = |step: &Step| {
        now += Duration::from_millis(step.after.into());
        let page = asking(site, step.page);
        let request = asked(site, case, step);
        let mut server = |request: &HttpRequest| servers.answer(request, is_for_user(request));
        browser.run(&page, &request, now, &mut server)
    };
    case.steps.iter().map(&mut run).collect()
}

/// The cookie has `SameSite=Lax`.
fn is_for_user(request: &HttpRequest) -> bool {
    request.sends_credentials && request.relation != Relation::CrossSite
}

fn asking(site: Site, page: Page) -> Asking {
    let mut asking = Asking::of(Origin::parse(&site.origin(page)));
    if page.is_same_site() {
        asking.site = Some("shop.localhost".to_owned());
    }
    asking.partition = Some(format!("{:?}", page.top()));
    // A frame of another site, in a tab of the API's site, could have the API's cookies and has not asked for them.
    let is_framed = page.top() != page;
    asking.storage_access = (is_framed && !page.is_same_site()).then_some(StorageAccess::Inactive);
    asking
}

fn asked(site: Site, case: &Case, step: &Step) -> Asked {
    let Step { call, resource, .. } = step;
    let resource = case.resource(resource).unwrap();
    let url = Url::parse(&Servers::url(site, resource.host, resource.name)).unwrap();
    let initiator = match call.initiator {
        Initiator::Fetch => By::Fetch,
        Initiator::Xhr => By::Xhr,
        Initiator::Events => By::EventSource,
        Initiator::Module => By::ModuleScript,
        Initiator::Script => By::Script,
        Initiator::Font => By::Font,
        Initiator::Image => By::Image,
        Initiator::Style => By::Stylesheet,
        Initiator::Socket => By::WebSocket,
    };
    let mut request = Asked::by(initiator, &url).method(call.method);
    request.headers = call.headers.iter().copied().collect();
    request.body = call.body.map(Body::text);
    request.upload_listeners = call.listens;
    if initiator != By::WebSocket {
        request.mode = if call.mode == Mode::Cors { AskedMode::Cors } else { AskedMode::NoCors };
        request.credentials = mode(call);
    }
    request
}

fn mode(call: &Call) -> CredentialsMode {
    match call.credentials {
        Credentials::Omit => CredentialsMode::Omit,
        Credentials::SameOrigin => CredentialsMode::SameOrigin,
        Credentials::Include => CredentialsMode::Include,
    }
}

/// What script could see.
fn outcome(case: &Case, step: &Step, exchange: &Exchange) -> Outcome {
    let Verdict::Allowed { status, readable, kind, .. } = &exchange.verdict else { return Outcome::failed() };
    if *kind == ResponseType::Opaque {
        return Outcome::opaque();
    }
    let last = exchange.hops.last().unwrap();
    let sent = &last.actual.as_ref().unwrap().request;
    let name = last.url.path_segments().unwrap().next_back().unwrap();
    let initiator = step.call.initiator;
    let text = case.resource(name).unwrap().reply.text_for(is_for_user(sent));
    let mut outcome = Outcome::read(if sent.method == "HEAD" { "" } else { text });
    let shows_body = !matches!(initiator, Initiator::Font | Initiator::Image | Initiator::Socket);
    outcome.body = outcome.body.filter(|_| shows_body);
    if !matches!(initiator, Initiator::Fetch | Initiator::Xhr) {
        return outcome;
    }
    outcome.status = Some(*status);
    let looked = ["cache-control", "content-length", "content-type", "etag", "set-cookie", "x-request-id"];
    let read = looked.into_iter().filter(|name| readable.iter().any(|read| read == name));
    outcome.headers = Some(read.map(str::to_owned).collect());
    if initiator == Initiator::Fetch {
        outcome.kind = Some(if *kind == ResponseType::Basic { "basic" } else { "cors" }.to_owned());
    }
    outcome
}

/// Each request of a step, beside what the policy grants it.
fn step_departures(case: &Case, step: &Step, exchange: &Exchange) -> Vec<String> {
    let mode = step.call.credentials.for_check();
    let with_cors = step.call.mode == Mode::Cors;
    let mut departures = Vec::new();
    for (purpose, hop, sent) in exchange.sent() {
        let name = sent.request.url.path_segments().unwrap().next_back().unwrap();
        let granted = case.resource(name).unwrap().policy.grants(&Request::from(&sent.request), mode);
        let fails = |step| {
            exchange.failures().any(|Failure { step: at, hop: place, .. }| *at == step && *place == hop)
        };
        let model = match purpose {
            Purpose::Preflight if fails(FailedStep::Preflight) => Kind::PreflightRejected,
            Purpose::Preflight => Kind::PreflightOk,
            Purpose::Actual if fails(FailedStep::Response) => Kind::ActualDenied,
            Purpose::Actual => Kind::ActualAllowed,
        };
        // Without CORS nobody reads, and nobody asks whether they may.
        if with_cors && granted != Kind::NotCors && granted != model {
            departures
                .push(format!("{}: {purpose:?} of {name} is {model:?}, and granted {granted:?}", case.name));
        }
    }
    departures
}
