//! The arguments that say what a page means to do.

use clap::{Args, ValueEnum};
use cors_policy::explain::Intent;
use cors_policy::explain::browser::{
    Body, CredentialsMode, CrossOrigin, Initiator, Mode, Origin, Page, Request, Url,
};

use crate::browser::{Browser, Credentials};
use crate::failure::Failure;
use crate::source::printable;

/// What a page means to do.
#[derive(Debug, Args)]
pub(super) struct Intended {
    /// The page: its origin, or its URL; `null` is a page without an origin
    #[arg(long, value_name = "ORIGIN")]
    origin: String,
    /// The URL that it asks for
    #[arg(long, value_name = "URL", default_value = "https://api.example/")]
    url: String,
    /// The method, as script writes it; without a body GET, with one POST
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
    /// A header that script sets, such as `X-Token: 1`; several times for several
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// A body of text
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,
    /// A body of the type application/json, `{}` without `--body`
    #[arg(long)]
    json: bool,
    /// Whether cookies and the like go with it
    #[arg(long, value_enum, value_name = "MODE")]
    credentials: Option<Credentials>,
    /// The mode of the request; of elements, `cors` is the attribute `crossorigin`
    #[arg(long, value_enum, value_name = "MODE")]
    mode: Option<Asked>,
    /// What makes the request: `fetch`, `xhr`, `event-source`, `beacon`, `web-socket`, `web-transport`, `script`,
    /// `module-script`, `stylesheet`, `image`, `audio`, `video`, `font`, `css-image`, `css-shape`, `manifest`, `worker`,
    /// `import-scripts`, `navigation` or `form`
    #[arg(long, value_name = "INITIATOR", default_value = "fetch", value_parser = initiator)]
    initiator: Initiator,
    /// A header of the response that script reads; several times for several
    #[arg(long, value_name = "HEADER")]
    reads: Vec<String>,
    /// Whose rules are followed: those of the standard, or of a browser where it has others
    #[arg(long, value_enum, value_name = "BROWSER", default_value = "standard")]
    browser: Browser,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Asked {
    Cors,
    NoCors,
    SameOrigin,
}

fn initiator(name: &str) -> Result<Initiator, String> {
    let known = Initiator::ALL.into_iter().find(|known| known.name() == name);
    known.ok_or_else(|| {
        let names: Vec<&str> = Initiator::ALL.iter().map(|known| known.name()).collect();
        format!("there are {}", names.join(", "))
    })
}

/// The most bytes of an argument: browsers take URLs of up to 2 MiB and servers some 8 KiB of headers.
const LONGEST: usize = 64 * 1024;
/// The most headers.
const MOST_HEADERS: usize = 200;

impl Intended {
    pub(super) fn intent(&self) -> Result<Intent, Failure> {
        self.sizes()?;
        let request = self.request()?;
        let reads =
            self.reads.iter().map(|name| header_name(name)).collect::<Result<Vec<&str>, Failure>>()?;
        let intent = Intent::new(self.page()?, request).in_browser(self.browser.profile());
        Ok(reads.into_iter().fold(intent, Intent::reading))
    }

    fn sizes(&self) -> Result<(), Failure> {
        let Intended { origin, url, method, headers, body, reads, .. } = self;
        let texts = [origin, url].into_iter().chain(method).chain(headers).chain(body).chain(reads);
        if texts.into_iter().any(|text| text.len() > LONGEST) {
            return Err(Failure::usage(format!("an argument is longer than {LONGEST} bytes")));
        }
        if headers.len().max(reads.len()) > MOST_HEADERS {
            return Err(Failure::usage(format!("there are more than {MOST_HEADERS} headers")));
        }
        Ok(())
    }

    fn page(&self) -> Result<Page, Failure> {
        if self.origin == "null" {
            return Ok(Page::of(Origin::Opaque));
        }
        let url = address(&self.origin, "--origin", "https://app.example.com")?;
        let page = Page::of(Origin::parse(&self.origin));
        Ok(Page { url: Some(url), ..page })
    }

    fn request(&self) -> Result<Request, Failure> {
        let url = address(&self.url, "--url", "https://api.example.com/orders")?;
        let body = self.body();
        let request = match (self.initiator, body) {
            (Initiator::Beacon, body) => Request::beacon(&url, body.unwrap_or_else(|| Body::text(""))),
            (initiator, body) => Request { body, ..Request::by(initiator, &url) },
        };
        self.with_choices(self.with_script(request)?)
    }

    fn body(&self) -> Option<Body> {
        match (&self.body, self.json) {
            (text, true) => Some(Body::typed(text.as_deref().unwrap_or("{}"), "application/json")),
            (Some(text), false) => Some(Body::text(text.as_str())),
            (None, false) => None,
        }
    }

    /// What only script can choose.
    fn with_script(&self, mut request: Request) -> Result<Request, Failure> {
        let is_script = matches!(self.initiator, Initiator::Fetch | Initiator::Xhr);
        let takes_body = is_script || matches!(self.initiator, Initiator::Beacon | Initiator::Form);
        let name = self.initiator.name();
        if !is_script && (self.method.is_some() || !self.headers.is_empty()) {
            return Err(Failure::usage(format!("`{name}` takes neither a method nor headers of its own")));
        }
        if !takes_body && request.body.is_some() {
            return Err(Failure::usage(format!("`{name}` sends no body")));
        }
        match &self.method {
            Some(method) => request.method.clone_from(method),
            None if is_script && request.body.is_some() => "POST".clone_into(&mut request.method),
            None => {}
        }
        for header in &self.headers {
            let Some((name, value)) = header.split_once(':').filter(|(name, _)| !name.is_empty()) else {
                let header = printable(header);
                return Err(Failure::usage(format!(
                    "`{header}` is no header; write `--header 'X-Token: 1'`"
                )));
            };
            request.headers.append(name, value.trim_matches([' ', '\t']));
        }
        Ok(request)
    }

    fn with_choices(&self, mut request: Request) -> Result<Request, Failure> {
        let name = self.initiator.name();
        let (credentials, asked) = (self.credentials.map(Credentials::mode), self.mode.map(Asked::mode));
        match self.initiator {
            Initiator::Fetch => {
                request.mode = asked.unwrap_or(request.mode);
                request.credentials = credentials.unwrap_or(request.credentials);
            }
            _ if matches!(asked, Some(Mode::SameOrigin)) || (self.is_by_api() && asked.is_some()) => {
                return Err(Failure::usage(format!("`{name}` has no choice of this mode")));
            }
            Initiator::Xhr | Initiator::EventSource => {
                request.credentials = match credentials {
                    Some(CredentialsMode::Include) => CredentialsMode::Include,
                    _ => CredentialsMode::SameOrigin,
                };
            }
            _ if self.is_element() => {
                let attribute = match (asked, credentials) {
                    (_, Some(CredentialsMode::Include)) => Some(CrossOrigin::UseCredentials),
                    (Some(Mode::Cors), _) | (None, Some(_)) => Some(CrossOrigin::Anonymous),
                    _ => None,
                };
                return Ok(attribute.map_or(request.clone(), |attribute| request.cross_origin(attribute)));
            }
            _ if credentials.is_some() => {
                return Err(Failure::usage(format!("`{name}` has no choice of credentials")));
            }
            _ => {}
        }
        Ok(request)
    }

    fn is_by_api(&self) -> bool {
        !self.is_element()
    }

    /// Whether it has the attribute `crossorigin`.
    fn is_element(&self) -> bool {
        matches!(
            self.initiator,
            Initiator::Script
                | Initiator::ModuleScript
                | Initiator::Stylesheet
                | Initiator::Image
                | Initiator::Audio
                | Initiator::Video
                | Initiator::Manifest
        )
    }
}

impl Asked {
    fn mode(self) -> Mode {
        match self {
            Asked::Cors => Mode::Cors,
            Asked::NoCors => Mode::NoCors,
            Asked::SameOrigin => Mode::SameOrigin,
        }
    }
}

fn address(text: &str, option: &str, example: &str) -> Result<Url, Failure> {
    Url::parse(text).map_err(|error| {
        let text = printable(text);
        Failure::usage(format!("`{text}` is no URL: {error}; write `{option} {example}`"))
    })
}

fn header_name(name: &str) -> Result<&str, Failure> {
    let is_name = cors_policy::explain::browser::headers::is_token(name.as_bytes());
    let invalid = || Failure::usage(format!("`{}` is not the name of a header", printable(name)));
    is_name.then_some(name).ok_or_else(invalid)
}
