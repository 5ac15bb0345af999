//! The layer: settings.

use std::sync::Arc;

use tower_layer::Layer;

use crate::event::{Event, Writes};
use crate::gate::Gate;
use crate::handshake::Handshake;
use crate::policy::Policy;
use crate::resolve::{Resolve, Target};
use crate::tower::body::{AnyBody, DefaultBody, EmptyBody};
use crate::tower::deferred::DeferredCors;
use crate::tower::prepared::Prepared;
use crate::tower::service::Cors;

/// Serves a policy around a tower service. See the [module](crate::tower).
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is put around an application"]
pub struct CorsLayer<P, M = DefaultBody> {
    gate: Gate<P>,
    prepared: Option<Prepared>,
    bodies: M,
}

impl<P: Resolve> CorsLayer<P> {
    /// Serves a policy, or those that something picks for each request: see [`Resolve`].
    pub fn new(policies: P) -> Self {
        let prepared = policies.fixed().map(Prepared::new);
        CorsLayer { gate: Gate::new(policies), prepared, bodies: DefaultBody }
    }
}

impl<F: Fn(&dyn Target) -> Option<Policy>> CorsLayer<F> {
    /// Serves the policy that a function picks for each request; where it gives `None`, nobody is admitted.
    ///
    /// ```
    /// # use cors_policy::{Policy, cors_policy, tower::CorsLayer};
    /// # static SHOP: Policy = cors_policy! { origins: ["https://shop.example.com"], credentials: true };
    /// # static PUBLIC: Policy = cors_policy! { origins: any };
    /// let cors = CorsLayer::per_request(|target| match target.host()? {
    ///     "api.example.com" => Some(SHOP.clone()),
    ///     "open.example.com" => Some(PUBLIC.clone()),
    ///     _ => None,
    /// });
    /// ```
    pub fn per_request(pick: F) -> Self {
        CorsLayer::new(pick)
    }
}

impl<P, M> CorsLayer<P, M> {
    /// Puts the policy around a finished application. What comes out is a service, to which no route and no layer
    /// can be added by accident.
    ///
    /// ```
    /// # async fn serve(listener: tokio::net::TcpListener) -> std::io::Result<()> {
    /// use axum::{Router, routing::get};
    /// use cors_policy::tower::CorsLayer;
    /// use cors_policy::{Policy, cors_policy};
    ///
    /// static API: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
    ///
    /// let router = Router::new().route("/", get(|| async { "hello" }));
    /// axum::serve(listener, CorsLayer::new(&API).wrap(router).into_make_service()).await
    /// # }
    /// ```
    pub fn wrap<S>(self, application: S) -> Cors<S, P, M> {
        Cors::new(application, self.gate, self.prepared, self.bodies)
    }

    /// Refuses WebSocket and WebTransport handshakes that the policy does not admit
    /// ([`Policy::check_upgrade`](crate::Policy::check_upgrade)): HTTP/1.1 upgrades, and every `CONNECT` that has a
    /// path, as extended ones do. They are answered 403, with the reason in the header `cors-policy-refusal` and, as a
    /// [`Refusal`](crate::Refusal), in the extensions of the response.
    ///
    /// ```
    /// # use cors_policy::{Policy, cors_policy, tower::CorsLayer};
    /// use cors_policy::MissingOrigin;
    /// # static API: Policy = cors_policy! { origins: ["https://app.example.com"], credentials: true };
    /// let layer = CorsLayer::new(&API).check_upgrades(MissingOrigin::Deny);
    /// ```
    pub fn check_upgrades(mut self, handshake: impl Into<Handshake>) -> Self {
        self.gate.handshake = Some(handshake.into());
        self
    }

    /// What becomes of writes from pages that the policy does not admit
    /// ([`Policy::check_write`](crate::Policy::check_write)). Without this, they reach the application: CORS keeps no
    /// request from arriving. Those that are refused are answered as refused handshakes are.
    pub fn check_writes(mut self, writes: Writes) -> Self {
        self.gate.writes = writes;
        self
    }

    /// A second policy in the shadow of the first: where the two would answer a request differently, that is told
    /// ([`Event::CandidateDiffers`]), and the first answers. The second must not panic: it is asked in the request's task.
    pub fn candidate(mut self, policies: impl Resolve + Send + Sync + 'static) -> Self {
        self.gate.candidate = Some(Arc::new(policies));
        self
    }

    /// Calls a function with everything that the layer notices, in the task of the request: for counters.
    ///
    /// ```
    /// # use cors_policy::{Policy, cors_policy, tower::CorsLayer};
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use cors_policy::{Event, Outcome};
    ///
    /// static REFUSED: AtomicU64 = AtomicU64::new(0);
    /// # static API: Policy = cors_policy! { origins: ["https://app.example.com"] };
    ///
    /// let layer = CorsLayer::new(&API).observe(|event| {
    ///     if let Event::Decided(seen) = event && seen.verdict().outcome() == Outcome::Refused {
    ///         REFUSED.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// });
    /// ```
    pub fn observe(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.gate.watch.0 = Some(Arc::new(observer));
        self
    }

    /// Makes the bodies of the layer's own answers by a function: for applications whose body type is without
    /// `Default`.
    pub fn empty_body<F>(self, empty: F) -> CorsLayer<P, EmptyBody<F>> {
        self.bodies(EmptyBody(empty))
    }

    /// Serves applications of any body type, by a [`MaybeBody`](crate::tower::MaybeBody) around it.
    pub fn any_body(self) -> CorsLayer<P, AnyBody> {
        self.bodies(AnyBody)
    }

    /// Makes the bodies of the layer's own answers in a way of your own: with the reason of a 403, say.
    pub fn bodies<N>(self, bodies: N) -> CorsLayer<P, N> {
        CorsLayer { gate: self.gate, prepared: self.prepared, bodies }
    }

    /// Answers preflights also while the application is not ready, because it limits concurrency, say. For all other
    /// requests a clone of the application is made, and waited for in the response future: callers no longer feel
    /// that the application is busy. The last call of all: what comes out has no settings.
    pub fn answer_before_ready(self) -> DeferredCors<P, M> {
        DeferredCors(self)
    }
}

impl<S, P: Clone, M: Clone> Layer<S> for CorsLayer<P, M> {
    type Service = Cors<S, P, M>;

    fn layer(&self, inner: S) -> Self::Service {
        self.clone().wrap(inner)
    }
}
