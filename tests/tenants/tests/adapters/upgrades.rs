//! Handshakes that the adapters check.

use cors_policy_tenants::Tiers;
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::{host, tenant};

use crate::client::{send, upgrade};
use crate::{ONE, STRANGER, Serve, TWO, on_each, start};

on_each!(a_handshake_is_for_the_tenant_of_its_host);

async fn a_handshake_is_for_the_tenant_of_its_host(serve: Serve) {
    let place = Place::sqlite();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    tenant(&store, "globex", &[TWO]).await;
    let node = start(&place, Tiers::none()).await;
    let at = serve(node.tenants());
    assert_eq!(upgrade(at, "acme", ONE).await.status, 200);
    assert_eq!(upgrade(at, "globex", TWO).await.status, 200);
    for (slug, origin) in
        [("acme", TWO), ("globex", ONE), ("acme", STRANGER), ("acme", "null"), ("nobody", ONE)]
    {
        let reply = upgrade(at, slug, origin).await;
        assert_eq!((reply.status, reply.body.contains("application")), (403, false), "{slug} {origin}");
    }
    let (acme, asks) = (host("acme"), ("upgrade", "websocket"));
    // Without an origin, and with cookies where the policy is without credentials.
    assert_eq!(send(at, "GET /", &[("host", &acme), asks]).await.status, 403);
    let cookie = ("cookie", "session=7");
    assert_eq!(send(at, "GET /", &[("host", &acme), asks, ("origin", ONE), cookie]).await.status, 403);
    assert!(node.metrics().contains("\ncors_refusals_total{check=\"upgrade\"} 7\n"), "{}", node.metrics());
}
