//! Poem: its own middleware.

use std::hint::black_box;

use cors_policy_framework_examples::poem::Cors;
use http::{HeaderMap, Method};
use poem::endpoint::make_sync;
use poem::middleware::Cors as Theirs;
use poem::{Endpoint, EndpointExt, Request, Response};

use super::answer::Answer;
use super::policy::{EXPOSED, MAX_AGE, METHODS, REQUEST_HEADERS};
use super::{Application, Drive, Framework, Origins, Peer, answered, at_once};
use crate::measure::Failure;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "poem",
    bare: |_| Ok(served(handler())),
    ours: |policy| Ok(served(handler().with(Cors(policy)))),
    peers: &[
        Peer {
            name: "poem",
            serves: Origins::are_exact,
            layered: |origins| Ok(served(handler().with(listed(origins)?))),
            configured: |origins| Ok(Box::new(listed(origins)?)),
        },
        // Asterisks stand for any text at all, dots and slashes too.
        Peer {
            name: "poem, globs",
            serves: Origins::are_wildcards,
            layered: |origins| Ok(served(handler().with(by_globs(origins)?))),
            configured: |origins| Ok(Box::new(by_globs(origins)?)),
        },
    ],
};

fn listed(origins: Origins) -> Result<Theirs, Failure> {
    Ok(configured()?.allow_origins(origins.patterns()))
}

fn by_globs(origins: Origins) -> Result<Theirs, Failure> {
    Ok(origins.patterns().iter().fold(configured()?, Theirs::allow_origin_regex))
}

fn configured() -> Result<Theirs, Failure> {
    Ok(Theirs::new()
        .allow_credentials(true)
        .allow_methods(METHODS)
        .allow_headers(REQUEST_HEADERS)
        .expose_headers([EXPOSED])
        .max_age(i32::try_from(MAX_AGE.as_secs())?))
}

fn handler() -> impl Endpoint<Output = Response> {
    make_sync(|_| Response::default())
}

struct Poem<E>(E);

fn served(endpoint: impl Endpoint + 'static) -> Box<dyn Drive> {
    Box::new(Poem(endpoint))
}

impl<E: Endpoint> Poem<E> {
    /// As Poem's server calls it: errors become responses.
    fn respond(&self, (method, headers): &(Method, HeaderMap)) -> impl Future<Output = Response> {
        let mut request = Request::default();
        request.set_method(method.clone());
        request.headers_mut().clone_from(headers);
        self.0.get_response(black_box(request))
    }
}

impl<E: Endpoint + 'static> Application for Poem<E> {
    type Request = (Method, HeaderMap);

    fn request(method: &Method, headers: &HeaderMap) -> Result<(Method, HeaderMap), Failure> {
        Ok((method.clone(), headers.clone()))
    }

    fn call(&self, request: &(Method, HeaderMap)) {
        drop(black_box(at_once(self.respond(request))));
    }

    fn answer(&self, request: &(Method, HeaderMap)) -> Result<Answer, Failure> {
        let (parts, _) = answered(self.respond(request))?.into_parts();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers })
    }
}
