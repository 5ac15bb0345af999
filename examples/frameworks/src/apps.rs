//! The same application in each framework, with a policy in front.
//!
//! | request | response |
//! | --- | --- |
//! | `GET`, `HEAD`, `PUT`, `POST`, `DELETE`, `PATCH` `/hello` | 200, `hello` |
//! | `OPTIONS /hello` | 200, `allow: GET, HEAD, POST` and a body, because a handler makes it |
//! | `GET /moved` | 307 to `/hello` |
//! | `GET /fail` | 500: a handler returns an error |
//! | `GET /panic` | 500: a handler panics |
//! | `GET /slow` | 504 after [`TIMEOUT`] |
//! | `POST /limited` | 200, or 413 for bodies above [`BODY_LIMIT`] |
//! | `GET /inner` | 200, with CORS headers that a policy has to replace, and two lines of `Vary` |
//! | `GET /stream` | 200, [`CHUNKS`] with pauses between them |
//! | anything else | what the framework makes of it: 404 or 405 |
//!
//! Responses that a handler has made, and not the framework, carry `x-handled: yes`.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use cors_policy::Policy;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, Stream, StreamExt};
use tokio::time::{error::Elapsed, sleep, timeout};

pub mod hyper;
mod listen;
pub mod poem;
pub mod rocket;
pub mod salvo;
pub mod warp;

/// Serves the application with a policy in front, until it is dropped.
pub type Serve = fn(Policy, TcpListener) -> BoxFuture<'static, io::Result<()>>;

/// The application in every framework, by name. Rocket binds the listener's address anew: connections are refused
/// for a moment.
pub const ALL: [(&str, Serve); 5] = [
    ("hyper", |policy, listener| hyper::serve(policy, listener).boxed()),
    ("poem", |policy, listener| poem::serve(policy, listener).boxed()),
    ("rocket", |policy, listener| rocket::serve(policy, listener).boxed()),
    ("salvo", |policy, listener| salvo::serve(policy, listener).boxed()),
    ("warp", |policy, listener| warp::serve(policy, listener).boxed()),
];

/// How long `/slow` may take.
pub const TIMEOUT: Duration = Duration::from_millis(100);

/// How many bytes `/limited` takes.
pub const BODY_LIMIT: u16 = 1024;

/// What `/stream` sends.
pub const CHUNKS: [&str; 3] = ["one\n", "two\n", "three\n"];

/// The CORS headers that `/inner` sets, against every policy's will, and its two lines of `Vary`.
const INNER: [(&str, &str); 5] = [
    ("access-control-allow-origin", "*"),
    ("access-control-allow-credentials", "true"),
    ("access-control-max-age", "86399"),
    ("vary", "accept-encoding"),
    ("vary", "cookie"),
];

/// Takes longer than `/slow` may.
async fn work() {
    sleep(TIMEOUT * 50).await;
}

/// The work, unless it takes too long, for frameworks that have no timeouts of their own.
async fn work_in_time() -> Result<(), Elapsed> {
    timeout(TIMEOUT, work()).await
}

#[expect(clippy::panic, reason = "what `/panic` is there for")]
fn broken() -> &'static str {
    panic!("this handler is broken")
}

fn chunks() -> impl Stream<Item = io::Result<&'static str>> + Send + Sync + 'static {
    stream::iter(CHUNKS).then(async |chunk| {
        sleep(Duration::from_millis(20)).await;
        Ok(chunk)
    })
}
