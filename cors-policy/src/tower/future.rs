//! The future: a response leaves.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{HeaderName, HeaderValue, Response, StatusCode};
use pin_project_lite::pin_project;

use crate::decision::Decision;
use crate::event::Refusal;
use crate::gate::{REFUSAL, Watch};
use crate::tower::body::Bodies;

pin_project! {
    /// The response to a request, with the policy's headers.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F, M> {
        #[pin]
        step: Step<F>,
        decision: Decision,
        bodies: M,
        watch: Watch,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = StepProjection]
    pub(crate) enum Step<F> {
        /// Answer without the application.
        Answer { status: StatusCode, refusal: Option<Refusal> },
        /// The application answers.
        Call { #[pin] future: F },
    }
}

impl<F, M> ResponseFuture<F, M> {
    pub(crate) fn new(step: Step<F>, decision: Decision, bodies: M, watch: Watch) -> Self {
        ResponseFuture { step, decision, bodies, watch }
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
        let mut response = match this.step.project() {
            StepProjection::Answer { status, refusal } => answer(*status, *refusal, this.bodies.empty()),
            StepProjection::Call { future } => {
                let response = ready!(future.poll(cx))?;
                this.watch
                    .headers_inside(this.decision.policy(), |name| response.headers().contains_key(name));
                response.map(|body| this.bodies.pass(body))
            }
        };
        this.decision.apply(response.headers_mut());
        Poll::Ready(Ok(response))
    }
}

fn answer<B>(status: StatusCode, refusal: Option<Refusal>, body: B) -> Response<B> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    if let Some(refusal) = refusal {
        response
            .headers_mut()
            .insert(HeaderName::from_static(REFUSAL), HeaderValue::from_static(refusal.word()));
        response.extensions_mut().insert(refusal);
    }
    response
}
