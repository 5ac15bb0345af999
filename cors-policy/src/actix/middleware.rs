//! The middleware: settings.

use std::future::{Ready, ready};

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};

use crate::actix::service::CorsService;
use crate::gate::{Gate, settings};
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

    settings!();
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
