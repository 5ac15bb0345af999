//! Tests of cors-policy from outside: see the folder `tests`.
