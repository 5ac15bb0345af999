//! What adapters notice and tell: decisions, handshakes, writes, candidates, things out of place.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::net::SocketAddr;

use cors_policy::tower::Sentinel;
use cors_policy::{MissingOrigin, Policy, Writes, cors_policy};
use cors_policy_adapter_tests::client::{Message, Reply};
use cors_policy_adapter_tests::judged::problems;
use cors_policy_adapter_tests::log::Log;
use cors_policy_adapter_tests::setup::Setup;
use cors_policy_adapter_tests::table::{ADAPTERS, Adapter, Extras, for_each_with_extras};

static API: Policy = cors_policy! {
    origins: ["https://app.example.com", "https://*.app.example.com"], credentials: true, methods: [PUT],
};
static NEXT: Policy = cors_policy! {
    name: "next",
    origins: ["https://app.example.com", "https://new.example.com"], credentials: true, methods: [PUT],
};

const APP: (&str, &str) = ("origin", "https://app.example.com");
const BELOW: (&str, &str) = ("origin", "https://one.app.example.com");
const NEW: (&str, &str) = ("origin", "https://new.example.com");
const EVIL: (&str, &str) = ("origin", "https://evil.test");
const COOKIE: (&str, &str) = ("cookie", "id=7");
const ASKS: (&str, &str) = ("access-control-request-method", "PUT");
const REFUSAL: &str = "cors-policy-refusal";

/// An adapter that serves, and what it tells.
struct Watched {
    adapter: Adapter,
    address: SocketAddr,
    log: Log,
}

impl Watched {
    fn new(adapter: Adapter, set: impl FnOnce(&mut Setup)) -> Self {
        let log = Log::default();
        let mut setup = log.observing(Setup::from(API.clone()));
        set(&mut setup);
        Watched { adapter, address: adapter.start(setup).unwrap(), log }
    }

    /// Sends a request, and expects these events, in this order.
    fn expect(&self, message: &Message, events: &[&str]) -> Reply {
        let reply = message.send(self.address, self.adapter.http2).unwrap();
        assert_eq!(self.log.take(), events, "{}: {message:?}", self.adapter.name);
        let wrong = problems(&API, message, &reply, if message.path == "/inner" { &INNER_VARY } else { &[] });
        let compressed = self.adapter.name.ends_with("compression outside");
        assert!(wrong.is_empty() || compressed, "{}: {wrong:?} {message:?}", self.adapter.name);
        reply
    }

    fn goes_through(&self, message: &Message, events: &[&str]) {
        let reply = self.expect(message, events);
        let switches = message.headers.iter().any(|(name, _)| name == "upgrade");
        let status = if switches { 101 } else { 200 };
        assert_eq!((reply.status, reply.is_handled()), (status, true), "{}: {message:?}", self.adapter.name);
        assert_eq!(reply.header(REFUSAL), None);
    }

    /// 403, with the reason in a header, and without the application.
    fn is_refused(&self, message: &Message, word: &str, events: &[&str]) {
        let reply = self.expect(message, events);
        assert_eq!((reply.status, reply.is_handled()), (403, false), "{}: {message:?}", self.adapter.name);
        assert_eq!(reply.header(REFUSAL), Some(word.as_bytes()), "{}: {reply:?}", self.adapter.name);
        assert!(reply.body.is_empty());
    }
}

const INNER_VARY: [&str; 2] = ["accept-encoding", "cookie"];

fn get(headers: &[(&str, &str)]) -> Message {
    Message::text("GET", "/hello", headers)
}

#[test]
fn every_request_is_told_once() {
    for_each_with_extras(|adapter| {
        let watched = Watched::new(adapter, |_| {});
        for _ in 0..3 {
            watched.goes_through(&get(&[]), &["Actual NotCors"]);
            watched.goes_through(&get(&[APP]), &["Actual Admitted"]);
            watched.goes_through(&get(&[EVIL]), &["Actual Refused"]);
            watched.goes_through(&get(&[EVIL, ("sec-fetch-site", "same-origin")]), &["Actual SameOrigin"]);
            let preflight = Message::text("OPTIONS", "/hello", &[APP, ASKS]);
            assert_eq!(watched.expect(&preflight, &["Preflight Admitted"]).status, 204);
            let preflight = Message::text("OPTIONS", "/hello", &[EVIL, ASKS]);
            let refused = watched.expect(&preflight, &["Preflight Refused"]);
            assert_eq!((refused.status, refused.header(REFUSAL)), (403, None));
            watched.expect(&Message::text("GET", "/no-such-page", &[APP]), &["Actual Admitted"]);
        }
    });
}

fn handshake(headers: &[(&str, &str)]) -> Message {
    const WEB_SOCKET: [(&str, &str); 4] = [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    Message::text("GET", "/socket", &[&WEB_SOCKET, headers].concat())
}

fn extended_connect(headers: &[(&str, &str)]) -> Message {
    let mut message = Message::text("CONNECT", "/socket", headers);
    message.protocol = Some("websocket");
    message
}

fn check_handshakes(watched: &Watched, handshake: fn(&[(&str, &str)]) -> Message, before: &[&str]) {
    let with = |events: &[&'static str]| [before, events].concat();
    watched.goes_through(&handshake(&[APP, COOKIE]), &with(&["Actual Admitted"]));
    watched.is_refused(
        &handshake(&[EVIL, COOKIE]),
        "origin-not-admitted",
        &with(&["Actual Refused", "upgrade origin-not-admitted"]),
    );
    watched.is_refused(
        &handshake(&[]),
        "origin-missing",
        &with(&["Actual NotCors", "upgrade origin-missing"]),
    );
    watched.is_refused(
        &handshake(&[APP, APP]),
        "several-origins",
        &with(&["Actual Refused", "upgrade several-origins"]),
    );
    watched.is_refused(
        &handshake(&[("origin", "null")]),
        "null-origin",
        &with(&["Actual Refused", "upgrade null-origin"]),
    );
    // What is no handshake is no concern.
    watched.goes_through(&get(&[EVIL]), &["Actual Refused"]);
}

#[test]
fn web_sockets_over_http1() {
    for_each_with_extras(|adapter| {
        let adapter = Adapter { http2: false, ..adapter };
        let checked = Watched::new(adapter, |setup| setup.handshake = Some(MissingOrigin::Deny.into()));
        check_handshakes(&checked, handshake, &[]);
        let unchecked = Watched::new(adapter, |_| {});
        unchecked.goes_through(&handshake(&[EVIL, COOKIE]), &["Actual Refused"]);
    });
}

/// actix-web does not speak the extended CONNECT.
#[test]
fn web_sockets_over_http2() {
    let mut checked = 0;
    for adapter in ADAPTERS.iter().copied() {
        if !adapter.http2 || adapter.extras == Extras::None || adapter.name.starts_with("actix") {
            continue;
        }
        let watched = Watched::new(adapter, |setup| setup.handshake = Some(MissingOrigin::Deny.into()));
        // The client sends a GET first, to learn whether the server speaks it.
        check_handshakes(&watched, extended_connect, &["Actual NotCors"]);
        let unchecked = Watched::new(adapter, |_| {});
        unchecked.goes_through(&extended_connect(&[EVIL]), &["Actual NotCors", "Actual Refused"]);
        checked += 1;
    }
    assert_eq!(checked, 2);
}

fn form(headers: &[(&str, &str)]) -> Message {
    Message::text("POST", "/hello", &[headers, &[COOKIE]].concat())
}

#[test]
fn writes_from_elsewhere() {
    const CROSS: (&str, &str) = ("sec-fetch-site", "cross-site");
    for_each_with_extras(|adapter| {
        let ignoring = Watched::new(adapter, |_| {});
        ignoring.goes_through(&form(&[EVIL, CROSS]), &["Actual Refused"]);
        let reporting = Watched::new(adapter, |setup| setup.writes = Writes::Report);
        reporting.goes_through(&form(&[EVIL, CROSS]), &["Actual Refused", "would-be write cross-site"]);
        let refusing = Watched::new(adapter, |setup| setup.writes = Writes::Refuse);
        refusing.is_refused(&form(&[EVIL, CROSS]), "cross-site", &["Actual Refused", "write cross-site"]);
        refusing.is_refused(&form(&[EVIL]), "foreign-origin", &["Actual Refused", "write foreign-origin"]);
        for watched in [&reporting, &refusing] {
            watched.goes_through(&form(&[APP, CROSS]), &["Actual Admitted"]);
            watched.goes_through(&form(&[]), &["Actual NotCors"]);
            watched.goes_through(&get(&[EVIL, CROSS]), &["Actual Refused"]);
            let preflight = Message::text("OPTIONS", "/hello", &[EVIL, ASKS]);
            assert_eq!(watched.expect(&preflight, &["Preflight Refused"]).status, 403);
        }
    });
}

#[test]
fn a_candidate_in_the_shadow() {
    for_each_with_extras(|adapter| {
        let watched = Watched::new(adapter, |setup| setup.candidate = Some(NEXT.clone()));
        watched.goes_through(&get(&[APP]), &["Actual Admitted"]);
        watched.goes_through(&get(&[EVIL]), &["Actual Refused"]);
        watched.goes_through(&get(&[BELOW]), &["Actual Admitted", "next NewlyRefused"]);
        watched.goes_through(&get(&[NEW]), &["Actual Refused", "next NewlyAdmitted"]);
        let preflight = Message::text("OPTIONS", "/hello", &[NEW, ASKS]);
        let reply = watched.expect(&preflight, &["Preflight Refused", "next NewlyAdmitted"]);
        assert_eq!(reply.status, 403, "the policy answers, not the candidate");
    });
}

/// What the checks refuse counts, where they refuse; what they only report does not.
#[test]
fn a_candidate_for_writes() {
    for_each_with_extras(|adapter| {
        let watched = |writes| {
            Watched::new(adapter, |setup| (setup.writes, setup.candidate) = (writes, Some(NEXT.clone())))
        };
        let refusing = watched(Writes::Refuse);
        let events = ["Actual Refused", "next NewlyAdmitted", "write foreign-origin"];
        refusing.is_refused(&form(&[NEW]), "foreign-origin", &events);
        refusing.is_refused(&form(&[EVIL]), "foreign-origin", &["Actual Refused", "write foreign-origin"]);
        refusing.goes_through(&form(&[BELOW]), &["Actual Admitted", "next NewlyRefused"]);
        let reporting = watched(Writes::Report);
        let events = ["Actual Refused", "would-be write foreign-origin"];
        reporting.goes_through(&form(&[EVIL]), &events);
    });
}

/// Only told with debug assertions, with which tests are built.
#[test]
fn things_out_of_place() {
    for_each_with_extras(|adapter| {
        let watched = Watched::new(adapter, |_| {});
        for (headers, decided) in [(&[APP][..], "Actual Admitted"), (&[EVIL], "Actual Refused")] {
            let message = Message::text("GET", "/inner", headers);
            watched.goes_through(&message, &[decided, "CorsInside(AllowOrigin)"]);
        }
        let message = Message::text("OPTIONS", "/hello", &[ASKS]);
        watched.goes_through(&message, &["Actual NotCors", "PreflightWithoutOrigin"]);
        watched.goes_through(&Message::text("OPTIONS", "/hello", &[APP]), &["Actual Admitted"]);
    });
}

#[test]
fn a_sentinel_sees_preflights_that_no_layer_answers() {
    let log = Log::default();
    let observer = log.observer();
    let sentinel = Sentinel::new().observe(move |event| observer(event));
    let router = cors_policy_adapter_tests::axum::router().layer(sentinel);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(|| cors_policy_adapter_tests::axum::serve_made(router.into_make_service(), listener));
    for (message, events) in [
        (get(&[APP]), &[][..]),
        (Message::text("OPTIONS", "/hello", &[APP]), &[]),
        (Message::text("OPTIONS", "/hello", &[APP, ASKS]), &["PreflightReachedApplication"]),
    ] {
        assert_eq!(message.send(address, false).unwrap().status, 200);
        assert_eq!(log.take(), events, "{message:?}");
    }
}
