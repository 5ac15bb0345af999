//! Tenants: created, changed, deleted, listed.

use cors_policy_tenants::admin::Exit;
use serde_json::json;

use crate::{Line, run};

const DOCUMENT: &str = r#"{"origins":["https://app.acme.test"]}"#;

#[tokio::test]
async fn a_tenant_from_its_creation_to_its_end() {
    let line = Line::new().await;
    let created = line.writes("create acme --tier free --key host:acme.test --key path:acme").await;
    assert_eq!(created.done(), "acme: created, with host:acme.test, path:acme (revision 3, row version 3)\n");
    let added = line.writes("keys add acme query:acme --note 'ticket 7'").await;
    assert_eq!(added.done(), "acme: query:acme leads to it (revision 4, row version 4)\n");
    let removed = line.writes("keys remove acme path:acme").await;
    assert_eq!(removed.done(), "acme: path:acme no longer leads to it (revision 5, row version 5)\n");
    let tier = line.writes("tier acme paid").await;
    assert_eq!(tier.done(), "acme: the limits of `paid` (revision 6, row version 6)\n");
    let suspended = line.writes("suspend acme").await;
    assert_eq!(suspended.done(), "acme: suspended (revision 7, row version 7)\n");
    let resumed = line.writes("resume acme --json").await;
    assert_eq!(resumed.json(), json!({"slug": "acme", "state": "active", "revision": 8, "row_version": 8}));

    let unsure = line.writes("delete acme").await;
    assert_eq!(
        unsure.failed(Exit::Usage),
        "error: deleting `acme` is final, and its pages are refused at once: say `--yes` if that is meant, or \
         `suspend` it\n"
    );
    let deleted = line.writes("delete acme --yes").await;
    assert_eq!(deleted.done(), "acme: deleted (revision 9, row version 9)\n");
    let again = line.writes("suspend acme").await;
    assert_eq!(
        again.failed(Exit::Refused),
        "error: the tenant `acme` is deleted, which is final: create another one; suspending is what can be undone\n"
    );
}

#[tokio::test]
async fn show_says_what_a_tenant_is() {
    let line = Line::with_versions(&[DOCUMENT, r#"{"origins":["https://new.acme.test"]}"#]).await;
    line.writes("shadow set acme 2").await.done();
    let shown = line.reads("show acme").await;
    assert_eq!(
        shown.done(),
        "tenant       acme\n\
         state        active\n\
         tier         free\n\
         keys         host:acme.test\n\
         active       1\n\
         shadow       2\n\
         row version  5\n\
         revision     5\n\
         created      0000-00-00 00:00:00Z\n\
         changed      0000-00-00 00:00:00Z\n\
         \n\
         VERSION  PUBLISHED             BY     SHA-256       NOTE\n\
         2        0000-00-00 00:00:00Z  alice  0da532cd9730\n\
         1        0000-00-00 00:00:00Z  alice  438082dbbbcc\n"
    );
    let shown = line.reads("show acme --json").await.json();
    assert_eq!(
        (&shown["active"], &shown["shadow"], &shown["row_version"]),
        (&json!(1), &json!(2), &json!(5))
    );
    assert_eq!((&shown["keys"], &shown["state"]), (&json!(["host:acme.test"]), &json!("active")));
    assert_eq!(shown["versions"][0]["version"], 2);
    let nobody = line.reads("show globex").await;
    assert_eq!(nobody.failed(Exit::Refused), "error: there is no tenant `globex`\n");
}

#[tokio::test]
async fn lists_go_on_where_they_ended() {
    let line = Line::with_versions(&[DOCUMENT]).await;
    line.writes("create globex --tier paid").await.done();
    line.writes("create initech --tier free").await.done();
    line.writes("suspend globex").await.done();
    let first = line.reads("list --limit 2").await;
    assert_eq!(
        first.done(),
        "TENANT  STATE      TIER  ACTIVE  SHADOW  ROW VERSION  CHANGED\n\
         acme    active     free  1       none    3            0000-00-00 00:00:00Z\n\
         globex  suspended  paid  none    none    2            0000-00-00 00:00:00Z\n\
         there are more: list --after globex\n"
    );
    let rest = line.reads("list --limit 2 --after globex").await;
    assert_eq!(
        rest.done(),
        "TENANT   STATE   TIER  ACTIVE  SHADOW  ROW VERSION  CHANGED\n\
         initech  active  free  none    none    1            0000-00-00 00:00:00Z\n"
    );
    let json = line.reads("list --limit 2 --json").await.json();
    assert_eq!((&json["next"], &json["tenants"][1]["slug"]), (&json!("globex"), &json!("globex")));
    assert_eq!(line.reads("list --limit 3 --json").await.json()["next"], json!(null));
}

#[tokio::test]
async fn whoever_has_not_seen_the_last_change_writes_nothing() {
    let line = Line::with_versions(&[DOCUMENT]).await;
    line.writes("tier acme paid --expect 3").await.done();
    for command in
        ["tier acme free", "suspend acme", "keys add acme path:a", "rollback acme 1", "shadow off acme"]
    {
        let conflict = line.writes(&format!("{command} --expect 3")).await;
        assert_eq!(
            conflict.failed(Exit::Refused),
            "error: the tenant `acme` was changed since it was read (row version 4, not 3): nothing was written; read \
             it again and decide anew\n"
        );
    }
    let conflict = line.writes_with("publish acme - --expect 3", DOCUMENT).await;
    assert_eq!(conflict.exit, Exit::Refused);
    assert_eq!(line.reads("status --json").await.json()["revision"], 4);
}

#[tokio::test]
async fn names_that_are_taken_or_cannot_be() {
    let line = Line::with_versions(&[DOCUMENT]).await;
    let taken = line.writes("create acme --tier free").await;
    assert_eq!(taken.failed(Exit::Refused), "error: there is a tenant `acme` already\n");
    let taken = line.writes("create globex --tier free --key host:globex.test --key host:acme.test").await;
    assert_eq!(
        taken.failed(Exit::Refused),
        "error: the tenant `globex` is created, but not all its keys: host:acme.test leads to the tenant `acme` \
         already: remove it there first\n"
    );
    let wrong = line.writes("create Acme --tier free").await;
    assert_eq!(wrong.failed(Exit::Usage), "error: `Acme` is no slug: write it in lower case\n");
    let wrong = line.writes("keys add acme acme.test").await;
    assert!(wrong.failed(Exit::Usage).contains("write `host:acme.example`, `path:acme` or `query:acme`"));
    let unknown = line.writes("keys remove acme path:acme").await;
    assert_eq!(unknown.failed(Exit::Refused), "error: path:acme does not lead to the tenant `acme`\n");
}

#[tokio::test]
async fn whoever_writes_says_who_they_are() {
    let line = Line::with_versions(&[DOCUMENT]).await;
    let nobody = run(&format!("suspend acme --store '{}'", line.place.url), "").await;
    assert!(nobody.failed(Exit::Usage).contains("--as <NAME>"), "{nobody:?}");
    let nobody = run(&format!("suspend acme --store '{}' --as ''", line.place.url), "").await;
    assert_eq!(nobody.failed(Exit::Usage), "error: `` is no actor: it has 1 to 253 bytes\n");
    let nowhere = run("list", "").await;
    assert!(nowhere.failed(Exit::Usage).contains("--store <URL>"), "{nowhere:?}");
}
