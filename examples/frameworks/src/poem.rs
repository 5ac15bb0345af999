//! Poem 3: a middleware, for the outermost endpoint.
//!
//! ```ignore
//! let app = Route::new().at("/hello", get(hello)).with(CatchPanic::new()).with(Cors(SHOP.clone()));
//! Server::new(TcpListener::bind("127.0.0.1:3000")).run(app).await
//! ```
//!
//! Poem closes the connection on a panic, unless `CatchPanic` stands further in.

use cors_policy::Policy;
use poem::{Endpoint, Middleware, Request, Response, Result};

/// Serves a policy.
#[derive(Clone, Debug)]
pub struct Cors(pub Policy);

impl<E: Endpoint> Middleware<E> for Cors {
    type Output = CorsEndpoint<E>;

    fn transform(&self, inner: E) -> CorsEndpoint<E> {
        CorsEndpoint { policy: self.0.clone(), inner }
    }
}

/// An endpoint with a policy around it.
#[derive(Debug)]
pub struct CorsEndpoint<E> {
    policy: Policy,
    inner: E,
}

impl<E: Endpoint> Endpoint for CorsEndpoint<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let decision = self.policy.evaluate(request.method(), request.headers());
        let mut response = match decision.status() {
            Some(status) => status.into(),
            // Not `call`: it would let errors, 404 among them, pass by.
            None => self.inner.get_response(request).await,
        };
        decision.apply(response.headers_mut());
        Ok(response)
    }
}
