//! Answering before the application is ready.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::tower::layer::CorsLayer;
use crate::tower::service::Cors;

/// A layer that answers preflights before the application is ready. Made by
/// [`CorsLayer::answer_before_ready`].
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is put around an application"]
pub struct DeferredCors<P, M>(pub(crate) CorsLayer<P, M>);

impl<P, M> DeferredCors<P, M> {
    /// Puts the policy around a finished application. See [`CorsLayer::wrap`].
    pub fn wrap<S>(self, application: S) -> Cors<Deferred<S>, P, M> {
        self.0.wrap(Deferred(application))
    }
}

impl<S, P: Clone, M: Clone> Layer<S> for DeferredCors<P, M> {
    type Service = Cors<Deferred<S>, P, M>;

    fn layer(&self, inner: S) -> Self::Service {
        self.clone().wrap(inner)
    }
}

/// A service that is always ready, and waits for the inner one when it is called.
#[derive(Clone, Debug)]
pub struct Deferred<S>(S);

impl<S: Service<R> + Clone, R> Service<R> for Deferred<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = DeferredFuture<S, R>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> Self::Future {
        let stage = Stage::Waiting { service: self.0.clone(), request: Some(request) };
        DeferredFuture { stage }
    }
}

pin_project! {
    /// The response of a service that is waited for.
    #[must_use = "futures do nothing unless polled"]
    pub struct DeferredFuture<S: Service<R>, R> {
        #[pin]
        stage: Stage<S, R>,
    }
}

pin_project! {
    #[project = StageProjection]
    enum Stage<S: Service<R>, R> {
        Waiting { service: S, request: Option<R> },
        Called { #[pin] future: S::Future },
    }
}

impl<S: Service<R>, R> std::fmt::Debug for DeferredFuture<S, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeferredFuture").finish_non_exhaustive()
    }
}

impl<S: Service<R>, R> Future for DeferredFuture<S, R> {
    type Output = Result<S::Response, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut stage = self.project().stage;
        if let StageProjection::Waiting { service, request } = stage.as_mut().project() {
            ready!(service.poll_ready(cx))?;
            if let Some(request) = request.take() {
                let future = service.call(request);
                stage.set(Stage::Called { future });
            }
        }
        match stage.project() {
            StageProjection::Called { future } => future.poll(cx),
            StageProjection::Waiting { .. } => Poll::Pending,
        }
    }
}
