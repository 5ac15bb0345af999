//! Salvo: salvo-cors.

use std::hint::black_box;

use cors_policy_framework_examples::salvo::Cors;
use http::uri::Scheme;
use http::{HeaderMap, HeaderValue, Method};
use salvo::conn::SocketAddr;
use salvo::cors::{AllowOrigin, Cors as Theirs};
use salvo::{Request, Response, Router, Service, handler};

use super::answer::Answer;
use super::policy::{EXPOSED, MAX_AGE, METHODS, REQUEST_HEADERS};
use super::{Application, Drive, Framework, Origins, Peer, at_once};
use crate::measure::Failure;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "salvo",
    bare: |_| Ok(served(&Service::new(Router::new().goal(hello)))),
    ours: |policy| Ok(served(&application().hoop(Cors(policy)))),
    peers: &[
        Peer {
            name: "salvo-cors",
            serves: Origins::are_exact,
            layered: |origins| Ok(served(&application().hoop(listed(origins)?.into_handler()))),
            configured: |origins| Ok(Box::new(listed(origins)?.into_handler())),
        },
        Peer {
            name: "salvo-cors, function",
            serves: Origins::are_wildcards,
            layered: |origins| {
                Ok(served(&application().hoop(by_function(origins.by_ending()).into_handler())))
            },
            configured: |origins| Ok(Box::new(by_function(origins.by_ending()).into_handler())),
        },
        Peer {
            name: "salvo-cors, `RegexSet`",
            serves: Origins::are_wildcards,
            layered: |origins| {
                Ok(served(&application().hoop(by_function(origins.by_regex()?).into_handler())))
            },
            configured: |origins| Ok(Box::new(by_function(origins.by_regex()?).into_handler())),
        },
    ],
};

fn listed(origins: Origins) -> Result<Theirs, Failure> {
    let mut values = origins.values()?;
    let allowed = match values.len() {
        1 => values.pop().map(AllowOrigin::exact).ok_or("no origin")?,
        _ => AllowOrigin::list(values),
    };
    Ok(configured(allowed))
}

fn by_function(admits: impl Fn(&[u8]) -> bool + Send + Sync + 'static) -> Theirs {
    configured(AllowOrigin::dynamic(move |origin: Option<&HeaderValue>, _, _| {
        origin.filter(|origin| admits(origin.as_bytes())).cloned()
    }))
}

fn configured(origins: AllowOrigin) -> Theirs {
    Theirs::new()
        .allow_origin(origins)
        .allow_credentials(true)
        .allow_methods(METHODS)
        .allow_headers(REQUEST_HEADERS.to_vec())
        .expose_headers(vec![EXPOSED])
        .max_age(MAX_AGE)
}

/// With a route for `GET` only: salvo-cors calls a route for `OPTIONS` too, before it answers a preflight.
fn application() -> Service {
    Service::new(Router::new().get(hello))
}

#[handler]
async fn hello(response: &mut Response) {
    // A body, empty as it is: Salvo warns of responses without.
    response.body("");
}

struct Salvo<S>(S);

/// As Salvo's server calls a service.
fn served(service: &Service) -> Box<dyn Drive> {
    let handler = service.hyper_handler(SocketAddr::Unknown, SocketAddr::Unknown, Scheme::HTTP, None, None);
    Box::new(Salvo(move |request| at_once(handler.handle(request))))
}

impl<S: Fn(Request) -> Option<Response>> Salvo<S> {
    fn respond(&self, (method, headers): &(Method, HeaderMap)) -> Option<Response> {
        let mut request = Request::new();
        *request.method_mut() = method.clone();
        request.headers_mut().clone_from(headers);
        (self.0)(black_box(request))
    }
}

impl<S: Fn(Request) -> Option<Response> + 'static> Application for Salvo<S> {
    type Request = (Method, HeaderMap);

    fn request(method: &Method, headers: &HeaderMap) -> Result<(Method, HeaderMap), Failure> {
        Ok((method.clone(), headers.clone()))
    }

    fn call(&self, request: &(Method, HeaderMap)) {
        drop(black_box(self.respond(request)));
    }

    fn answer(&self, request: &(Method, HeaderMap)) -> Result<Answer, Failure> {
        let response = self.respond(request).ok_or("an application should answer at once")?;
        let status = response.status_code.ok_or("a response without a status")?;
        Ok(Answer { status: status.as_u16(), headers: response.headers().clone() })
    }
}
