//! Who did what, and who allows an origin.

use cors_policy_tenants::admin::Exit;
use serde_json::json;

use crate::Line;

#[tokio::test]
async fn everything_that_was_done() {
    let line =
        Line::with_versions(&[r#"{"origins":["https://old.test"]}"#, r#"{"origins":["https://new.test"]}"#])
            .await;
    line.writes("rollback acme 2 --note 'two\nlines \u{1b}[2J'").await.done();
    let audit = line.reads("audit acme").await;
    assert_eq!(
        audit.done(),
        "TIME                  REVISION  BY     ACTION          VERSION  DETAIL          NOTE\n\
         0000-00-00 00:00:00Z  5         alice  activate        1 -> 2                   two\\nlines \\u{1b}[2J\n\
         0000-00-00 00:00:00Z  4         alice  publish         2\n\
         0000-00-00 00:00:00Z  3         alice  publish_active  1\n\
         0000-00-00 00:00:00Z  2         alice  add_key                  host:acme.test\n\
         0000-00-00 00:00:00Z  1         alice  create                   free\n"
    );
    let json = line.reads("audit acme --limit 1 --json").await.json();
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert_eq!((&json[0]["from_version"], &json[0]["to_version"]), (&json!(1), &json!(2)));
}

#[tokio::test]
async fn who_allows_an_origin() {
    let line = Line::with_versions(&[
        r#"{"origins":["https://*.shop.test"]}"#,
        r#"{"origins":["https://eu.shop.test"]}"#,
    ])
    .await;
    line.writes("shadow set acme 2").await.done();
    line.writes("create open --tier free").await.done();
    line.writes_with("publish open -", r#"{"origins":"*"}"#).await.done();
    let who = line.reads("who-allows https://eu.shop.test").await;
    assert_eq!(
        who.done(),
        "TENANT  STATE   VERSION  ROLE    PATTERN\n\
         acme    active  1        active  https://*.shop.test\n\
         acme    active  2        shadow  https://eu.shop.test\n\
         open    active  1        active  *\n"
    );
    let who = line.reads("who-allows https://shop.test --json").await.json();
    assert_eq!(
        who,
        json!([{"slug": "open", "state": "active", "version": 1, "role": "active", "pattern": "*"}])
    );
    line.writes("delete open --yes").await.done();
    let nobody = line.reads("who-allows https://shop.test").await;
    assert_eq!(nobody.done(), "no tenant allows https://shop.test\n");
    for wrong in ["https://eu.shop.test/", "eu.shop.test", "https://EU.shop.test"] {
        let said = line.reads(&format!("who-allows {wrong}")).await;
        assert!(said.failed(Exit::Usage).contains("write scheme, host and port"), "{said:?}");
    }
}
