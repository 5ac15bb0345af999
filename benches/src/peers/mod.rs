//! Other libraries, configured to mean the same, each in its own framework and beside ours in the same framework.
//!
//! Applications are called in process, without sockets. What a layer costs is the time of a request through it less the
//! time of the same request to an application without any; making the request is in both.

mod answer;
mod beside;
pub mod growth;
mod inserts;
mod policy;

mod actix;
mod poem;
mod rocket;
mod salvo;
mod tower;
mod warp;

use std::any::Any;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::{HeaderMap, Method};

use crate::measure::{Call, Failure, repeated};
use answer::Answer;

pub use beside::Beside;
pub use inserts::AboveInserts;
pub use policy::Origins;

/// The frameworks, with the libraries that serve CORS in each.
pub static FRAMEWORKS: [&Framework; 6] = [
    &tower::FRAMEWORK,
    &actix::FRAMEWORK,
    &rocket::FRAMEWORK,
    &warp::FRAMEWORK,
    &poem::FRAMEWORK,
    &salvo::FRAMEWORK,
];

/// A framework: an application without CORS, with ours and with those of others.
#[derive(Debug)]
pub struct Framework {
    /// Its name.
    pub name: &'static str,
    /// An application that answers requests of this method at once, as a layer answers preflights.
    bare: fn(&Method) -> Result<Box<dyn Drive>, Failure>,
    /// The application with a policy of ours in front.
    ours: fn(cors_policy::Policy) -> Result<Box<dyn Drive>, Failure>,
    /// The others.
    pub peers: &'static [Peer],
}

/// A way to configure a library.
#[derive(Debug)]
pub struct Peer {
    /// The library, and how the origins are told to it.
    pub name: &'static str,
    /// Whether it can be told such origins, in this way.
    pub serves: fn(Origins) -> bool,
    /// The application with the library in front.
    layered: fn(Origins) -> Result<Box<dyn Drive>, Failure>,
    /// What the library keeps in memory for such origins.
    pub configured: fn(Origins) -> Result<Box<dyn Any>, Failure>,
}

/// An application in its framework.
trait Application: 'static {
    /// A request of the framework, or what one is made of in each call.
    type Request: 'static;

    fn request(method: &Method, headers: &HeaderMap) -> Result<Self::Request, Failure>;

    /// What is measured: makes the request, has it answered, drops the response.
    fn call(&self, request: &Self::Request);

    fn answer(&self, request: &Self::Request) -> Result<Answer, Failure>;
}

/// An [`Application`] of any framework.
trait Drive {
    /// Sends the request again and again.
    fn calls(self: Box<Self>, method: &Method, headers: &HeaderMap) -> Result<Call, Failure>;

    /// Sends the request once.
    fn answer(&self, method: &Method, headers: &HeaderMap) -> Result<Answer, Failure>;
}

impl<A: Application> Drive for A {
    fn calls(self: Box<Self>, method: &Method, headers: &HeaderMap) -> Result<Call, Failure> {
        let request = A::request(method, headers)?;
        Ok(repeated(move |_| self.call(&request)))
    }

    fn answer(&self, method: &Method, headers: &HeaderMap) -> Result<Answer, Failure> {
        self.answer(&A::request(method, headers)?)
    }
}

/// What a future gives that never waits: none here does, for want of anything to wait for.
fn at_once<F: Future>(future: F) -> Option<F::Output> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

fn answered<F: Future>(future: F) -> Result<F::Output, Failure> {
    at_once(future).ok_or_else(|| "an application should answer at once".into())
}
