//! What tenants and keys may be called, and what is said about the rest.

use cors_policy_tenants::store::{Edit, Key, NodeReport, StoreError};
use cors_policy_tenants_tests::Place;

use crate::me;

fn said<T>(result: Result<T, StoreError>) -> String {
    match result {
        Ok(_) => "accepted".to_owned(),
        Err(error @ StoreError::Name { .. }) => error.to_string(),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn slugs_and_tiers() {
    let place = Place::sqlite();
    let store = place.store().await;
    for slug in ["a", "0", "acme-eu-1", "a--b-", &"a".repeat(63)] {
        store.create_tenant(me(), slug, "standard").await.unwrap();
    }
    for (slug, why) in [
        ("", "it has 1 to 63 bytes"),
        (&*"a".repeat(64), "it has 1 to 63 bytes"),
        ("-acme", "it starts with a letter or a digit"),
        ("Acme", "write it in lower case"),
        ("acme.eu", "it has letters from a to z, digits and `-` only"),
        ("acme\n", "it has letters from a to z, digits and `-` only"),
        ("äcme", "it has letters from a to z, digits and `-` only"),
    ] {
        let refused = said(store.create_tenant(me(), slug, "standard").await);
        assert_eq!(refused, format!("`{slug}` is no slug: {why}"));
        let refused = said(store.create_tenant(me(), "fine", slug).await);
        assert_eq!(refused, format!("`{slug}` is no tier: {why}"));
    }
    let nobody = said(store.create_tenant(Edit::by(""), "fine", "standard").await);
    assert_eq!(nobody, "`` is no actor: it has 1 to 253 bytes");
    let report = NodeReport {
        node: "a\nb".to_owned(),
        epoch: String::new(),
        revision: 0,
        generation: 0,
        tenants: 0,
        rejected: "[]".to_owned(),
        refused: None,
    };
    assert_eq!(said(store.report(&report).await), "`a\nb` is no node: it has no control characters");
}

#[test]
fn hosts() {
    let longest = ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(61)].join(".");
    for host in ["localhost", "api.acme.test", "xn--bcher-kva.test", "10.0.0.1", "_x.test", &longest] {
        assert_eq!(Key::host(host).unwrap().value(), host);
    }
    let labels = "a host is labels of a-z, 0-9, `-` and `_`, of 1 to 63 bytes each, with dots between them";
    for (host, why) in [
        ("", "a host has 1 to 253 bytes"),
        (&*format!("{longest}d"), "a host has 1 to 253 bytes"),
        ("Api.acme.test", "browsers send hosts in lower case: write it like that"),
        ("api.acme.test:8443", "a host stands without scheme and port"),
        ("https://api.acme.test", "a host stands without scheme and port"),
        ("bücher.test", "browsers send hosts in punycode: write `xn--…`"),
        ("api.acme.test.", labels),
        ("*.acme.test", labels),
        ("api..test", labels),
        (&*format!("{}.test", "a".repeat(64)), labels),
    ] {
        assert_eq!(said(Key::host(host)), format!("`{host}` is no host: {why}"));
    }
}

#[test]
fn paths_and_queries() {
    for path in ["acme", "a%20b", "A=b&c"] {
        assert_eq!(Key::path(path).unwrap().value(), path);
    }
    for value in ["acme", "pk_live_0123", "a%26b", "a/b?c"] {
        assert_eq!(Key::query(value).unwrap().value(), value);
    }
    for (refused, why) in [
        (said(Key::path("")), "`` is no path: a key has 1 to 253 bytes"),
        (said(Key::path("/t/acme")), "`/t/acme` is no path: it has a character that ends it in a request"),
        (said(Key::path("a?b")), "`a?b` is no path: it has a character that ends it in a request"),
        (
            said(Key::path("a b")),
            "`a b` is no path: requests have visible ASCII only: write it percent-encoded",
        ),
        (
            said(Key::query("ä")),
            "`ä` is no query: requests have visible ASCII only: write it percent-encoded",
        ),
        (said(Key::query("a&b")), "`a&b` is no query: it has a character that ends it in a request"),
    ] {
        assert_eq!(refused, why);
    }
}

#[test]
fn keys_are_read_as_they_display() {
    for text in ["host:acme.test", "path:acme", "query:a/b?c"] {
        assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
    }
    for wrong in ["acme.test", "Host:acme.test", "cookie:acme", "host"] {
        assert_eq!(
            said(wrong.parse::<Key>()),
            format!("`{wrong}` is no key: write `host:acme.example`, `path:acme` or `query:acme`")
        );
    }
    assert!(said("host:acme.test:443".parse::<Key>()).contains("without scheme and port"));
}
