//! What changes between versions.

use serde_json::json;

use crate::Line;

#[tokio::test]
async fn every_field_of_the_only_rule() {
    let line = Line::with_versions(&[
        r#"{"origins": ["https://app.acme.test", "https://old.acme.test"], "credentials": true,
            "methods": ["PUT", "DELETE"], "request_headers": ["content-type"], "max_age": "10m"}"#,
        r#"{"origins": ["https://*.acme.test", "https://new.test"], "methods": ["DELETE"],
            "request_headers": ["content-type", "authorization"], "expose_headers": ["etag"], "max_age": "2h"}"#,
    ])
    .await;
    let diff = line.reads("diff acme 1").await;
    assert_eq!(
        diff.done(),
        "acme: version 1 -> 2\n\
         - origins  https://app.acme.test  (still admitted by https://*.acme.test)\n\
         - origins  https://old.acme.test  (still admitted by https://*.acme.test)\n\
         + origins  https://*.acme.test\n\
         + origins  https://new.test\n\
         ~ credentials  true -> false\n\
         - methods  PUT\n\
         + request_headers  authorization\n\
         + expose_headers  etag\n\
         ~ max_age  10m -> 2h\n\
         warning: browsers that have cached a preflight of version 1 go on sending what version 2 no longer allows for \
         up to 10m; reading ends at once\n"
    );
    let diff = line.reads("diff acme 2 1 --json").await.json();
    let diff = &diff["diff"];
    let rule = &diff["rules"][0];
    assert_eq!(rule["credentials"], json!([false, true]));
    assert_eq!(rule["methods"], json!({"added": [{"name": "PUT"}], "removed": []}));
    assert_eq!(rule["max_age"], json!([7200, 600]));
    assert_eq!(diff["warnings"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_only_adds_warns_of_nothing() {
    let line = Line::with_versions(&[
        r#"{"origins": ["https://app.acme.test", "https://b.test"]}"#,
        r#"{"origins": ["https://b.test", "https://app.acme.test"]}"#,
        r#"{"origins": "*", "preflight_status": 200}"#,
    ])
    .await;
    assert_eq!(line.reads("diff acme 1 2").await.done(), "acme: version 1 -> 2\nnothing changes\n");
    assert_eq!(
        line.reads("diff acme 1 3").await.done(),
        "acme: version 1 -> 3\n+ origins  any\n~ preflight_status  204 -> 200\n"
    );
    assert_eq!(
        line.reads("diff acme 3 1").await.done(),
        "acme: version 3 -> 1\n\
         - origins  any\n\
         + origins  https://app.acme.test  (already admitted by any)\n\
         + origins  https://b.test  (already admitted by any)\n\
         ~ preflight_status  200 -> 204\n\
         warning: browsers that have cached a preflight of version 3 go on sending what version 1 no longer allows for \
         up to 5s; reading ends at once\n"
    );
}

#[tokio::test]
async fn rules_by_their_names() {
    let apps =
        r#"{"name": "apps", "origins": ["https://app.acme.test"], "methods": ["PUT"], "max_age": "1h"}"#;
    let rest = r#"{"name": "rest", "origins": ["https://b.test", "https://*.c.test"]}"#;
    let line = Line::with_versions(&[
        &format!(r#"{{"rules": [{apps}, {rest}]}}"#),
        &format!(r#"{{"rules": [{rest}, {apps}]}}"#),
        &format!(r#"{{"rules": [{rest}, {{"name": "more", "origins": ["https://more.test"]}}]}}"#),
    ])
    .await;
    assert_eq!(
        line.reads("diff acme 1").await.done(),
        "acme: version 1 -> 3\n\
         rule more, which is new\n\
         + origins  https://more.test\n\
         rule apps, which is gone\n\
         - origins  https://app.acme.test\n\
         - methods  PUT\n\
         ~ max_age  1h -> none\n\
         warning: browsers that have cached a preflight of version 1 by rule `apps` go on sending what version 3 no \
         longer allows for up to 1h; reading ends at once\n"
    );
    assert_eq!(
        line.reads("diff acme 1 2").await.done(),
        "acme: version 1 -> 2\n~ order of rules  apps, rest -> rest, apps\n"
    );
    assert_eq!(
        line.reads("diff acme 1 2 --json").await.json()["diff"]["order"],
        json!([["apps", "rest"], ["rest", "apps"]])
    );
}

#[tokio::test]
async fn an_origin_that_an_earlier_rule_takes_over() {
    let line = Line::with_versions(&[
        r#"{"origins": ["https://*.acme.test"], "methods": ["PUT"], "max_age": "1h 30m"}"#,
        r#"{"rules": [{"name": "one", "origins": ["https://app.acme.test"]},
                      {"name": "all", "origins": ["https://*.acme.test"], "methods": ["PUT"], "max_age": "1h 30m"}]}"#,
    ])
    .await;
    let diff = line.reads("diff acme 1 2").await;
    assert!(
        diff.done().contains("+ origins  https://app.acme.test  (already admitted by https://*.acme.test)\n")
    );
    // Its preflights were for PUT, too.
    assert!(diff.done().ends_with(
        "warning: browsers that have cached a preflight of version 1 go on sending what version 2 no longer allows for \
         up to 1h 30m; reading ends at once\n"
    ));
    assert!(!line.reads("diff acme 2 1").await.done().contains("warning"));
}
