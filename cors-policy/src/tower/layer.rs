//! The layer: settings.

use tower_layer::Layer;

use crate::gate::{Gate, settings};
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

    settings!();

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
