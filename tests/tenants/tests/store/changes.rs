//! That nodes see every change.

use std::collections::BTreeMap;
use std::time::Duration;

use cors_policy_tenants::store::{Cursor, Key, Row, State, Store, StoreError};
use cors_policy_tenants_tests::{Kind, Place, on_both};
use sqlx::{AnyPool, query, query_scalar};

use crate::{allowing, me, publish};

on_both!(
    a_change_has_all_that_a_node_serves,
    ten_thousand_in_pages,
    pages_while_somebody_writes,
    nothing_is_skipped_when_transactions_overlap,
    a_store_in_its_past_is_not_followed,
    pages_of_two_histories_are_not_mixed,
);

/// Reads until a page is complete. Returns what was read, and where to go on.
async fn walk(store: &Store, mut cursor: Cursor, limit: u32) -> (Vec<Row>, Cursor) {
    let mut rows = Vec::new();
    loop {
        let page = store.changes(cursor, limit).await.unwrap();
        assert!(page.rows.len() <= limit as usize);
        assert!(page.complete || page.rows.len() == limit as usize);
        rows.extend(page.rows);
        cursor = page.next;
        if page.complete {
            assert_eq!(cursor, Cursor::after(page.head.revision).within(&page.head));
            return (rows, cursor);
        }
    }
}

async fn a_change_has_all_that_a_node_serves(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    store.publish(me(), "acme", &allowing("https://two.test"), false).await.unwrap();
    store.shadow(me(), "acme", Some(2)).await.unwrap();
    let host = Key::host("api.acme.test").unwrap();
    let path = Key::path("acme").unwrap();
    for key in [&path, &host] {
        store.add_key(me(), "acme", key).await.unwrap();
    }
    store.create_tenant(me(), "bare", "gold").await.unwrap();
    publish(&store, "gone", "https://gone.test").await;
    store.delete_tenant(me(), "gone").await.unwrap();

    let (rows, cursor) = walk(&store, Cursor::START, 100).await;
    let [acme, bare, gone] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((acme.slug.as_str(), acme.state, acme.tier.as_str()), ("acme", State::Active, "standard"));
    assert_eq!(acme.keys, [host, path]);
    let (active, shadow) = (acme.active.as_ref().unwrap(), acme.shadow.as_ref().unwrap());
    assert_eq!((active.number, shadow.number), (1, 2));
    assert_eq!(active.document.as_ref().unwrap(), allowing("https://one.test").text());
    assert_eq!(shadow.document.as_ref().unwrap(), allowing("https://two.test").text());
    assert_eq!((bare.slug.as_str(), bare.tier.as_str(), &bare.active), ("bare", "gold", &None));
    assert_eq!((gone.slug.as_str(), gone.state, &gone.active), ("gone", State::Deleted, &None));

    // Only what has changed comes again.
    let again = walk(&store, cursor.clone(), 100).await;
    assert_eq!(again, (vec![], cursor.clone()));
    store.suspend(me(), "bare").await.unwrap();
    let (rows, _) = walk(&store, cursor, 100).await;
    let [bare] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((bare.slug.as_str(), bare.state), ("bare", State::Suspended));
}

/// Tenants with a policy and a key each, all at once.
async fn fill(raw: &AnyPool, kind: Kind, count: i64) {
    let numbers = match kind {
        Kind::Sqlite => {
            "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT i FROM n) n"
        }
        Kind::Postgres => "(SELECT generate_series(1, $1) AS i) n",
    };
    let sha256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    let mut write = raw.begin().await.unwrap();
    for statement in [
        "UPDATE cors_meta SET revision = revision + $1".to_owned(),
        format!(
            "INSERT INTO cors_tenant (slug, tier, changed_revision, created_at, changed_at) \
             SELECT 't-' || i, 'standard', i, 0, 0 FROM {numbers} ORDER BY i"
        ),
        format!(
            "INSERT INTO cors_policy_version (tenant_id, version, document, sha256, created_at, actor, note) \
             SELECT id, 1, '{{}}', '{sha256}', 0, 'alice', '' FROM cors_tenant WHERE id <= $1"
        ),
        "UPDATE cors_tenant SET active_version = 1 WHERE id <= $1".to_owned(),
        "INSERT INTO cors_tenant_key (kind, value, tenant_id) SELECT 'path', slug, id FROM cors_tenant \
         WHERE id <= $1"
            .to_owned(),
    ] {
        query(&statement).bind(count).execute(&mut *write).await.unwrap();
    }
    write.commit().await.unwrap();
}

async fn ten_thousand_in_pages(place: Place) {
    let store = place.store().await;
    fill(&place.raw().await, place.kind, 10_000).await;
    let (rows, _) = walk(&store, Cursor::START, 500).await;
    let numbers: Vec<u64> = rows.iter().map(|row| row.changed_revision).collect();
    assert_eq!(numbers, (1..=10_000).collect::<Vec<_>>());
    for row in &rows {
        assert_eq!(row.keys, [Key::path(&row.slug).unwrap()]);
        assert_eq!(row.active.as_ref().unwrap().document.as_deref(), Ok("{}"));
    }
}

async fn pages_while_somebody_writes(place: Place) {
    let store = place.store().await;
    fill(&place.raw().await, place.kind, 10_000).await;
    let writing = {
        let store = place.store().await;
        tokio::spawn(async move {
            for number in 0_u64.. {
                // All over the place, so that pages that were read and ones that were not are changed.
                let slug = format!("t-{}", number * 7919 % 10_000 + 1);
                let written = store.set_tier(me(), &slug, &format!("tier-{number}")).await.unwrap();
                if written.revision >= 10_300 {
                    return;
                }
            }
        })
    };
    let mut served: BTreeMap<String, (u64, String)> = BTreeMap::new();
    let mut cursor = Cursor::START;
    loop {
        let done = writing.is_finished();
        let (rows, next) = walk(&store, cursor, 500).await;
        for row in rows {
            let new = (row.changed_revision, row.tier);
            let old = served.insert(row.slug, new.clone());
            // Never twice, and never backwards.
            assert!(old.is_none_or(|old| old.0 < new.0));
        }
        cursor = next;
        if done {
            break;
        }
    }
    writing.await.unwrap();
    let stored =
        query_scalar::<_, String>("SELECT slug || ' ' || changed_revision || ' ' || tier FROM cors_tenant");
    let mut stored = stored.fetch_all(&place.raw().await).await.unwrap();
    let mut served: Vec<String> =
        served.into_iter().map(|(slug, (revision, tier))| format!("{slug} {revision} {tier}")).collect();
    stored.sort();
    served.sort();
    assert_eq!(served, stored);
}

async fn nothing_is_skipped_when_transactions_overlap(place: Place) {
    let store = place.store().await;
    for slug in ["first", "second"] {
        store.create_tenant(me(), slug, "standard").await.unwrap();
    }
    let head = store.head().await.unwrap();
    // One writer has raised the revision and does not commit for a while.
    let raw = place.raw().await;
    let mut slow = match place.kind {
        Kind::Sqlite => raw.begin_with("BEGIN IMMEDIATE").await,
        Kind::Postgres => raw.begin().await,
    }
    .unwrap();
    let raised: i64 = query_scalar("UPDATE cors_meta SET revision = revision + 1 RETURNING revision")
        .fetch_one(&mut *slow)
        .await
        .unwrap();
    query("UPDATE cors_tenant SET tier = 'slow', changed_revision = $1 WHERE slug = 'first'")
        .bind(raised)
        .execute(&mut *slow)
        .await
        .unwrap();
    let fast = {
        // Opening a store does not wait for writers either.
        let store = Store::open(&place.url).await.unwrap();
        tokio::spawn(async move { store.set_tier(me(), "second", "fast").await.unwrap() })
    };
    // Until then nobody else gets further, and a reader neither waits nor sees anything of it.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!fast.is_finished());
    let (rows, cursor) = walk(&store, Cursor::after(head.revision), 10).await;
    assert_eq!((rows, store.head().await.unwrap()), (vec![], head.clone()));
    slow.commit().await.unwrap();
    let written = fast.await.unwrap();
    assert_eq!(written.revision, head.revision + 2);
    let (rows, _) = walk(&store, cursor, 10).await;
    let seen: Vec<_> =
        rows.iter().map(|row| (row.changed_revision - head.revision, row.tier.as_str())).collect();
    assert_eq!(seen, [(1, "slow"), (2, "fast")]);
}

async fn a_store_in_its_past_is_not_followed(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    let ahead = Cursor::after(1000);
    let page = store.changes(ahead.clone(), 10).await.unwrap();
    assert!(page.complete && page.rows.is_empty());
    assert_eq!((page.next, page.head.revision), (ahead.within(&page.head), 2));
    let epoch = store.renew_epoch(me()).await.unwrap();
    let head = store.head().await.unwrap();
    assert_eq!((&head.epoch, head.revision), (&epoch, 3));
    assert_ne!(epoch, page.head.epoch);
}

/// A backup takes the place of the database while a node reads it page by page.
async fn pages_of_two_histories_are_not_mixed(place: Place) {
    let store = place.store().await;
    for slug in ["a", "b", "c"] {
        publish(&store, slug, &format!("https://{slug}.test")).await;
    }
    let raw = place.raw().await;
    let first = store.changes(Cursor::START, 1).await.unwrap();
    // Without a new epoch, it is told by how far it is.
    query("UPDATE cors_meta SET revision = revision - 1").execute(&raw).await.unwrap();
    let older = store.changes(first.next.clone(), 1).await.unwrap_err();
    assert!(matches!(older, StoreError::OtherHistory), "{older}");
    query("UPDATE cors_meta SET revision = revision + 1").execute(&raw).await.unwrap();
    let second = store.changes(first.next.clone(), 1).await.unwrap();
    assert_eq!(second.rows[0].slug, "b");
    store.renew_epoch(me()).await.unwrap();
    for cursor in [first.next, second.next, Cursor::START.within(&second.head)] {
        let other = store.changes(cursor, 1).await.unwrap_err();
        assert!(matches!(other, StoreError::OtherHistory), "{other}");
    }
    assert_eq!(walk(&store, Cursor::START, 1).await.0.len(), 3);
}
