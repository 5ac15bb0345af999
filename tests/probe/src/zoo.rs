//! The zoo: servers that each get one thing wrong, and what has to be said of them.

mod preflights;
mod requests;
mod responses;
mod strangers;

use crate::server::{Asked, Reply, Server};

/// A request to a server, and the causes that have to be found: the first first, and no others.
#[derive(Debug)]
pub struct Case {
    /// What is broken.
    pub name: &'static str,
    /// Where.
    pub url: String,
    /// Beside the URL.
    pub arguments: Vec<String>,
    /// The codes, in order.
    pub expected: Vec<&'static str>,
    /// What runs meanwhile.
    pub servers: Vec<Server>,
}

/// All of it.
#[must_use]
pub fn all() -> Vec<Case> {
    let mut all = requests::cases();
    all.extend(preflights::cases());
    all.extend(responses::cases());
    all.extend(responses::redirects());
    all.extend(responses::reading());
    all.extend(strangers::cases());
    all
}

/// A page that sends JSON.
const JSON: &[&str] = &["--method", "PUT", "--header", "content-type: application/json"];
/// A page that reads with a header of its own.
const CUSTOM: &[&str] = &["--header", "x-custom: 1"];
/// With cookies.
const INCLUDE: &[&str] = &["--credentials", "include"];

impl Case {
    fn new(
        name: &'static str,
        arguments: &[&str],
        expected: &[&'static str],
        answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let server = Server::new(answer);
        let mut case = Case::at(name, server.url("/api/orders"), arguments, expected);
        case.servers.push(server);
        case
    }

    fn at(name: &'static str, url: String, arguments: &[&str], expected: &[&'static str]) -> Self {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        Case { name, url, arguments, expected: expected.to_vec(), servers: Vec::new() }
    }

    fn with(mut self, server: Server) -> Self {
        self.servers.push(server);
        self
    }
}
