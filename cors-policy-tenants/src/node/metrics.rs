//! The text format of Prometheus
//! ([exposition formats](https://prometheus.io/docs/instrumenting/exposition_formats/)).

use std::fmt::{Display, Write};

use crate::counters::{Counted, Counters};
use crate::node::health::{Health, Served};

/// The counters and gauges of a node. None has a label whose values requests choose.
pub(crate) fn render(health: &Health, counters: &Counters) -> String {
    let mut text = String::new();
    counter(
        &mut text,
        "cors_requests_total",
        "Requests that were decided.",
        &[
            ("kind=\"preflight\",outcome=\"admitted\"", counters.sum(Counted::PreflightAdmitted)),
            ("kind=\"preflight\",outcome=\"refused\"", counters.sum(Counted::PreflightRefused)),
            ("kind=\"actual\",outcome=\"admitted\"", counters.sum(Counted::ActualAdmitted)),
            ("kind=\"actual\",outcome=\"refused\"", counters.sum(Counted::ActualRefused)),
            ("kind=\"actual\",outcome=\"same_origin\"", counters.sum(Counted::SameOrigin)),
            ("kind=\"actual\",outcome=\"not_cors\"", counters.sum(Counted::NotCors)),
        ],
    );
    counter(
        &mut text,
        "cors_refusals_total",
        "Requests that were refused beyond CORS.",
        &[
            ("check=\"upgrade\"", counters.sum(Counted::UpgradeRefused)),
            ("check=\"write\"", counters.sum(Counted::WriteRefused)),
            ("check=\"limit\"", counters.sum(Counted::Limited)),
        ],
    );
    counter(
        &mut text,
        "cors_shadow_changes_total",
        "Requests that a version in the shadow decides differently.",
        &[
            ("change=\"newly_refused\"", counters.sum(Counted::ShadowRefuses)),
            ("change=\"newly_admitted\"", counters.sum(Counted::ShadowAdmits)),
            ("change=\"headers\"", counters.sum(Counted::ShadowHeaders)),
        ],
    );
    counter(
        &mut text,
        "cors_unknown_tenant_total",
        "Requests without a tenant.",
        &[("", counters.sum(Counted::UnknownTenant))],
    );
    counter(
        &mut text,
        "cors_store_failures_total",
        "How often the store could not be asked.",
        &[("", health.failures)],
    );
    counter(
        &mut text,
        "cors_snapshot_write_failures_total",
        "How often a snapshot could not be written to the disk.",
        &[("", health.disk_failures)],
    );
    gauge(&mut text, "cors_tenants", "Tenants that are served.", health.tenants);
    gauge(&mut text, "cors_tenants_bytes", "What they take in memory.", health.bytes);
    gauge(
        &mut text,
        "cors_tenants_rejected",
        "Tenants whose newest document is not served.",
        health.rejected.len(),
    );
    gauge(
        &mut text,
        "cors_tenants_unknown_tier",
        "Tenants whose tier has no name on this node.",
        health.unknown_tier,
    );
    gauge(&mut text, "cors_revision", "The revision of the store that is served.", health.revision);
    gauge(&mut text, "cors_generation", "Snapshots since the start.", health.generation);
    gauge(
        &mut text,
        "cors_from_disk",
        "Whether what is served comes from the disk.",
        flag(health.served == Served::Disk),
    );
    gauge(&mut text, "cors_ready", "Whether tenants are served.", flag(health.ready));
    gauge(&mut text, "cors_degraded", "Whether something is wrong.", flag(health.degraded));
    gauge(
        &mut text,
        "cors_sync_refused",
        "Whether a change waits for confirmation.",
        flag(health.refused.is_some()),
    );
    if let Some(age) = health.age {
        gauge(
            &mut text,
            "cors_snapshot_age_seconds",
            "Since the store had nothing newer.",
            age.as_secs_f64(),
        );
    }
    text
}

fn flag(yes: bool) -> u8 {
    u8::from(yes)
}

fn head(text: &mut String, name: &str, help: &str, kind: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn counter(text: &mut String, name: &str, help: &str, values: &[(&str, u64)]) {
    head(text, name, help, "counter");
    for (labels, value) in values {
        let _ = match *labels {
            "" => writeln!(text, "{name} {value}"),
            labels => writeln!(text, "{name}{{{labels}}} {value}"),
        };
    }
}

fn gauge(text: &mut String, name: &str, help: &str, value: impl Display) {
    head(text, name, help, "gauge");
    let _ = writeln!(text, "{name} {value}");
}
