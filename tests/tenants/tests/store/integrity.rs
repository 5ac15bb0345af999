//! What the database itself refuses, and what a reader notices.

use cors_policy_tenants::store::{Cursor, StoreError};
use cors_policy_tenants_tests::{Kind, Place, on_both};
use sqlx::{AnyPool, Executor as _, query};

use crate::{me, publish};

on_both!(
    versions_are_append_only,
    pointers_do_not_dangle,
    what_is_no_tenant_is_refused,
    the_audit_is_not_rewritten,
    a_document_that_was_changed_costs_only_its_tenant,
);

async fn refused(raw: &AnyPool, statement: &str, because: &str) {
    let Err(error) = raw.execute(statement).await else { panic!("accepted: {statement}") };
    let error = error.to_string();
    assert!(error.to_lowercase().contains(because), "{statement}: {error}");
}

async fn versions_are_append_only(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    let raw = place.raw().await;
    for statement in [
        "UPDATE cors_policy_version SET document = '{}'",
        "UPDATE cors_policy_version SET note = 'harmless'",
        "DELETE FROM cors_policy_version",
    ] {
        refused(&raw, statement, "append-only").await;
    }
    match place.kind {
        Kind::Sqlite => {
            let replace = "INSERT OR REPLACE INTO cors_policy_version \
                           SELECT tenant_id, version, '{}', sha256, 0, actor, note FROM cors_policy_version";
            refused(&raw, replace, "append-only").await;
        }
        Kind::Postgres => refused(&raw, "TRUNCATE cors_policy_version CASCADE", "append-only").await,
    }
    assert_eq!(store.document("acme", 1).await.unwrap(), crate::allowing("https://one.test").text());
}

async fn pointers_do_not_dangle(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    // Another tenant's version 1 is none of this one.
    store.create_tenant(me(), "globex", "standard").await.unwrap();
    let raw = place.raw().await;
    for statement in [
        "UPDATE cors_tenant SET active_version = 2 WHERE slug = 'acme'",
        "UPDATE cors_tenant SET shadow_version = 1 WHERE slug = 'globex'",
        "DELETE FROM cors_tenant WHERE slug = 'acme'",
        "INSERT INTO cors_tenant_key (kind, value, tenant_id) VALUES ('path', 'x', 1000)",
    ] {
        refused(&raw, statement, "foreign key").await;
    }
}

async fn what_is_no_tenant_is_refused(place: Place) {
    place.store().await;
    let raw = place.raw().await;
    for slug in ["", "-a", "A", "a_b", "ä", "a.b", &"a".repeat(64)] {
        let insert = format!(
            "INSERT INTO cors_tenant (slug, tier, changed_revision, created_at, changed_at) \
             VALUES ('{slug}', 'x', 1, 0, 0)"
        );
        refused(&raw, &insert, "check").await;
    }
    let tenant = "INSERT INTO cors_tenant (slug, tier, changed_revision, created_at, changed_at) \
                  VALUES ('a', 'x', 1, 0, 0)";
    raw.execute(tenant).await.unwrap();
    for statement in [
        "INSERT INTO cors_tenant_key (kind, value, tenant_id) VALUES ('host', 'A.test', 1)",
        "INSERT INTO cors_tenant_key (kind, value, tenant_id) VALUES ('cookie', 'a', 1)",
        "INSERT INTO cors_tenant_key (kind, value, tenant_id) VALUES ('path', '', 1)",
        "UPDATE cors_tenant SET state = 'paused'",
        "INSERT INTO cors_meta (one, schema_version, epoch) VALUES (2, 1, '0123456789abcdef0123456789abcdef')",
    ] {
        refused(&raw, statement, "check").await;
    }
    let long = format!("INSERT INTO cors_tenant_key VALUES ('host', '{}', 1)", "a".repeat(254));
    refused(&raw, &long, "check").await;
}

async fn the_audit_is_not_rewritten(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    refused(&place.raw().await, "UPDATE cors_audit SET actor = 'nobody'", "not rewritten").await;
}

async fn a_document_that_was_changed_costs_only_its_tenant(place: Place) {
    let store = place.store().await;
    for slug in ["before", "broken", "after"] {
        publish(&store, slug, &format!("https://{slug}.test")).await;
    }
    let raw = place.raw().await;
    let text = match place.kind {
        Kind::Sqlite => {
            raw.execute("DROP TRIGGER cors_policy_version_update").await.unwrap();
            // Not even UTF-8, which SQLite does not mind.
            "CAST(x'7bff7d' AS TEXT)"
        }
        Kind::Postgres => {
            let trigger = "ALTER TABLE cors_policy_version DISABLE TRIGGER cors_policy_version_keep";
            raw.execute(trigger).await.unwrap();
            "'{}'"
        }
    };
    let change = format!(
        "UPDATE cors_policy_version SET document = {text} \
         WHERE tenant_id = (SELECT id FROM cors_tenant WHERE slug = 'broken')"
    );
    assert_eq!(query(&change).execute(&raw).await.unwrap().rows_affected(), 1);

    let page = store.changes(Cursor::START, 10).await.unwrap();
    for row in page.rows {
        let document = row.active.unwrap().document;
        assert_eq!(document.is_err(), row.slug == "broken", "{document:?}");
    }
    let error = store.document("broken", 1).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { version: 1, .. }), "{error}");
    assert!(error.to_string().contains("something changed it in the database"), "{error}");
}
