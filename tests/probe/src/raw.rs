//! Servers that do with a connection what they like.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// A listener whose connections are each handled by a function, on a thread, for as long as the process runs.
#[must_use]
pub fn serve(handle: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let handle = Arc::new(handle);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handle = Arc::clone(&handle);
            thread::spawn(move || handle(stream));
        }
    });
    address
}

/// Reads the head of a request.
pub fn read_head(stream: &mut impl Read) -> Vec<u8> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        head.extend_from_slice(&byte);
    }
    head
}

/// Answers every request with these bytes, and closes.
#[must_use]
pub fn answering(bytes: Vec<u8>) -> SocketAddr {
    serve(move |mut stream| {
        read_head(&mut stream);
        // A client that has read enough closes its end.
        let _ = stream.write_all(&bytes);
    })
}

/// A port on which nothing listens.
#[must_use]
pub fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Takes connections and never says a word.
#[must_use]
pub fn silent() -> SocketAddr {
    serve(|mut stream| {
        read_head(&mut stream);
        thread::sleep(Duration::from_secs(60));
    })
}

/// Sends a header byte by byte, forever.
#[must_use]
pub fn trickling() -> SocketAddr {
    serve(|mut stream| {
        read_head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"x-slow: 1\r\n").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    })
}
