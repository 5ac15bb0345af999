//! An API that gets CORS wrong: it admits everybody, and lists no methods.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// Serves it on loopback, for as long as the process runs.
#[must_use]
pub fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().flatten().for_each(answer));
    address
}

fn answer(mut stream: TcpStream) {
    let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
    let is_preflight = lines.next().is_some_and(|line| line.starts_with("OPTIONS "));
    let headers = lines.by_ref().take_while(|line| !line.is_empty());
    let origin = headers.filter_map(|line| line.strip_prefix("origin: ").map(str::to_owned)).last();
    let mut response = String::from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n");
    if is_preflight {
        response.push_str("Access-Control-Max-Age: 600\r\n");
    }
    if let Some(origin) = origin {
        write!(response, "Access-Control-Allow-Origin: {origin}\r\n").unwrap();
        response.push_str("Access-Control-Allow-Credentials: true\r\n");
    }
    response.push_str("\r\n");
    // A client that has gone has seen enough.
    let _ = stream.write_all(response.as_bytes());
}
