//! What pages get: from their tenant, from others, and where there is none.

use cors_policy_tenants::Tiers;
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::{checked, host, me, publish, tenant};

use crate::client::{get, preflight, send};
use crate::{ONE, STRANGER, Serve, TWO, on_each, start};

on_each!(
    each_page_reaches_its_own_tenant,
    without_a_tenant_there_is_nothing,
    a_change_is_for_the_next_request,
    nothing_but_the_host_picks_the_tenant,
);

async fn each_page_reaches_its_own_tenant(serve: Serve) {
    let place = Place::sqlite();
    let store = place.store().await;
    for (slug, origin) in [("acme", ONE), ("globex", TWO)] {
        tenant(&store, slug, &[origin]).await;
        let text = format!(
            r#"{{"origins": [{origin:?}], "credentials": true, "methods": ["PUT"], "max_age": "10m"}}"#
        );
        store.publish(me(), slug, &checked(&text), true).await.unwrap();
    }
    let node = start(&place, Tiers::none()).await;
    let at = serve(node.tenants());
    for (slug, ours, theirs) in [("acme", ONE, TWO), ("globex", TWO, ONE)] {
        let reply = get(at, slug, ours).await;
        assert_eq!((reply.status, reply.body.contains("application")), (200, true));
        assert_eq!(reply.header("access-control-allow-origin"), Some(ours));
        assert_eq!(reply.header("access-control-allow-credentials"), Some("true"));
        assert!(reply.varies());
        let reply = preflight(at, slug, ours).await;
        assert_eq!((reply.status, reply.header("access-control-allow-methods")), (204, Some("PUT")));
        assert_eq!(reply.header("access-control-max-age"), Some("600"));
        assert_eq!(reply.header("access-control-allow-origin"), Some(ours));
        for origin in
            [theirs, STRANGER, "null", "https://one.test.evil.test", "https://xone.test", "HTTPS://ONE.TEST"]
        {
            let reply = get(at, slug, origin).await;
            assert_eq!((reply.status, reply.has_cors(), reply.varies()), (200, false, true), "{origin}");
            let reply = preflight(at, slug, origin).await;
            assert_eq!((reply.status, reply.has_cors(), reply.varies()), (403, false, true), "{origin}");
        }
    }
}

async fn without_a_tenant_there_is_nothing(serve: Serve) {
    let place = Place::sqlite();
    tenant(&place.store().await, "acme", &[ONE]).await;
    let node = start(&place, Tiers::none()).await;
    let at = serve(node.tenants());
    let reply = get(at, "nobody", ONE).await;
    assert_eq!((reply.status, reply.has_cors(), reply.varies()), (200, false, true));
    let reply = preflight(at, "nobody", ONE).await;
    assert_eq!((reply.status, reply.has_cors(), reply.varies()), (403, false, true));
    assert!(node.metrics().contains("\ncors_unknown_tenant_total 2\n"));
}

async fn a_change_is_for_the_next_request(serve: Serve) {
    let place = Place::sqlite();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let node = start(&place, Tiers::none()).await;
    let at = serve(node.tenants());
    assert!(get(at, "acme", ONE).await.has_cors());
    publish(&store, "acme", &[TWO]).await;
    node.sync().await.unwrap();
    assert!(!get(at, "acme", ONE).await.has_cors() && get(at, "acme", TWO).await.has_cors());
    store.suspend(me(), "acme").await.unwrap();
    node.sync().await.unwrap();
    assert!(!get(at, "acme", TWO).await.has_cors());
}

/// Whatever a request says beside: a preflight does not have it.
async fn nothing_but_the_host_picks_the_tenant(serve: Serve) {
    let place = Place::sqlite();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    tenant(&store, "globex", &[TWO]).await;
    let node = start(&place, Tiers::none()).await;
    let at = serve(node.tenants());
    let (acme, globex) = (host("acme"), host("globex"));
    for beside in [
        ("x-forwarded-host", globex.as_str()),
        ("forwarded", "host=globex.api.test"),
        ("x-original-host", &globex),
        ("x-tenant", "globex"),
        ("cookie", "tenant=globex; host=globex.api.test"),
        (
            "authorization",
            "Bearer eyJhbGciOiJub25lIn0.eyJhbGxvd2VkLW9yaWdpbnMiOlsiaHR0cHM6Ly90d28udGVzdCJdfQ.",
        ),
        ("apikey", "globex"),
        ("referer", "https://two.test/"),
        ("access-control-allow-origin", TWO),
    ] {
        let start = format!("GET /globex?tenant=globex&host={globex}&origin={TWO}");
        let reply = send(at, &start, &[("host", &acme), ("origin", TWO), beside]).await;
        assert!(!reply.has_cors(), "{beside:?}");
        let reply = send(at, &start, &[("host", &acme), ("origin", ONE), beside]).await;
        assert_eq!(reply.header("access-control-allow-origin"), Some(ONE), "{beside:?}");
    }
    // The same host, however it is written.
    for same in ["ACME.api.Test", "acme.api.test:8080", "acme.api.test."] {
        assert!(send(at, "GET /", &[("host", same), ("origin", ONE)]).await.has_cors(), "{same}");
    }
    // Two hosts are none.
    let uri = format!("GET http://{globex}/");
    for (start, lines) in [
        ("GET /", vec![("host", acme.as_str()), ("host", &globex), ("origin", ONE)]),
        ("GET /", vec![("host", globex.as_str()), ("host", &acme), ("origin", ONE)]),
        ("GET /", vec![("host", acme.as_str()), ("host", &acme), ("origin", ONE)]),
        (uri.as_str(), vec![("host", acme.as_str()), ("origin", ONE)]),
        (uri.as_str(), vec![("host", acme.as_str()), ("origin", TWO)]),
    ] {
        let reply = send(at, start, &lines).await;
        assert!(!reply.has_cors(), "{start} {lines:?}: {reply:?}");
    }
    assert!(send(at, &uri, &[("host", &globex), ("origin", TWO)]).await.has_cors());
}
