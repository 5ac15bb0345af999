//! An API and pages of two origins in one process, to click through what CORS does.

mod api;
mod journal;
mod policy;
mod site;

use std::io;
use std::net::Ipv4Addr;

use axum::Router;
use tokio::net::TcpListener;

use crate::demo::journal::Journal;

/// The ports to listen on; 0 for any that is free.
#[derive(Clone, Copy, Debug)]
pub struct Ports {
    /// Of the page, at `localhost`.
    pub page: u16,
    /// Of the API, at `localhost`.
    pub api: u16,
    /// Of the page that the policy does not admit, at `127.0.0.1`.
    pub stranger: u16,
}

/// The origins that are served.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The page. Open this one.
    pub page: String,
    /// The API, which admits the page.
    pub api: String,
    /// The page of the API that shows what it refused.
    pub inspector: String,
    /// The same page at an origin that the API does not admit.
    pub stranger: String,
}

/// Serves the demo, until the runtime ends.
///
/// # Errors
///
/// If a port is taken; the message names it.
pub async fn serve(ports: Ports) -> io::Result<Addresses> {
    let (page, api, stranger) =
        (listen(ports.page).await?, listen(ports.api).await?, listen(ports.stranger).await?);
    let addresses = Addresses {
        page: format!("http://localhost:{}", page.local_addr()?.port()),
        api: format!("http://localhost:{}", api.local_addr()?.port()),
        inspector: format!("http://localhost:{}{}", api.local_addr()?.port(), api::INSPECTOR),
        stranger: format!("http://127.0.0.1:{}", stranger.local_addr()?.port()),
    };
    let journal = Journal::default();
    let application = api::api(journal.clone()).into_make_service();
    // `axum::serve` retries failed connections and never returns an error.
    tokio::spawn(async move { axum::serve(api, application).await });
    start(page, site::site(addresses.clone(), journal.clone()));
    start(stranger, site::site(addresses.clone(), journal));
    Ok(addresses)
}

async fn listen(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.map_err(|error| io::Error::new(error.kind(), format!("cannot listen on port {port}: {error}")))
}

fn start(listener: TcpListener, router: Router) {
    // `axum::serve` retries failed connections and never returns an error.
    tokio::spawn(async move { axum::serve(listener, router).await });
}
