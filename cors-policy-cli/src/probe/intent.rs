//! What the page means to do: the arguments, as the page and the request that a browser makes of them.

use std::net::IpAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use cors_policy_browser::headers::{is_token, is_value, normalized};
use cors_policy_browser::{Body, CredentialsMode, Initiator, Origin, Page, Profile, Request, Url};
use cors_policy_compiler::suffix::registrable_domain;
use http::Uri;

use crate::browser::{Browser, Credentials};
use crate::failure::Failure;
use crate::source::printable;

/// The most bytes of an argument. Servers take some 64 KiB of headers.
const LONGEST: usize = 64 * 1024;

#[derive(Debug, Args)]
pub(super) struct Asked {
    /// What the page asks for
    #[arg(value_name = "URL", required_unless_present = "explain")]
    url: Option<String>,
    /// The page's origin, or any URL of it; `null` is a sandboxed frame
    #[arg(long, value_name = "ORIGIN", required_unless_present = "explain")]
    origin: Option<String>,
    #[arg(long, value_name = "METHOD", default_value = "GET", help = "The method, as script gives it")]
    method: String,
    /// A header that script sets; several times for several
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// The body, a string; its type is text/plain where no header says another
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,
    /// The credentials mode. No credentials are sent, whatever it is: see `--cookie`
    #[arg(long, value_name = "MODE", value_enum, default_value = "same-origin")]
    credentials: Credentials,
    /// What makes the request
    #[arg(long, value_name = "KIND", value_enum, default_value = "fetch")]
    initiator: Kind,
    /// A header of the response that the page reads; several times for several
    #[arg(long, value_name = "HEADER")]
    reads: Vec<String>,
    /// How the browser behaves where engines differ
    #[arg(long, value_name = "BROWSER", value_enum, default_value = "standard")]
    browser: Browser,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Fetch,
    Xhr,
    EventSource,
    Font,
}

/// The page and its request.
#[derive(Debug)]
pub(super) struct Intent {
    pub(super) page: Page,
    pub(super) request: Request,
    pub(super) profile: Profile,
    /// In lower case.
    pub(super) reads: Vec<String>,
}

impl Asked {
    pub(super) fn intent(&self) -> Result<Intent, Failure> {
        let (Some(url), Some(origin)) = (&self.url, &self.origin) else {
            return Err(Failure::usage("there is no URL and no origin"));
        };
        let url = url_of(url)?;
        let page = page_of(origin)?;
        let mut request = Request::by(self.initiator.initiator(), &url);
        if !is_token(self.method.as_bytes()) || self.method.len() > LONGEST {
            return Err(Failure::usage(format!("`{}` is no method", shown(&self.method))));
        }
        let is_script = matches!(self.initiator, Kind::Fetch | Kind::Xhr);
        let asks_more = self.method != "GET" || !self.headers.is_empty() || self.body.is_some();
        if !is_script && asks_more {
            return Err(Failure::usage("only fetch and xhr have a method, headers and a body"));
        }
        request = request.method(&self.method);
        for header in &self.headers {
            let (name, value) = header_of(header)?;
            request = request.header(name, value);
        }
        if let Some(body) = &self.body {
            let method = cors_policy_browser::method::normalize(&self.method);
            if matches!(method.as_str(), "GET" | "HEAD") {
                return Err(Failure::usage(format!("a {method} has no body")));
            }
            request = request.body(Body::text(body.as_str()));
        }
        if self.credentials == Credentials::Omit && self.initiator != Kind::Fetch {
            return Err(Failure::usage("only fetch has the credentials mode omit"));
        }
        request = request.credentials(self.credentials.mode());
        let mut reads = Vec::new();
        for name in &self.reads {
            if !is_token(name.as_bytes()) || name.len() > LONGEST {
                return Err(Failure::usage(format!("`{}` is no name of a header", shown(name))));
            }
            reads.push(name.to_ascii_lowercase());
        }
        Ok(Intent { page, request, profile: self.browser.profile(), reads })
    }
}

impl Intent {
    /// Whether the page asks with credentials.
    pub(super) fn includes(&self) -> bool {
        self.request.credentials == CredentialsMode::Include
    }

    pub(super) fn origin(&self) -> String {
        self.page.origin.to_string()
    }

    /// Whether the page's host is anywhere, and the URL's on this machine or in a local network, as far as an address
    /// says so.
    pub(super) fn is_into_local_network(&self) -> bool {
        let page = Url::parse(&self.origin()).ok();
        let is_public = page.is_some_and(|page| !is_local(&page));
        is_public && is_local(&self.request.url)
    }

    /// How long a clock may stand still for the model: preflights of this run are not reused.
    pub(super) const NOW: Duration = Duration::ZERO;
}

fn is_local(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    cors_policy_browser::page::is_loopback(url)
        || match address {
            Ok(IpAddr::V4(address)) => address.is_private() || address.is_link_local(),
            Ok(IpAddr::V6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
            Err(_) => host.rsplit_once('.').is_some_and(|(_, last)| last.eq_ignore_ascii_case("local")),
        }
}

impl Kind {
    fn initiator(self) -> Initiator {
        match self {
            Kind::Fetch => Initiator::Fetch,
            Kind::Xhr => Initiator::Xhr,
            Kind::EventSource => Initiator::EventSource,
            Kind::Font => Initiator::Font,
        }
    }
}

fn url_of(text: &str) -> Result<Url, Failure> {
    let malformed = |why: &str| Failure::usage(format!("`{}` is no URL: {why}", shown(text)));
    if text.len() > LONGEST {
        return Err(malformed("it is too long"));
    }
    let mut url = Url::parse(text).map_err(|error| malformed(&error.to_string()))?;
    url.set_fragment(None);
    let is_http = matches!(url.scheme(), "http" | "https");
    if is_http && Uri::try_from(url.as_str()).is_err() {
        return Err(malformed("it has characters that cannot be sent"));
    }
    Ok(url)
}

/// A page of an origin. Its site is told by the public suffix list.
fn page_of(text: &str) -> Result<Page, Failure> {
    let malformed = || {
        let https = format!("https://{text}");
        let meant = Origin::parse(&https).host().is_some() && text.len() < LONGEST;
        let (text, meant) =
            (shown(text), if meant { shown(&https) } else { "https://app.example.com".to_owned() });
        Failure::usage(format!("`{text}` is no origin: write `{meant}`, or `null`"))
    };
    if text == "null" {
        return Ok(Page::of(Origin::Opaque));
    }
    if text.len() > LONGEST || text.bytes().any(|byte| byte.is_ascii_control() || byte == b' ') {
        return Err(malformed());
    }
    let origin = Origin::parse(text);
    let Some(host) = origin.host() else { return Err(malformed()) };
    let site = registrable_domain(host).map(str::to_owned);
    Ok(Page { site, ..Page::of(origin) })
}

fn header_of(text: &str) -> Result<(String, Vec<u8>), Failure> {
    let malformed = || Failure::usage(format!("`{}` is no header: write `name: value`", shown(text)));
    let (name, value) = text.split_once(':').ok_or_else(malformed)?;
    // Script gives characters, each of which is one byte.
    let bytes: Option<Vec<u8>> = value.chars().map(|letter| u8::try_from(letter).ok()).collect();
    let bytes = bytes.ok_or_else(malformed)?;
    let value = normalized(&bytes);
    if !is_token(name.as_bytes()) || !is_value(value) || text.len() > LONGEST {
        return Err(malformed());
    }
    if value.iter().any(|byte| *byte < b' ' && *byte != b'\t' || *byte == 0x7f) {
        return Err(malformed());
    }
    let name = name.to_ascii_lowercase();
    if matches!(name.as_str(), "cookie" | "cookie2") {
        let text = "browsers do not let pages set `cookie`; `--cookie` says what a browser would add";
        return Err(Failure::usage(text));
    }
    Ok((name, value.to_vec()))
}

/// The beginning of an argument, with what is not printable escaped.
fn shown(text: &str) -> String {
    let mut shown = printable(&text.chars().take(80).collect::<String>());
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    shown
}
