//! With the feature `tracing`: a refused request is one event at level debug, an admitted one is none.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use cors_policy::{MissingOrigin, Policy, Writes, cors_policy};
use cors_policy_adapter_tests::client::Message;
use cors_policy_adapter_tests::setup::Setup;
use cors_policy_adapter_tests::table::{ADAPTERS, AXUM, Extras};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

static API: Policy = cors_policy! {
    name: "api", origins: ["https://app.example.com"], credentials: true, methods: [PUT],
};

/// An event: its level, and its fields as text.
type Line = (Level, BTreeMap<&'static str, String>);

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

/// Writes down the events of cors-policy.
struct Notebook;

impl Subscriber for Notebook {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("cors_policy")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        lines().push((*event.metadata().level(), fields.0));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn lines() -> std::sync::MutexGuard<'static, Vec<Line>> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

const APP: (&str, &str) = ("origin", "https://app.example.com");
const EVIL: (&str, &str) = ("origin", "https://app.example.com.evil.test");
const ASKS: (&str, &str) = ("access-control-request-method", "PUT");

/// All in one test, because there is one subscriber.
#[test]
fn events() {
    tracing::subscriber::set_global_default(Notebook).unwrap();
    for adapter in ADAPTERS.iter().filter(|adapter| adapter.extras == Extras::All) {
        let name = adapter.name;
        let address = adapter.start(API.clone()).unwrap();
        let events = |method: &str, headers: &[(&str, &str)]| {
            Message::text(method, "/hello", headers).send(address, adapter.http2).unwrap();
            std::mem::take(&mut *lines())
        };
        for (method, headers) in
            [("GET", &[][..]), ("GET", &[APP]), ("OPTIONS", &[APP]), ("OPTIONS", &[APP, ASKS])]
        {
            assert_eq!(events(method, headers), [], "{name}: {method} {headers:?}");
        }
        assert_refused(&events("GET", &[EVIL]), "GET", None, "evil.test");
        assert_refused(&events("POST", &[EVIL]), "POST", None, "evil.test");
        assert_refused(&events("OPTIONS", &[EVIL, ASKS]), "OPTIONS", Some("PUT"), "evil.test");
        let purge = ("access-control-request-method", "PURGE");
        assert_refused(&events("OPTIONS", &[APP, purge]), "OPTIONS", Some("PURGE"), "PURGE");
        let header = ("access-control-request-headers", "x-unlisted");
        assert_refused(&events("OPTIONS", &[APP, ASKS, header]), "OPTIONS", Some("PUT"), "x-unlisted");
        let several = events("GET", &[APP, EVIL]);
        assert_refused(&several, "GET", None, "Origin");
    }
    refusals_beyond_cors();
}

/// One event at level debug, with these fields; the reason has this word in it.
fn assert_refused(events: &[Line], method: &str, asks_for: Option<&str>, word: &str) {
    let [(level, fields)] = events else { panic!("{} events: {events:?}", events.len()) };
    let field = |name: &str| fields.get(name).map(String::as_str);
    assert_eq!(*level, Level::DEBUG, "{fields:?}");
    assert_eq!((field("policy"), field("method")), (Some("api"), Some(method)), "{fields:?}");
    assert!(field("origin").is_some_and(|origin| origin.contains("https://app.example.com")), "{fields:?}");
    assert_eq!(field("asks_for"), asks_for, "{fields:?}");
    assert!(field("reason").is_some_and(|reason| reason.contains(word)), "{fields:?}");
}

/// A handshake or a write that is refused is one event, too.
fn refusals_beyond_cors() {
    let mut setup = Setup::from(API.clone());
    setup.handshake = Some(MissingOrigin::Deny.into());
    setup.writes = Writes::Refuse;
    let address = AXUM.start(setup).unwrap();
    for (method, headers, message) in [
        ("GET", &[EVIL, ("connection", "upgrade"), ("upgrade", "websocket")][..], "handshake refused"),
        ("POST", &[EVIL], "write refused"),
    ] {
        Message::text(method, "/socket", headers).send(address, false).unwrap();
        let events = std::mem::take(&mut *lines());
        let messages: Vec<&str> =
            events.iter().filter_map(|(_, fields)| Some(fields.get("message")?.as_str())).collect();
        assert_eq!(messages, [message]);
        let path = events.first().and_then(|(_, fields)| fields.get("path"));
        assert_eq!(path.map(String::as_str), Some("/socket"));
    }
}
