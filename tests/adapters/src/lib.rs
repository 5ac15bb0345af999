//! Applications, one for each adapter, with the same routes, and a client: what the suites in `tests` run over sockets.
//!
//! | route | answer |
//! | --- | --- |
//! | `/hello` | 200 `hello`, whatever the method; to `OPTIONS` with `allow` |
//! | `/moved` | 307 to `/hello` |
//! | `/fail` | 500, by the framework's way for errors |
//! | `/panic` | a handler that panics |
//! | `/slow` | 504 after 100 ms |
//! | `POST /limited` | 200, or 413 for more than 1 KiB |
//! | `/inner` | CORS headers and two lines of `Vary` of its own |
//! | `/gzip` | a text that is compressed for who accepts that |
//! | `/stream` | a body of several chunks |
//! | `/socket` | 101 to an upgrade, 200 to an extended CONNECT |
//! | others | the framework's 404 |
//!
//! What a handler made says `x-handled: yes`.

pub mod actix;
pub mod axum;
pub mod chunks;
pub mod client;
pub mod hyper;
pub mod judged;
pub mod log;
pub mod setup;
pub mod table;

/// What `/stream` streams.
pub const CHUNKS: [&str; 3] = ["one\n", "two\n", "three\n"];

/// The header of what a handler made.
pub const HANDLED: &str = "x-handled";

/// What `/inner` sets.
pub const INNER: [(&str, &str); 5] = [
    ("access-control-allow-origin", "*"),
    ("access-control-allow-credentials", "true"),
    ("access-control-max-age", "86399"),
    ("vary", "accept-encoding"),
    ("vary", "cookie"),
];

/// What `/gzip` says: long enough that compressing it is worth while.
#[must_use]
pub fn long_text() -> String {
    "much the same, over and over. ".repeat(100)
}
