//! What the service and its command line have in common.

use cors_policy_tenants::{Ceiling, cors_ceiling};

/// The most that a customer may ask for, whatever stands in the database.
pub(crate) static CEILING: Ceiling = cors_ceiling! {
    credentials: true,
    methods: [PUT, DELETE],
    request_headers: ["authorization", "content-type"],
    expose_headers: ["etag"],
    max_age: "2h",
    exact_origins: 20,
    wildcard_origins: 2,
    profiles: {
        standard: { methods: [PUT, DELETE], request_headers: ["content-type"], expose_headers: ["etag"], max_age: "10m" },
        readonly: {},
    },
};
