//! actix-web: actix-cors.

use std::hint::black_box;

use actix_cors::Cors as Theirs;
use actix_http::Request;
use actix_http::header::{HeaderMap as ActixHeaders, HeaderName, HeaderValue};
use actix_service::{IntoServiceFactory, Service, ServiceFactory};
use actix_web::body::MessageBody;
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::{App, Error, HttpResponse, test, web};
use cors_policy::actix::Cors;
use http::{HeaderMap, Method};

use super::answer::Answer;
use super::policy::{EXPOSED, MAX_AGE, METHODS, REQUEST_HEADERS};
use super::{Application, Drive, Framework, Origins, Peer, answered, at_once};
use crate::measure::Failure;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "actix-web",
    bare,
    ours: |policy| served(App::new().route("/", web::get().to(HttpResponse::Ok)).wrap(Cors::new(policy))),
    peers: &[
        Peer {
            name: "actix-cors",
            serves: Origins::are_exact,
            layered: |origins| layered(listed(origins)),
            configured: |origins| Ok(Box::new(listed(origins))),
        },
        Peer {
            name: "actix-cors, predicate",
            serves: Origins::are_wildcards,
            layered: |origins| layered(by_predicate(origins.by_ending())),
            configured: |origins| Ok(Box::new(by_predicate(origins.by_ending()))),
        },
        Peer {
            name: "actix-cors, `RegexSet`",
            serves: Origins::are_wildcards,
            layered: |origins| layered(by_predicate(origins.by_regex()?)),
            configured: |origins| Ok(Box::new(by_predicate(origins.by_regex()?))),
        },
    ],
};

fn listed(origins: Origins) -> Theirs {
    origins.patterns().iter().fold(configured(), |cors, origin| cors.allowed_origin(origin))
}

fn by_predicate(admits: impl Fn(&[u8]) -> bool + 'static) -> Theirs {
    configured().allowed_origin_fn(move |origin, _| admits(origin.as_bytes()))
}

fn configured() -> Theirs {
    let methods = METHODS.map(|method| method.as_str().to_owned());
    Theirs::default()
        .supports_credentials()
        .allowed_methods(methods.iter().map(String::as_str))
        .allowed_headers(REQUEST_HEADERS)
        .expose_headers([EXPOSED])
        .max_age(usize::try_from(MAX_AGE.as_secs()).ok())
}

/// Preflights are answered before the router, by layers and so here.
fn bare(method: &Method) -> Result<Box<dyn Drive>, Failure> {
    if *method != Method::OPTIONS {
        return served(App::new().route("/", web::get().to(HttpResponse::Ok)));
    }
    served(App::new().wrap_fn(|request, _| {
        let response = request.into_response(HttpResponse::Ok().finish());
        std::future::ready(Ok::<_, Error>(response))
    }))
}

fn layered(cors: Theirs) -> Result<Box<dyn Drive>, Failure> {
    served(App::new().route("/", web::get().to(HttpResponse::Ok)).wrap(cors))
}

struct Actix<S>(S);

fn served<A, F, B>(app: A) -> Result<Box<dyn Drive>, Failure>
where
    A: IntoServiceFactory<F, Request> + 'static,
    F: ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse<B>, Error = Error> + 'static,
    F::InitError: std::fmt::Debug,
    B: MessageBody + 'static,
{
    Ok(Box::new(Actix(answered(test::init_service(app))?)))
}

/// actix-web has header types of its own.
struct Prepared {
    method: actix_http::Method,
    headers: ActixHeaders,
}

impl<S, B> Actix<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
{
    fn respond(&self, prepared: &Prepared) -> S::Future {
        let mut request = Request::new();
        request.head_mut().method = prepared.method.clone();
        request.headers_mut().clone_from(&prepared.headers);
        self.0.call(black_box(request))
    }
}

impl<S, B> Application for Actix<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Request = Prepared;

    fn request(method: &Method, headers: &HeaderMap) -> Result<Prepared, Failure> {
        let mut prepared = ActixHeaders::with_capacity(headers.len());
        for (name, value) in headers {
            let value = HeaderValue::from_bytes(value.as_bytes())?;
            // A server hands over shared values; the first clone makes this one so.
            drop(value.clone());
            prepared.append(HeaderName::from_bytes(name.as_str().as_bytes())?, value);
        }
        Ok(Prepared { method: method.as_str().parse()?, headers: prepared })
    }

    fn call(&self, request: &Prepared) {
        drop(black_box(at_once(self.respond(request))));
    }

    fn answer(&self, request: &Prepared) -> Result<Answer, Failure> {
        let response = answered(self.respond(request))?.map_err(|error| error.to_string())?;
        let headers = response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        Ok(Answer::new(response.status().as_u16(), headers))
    }
}
