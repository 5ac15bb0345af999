//! The command line of whoever runs tenants: each command in process, on SQLite, with what it prints.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

mod audit;
mod diff;
mod explain;
mod fleet;
mod import;
mod policies;
mod said;
mod shadow;
mod tenants;

use std::ffi::OsString;

use cors_policy_tenants::{Ceiling, admin, cors_ceiling};
use cors_policy_tenants_tests::Place;
use said::{Said, normal, words};

static CEILING: Ceiling = cors_ceiling! {
    credentials: true,
    any_origin: true,
    methods: [PUT, DELETE],
    request_headers: ["content-type", "authorization"],
    expose_headers: ["etag"],
    max_age: "2h",
};

/// The command line, at a database.
struct Line {
    place: Place,
}

impl Line {
    /// At a database with tables.
    async fn new() -> Self {
        let line = Line { place: Place::sqlite() };
        line.reads("migrate").await.done();
        line
    }

    /// At one with a tenant `acme` that has a key and these versions, all published and the first active.
    async fn with_versions(documents: &[&str]) -> Self {
        let line = Line::new().await;
        line.writes("create acme --tier free --key host:acme.test").await.done();
        for (place, document) in documents.iter().enumerate() {
            let inactive = if place == 0 { "" } else { "--inactive" };
            line.writes_with(&format!("publish acme - {inactive}"), document).await.done();
        }
        line
    }

    /// A command that looks.
    async fn reads(&self, command: &str) -> Said {
        run(&format!("{command} --store '{}'", self.place.url), "").await
    }

    /// A command that alice gives.
    async fn writes(&self, command: &str) -> Said {
        self.writes_with(command, "").await
    }

    /// The same, with this as standard input.
    async fn writes_with(&self, command: &str, input: &str) -> Said {
        run(&format!("{command} --store '{}' --as alice", self.place.url), input).await
    }
}

/// A command as it stands.
async fn run(command: &str, input: &str) -> Said {
    let arguments = ["tenants".to_owned()].into_iter().chain(words(command)).map(OsString::from);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = admin::run(arguments, &CEILING, &mut input.as_bytes(), &mut out, &mut err).await;
    let text = |bytes| normal(&String::from_utf8(bytes).unwrap());
    Said { exit, out: text(out), err: text(err) }
}
