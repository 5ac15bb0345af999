//! 4.9 CORS-preflight cache.

use std::time::Duration;

use url::Url;

use crate::method;
use crate::preflight::{Asked, Grant};
use crate::profile::{Granularity, Profile};
use crate::request::CredentialsMode;
use crate::safelist::is_non_wildcard;

/// How many answers a cache of [`Granularity::Lists`] keeps.
const LISTS: usize = 100;

/// What a request is looked up by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The network partition key.
    pub partition: String,
    /// The serialised origin.
    pub origin: Vec<u8>,
    /// The URL with its query and without its fragment.
    pub url: Url,
}

impl Key {
    /// The key of a request.
    #[must_use]
    pub fn new(partition: impl Into<String>, origin: impl Into<Vec<u8>>, url: &Url) -> Self {
        let mut url = url.clone();
        url.set_fragment(None);
        Key { partition: partition.into(), origin: origin.into(), url }
    }
}

/// A [cache entry](https://fetch.spec.whatwg.org/#cache-entry) for each method and each header of an answer, together.
#[derive(Clone, Debug)]
struct Answer {
    key: Key,
    credentials: bool,
    methods: Vec<Kept>,
    headers: Vec<Kept>,
    /// When the last of it was stored.
    expires: Duration,
}

/// A method or the name of a header.
#[derive(Clone, Debug)]
struct Kept {
    name: String,
    expires: Duration,
}

/// The preflights that a browser remembers.
#[derive(Clone, Debug)]
pub struct PreflightCache {
    profile: Profile,
    now: Duration,
    /// In the order of their last use.
    answers: Vec<Answer>,
}

impl PreflightCache {
    /// An empty cache.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        PreflightCache { profile, now: Duration::ZERO, answers: Vec::new() }
    }

    /// Sets the clock, and drops what has expired. The clock never goes back.
    pub fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        let now = self.now;
        for answer in &mut self.answers {
            answer.methods.retain(|kept| kept.expires > now);
            answer.headers.retain(|kept| kept.expires > now);
        }
        self.answers.retain(|answer| answer.expires > now);
    }

    /// Whether nothing is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// [Method cache entry match and header-name cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match)
    /// for all that a request asks for.
    #[must_use]
    pub fn covers(&mut self, key: &Key, asked: &Asked) -> bool {
        let include = asked.credentials == CredentialsMode::Include;
        let matching = |answer: &Answer| answer.key == *key && self.serves(answer, include);
        let answers: Vec<&Answer> = self.answers.iter().filter(|answer| matching(answer)).collect();
        let covered = match self.profile.cache_granularity {
            Granularity::Entries => {
                let spared = method::is_safelisted(&asked.method) && !asked.forced;
                let method = spared || answers.iter().any(|answer| self.has_method(answer, &asked.method));
                let has_header = |name: &String| answers.iter().any(|answer| self.has_header(answer, name));
                !answers.is_empty() && method && asked.headers.iter().all(has_header)
            }
            Granularity::WholeAnswer | Granularity::Lists => answers.iter().any(|answer| {
                let method = self.spares_method(&asked.method) || self.has_method(answer, &asked.method);
                method && asked.headers.iter().all(|name| self.has_header(answer, name))
            }),
        };
        if covered {
            self.touch(key);
        }
        covered
    }

    /// Whether credentials of an answer are enough for a request.
    fn serves(&self, answer: &Answer, include: bool) -> bool {
        answer.credentials == include || (answer.credentials && self.profile.shares_credentialed_preflights)
    }

    /// Gecko's `nsPreflightCache::CacheEntry::CheckRequest` spares `GET` and `POST`, Chromium and `WebKit` every
    /// safelisted method.
    fn spares_method(&self, method: &str) -> bool {
        match self.profile.cache_granularity {
            Granularity::Lists => matches!(method, "GET" | "POST"),
            _ => method::is_safelisted(method),
        }
    }

    /// By the standard a `*` that was kept matches, whatever the credentials; engines that keep whole answers check
    /// them as they were checked at first.
    fn wildcard(&self, answer: &Answer) -> bool {
        let literal = self.profile.cache_granularity == Granularity::WholeAnswer && answer.credentials;
        self.profile.reuses_wildcards && !literal
    }

    fn has_method(&self, answer: &Answer, method: &str) -> bool {
        let wildcard = self.wildcard(answer);
        answer.methods.iter().any(|kept| kept.name == method || (wildcard && kept.name == "*"))
    }

    fn has_header(&self, answer: &Answer, name: &str) -> bool {
        let covered = self.profile.wildcard_covers_authorization || !is_non_wildcard(name);
        let wildcard = self.wildcard(answer) && covered;
        let matches = |kept: &Kept| kept.name.eq_ignore_ascii_case(name) || (wildcard && kept.name == "*");
        answer.headers.iter().any(matches)
    }

    /// What was used last stands last.
    fn touch(&mut self, key: &Key) {
        let (used, mut others): (Vec<Answer>, Vec<Answer>) =
            self.answers.drain(..).partition(|answer| answer.key == *key);
        others.extend(used);
        self.answers = others;
    }

    /// Keeps what a preflight allowed ([create a new cache entry](https://fetch.spec.whatwg.org/#concept-cache-create-entry)).
    pub fn store(&mut self, key: &Key, asked: &Asked, grant: &Grant) {
        if self.profile.cache_granularity == Granularity::WholeAnswer {
            self.clear(key);
        }
        let Some(max_age) = grant.max_age else { return };
        let credentials = asked.credentials == CredentialsMode::Include;
        let expires = self.now.saturating_add(Duration::from_secs(max_age));
        let same = |answer: &&mut Answer| answer.key == *key && answer.credentials == credentials;
        if let Some(answer) = self.answers.iter_mut().find(same) {
            answer.expires = answer.expires.max(expires);
            refresh(&mut answer.methods, &grant.methods, expires, |one, other| one == other);
            refresh(&mut answer.headers, &grant.headers, expires, str::eq_ignore_ascii_case);
            self.touch(key);
        } else {
            let fresh = |name: &String| Kept { name: name.clone(), expires };
            let methods = grant.methods.iter().map(fresh).collect();
            let headers = grant.headers.iter().map(fresh).collect();
            self.answers.push(Answer { key: key.clone(), credentials, methods, headers, expires });
            self.evict();
        }
        // A max-age of 0 ends at once what it refreshed.
        self.advance(self.now);
    }

    fn evict(&mut self) {
        if self.profile.cache_granularity == Granularity::Lists && self.answers.len() > LISTS {
            self.answers.remove(0);
        }
    }

    /// [Clear cache entries](https://fetch.spec.whatwg.org/#concept-cache-clear): with credentials and without.
    pub fn clear(&mut self, key: &Key) {
        self.answers.retain(|answer| answer.key != *key);
    }
}

fn refresh(kept: &mut Vec<Kept>, listed: &[String], expires: Duration, same: impl Fn(&str, &str) -> bool) {
    for name in listed {
        match kept.iter_mut().find(|kept| same(&kept.name, name)) {
            Some(kept) => kept.expires = expires,
            None => kept.push(Kept { name: name.clone(), expires }),
        }
    }
}
