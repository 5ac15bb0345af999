//! Where engines differ from the standard, as measured by driving them or read in their sources.

/// An engine, as far as its messages and its differences are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// Chrome, Edge, Opera and others.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari.
    WebKit,
}

impl Engine {
    /// Its name in lower case, which stays the same.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::WebKit => "webkit",
        }
    }
}

/// What becomes of a max-age that is no number of seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddMaxAge {
    /// Five seconds, as if it was not there.
    Default,
    /// The preflight is not kept.
    NotKept,
}

/// What the preflight cache keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granularity {
    /// An entry for each method and each header, which later preflights add to.
    Entries,
    /// The last whole answer for an origin and a URL.
    WholeAnswer,
    /// Lists for an origin, a URL and whether there are credentials; the hundred that were used last.
    Lists,
}

/// How a browser behaves where engines differ. The fields may be set one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a difference by itself")]
pub struct Profile {
    /// The engine; `None` is the standard.
    pub engine: Option<Engine>,
    /// `Access-Control-Allow-Headers: *` covers `authorization` (standard: it does not).
    pub wildcard_covers_authorization: bool,
    /// The client hints of 2015 (`dpr`, `width`, …) are safelisted request headers.
    pub safelists_client_hints: bool,
    /// The status of a preflight is looked at before its CORS headers. The standard has no order.
    pub preflight_status_first: bool,
    /// The longest time in seconds for which a preflight is kept.
    pub max_age_cap: Option<u64>,
    /// What a negative max-age is.
    pub negative_max_age: OddMaxAge,
    /// What any other max-age is that is no number.
    pub unparsable_max_age: OddMaxAge,
    /// What the preflight cache keeps.
    pub cache_granularity: Granularity,
    /// A `*` that was kept covers later requests.
    pub reuses_wildcards: bool,
    /// What was kept with credentials serves requests without.
    pub shares_credentialed_preflights: bool,
    /// A response that fails the CORS check makes the browser forget the preflight.
    pub refusal_clears_cache: bool,
    /// A preflight after a redirect to a second origin says the page's origin, where the request after it says `null`.
    pub preflight_keeps_origin: bool,
    /// What had a preflight has one after each redirect too, needed or not.
    pub redirect_repeats_preflight: bool,
    /// `Sec-Fetch-Storage-Access`, and `Origin` beside `inactive`.
    pub sends_storage_access: bool,
}

impl Profile {
    /// The Fetch standard.
    pub const STANDARD: Profile = Profile {
        engine: None,
        wildcard_covers_authorization: false,
        safelists_client_hints: false,
        preflight_status_first: false,
        max_age_cap: None,
        negative_max_age: OddMaxAge::Default,
        unparsable_max_age: OddMaxAge::Default,
        cache_granularity: Granularity::Entries,
        reuses_wildcards: true,
        shares_credentialed_preflights: true,
        refusal_clears_cache: true,
        preflight_keeps_origin: false,
        redirect_repeats_preflight: false,
        sends_storage_access: false,
    };

    /// Chromium 156 by measurement. Its cache and its caps are read in its source.
    pub const CHROMIUM: Profile = Profile {
        engine: Some(Engine::Chromium),
        wildcard_covers_authorization: true,
        safelists_client_hints: true,
        max_age_cap: Some(7200),
        negative_max_age: OddMaxAge::NotKept,
        cache_granularity: Granularity::WholeAnswer,
        refusal_clears_cache: false,
        sends_storage_access: true,
        ..Profile::STANDARD
    };

    /// Firefox 153 by measurement. Its caps are read in its source.
    pub const FIREFOX: Profile = Profile {
        engine: Some(Engine::Firefox),
        wildcard_covers_authorization: true,
        max_age_cap: Some(86_400),
        negative_max_age: OddMaxAge::NotKept,
        unparsable_max_age: OddMaxAge::NotKept,
        cache_granularity: Granularity::Lists,
        reuses_wildcards: false,
        shares_credentialed_preflights: false,
        preflight_keeps_origin: true,
        redirect_repeats_preflight: true,
        sends_storage_access: true,
        ..Profile::STANDARD
    };

    /// `WebKit` as read in its source; it was not measured.
    pub const WEBKIT: Profile = Profile {
        engine: Some(Engine::WebKit),
        wildcard_covers_authorization: true,
        preflight_status_first: true,
        max_age_cap: Some(600),
        negative_max_age: OddMaxAge::NotKept,
        cache_granularity: Granularity::WholeAnswer,
        ..Profile::STANDARD
    };
}

/// The standard.
impl Default for Profile {
    fn default() -> Self {
        Profile::STANDARD
    }
}
