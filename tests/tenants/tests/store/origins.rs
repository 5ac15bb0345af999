//! Who allows an origin?

use cors_policy_tenants::store::{Checked, Role, State};
use cors_policy_tenants_tests::{Place, on_both};

use crate::me;

on_both!(exact_and_wildcard_active_and_shadow, however_many_patterns_a_document_has);

async fn however_many_patterns_a_document_has(place: Place) {
    let store = place.store().await;
    store.create_tenant(me(), "acme", "standard").await.unwrap();
    let mut patterns: Vec<_> = (0..1234).map(|number| format!("https://{number}.test")).collect();
    // Another rule has it too.
    patterns.push(patterns[0].clone());
    let document = Checked::elsewhere("{}", patterns);
    store.publish(me(), "acme", &document, true).await.unwrap();
    for (origin, allowing) in [("https://0.test", 1), ("https://1233.test", 1), ("https://1234.test", 0)] {
        assert_eq!(store.who_allows(origin).await.unwrap().len(), allowing, "{origin}");
    }
}

async fn exact_and_wildcard_active_and_shadow(place: Place) {
    let store = place.store().await;
    for (slug, patterns) in [
        ("exact", &["https://app.example.com", "https://other.test"][..]),
        ("subdomains", &["https://*.example.com"]),
        ("label", &["https://ap*.example.com"]),
        ("ports", &["https://app.example.com:*"]),
        ("anybody", &["*"]),
        // None of these admits it, whatever the database thinks of `%` and `_`.
        ("deeper", &["https://*.app.example.com"]),
        ("one-label", &["https://a*.com"]),
        ("underscore", &["https://_*.example.com"]),
        ("plain", &["http://*.example.com"]),
        ("longer", &["https://app.example.com.evil.test", "https://*.example.community"]),
    ] {
        store.create_tenant(me(), slug, "standard").await.unwrap();
        let document = Checked::elsewhere("{}", patterns.iter().copied().map(str::to_owned));
        store.publish(me(), slug, &document, true).await.unwrap();
    }
    let nothing = Checked::elsewhere("{}", []);
    // No longer active, tried beside the active one, and not served for now.
    store.publish(me(), "ports", &nothing, true).await.unwrap();
    store.publish(me(), "label", &nothing, true).await.unwrap();
    store.shadow(me(), "label", Some(1)).await.unwrap();
    store.suspend(me(), "subdomains").await.unwrap();

    let found = store.who_allows("https://app.example.com").await.unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|found| (found.slug.as_str(), found.state, found.version, found.role, found.pattern.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("anybody", State::Active, 1, Role::Active, "*"),
            ("exact", State::Active, 1, Role::Active, "https://app.example.com"),
            ("label", State::Active, 1, Role::Shadow, "https://ap*.example.com"),
            ("subdomains", State::Suspended, 1, Role::Active, "https://*.example.com"),
        ]
    );
    store.activate(me(), "ports", 1).await.unwrap();
    let found = store.who_allows("https://app.example.com").await.unwrap();
    assert!(found.iter().any(|found| found.slug == "ports"), "`:*` stands for nothing too");
    let found = store.who_allows("https://app.example.com:8443").await.unwrap();
    let found: Vec<_> = found.iter().map(|found| found.slug.as_str()).collect();
    assert_eq!(found, ["anybody", "ports"]);
}
