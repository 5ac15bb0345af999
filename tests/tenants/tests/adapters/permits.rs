//! Permits of open sockets: what revokes them, and what does not.

use std::pin::pin;
use std::time::Duration;

use cors_policy::{MissingOrigin, UpgradeRefusal};
use cors_policy_tenants::store::{Key, Store};
use cors_policy_tenants::{Node, Permit, Revoked, Tiers};
use cors_policy_tenants_tests::serving::{PATIENCE, checked, host, me, publish, tenant};
use cors_policy_tenants_tests::{Place, on_both};
use http::Request;
use tokio::time::timeout;

use crate::{ONE, STRANGER, TWO, start};

on_both!(
    what_takes_the_permission_away,
    what_leaves_it_as_it_is,
    handshakes_that_are_refused,
    a_dropped_wait_misses_nothing,
    a_host_that_moves_takes_its_sockets_along,
);

const WITH_COOKIES: &str = r#"{"origins": ["https://one.test", "https://two.test"], "credentials": true}"#;
const WITHOUT: &str = r#"{"origins": ["https://one.test", "https://two.test"]}"#;

async fn two_tenants(place: &Place) -> (Store, Node) {
    let store = place.store().await;
    for slug in ["acme", "globex"] {
        tenant(&store, slug, &[ONE]).await;
        store.publish(me(), slug, &checked(WITH_COOKIES), true).await.unwrap();
    }
    let node = start(place, Tiers::none()).await;
    (store, node)
}

fn request(slug: &str, lines: &[(&str, &str)]) -> Request<()> {
    let request = Request::get("/socket").header("host", host(slug)).header("upgrade", "websocket");
    lines.iter().fold(request, |request, (name, value)| request.header(*name, *value)).body(()).unwrap()
}

fn check(node: &Node, slug: &str, lines: &[(&str, &str)]) -> Result<Permit, UpgradeRefusal> {
    let request = request(slug, lines);
    node.tenants().check_upgrade(&request, request.headers(), MissingOrigin::Deny)
}

fn with_cookie(node: &Node, slug: &str, origin: &str) -> Permit {
    check(node, slug, &[("origin", origin), ("cookie", "session=7")]).unwrap()
}

/// Waits while something is done, and says what came of it.
async fn revoked_by(permit: &Permit, node: &Node, change: impl Future<Output = ()>) -> Revoked {
    let mut waiting = pin!(permit.revoked());
    assert!(timeout(Duration::ZERO, waiting.as_mut()).await.is_err());
    change.await;
    node.sync().await.unwrap();
    timeout(PATIENCE, waiting).await.unwrap()
}

async fn what_takes_the_permission_away(place: Place) {
    let (store, node) = two_tenants(&place).await;
    let permit = with_cookie(&node, "acme", ONE);
    let removed = revoked_by(&permit, &node, async {
        publish(&store, "acme", &[TWO]).await;
    })
    .await;
    assert_eq!(removed, Revoked::Refused(UpgradeRefusal::OriginNotAdmitted));

    store.publish(me(), "acme", &checked(WITH_COOKIES), true).await.unwrap();
    node.sync().await.unwrap();
    let permit = with_cookie(&node, "acme", ONE);
    let without = async {
        store.publish(me(), "acme", &checked(WITHOUT), true).await.unwrap();
    };
    let withdrawn = revoked_by(&permit, &node, without).await;
    assert_eq!(withdrawn, Revoked::Refused(UpgradeRefusal::CredentialsNotAllowed));

    let permit = check(&node, "acme", &[("origin", ONE)]).unwrap();
    let suspended = async {
        store.suspend(me(), "acme").await.unwrap();
    };
    assert_eq!(revoked_by(&permit, &node, suspended).await, Revoked::Tenant);

    let permit = with_cookie(&node, "globex", ONE);
    let deleted = async {
        store.delete_tenant(me(), "globex").await.unwrap();
    };
    assert_eq!(revoked_by(&permit, &node, deleted).await, Revoked::Tenant);
}

async fn what_leaves_it_as_it_is(place: Place) {
    let (store, node) = two_tenants(&place).await;
    let permit = with_cookie(&node, "acme", ONE);
    let anonymous = check(&node, "acme", &[("origin", TWO)]).unwrap();
    assert_eq!(permit.tenant(), store.tenant("acme").await.unwrap().id);
    let (mut waiting, mut anonymous_waiting) = (pin!(permit.revoked()), pin!(anonymous.revoked()));
    for step in 0..5 {
        match step {
            // Another tenant, even all of it.
            0 => publish(&store, "globex", &[TWO]).await.written,
            1 => store.suspend(me(), "globex").await.unwrap(),
            2 => store.set_tier(me(), "acme", "other").await.unwrap(),
            // More than before.
            3 => {
                let more = WITH_COOKIES.replace(']', r#", "https://three.test"]"#);
                store.publish(me(), "acme", &checked(&more), true).await.unwrap().written
            }
            // Who came without cookies does not miss them.
            _ => store.publish(me(), "acme", &checked(WITHOUT), true).await.unwrap().written,
        };
        node.sync().await.unwrap();
        assert_eq!(anonymous.check(), Ok(()));
        assert!(timeout(Duration::ZERO, anonymous_waiting.as_mut()).await.is_err(), "{step}");
        assert_eq!(timeout(Duration::ZERO, waiting.as_mut()).await.is_ok(), step == 4, "{step}");
    }
}

async fn handshakes_that_are_refused(place: Place) {
    let (_store, node) = two_tenants(&place).await;
    let refusal = |slug, lines: &[(&str, &str)]| check(&node, slug, lines).err();
    assert_eq!(refusal("acme", &[]), Some(UpgradeRefusal::OriginMissing));
    assert_eq!(refusal("acme", &[("origin", STRANGER)]), Some(UpgradeRefusal::OriginNotAdmitted));
    assert_eq!(refusal("nobody", &[("origin", ONE)]), Some(UpgradeRefusal::OriginNotAdmitted));
    assert_eq!(refusal("acme", &[("origin", ONE), ("origin", ONE)]), Some(UpgradeRefusal::SeveralOrigins));
    assert_eq!(
        refusal("acme", &[("origin", ONE), ("host", &host("globex"))]),
        Some(UpgradeRefusal::OriginNotAdmitted)
    );
}

async fn a_dropped_wait_misses_nothing(place: Place) {
    let (store, node) = two_tenants(&place).await;
    let permit = with_cookie(&node, "acme", ONE);
    assert!(timeout(Duration::ZERO, permit.revoked()).await.is_err());
    store.suspend(me(), "acme").await.unwrap();
    node.sync().await.unwrap();
    assert_eq!(timeout(PATIENCE, permit.revoked()).await.unwrap(), Revoked::Tenant);
    // Once it is revoked, it stays so as long as the tenant is not served; then it may be used again.
    assert_eq!(permit.check(), Err(Revoked::Tenant));
    store.resume(me(), "acme").await.unwrap();
    node.sync().await.unwrap();
    assert_eq!(permit.check(), Ok(()));
}

/// To nobody: the other tenant has not admitted them.
async fn a_host_that_moves_takes_its_sockets_along(place: Place) {
    let (store, node) = two_tenants(&place).await;
    let permit = with_cookie(&node, "acme", ONE);
    let key = Key::host(&host("acme")).unwrap();
    store.remove_key(me(), "acme", &key).await.unwrap();
    store.add_key(me(), "globex", &key).await.unwrap();
    node.sync().await.unwrap();
    assert_eq!(timeout(PATIENCE, permit.revoked()).await.unwrap(), Revoked::Tenant);
}
