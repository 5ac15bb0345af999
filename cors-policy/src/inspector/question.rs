//! What the query of a request asks of the inspector.

use cors_policy_browser::{CredentialsMode, Origin, Page, Request, Url};

use crate::explain::Intent;
use crate::inspector::facts::shortened;

/// The most bytes of a search text that are looked for.
const LONGEST_SEARCH: usize = 4000;
/// The most headers of a request that is asked about: each is compiled again and again on the way to a remedy.
const MOST_HEADERS: usize = 40;

/// What is asked for.
#[derive(Debug, Default)]
pub(super) struct Question {
    pub(super) file: Option<String>,
    pub(super) format: Format,
    /// Only the requests that this text is about.
    pub(super) search: String,
    /// What would become of a request.
    pub(super) asked: Option<Form>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Html,
    Json,
    /// The number of what was noticed until now.
    Revision,
}

/// The form "ask a policy", as it was sent.
#[derive(Clone, Debug)]
pub(super) struct Form {
    /// The mark of the policy on the page.
    pub(super) policy: String,
    pub(super) origin: String,
    pub(super) url: String,
    pub(super) method: String,
    /// `name: value` lines.
    pub(super) headers: String,
    pub(super) credentials: String,
    /// Names of response headers, with commas.
    pub(super) reads: String,
}

impl Default for Form {
    fn default() -> Self {
        let empty = String::new;
        Form {
            policy: empty(),
            origin: empty(),
            url: empty(),
            method: "GET".to_owned(),
            headers: empty(),
            credentials: CredentialsMode::default().name().to_owned(),
            reads: empty(),
        }
    }
}

impl Question {
    pub(super) fn read(query: &str) -> Self {
        let mut question = Question::default();
        let mut form = Form::default();
        let mut asks = false;
        let Ok(mut url) = Url::parse("http://localhost/") else { return question };
        url.set_query(Some(query));
        for (name, value) in url.query_pairs() {
            let value = value.into_owned();
            let field = match name.as_ref() {
                "file" => {
                    question.file = Some(value);
                    continue;
                }
                "format" => {
                    question.format = Format::named(&value);
                    continue;
                }
                "search" => {
                    question.search = shortened(&value, LONGEST_SEARCH);
                    continue;
                }
                "policy" => &mut form.policy,
                "origin" => &mut form.origin,
                "url" => &mut form.url,
                "method" => &mut form.method,
                "headers" => &mut form.headers,
                "credentials" => &mut form.credentials,
                "reads" => &mut form.reads,
                _ => continue,
            };
            *field = value;
            asks = asks || name == "origin";
        }
        question.asked = asks.then_some(form);
        question
    }
}

impl Format {
    fn named(name: &str) -> Self {
        match name {
            "json" => Format::Json,
            "revision" => Format::Revision,
            _ => Format::Html,
        }
    }
}

impl Form {
    /// A form that is to be filled in, about the server that shows it.
    pub(super) fn for_host(host: &str) -> Self {
        Form { url: format!("http://{host}/"), ..Form::default() }
    }

    /// As a query of a URL.
    pub(super) fn query(&self) -> String {
        let Form { policy, origin, url, method, headers, credentials, reads } = self;
        let Ok(mut address) = Url::parse("http://localhost/") else { return String::new() };
        address.query_pairs_mut().extend_pairs([
            ("policy", policy),
            ("origin", origin),
            ("method", method),
            ("url", url),
            ("headers", headers),
            ("credentials", credentials),
            ("reads", reads),
        ]);
        address.query().unwrap_or_default().to_owned()
    }

    /// What the page means to do.
    ///
    /// # Errors
    ///
    /// What of the form is not understood, one sentence each.
    pub(super) fn intent(&self) -> Result<Intent, Vec<String>> {
        let mut wrong = Vec::new();
        let page = self.page().map_err(|error| wrong.push(error));
        let request = self.request().map_err(|errors| wrong.extend(errors));
        let (Ok(page), Ok(request), true) = (page, request, wrong.is_empty()) else { return Err(wrong) };
        let reads = self.reads.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(reads.take(20).fold(Intent::new(page, request), Intent::reading))
    }

    fn page(&self) -> Result<Page, String> {
        let origin = self.origin.trim();
        if origin == "null" {
            return Ok(Page::of(Origin::Opaque));
        }
        match Url::parse(origin) {
            Ok(url) if url.has_host() => Ok(Page::at(&url)),
            _ => Err("the page is given by its address or origin, `https://app.example.com`, or as `null`"
                .to_owned()),
        }
    }

    fn request(&self) -> Result<Request, Vec<String>> {
        let mut wrong = Vec::new();
        let url = Url::parse(self.url.trim()).ok().filter(Url::has_host);
        if url.is_none() {
            wrong.push("the request needs a whole URL, `https://api.example.com/orders`".to_owned());
        }
        let credentials = CredentialsMode::ALL.into_iter().find(|mode| mode.name() == self.credentials);
        if credentials.is_none() {
            wrong.push("credentials are `omit`, `same-origin` or `include`".to_owned());
        }
        let mut headers = Vec::new();
        for line in self.headers.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.split_once(':') {
                Some((name, value)) => headers.push((name.trim(), value.trim())),
                None => {
                    wrong.push(format!("a header is `name: value`, and `{}` is not", shortened(line, 100)));
                }
            }
        }
        if headers.len() > MOST_HEADERS {
            wrong.push(format!("a request has at most {MOST_HEADERS} headers here"));
        }
        let (Some(url), Some(credentials), true) = (url, credentials, wrong.is_empty()) else {
            return Err(wrong);
        };
        let request = Request::fetch(&url).method(self.method.trim()).credentials(credentials);
        Ok(headers.into_iter().fold(request, |request, (name, value)| request.header(name, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, Question};

    #[test]
    fn queries() {
        let question = Question::read("search=a+b%3Cc&format=json&x=1&search=last");
        assert_eq!((question.search.as_str(), question.format), ("last", Format::Json));
        assert!(question.asked.is_none() && question.file.is_none());
        assert_eq!(Question::read("search=a+b%3C%FF").search, "a b<\u{fffd}");
        assert_eq!(Question::read("&&=&%&file=script.js").file.as_deref(), Some("script.js"));
        assert!(Question::read("").asked.is_none());
    }

    #[test]
    fn forms() {
        let asked = |query: &str| Question::read(query).asked.unwrap();
        let form = asked(
            "origin=https://a.test/x&url=https://b.test/y&method=PUT&headers=X-A:+1%0D%0A%0D%0Ab:2&credentials=include&reads=ETag,+x",
        );
        let intent = form.intent().unwrap();
        assert_eq!(intent.request.method, "PUT");
        assert_eq!(intent.request.headers.lines("x-a").count(), 1);
        assert_eq!(intent.reads, ["etag", "x"]);
        assert!(asked("origin=null&url=https://b.test").intent().is_ok());
        for (query, wrong) in [
            ("origin=", 2),
            ("origin=a.test&url=https://b.test", 1),
            ("origin=data:,x&url=https://b.test", 1),
            ("origin=https://a.test&url=/orders", 1),
            ("origin=https://a.test&url=https://b.test&credentials=maybe&headers=x", 2),
            (&format!("origin=https://a.test&url=https://b.test&headers={}", "x:1%0A".repeat(41)), 1),
        ] {
            assert_eq!(asked(query).intent().unwrap_err().len(), wrong, "{query}");
        }
        let form = asked("origin=https://a.test/%22&url=x%26y&headers=a:+1%0Ab:+%3C");
        let again = asked(&form.query());
        assert_eq!((again.origin, again.url, again.headers), (form.origin, form.url, form.headers));
    }
}
