-- Times are milliseconds since 1970 by the clock of this machine. JSON is text: the order of its fields means something.

CREATE TABLE cors_meta (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    schema_version INTEGER NOT NULL,
    -- Another one tells nodes that revisions have started over, as after a backup was restored.
    epoch TEXT NOT NULL CHECK (length(epoch) = 32),
    -- Raised by the first statement of every transaction that writes.
    revision INTEGER NOT NULL DEFAULT 0,
    -- Tombstones up to this revision may be gone: who has not seen it starts over.
    purged_revision INTEGER NOT NULL DEFAULT 0 CHECK (purged_revision <= revision),
    -- A write up to which losing many tenants at once is meant, and the history of the nodes that may lose them.
    confirmed_revision INTEGER NOT NULL DEFAULT 0,
    confirmed_epoch TEXT NOT NULL DEFAULT ''
) STRICT;

INSERT INTO cors_meta (one, schema_version, epoch) VALUES (1, 1, lower(hex(randomblob(16))));

CREATE TABLE cors_tenant (
    -- AUTOINCREMENT: the id of a purged tenant never comes back as somebody else.
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE CHECK (
        length(slug) BETWEEN 1 AND 63 AND slug GLOB '[a-z0-9]*' AND slug NOT GLOB '*[^a-z0-9-]*'
    ),
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'deleted')),
    tier TEXT NOT NULL CHECK (length(tier) BETWEEN 1 AND 63),
    active_version INTEGER,
    shadow_version INTEGER,
    -- The write that put it there: what was counted for an earlier try of the same version is not counted for this one.
    shadow_since INTEGER NOT NULL DEFAULT 0,
    -- What optimistic concurrency compares.
    row_version INTEGER NOT NULL DEFAULT 1,
    changed_revision INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CHECK (state <> 'deleted' OR (active_version IS NULL AND shadow_version IS NULL)),
    FOREIGN KEY (id, active_version) REFERENCES cors_policy_version (tenant_id, version),
    FOREIGN KEY (id, shadow_version) REFERENCES cors_policy_version (tenant_id, version)
) STRICT;

CREATE UNIQUE INDEX cors_tenant_changed ON cors_tenant (changed_revision, id);

-- By what a preflight can show, a tenant is found.
CREATE TABLE cors_tenant_key (
    kind TEXT NOT NULL CHECK (kind IN ('host', 'path', 'query')),
    value TEXT NOT NULL CHECK (length(value) BETWEEN 1 AND 253),
    tenant_id INTEGER NOT NULL REFERENCES cors_tenant (id),
    PRIMARY KEY (kind, value),
    CHECK (kind <> 'host' OR value = lower(value))
) STRICT, WITHOUT ROWID;

CREATE INDEX cors_tenant_key_tenant ON cors_tenant_key (tenant_id);

CREATE TABLE cors_policy_version (
    tenant_id INTEGER NOT NULL REFERENCES cors_tenant (id),
    version INTEGER NOT NULL CHECK (version > 0),
    document TEXT NOT NULL CHECK (length(CAST(document AS BLOB)) <= 65536),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    created_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (tenant_id, version)
) STRICT;

CREATE TRIGGER cors_policy_version_update BEFORE UPDATE ON cors_policy_version
BEGIN
    SELECT RAISE(ABORT, 'versions of a policy are append-only: publish another one');
END;

CREATE TRIGGER cors_policy_version_delete BEFORE DELETE ON cors_policy_version
WHEN (SELECT state FROM cors_tenant WHERE id = OLD.tenant_id) <> 'deleted'
BEGIN
    SELECT RAISE(ABORT, 'versions of a policy are append-only: only those of deleted tenants are purged');
END;

-- INSERT OR REPLACE deletes without the trigger above.
CREATE TRIGGER cors_policy_version_replace BEFORE INSERT ON cors_policy_version
WHEN EXISTS (SELECT 1 FROM cors_policy_version WHERE tenant_id = NEW.tenant_id AND version = NEW.version)
BEGIN
    SELECT RAISE(ABORT, 'versions of a policy are append-only: publish another one');
END;

-- Derived from the documents: who allows this origin?
CREATE TABLE cors_policy_origin (
    tenant_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    pattern TEXT NOT NULL,
    wildcard INTEGER NOT NULL CHECK (wildcard IN (0, 1)),
    PRIMARY KEY (tenant_id, version, pattern),
    FOREIGN KEY (tenant_id, version) REFERENCES cors_policy_version (tenant_id, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX cors_policy_origin_pattern ON cors_policy_origin (pattern) WHERE wildcard = 0;
CREATE INDEX cors_policy_origin_wildcard ON cors_policy_origin (tenant_id, version) WHERE wildcard = 1;

-- By name, not by id: what was done to a tenant outlives it.
CREATE TABLE cors_audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    actor TEXT NOT NULL,
    slug TEXT NOT NULL,
    action TEXT NOT NULL,
    from_version INTEGER,
    to_version INTEGER,
    detail TEXT NOT NULL,
    note TEXT NOT NULL
) STRICT;

CREATE INDEX cors_audit_slug ON cors_audit (slug, id);
CREATE INDEX cors_audit_revision ON cors_audit (revision);

CREATE TRIGGER cors_audit_update BEFORE UPDATE ON cors_audit
BEGIN
    SELECT RAISE(ABORT, 'what was done is not rewritten');
END;

CREATE TABLE cors_node (
    node TEXT PRIMARY KEY CHECK (length(node) BETWEEN 1 AND 253),
    epoch TEXT NOT NULL,
    revision INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    tenants INTEGER NOT NULL,
    rejected TEXT NOT NULL,
    refused TEXT,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cors_shadow_report (
    tenant_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    node TEXT NOT NULL CHECK (length(node) BETWEEN 1 AND 253),
    requests INTEGER NOT NULL,
    newly_refused INTEGER NOT NULL,
    newly_admitted INTEGER NOT NULL,
    other_headers INTEGER NOT NULL,
    samples TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, version, node),
    FOREIGN KEY (tenant_id, version) REFERENCES cors_policy_version (tenant_id, version) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
