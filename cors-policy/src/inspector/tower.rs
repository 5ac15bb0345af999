//! The inspector in front of a tower service, or as one.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::inspector::Inspector;
use crate::tower::MakeCors;

impl Inspector {
    /// Answers requests for a path, whatever their method, and lets all others through. Put it outside of the policy,
    /// whose layer would bring its answers in line with it.
    ///
    /// Where nothing is served (in a release build) every request goes through.
    pub fn layer(&self, path: &'static str) -> InspectorLayer {
        InspectorLayer { inspector: self.clone(), path }
    }

    /// The inspector as a service, for `axum::Router::route_service("/.cors", …)`. The policy's layer around the router
    /// then applies to it; [`Inspector::layer`] stays outside.
    #[must_use]
    pub fn service(&self) -> InspectorService {
        InspectorService(self.clone())
    }
}

/// Puts an inspector in front of an application. Made by [`Inspector::layer`].
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing until it is put around an application"]
pub struct InspectorLayer {
    inspector: Inspector,
    path: &'static str,
}

impl InspectorLayer {
    /// Puts the inspector in front of an application, whose body type can be made of a `String`.
    pub fn wrap<S>(self, application: S) -> Inspected<S> {
        Inspected { inner: application, layer: self }
    }
}

impl<S> Layer<S> for InspectorLayer {
    type Service = Inspected<S>;

    fn layer(&self, inner: S) -> Self::Service {
        self.clone().wrap(inner)
    }
}

/// An application with an inspector in front of it.
#[derive(Clone, Debug)]
pub struct Inspected<S> {
    inner: S,
    layer: InspectorLayer,
}

impl<S> Inspected<S> {
    /// A service that gives a clone of this one to each connection, as `axum::serve` wants it.
    pub fn into_make_service(self) -> MakeCors<Self> {
        MakeCors(self)
    }
}

impl<S, A, B> Service<Request<A>> for Inspected<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    B: From<String>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = InspectedFuture<S::Future, B>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let InspectorLayer { inspector, path } = &self.layer;
        let step = if inspector.is_served() && request.uri().path() == *path {
            Step::Answer { response: Some(inspector.answer(&request).map(B::from)) }
        } else {
            Step::Call { future: self.inner.call(request) }
        };
        InspectedFuture { step }
    }
}

pin_project! {
    /// The response of the application, or the inspector's.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InspectedFuture<F, B> {
        #[pin]
        step: Step<F, B>,
    }
}

pin_project! {
    #[derive(Debug)]
    #[project = StepProjection]
    enum Step<F, B> {
        Answer { response: Option<Response<B>> },
        Call { #[pin] future: F },
    }
}

impl<F, B, E> Future for InspectedFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<B>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().step.project() {
            StepProjection::Answer { response } => {
                response.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response)))
            }
            StepProjection::Call { future } => Poll::Ready(ready!(future.poll(cx))),
        }
    }
}

/// The inspector as a service. Made by [`Inspector::service`].
#[derive(Clone, Debug)]
pub struct InspectorService(Inspector);

impl<A> Service<Request<A>> for InspectorService {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        ready(Ok(self.0.answer(&request)))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::{Ready, ready};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use http::{Request, Response};
    use tower_service::Service;

    use crate::inspector::Inspector;

    struct Application;

    impl Service<Request<()>> for Application {
        type Response = Response<String>;
        type Error = Infallible;
        type Future = Ready<Result<Response<String>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            ready(Ok(Response::new("application".to_owned())))
        }
    }

    fn body(has_debug_assertions: bool, uri: &str) -> String {
        let mut service = Inspector::in_build(has_debug_assertions).layer("/.cors").wrap(Application);
        let request = Request::builder().uri(uri).header("host", "localhost").body(()).unwrap();
        let future = pin!(service.call(request));
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(response) => response.unwrap().into_body(),
            Poll::Pending => panic!("nothing is waited for"),
        }
    }

    #[test]
    fn one_path_is_answered() {
        assert!(body(true, "/.cors").starts_with("<!doctype html>"));
        assert!(body(true, "/.cors?format=json").starts_with('{'));
        for other in ["/", "/.cors/", "/.CORS", "/%2ecors", "/x/.cors"] {
            assert_eq!(body(true, other), "application", "{other}");
        }
    }

    #[test]
    fn in_release_builds_it_is_not_there() {
        assert_eq!(body(false, "/.cors"), "application");
    }
}
