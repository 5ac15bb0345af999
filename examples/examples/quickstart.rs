//! What one CORS policy answers to requests that browsers really send.
//!
//! `cargo run --example quickstart` needs no server and no set-up: the requests stand in the folder `captures`,
//! as Chromium and Firefox sent them. Only number 12 was edited: a proxy has added the last three lines.

use std::error::Error;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use cors_policy::{Decision, Kind, Outcome, Policy, Rejection, cors_policy};
use http::{HeaderValue, Request};

/// Who may call the shop's API from a browser.
///
/// A mistake in it does not compile: try a slash behind an origin, or `origins: any`.
static SHOP: Policy = cors_policy! {
    origins: [
        "https://shop.example.com",
        "https://*.shop.example.com",
        #[allow(insecure_origin, reason = "kiosks on the shop floor have no TLS")]
        "http://kiosk.example.com:8080",
        #[cfg(debug_assertions)]
        "http://localhost:*",
    ],
    credentials: true,
    methods: [PUT, DELETE],
    request_headers: ["content-type", "x-csrf-token"],
    expose_headers: ["etag", "x-request-id"],
    max_age: "2h",
    admits: ["https://eu.shop.example.com"],
    refuses: ["https://shop.example.com.evil.test"],
};

const INTRODUCTION: &str = "\
A script in a web page can send requests to other sites, even with the user's cookies. The browser says
in `origin` where the page comes from, and lets the script read the response only if headers of the
response permit it: this is CORS. A request that no plain form could send, such as a PUT, needs permission
beforehand: the browser asks for it with an OPTIONS request, the preflight.

Here, browsers call a shop's API at https://api.example.com. Its policy (SHOP in quickstart.rs) lets in
the pages of https://shop.example.com and of its subdomains. After the arrow comes what the policy answers,
or adds to the response of the application. `vary` is for caches: it says on which headers of the request
the response depends.";

/// The lines of a request that are shown. Browsers send a dozen others, which play no part here.
const SHOWN: [&str; 8] = [
    "host",
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
    "content-type",
    "x-csrf-token",
    "sec-fetch-site",
    "cookie",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("{INTRODUCTION}");
    for capture in captures()? {
        let request =
            parse(&fs::read(&capture)?).map_err(|error| format!("{}: {error}", capture.display()))?;
        let decision = SHOP.evaluate(request.method(), request.headers());
        let rejection = decision.rejection(request.method(), request.headers());

        print_title(&capture);
        print_request(&request);
        print_answer(&decision);
        if let Some(reason) = &rejection {
            println!("  Refused: {reason}.");
        }
        println!("  {}", what_the_browser_does(&decision, rejection.as_ref()));
    }
    Ok(())
}

fn captures() -> io::Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let mut captures = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?;
    captures.sort();
    Ok(captures)
}

/// Reads the head of a request and keeps every line: a header that stands there twice must be seen twice.
fn parse(capture: &[u8]) -> Result<Request<()>, Box<dyn Error>> {
    let mut lines = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Request::new(&mut lines);
    if head.parse(capture)?.is_partial() {
        return Err("the request ends before its empty line".into());
    }
    let mut request =
        Request::builder().method(head.method.unwrap_or_default()).uri(head.path.unwrap_or_default());
    for line in head.headers {
        request = request.header(line.name, line.value);
    }
    Ok(request.body(())?)
}

/// The title is the name of the file.
fn print_title(capture: &Path) {
    let title = capture.file_stem().unwrap_or_default().to_string_lossy().replace('-', " ");
    let (bold, plain) = if io::stdout().is_terminal() { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    println!("\n{bold}{title}{plain}");
}

fn print_request(request: &Request<()>) {
    println!("    {} {}", request.method(), request.uri());
    for name in SHOWN {
        for value in request.headers().get_all(name) {
            print_header(name, value);
        }
    }
}

/// The policy answers a preflight by itself. Every other request goes to the application.
fn print_answer(decision: &Decision) {
    match decision.status() {
        Some(status) => println!("  → {status}"),
        None => println!("  → the application's response, with"),
    }
    for (name, value) in decision.headers() {
        print_header(name.as_str(), &value);
    }
}

fn print_header(name: &str, value: &HeaderValue) {
    println!("    {name}: {}", String::from_utf8_lossy(value.as_bytes()));
}

fn what_the_browser_does(decision: &Decision, rejection: Option<&Rejection>) -> &'static str {
    let verdict = decision.verdict();
    match (verdict.kind(), rejection, verdict.outcome()) {
        (Kind::Preflight, None, _) => "The browser now sends the request that it asked about.",
        (Kind::Preflight, Some(_), _) => {
            "The browser finds no permission: it does not send the request, and the script gets an error."
        }
        (Kind::Actual, Some(_), _) => {
            "The application runs, but the browser finds no permission: the script gets an error, no response."
        }
        (Kind::Actual, None, Outcome::Admitted) => "The browser hands the response to the script.",
        (Kind::Actual, None, Outcome::SameOrigin) => {
            "`sec-fetch-site` says that the page is the API's own, so no permission is needed."
        }
        (Kind::Actual, None, _) => {
            "No `origin`: no script of another site is to read the response, so no permission is needed."
        }
    }
}
