//! hyper 1: a function around the function that answers requests.
//!
//! ```ignore
//! let service = service_fn(|request| with_cors(&SHOP, request, application));
//! http1::Builder::new().serve_connection(io, service).await?;
//! ```
//!
//! hyper closes the connection where the application returns an error or panics: what shall reach a page has to
//! be made a response by the application. What hyper answers by itself, such as 431, no application sees.

use cors_policy::Policy;
use hyper::{Request, Response};

/// Answers a preflight, or calls the application and brings its response in line with the policy.
///
/// # Errors
///
/// Those of the application.
pub async fn with_cors<Q, B, E, F>(
    policy: &Policy,
    request: Request<Q>,
    application: impl FnOnce(Request<Q>) -> F,
) -> Result<Response<B>, E>
where
    B: Default,
    F: Future<Output = Result<Response<B>, E>>,
{
    let decision = policy.evaluate(request.method(), request.headers());
    if let Some(answer) = decision.answer() {
        return Ok(answer);
    }
    let mut response = application(request).await?;
    decision.apply(response.headers_mut());
    Ok(response)
}
