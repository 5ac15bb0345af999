//! Rocket 0.5: a fairing, attached after all others.
//!
//! ```ignore
//! rocket::build().mount("/", routes![hello]).attach(Cors(SHOP.clone()))
//! ```
//!
//! Fairings cannot answer, so preflights are answered by a route that comes before all others and hands on whatever
//! is none. Rocket drops lines that are not UTF-8 before anybody sees them, and calls no fairing for requests that
//! it finds malformed, such as those with methods unknown to it: those get 400, without CORS headers.

use cors_policy::{Action, Field, Lines, Operation, Policy, Value, Verdict};
use rocket::fairing::{Fairing, Info, Kind, Result};
use rocket::http::{Method, Status};
use rocket::route::{Handler, Outcome, Route};
use rocket::{Build, Data, Request, Response, Rocket, async_trait};

/// Serves a policy.
#[derive(Clone, Debug)]
pub struct Cors(pub Policy);

#[async_trait]
impl Fairing for Cors {
    fn info(&self) -> Info {
        Info { name: "CORS", kind: Kind::Ignite | Kind::Response | Kind::Singleton }
    }

    async fn on_ignite(&self, rocket: Rocket<Build>) -> Result {
        Ok(rocket.mount("/", [Route::ranked(isize::MIN, Method::Options, "/<_..>", self.clone())]))
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let lines = request.headers();
        for operation in self.0.operations(verdict(&self.0, request)) {
            match operation {
                Operation::Set(header, value) => {
                    let value = match value {
                        Value::Static(text) => text,
                        Value::Echo(field) => lines.get_one(field.name()).unwrap_or_default(),
                    };
                    response.set_raw_header(header.name(), value.to_owned());
                }
                Operation::Strip(header) => response.remove_header(header.name()),
                Operation::MergeVary(field) if field.is_listed(response.headers().get("vary")) => {}
                Operation::MergeVary(field) => response.adjoin_raw_header("vary", field.name()),
            }
        }
    }
}

#[async_trait]
impl Handler for Cors {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r> {
        match verdict(&self.0, request).action() {
            Action::Answer(code) => Outcome::Success(Response::build().status(Status::new(code)).finalize()),
            Action::Continue => Outcome::forward(data, Status::NotFound),
        }
    }
}

/// Decides a request once.
fn verdict(policy: &Policy, request: &Request<'_>) -> Verdict {
    let lines = Lines(|field: Field| request.headers().get(field.name()));
    *request.local_cache(|| policy.decide(request.method().as_str().as_bytes(), &lines))
}
