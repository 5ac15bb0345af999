//! The store as a whole, and its nodes.

use std::time::Duration;

use cors_policy_tenants::admin::Exit;
use cors_policy_tenants::store::{NodeReport, Store};
use cors_policy_tenants::{Ceiling, Node, cors_ceiling};
use cors_policy_tenants_tests::Place;
use serde_json::json;

use crate::{CEILING, Line, run};

const DOCUMENT: &str = r#"{"origins":["https://app.acme.test"]}"#;

/// A node that says it serves this revision.
async fn report(line: &Line, node: &str, revision: u64) {
    let store = Store::open(&line.place.url).await.unwrap();
    let (node, epoch) = (node.to_owned(), store.head().await.unwrap().epoch);
    let rejected = "[]".to_owned();
    let report = NodeReport { node, epoch, revision, generation: 1, tenants: 1, rejected, refused: None };
    store.report(&report).await.unwrap();
}

async fn node(line: &Line, ceiling: &'static Ceiling) -> Node {
    let node = Node::builder(line.place.url.clone(), ceiling).name("node-1");
    node.poll(Duration::from_secs(600)).start().await.unwrap()
}

#[tokio::test]
async fn a_database_without_tables_or_none_at_all() {
    let line = Line { place: Place::sqlite() };
    let missing = line.reads("status").await;
    assert_eq!(
        missing.failed(Exit::Unavailable),
        "error: the database has no tables of tenants: run the migrations once, as a role that may create tables\n"
    );
    let migrated = line.reads("migrate").await;
    assert_eq!(migrated.done(), "the tables are up to date (revision 0)\n");
    assert_eq!(line.reads("migrate --json").await.json(), json!({"revision": 0}));
    let nobody = run("status --store postgres://cors@127.0.0.1:1/cors", "").await;
    assert!(nobody.failed(Exit::Unavailable).starts_with("error: the database "), "{nobody:?}");
    let wrong = run("status --store mysql://localhost", "").await;
    assert!(wrong.failed(Exit::Usage).contains("neither `sqlite:` nor `postgres:`"), "{wrong:?}");
}

#[tokio::test]
async fn waiting_for_nodes() {
    let line = Line::with_versions(&[DOCUMENT]).await;
    let nobody = line.reads("wait-live --timeout 0s").await;
    assert_eq!((nobody.exit, nobody.out.as_str()), (Exit::Refused, "revision 3 is live on 0 of 0 nodes\n"));
    assert_eq!(nobody.err, "error: no node has reported within the last minute\n");

    let node = node(&line, &CEILING).await;
    node.sync().await.unwrap();
    let served = line.reads("wait-live").await;
    assert_eq!(served.done(), "revision 3 is live on 1 of 1 nodes\n");
    report(&line, "node-2", 2).await;
    let behind = line.reads("wait-live 3 --timeout 1s").await;
    assert_eq!(behind.exit, Exit::Refused);
    assert_eq!(
        behind.out,
        "revision 3 is live on 1 of 2 nodes\n\
         NODE    REVISION  SERVES  TENANTS  REJECTED  REPORTED\n\
         node-2  2         older   1        0         0s ago\n"
    );
    assert_eq!(behind.err, "error: not live in time: node-2\n");
    let json = line.reads("wait-live 2 --json").await.json();
    assert_eq!(json, json!({"revision": 2, "live": 2, "behind": [], "rejecting": []}));
    let future = line.reads("wait-live 4").await;
    assert_eq!(future.failed(Exit::Refused), "error: there is no revision 4 yet: the last one is 3\n");

    let forgotten = line.writes("forget-node node-2").await;
    assert_eq!(forgotten.done(), "node-2 is forgotten\n");
    line.reads("wait-live 3 --timeout 0s").await.done();
    let unknown = line.writes("forget-node node-2").await;
    assert_eq!(unknown.failed(Exit::Refused), "error: there is no node `node-2`\n");
    node.stop().await;
    let left = line.reads("wait-live --timeout 0s").await;
    assert_eq!(left.err, "error: no node has reported within the last minute\n");
}

#[tokio::test]
async fn waiting_ends_when_the_node_is_there() {
    let line = Line::with_versions(&[DOCUMENT]).await;
    let node = node(&line, &CEILING).await;
    line.writes("suspend acme").await.done();
    let sync = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        node.sync().await.unwrap();
    };
    let (served, ()) = tokio::join!(line.reads("wait-live"), sync);
    assert_eq!(served.done(), "revision 4 is live on 1 of 1 nodes\n");
}

#[tokio::test]
async fn status_names_what_nodes_do_not_serve() {
    static NARROW: Ceiling = cors_ceiling! { methods: [PUT] };
    let line = Line::with_versions(&[DOCUMENT]).await;
    assert!(line.reads("status").await.done().ends_with("\n\nno node has reported\n"));
    let node = node(&line, &NARROW).await;
    line.writes_with("publish acme -", r#"{"origins":"*"}"#).await.done();
    node.sync().await.unwrap();
    let status = line.reads("status").await;
    assert_eq!(
        status.done(),
        "revision         4\n\
         epoch            EPOCH\n\
         tenants          1 active, 0 suspended, 0 deleted\n\
         purged up to     0\n\
         confirmed up to  0\n\
         \n\
         NODE    REVISION  SERVES   TENANTS  REJECTED  REPORTED\n\
         node-1  4         current  1        1         0s ago\n\
         node-1: version 2 of acme is not served:\n    \
             origins: any origin is above the ceiling\n      \
               = help: list the origins of the pages that may read responses\n      \
               = note: a ceiling fixes the most that a document may ask for, and belongs to whoever runs the service\n      \
               = note: see docs/diagnostics.md#origin_above_ceiling\n"
    );
    let waited = line.reads("wait-live 4").await;
    assert_eq!((waited.exit, waited.err.as_str()), (Exit::Refused, "error: rejected by node-1\n"));
    assert!(waited.out.starts_with("revision 4 is live on 0 of 1 nodes\n"), "{waited:?}");
    assert!(waited.out.contains("node-1: version 2 of acme is not served:\n"), "{waited:?}");
    let json = line.reads("status --json").await.json();
    assert_eq!(json["nodes"][0]["rejected"][0]["slug"], "acme");
    assert_eq!((&json["nodes"][0]["serves"], &json["tenants"]["active"]), (&json!("current"), &json!(1)));
}

#[tokio::test]
async fn a_shrink_waits_until_it_is_confirmed() {
    let line = Line::new().await;
    let tenants: Vec<String> = (0..4)
        .map(|number| format!(r#"{{"slug":"t{number}","tier":"free","keys":[],"document":{DOCUMENT}}}"#))
        .collect();
    line.writes_with("import -", &tenants.join("\n")).await.done();
    let node = node(&line, &CEILING).await;
    line.writes("delete t0 --yes").await.done();
    node.sync().await.unwrap();
    // By hand, and not by a write for each.
    let raw = line.place.raw().await;
    for statement in [
        "UPDATE cors_meta SET revision = revision + 1",
        "UPDATE cors_tenant SET state = 'suspended', changed_revision = 3 WHERE slug IN ('t1', 't2')",
    ] {
        sqlx::query(statement).execute(&raw).await.unwrap();
    }
    node.sync().await.unwrap_err();
    let status = line.reads("status").await;
    let waits = "node-1: with revision 3, 2 of 3 tenants would be gone: that is refused until it is confirmed, and what \
                 was served goes on being served; `confirm-shrink` confirms it\n";
    assert!(status.done().ends_with(waits), "{status:?}");
    assert_eq!(line.reads("status --json").await.json()["nodes"][0]["refused"]["lost"], 2);
    let confirmed = line.writes("confirm-shrink").await;
    assert_eq!(confirmed.done(), "what was written up to revision 4 is meant\n");
    node.sync().await.unwrap();
    assert!(!line.reads("status").await.done().contains("would be gone"));

    let purged = line.writes("purge --seen-within 1h").await;
    assert_eq!(purged.done(), "purged: t0 (revision 5)\n");
    let nothing = line.writes("purge --json").await;
    assert_eq!(nothing.json(), json!({"slugs": [], "revision": 6}));
    let wrong = line.writes("purge --seen-within soon").await;
    assert!(wrong.failed(Exit::Usage).contains("write a number and its unit"), "{wrong:?}");
    let renewed = line.writes("renew-epoch").await;
    assert_eq!(renewed.done(), "a new history has begun: EPOCH\n");
    assert!(line.reads("status").await.done().contains("another history"));
    let replaced = line.writes(&format!("confirm-shrink --from {}", "0".repeat(32))).await;
    assert_eq!(replaced.done(), "what was written up to revision 8 is meant, for nodes of EPOCH\n");
}

#[tokio::test]
async fn help_says_what_a_command_does_to_live_traffic() {
    let help = run("--help", "").await;
    for command in ["publish", "wait-live", "confirm-shrink", "forget-node", "who-allows"] {
        assert!(help.done().contains(&format!("\n  {command} ")), "{command}");
    }
    assert!(run("publish --help", "").await.done().contains("which is served at once"));
    let unknown = run("publsh", "").await;
    assert!(unknown.failed(Exit::Usage).starts_with("error: unrecognized subcommand 'publsh'\n"));
}
