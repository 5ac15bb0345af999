//! The application on Rocket 0.5.

use std::{io, net::TcpListener};

use cors_policy::Policy;
use futures_util::StreamExt;
use rocket::config::LogLevel;
use rocket::http::{Header, Status};
use rocket::response::stream::TextStream;
use rocket::response::{self, Debug, Redirect, Responder};
use rocket::{
    Build, Config, Data, Request, Response, Rocket, delete, get, options, patch, post, put, routes,
};

use crate::rocket::Cors;

/// Serves the application with a policy in front, until it is dropped. Rocket takes no listener, so its address is
/// bound anew.
///
/// # Errors
///
/// Those of Rocket.
pub async fn serve(policy: Policy, listener: TcpListener) -> io::Result<()> {
    let address = listener.local_addr()?;
    drop(listener);
    let config =
        Config { address: address.ip(), port: address.port(), log_level: LogLevel::Off, ..Config::default() };
    let rocket = application(config).attach(Cors(policy));
    rocket.launch().await.map(drop).map_err(|error| io::Error::other(error.to_string()))
}

fn application(config: Config) -> Rocket<Build> {
    rocket::custom(config).mount(
        "/",
        routes![
            hello,
            put_hello,
            post_hello,
            delete_hello,
            patch_hello,
            options_hello,
            moved,
            fail,
            broken,
            slow,
            limited,
            inner,
            stream
        ],
    )
}

#[get("/hello")]
fn hello() -> Handled<&'static str> {
    Handled("hello")
}

#[put("/hello")]
fn put_hello() -> Handled<&'static str> {
    Handled("hello")
}

#[post("/hello")]
fn post_hello() -> Handled<&'static str> {
    Handled("hello")
}

#[delete("/hello")]
fn delete_hello() -> Handled<&'static str> {
    Handled("hello")
}

#[patch("/hello")]
fn patch_hello() -> Handled<&'static str> {
    Handled("hello")
}

#[options("/hello")]
fn options_hello() -> Handled<Lines> {
    Handled(Lines(&[("allow", "GET, HEAD, POST")]))
}

#[get("/moved")]
fn moved() -> Handled<Redirect> {
    Handled(Redirect::temporary("/hello"))
}

#[get("/fail")]
fn fail() -> Result<(), Debug<&'static str>> {
    Err(Debug("the database is gone"))
}

#[get("/panic")]
fn broken() -> Handled<&'static str> {
    Handled(super::broken())
}

#[get("/slow")]
async fn slow() -> Result<Handled<&'static str>, Status> {
    super::work_in_time().await.map_err(|_elapsed| Status::GatewayTimeout)?;
    Ok(Handled("slow"))
}

#[post("/limited", data = "<data>")]
async fn limited(data: Data<'_>) -> Result<Handled<&'static str>, Status> {
    match data.open(super::BODY_LIMIT.into()).into_bytes().await {
        Ok(body) if body.is_complete() => Ok(Handled("limited")),
        Ok(_part) => Err(Status::PayloadTooLarge),
        Err(_broken_off) => Err(Status::BadRequest),
    }
}

#[get("/inner")]
fn inner() -> Handled<Lines> {
    Handled(Lines(&super::INNER))
}

#[get("/stream")]
fn stream() -> Handled<TextStream![&'static str]> {
    // Nothing in it fails.
    let chunks = super::chunks().filter_map(async |chunk| chunk.ok());
    Handled(TextStream::from(chunks.boxed()))
}

/// A text, with these lines in the head.
struct Lines(&'static [(&'static str, &'static str)]);

impl<'r> Responder<'r, 'static> for Lines {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let mut response = "lines".respond_to(request)?;
        for (name, value) in self.0 {
            response.adjoin_header(Header::new(*name, *value));
        }
        Ok(response)
    }
}

struct Handled<R>(R);

impl<'r, 'o: 'r, R: Responder<'r, 'o>> Responder<'r, 'o> for Handled<R> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'o> {
        Response::build_from(self.0.respond_to(request)?).raw_header("x-handled", "yes").ok()
    }
}
