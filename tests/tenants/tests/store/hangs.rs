//! A database that says nothing any more, on connections that stay open.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cors_policy_tenants::store::{Key, Promotion, Store, StoreError};
use cors_policy_tenants_tests::Place;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::{allowing, me, publish};

/// Far longer than anything but a walk over all tenants may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Passes everything on to a server, until it passes on nothing.
async fn relay(server: String, is_silent: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let Ok(server) = TcpStream::connect(&server).await else { continue };
            let ((from_client, to_client), (from_server, to_server)) =
                (client.into_split(), server.into_split());
            tokio::spawn(pass(from_client, to_server, is_silent.clone()));
            tokio::spawn(pass(from_server, to_client, is_silent.clone()));
        }
    });
    port
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, is_silent: Arc<AtomicBool>) {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let read = from.read(&mut bytes).await.unwrap_or_default();
        if is_silent.load(Ordering::Acquire) {
            // Both ends stay open.
            pending::<()>().await;
        }
        if read == 0 || to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asks_is_told() {
    let Some(place) = Place::postgres() else { return };
    let (before, behind) = place.url.split_once("127.0.0.1:").unwrap();
    let (port, path) = behind.split_once('/').unwrap();
    let is_silent = Arc::new(AtomicBool::new(false));
    let relayed = relay(format!("127.0.0.1:{port}"), is_silent.clone()).await;
    let url = format!("{before}127.0.0.1:{relayed}/{path}");
    let store = Store::migrate(&url).await.unwrap();
    publish(&store, "acme", "https://one.test").await;
    let (host, document) = (Key::host("acme.test").unwrap(), allowing("https://two.test"));
    store.add_key(me(), "acme", &host).await.unwrap();
    let revision = store.head().await.unwrap().revision;

    is_silent.store(true, Ordering::Release);
    let asked: Vec<BoxFuture<'_, Result<(), StoreError>>> = vec![
        store.create_tenant(me(), "globex", "free").map(|done| done.map(drop)).boxed(),
        store.set_tier(me(), "acme", "free").map(|done| done.map(drop)).boxed(),
        store.suspend(me(), "acme").map(|done| done.map(drop)).boxed(),
        store.resume(me(), "acme").map(|done| done.map(drop)).boxed(),
        store.delete_tenant(me(), "acme").map(|done| done.map(drop)).boxed(),
        store.add_key(me(), "acme", &host).map(|done| done.map(drop)).boxed(),
        store.remove_key(me(), "acme", &host).map(|done| done.map(drop)).boxed(),
        store.publish(me(), "acme", &document, true).map(|done| done.map(drop)).boxed(),
        store.activate(me(), "acme", 1).map(|done| done.map(drop)).boxed(),
        store.shadow(me(), "acme", None).map(|done| done.map(drop)).boxed(),
        store.promote(me(), "acme", Promotion::Anyway).map(|done| done.map(drop)).boxed(),
        store.forget_node(me(), "node").map(|done| done.map(drop)).boxed(),
        store.confirm_shrink(me()).map(|done| done.map(drop)).boxed(),
        store.renew_epoch(me()).map(|done| done.map(drop)).boxed(),
        store.leave("node").boxed(),
        store.wait_live(revision, PATIENCE, PATIENCE, PATIENCE).map(|done| done.map(drop)).boxed(),
        Store::open(&url).map(|done| done.map(drop)).boxed(),
        // What only looks ends as well.
        store.tenant("acme").map(|done| done.map(drop)).boxed(),
        store.tenants_after("", 10).map(|done| done.map(drop)).boxed(),
        store.versions("acme", 10).map(|done| done.map(drop)).boxed(),
        store.document("acme", 1).map(|done| done.map(drop)).boxed(),
        store.audit("acme", 10).map(|done| done.map(drop)).boxed(),
        store.shadow_reports("acme").map(|done| done.map(drop)).boxed(),
    ];
    for ended in timeout(PATIENCE, join_all(asked)).await.unwrap() {
        assert!(matches!(ended, Err(StoreError::TimedOut)), "{ended:?}");
    }
    // Nothing of it was done.
    assert_eq!(place.store().await.head().await.unwrap().revision, revision);
}
