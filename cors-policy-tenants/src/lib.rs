//! A CORS policy per tenant.

#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub mod store;
