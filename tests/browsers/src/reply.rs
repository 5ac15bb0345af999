//! What the application behind the policy answers.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, LOCATION, SET_COOKIE};
use http::{Response, StatusCode};
use http_body_util::Full;

use crate::site::Host;

pub(crate) type Body = Full<Bytes>;

/// What the body is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Text,
    Script,
    Style,
    Font,
    Image,
    Events,
    /// A WebSocket, which only origins that the policy admits may open where `guarded`.
    Socket {
        guarded: bool,
    },
}

/// A reply.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content: Content,
    /// Whether the response may be cached.
    pub(crate) cached: bool,
    /// Where a redirect leads: a server, and the name of a resource there.
    pub(crate) location: Option<(Host, &'static str)>,
}

impl Reply {
    pub(crate) fn new(content: Content) -> Self {
        Reply { status: 200, content, cached: false, location: None }
    }

    pub(crate) fn text() -> Self {
        Reply::new(Content::Text)
    }

    pub(crate) fn status(status: u16) -> Self {
        Reply { status, ..Reply::text() }
    }

    pub(crate) fn cached(mut self) -> Self {
        self.cached = true;
        self
    }

    pub(crate) fn redirect(status: u16, host: Host, name: &'static str) -> Self {
        Reply { location: Some((host, name)), ..Reply::status(status) }
    }

    /// What script reads of the reply, where its initiator lets it read text at all.
    pub(crate) fn text_for(self, for_user: bool) -> &'static str {
        match self.content {
            Content::Style => "p.data",
            _ if for_user => "data of a user",
            _ => "data",
        }
    }

    /// The response, `path` being that of the request and `location` where a redirect leads.
    pub(crate) fn response(self, path: &str, for_user: bool, location: Option<&str>) -> Response<Body> {
        let text = self.text_for(for_user);
        let (kind, body) = match self.content {
            Content::Text | Content::Socket { .. } => ("text/plain", Bytes::from(text)),
            Content::Script => ("text/javascript", script(path, text).into()),
            Content::Style => ("text/css", format!("{text} {{ color: red }}").into()),
            Content::Font => ("font/ttf", Bytes::from_static(include_bytes!("../pages/empty.ttf"))),
            Content::Image => ("image/svg+xml", Bytes::from_static(IMAGE.as_bytes())),
            Content::Events => ("text/event-stream", format!("data: {text}\n\n").into()),
        };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        let cache = if self.cached { "max-age=3600" } else { "no-store" };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(ETAG, HeaderValue::from_static("\"1\""));
        headers.insert("x-request-id", HeaderValue::from_static("7"));
        // Takes away a cookie that nobody has.
        headers.insert(SET_COOKIE, HeaderValue::from_static("none=; Max-Age=0"));
        if let Some(location) = location {
            headers.insert(LOCATION, HeaderValue::from_str(location).unwrap());
        }
        response
    }
}

/// Leaves its text under the place of the case.
fn script(path: &str, text: &str) -> String {
    let case = path.split('/').nth(1).unwrap_or_default();
    format!("globalThis.scripts = {{ ...globalThis.scripts, {case:?}: {text:?} }};")
}

const IMAGE: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>"#;
