//! Who may call the API from a browser, and the layer that sees to it. The page of the demo shows this file.

use cors_policy::inspector::Inspector;
use cors_policy::tower::CorsLayer;
use cors_policy::{MissingOrigin, Policy, Writes, cors_policy};

use crate::demo::journal;

/// Pages on `localhost`, at any port. `127.0.0.1` is another origin, though it is the same machine.
#[expect(deprecated, reason = "loopback gets credentials: only here")]
pub(crate) static API: Policy = cors_policy! {
    name: "demo",
    origins: ["http://localhost:*"],
    credentials: true,
    methods: [PUT, DELETE],
    request_headers: ["content-type"],
    expose_headers: ["x-request-id"],
    max_age: 0, // each click shows its preflight
    refuses: ["http://127.0.0.1:8601"],
};

pub(crate) fn layer(writes: Writes, inspector: Inspector) -> CorsLayer<&'static Policy> {
    CorsLayer::new(&API)
        .check_upgrades(MissingOrigin::Deny)
        .check_writes(writes)
        .candidate(&CANDIDATE)
        .observe(move |event| {
            journal::note(event);
            inspector.observe(event);
        })
}

/// What the policy could be next. It runs in the shadow and is never sent.
#[expect(deprecated, reason = "loopback gets credentials: only here")]
static CANDIDATE: Policy = cors_policy! {
    name: "candidate",
    origins: ["http://localhost:*", "http://127.0.0.1:*"],
    credentials: true,
    methods: [PUT],
    request_headers: ["content-type"],
    expose_headers: ["x-request-id"],
    max_age: 0,
};
