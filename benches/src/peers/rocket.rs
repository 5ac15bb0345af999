//! Rocket: `rocket_cors`.

use std::collections::HashSet;
use std::hint::black_box;

use cors_policy_framework_examples::rocket::Cors;
use http::{HeaderMap, Method};
use rocket::config::LogLevel;
use rocket::fairing::Fairing;
use rocket::http::Header;
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::{Build, Config, Rocket as Server, get, options, routes};
use rocket_cors::{AllowedHeaders, AllowedMethods, AllowedOrigins, Cors as Theirs, CorsOptions};
use tokio::runtime::{self, Runtime};

use super::answer::Answer;
use super::policy::{EXPOSED, MAX_AGE, METHODS, REQUEST_HEADERS};
use super::{Application, Drive, Framework, Origins, Peer, answered, at_once};
use crate::measure::Failure;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "rocket",
    bare: |_| served(application().mount("/", routes![options])),
    ours: |policy| layered(Cors(policy)),
    peers: &[
        Peer {
            name: "`rocket_cors`",
            serves: Origins::are_exact,
            layered: |origins| layered(listed(origins)?),
            configured: |origins| Ok(Box::new(listed(origins)?)),
        },
        Peer {
            name: "`rocket_cors`, regexes",
            serves: Origins::are_wildcards,
            layered: |origins| layered(by_regexes(origins)?),
            configured: |origins| Ok(Box::new(by_regexes(origins)?)),
        },
    ],
};

fn listed(origins: Origins) -> Result<Theirs, Failure> {
    configured(AllowedOrigins::some_exact(&origins.patterns()))
}

fn by_regexes(origins: Origins) -> Result<Theirs, Failure> {
    configured(AllowedOrigins::some_regex(&origins.regular_expressions()))
}

fn configured(allowed_origins: AllowedOrigins) -> Result<Theirs, Failure> {
    let methods: Result<AllowedMethods, _> = METHODS.iter().map(|method| method.as_str().parse()).collect();
    let options = CorsOptions {
        allowed_origins,
        allowed_methods: methods.map_err(|()| "a method")?,
        allowed_headers: AllowedHeaders::some(&REQUEST_HEADERS),
        allow_credentials: true,
        expose_headers: HashSet::from([EXPOSED.to_owned()]),
        max_age: Some(usize::try_from(MAX_AGE.as_secs())?),
        ..CorsOptions::default()
    };
    Ok(options.to_cors()?)
}

#[get("/")]
const fn handler() {}

#[options("/")]
const fn options() {}

/// With a route for `GET` only: `rocket_cors` calls a route for `OPTIONS` too, before it answers a preflight.
fn application() -> Server<Build> {
    let config = Config { log_level: LogLevel::Off, ..Config::default() };
    rocket::custom(config).mount("/", routes![handler])
}

fn layered(fairing: impl Fairing) -> Result<Box<dyn Drive>, Failure> {
    served(application().attach(fairing))
}

struct Rocket {
    client: Client,
    /// Rocket expects one around it.
    _runtime: Runtime,
}

fn served(application: Server<Build>) -> Result<Box<dyn Drive>, Failure> {
    let runtime = runtime::Builder::new_current_thread().build()?;
    let client = runtime.block_on(Client::untracked(application)).map_err(|error| error.to_string())?;
    Ok(Box::new(Rocket { client, _runtime: runtime }))
}

/// Rocket has header types of its own.
struct Prepared {
    method: rocket::http::Method,
    headers: Vec<(String, String)>,
}

impl Rocket {
    fn respond(&self, prepared: &Prepared) -> impl Future<Output = LocalResponse<'_>> {
        let mut request = self.client.req(prepared.method, "/");
        for (name, value) in &prepared.headers {
            request.add_header(Header::new(name.clone(), value.clone()));
        }
        black_box(request).dispatch()
    }
}

impl Application for Rocket {
    type Request = Prepared;

    fn request(method: &Method, headers: &HeaderMap) -> Result<Prepared, Failure> {
        let method = method.as_str().parse().map_err(|()| "a method that Rocket does not know")?;
        let mut prepared = Vec::with_capacity(headers.len());
        for (name, value) in headers {
            prepared.push((name.to_string(), value.to_str()?.to_owned()));
        }
        Ok(Prepared { method, headers: prepared })
    }

    fn call(&self, request: &Prepared) {
        drop(black_box(at_once(self.respond(request))));
    }

    fn answer(&self, request: &Prepared) -> Result<Answer, Failure> {
        let response = answered(self.respond(request))?;
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|header| (header.name().as_str().to_owned(), header.value().to_owned()))
            .collect();
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        Ok(Answer::new(response.status().code, headers))
    }
}
