//! A guard at the application's door, for development.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::Request;
use tower_layer::Layer;
use tower_service::Service;

use crate::event::{Event, Misplacement};
use crate::gate::Watch;
use crate::policy::Policy;
use crate::verdict::Kind;

/// A layer for the innermost place, next to the handlers: in builds with debug assertions it tells of preflights that
/// come through ([`Misplacement::PreflightReachedApplication`]), because no CORS layer covers the route. Otherwise it
/// does nothing.
#[derive(Clone, Debug, Default)]
pub struct Sentinel {
    watch: Watch,
}

impl Sentinel {
    /// Tells by events of the crate `tracing`, where that feature is on.
    #[must_use]
    pub fn new() -> Self {
        Sentinel::default()
    }

    /// Calls a function, too.
    #[must_use]
    pub fn observe(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.watch.0 = Some(Arc::new(observer));
        self
    }
}

impl<S> Layer<S> for Sentinel {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Guarded { inner, watch: self.watch.clone() }
    }
}

/// A service behind a [`Sentinel`].
#[derive(Clone, Debug)]
pub struct Guarded<S> {
    inner: S,
    watch: Watch,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for Guarded<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if cfg!(debug_assertions) {
            let nobody = Policy::nobody();
            let verdict = nobody.decide(request.method().as_str().as_bytes(), request.headers());
            if verdict.kind() == Kind::Preflight {
                self.watch.tell(&Event::Misplaced(&nobody, Misplacement::PreflightReachedApplication));
            }
        }
        self.inner.call(request)
    }
}
