-- Times are milliseconds since 1970 by the clock of this server. JSON is text: the order of its fields means something.

CREATE TABLE cors_meta (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    schema_version BIGINT NOT NULL,
    -- Another one tells nodes that revisions have started over, as after a backup was restored.
    epoch TEXT NOT NULL CHECK (length(epoch) = 32),
    -- Raised by the first statement of every transaction that writes: the row is locked until it commits, so revisions
    -- become visible in their order.
    revision BIGINT NOT NULL DEFAULT 0,
    -- Tombstones up to this revision may be gone: who has not seen it starts over.
    purged_revision BIGINT NOT NULL DEFAULT 0 CHECK (purged_revision <= revision),
    -- A write up to which losing many tenants at once is meant, and the history of the nodes that may lose them.
    confirmed_revision BIGINT NOT NULL DEFAULT 0,
    confirmed_epoch TEXT NOT NULL DEFAULT ''
);

INSERT INTO cors_meta (one, schema_version, epoch) VALUES (1, 1, replace(gen_random_uuid()::text, '-', ''));

CREATE FUNCTION cors_meta_notify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('cors_policy', NEW.revision::text);
    RETURN NULL;
END
$$;

CREATE TRIGGER cors_meta_notify AFTER UPDATE OF revision, epoch ON cors_meta
FOR EACH ROW EXECUTE FUNCTION cors_meta_notify();

CREATE TABLE cors_tenant (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'deleted')),
    tier TEXT NOT NULL CHECK (length(tier) BETWEEN 1 AND 63),
    active_version BIGINT,
    shadow_version BIGINT,
    -- The write that put it there: what was counted for an earlier try of the same version is not counted for this one.
    shadow_since BIGINT NOT NULL DEFAULT 0,
    -- What optimistic concurrency compares.
    row_version BIGINT NOT NULL DEFAULT 1,
    changed_revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CHECK (state <> 'deleted' OR (active_version IS NULL AND shadow_version IS NULL))
);

CREATE UNIQUE INDEX cors_tenant_changed ON cors_tenant (changed_revision, id);

-- By what a preflight can show, a tenant is found.
CREATE TABLE cors_tenant_key (
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('host', 'path', 'query')),
    value TEXT COLLATE "C" NOT NULL CHECK (length(value) BETWEEN 1 AND 253),
    tenant_id BIGINT NOT NULL REFERENCES cors_tenant (id),
    PRIMARY KEY (kind, value),
    CHECK (kind <> 'host' OR value = lower(value))
);

CREATE INDEX cors_tenant_key_tenant ON cors_tenant_key (tenant_id);

CREATE TABLE cors_policy_version (
    tenant_id BIGINT NOT NULL REFERENCES cors_tenant (id),
    version BIGINT NOT NULL CHECK (version > 0),
    document TEXT NOT NULL CHECK (octet_length(document) <= 65536),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    created_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (tenant_id, version)
);

-- A pointer can never dangle.
ALTER TABLE cors_tenant
    ADD FOREIGN KEY (id, active_version) REFERENCES cors_policy_version (tenant_id, version),
    ADD FOREIGN KEY (id, shadow_version) REFERENCES cors_policy_version (tenant_id, version);

CREATE FUNCTION cors_policy_version_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF (SELECT state FROM cors_tenant WHERE id = OLD.tenant_id) = 'deleted' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'versions of a policy are append-only: only those of deleted tenants are purged';
    END IF;
    RAISE EXCEPTION 'versions of a policy are append-only: publish another one';
END
$$;

CREATE TRIGGER cors_policy_version_keep BEFORE UPDATE OR DELETE ON cors_policy_version
FOR EACH ROW EXECUTE FUNCTION cors_policy_version_keep();

CREATE TRIGGER cors_policy_version_truncate BEFORE TRUNCATE ON cors_policy_version
FOR EACH STATEMENT EXECUTE FUNCTION cors_policy_version_keep();

-- Derived from the documents: who allows this origin?
CREATE TABLE cors_policy_origin (
    tenant_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    pattern TEXT COLLATE "C" NOT NULL,
    wildcard BIGINT NOT NULL CHECK (wildcard IN (0, 1)),
    PRIMARY KEY (tenant_id, version, pattern),
    FOREIGN KEY (tenant_id, version) REFERENCES cors_policy_version (tenant_id, version)
);

CREATE INDEX cors_policy_origin_pattern ON cors_policy_origin (pattern) WHERE wildcard = 0;
CREATE INDEX cors_policy_origin_wildcard ON cors_policy_origin (tenant_id, version) WHERE wildcard = 1;

-- By name, not by id: what was done to a tenant outlives it.
CREATE TABLE cors_audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    actor TEXT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL,
    action TEXT NOT NULL,
    from_version BIGINT,
    to_version BIGINT,
    detail TEXT NOT NULL,
    note TEXT NOT NULL
);

CREATE INDEX cors_audit_slug ON cors_audit (slug, id);
CREATE INDEX cors_audit_revision ON cors_audit (revision);

CREATE FUNCTION cors_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was done is not rewritten';
END
$$;

CREATE TRIGGER cors_audit_update BEFORE UPDATE ON cors_audit
FOR EACH ROW EXECUTE FUNCTION cors_audit_keep();

CREATE TABLE cors_node (
    node TEXT COLLATE "C" PRIMARY KEY CHECK (length(node) BETWEEN 1 AND 253),
    epoch TEXT NOT NULL,
    revision BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    tenants BIGINT NOT NULL,
    rejected TEXT NOT NULL,
    refused TEXT,
    seen_at BIGINT NOT NULL
);

CREATE TABLE cors_shadow_report (
    tenant_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    node TEXT COLLATE "C" NOT NULL CHECK (length(node) BETWEEN 1 AND 253),
    requests BIGINT NOT NULL,
    newly_refused BIGINT NOT NULL,
    newly_admitted BIGINT NOT NULL,
    other_headers BIGINT NOT NULL,
    samples TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, version, node),
    FOREIGN KEY (tenant_id, version) REFERENCES cors_policy_version (tenant_id, version) ON DELETE CASCADE
);
