//! What the tests of tenants share.
