//! Examples of cors-policy: see the folder `examples`.
