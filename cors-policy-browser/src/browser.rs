//! A browser: what stays from one request to the next.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::cache::PreflightCache;
use crate::exchange::Exchange;
use crate::fetch::{Step, start};
use crate::page::Page;
use crate::profile::Profile;
use crate::request::{HttpRequest, HttpResponse, Request};

/// A browser with its preflight cache. It sends nothing by itself, and has no clock.
#[derive(Clone, Debug)]
pub struct Browser {
    pub(crate) profile: Profile,
    pub(crate) cache: PreflightCache,
    pub(crate) looks_ahead: bool,
    pub(crate) hsts: BTreeSet<String>,
}

impl Browser {
    /// A browser with an empty cache.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Browser { profile, cache: PreflightCache::new(profile), looks_ahead: false, hsts: BTreeSet::new() }
    }

    /// Goes on after a failure to find what would fail next: after a failed preflight with the request itself, after a
    /// redirect that fails the CORS check with where it leads. Browsers send none of that; such requests are marked,
    /// and should go to no server on which they have effects.
    #[must_use]
    pub fn looking_ahead(mut self) -> Self {
        self.looks_ahead = true;
        self
    }

    /// Knows a host by HSTS: requests over http to it and to names under it go over https.
    #[must_use]
    pub fn knowing_hsts(mut self, host: impl Into<String>) -> Self {
        self.hsts.insert(host.into());
        self
    }

    /// How it behaves.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Forgets every preflight.
    pub fn forget_preflights(&mut self) {
        self.cache = PreflightCache::new(self.profile);
    }

    /// Starts a request at a time, which counts from any moment and does not go back. Whoever has the [`Step`] sends
    /// what it says, over whatever there is.
    ///
    /// ```
    /// use std::time::Duration;
    /// use cors_policy_browser::{Browser, Headers, HttpResponse, Page, Profile, Request, Step, Url};
    ///
    /// # fn main() -> Result<(), url::ParseError> {
    /// let mut browser = Browser::new(Profile::STANDARD);
    /// let page = Page::at(&Url::parse("https://app.example/")?);
    /// let request = Request::fetch(&Url::parse("https://api.example/")?);
    /// let mut step = browser.fetch(&page, &request, Duration::ZERO);
    /// let exchange = loop {
    ///     step = match step {
    ///         Step::Send(pending) => {
    ///             // Here a client sends `pending.request()`, and may await the response.
    ///             let response = HttpResponse::new(200, Headers::new());
    ///             pending.respond(response)
    ///         }
    ///         Step::Done(exchange) => break exchange,
    ///     };
    /// };
    /// assert!(!exchange.verdict.is_allowed());
    /// # Ok(())
    /// # }
    /// ```
    pub fn fetch(&mut self, page: &Page, request: &Request, now: Duration) -> Step<'_> {
        start(self, page, request, now)
    }

    /// Runs a request to its end against a function that answers for every server.
    pub fn run(
        &mut self,
        page: &Page,
        request: &Request,
        now: Duration,
        server: &mut dyn FnMut(&HttpRequest) -> HttpResponse,
    ) -> Exchange {
        let mut step = self.fetch(page, request, now);
        loop {
            step = match step {
                Step::Send(pending) => {
                    let response = server(pending.request());
                    pending.respond(response)
                }
                Step::Done(exchange) => return *exchange,
            }
        }
    }
}
