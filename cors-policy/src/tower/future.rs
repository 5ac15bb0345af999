//! The future: a response leaves.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{HeaderMap, Response, StatusCode};
use pin_project_lite::pin_project;

use crate::decision::Actual;
use crate::event::Refusal;
use crate::gate::Watch;
use crate::tower::body::Bodies;

pin_project! {
    /// The response to a request, with the policy's headers.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F, M> {
        #[pin]
        step: Step<F>,
        bodies: M,
        watch: Watch,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = StepProjection]
    pub(crate) enum Step<F> {
        /// Answer without the application.
        Answer { status: StatusCode, headers: HeaderMap, refusal: Option<Refusal> },
        /// The application answers.
        Call { #[pin] future: F, actual: Actual },
    }
}

impl<F, M> ResponseFuture<F, M> {
    pub(crate) fn new(step: Step<F>, bodies: M, watch: Watch) -> Self {
        ResponseFuture { step, bodies, watch }
    }
}

impl<F, M, B, E> Future for ResponseFuture<F, M>
where
    F: Future<Output = Result<Response<B>, E>>,
    M: Bodies<B>,
{
    type Output = Result<Response<M::Body>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.step.project() {
            StepProjection::Answer { status, headers, refusal } => {
                let body =
                    refusal.map_or_else(|| this.bodies.empty(), |refusal| this.bodies.refused(refusal));
                let mut response = Response::new(body);
                *response.status_mut() = *status;
                *response.headers_mut() = std::mem::take(headers);
                refusal.map(|refusal| response.extensions_mut().insert(refusal));
                Poll::Ready(Ok(response))
            }
            StepProjection::Call { future, actual } => {
                let mut response = ready!(future.poll(cx))?;
                this.watch.headers_inside(&actual.policy, |name| response.headers().contains_key(name));
                actual.apply(response.headers_mut());
                Poll::Ready(Ok(this.bodies.pass(response)))
            }
        }
    }
}
