//! Hints that a store may have changed. They make nodes faster, and nothing rests on them.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::AbortHandle;

use super::Store;
use super::backend::Address;
#[cfg(feature = "postgres")]
use super::backend::Backend;

/// Tells when a store may have changed: PostgreSQL does, SQLite does not.
///
/// A hint may be missing, come twice, or come without a change. Whoever waits for one also looks every few seconds.
#[derive(Debug)]
pub struct Hints {
    hint: Arc<Notify>,
    listener: Option<AbortHandle>,
}

impl Store {
    /// Begins to listen, on a connection of its own, until what is returned is dropped. A lost connection is made anew,
    /// which is a hint too. Needs a runtime of tokio.
    #[must_use]
    pub fn hints(&self) -> Hints {
        let hint = Arc::new(Notify::new());
        let listener = listen(&self.address, &hint);
        Hints { hint, listener }
    }
}

#[cfg(feature = "postgres")]
fn listen(address: &Address, hint: &Arc<Notify>) -> Option<AbortHandle> {
    match address.backend {
        Backend::Sqlite => None,
        Backend::Postgres => {
            let listening = listener::listen_forever(address.url.clone(), hint.clone());
            Some(tokio::spawn(listening).abort_handle())
        }
    }
}

#[cfg(not(feature = "postgres"))]
fn listen(_: &Address, _: &Arc<Notify>) -> Option<AbortHandle> {
    None
}

impl Hints {
    /// Waits until something may have changed; hints that come together are one. Can be cancelled without losing any.
    pub async fn next(&mut self) {
        self.hint.notified().await;
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        if let Some(listener) = &self.listener {
            listener.abort();
        }
    }
}

#[cfg(feature = "postgres")]
mod listener {
    use std::hash::{BuildHasher as _, RandomState};
    use std::sync::Arc;
    use std::time::Duration;

    use sqlx::postgres::PgListener;
    use tokio::sync::Notify;
    use tokio::time::{sleep, timeout};

    /// A connection that is silent for this long is asked whether it is still there: one whose other end is gone says
    /// nothing, and sqlx cannot ask for TCP keepalives.
    const SILENCE: Duration = Duration::from_secs(30);
    const ANSWER: Duration = Duration::from_secs(5);
    const FIRST_PAUSE: Duration = Duration::from_millis(100);
    const LONGEST_PAUSE: Duration = Duration::from_secs(10);

    pub(super) async fn listen_forever(url: Arc<str>, hint: Arc<Notify>) {
        let mut pause = FIRST_PAUSE;
        loop {
            if let Ok(Ok(listener)) = timeout(ANSWER, connect(&url)).await {
                pause = FIRST_PAUSE;
                // What happened while nobody listened is not told again.
                hint.notify_one();
                listen(listener, &hint).await;
                hint.notify_one();
            }
            sleep(jittered(pause)).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    async fn connect(url: &str) -> Result<PgListener, sqlx::Error> {
        let mut listener = PgListener::connect(url).await?;
        listener.listen("cors_policy").await?;
        Ok(listener)
    }

    /// Returns when the connection cannot be used any more.
    async fn listen(mut listener: PgListener, hint: &Notify) {
        loop {
            match timeout(SILENCE, listener.try_recv()).await {
                // `None`: the connection was lost, and is there again.
                Ok(Ok(Some(_) | None)) => hint.notify_one(),
                Ok(Err(_)) => return,
                Err(_) => {
                    let alive = timeout(ANSWER, sqlx::query("SELECT 1").execute(&mut listener)).await;
                    if !matches!(alive, Ok(Ok(_))) {
                        return;
                    }
                }
            }
        }
    }

    /// Half of the pause to all of it: nodes that lost the same server do not come back at once.
    fn jittered(pause: Duration) -> Duration {
        let random = RandomState::new().hash_one(0_u8);
        let share = u32::try_from(random % 512).unwrap_or_default();
        pause / 2 + pause * share / 1024
    }
}
