//! Policies × requests × pages.

use cors_policy_tests::meaning::Meaning;

use super::policies::Policies;
use crate::case::{Call, Case};
use crate::reply::Reply;
use crate::site::Page;

pub(crate) fn cases(policies: &Policies) -> Vec<Case> {
    let mut cases = matrix(policies);
    cases.extend(patterns(policies));
    cases.extend(methods(policies));
    cases.extend(headers(policies));
    cases.extend(statuses(policies));
    cases.extend(same_origin(policies));
    cases.extend(sandboxed(policies));
    cases
}

/// A case for each call.
fn each(name: &str, policy: &Meaning, page: Page, calls: &[(&str, Call)]) -> Vec<Case> {
    let case = |(what, call): &(&str, Call)| {
        Case::new(format!("{name}, {page:?}: {what}"), policy, Reply::text()).step(page, call.clone())
    };
    calls.iter().map(case).collect()
}

fn calls() -> Vec<(&'static str, Call)> {
    vec![
        ("GET", Call::fetch("GET").omit()),
        ("GET with credentials", Call::fetch("GET").include()),
        ("POST with credentials", Call::fetch("POST").sending("text").include()),
        ("PUT", Call::fetch("PUT").sending("text")),
        ("PUT with credentials", Call::fetch("PUT").sending("text").include()),
        ("x-token", Call::fetch("GET").with("X-Token", "1").omit()),
        ("x-token with credentials", Call::xhr("GET").with("X-Token", "1").include()),
        ("authorization", Call::fetch("GET").with("Authorization", "Bearer 1").omit()),
    ]
}

fn matrix(policies: &Policies) -> Vec<Case> {
    let Policies { constant, list, plain_list, subdomains, public, open, tokens, echo, rules, .. } = policies;
    let named = [
        ("constant", constant),
        ("list", list),
        ("plain list", plain_list),
        ("subdomains", subdomains),
        ("public", public),
        ("open", open),
        ("tokens", tokens),
        ("echo", echo),
        ("rules", rules),
    ];
    let pages = [Page::App, Page::Far];
    let each_page = named.into_iter().flat_map(|(name, policy)| pages.map(|page| (name, policy, page)));
    let more = [
        ("rules", rules, Page::Other),
        ("list", list, Page::OtherPort),
        ("list", list, Page::Stranger),
        ("open", open, Page::Stranger),
    ];
    let all = each_page.chain(more);
    all.flat_map(|(name, policy, page)| each(name, policy, page, &calls())).collect()
}

fn patterns(policies: &Policies) -> Vec<Case> {
    let Policies { subdomains, previews, any_port, list, .. } = policies;
    let calls = [("PUT with credentials", Call::fetch("PUT").include())];
    let pages = [
        ("subdomains", subdomains, Page::Preview),
        ("subdomains", subdomains, Page::OtherPort),
        ("subdomains", subdomains, Page::Sandbox),
        ("previews", previews, Page::Preview),
        ("previews", previews, Page::App),
        ("any port", any_port, Page::App),
        ("any port", any_port, Page::OtherPort),
        ("any port", any_port, Page::Other),
        ("list", list, Page::Address),
        ("list", list, Page::Preview),
    ];
    pages.into_iter().flat_map(|(name, policy, page)| each(name, policy, page, &calls)).collect()
}

fn methods(policies: &Policies) -> Vec<Case> {
    let calls = [
        ("HEAD", Call::fetch("HEAD")),
        ("DELETE", Call::fetch("DELETE")),
        ("PATCH", Call::fetch("PATCH")),
        ("patch", Call::fetch("patch")),
        ("put", Call::fetch("put")),
        ("QUERY", Call::xhr("QUERY")),
        ("OPTIONS", Call::fetch("OPTIONS")),
    ];
    let Policies { list, plain_list, open, echo, .. } = policies;
    let named = [("list", list), ("plain list", plain_list), ("open", open), ("echo", echo)];
    named.into_iter().flat_map(|(name, policy)| each(name, policy, Page::App, &calls)).collect()
}

fn headers(policies: &Policies) -> Vec<Case> {
    let get = || Call::fetch("GET");
    let post = || Call::fetch("POST").sending("{}");
    let calls = [
        ("JSON", post().with("content-type", "application/json")),
        ("JSON with credentials", post().with("content-type", "application/json").include()),
        ("text", post().with("content-type", "text/plain")),
        ("a listed and another header", get().with("x-token", "1").with("x-other", "2")),
        ("languages", get().with("accept-language", "de").with("accept", "text/plain")),
        ("a range", get().with("range", "bytes=0-9")),
        ("authorization with credentials", get().with("authorization", "Bearer 1").include()),
        ("an upload that is watched", Call::xhr("POST").sending("text").listening()),
    ];
    let Policies { list, open, echo, .. } = policies;
    let named = [("list", list), ("open", open), ("echo", echo)];
    named.into_iter().flat_map(|(name, policy)| each(name, policy, Page::App, &calls)).collect()
}

/// Errors can be read, and are refused, like anything else.
fn statuses(policies: &Policies) -> Vec<Case> {
    let replies = [201, 400, 401, 403, 404, 500, 503];
    let case = |status: u16, page: Page, call: Call| {
        let name = format!("status {status}, {page:?}: {} by {:?}", call.method, call.initiator);
        Case::new(name, &policies.list, Reply::status(status)).step(page, call)
    };
    let read = replies.into_iter().map(|status| case(status, Page::App, Call::fetch("GET").include()));
    let refused = [404, 500].map(|status| case(status, Page::Far, Call::fetch("GET")));
    let put = [404, 500].map(|status| case(status, Page::App, Call::xhr("PUT")));
    read.chain(refused).chain(put).collect()
}

/// CORS is no matter between a page and its own origin, whether or not the policy names it.
fn same_origin(policies: &Policies) -> Vec<Case> {
    let calls = [
        ("GET", Call::fetch("GET")),
        ("POST", Call::fetch("POST").sending("text")),
        ("PUT with a token", Call::xhr("PUT").with("x-token", "1")),
        ("DELETE without credentials", Call::fetch("DELETE").omit()),
        ("authorization", Call::fetch("POST").with("authorization", "Bearer 1")),
    ];
    let Policies { list, constant, public, .. } = policies;
    let named = [("list", list), ("constant", constant), ("public", public)];
    named.into_iter().flat_map(|(name, policy)| each(name, policy, Page::Api, &calls)).collect()
}

fn sandboxed(policies: &Policies) -> Vec<Case> {
    let calls = [
        ("GET", Call::fetch("GET").omit()),
        ("GET with credentials", Call::xhr("GET").include()),
        ("PUT", Call::fetch("PUT")),
    ];
    let Policies { list, public, open, rules, .. } = policies;
    let named = [("list", list), ("public", public), ("open", open), ("rules", rules)];
    let pages = [Page::Sandbox, Page::Srcdoc];
    let each_page = named.into_iter().flat_map(|(name, policy)| pages.map(|page| (name, policy, page)));
    each_page.flat_map(|(name, policy, page)| each(name, policy, page, &calls)).collect()
}
