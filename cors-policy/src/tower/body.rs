//! Bodies of the layer's own answers.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Buf;
use http::Response;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::event::Refusal;

/// How a response gets its body: that of the application, whose type is `B`, or an empty one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` makes no empty body of type `{B}`",
    note = "where that has no `Default`, say `.any_body()`, or `.empty_body(…)` with a function that makes one"
)]
pub trait Bodies<B> {
    /// The body type of all responses.
    type Body;

    /// A response of the application.
    fn pass(&self, response: Response<B>) -> Response<Self::Body>;

    /// The body of an answer of the layer: empty.
    fn empty(&self) -> Self::Body;

    /// The body of a 403 to a handshake or a write, or of a 429: empty, unless an implementation of your own says why.
    fn refused(&self, _: Refusal) -> Self::Body {
        self.empty()
    }
}

/// [`Default`] of the application's body type.
#[derive(Clone, Copy, Debug)]
pub struct DefaultBody;

#[diagnostic::do_not_recommend]
impl<B: Default> Bodies<B> for DefaultBody {
    type Body = B;

    #[inline]
    fn pass(&self, response: Response<B>) -> Response<B> {
        response
    }

    fn empty(&self) -> B {
        B::default()
    }
}

/// What a function makes. See [`CorsLayer::empty_body`](crate::tower::CorsLayer::empty_body).
#[derive(Clone, Copy)]
pub struct EmptyBody<F>(pub(crate) F);

impl<F> std::fmt::Debug for EmptyBody<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmptyBody").finish_non_exhaustive()
    }
}

impl<B, F: Fn() -> B> Bodies<B> for EmptyBody<F> {
    type Body = B;

    #[inline]
    fn pass(&self, response: Response<B>) -> Response<B> {
        response
    }

    fn empty(&self) -> B {
        (self.0)()
    }
}

/// A [`MaybeBody`] around the application's. See [`CorsLayer::any_body`](crate::tower::CorsLayer::any_body).
#[derive(Clone, Copy, Debug)]
pub struct AnyBody;

impl<B> Bodies<B> for AnyBody {
    type Body = MaybeBody<B>;

    #[inline]
    fn pass(&self, response: Response<B>) -> Response<MaybeBody<B>> {
        response.map(|body| MaybeBody { body: Some(body) })
    }

    fn empty(&self) -> MaybeBody<B> {
        MaybeBody { body: None }
    }
}

pin_project! {
    /// A body of the application, or an empty one.
    #[derive(Debug)]
    pub struct MaybeBody<B> {
        #[pin]
        body: Option<B>,
    }
}

impl<B: Body> Body for MaybeBody<B>
where
    B::Data: Buf,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        self.project().body.as_pin_mut().map_or(Poll::Ready(None), |body| body.poll_frame(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
