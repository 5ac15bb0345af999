//! Why a request is admitted or refused.

use cors_policy_tenants::admin::Exit;
use serde_json::json;

use crate::Line;

const DOCUMENT: &str = r#"{"origins": ["https://app.acme.test", "https://*.shop.test"], "credentials": true,
    "methods": ["PUT"], "request_headers": ["content-type"], "max_age": "10m"}"#;

#[tokio::test]
async fn a_request_that_is_admitted() {
    let line = Line::with_versions(&[DOCUMENT]).await;
    let said = line.reads("explain acme --origin https://eu.shop.test").await;
    assert_eq!(
        said.done(),
        "version 1, active\n  \
           outcome  admitted\n  \
           entry    https://*.shop.test\n  \
           why      `https://*.shop.test` admits the origin\n  \
           header   access-control-allow-origin: https://eu.shop.test\n  \
           header   access-control-allow-credentials: true\n  \
           header   vary: origin\n"
    );
    let said = line.reads("explain acme --origin https://eu.shop.test --json").await.json();
    assert_eq!(said["versions"][0]["outcome"], "admitted");
    assert_eq!(said["versions"][0]["headers"][2], json!(["vary", "origin"]));
}

#[tokio::test]
async fn a_request_that_is_refused() {
    let line = Line::with_versions(&[DOCUMENT]).await;
    let said = line.reads("explain acme --origin http://app.acme.test").await;
    assert_eq!(
        said.done(),
        "version 1, active\n  \
           outcome          refused\n  \
           browser refuses  the policy does not admit the origin `http://app.acme.test`; nearest is \
         `https://app.acme.test`, which has another scheme\n  \
           header           vary: origin\n"
    );
    let twice =
        line.reads("explain acme --origin https://app.acme.test --header 'origin: https://a.test'").await;
    assert!(twice.done().contains("the request has more than one `Origin` line"), "{twice:?}");
}

#[tokio::test]
async fn a_preflight_for_a_method_that_is_not_allowed() {
    let line = Line::with_versions(&[DOCUMENT]).await;
    let said = line
        .reads(
            "explain acme --origin https://app.acme.test --method DELETE --preflight \
             --header 'access-control-request-headers: x-id'",
        )
        .await;
    assert_eq!(
        said.done(),
        "version 1, active\n  \
           outcome          admitted\n  \
           entry            https://app.acme.test\n  \
           browser refuses  the method `DELETE` is not allowed; allowed are GET, HEAD, POST, PUT\n  \
           browser refuses  the header `x-id` is not allowed; allowed are content-type\n  \
           answer           204\n  \
           header           access-control-allow-origin: https://app.acme.test\n  \
           header           access-control-allow-credentials: true\n  \
           header           access-control-allow-methods: PUT\n  \
           header           access-control-allow-headers: content-type\n  \
           header           access-control-max-age: 600\n  \
           header           vary: origin, access-control-request-method, access-control-request-headers\n"
    );
}

#[tokio::test]
async fn what_the_shadow_would_change() {
    let line = Line::with_versions(&[
        DOCUMENT,
        r#"{"rules": [{"name": "new", "origins": ["https://new.test"]}, {"name": "rest", "origins": ["https://a.test"]}]}"#,
    ])
    .await;
    line.writes("shadow set acme 2").await.done();
    let said = line.reads("explain acme --origin https://new.test --method PUT").await;
    assert_eq!(
        said.done(),
        "version 1, active\n  \
           outcome          refused\n  \
           browser refuses  the policy does not admit the origin `https://new.test`\n  \
           header           vary: origin\n\
         version 2, shadow\n  \
           outcome  admitted\n  \
           rule     new\n  \
           entry    https://new.test\n  \
           why      `https://new.test` admits the origin, in rule `new`\n  \
           header   access-control-allow-origin: https://new.test\n  \
           header   vary: origin\n\
         in place of the active version, the candidate would admit it\n"
    );
    line.writes("suspend acme").await.done();
    let said = line.reads("explain acme --origin https://new.test").await;
    assert!(said.done().starts_with("acme is suspended: nodes answer as if it were not there\n"), "{said:?}");
}

#[tokio::test]
async fn what_cannot_be_explained() {
    let line = Line::with_versions(&[]).await;
    let none = line.reads("explain acme --origin https://new.test").await;
    assert_eq!(
        none.failed(Exit::Refused),
        "error: the tenant `acme` has neither an active version nor one in the shadow: browsers refuse every page\n"
    );
    let wrong = line.reads("explain acme --origin https://new.test --header nothing").await;
    assert!(wrong.failed(Exit::Usage).contains("write `name: value`"), "{wrong:?}");
}
