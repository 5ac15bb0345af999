//! Responses from the HTTP cache, and what becomes of them without `Vary`.

use cors_policy_tests::meaning::Meaning;

use super::policies::Policies;
use crate::case::{Call, Case, Initiator, Outcome};
use crate::fault::Fault;
use crate::reply::{Content, Reply};
use crate::site::Page;

const ONCE: [&str; 1] = ["GET data"];
const TWICE: [&str; 2] = ["GET data", "GET data"];

pub(crate) fn cases(policies: &Policies) -> Vec<Case> {
    let mut cases = with_and_without_vary(policies);
    cases.extend(constant_answers(policies));
    cases.extend(personal(policies));
    cases.extend(images(policies));
    cases
}

fn case(name: &str, policy: &Meaning) -> Case {
    Case::new(format!("cache: {name}"), policy, Reply::text().cached())
}

fn get() -> Call {
    Call::fetch("GET").omit()
}

fn read() -> Outcome {
    Outcome::read("data")
}

/// Each with our answers, and with those of a server that does not say `Vary`.
fn with_and_without_vary(policies: &Policies) -> Vec<Case> {
    let embedded =
        |name: &str| case(name, &policies.list).step(Page::App, get().no_cors()).step(Page::App, get());
    let two_pages = |name: &str| case(name, &policies.list).step(Page::App, get()).step(Page::Other, get());
    let refused_first =
        |name: &str| case(name, &policies.list).step(Page::Preview, get()).step(Page::App, get());
    let again = case("the same page again", &policies.list).step(Page::App, get()).step(Page::App, get());
    vec![
        embedded("embedded, then read").expecting(vec![Outcome::opaque(), read()], &TWICE),
        embedded("embedded, then read, no Vary")
            .faulty(Fault::NoVary)
            .expecting(vec![Outcome::opaque(), Outcome::failed()], &ONCE),
        two_pages("read by two pages").expecting(vec![read(), read()], &TWICE),
        two_pages("read by two pages, no Vary")
            .faulty(Fault::NoVary)
            .expecting(vec![read(), Outcome::failed()], &ONCE),
        refused_first("refused, then read").expecting(vec![Outcome::failed(), read()], &TWICE),
        refused_first("refused, then read, no Vary")
            .faulty(Fault::NoVary)
            .expecting(vec![Outcome::failed(), Outcome::failed()], &ONCE),
        again.expecting(vec![read(), read()], &ONCE),
    ]
}

/// What is the same for everybody needs no `Vary`, and is fetched once.
fn constant_answers(policies: &Policies) -> Vec<Case> {
    let Policies { constant, public, rules, .. } = policies;
    let embedded =
        |name: &str, policy| case(name, policy).step(Page::App, get().no_cors()).step(Page::App, get());
    vec![
        embedded("constant, embedded, then read", constant).expecting(vec![Outcome::opaque(), read()], &ONCE),
        embedded("public, embedded, then read", public).expecting(vec![Outcome::opaque(), read()], &ONCE),
        embedded("rules, embedded, then read", rules).expecting(vec![Outcome::opaque(), read()], &TWICE),
        case("public, read by two pages", public)
            .step(Page::App, get())
            .step(Page::Other, get())
            .expecting(vec![read(), read()], &ONCE),
        case("constant, read by another page", constant)
            .step(Page::App, get())
            .step(Page::Other, get())
            .expecting(vec![read(), Outcome::failed()], &ONCE),
        case("rules, read by two pages", rules)
            .step(Page::App, get())
            .step(Page::Preview, get())
            .expecting(vec![read(), read()], &TWICE),
    ]
}

/// What was meant for a user must not be read from the cache without credentials.
fn personal(policies: &Policies) -> Vec<Case> {
    let personal = |name: &str| {
        case(name, &policies.public).step(Page::App, get().no_cors().include()).step(Page::Other, get())
    };
    let stolen = Outcome::read("data of a user");
    vec![
        personal("a user's data embedded, then read by another page")
            .expecting(vec![Outcome::opaque(), read()], &["GET data +cookie", "GET data"]),
        personal("a user's data embedded, then read by another page, no Vary")
            .faulty(Fault::NoVary)
            .expecting(vec![Outcome::opaque(), stolen], &["GET data +cookie"]),
    ]
}

fn images(policies: &Policies) -> Vec<Case> {
    let image = |name: &str| {
        let call = Call::new(Initiator::Image).include();
        Case::new(format!("cache: {name}"), &policies.list, Reply::new(Content::Image).cached())
            .step(Page::App, call.clone().no_cors())
            .step(Page::App, call)
    };
    let loaded = Outcome { body: None, ..read() };
    let twice = ["GET data +cookie", "GET data +cookie"];
    let once = ["GET data +cookie"];
    vec![
        image("an image, then with crossorigin").expecting(vec![Outcome::opaque(), loaded], &twice),
        image("an image, then with crossorigin, no Vary")
            .faulty(Fault::NoVary)
            .expecting(vec![Outcome::opaque(), Outcome::failed()], &once),
    ]
}
