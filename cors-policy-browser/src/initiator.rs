//! What makes requests, and which mode, credentials mode and flags these have (HTML, `XMLHttpRequest`, Beacon, `WebSockets`,
//! CSS; Fetch, 5.4 Request class).

use crate::request::{CredentialsMode, Mode, RedirectMode};

/// What makes a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Initiator {
    /// `fetch()`.
    Fetch,
    /// `XMLHttpRequest`.
    Xhr,
    /// `EventSource`.
    EventSource,
    /// `navigator.sendBeacon()`.
    Beacon,
    /// `WebSocket`.
    WebSocket,
    /// `WebTransport`.
    WebTransport,
    /// `<script>`.
    Script,
    /// `<script type=module>`, `import`, `modulepreload`, worklets, JSON and CSS modules.
    ModuleScript,
    /// `<link rel=stylesheet>`.
    Stylesheet,
    /// `<img>`.
    Image,
    /// `<audio>`.
    Audio,
    /// `<video>`.
    Video,
    /// `@font-face` and `FontFace`.
    Font,
    /// Images of CSS (`background-image`, `cursor`) and `@import`.
    CssImage,
    /// `shape-outside`, `mask-image`, and references of `clip-path` and `filter`.
    CssShape,
    /// `<link rel=manifest>`.
    Manifest,
    /// A classic script of a worker, a shared worker or a service worker.
    Worker,
    /// `importScripts()`.
    ImportScripts,
    /// A link, or `location`.
    Navigation,
    /// A form with `method=post`.
    Form,
}

/// The attribute `crossorigin` of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrossOrigin {
    /// `crossorigin` or `crossorigin=anonymous`.
    Anonymous,
    /// `crossorigin=use-credentials`.
    UseCredentials,
}

/// What an initiator's requests have unless it is told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The method.
    pub method: &'static str,
    /// The mode.
    pub mode: Mode,
    /// The credentials mode.
    pub credentials: CredentialsMode,
    /// The redirect mode.
    pub redirect: RedirectMode,
    /// The unsafe-request flag.
    pub unsafe_request: bool,
}

impl Initiator {
    /// Every initiator.
    pub const ALL: [Initiator; 20] = [
        Initiator::Fetch,
        Initiator::Xhr,
        Initiator::EventSource,
        Initiator::Beacon,
        Initiator::WebSocket,
        Initiator::WebTransport,
        Initiator::Script,
        Initiator::ModuleScript,
        Initiator::Stylesheet,
        Initiator::Image,
        Initiator::Audio,
        Initiator::Video,
        Initiator::Font,
        Initiator::CssImage,
        Initiator::CssShape,
        Initiator::Manifest,
        Initiator::Worker,
        Initiator::ImportScripts,
        Initiator::Navigation,
        Initiator::Form,
    ];

    /// Its name in kebab-case, which stays the same.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Initiator::Fetch => "fetch",
            Initiator::Xhr => "xhr",
            Initiator::EventSource => "event-source",
            Initiator::Beacon => "beacon",
            Initiator::WebSocket => "web-socket",
            Initiator::WebTransport => "web-transport",
            Initiator::Script => "script",
            Initiator::ModuleScript => "module-script",
            Initiator::Stylesheet => "stylesheet",
            Initiator::Image => "image",
            Initiator::Audio => "audio",
            Initiator::Video => "video",
            Initiator::Font => "font",
            Initiator::CssImage => "css-image",
            Initiator::CssShape => "css-shape",
            Initiator::Manifest => "manifest",
            Initiator::Worker => "worker",
            Initiator::ImportScripts => "import-scripts",
            Initiator::Navigation => "navigation",
            Initiator::Form => "form",
        }
    }

    /// Mode, credentials mode and flags.
    #[must_use]
    pub fn settings(self) -> Settings {
        use CredentialsMode::{Include, SameOrigin};
        let (mode, credentials) = match self {
            Initiator::Fetch
            | Initiator::Xhr
            | Initiator::EventSource
            | Initiator::ModuleScript
            | Initiator::Font
            | Initiator::CssShape
            | Initiator::Manifest => (Mode::Cors, SameOrigin),
            Initiator::Worker => (Mode::SameOrigin, SameOrigin),
            Initiator::Beacon
            | Initiator::Script
            | Initiator::Stylesheet
            | Initiator::Image
            | Initiator::Audio
            | Initiator::Video
            | Initiator::CssImage
            | Initiator::ImportScripts => (Mode::NoCors, Include),
            Initiator::WebSocket => (Mode::WebSocket, Include),
            Initiator::WebTransport => (Mode::WebTransport, CredentialsMode::Omit),
            Initiator::Navigation | Initiator::Form => (Mode::Navigate, Include),
        };
        Settings {
            method: if matches!(self, Initiator::Beacon | Initiator::Form) { "POST" } else { "GET" },
            mode,
            credentials,
            redirect: match self {
                Initiator::WebSocket | Initiator::WebTransport => RedirectMode::Error,
                _ => RedirectMode::Follow,
            },
            unsafe_request: matches!(self, Initiator::Fetch | Initiator::Xhr | Initiator::Beacon),
        }
    }

    /// Whether script sets headers, past a guard.
    pub(crate) fn takes_headers(self) -> bool {
        matches!(self, Initiator::Fetch | Initiator::Xhr)
    }

    /// The [destination](https://fetch.spec.whatwg.org/#concept-request-destination), as `Sec-Fetch-Dest` says it.
    #[must_use]
    pub fn destination(self) -> &'static str {
        match self {
            Initiator::Fetch | Initiator::Xhr | Initiator::EventSource | Initiator::Beacon => "empty",
            Initiator::WebSocket => "websocket",
            Initiator::WebTransport => "webtransport",
            Initiator::Script | Initiator::ModuleScript | Initiator::ImportScripts => "script",
            Initiator::Stylesheet => "style",
            Initiator::Image | Initiator::CssImage | Initiator::CssShape => "image",
            Initiator::Audio => "audio",
            Initiator::Video => "video",
            Initiator::Font => "font",
            Initiator::Manifest => "manifest",
            Initiator::Worker => "worker",
            Initiator::Navigation | Initiator::Form => "document",
        }
    }

    /// `Accept`, where script does not set it (4 Fetching, step on `Accept`).
    #[must_use]
    pub(crate) fn accept(self) -> &'static str {
        match self {
            Initiator::EventSource => "text/event-stream",
            Initiator::Stylesheet => "text/css,*/*;q=0.1",
            Initiator::Image | Initiator::CssImage | Initiator::CssShape => {
                "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
            }
            Initiator::Navigation | Initiator::Form => {
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
            }
            _ => "*/*",
        }
    }

    /// As console messages of Chromium name what was blocked.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Initiator::Fetch => "fetch",
            Initiator::Xhr => "XMLHttpRequest",
            Initiator::Script | Initiator::ModuleScript | Initiator::ImportScripts | Initiator::Worker => {
                "script"
            }
            Initiator::Stylesheet => "CSS stylesheet",
            Initiator::Image | Initiator::CssImage | Initiator::CssShape => "image",
            Initiator::Audio => "audio",
            Initiator::Video => "video",
            Initiator::Font => "font",
            Initiator::Manifest => "manifest",
            Initiator::Beacon => "ping",
            _ => "resource",
        }
    }
}
