//! What a server sees of a request, in a line.

use cors_policy_tests::judge::is_preflight;
use cors_policy_tests::message::{Headers, Request, Response, members};

/// A request that reached a server, and the answer.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) resource: String,
    pub(crate) request: Request,
    pub(crate) response: Response,
}

/// What matters of an exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) resource: String,
    /// Of a preflight, the method that it asks for.
    pub(crate) method: String,
    /// The headers that a preflight asks for.
    pub(crate) preflight: Option<Vec<String>>,
    pub(crate) cookie: bool,
    pub(crate) authorization: bool,
    pub(crate) origin: Option<String>,
    /// `Access-Control-Allow-Origin` of the answer.
    pub(crate) allowed: Option<String>,
    /// Other headers of CORS in the answer, where nobody is allowed.
    pub(crate) stray: Vec<String>,
    /// The status of the answer to a preflight.
    pub(crate) status: Option<u16>,
}

impl From<&Exchange> for Seen {
    fn from(Exchange { resource, request, response }: &Exchange) -> Self {
        let headers = &request.headers;
        let preflight = is_preflight(request).then(|| {
            let asked = members(headers, "access-control-request-headers");
            asked.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
        });
        let asked_method = text(headers, "access-control-request-method").filter(|_| preflight.is_some());
        let allowed = text(&response.headers, "access-control-allow-origin");
        let of_cors = response.headers.iter().filter(|(name, _)| name.starts_with("access-control-"));
        let of_cors: Vec<String> = of_cors.map(|(name, _)| name.to_owned()).collect();
        Seen {
            status: preflight.is_some().then_some(response.status),
            stray: if allowed.is_none() { of_cors } else { Vec::new() },
            resource: resource.clone(),
            method: asked_method.unwrap_or_else(|| request.method.clone()),
            preflight,
            cookie: headers.has("cookie"),
            authorization: headers.has("authorization"),
            origin: text(headers, "origin"),
            allowed,
        }
    }
}

impl Seen {
    /// Kind, method, resource, and what travelled.
    pub(crate) fn short(&self) -> String {
        let Seen { resource, method, preflight, cookie, authorization, .. } = self;
        let preflight = if preflight.is_some() { "preflight of " } else { "" };
        let cookie = if *cookie { " +cookie" } else { "" };
        let authorization = if *authorization { " +authorization" } else { "" };
        format!("{preflight}{method} {resource}{cookie}{authorization}")
    }

    /// All of it.
    pub(crate) fn full(&self) -> String {
        let asked = match &self.preflight {
            Some(names) if !names.is_empty() => format!(" asking for {}", names.join(",")),
            _ => String::new(),
        };
        let origin = self.origin.as_ref().map(|origin| format!(" from {origin}")).unwrap_or_default();
        let allowed = self.allowed.as_ref().map(|allowed| format!(" allowing {allowed}")).unwrap_or_default();
        let stray =
            if self.stray.is_empty() { String::new() } else { format!(" with {}", self.stray.join(",")) };
        let status = self.status.map(|status| format!(", {status}")).unwrap_or_default();
        format!("{}{asked}{origin}{allowed}{stray}{status}", self.short())
    }
}

fn text(headers: &Headers, name: &str) -> Option<String> {
    headers.combined(name).map(|value| String::from_utf8_lossy(&value).into_owned())
}
