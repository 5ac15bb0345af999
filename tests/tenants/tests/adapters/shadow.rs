//! A version in the shadow, under traffic that wants to hide something.

use cors_policy_tenants::store::Store;
use cors_policy_tenants::{Sample, Tiers};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::{checked, me, tenant};

use crate::client::get;
use crate::{ONE, Serve, TWO, on_each, start};

on_each!(what_is_frequent_stays_among_the_samples);

async fn what_is_frequent_stays_among_the_samples(serve: Serve) {
    let place = Place::sqlite();
    let node = start(&place, Tiers::none()).await;
    let store = Store::open(&place.url).await.unwrap();
    tenant(&store, "acme", &[ONE, "https://*.many.test"]).await;
    let tried =
        store.publish(me(), "acme", &checked(r#"{"origins": ["https://two.test"]}"#), false).await.unwrap();
    store.shadow(me(), "acme", Some(tried.version)).await.unwrap();
    node.sync().await.unwrap();
    let at = serve(node.tenants());
    for number in 0..150 {
        get(at, "acme", &format!("https://n{number}.many.test")).await;
        get(at, "acme", ONE).await;
        get(at, "acme", TWO).await;
    }
    node.sync().await.unwrap();
    let reports = store.shadow_reports("acme").await.unwrap();
    let counts = &reports[0].counts;
    assert_eq!((counts.requests, counts.newly_refused, counts.newly_admitted), (450, 300, 150));
    let samples: Vec<Sample> = serde_json::from_str(&counts.samples).unwrap();
    assert_eq!(samples.len(), 32);
    for (origin, change) in [(ONE, "newly_refused"), (TWO, "newly_admitted")] {
        let sample = samples.iter().find(|sample| sample.origin == origin).unwrap();
        assert_eq!((sample.change.as_str(), sample.count), (change, 150));
        assert!(sample.reason.contains(origin), "{sample:?}");
    }
}
