//! A CORS policy per tenant.
