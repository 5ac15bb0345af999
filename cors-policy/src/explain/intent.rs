//! What a page means to do.

use cors_policy_browser::{Headers, HttpResponse, Initiator, Mode, Page, Profile, Request};
use cors_policy_compiler::suffix::registrable_domain;

/// What a page means to do: a request, and the response headers that its script wants to read.
///
/// ```
/// use cors_policy::explain::Intent;
/// use cors_policy::explain::browser::{CredentialsMode, Page, Profile, Request, Url};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let page = Page::at(&Url::parse("https://app.example.com/cart")?);
/// let request = Request::fetch(&Url::parse("https://api.example.com/cart")?)
///     .method("PUT")
///     .credentials(CredentialsMode::Include);
/// let intent = Intent::new(page, request).reading("etag").in_browser(Profile::CHROMIUM);
/// # let _ = intent;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Intent {
    /// The page.
    pub page: Page,
    /// The request.
    pub request: Request,
    /// Names of response headers in lower case.
    pub reads: Vec<String>,
    /// The browser.
    pub profile: Profile,
}

impl Intent {
    /// A request of a page, in a browser that does what the standard says. A page whose registrable domain is not
    /// set has that of the public suffix list.
    #[must_use]
    pub fn new(mut page: Page, request: Request) -> Self {
        page.site = page.site.or_else(|| page.origin.host().and_then(registrable_domain).map(str::to_owned));
        Intent { page, request, reads: Vec::new(), profile: Profile::STANDARD }
    }

    /// The script reads this response header, too.
    #[must_use]
    pub fn reading(mut self, header: impl AsRef<str>) -> Self {
        let header = header.as_ref().to_ascii_lowercase();
        if !self.reads.contains(&header) {
            self.reads.push(header);
        }
        self
    }

    /// In another browser.
    #[must_use]
    pub fn in_browser(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Whether it opens a connection, of which the server alone says whether the page may.
    pub(super) fn is_handshake(&self) -> bool {
        matches!(self.request.mode, Mode::WebSocket | Mode::WebTransport)
    }

    /// Whether the initiator has an API by which script reads responses.
    pub(super) fn is_by_script(&self) -> bool {
        matches!(self.request.initiator, Initiator::Fetch | Initiator::Xhr)
    }

    /// What an application answers that does as it is asked: a status and a type that whoever asks takes, and the
    /// headers that the script wants to read.
    pub(super) fn application(&self) -> HttpResponse {
        let (status, content_type) = match self.request.initiator {
            Initiator::WebSocket => (101, None),
            Initiator::WebTransport => (200, None),
            Initiator::EventSource => (200, Some("text/event-stream")),
            Initiator::Script | Initiator::ModuleScript | Initiator::Worker | Initiator::ImportScripts => {
                (200, Some("text/javascript"))
            }
            Initiator::Stylesheet => (200, Some("text/css")),
            Initiator::Image | Initiator::CssImage | Initiator::CssShape => (200, Some("image/png")),
            Initiator::Audio => (200, Some("audio/ogg")),
            Initiator::Video => (200, Some("video/webm")),
            Initiator::Font => (200, Some("font/woff2")),
            Initiator::Navigation | Initiator::Form => (200, Some("text/html")),
            _ => (200, Some("application/json")),
        };
        let mut headers = Headers::new();
        if let Some(content_type) = content_type {
            headers.append("content-type", content_type);
        }
        for name in self.reads.iter().filter(|name| !DECIDED.contains(&name.as_str())) {
            headers.append(name.as_str(), "…".as_bytes());
        }
        HttpResponse::new(status, headers)
    }
}

/// Headers that decide what becomes of a response: a placeholder for their value would be another response.
const DECIDED: [&str; 4] =
    ["content-type", "location", "cross-origin-resource-policy", "x-content-type-options"];
