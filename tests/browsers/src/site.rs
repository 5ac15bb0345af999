//! Who is where: the pages and the servers of the API, each an origin on this machine.
//!
//! Names under `localhost` are loopback in both engines, and `shop.localhost` is a site: its pages and its API are
//! of different origins, and cookies with `SameSite=Lax` travel between them.

use serde::Serialize;

/// A page that sends requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Page {
    App,
    /// Same site as `App`.
    Other,
    /// Same site, a name with a star in the policies.
    Preview,
    /// Same host as `App`.
    OtherPort,
    /// Of another site, in a frame of `App`.
    Far,
    /// Of another site, in a tab of its own.
    Stranger,
    /// An address instead of a name.
    Address,
    /// Of the origin of the API.
    Api,
    /// Origin `null`.
    Sandbox,
    /// Origin `null`, without an address of its own.
    Srcdoc,
}

impl Page {
    pub(crate) const ALL: [Page; 10] = [
        Page::App,
        Page::Other,
        Page::Preview,
        Page::OtherPort,
        Page::Far,
        Page::Stranger,
        Page::Address,
        Page::Api,
        Page::Sandbox,
        Page::Srcdoc,
    ];

    /// Whether cookies of the API travel with what the page sends there.
    pub(crate) fn is_same_site(self) -> bool {
        matches!(self, Page::App | Page::Other | Page::Preview | Page::OtherPort | Page::Api)
    }

    /// The page in whose tab it is.
    pub(crate) fn top(self) -> Page {
        if self == Page::Stranger { Page::Stranger } else { Page::App }
    }

    pub(crate) fn is_sandboxed(self) -> bool {
        matches!(self, Page::Sandbox | Page::Srcdoc)
    }
}

/// A server of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Host {
    Api,
    /// Where redirects lead.
    Cdn,
}

/// The ports, which the system picks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    pub(crate) pages: u16,
    pub(crate) other_pages: u16,
    pub(crate) api: u16,
    pub(crate) cdn: u16,
}

impl Site {
    /// The origin of a page as browsers write it.
    pub(crate) fn origin(self, page: Page) -> String {
        if page.is_sandboxed() { "null".to_owned() } else { self.address(page) }
    }

    /// The origin of the server that has the page.
    fn address(self, page: Page) -> String {
        let Site { pages, other_pages, .. } = self;
        match page {
            Page::App | Page::Sandbox | Page::Srcdoc => format!("http://app.shop.localhost:{pages}"),
            Page::Other => format!("http://other.shop.localhost:{pages}"),
            Page::Preview => format!("http://pr-7.shop.localhost:{pages}"),
            Page::OtherPort => format!("http://app.shop.localhost:{other_pages}"),
            Page::Far => format!("http://far.localhost:{pages}"),
            Page::Stranger => format!("http://stranger.localhost:{pages}"),
            Page::Address => format!("http://127.0.0.1:{pages}"),
            Page::Api => self.host(Host::Api),
        }
    }

    /// The origin of a server of the API.
    pub(crate) fn host(self, host: Host) -> String {
        match host {
            Host::Api => format!("http://api.shop.localhost:{}", self.api),
            Host::Cdn => format!("http://cdn.shop.localhost:{}", self.cdn),
        }
    }

    /// Where the runner is that has the page in a frame.
    pub(crate) fn top(self, page: Page) -> String {
        format!("{}/", self.address(page.top()))
    }

    /// A text with the names of pages and servers in place of their origins.
    pub(crate) fn named(self, text: &str) -> String {
        let pages = Page::ALL.into_iter().filter(|page| !page.is_sandboxed());
        let pages = pages.map(|page| (self.origin(page), format!("{page:?}")));
        let cdn = (self.host(Host::Cdn), format!("{:?}", Host::Cdn));
        pages.chain([cdn]).fold(text.to_owned(), |text, (origin, name)| text.replace(&origin, &name))
    }

    /// Where the frame of a page is, as the runner takes it.
    pub(crate) fn frame(self, page: Page) -> Frame {
        let actor = format!("<body><script src=\"{}/actor.js\"></script>", self.address(page));
        Frame {
            page,
            url: format!("{}/frame", self.address(page)),
            sandbox: page.is_sandboxed(),
            text: (page == Page::Srcdoc).then_some(actor),
        }
    }
}

/// A frame for the runner to open.
#[derive(Serialize)]
pub(crate) struct Frame {
    page: Page,
    url: String,
    sandbox: bool,
    text: Option<String>,
}
