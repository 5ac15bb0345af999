//! The zoo: servers that each get one thing wrong, and what has to be said of them.

mod preflights;
mod requests;
mod responses;
mod strangers;

use std::sync::OnceLock;
use std::thread;

use crate::Probed;
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

/// What the command says of all of it: asked once in a process, some at a time, as a few wait for time-outs.
#[must_use]
pub fn probed(binary: &str) -> &'static [(Case, Probed)] {
    static PROBED: OnceLock<Vec<(Case, Probed)>> = OnceLock::new();
    PROBED.get_or_init(|| {
        thread::scope(|threads| {
            let mut started = Vec::new();
            let mut cases = all().into_iter().peekable();
            while cases.peek().is_some() {
                let some: Vec<Case> = cases.by_ref().take(25).collect();
                started.push(threads.spawn(move || {
                    let one = |case: Case| (Probed::run(binary, &case.url, &case.arguments()), case);
                    some.into_iter().map(one).map(|(probed, case)| (case, probed)).collect::<Vec<_>>()
                }));
            }
            started.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        })
    })
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

    /// Its arguments, beside the URL.
    #[must_use]
    pub fn arguments(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }

    fn with(mut self, server: Server) -> Self {
        self.servers.push(server);
        self
    }
}
