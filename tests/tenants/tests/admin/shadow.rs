//! A version in the shadow.

use cors_policy_tenants::admin::Exit;
use cors_policy_tenants::store::{ShadowCounts, Store};
use serde_json::json;

use crate::Line;

const OLD: &str = r#"{"origins":["https://old.test"]}"#;
const NEW: &str = r#"{"origins":["https://new.test"]}"#;

/// What a node reports that has seen two pages.
async fn report(line: &Line) {
    let samples = json!([
        {
            "origin": "https://old.test", "method": "GET", "change": "newly_refused",
            "reason": "the policy does not admit the origin `https://old.test`", "count": 3, "last_seen": 0,
        },
        {
            "origin": "https://new.test", "method": "PUT", "change": "newly_admitted",
            "reason": "it was refused", "count": 2, "last_seen": 0,
        },
    ]);
    let counts = ShadowCounts {
        requests: 10,
        newly_refused: 3,
        newly_admitted: 2,
        other_headers: 1,
        samples: samples.to_string(),
    };
    seen(line, &counts).await;
}

/// A node reports what it has counted for version 2.
async fn seen(line: &Line, counts: &ShadowCounts) {
    let store = Store::open(&line.place.url).await.unwrap();
    let id = store.tenant("acme").await.unwrap().id;
    assert!(store.report_shadow(id, 2, "node-1", counts).await.unwrap());
}

#[tokio::test]
async fn a_promotion_is_held_back_until_it_is_forced() {
    let line = Line::with_versions(&[OLD, NEW]).await;
    let set = line.writes("shadow set acme 2").await;
    assert_eq!(set.done(), "acme: version 2 is in the shadow (revision 5, row version 5)\n");
    let nothing = line.reads("shadow report acme").await;
    assert_eq!(nothing.done(), "no node has reported about a version in the shadow\n");
    report(&line).await;
    let told = line.reads("shadow report acme").await;
    assert_eq!(
        told.done(),
        "VERSION  NODE    REQUESTS  NEWLY REFUSED  NEWLY ADMITTED  OTHER HEADERS  LAST REPORT\n\
         2        node-1  10        3              2               1              0000-00-00 00:00:00Z\n\
         \n\
         VERSION  NODE    CHANGE          COUNT  METHOD  ORIGIN            REASON\n\
         2        node-1  newly_refused   3      GET     https://old.test  the policy does not admit the origin \
         `https://old.test`\n\
         2        node-1  newly_admitted  2      PUT     https://new.test  it was refused\n"
    );
    let told = line.reads("shadow report acme --json").await.json();
    assert_eq!((&told[0]["newly_refused"], &told[0]["samples"][1]["count"]), (&json!(3), &json!(2)));

    let held = line.writes("promote acme").await;
    assert_eq!(
        held.failed(Exit::Refused),
        "error: version 2 of the tenant `acme` would have refused 3 requests that are admitted now: look at its \
         reports, or promote it anyway\n\
         VERSION  NODE    CHANGE         COUNT  METHOD  ORIGIN            REASON\n\
         2        node-1  newly_refused  3      GET     https://old.test  the policy does not admit the origin \
         `https://old.test`\n\
         `promote acme --force` promotes it anyway\n"
    );
    assert_eq!(line.reads("document acme").await.done(), format!("{OLD}\n"));
    let forced = line.writes("promote acme --force --note 'the old application is gone'").await;
    assert_eq!(
        forced.done(),
        "acme: version 2 is active, and nothing in the shadow (revision 6, row version 6)\n"
    );
    assert_eq!(line.reads("document acme").await.done(), format!("{NEW}\n"));
    let none = line.writes("promote acme").await;
    assert_eq!(none.failed(Exit::Refused), "error: the tenant `acme` has no version in the shadow\n");
}

#[tokio::test]
async fn a_shadow_that_refuses_nothing_new_is_promoted_and_one_is_taken_away() {
    let line = Line::with_versions(&[OLD, NEW]).await;
    line.writes("shadow set acme 2").await.done();
    let off = line.writes("shadow off acme").await;
    assert_eq!(off.done(), "acme: nothing is in the shadow (revision 6, row version 6)\n");
    line.writes("shadow set acme 2").await.done();
    let unseen = line.writes("promote acme").await;
    assert_eq!(
        unseen.failed(Exit::Refused),
        "error: no request has been reported for version 2 of the tenant `acme` in the shadow, so nothing is known of what \
         it would refuse: wait for traffic and the next reports, or promote it anyway\n\
         `promote acme --force` promotes it anyway\n"
    );
    seen(&line, &ShadowCounts { requests: 1, ..ShadowCounts::default() }).await;
    let promoted = line.writes("promote acme --json").await;
    assert_eq!(promoted.json(), json!({"slug": "acme", "active": 2, "revision": 8, "row_version": 8}));
    let unknown = line.writes("shadow set acme 7").await;
    assert_eq!(unknown.failed(Exit::Refused), "error: the tenant `acme` has no version 7\n");
}
