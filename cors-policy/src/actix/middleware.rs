//! The middleware: settings.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};

use crate::actix::service::CorsService;
use crate::event::{Event, Writes};
use crate::gate::Gate;
use crate::handshake::Handshake;
use crate::policy::Policy;
use crate::resolve::{Resolve, Target};

/// Serves a policy around an actix-web application or a part of it. See the [module](crate::actix).
#[derive(Clone, Debug)]
#[must_use = "a middleware does nothing until it is put around an application"]
pub struct Cors<P> {
    gate: Gate<P>,
}

impl<P: Resolve> Cors<P> {
    /// Serves a policy, or those that something picks for each request: see [`Resolve`].
    pub fn new(policies: P) -> Self {
        Cors { gate: Gate::new(policies) }
    }

    /// Refuses WebSocket handshakes that the policy does not admit ([`Policy::check_upgrade`](crate::Policy::check_upgrade)). They are answered 403,
    /// with the reason in the header `cors-policy-refusal`.
    ///
    /// ```
    /// # use cors_policy::{Policy, actix::Cors, cors_policy};
    /// use cors_policy::MissingOrigin;
    /// # static API: Policy = cors_policy! { origins: ["https://app.example.com"], credentials: true };
    /// let cors = Cors::new(&API).check_upgrades(MissingOrigin::Deny);
    /// ```
    pub fn check_upgrades(mut self, handshake: impl Into<Handshake>) -> Self {
        self.gate.handshake = Some(handshake.into());
        self
    }

    /// What becomes of writes from pages that the policy does not admit ([`Policy::check_write`](crate::Policy::check_write)). Without this, they
    /// reach the application: CORS keeps no request from arriving.
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

    /// Calls a function with everything that the middleware notices, in the task of the request: for counters.
    pub fn observe(mut self, observer: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Self {
        self.gate.watch.0 = Some(Arc::new(observer));
        self
    }
}

impl<F: Fn(&dyn Target) -> Option<Policy>> Cors<F> {
    /// Serves the policy that a function picks for each request; where it gives `None`, nobody is admitted.
    ///
    /// ```
    /// # use cors_policy::{Policy, cors_policy, actix::Cors};
    /// # static SHOP: Policy = cors_policy! { origins: ["https://shop.example.com"], credentials: true };
    /// # static PUBLIC: Policy = cors_policy! { origins: any };
    /// let cors = Cors::per_request(|target| match target.host()? {
    ///     "api.example.com" => Some(SHOP.clone()),
    ///     "open.example.com" => Some(PUBLIC.clone()),
    ///     _ => None,
    /// });
    /// ```
    pub fn per_request(pick: F) -> Self {
        Cors::new(pick)
    }
}

impl<S, B, P> Transform<S, ServiceRequest> for Cors<P>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
    P: Resolve + Clone,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = CorsService<S, P>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(CorsService::new(service, self.gate.clone())))
    }
}
