-- What a node needs that serves requests: to read, and to report about itself. It never migrates.
GRANT SELECT ON cors_meta, cors_tenant, cors_tenant_key, cors_policy_version, cors_policy_origin, cors_node,
    cors_shadow_report TO cors_serving;
GRANT INSERT, UPDATE ON cors_node, cors_shadow_report TO cors_serving;
GRANT DELETE ON cors_node TO cors_serving;
