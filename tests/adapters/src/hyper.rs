//! hyper, with the layer directly around a function. The body type has no `Default`.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use bytes::Bytes;
use cors_policy::tower::CorsLayer;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tower_service::Service;

use crate::axum::layer;
use crate::chunks::Chunks;
use crate::client::run;
use crate::setup::{Policies, Setup};
use crate::{CHUNKS, HANDLED, INNER, long_text};

/// The application.
///
/// # Errors
///
/// None.
pub async fn application(request: Request<Incoming>) -> Result<Response<Chunks>, Infallible> {
    let is_head = request.method() == Method::HEAD;
    let response = match request.uri().path() {
        "/hello" if request.method() == Method::OPTIONS => {
            with(handled("options"), &[("allow", "GET, HEAD, POST")])
        }
        "/hello" => handled("hello"),
        "/moved" => status(with(handled(""), &[("location", "/hello")]), StatusCode::TEMPORARY_REDIRECT),
        "/fail" => status(handled("failed"), StatusCode::INTERNAL_SERVER_ERROR),
        "/panic" => std::panic::resume_unwind(Box::new("on purpose")),
        "/slow" => slow().await,
        "/limited" if request.method() != Method::POST => status(plain(""), StatusCode::METHOD_NOT_ALLOWED),
        "/limited" => limited(request.into_body()).await,
        "/inner" => with(handled("inner"), &INNER),
        "/gzip" => with(handled(&long_text()), &[("vary", "accept-encoding")]),
        "/stream" => with(Response::new(Chunks::new(CHUNKS)), &[(HANDLED, "yes")]),
        "/socket" if request.headers().contains_key("upgrade") => {
            let switch = with(handled(""), &[("connection", "upgrade"), ("upgrade", "websocket")]);
            status(switch, StatusCode::SWITCHING_PROTOCOLS)
        }
        "/socket" => handled(""),
        _ => status(plain("not found"), StatusCode::NOT_FOUND),
    };
    // By HTTP/2, hyper sends the body of whoever answers HEAD with one.
    Ok(if is_head { response.map(|_| Chunks::new([""; 0])) } else { response })
}

fn plain(text: &str) -> Response<Chunks> {
    Response::new(Chunks::new([text].into_iter().filter(|text| !text.is_empty()).map(str::to_owned)))
}

fn handled(text: &str) -> Response<Chunks> {
    with(plain(text), &[(HANDLED, "yes")])
}

fn with(mut response: Response<Chunks>, lines: &[(&'static str, &'static str)]) -> Response<Chunks> {
    for (name, value) in lines {
        response.headers_mut().append(*name, http::HeaderValue::from_static(value));
    }
    response
}

fn status(mut response: Response<Chunks>, status: StatusCode) -> Response<Chunks> {
    *response.status_mut() = status;
    response
}

async fn slow() -> Response<Chunks> {
    let work = tokio::time::sleep(Duration::from_secs(60));
    match tokio::time::timeout(Duration::from_millis(100), work).await {
        Ok(()) => handled("done"),
        Err(_) => status(plain(""), StatusCode::GATEWAY_TIMEOUT),
    }
}

async fn limited(body: Incoming) -> Response<Chunks> {
    match Limited::new(body, 1024).collect().await {
        Ok(body) => handled(&body.to_bytes().len().to_string()),
        Err(_) => status(plain(""), StatusCode::PAYLOAD_TOO_LARGE),
    }
}

/// Serves a service, in both versions.
///
/// # Errors
///
/// What ends it.
pub fn serve<S, B>(service: S, listener: TcpListener) -> io::Result<()>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes, Error = Infallible> + Send + 'static,
{
    run(async move {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(async move {
                let mut server = auto::Builder::new(TokioExecutor::new());
                server.http2().enable_connect_protocol();
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    })
}

pub(crate) fn any_body(setup: Setup, listener: TcpListener) -> io::Result<()> {
    let layer: CorsLayer<Policies> = layer(setup);
    serve(layer.any_body().wrap(tower::service_fn(application)), listener)
}

pub(crate) fn empty_body(setup: Setup, listener: TcpListener) -> io::Result<()> {
    let empty = || Chunks::new([""; 0]);
    serve(layer(setup).empty_body(empty).wrap(tower::service_fn(application)), listener)
}
