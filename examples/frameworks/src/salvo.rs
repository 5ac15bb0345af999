//! Salvo 0.90: a hoop, the first of the service.
//!
//! ```ignore
//! let service = Service::new(router).hoop(Cors(SHOP.clone())).hoop(CatchPanic::new());
//! Server::new(TcpListener::new("127.0.0.1:3000").bind().await).serve(service).await;
//! ```
//!
//! A hoop of a router would not see requests that no route matches, preflights among them. Catchers run after
//! hoops, on the same response: one that sets CORS headers has the last word. Salvo closes the connection on a
//! panic, unless `CatchPanic` stands further in.

use cors_policy::Policy;
use salvo::{Depot, FlowCtrl, Request, Response, handler};

/// Serves a policy.
#[derive(Clone, Debug)]
pub struct Cors(pub Policy);

#[handler]
impl Cors {
    async fn handle(
        &self,
        request: &mut Request,
        depot: &mut Depot,
        response: &mut Response,
        flow: &mut FlowCtrl,
    ) {
        let decision = self.0.evaluate(request.method(), request.headers());
        match decision.status() {
            Some(status) => {
                // A body, empty as it is, because catchers would give one to a refusal that has none.
                response.status_code(status).body("");
                flow.skip_rest();
            }
            None => drop(flow.call_next(request, depot, response).await),
        }
        decision.apply(response.headers_mut());
    }
}
