//! A CORS policy per tenant.
#![forbid(unsafe_code)]
