//! The service: a request comes in.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use tower_service::Service;

use crate::decision::{Actual, Decision};
use crate::event::{Limited, Refusal, Seen};
use crate::gate::{Gate, REFUSAL, exposing};
use crate::resolve::Resolve;
use crate::tower::body::{Bodies, DefaultBody};
use crate::tower::future::{ResponseFuture, Step};
use crate::tower::prepared::Prepared;
use crate::verdict::{Action, Kind};

/// An application with its policy around it. Made by [`CorsLayer`](crate::tower::CorsLayer); its type is, say,
/// `Cors<Router, &'static Policy>`.
#[derive(Clone, Debug)]
pub struct Cors<S, P, M = DefaultBody> {
    inner: S,
    gate: Gate<P>,
    prepared: Option<Prepared>,
    bodies: M,
}

impl<S, P, M> Cors<S, P, M> {
    pub(crate) fn new(inner: S, gate: Gate<P>, prepared: Option<Prepared>, bodies: M) -> Self {
        Cors { inner, gate, prepared, bodies }
    }

    /// A service that gives a clone of this one to each connection, as `axum::serve` wants it. Handlers that ask for the
    /// peer's address need `axum::ServiceExt::<Request>::into_make_service_with_connect_info::<SocketAddr>(cors)` instead.
    pub fn into_make_service(self) -> MakeCors<Self> {
        MakeCors(self)
    }
}

impl<S, P, M, ReqBody, ResBody> Service<Request<ReqBody>> for Cors<S, P, M>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    P: Resolve,
    M: Bodies<ResBody> + Clone,
{
    type Response = Response<M::Body>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, M>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let policy = self.gate.policy(&request);
        let judged = policy.judge(request.method(), request.headers());
        let (verdict, _) = judged;
        let method = request.method().as_str().as_bytes();
        let seen = Seen { policy: &policy, verdict, method, request: request.headers(), target: &request };
        let refusal = self.gate.refusal(seen);
        let step = match (refusal, verdict.action()) {
            (None, Action::Continue) => {
                let actual = Actual::new(policy, judged);
                Step::Call { future: self.inner.call(request), actual }
            }
            (refusal, _) => {
                let decision = policy.decision(judged, request.headers());
                let prepared = self.prepared.as_ref().and_then(|prepared| prepared.headers(&decision));
                answer(&decision, prepared, refusal)
            }
        };
        ResponseFuture::new(step, self.bodies.clone(), self.gate.watch.clone())
    }
}

/// Answers without the application: a preflight, 403, or 429.
fn answer<F>(decision: &Decision, prepared: Option<HeaderMap>, refusal: Option<Refusal>) -> Step<F> {
    let mut headers = prepared.unwrap_or_else(|| {
        let mut headers = HeaderMap::new();
        decision.apply(&mut headers);
        headers
    });
    if let Some(refusal) = refusal {
        headers.insert(HeaderName::from_static(REFUSAL), HeaderValue::from_static(refusal.word()));
        // Some caches keep what is 403.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(Refusal::Limit(limited)) = refusal {
        tell_when_to_retry(limited, decision.verdict().kind(), &mut headers);
    }
    let status = refusal.map(Refusal::status).or(decision.status()).unwrap_or(StatusCode::FORBIDDEN);
    Step::Answer { status, headers, refusal }
}

/// To the page, too, if it may read the response.
fn tell_when_to_retry(limited: Limited, kind: Kind, headers: &mut HeaderMap) {
    headers.insert(RETRY_AFTER, HeaderValue::from(limited.retry_after()));
    if kind == Kind::Preflight || !headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN) {
        return;
    }
    let exposed = headers.get(ACCESS_CONTROL_EXPOSE_HEADERS).map(HeaderValue::as_bytes);
    let exposed = exposing(RETRY_AFTER.as_str(), exposed).and_then(|names| HeaderValue::try_from(names).ok());
    exposed.map(|names| headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, names));
}

/// Gives a clone of a service to each connection.
#[derive(Clone, Debug)]
pub struct MakeCors<S>(pub(crate) S);

impl<S: Clone, T> Service<T> for MakeCors<S> {
    type Response = S;
    type Error = Infallible;
    type Future = Ready<Result<S, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: T) -> Self::Future {
        ready(Ok(self.0.clone()))
    }
}
