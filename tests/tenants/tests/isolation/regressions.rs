//! What went wrong elsewhere, by the name of where.

use cors_policy::Resolve as _;
use cors_policy_tenants::TenantBy;
use cors_policy_tenants::store::{Checked, Key};
use cors_policy_tenants_tests::serving::{
    CEILING, admits, checked, host, manual, me, publish, serves, tenant, unchecked,
};
use cors_policy_tenants_tests::{Place, on_both};
use http::Request;

use crate::WIDE;

const ONE: &str = "https://one.test";
const TWO: &str = "https://two.test";

on_both!(
    phoenix_the_first_list_is_not_for_all,
    rack_cors_a_prefix_is_not_the_origin,
    kong_a_pattern_is_for_the_whole_origin,
    postgrest_an_empty_list_is_not_everybody,
    keycloak_no_token_names_its_own_origins,
);

async fn phoenix_the_first_list_is_not_for_all(place: Place) {
    let store = place.store().await;
    tenant(&store, "first", &[ONE]).await;
    tenant(&store, "second", &[TWO]).await;
    let node = manual(&place).start().await.unwrap();
    assert!(serves(&node, "first", ONE) && !serves(&node, "first", TWO));
    assert!(serves(&node, "second", TWO) && !serves(&node, "second", ONE));
    // Also by path and by query, where the host is the same.
    for (slug, other) in [("first", "x"), ("second", "y")] {
        store.add_key(me(), slug, &Key::path(other).unwrap()).await.unwrap();
        store.add_key(me(), slug, &Key::query(other).unwrap()).await.unwrap();
    }
    for by in [TenantBy::PathSegment(1), TenantBy::Query("key".to_owned())] {
        let node = manual(&place).by(by).start().await.unwrap();
        let asks = |key: &str, origin: &str| {
            let uri = format!("/mount/{key}/socket?key={key}");
            let request =
                Request::get(uri).header("host", "all.test").header("origin", origin).body(()).unwrap();
            node.tenants().resolve(&request).is_some_and(|policy| policy.admits(origin.as_bytes()))
        };
        assert!(asks("x", ONE) && !asks("x", TWO) && asks("y", TWO) && !asks("y", ONE) && !asks("z", ONE));
    }
}

async fn rack_cors_a_prefix_is_not_the_origin(place: Place) {
    tenant(&place.store().await, "acme", &[ONE, "https://*.wild.test"]).await;
    let node = manual(&place).start().await.unwrap();
    assert!(serves(&node, "acme", ONE) && serves(&node, "acme", "https://a.wild.test"));
    for origin in [
        "https://one.test.evil.test",
        "https://one.testevil",
        "https://one.test:8080",
        "https://one.test/",
        "https://one.test@evil.test",
        "https://one.tes",
        "https://a.wild.test.evil.test",
        "https://wild.test",
    ] {
        assert!(!serves(&node, "acme", origin), "{origin}");
    }
    // Neither is a prefix of the host.
    for host in ["acme.api.test.evil.test", "acme.api.tes", "api.test", "x.acme.api.test"] {
        assert!(!admits(&node.tenants(), host, ONE), "{host}");
    }
}

async fn kong_a_pattern_is_for_the_whole_origin(place: Place) {
    tenant(&place.store().await, "acme", &[ONE, "https://*.wild.test", "https://pr-*.previews.test"]).await;
    let node = manual(&place).start().await.unwrap();
    assert!(serves(&node, "acme", "https://pr-7.previews.test"));
    for origin in [
        "https://xone.test",
        "https://one-test",
        "https://oneXtest",
        "http://one.test",
        "https://evil.test/https://one.test",
        "https://evil.test?https://one.test",
        "https://evil.test#.wild.test",
        "https://evil.test/.wild.test",
        "https://evil.test/pr-1.previews.test",
        "https://a.pr-1.previews.test",
        "https://.wild.test",
        "xhttps://one.test",
    ] {
        assert!(!serves(&node, "acme", origin), "{origin}");
    }
    // Nothing from the database is ever a regular expression.
    for text in
        ["https://.*", "https://one\\\\.test", "(.*)", "/.*/", "^https://one.test$", "https://[a-z]+.test"]
    {
        let document = format!(r#"{{"origins": ["{text}"]}}"#);
        assert!(Checked::new(&document, &WIDE).is_err(), "{text}");
    }
}

async fn postgrest_an_empty_list_is_not_everybody(place: Place) {
    let nothing = [
        r#"{"origins": []}"#,
        r#"{"origins": ""}"#,
        r#"{"origins": [""]}"#,
        r#"{"origins": null}"#,
        r#"{"origins": {}}"#,
        r#"{"rules": []}"#,
        "{}",
        "",
    ];
    let store = place.store().await;
    for (number, text) in nothing.iter().enumerate() {
        assert!(Checked::new(text, &WIDE).is_err() && Checked::new(text, &CEILING).is_err(), "{text}");
        // Also if somebody has written it into the database.
        let slug = format!("empty-{number}");
        tenant(&store, &slug, &[ONE]).await;
        store.publish(me(), &slug, &unchecked(text), true).await.unwrap();
    }
    let node = manual(&place).start().await.unwrap();
    for number in 0..nothing.len() {
        for origin in [ONE, TWO, "null", "*", ""] {
            assert!(!serves(&node, &format!("empty-{number}"), origin), "{number} {origin}");
        }
    }
    assert_eq!(node.health().rejected.len(), nothing.len());
}

/// Of a request, the host is all that counts: nothing else of it leads to a tenant or adds an origin.
async fn keycloak_no_token_names_its_own_origins(place: Place) {
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    publish(&store, "acme", &[ONE]).await;
    tenant(&store, "globex", &[TWO]).await;
    store
        .publish(me(), "acme", &checked(r#"{"origins": ["https://one.test"], "credentials": true}"#), true)
        .await
        .unwrap();
    let node = manual(&place).start().await.unwrap();
    let token = "Bearer eyJhbGciOiJub25lIn0.eyJhbGxvd2VkLW9yaWdpbnMiOlsiaHR0cHM6Ly90d28udGVzdCIsIioiXX0.";
    for (name, value) in [("authorization", token), ("cookie", "tenant=globex"), ("x-tenant-id", "globex")] {
        for uri in ["/", "/globex", "/?tenant=globex", "/t/globex?key=globex"] {
            let request =
                Request::get(uri).header("host", host("acme")).header("origin", TWO).header(name, value);
            let request = request.body(()).unwrap();
            let policy = node.tenants().resolve(&request).unwrap();
            assert_eq!(node.tenants().tenant_of(&policy).unwrap().slug, "acme");
            let decision = policy.evaluate(request.method(), request.headers());
            assert!(decision.headers().all(|(name, _)| !name.as_str().starts_with("access-control-")));
        }
    }
}
