//! Applications, one for each adapter, with the same routes.
