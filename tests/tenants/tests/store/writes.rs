//! What writers can do, and what they cannot.

use cors_policy_tenants::store::{
    Checked, Edit, Key, Promotion, RowVersion, ShadowCounts, State, StoreError,
};
use cors_policy_tenants_tests::{Place, on_both};

use crate::{allowing, me, publish};

on_both!(
    publish_roll_back_promote,
    of_two_that_saw_the_same_one_wins,
    many_writers_at_once_all_get_through,
    keys_lead_to_one_tenant,
    deleting_is_final,
    every_write_is_in_the_audit,
    a_write_that_is_refused_leaves_nothing,
    documents_have_a_limit,
);

async fn publish_roll_back_promote(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    let second = store.publish(me(), "acme", &allowing("https://two.test"), true).await.unwrap();
    let third = store.publish(me(), "acme", &allowing("https://three.test"), false).await.unwrap();
    assert_eq!((second.version, third.version), (2, 3));
    assert_eq!(store.tenant("acme").await.unwrap().active, Some(2));

    store.activate(me(), "acme", 1).await.unwrap();
    assert_eq!(store.tenant("acme").await.unwrap().active, Some(1));
    assert_eq!(store.document("acme", 2).await.unwrap(), allowing("https://two.test").text());

    let none = store.promote(me(), "acme", Promotion::IfNothingBreaks).await;
    assert!(matches!(none, Err(StoreError::NoShadow { .. })), "{none:?}");
    store.shadow(me(), "acme", Some(3)).await.unwrap();
    let unseen = store.promote(me(), "acme", Promotion::IfNothingBreaks).await;
    assert!(matches!(unseen, Err(StoreError::NothingSeen { version: 3, .. })), "{unseen:?}");
    let id = store.tenant("acme").await.unwrap().id;
    let counts = ShadowCounts { requests: 1, ..ShadowCounts::default() };
    assert!(store.report_shadow(id, 3, "node", &counts).await.unwrap());
    let written = store.promote(me(), "acme", Promotion::IfNothingBreaks).await.unwrap();
    let tenant = store.tenant("acme").await.unwrap();
    assert_eq!((tenant.active, tenant.shadow), (Some(3), None));
    assert_eq!((tenant.row_version, tenant.changed_revision), (written.row_version, written.revision));

    let versions = store.versions("acme", 2).await.unwrap();
    assert_eq!(versions.iter().map(|version| version.version).collect::<Vec<_>>(), [3, 2]);
    assert_eq!((versions[0].actor.as_str(), versions[0].note.as_str()), ("alice", "because"));
    let unknown = store.activate(me(), "acme", 4).await;
    assert_eq!(unknown.unwrap_err().to_string(), "the tenant `acme` has no version 4");
}

async fn of_two_that_saw_the_same_one_wins(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    let seen = store.tenant("acme").await.unwrap().row_version;
    let edit = || me().expecting(seen);
    let (other, document) = (place.store().await, allowing("https://two.test"));
    let (ours, theirs) =
        tokio::join!(store.publish(edit(), "acme", &document, true), other.set_tier(edit(), "acme", "gold"),);
    let current = RowVersion(seen.0 + 1);
    let lost = match (ours, theirs) {
        (Ok(won), Err(lost)) => {
            assert_eq!(won.written.row_version, current);
            lost
        }
        (Err(lost), Ok(won)) => {
            assert_eq!(won.row_version, current);
            lost
        }
        both => panic!("{both:?}"),
    };
    let StoreError::Conflict { slug, expected, current: now } = lost else { panic!("{lost}") };
    assert_eq!((slug.as_str(), expected, now), ("acme", seen, current));
    assert_eq!(store.tenant("acme").await.unwrap().row_version, current);
    // Having read it again, the other one gets through.
    store.suspend(me().expecting(now), "acme").await.unwrap();
}

async fn many_writers_at_once_all_get_through(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    let before = store.head().await.unwrap().revision;
    let mut writers = Vec::new();
    for writer in 0..8 {
        // Half of them like other processes.
        let store = if writer % 2 == 0 { store.clone() } else { place.store().await };
        writers.push(tokio::spawn(async move {
            for number in 0..10 {
                let document = allowing(&format!("https://{writer}-{number}.test"));
                store.publish(me(), "acme", &document, true).await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(store.head().await.unwrap().revision, before + 80);
    assert_eq!(store.tenant("acme").await.unwrap().active, Some(81));
}

async fn keys_lead_to_one_tenant(place: Place) {
    let store = place.store().await;
    for slug in ["acme", "globex"] {
        store.create_tenant(me(), slug, "standard").await.unwrap();
    }
    let host = Key::host("api.acme.test").unwrap();
    store.add_key(me(), "acme", &host).await.unwrap();
    store.add_key(me(), "acme", &Key::path("acme").unwrap()).await.unwrap();
    // The same text as another kind is another key.
    store.add_key(me(), "globex", &Key::query("acme").unwrap()).await.unwrap();
    for slug in ["acme", "globex"] {
        let taken = store.add_key(me(), slug, &host).await.unwrap_err();
        assert_eq!(
            taken.to_string(),
            "host:api.acme.test leads to the tenant `acme` already: remove it there first"
        );
    }
    let unknown = store.remove_key(me(), "globex", &host).await;
    assert!(matches!(unknown, Err(StoreError::UnknownKey { .. })), "{unknown:?}");
    store.remove_key(me(), "acme", &host).await.unwrap();
    store.add_key(me(), "globex", &host).await.unwrap();
    assert_eq!(store.tenant("acme").await.unwrap().keys, [Key::path("acme").unwrap()]);
    assert_eq!(store.tenant("globex").await.unwrap().keys, [host, Key::query("acme").unwrap()]);
}

async fn deleting_is_final(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    store.suspend(me(), "acme").await.unwrap();
    assert_eq!(store.tenant("acme").await.unwrap().state, State::Suspended);
    store.resume(me(), "acme").await.unwrap();
    let host = Key::host("api.acme.test").unwrap();
    store.add_key(me(), "acme", &host).await.unwrap();
    store.delete_tenant(me(), "acme").await.unwrap();

    let tenant = store.tenant("acme").await.unwrap();
    assert_eq!((tenant.state, tenant.active, tenant.keys.len()), (State::Deleted, None, 0));
    assert!(matches!(store.resume(me(), "acme").await, Err(StoreError::Deleted { .. })));
    assert!(matches!(store.delete_tenant(me(), "acme").await, Err(StoreError::Deleted { .. })));
    let again = store.create_tenant(me(), "acme", "standard").await;
    assert!(matches!(again, Err(StoreError::SlugTaken { deleted: true, .. })), "{again:?}");
    // What was published can still be looked at, and the key is free.
    assert_eq!(store.document("acme", 1).await.unwrap(), allowing("https://one.test").text());
    store.create_tenant(me(), "globex", "standard").await.unwrap();
    store.add_key(me(), "globex", &host).await.unwrap();
    let counts = store.count().await.unwrap();
    assert_eq!((counts.active, counts.suspended, counts.deleted), (1, 0, 1));
}

async fn every_write_is_in_the_audit(place: Place) {
    let store = place.store().await;
    let key = Key::host("api.acme.test").unwrap();
    let before = store.head().await.unwrap().revision;
    store.create_tenant(me(), "acme", "standard").await.unwrap();
    store.set_tier(me(), "acme", "gold").await.unwrap();
    store.add_key(me(), "acme", &key).await.unwrap();
    store.remove_key(me(), "acme", &key).await.unwrap();
    for activate in [true, false, true] {
        store.publish(me(), "acme", &allowing("https://one.test"), activate).await.unwrap();
    }
    store.activate(me(), "acme", 1).await.unwrap();
    store.activate(me(), "acme", 2).await.unwrap();
    store.shadow(me(), "acme", Some(3)).await.unwrap();
    store.promote(me(), "acme", Promotion::Anyway).await.unwrap();
    store.shadow(me(), "acme", None).await.unwrap();
    store.suspend(me(), "acme").await.unwrap();
    store.resume(me(), "acme").await.unwrap();
    store.delete_tenant(Edit::by("bob"), "acme").await.unwrap();

    let mut entries = store.audit("acme", 100).await.unwrap();
    entries.reverse();
    let said: Vec<_> = entries
        .iter()
        .map(|entry| (entry.action.as_str(), entry.from_version, entry.to_version, entry.detail.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("create", None, None, "standard"),
            ("set_tier", None, None, "standard -> gold"),
            ("add_key", None, None, "host:api.acme.test"),
            ("remove_key", None, None, "host:api.acme.test"),
            ("publish_active", None, Some(1), ""),
            ("publish", None, Some(2), ""),
            ("publish_active", Some(1), Some(3), ""),
            ("rollback", Some(3), Some(1), ""),
            ("activate", Some(1), Some(2), ""),
            ("shadow", None, Some(3), ""),
            ("promote", Some(2), Some(3), ""),
            ("shadow", None, None, ""),
            ("suspend", None, None, ""),
            ("resume", None, None, ""),
            ("delete", Some(3), None, ""),
        ]
    );
    let revisions: Vec<u64> = entries.iter().map(|entry| entry.revision).collect();
    assert_eq!(revisions, (before + 1..=before + 15).collect::<Vec<_>>());
    assert!(entries.windows(2).all(|pair| pair[0].at <= pair[1].at));
    let last = &entries[14];
    assert_eq!((last.actor.as_str(), last.note.as_str()), ("bob", ""));
    assert_eq!((entries[0].actor.as_str(), entries[0].note.as_str()), ("alice", "because"));
}

async fn a_write_that_is_refused_leaves_nothing(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    store.publish(me(), "acme", &allowing("https://two.test"), false).await.unwrap();
    store.shadow(me(), "acme", Some(2)).await.unwrap();
    let tenant = store.tenant("acme").await.unwrap();
    let counts = ShadowCounts { requests: 10, newly_refused: 2, ..ShadowCounts::default() };
    assert!(store.report_shadow(tenant.id, 2, "node-1", &counts).await.unwrap());
    let (head, audit) = (store.head().await.unwrap(), store.audit("acme", 100).await.unwrap());

    let refused = store.promote(me(), "acme", Promotion::IfNothingBreaks).await.unwrap_err();
    assert!(matches!(refused, StoreError::WouldRefuse { version: 2, requests: 2, .. }), "{refused}");
    let stale = me().expecting(RowVersion(1));
    let refused = store.publish(stale, "acme", &allowing("https://x.test"), true).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { .. }), "{refused}");
    let refused = store.create_tenant(me(), "acme", "standard").await.unwrap_err();
    assert!(matches!(refused, StoreError::SlugTaken { deleted: false, .. }), "{refused}");
    let refused = store.set_tier(me(), "nobody", "gold").await.unwrap_err();
    assert!(matches!(refused, StoreError::UnknownTenant { .. }), "{refused}");

    assert_eq!(store.head().await.unwrap(), head);
    assert_eq!(store.tenant("acme").await.unwrap(), tenant);
    assert_eq!(store.audit("acme", 100).await.unwrap(), audit);
    assert_eq!(store.versions("acme", 10).await.unwrap().len(), 2);
}

async fn documents_have_a_limit(place: Place) {
    let store = place.store().await;
    store.create_tenant(me(), "acme", "standard").await.unwrap();
    // Two bytes each: what is limited is bytes.
    let document = Checked::elsewhere("ä".repeat(32 * 1024), []);
    store.publish(me(), "acme", &document, true).await.unwrap();
    assert_eq!(store.document("acme", 1).await.unwrap(), document.text());
    let document = Checked::elsewhere(format!("{} ", document.text()), []);
    let refused = store.publish(me(), "acme", &document, true).await.unwrap_err();
    assert!(matches!(refused, StoreError::DocumentTooLarge { bytes: 65537 }), "{refused}");
}
