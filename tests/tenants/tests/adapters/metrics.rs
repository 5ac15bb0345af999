//! Metrics: in the text format of Prometheus, and true.

use std::collections::BTreeMap;

use cors_policy_tenants::{Budgets, Quota, Tier, Tiers};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::{checked, me, tenant, unchecked};

use crate::client::{get, preflight, send, upgrade};
use crate::{ONE, STRANGER, Serve, TWO, on_each, start};

on_each!(they_count_what_happened);

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_labels(text: &str) -> bool {
    let is_value = |value: &str| !value.contains(['"', '\\', '\n']);
    text.split(',').all(|label| {
        let Some((name, value)) = label.split_once('=') else { return false };
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        is_name(name) && value.is_some_and(is_value)
    })
}

/// The samples of an exposition: each family has its head once and first, and each sample is there once.
fn read(text: &str) -> BTreeMap<String, String> {
    assert!(text.ends_with('\n'));
    let (mut samples, mut families) = (BTreeMap::new(), Vec::new());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let (family, help) = line.strip_prefix("# HELP ").unwrap().split_once(' ').unwrap();
        assert!(is_name(family) && !help.is_empty() && !families.contains(&family), "{line}");
        families.push(family);
        let kind = lines.next().unwrap().strip_prefix(&format!("# TYPE {family} ")).unwrap();
        assert!(["counter", "gauge"].contains(&kind), "{kind}");
        assert_eq!(kind == "counter", family.ends_with("_total"), "{family}");
        while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let labels = series.strip_prefix(family).unwrap();
            let inside = labels.strip_prefix('{').and_then(|labels| labels.strip_suffix('}'));
            assert!(labels.is_empty() || inside.is_some_and(is_labels), "{line}");
            assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
            assert!(samples.insert(series.to_owned(), value.to_owned()).is_none(), "{line}");
        }
    }
    samples
}

async fn they_count_what_happened(serve: Serve) {
    let place = Place::sqlite();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let putting = checked(r#"{"origins": ["https://one.test"], "methods": ["PUT"]}"#);
    store.publish(me(), "acme", &putting, true).await.unwrap();
    let tried =
        store.publish(me(), "acme", &checked(r#"{"origins": ["https://two.test"]}"#), false).await.unwrap();
    store.shadow(me(), "acme", Some(tried.version)).await.unwrap();
    tenant(&store, "broken", &[ONE]).await;
    store.publish(me(), "broken", &unchecked("{}"), true).await.unwrap();
    let tier = Tier::unlimited().tenant(Budgets::NONE.upgrades(Quota::per_minute(1).burst(1)));
    let node = start(&place, Tiers::none().tier("standard", tier)).await;
    let at = serve(node.tenants());
    let before = read(&node.metrics());
    assert!(before.iter().all(|(series, value)| !series.contains("_total") || value == "0"), "{before:?}");

    for _ in 0..3 {
        get(at, "acme", ONE).await;
    }
    for origin in [TWO, STRANGER] {
        get(at, "acme", origin).await;
    }
    preflight(at, "acme", ONE).await;
    preflight(at, "acme", STRANGER).await;
    send(at, "GET /", &[("host", "acme.api.test")]).await;
    upgrade(at, "acme", ONE).await;
    upgrade(at, "acme", ONE).await;
    upgrade(at, "acme", STRANGER).await;
    get(at, "nobody", ONE).await;
    store.suspend(me(), "broken").await.unwrap();
    node.sync().await.unwrap();

    let after = read(&node.metrics());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    let head = store.head().await.unwrap();
    for (series, expected) in [
        ("cors_requests_total{kind=\"actual\",outcome=\"admitted\"}", "5"),
        ("cors_requests_total{kind=\"actual\",outcome=\"not_cors\"}", "1"),
        ("cors_requests_total{kind=\"preflight\",outcome=\"admitted\"}", "1"),
        ("cors_requests_total{kind=\"preflight\",outcome=\"refused\"}", "1"),
        ("cors_refusals_total{check=\"upgrade\"}", "1"),
        ("cors_refusals_total{check=\"write\"}", "0"),
        ("cors_refusals_total{check=\"limit\"}", "1"),
        ("cors_unknown_tenant_total", "1"),
        ("cors_store_failures_total", "0"),
        ("cors_tenants", "1"),
        ("cors_tenants_rejected", "0"),
        ("cors_ready", "1"),
        ("cors_degraded", "0"),
        ("cors_from_disk", "0"),
        ("cors_sync_refused", "0"),
        ("cors_generation", "2"),
        ("cors_shadow_changes_total{change=\"newly_admitted\"}", "1"),
    ] {
        assert_eq!(after.get(series).map(String::as_str), Some(expected), "{series}: {after:#?}");
    }
    assert_eq!(before["cors_tenants_rejected"], "1");
    assert_eq!(after["cors_revision"], head.revision.to_string());
    let number = |series: &str| after[series].parse::<f64>().unwrap();
    assert!(number("cors_tenants_bytes") > 0.0 && number("cors_snapshot_age_seconds") < 60.0);
    // Requests, the preflight and both handshakes: the limit is on the active version, not on its shadow.
    assert!(number("cors_shadow_changes_total{change=\"newly_refused\"}") >= 4.0, "{after:#?}");
    let reports = store.shadow_reports("acme").await.unwrap();
    assert_eq!((reports.len(), reports[0].version), (1, tried.version));
    assert_eq!(reports[0].counts.newly_admitted, 1);
    assert!(reports[0].counts.samples.contains(TWO), "{}", reports[0].counts.samples);
}
