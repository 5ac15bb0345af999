//! actix-web, with its own error path.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::{ErrorGatewayTimeout, ErrorInternalServerError};
use actix_web::http::Method;
use actix_web::middleware::{Compress, Next, from_fn};
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpResponseBuilder, HttpServer, rt};
use cors_policy::actix::Cors;

use crate::chunks::Chunks;
use crate::setup::{Policies, Setup};
use crate::{CHUNKS, HANDLED, INNER, long_text};

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/hello", web::route().to(hello))
        .route("/moved", web::route().to(moved))
        .route("/fail", web::route().to(fail))
        .route("/panic", web::route().to(panics))
        .service(web::resource("/slow").wrap(from_fn(timed)).route(web::route().to(slow)))
        .service(
            web::resource("/limited").app_data(web::PayloadConfig::new(1024)).route(web::post().to(limited)),
        )
        .route("/inner", web::route().to(inner))
        .service(web::resource("/gzip").wrap(Compress::default()).route(web::get().to(gzip)))
        .route("/stream", web::get().to(stream))
        .route("/socket", web::route().to(socket));
}

fn handled() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((HANDLED, "yes"));
    response
}

async fn hello(method: Method) -> HttpResponse {
    match method {
        Method::OPTIONS => handled().insert_header(("allow", "GET, HEAD, POST")).body("options"),
        _ => handled().body("hello"),
    }
}

async fn moved() -> HttpResponse {
    HttpResponse::TemporaryRedirect()
        .insert_header((HANDLED, "yes"))
        .insert_header(("location", "/hello"))
        .finish()
}

async fn fail() -> Result<HttpResponse, Error> {
    Err(ErrorInternalServerError("failed"))
}

async fn panics() -> HttpResponse {
    std::panic::resume_unwind(Box::new("on purpose"))
}

async fn slow() -> HttpResponse {
    rt::time::sleep(Duration::from_secs(60)).await;
    handled().finish()
}

/// An error of a middleware.
async fn timed(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let served = rt::time::timeout(Duration::from_millis(100), next.call(request)).await;
    served.unwrap_or_else(|_| Err(ErrorGatewayTimeout("too slow")))
}

async fn limited(body: Bytes) -> HttpResponse {
    handled().body(body.len().to_string())
}

async fn inner() -> HttpResponse {
    let mut response = handled();
    for line in INNER {
        response.append_header(line);
    }
    response.body("inner")
}

async fn gzip() -> HttpResponse {
    handled().body(long_text())
}

async fn stream() -> HttpResponse {
    handled().body(Chunks::new(CHUNKS))
}

async fn socket(request: HttpRequest) -> HttpResponse {
    if request.headers().contains_key("upgrade") {
        let mut switch = HttpResponse::SwitchingProtocols();
        return switch.upgrade("websocket").insert_header((HANDLED, "yes")).body(Chunks::new([""; 0]));
    }
    handled().finish()
}

/// The middleware, as set up.
pub fn middleware(setup: Setup) -> Cors<Policies> {
    let mut cors = Cors::new(setup.policies).check_writes(setup.writes);
    if let Some(handshake) = setup.handshake {
        cors = cors.check_upgrades(handshake);
    }
    if let Some(candidate) = setup.candidate {
        cors = cors.candidate(candidate);
    }
    if let Some(observer) = setup.observer {
        cors = cors.observe(move |event| observer(event));
    }
    cors
}

macro_rules! serve {
    ($listener:expr, $app:expr) => {{
        rt::System::new().block_on(async {
            HttpServer::new($app).workers(1).disable_signals().listen_auto_h2c($listener)?.run().await
        })
    }};
}

pub(crate) fn wrapped(setup: Setup, listener: TcpListener) -> io::Result<()> {
    let cors = middleware(setup);
    serve!(listener, move || App::new().configure(routes).wrap(cors.clone()))
}

pub(crate) fn compressed(setup: Setup, listener: TcpListener) -> io::Result<()> {
    let cors = middleware(setup);
    serve!(listener, move || App::new().configure(routes).wrap(cors.clone()).wrap(Compress::default()))
}

/// Around a part of an application: its own 404, too, is covered, because the scope has everything.
pub(crate) fn scoped(setup: Setup, listener: TcpListener) -> io::Result<()> {
    let cors = middleware(setup);
    serve!(listener, move || App::new().service(web::scope("").configure(routes).wrap(cors.clone())))
}
