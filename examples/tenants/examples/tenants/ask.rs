//! What a browser would send, over a socket.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The service, at its address.
#[derive(Clone, Copy)]
pub(crate) struct Service(SocketAddr);

impl Service {
    pub(crate) fn at(address: SocketAddr) -> Self {
        Service(address)
    }

    /// A page of this origin asks whether it may PUT to a customer's API.
    pub(crate) async fn preflight(self, customer: &str, origin: &str) -> super::Result<()> {
        self.send(customer, "OPTIONS", origin, "access-control-request-method: PUT\r\n").await
    }

    /// A page of this origin reads from a customer's API.
    pub(crate) async fn get(self, customer: &str, origin: &str) -> super::Result<()> {
        self.send(customer, "GET", origin, "").await
    }

    async fn send(self, customer: &str, method: &str, origin: &str, more: &str) -> super::Result<()> {
        let mut stream = TcpStream::connect(self.0).await?;
        let request = format!(
            "{method} /orders HTTP/1.1\r\nhost: {customer}.api.test\r\norigin: {origin}\r\n{more}connection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut response = String::new();
        stream.read_to_string(&mut response).await?;
        let (head, _) = response.split_once("\r\n\r\n").unwrap_or((&response, ""));
        let mut lines = head.lines();
        let status = lines.next().unwrap_or_default().trim_start_matches("HTTP/1.1 ");
        println!("  {method} {customer}.api.test from {origin}: {status}");
        let shown = |line: &&str| line.starts_with("access-control-") || line.starts_with("retry-after");
        lines.filter(shown).for_each(|line| println!("      {line}"));
        Ok(())
    }
}
