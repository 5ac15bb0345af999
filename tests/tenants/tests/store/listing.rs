//! Lists of tenants, and names that are taken.

use cors_policy_tenants::store::{Key, NewTenant, State, StoreError};
use cors_policy_tenants_tests::{Place, on_both};

use crate::{allowing, me, publish};

on_both!(pages_by_slug, what_keeps_tenants_from_being_imported);

async fn pages_by_slug(place: Place) {
    let store = place.store().await;
    // In the order of bytes, in either database.
    for slug in ["b", "a-b", "ab", "a", "0"] {
        store.create_tenant(me(), slug, "standard").await.unwrap();
    }
    publish(&store, "c", "https://one.test").await;
    store.delete_tenant(me(), "a").await.unwrap();
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = store.tenants_after(&after, 2).await.unwrap();
        seen.extend(page.iter().map(|tenant| tenant.slug.clone()));
        match page.last() {
            Some(last) if page.len() == 2 => after.clone_from(&last.slug),
            _ => break,
        }
    }
    assert_eq!(seen, ["0", "a", "a-b", "ab", "b", "c"]);
    let all = store.tenants_after("", 100).await.unwrap();
    assert_eq!((all[1].state, all[1].active), (State::Deleted, None));
    let tenant = store.tenant("c").await.unwrap();
    assert_eq!((all[5].active, all[5].shadow, all[5].row_version), (Some(1), None, tenant.row_version));
    assert_eq!((all[5].tier.as_str(), all[5].changed_at), ("standard", tenant.changed_at));
}

async fn what_keeps_tenants_from_being_imported(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    for key in ["host:acme.test", "path:acme"] {
        store.add_key(me(), "acme", &key.parse().unwrap()).await.unwrap();
    }
    store.create_tenant(me(), "gone", "standard").await.unwrap();
    store.delete_tenant(me(), "gone").await.unwrap();
    let new = |slug: &str, keys: &[&str]| NewTenant {
        slug: slug.to_owned(),
        tier: "standard".to_owned(),
        keys: keys.iter().map(|key| key.parse::<Key>().unwrap()).collect(),
        document: allowing("https://new.test"),
    };
    // More than one statement can ask for.
    let mut tenants: Vec<_> = (0..1200).map(|number| new(&format!("t{number}"), &[])).collect();
    assert!(store.taken(&tenants).await.unwrap().is_empty());
    tenants.push(new("gone", &["host:other.test", "query:acme"]));
    tenants.push(new("other", &["host:acme.test", "path:acme"]));
    tenants.push(new("acme", &[]));
    let taken = store.taken(&tenants).await.unwrap();
    let said: Vec<_> = taken.iter().map(|(place, error)| (*place, error.to_string())).collect();
    let key = |key: &str| format!("{key} leads to the tenant `acme` already: remove it there first");
    let [(1200, gone), (1201, host), (1201, path), (1202, there)] = said.as_slice() else {
        panic!("{said:?}")
    };
    assert!(gone.contains("was deleted"), "{gone}");
    assert_eq!((host, path), (&key("host:acme.test"), &key("path:acme")));
    assert_eq!(there, "there is a tenant `acme` already");
    assert!(matches!(taken[0].1, StoreError::SlugTaken { deleted: true, .. }));
}
