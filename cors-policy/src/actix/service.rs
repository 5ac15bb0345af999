//! The service: a request comes in, a response leaves.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, HeaderMap, HeaderName,
    HeaderValue, RETRY_AFTER,
};
use actix_web::{Error, HttpResponse};
use pin_project_lite::pin_project;

use crate::actix::answered::Answered;
use crate::actix::prepared::Prepared;
use crate::event::{Limited, Refusal, Seen};
use crate::gate::{Gate, REFUSAL, Watch, exposing};
use crate::resolve::Resolve;
use crate::verdict::{Action, Kind};

/// An application with its policy around it. Made by [`Cors`](crate::actix::Cors).
#[derive(Debug)]
pub struct CorsService<S, P> {
    service: S,
    gate: Gate<P>,
    prepared: Option<Prepared>,
}

impl<S, P: Resolve> CorsService<S, P> {
    pub(super) fn new(service: S, gate: Gate<P>) -> Self {
        let prepared = gate.fixed().map(Prepared::new);
        CorsService { service, gate, prepared }
    }
}

impl<S, B, P> Service<ServiceRequest> for CorsService<S, P>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
    P: Resolve,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = ResponseFuture<S::Future, B>;

    actix_web::dev::forward_ready!(service);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let policy = self.gate.policy(&request);
        let answered = Answered::new(policy, self.prepared.clone(), request.method(), request.headers());
        let (policy, verdict) = (answered.policy(), answered.verdict());
        let method = request.method().as_str().as_bytes();
        let seen = Seen { policy, verdict, method, request: request.headers(), target: &request };
        let refusal = self.gate.refusal(seen);
        let answer = match (refusal, verdict.action()) {
            (Some(refusal), _) => Some(refused(refusal)),
            (None, Action::Answer(status)) => StatusCode::from_u16(status).ok().map(HttpResponse::new),
            (None, Action::Continue) => None,
        };
        let step = match answer {
            Some(mut response) => {
                answered.apply(response.headers_mut());
                answered.repeat_lists(request.headers(), response.headers_mut());
                if let Some(Refusal::Limit(limited)) = refusal {
                    tell_when_to_retry(limited, answered.verdict().kind(), response.headers_mut());
                }
                Step::Answer { response: Some(request.into_response(response).map_into_right_body()) }
            }
            None => Step::Call {
                future: self.service.call(request),
                answered: Some(answered),
                watch: self.gate.watch.clone(),
            },
        };
        ResponseFuture { step }
    }
}

fn refused(refusal: Refusal) -> HttpResponse {
    let status = StatusCode::from_u16(refusal.status().as_u16()).unwrap_or(StatusCode::FORBIDDEN);
    let mut response = HttpResponse::new(status);
    let word = HeaderValue::from_static(refusal.word());
    response.headers_mut().insert(HeaderName::from_static(REFUSAL), word);
    // Some caches keep what is 403.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
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

pin_project! {
    /// The response to a request, with the policy's headers.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F, B> {
        #[pin]
        step: Step<F, B>,
    }
}

pin_project! {
    #[project = StepProjection]
    enum Step<F, B> {
        /// Answered without the application.
        Answer { response: Option<ServiceResponse<EitherBody<B>>> },
        /// The application answers.
        Call { #[pin] future: F, answered: Option<Answered>, watch: Watch },
    }
}

impl<F, B> fmt::Debug for ResponseFuture<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl<F, B> Future for ResponseFuture<F, B>
where
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    type Output = Result<ServiceResponse<EitherBody<B>>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().step.project() {
            StepProjection::Answer { response } => {
                response.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response)))
            }
            StepProjection::Call { future, answered, watch } => {
                let result = ready!(future.poll(cx));
                let Some(answered) = answered.take() else { return Poll::Pending };
                Poll::Ready(leave(result, answered, watch))
            }
        }
    }
}

/// Brings what an application answers in line with the policy: a response, or the one that an error will become.
fn leave<B>(
    result: Result<ServiceResponse<B>, Error>,
    answered: Answered,
    watch: &Watch,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match result {
        Ok(mut response) => {
            watch.headers_inside(answered.policy(), |name| response.headers().contains_key(name));
            answered.apply(response.headers_mut());
            Ok(response.map_into_left_body())
        }
        Err(mut error) => {
            error.add_response_mapper(move |mut response| {
                answered.apply(response.headers_mut());
                response
            });
            Err(error)
        }
    }
}
